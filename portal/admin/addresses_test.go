package admin_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cloudpocket/store"
)

func TestAddresses(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitTrusts)
	answers(t, boss.get("/admin/addresses"), http.StatusOK, "<code>192.0.2.1</code>")
	rec := boss.post("/admin/addresses", "everybody", "192.0.2.77/24\r\n2001:db8::/32", "administration", "192.0.2.1")
	answers(t, rec, http.StatusSeeOther)
	if to := rec.Header().Get("Location"); to != "/admin/addresses?done=addresses" {
		t.Errorf("it leads to %q", to)
	}
	answers(t, boss.get("/admin/addresses?done=addresses"), http.StatusOK, "192.0.2.0/24\n2001:db8::/32</textarea>", `role="status"`)
	e := w.lastDeed(t, "firm", store.DeedAddresses)
	if e.AccountID != "boss" || e.Address != "192.0.2.1" || e.Detail["everybody"] != "192.0.2.0/24 2001:db8::/32" || e.Detail["everybody before"] != "" {
		t.Errorf("the log has %+v", e)
	}
}

// TestAddressesRefused demands that what was typed comes back with the reason, and nothing is saved.
func TestAddressesRefused(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitTrusts)
	for _, row := range []struct{ name, everybody, administration, says string }{
		{"garbage", "192.0.2.0/24 office.example", "", "office.example” is not an address range"},
		{"markup", "<script>alert(1)</script>", "", "&lt;script&gt;"},
		{"locked out", "198.51.100.0/24", "", "no longer administer from 192.0.2.1"},
		{"locked out of administration", "", "192.0.2.2", "no longer administer from 192.0.2.1"},
		{"everything", "0.0.0.0/0", "", `name="wide"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			rec := boss.post("/admin/addresses", "everybody", row.everybody, "administration", row.administration)
			answers(t, rec, http.StatusUnprocessableEntity, row.says, `role="alert"`, strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(row.everybody)+"</textarea>")
			if e := w.lastDeed(t, "firm", store.DeedAddresses); e.Seq != 0 {
				t.Errorf("the log has %+v", e)
			}
		})
	}
	answers(t, boss.post("/admin/addresses", "everybody", "0.0.0.0/0", "wide", "1"), http.StatusSeeOther)
}

func TestAddressesOfWhom(t *testing.T) {
	w := newWorld(t)
	for name, p := range map[string]*person{
		"without the menu": w.add(t, "deliverer", "", store.PermitAll&^store.PermitTrusts), "a client": w.add(t, "client", "x", store.PermitAll),
	} {
		for _, rec := range []*httptest.ResponseRecorder{p.get("/admin/addresses"), p.post("/admin/addresses", "everybody", "rubbish")} {
			if rec.Code != http.StatusForbidden {
				t.Errorf("%s: %d", name, rec.Code)
			}
		}
	}
}

// TestAddressBehindProxies holds what proxies report against the firm's ranges, the whole way through.
func TestAddressBehindProxies(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	rule := store.AddressRule{}
	var err error
	rule.Everybody, err = store.ParseRanges("192.0.2.0/24 2001:db8::/32 fe80::/10")
	must(t, err)
	must(t, w.setup.SetAddresses(t.Context(), "firm", rule))
	for _, row := range []struct {
		name, peer string
		forward    []string
		status     int
	}{
		{"by the proxy", "10.0.0.1:4000", []string{"192.0.2.9"}, http.StatusOK},
		{"by several", "10.0.0.1:4000", []string{"192.0.2.9, 10.0.0.3, 10.0.0.2"}, http.StatusOK},
		{"by several, in two headers", "10.0.0.1:4000", []string{"192.0.2.9", "10.0.0.2"}, http.StatusOK},
		{"from outside by the proxy", "10.0.0.1:4000", []string{"198.51.100.1"}, http.StatusForbidden},
		{"from outside, claiming to be inside", "10.0.0.1:4000", []string{"192.0.2.9, 198.51.100.1"}, http.StatusForbidden},
		{"from outside, claiming so in a header before", "10.0.0.1:4000", []string{"192.0.2.9", "198.51.100.1"}, http.StatusForbidden},
		{"a stranger's header", "198.51.100.1:4000", []string{"192.0.2.9"}, http.StatusForbidden},
		{"a stranger's header of proxies", "198.51.100.1:4000", []string{"192.0.2.9, 10.0.0.1"}, http.StatusForbidden},
		{"without a proxy", "192.0.2.9:4000", nil, http.StatusOK},
		{"without a proxy, IPv6", "[2001:db8::9]:4000", nil, http.StatusOK},
		{"IPv6 by the proxy", "10.0.0.1:4000", []string{"2001:db8::9"}, http.StatusOK},
		{"IPv4 in IPv6, both", "[::ffff:10.0.0.1]:4000", []string{"::ffff:192.0.2.9"}, http.StatusOK},
		{"IPv4 in IPv6 from outside", "[::ffff:198.51.100.1]:4000", []string{"192.0.2.9"}, http.StatusForbidden},
		{"a zone is of the machine", "[fe80::1%eth0]:4000", nil, http.StatusOK},
		{"garbage by the proxy", "10.0.0.1:4000", []string{"unknown"}, http.StatusForbidden},
		{"garbage after it", "10.0.0.1:4000", []string{"192.0.2.9, _hidden"}, http.StatusForbidden},
		{"the proxy itself", "10.0.0.1:4000", nil, http.StatusForbidden},
		{"no address at all", "@", nil, http.StatusForbidden},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/admin/addresses", nil)
			r.RemoteAddr = row.peer
			r.AddCookie(boss.cookie)
			for _, value := range row.forward {
				r.Header.Add("X-Forwarded-For", value)
			}
			rec := httptest.NewRecorder()
			w.ServeHTTP(rec, r)
			answers(t, rec, row.status)
		})
	}
}
