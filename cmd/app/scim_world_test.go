package app

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/sso/session"
	"cloudpocket/store"
)

// provisioned is the service on two instances, with the firm "firm" whose trust "idp" is provisioned, and another firm with
// its own.
type provisioned struct {
	here, there *App
	setup       portal.Setup
	keeper      *session.Keeper
	now         time.Time
	log         *words
	token       string            // of "idp"
	others      string            // of "strange", the other firm's trust
	kept        map[string]string // IDs that were answered, by the name that a step gives them
}

func newProvisioned(t *testing.T, c Config) *provisioned {
	t.Helper()
	p := &provisioned{now: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC), log: &words{}, kept: map[string]string{}}
	c.BaseURL = "https://pocket.example.jp"
	open := func() *App {
		a, err := New(t.Context(), c, func() time.Time { return p.now }, slog.New(slog.NewTextHandler(p.log, nil)))
		noError(t, err)
		t.Cleanup(func() { noError(t, a.Close()) })
		return a
	}
	p.here, p.there = open(), open()
	p.setup = portal.Setup{Portal: p.here.Portal, By: "test"}
	var err error
	p.keeper, err = session.New(session.Config{Store: p.here.Stores.Sessions, BaseURL: c.BaseURL, Now: p.here.now})
	noError(t, err)
	p.token, p.others = p.found(t, "firm", "idp"), p.found(t, "strange", "strange")
	return p
}

// found makes a firm with a company, two administrators by a trust of their own and a trust that is provisioned, and returns
// the token for it.
func (p *provisioned) found(t *testing.T, tenant, trust store.ID) string {
	t.Helper()
	ctx := t.Context()
	noError(t, p.setup.AddTenant(ctx, store.Tenant{ID: tenant, Name: "事務所"}))
	noError(t, p.setup.AddCompany(ctx, tenant, store.Company{ID: "aozora", Name: "青空商事", ExternalID: "ext-aozora"}))
	for _, id := range []store.ID{"tokyo", "osaka"} {
		noError(t, p.setup.AddOffice(ctx, tenant, store.Office{ID: id, CompanyID: "aozora", Name: string(id), ExternalID: "ext-" + string(id)}))
	}
	noError(t, p.setup.AddTrust(ctx, tenant, store.Trust{ID: trust, Name: "親製品", Protocol: store.SAML, State: store.TrustEnabled,
		SAML: &store.SAMLTrust{EntityID: "https://idp.example/" + string(trust)}, Mapping: store.Mapping{Roles: map[string]string{"Desk": "view,deliver", "Readers": "view"}}}))
	noError(t, p.setup.AddTrust(ctx, tenant, store.Trust{ID: "own-" + trust, Name: "事務所", Protocol: store.SAML, State: store.TrustEnabled, SAML: &store.SAMLTrust{EntityID: "https://own.example"}}))
	noError(t, p.setup.AddAccount(ctx, tenant, store.Account{ID: "boss", Name: "Boss", TrustID: "own-" + trust, Subject: "boss", Permissions: store.PermitAll, Offices: store.OfficeScope{All: true}}))
	token, _, err := p.setup.AddScimToken(ctx, trust, "directory of "+string(tenant), 24*time.Hour)
	noError(t, err)
	return token
}

// send sends a request of a provisioning client to an instance.
func (p *provisioned) send(a *App, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/scim/idp/v2"+strings.ReplaceAll(path, " ", "%20"), strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("Content-Type", "application/scim+json; charset=utf-8")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	a.Handler().ServeHTTP(rec, r)
	return rec
}

// step is a request of a client and what it is answered. "{name}" in its path and body is an ID that an earlier step kept.
type step struct {
	name, method, path, body string
	status                   int
	keep                     string            // the name that the answer's ID gets
	wants                    map[string]string // what stands in the answer, by its place: "Resources.0.name.familyName"; "-" for nothing
	then                     func(t *testing.T, p *provisioned)
}

// walk sends the requests of a sequence in their order, to one instance and the other by turns.
func (p *provisioned) walk(t *testing.T, steps []step) {
	t.Helper()
	for i, s := range steps {
		a := []*App{p.here, p.there}[i%2]
		rec := p.send(a, s.method, p.fill(s.path), p.fill(s.body))
		if rec.Code != s.status {
			t.Fatalf("%s: %s %s is answered %d, want %d: %s", s.name, s.method, p.fill(s.path), rec.Code, s.status, rec.Body)
		}
		p.reads(t, s, rec)
		if s.then != nil {
			s.then(t, p)
		}
		if t.Failed() {
			t.Fatalf("after %s", s.name)
		}
	}
}

func (p *provisioned) fill(text string) string {
	for name, id := range p.kept {
		text = strings.ReplaceAll(text, "{"+name+"}", id)
	}
	return text
}

func (p *provisioned) reads(t *testing.T, s step, rec *httptest.ResponseRecorder) {
	t.Helper()
	if rec.Code == http.StatusNoContent {
		if rec.Body.Len() > 0 {
			t.Errorf("%s: nothing is to be answered, got %s", s.name, rec.Body)
		}
		return
	}
	if got := rec.Header().Get("Content-Type"); got != "application/scim+json" {
		t.Errorf("%s: the answer is %s", s.name, got)
	}
	var tree any
	noError(t, json.Unmarshal(rec.Body.Bytes(), &tree))
	if s.keep != "" {
		p.kept[s.keep] = at(tree, "id")
	}
	for place, want := range s.wants {
		if got := at(tree, place); got != p.fill(want) {
			t.Errorf("%s: %s is %q, want %q in %s", s.name, place, got, p.fill(want), rec.Body)
		}
	}
}

// at returns what stands at a place in a tree, "-" for nothing; names of schemas, which have dots, stand in brackets.
func at(tree any, place string) string {
	for place != "" {
		name, rest, _ := strings.Cut(place, ".")
		if strings.HasPrefix(place, "[") {
			name, rest, _ = strings.Cut(place[1:], "]")
			rest = strings.TrimPrefix(rest, ".")
		}
		switch in := tree.(type) {
		case map[string]any:
			tree = in[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(in) {
				return "-"
			}
			tree = in[i]
		default:
			return "-"
		}
		place = rest
	}
	if tree == nil {
		return "-"
	}
	return fmt.Sprint(tree)
}

// account returns who a trust calls so; the zero Account for nobody.
func (p *provisioned) account(t *testing.T, subject string) (a store.Account) {
	t.Helper()
	noError(t, p.there.Stores.Records.View(t.Context(), "firm", func(tx store.Tx) (err error) {
		if a, err = tx.Accounts().BySubject(t.Context(), "idp", subject); store.KindOf(err) == store.NotFound {
			err = nil
		}
		return err
	}))
	return a
}

// enter gives the person of a subject a session and returns its cookie.
func (p *provisioned) enter(t *testing.T, subject string) *http.Cookie {
	t.Helper()
	rec := httptest.NewRecorder()
	_, err := p.keeper.Begin(t.Context(), rec, httptest.NewRequest("GET", "/", nil), session.Start{TenantID: "firm", AccountID: p.account(t, subject).ID, TrustID: "idp", Subject: subject})
	noError(t, err)
	return rec.Result().Cookies()[0]
}

// in reports whether a session is one still, on both instances.
func (p *provisioned) in(t *testing.T, cookie *http.Cookie) bool {
	t.Helper()
	var answers []int
	for _, a := range []*App{p.here, p.there} {
		r := httptest.NewRequest("GET", "/me/session", nil)
		r.AddCookie(cookie)
		rec := httptest.NewRecorder()
		a.Handler().ServeHTTP(rec, r)
		answers = append(answers, rec.Code)
	}
	if answers[0] != answers[1] {
		t.Errorf("the instances answer %v", answers)
	}
	return answers[0] == http.StatusNoContent
}
