package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// forPartners is what pages of partners load from their own origins.
func forPartners() []string {
	return []string{"/embed.js", "/embed.d.ts", "/embed/assets/", "/embed/mock", "/embed/mock/at/deliveries/{id}/parts/{part}"}
}

// mocked are the pages with invented data, which are nobody's.
func mocked() (all []string) {
	for _, at := range []string{"/deliveries", "/deliveries/{id}", "/search", "/desk/tray", "/onward", "/deliveries/{id}/files/{file}", "/deliveries/{id}/parts/{part}", "/deliveries/{id}/parts/{part}/file"} {
		all = append(all, "/embed/mock/at"+at)
	}
	return all
}

// embedRoutes are what partners' pages load, and what is shown in them: to whoever brings the token of an embed and the proof
// of its key, and never for a cookie.
func embedRoutes() map[string]access {
	all := map[string]access{
		"GET /embed.js":       {open: []int{200}},
		"GET /embed.d.ts":     {open: []int{200}},
		"GET /embed/assets/":  {open: []int{404}},
		"GET /embed/{client}": {open: []int{404}}, // nobody's client

		"GET /embed/mock":   {open: []int{200}},
		"POST /embed/token": {open: []int{400}}, // no code and no proof
		"POST /embed/renew": {open: []int{401}},
		"POST /embed/end":   {open: []int{401}},

		"POST /embed/once":          {open: []int{401}, form: "{}"},
		"GET /embed/once/{secret}":  {open: []int{410}}, // nobody's secret
		"GET /embed/events":         {open: []int{401}},
		"GET /embed/{client}/popup": {open: []int{422}}, // no page and no challenge
	}
	for _, pattern := range mocked() {
		all["GET "+pattern] = access{open: []int{200, 404}}
	}
	for name, row := range framedRoutes() {
		method, pattern, _ := strings.Cut(name, " ")
		row.framed = true
		all[method+" "+route.FramePrefix+pattern] = row
	}
	return all
}

// framedRoutes are the rows of the portal's pages that are shown in partners' pages as well.
func framedRoutes() map[string]access {
	rows := map[string]access{"GET /": {menu: store.PermitView, desk: atDesk}} // it leads to what there is to see, of which others have nothing
	for _, area := range []map[string]access{clientRoutes(), trayRoutes(), {"GET /search": ownRoutes()["GET /search"], "POST /search/download": ownRoutes()["POST /search/download"]}} {
		for name, row := range area {
			if !strings.Contains(name, "/desk/codes") {
				rows[name] = row
			}
		}
	}
	return rows
}

// askFramed is ask by p's embed in a page of a partner's.
func (q *square) askFramed(p *somebody, method, target, form string, headers ...string) *httptest.ResponseRecorder {
	r := framedRequest(method, target, form, headers...)
	if p.cookie != nil {
		if !q.now.Before(p.embed.Ends) {
			p.embed = q.frame(q.t, p)
		}
		p.embed.prove(q.t, r)
	}
	rec := httptest.NewRecorder()
	q.Handler().ServeHTTP(rec, r)
	return rec
}

// framedRequest is a request as the frame's script makes it, without a token.
func framedRequest(method, target, form string, headers ...string) *http.Request {
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(form)
	}
	r := httptest.NewRequest(method, target, body)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://pocket.example.jp")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// frame begins an embed of p's.
func (q *square) frame(t *testing.T, p *somebody) *shown {
	t.Helper()
	return q.embedded(t, q.partners[p.tenant], store.Session{TenantID: p.tenant, AccountID: p.account, TrustID: "idp-" + p.tenant})
}

// TestFramedRoutesWantAnEmbed tries what is no token of an embed at the framed routes, which is refused as nobody is.
func TestFramedRoutesWantAnEmbed(t *testing.T) {
	q := newSquare(t)
	p := q.join(t, somebody{name: "client of x", tenant: "firm", company: "x", menus: store.PermitView})
	boss := q.join(t, somebody{name: "boss", tenant: "firm", menus: store.PermitAll})
	ended := q.frame(t, p)
	_, err := q.Stores.Sessions.EndKey(t.Context(), ended.Key)
	noError(t, err)
	elsewhere := q.frame(t, p)
	elsewhere.base = "https://other.example"
	stolen := *q.frame(t, p)
	stolen.Prover = q.frame(t, boss).Prover
	before := q.heads(t)
	for name, ask := range map[string]func(*http.Request){
		"nobody":               func(*http.Request) {},
		"a browser's cookie":   func(r *http.Request) { r.AddCookie(p.cookie) },
		"a cookie as a token":  func(r *http.Request) { r.Header.Set("Authorization", "DPoP "+p.cookie.Value) },
		"an ended session":     func(r *http.Request) { ended.prove(t, r) },
		"a proof for another":  func(r *http.Request) { elsewhere.prove(t, r) },
		"another one's key":    func(r *http.Request) { stolen.prove(t, r) },
		"a token as a bearer":  func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+p.embed.token) },
		"a token and no proof": func(r *http.Request) { r.Header.Set("Authorization", "DPoP "+p.embed.token) },
		"a token as a cookie":  func(r *http.Request) { r.AddCookie(&http.Cookie{Name: p.cookie.Name, Value: p.embed.token}) },
	} {
		for pattern := range framedRoutes() {
			method, path, _ := strings.Cut(pattern, " ")
			r := framedRequest(method, route.FramePrefix+names{}.bare(path), "")
			ask(r)
			rec := httptest.NewRecorder()
			q.Handler().ServeHTTP(rec, r)
			if body := rec.Body.String(); rec.Code != http.StatusUnauthorized || !strings.HasPrefix(rec.Header().Get("WWW-Authenticate"), "DPoP error=") ||
				!strings.Contains(body, `<main id="main"`) || strings.Contains(body, "<script") {
				t.Errorf("%s at %s is answered %d %q", name, pattern, rec.Code, rec.Header().Get("WWW-Authenticate"))
			}
		}
	}
	if after := q.heads(t); !slices.Equal(before, after) {
		t.Error("it left something in the log")
	}
}

// TestEmbedsStayInTheirFrames brings an embed's token to every route that is not for embeds, where it is nothing.
func TestEmbedsStayInTheirFrames(t *testing.T) {
	q := newSquare(t)
	p := q.join(t, somebody{name: "staff", tenant: "firm", menus: store.PermitAll})
	nobody := &somebody{name: "nobody"}
	asked := 0
	for name, row := range routes() {
		if row.open != nil || row.framed {
			continue
		}
		asked++
		method, pattern, _ := strings.Cut(name, " ")
		target := names{}.bare(pattern)
		for _, as := range []func(*http.Request){
			func(r *http.Request) { p.embed.prove(t, r) },
			func(r *http.Request) { r.AddCookie(&http.Cookie{Name: p.cookie.Name, Value: p.embed.token}) },
		} {
			r := framedRequest(method, target, row.form)
			as(r)
			rec := httptest.NewRecorder()
			q.Handler().ServeHTTP(rec, r)
			if want := q.ask(nobody, method, target, row.form); rec.Code != want.Code {
				t.Errorf("%s is answered %d to an embed, %d to nobody", name, rec.Code, want.Code)
			}
		}
	}
	if asked < 100 {
		t.Errorf("only %d routes were asked", asked)
	}
}

// TestEmbedsStandWithTheirClient switches off, one at a time, what an embed stands by.
func TestEmbedsStandWithTheirClient(t *testing.T) {
	q := newSquare(t)
	p := q.join(t, somebody{name: "client of x", tenant: "firm", company: "x", menus: store.PermitView})
	firms, others := q.partners["firm"], q.partners["other"]
	get := func(e *shown) int {
		r := framedRequest(http.MethodGet, "/embed/at/deliveries", "")
		e.prove(t, r)
		rec := httptest.NewRecorder()
		q.Handler().ServeHTTP(rec, r)
		return rec.Code
	}
	of := func(client store.ID, origin string) *shown {
		return q.embedded(t, client, store.Session{TenantID: "firm", AccountID: p.account, TrustID: "idp-firm", Embed: store.Embed{Origin: origin}})
	}
	stands := of(firms, partnerOrigin)
	if got := get(stands); got != http.StatusOK {
		t.Fatalf("an embed is answered %d", got)
	}
	if got := get(of(others, partnerOrigin)); got != http.StatusForbidden {
		t.Errorf("an embed of another firm's client is answered %d", got)
	}
	if got := get(of(q.fresh(), partnerOrigin)); got != http.StatusForbidden {
		t.Errorf("an embed of nobody's client is answered %d", got)
	}
	if got := get(of(firms, "https://evil.example")); got != http.StatusForbidden {
		t.Errorf("an embed in another's page is answered %d", got)
	}
	noError(t, q.setup.TurnClient(t.Context(), firms, false))
	if got := get(stands); got != http.StatusForbidden && got != http.StatusUnauthorized {
		t.Errorf("an embed of a client that is off is answered %d", got)
	}
}
