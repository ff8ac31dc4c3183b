package portal_test

import (
	"errors"
	"testing"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// TestTrustAdmitsFromItsAddresses demands that a trust with ranges lets nobody in from elsewhere, makes no account there,
// and that the firm's own ranges hold beside them.
func TestTrustAdmitsFromItsAddresses(t *testing.T) {
	jit := func(t *store.OwnedTrust) { t.JustInTime, t.Mapping.Offices = true, store.Claim("offices") }
	none := func(*store.OwnedTrust) {}
	for name, row := range map[string]struct {
		ranges, firm, address string
		trust                 func(*store.OwnedTrust)
		identity              sso.Identity
		reason                sso.Reason
	}{
		"no ranges":                   {"", "", "198.51.100.1", none, says("s-client", nil), ""},
		"within":                      {"192.0.2.0/24 2001:db8::/32", "", "192.0.2.9", none, says("s-client", nil), ""},
		"within, IPv6":                {"192.0.2.0/24 2001:db8::/32", "", "2001:db8::1", none, says("s-client", nil), ""},
		"within, IPv4 in IPv6":        {"192.0.2.0/24", "", "::ffff:192.0.2.9", none, says("s-client", nil), ""},
		"elsewhere":                   {"192.0.2.0/24", "", "198.51.100.1", none, says("s-client", nil), "admit.trust_address"},
		"elsewhere, IPv6":             {"192.0.2.0/24", "", "2001:db8::1", none, says("s-client", nil), "admit.trust_address"},
		"with a zone":                 {"fe80::/10", "", "fe80::1%eth0", none, says("s-client", nil), "admit.trust_address"},
		"no address":                  {"192.0.2.0/24", "", "", none, says("s-client", nil), "admit.trust_address"},
		"no address at all":           {"192.0.2.0/24", "", "192.0.2.9, 198.51.100.1", none, says("s-client", nil), "admit.trust_address"},
		"elsewhere, somebody new":     {"192.0.2.0/24", "", "198.51.100.1", jit, says("s-new", map[string][]string{"offices": {"ext-x1"}}), "admit.trust_address"},
		"elsewhere, nobody":           {"192.0.2.0/24", "", "198.51.100.1", none, says("s-nobody", nil), "admit.trust_address"},
		"within, nobody":              {"192.0.2.0/24", "", "192.0.2.9", none, says("s-nobody", nil), "admit.not_registered"},
		"within, and not the firm's":  {"192.0.2.0/24", "203.0.113.0/24", "192.0.2.9", none, says("s-client", nil), "admit.address"},
		"the firm's, and not within":  {"192.0.2.0/24", "203.0.113.0/24", "203.0.113.9", none, says("s-client", nil), "admit.trust_address"},
		"within both":                 {"192.0.2.0/24", "192.0.2.0/28", "192.0.2.9", none, says("s-client", nil), ""},
		"within, by a disabled trust": {"192.0.2.0/24", "", "192.0.2.9", func(t *store.OwnedTrust) { t.State = store.TrustDisabled }, says("s-client", nil), "admit.trust_disabled"},
		"within, into an unbound firm": {"192.0.2.0/24", "", "192.0.2.9", func(t *store.OwnedTrust) {
			t.Mapping.Tenant, t.Tenants = store.Claim("firm"), map[string]store.ID{"1": "a"}
		}, says("s-client", map[string][]string{"firm": {"2"}}), "admit.tenant_unbound"},
	} {
		t.Run(name, func(t *testing.T) {
			w := admitWorld(t)
			must(t, w.setup.SetAddresses(t.Context(), "a", store.AddressRule{Everybody: ranges(t, row.firm)}))
			before, trust := w.head(t, "a"), idp(row.trust)
			trust.Allowed = ranges(t, row.ranges)
			visit := sso.Visit{Address: row.address, RequestID: "r"}
			if trust.State == store.TrustEnabled {
				tried := traced(nil)
				_, err := w.Preview(t.Context(), trust, row.identity, visit, tried)
				if (err == nil) != (row.reason == "") || tried.Passed() != (row.reason == "") {
					t.Errorf("tried: %v with %+v, want reason %q", err, tried.Checks, row.reason)
				}
			}
			_, err := w.Admit(t.Context(), trust, row.identity, visit, traced(nil))
			if sso.ReasonOf(err) != row.reason || (err == nil) != (row.reason == "") {
				t.Fatalf("%v, want reason %q", err, row.reason)
			}
			if err == nil {
				return
			}
			if w.head(t, "a") != before {
				t.Errorf("something was recorded of whoever was refused")
			}
			if row.reason == "admit.trust_address" && !errors.Is(err, denied(sso.KeyAddress)) {
				t.Errorf("the person reads another sentence: %v", err)
			}
			must(t, w.Refused(t.Context(), trust, visit, traced(nil), err))
			events := w.audit(t, "a")
			if last := events[len(events)-1]; last.Outcome != store.Refused || last.Detail["reason"] != string(row.reason) || last.Address != row.address {
				t.Errorf("the log has %+v", last)
			}
		})
	}
}
