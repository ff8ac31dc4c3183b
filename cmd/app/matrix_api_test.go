package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"cloudpocket/portal/api"
	"cloudpocket/sso/exchange"
	"cloudpocket/store"
)

// clientAccess says which API clients may use a route.
type clientAccess struct {
	scope  store.Scope // one of these is needed
	record string      // of which kind the record is that the pattern names; empty: none
	media  string      // of the body
	body   string
	code   int // what is answered to who may
	far    int // what is answered to who reaches another office alone; 0: the same
}

const (
	asJSON = "application/json"
	asForm = "multipart/form-data; boundary=x"
)

// formOf is a form with a file and other fields, names and values.
func formOf(fields ...string) string {
	form := "--x\r\nContent-Disposition: form-data; name=file; filename={fresh}.txt\r\n\r\n{fresh}\r\n"
	for i := 0; i+1 < len(fields); i += 2 {
		form += "--x\r\nContent-Disposition: form-data; name=" + fields[i] + "\r\n\r\n" + fields[i+1] + "\r\n"
	}
	return form + "--x--\r\n"
}

// apiRoutes are for API clients with a token, and look at no session.
func apiRoutes() map[string]access {
	const places, documents, either = store.ScopePlaces, store.ScopeDocuments, store.ScopeDocuments | store.ScopeReceipts
	all := map[string]access{"GET " + api.BasePath + "/openapi.json": {open: []int{200}}, "GET " + api.BasePath: {open: []int{200}}}
	for name, row := range map[string]clientAccess{
		"GET /companies":                            {scope: places, code: 200},
		"PUT /companies/{company}":                  {scope: places, record: "place", media: asJSON, body: `{"name":"{fresh}"}`, code: 200, far: 403},
		"GET /companies/{company}/offices":          {scope: places, record: "place", code: 200, far: 404},
		"PUT /companies/{company}/offices/{office}": {scope: places, record: "place", media: asJSON, body: `{"name":"{fresh}"}`, code: 200, far: 404},
		"POST /packages":                            {scope: documents, media: asForm, body: formOf(), code: 201},
		"POST /packages/batch":                      {scope: documents, media: asForm, body: formOf(), code: 200},
		"GET /packages/{id}":                        {scope: documents, record: "package", code: 200, far: 404},
		"POST /documents":                           {scope: documents, record: "place", media: asForm, body: formOf("title", "x", "kind", "other", "office", "{office}"), code: 201, far: 422},
		"GET /documents/{id}":                       {scope: either, record: "document", code: 200, far: 404},
		"POST /documents/{id}/deliver":              {scope: documents, record: "draft", code: 200, far: 404},
		"GET /documents/{id}/receipts":              {scope: store.ScopeReceipts, record: "document", code: 200, far: 404},
		"GET /export":                               {scope: either, code: 200, far: 403},
		"GET /receipts":                             {scope: store.ScopeReceipts, code: 200},
		"POST /deliveries/{id}/withdraw":            {scope: documents, record: "delivery", media: asJSON, body: `{"reason":"x"}`, code: 204, far: 404},
	} {
		method, path, _ := strings.Cut(name, " ")
		all[method+" "+api.BasePath+path] = access{client: &row}
	}
	return all
}

// placed makes a company and an office of it that the parent product knows.
func (q *square) placed(t *testing.T, at spot) names {
	t.Helper()
	company, office := q.fresh(), q.fresh()
	noError(t, q.setup.AddCompany(t.Context(), at.tenant, store.Company{ID: company, Name: "会社", ExternalID: "ext-" + string(company)}))
	noError(t, q.setup.AddOffice(t.Context(), at.tenant, store.Office{ID: office, CompanyID: company, Name: "事業所", ExternalID: "ext-" + string(office)}))
	return names{"company": "ext-" + string(company), "office": "ext-" + string(office)}
}

// bearer registers an API client and returns a token of it.
func (q *square) bearer(t *testing.T, tenant store.ID, c store.APIClient) string {
	t.Helper()
	if c.ID = q.fresh(); c.State == "" {
		c.State = store.ClientEnabled
	}
	c.Name, c.Offices.All = "親製品", c.Offices.Offices == nil
	noError(t, q.Stores.Records.Update(t.Context(), tenant, func(tx store.Tx) error { return tx.APIClients().Create(t.Context(), c) }))
	token, err := exchange.Tokens{Marks: q.Stores.Marks}.Give(t.Context(), exchange.Grant{TenantID: tenant, ClientID: c.ID, Scopes: c.Scopes})
	noError(t, err)
	return token
}

// tryClients has everybody try a route without a token, and API clients with theirs: none that may not is let in or leaves a
// trace, and who may does it.
func (q *square) tryClients(t *testing.T, row clientAccess, method, pattern string, people []*somebody) {
	at := spots()[0]
	n := names{"fresh": string(q.fresh())}
	switch row.record {
	case "":
	case "place":
		n = q.placed(t, at)
	default:
		n = q.kinds()[row.record](t, at, &somebody{tenant: at.tenant})
	}
	n["fresh"] = string(q.fresh())
	ask := func(token string, cookie *http.Cookie) *httptest.ResponseRecorder {
		return q.callAPI(token, method, n.fill(pattern), row.media, n.fill(row.body), cookie)
	}
	all := store.ScopeAll
	tries := map[string]struct {
		token string
		code  int
	}{
		"no token of ours":   {"cpa_none", 401},
		"all but its scope":  {q.bearer(t, "firm", store.APIClient{Scopes: all &^ row.scope}), 403},
		"switched off":       {q.bearer(t, "firm", store.APIClient{Scopes: all, State: store.ClientDisabled}), 403},
		"a suspended firm's": {q.bearer(t, "gone", store.APIClient{Scopes: all}), 403},
	}
	if row.far != 0 {
		tries["another office's"] = struct {
			token string
			code  int
		}{q.bearer(t, "firm", store.APIClient{Scopes: all, Offices: store.OfficeScope{Offices: []store.ID{"y1"}}}), row.far}
	}
	before := q.heads(t)
	for _, p := range people {
		if rec := ask("", p.cookie); rec.Code != http.StatusUnauthorized {
			t.Errorf("%s without a token is answered %d", p.name, rec.Code)
		}
	}
	for name, try := range tries {
		if rec := ask(try.token, nil); rec.Code != try.code {
			t.Errorf("%s is answered %d, not %d: %s", name, rec.Code, try.code, rec.Body)
		}
	}
	if after := q.heads(t); !slices.Equal(before, after) {
		t.Errorf("who may not left something in the log: %v, then %v", before, after)
	}
	q.strangers(t, row, ask)
	if rec := ask(q.bearer(t, "firm", store.APIClient{Scopes: all}), nil); rec.Code != row.code {
		t.Errorf("who may is answered %d, not %d: %s", rec.Code, row.code, rec.Body)
	}
}

// strangers have another firm's client ask about what is this one's: it finds nothing of it.
func (q *square) strangers(t *testing.T, row clientAccess, ask func(string, *http.Cookie) *httptest.ResponseRecorder) {
	t.Helper()
	before := q.heads(t)[0]
	rec := ask(q.bearer(t, "other", store.APIClient{Scopes: store.ScopeAll}), nil)
	if after := q.heads(t)[0]; after != before {
		t.Errorf("another firm's left something in this one's log: %v, then %v", before, after)
	}
	made := row.far == 403 && rec.Code == http.StatusCreated                  // a company of its own that is called the same
	made = made || row.far == 403 && row.record == "" && rec.Code == row.code // all of its own
	if row.far != 0 && rec.Code != row.far && !made {
		t.Errorf("another firm's is answered %d: %s", rec.Code, rec.Body)
	}
}

// callAPI sends what an API client would, from an address that nobody asked from.
func (q *square) callAPI(token, method, target, media, body string, cookie *http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	q.made++
	r.RemoteAddr = fmt.Sprintf("198.19.%d.%d:1", q.made>>8&255, q.made&255)
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	rec := httptest.NewRecorder()
	q.Handler().ServeHTTP(rec, r)
	return rec
}
