package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// once asks for an address that is good for one request.
func (q *square) once(t *testing.T, e *shown, path string) (int, string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"path": path})
	noError(t, err)
	r := framedRequest(http.MethodPost, "/embed/once", string(body), "Content-Type", "application/json", "Accept-Language", "en", "Accept", "application/json")
	e.prove(t, r)
	rec := httptest.NewRecorder()
	q.Handler().ServeHTTP(rec, r)
	var given struct {
		URL  string `json:"url"`
		Life int    `json:"expires_in"`
	}
	if rec.Code == http.StatusOK {
		noError(t, json.Unmarshal(rec.Body.Bytes(), &given))
		if given.Life != 60 {
			t.Errorf("it is good for %d seconds", given.Life)
		}
	}
	return rec.Code, given.URL
}

// open is what a browser does with an address: it brings no token.
func (q *square) open(method, target string, headers ...string) *httptest.ResponseRecorder {
	r := framedRequest(method, target, "", append([]string{"Sec-Fetch-Dest", "iframe", "Accept-Language", "ja"}, headers...)...)
	rec := httptest.NewRecorder()
	q.Handler().ServeHTTP(rec, r)
	return rec
}

// TestOnce uses addresses that are good for one request.
func TestOnce(t *testing.T) {
	q := newSquare(t)
	p := q.join(t, somebody{name: "client of x", tenant: "firm", company: "x", menus: store.PermitView})
	n := q.delivery(t, spots()[0], "other", true)
	file, part := "/deliveries/"+n["delivery"]+"/files/"+n["file"], "/deliveries/"+n["delivery"]+"/parts/1"
	give := func(path string) string {
		t.Helper()
		code, url := q.once(t, p.embed, path)
		if code != http.StatusOK {
			t.Fatalf("%s is answered %d", path, code)
		}
		return url
	}
	t.Run("a file once", func(t *testing.T) {
		url := give(file)
		if head := q.open(http.MethodHead, url); head.Code != http.StatusOK || head.Body.Len() != 0 {
			t.Errorf("HEAD is answered %d with %d bytes", head.Code, head.Body.Len())
		}
		first := q.open(http.MethodGet, url)
		if first.Code != http.StatusOK || first.Body.String() != notice || !strings.HasPrefix(first.Header().Get("Content-Disposition"), "attachment") {
			t.Errorf("the file is answered %d %v", first.Code, first.Header())
		}
		second := q.open(http.MethodGet, url)
		if second.Code != http.StatusGone || !strings.Contains(second.Body.String(), `<main id="main"`) {
			t.Errorf("a second time it is answered %d", second.Code)
		}
		var receipts []store.AuditEvent
		noError(t, q.Stores.Records.View(t.Context(), "firm", func(tx store.Tx) error {
			for e, err := range tx.Audit().All(t.Context()) {
				noError(t, err)
				if e.AccountID == p.account && e.Deed == store.DeedDownload {
					receipts = append(receipts, e)
				}
			}
			return nil
		}))
		if len(receipts) != 1 || receipts[0].Detail["embed"] != string(p.embed.Embed.ClientID) {
			t.Errorf("the log has %+v", receipts)
		}
	})
	t.Run("a part in a frame", func(t *testing.T) {
		rec := q.open(http.MethodGet, give(part+"?plain=1"))
		h := rec.Header()
		if csp := h.Get("Content-Security-Policy"); rec.Code != http.StatusOK || !strings.HasSuffix(csp, "; frame-ancestors 'self' "+partnerOrigin) || strings.Count(csp, "frame-ancestors") != 1 ||
			!strings.Contains(csp, "sandbox") || strings.Contains(csp, "top-navigation") || h.Get("X-Frame-Options") != "" || h.Get("Cross-Origin-Embedder-Policy") != "require-corp" {
			t.Errorf("a part is answered %d with %v", rec.Code, h)
		}
	})
	t.Run("a refusal keeps to the frame's language", func(t *testing.T) {
		rec := q.open(http.MethodGet, give("/deliveries/"+n["delivery"]+"/parts/99"))
		if rec.Code != http.StatusNotFound || rec.Header().Get("Content-Language") != "en" {
			t.Errorf("it is answered %d in %q", rec.Code, rec.Header().Get("Content-Language"))
		}
	})
	t.Run("what frames are not shown", func(t *testing.T) {
		for _, path := range []string{"/admin/people", "/me/sessions", "/desk", "/desk/codes", "/../admin/people", "/deliveries/../me/sessions", "//evil.example/", "https://evil.example/", "", "deliveries", "/embed/at/deliveries", "/deliveries/x/acknowledge", "/deliveries#x", "/%2e%2e/admin"} {
			if code, url := q.once(t, p.embed, path); code == http.StatusOK {
				t.Errorf("%q is given %s", path, url)
			}
		}
	})
	t.Run("another's document", func(t *testing.T) {
		other := q.delivery(t, spots()[1], "other", true)
		if rec := q.open(http.MethodGet, give("/deliveries/"+other["delivery"]+"/files/"+other["file"])); rec.Code != http.StatusNotFound {
			t.Errorf("it is answered %d", rec.Code)
		}
	})
	t.Run("another site", func(t *testing.T) {
		url := give(file)
		if rec := q.open(http.MethodGet, url, "Sec-Fetch-Site", "cross-site"); rec.Code != http.StatusForbidden {
			t.Errorf("it is answered %d", rec.Code)
		}
		if rec := q.open(http.MethodGet, url); rec.Code != http.StatusOK {
			t.Errorf("another site's request spent it: %d", rec.Code)
		}
	})
	t.Run("too late", func(t *testing.T) {
		url := give(file)
		q.now = q.now.Add(61e9)
		if rec := q.open(http.MethodGet, url); rec.Code != http.StatusGone {
			t.Errorf("after a minute it is answered %d", rec.Code)
		}
	})
	t.Run("the client is off", func(t *testing.T) {
		url := give(file)
		noError(t, q.setup.TurnClient(t.Context(), q.partners["firm"], false))
		if rec := q.open(http.MethodGet, url); rec.Code != http.StatusGone || strings.Contains(rec.Header().Get("Content-Security-Policy"), partnerOrigin) {
			t.Errorf("it is answered %d", rec.Code)
		}
		noError(t, q.setup.TurnClient(t.Context(), q.partners["firm"], true))
		p.embed = q.frame(t, p)
	})
	t.Run("the session has ended", func(t *testing.T) {
		url := give(file)
		_, err := q.Portal.Revoke(t.Context(), portal.Actor{TenantID: "firm", AccountID: p.account, TrustID: "idp-firm"}, p.embed.ID)
		noError(t, err)
		if rec := q.open(http.MethodGet, url); rec.Code != http.StatusGone {
			t.Errorf("it is answered %d", rec.Code)
		}
	})
}

// TestOnceIsNotLogged demands that the log of the service does not hold what opens a file.
func TestOnceIsNotLogged(t *testing.T) {
	l := listening(t, testConfig(t), time.Now)
	res, err := http.Get("http://" + l.addr + "/embed/once/" + strings.Repeat("s", 43))
	noError(t, err)
	noError(t, res.Body.Close())
	if log := l.log.String(); strings.Contains(log, "sssss") || !strings.Contains(log, "/embed/once/{secret}") {
		t.Error("the log holds the secret, or nothing of it")
	}
}

// TestFramePage asks for the page in an element's frame.
func TestFramePage(t *testing.T) {
	q := newSquare(t)
	get := func(client store.ID, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/embed/"+string(client)+"?lang=en", nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		rec := httptest.NewRecorder()
		q.Handler().ServeHTTP(rec, r)
		return rec
	}
	client := q.partners["firm"]
	page := get(client, "Sec-Fetch-Dest", "iframe", "Sec-Fetch-Site", "cross-site")
	h, body := page.Header(), page.Body.String()
	if page.Code != http.StatusOK || !strings.HasSuffix(h.Get("Content-Security-Policy"), "frame-ancestors "+partnerOrigin) || h.Get("X-Frame-Options") != "" ||
		h.Get("Cross-Origin-Embedder-Policy") != "require-corp" || h.Get("Cross-Origin-Resource-Policy") != "cross-origin" || h.Get("Set-Cookie") != "" || h.Get("Content-Language") != "en" {
		t.Errorf("the page is answered %d with %v", page.Code, h)
	}
	for _, want := range []string{`name="cp-client" content="` + string(client), `name="cp-origins" content="[&#34;` + partnerOrigin, `name="cp-now" content="17`, `GET /deliveries/{id}`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	for _, secret := range []string{"/admin", "事務所", "人事"} {
		if strings.Contains(body, secret) {
			t.Errorf("the page says %s", secret)
		}
	}
	alone := get(client, "Sec-Fetch-Dest", "document", "Sec-Fetch-Site", "none")
	if alone.Code != http.StatusOK || !strings.Contains(alone.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") || !strings.Contains(alone.Body.String(), `href="/"`) {
		t.Errorf("a page of its own is answered %d with %v", alone.Code, alone.Header())
	}
	unknown := get(store.NewID(q.now))
	noError(t, q.setup.TurnClient(t.Context(), client, false))
	_, err := q.setup.SwitchTenant(t.Context(), "other", store.TenantSuspended)
	noError(t, err)
	pushes, err := q.setup.AddClient(t.Context(), "gone", portal.ClientDraft{Name: "x", KeysURL: "https://x.example/jwks", Scopes: store.ScopeDocuments, Offices: store.OfficeScope{All: true}})
	noError(t, err)
	for name, one := range map[string]store.ID{"disabled": client, "of a suspended firm": q.partners["other"], "without the scope": pushes.ID} {
		rec := get(one)
		if rec.Code != http.StatusNotFound || !slices.Equal(without(rec), without(unknown)) {
			t.Errorf("a client that is %s is answered %d, not as an unknown one:\n%s\n%s", name, rec.Code, without(rec), without(unknown))
		}
	}
}

// without is an answer's headers and body without what no two have alike.
func without(rec *httptest.ResponseRecorder) []string {
	body := regexp.MustCompile(`[0-9a-z]{26}`).ReplaceAllString(rec.Body.String(), "ID")
	return []string{body, rec.Header().Get("Content-Security-Policy"), rec.Header().Get("X-Frame-Options")}
}
