package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// provisioningRoutes are for machines with a token of the trust, and look at no session.
func provisioningRoutes() map[string]access {
	const user, change = `{"userName":"{fresh}"}`, `{"Operations":[{"op":"replace","path":"displayName","value":"{fresh}"}]}`
	all, base := map[string]access{}, " /scim/{trust}/v2"
	answers := func(method, path, body string, code int) {
		all[method+base+path] = access{machines: true, form: body, open: []int{code}}
	}
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		answers(method, "/Me", user, http.StatusNotImplemented)
		answers(method, "/{rest:.*}", user, http.StatusNotFound)
	}
	for kind, body := range map[string]string{"/Users": user, "/Groups": `{"displayName":"{fresh}"}`} {
		answers("GET", kind, "", http.StatusOK)
		answers("POST", kind, body, http.StatusCreated)
		answers("POST", kind+"/.search", "{}", http.StatusOK)
		answers("GET", kind+"/{id}", "", http.StatusOK)
		answers("PUT", kind+"/{id}", body, http.StatusOK)
		answers("PATCH", kind+"/{id}", change, http.StatusOK)
		answers("DELETE", kind+"/{id}", "", http.StatusNoContent)
	}
	answers("PATCH", "/Groups/{id}", change, http.StatusNoContent)
	answers("POST", "/.search", "{}", http.StatusOK)
	answers("POST", "/Bulk", `{"Operations":[{"method":"POST","path":"/Users","bulkId":"a","data":`+user+`}]}`, http.StatusOK)
	for _, path := range []string{"/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/{id}", "/Schemas", "/Schemas/{id}"} {
		answers("GET", path, "", http.StatusOK)
	}
	return all
}

// machine is who asks with a token, or with what is none.
type machine struct {
	name   string
	trust  store.ID // of which the token is
	bearer string
}

// machines are a trust's own, whose token is good for it, and those for whom it is not to be there.
func (q *square) machines(t *testing.T) (own machine, others []machine, shut machine) {
	t.Helper()
	made := func(name string, tenant store.ID) machine {
		m := machine{name: name, trust: q.fresh()}
		noError(t, q.setup.AddTrust(t.Context(), tenant, store.Trust{ID: m.trust, Name: name, Protocol: store.SAML, State: store.TrustEnabled,
			SAML: &store.SAMLTrust{EntityID: "https://idp.example/" + string(m.trust)}}))
		token, _, err := q.setup.AddScimToken(t.Context(), m.trust, name, 24*time.Hour)
		noError(t, err)
		m.bearer = token
		return m
	}
	own, shut = made("its own", "firm"), made("a suspended firm's", "gone")
	revoked := machine{name: "its own, revoked", trust: own.trust}
	token, kept, err := q.setup.AddScimToken(t.Context(), own.trust, "revoked", 24*time.Hour)
	noError(t, err)
	noError(t, q.setup.EndScimToken(t.Context(), own.trust, kept.ID))
	revoked.bearer = token
	return own, []machine{made("another trust's", "firm"), made("another firm's", "other"), shut, revoked}, shut
}

// call sends what a machine would, from an address that nobody asked from.
func (q *square) call(bearer, method, target, body string, cookie *http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	q.made++
	r.RemoteAddr = fmt.Sprintf("198.18.%d.%d:1", q.made>>8&255, q.made&255)
	r.Header.Set("Content-Type", "application/scim+json")
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	rec := httptest.NewRecorder()
	q.Handler().ServeHTTP(rec, r)
	return rec
}

// tryMachines has everybody try a route without a token, and machines with theirs: none that is not the trust's own is let in
// or leaves a trace, one that is theirs reaches nothing of another trust, and the trust's own does what it is there for.
func (q *square) tryMachines(t *testing.T, row access, method, pattern string, people []*somebody) {
	own, others, shut := q.machines(t)
	n := names{"trust": string(own.trust), "id": "User", "fresh": string(q.fresh())}
	resource := strings.HasSuffix(pattern, "/{id}") && (strings.Contains(pattern, "/Users/") || strings.Contains(pattern, "/Groups/"))
	switch {
	case resource:
		n["id"] = q.provisionedBy(t, own, pattern)
	case strings.Contains(pattern, "/Schemas/"):
		n["id"] = scim.Enterprise
	}
	at := func(trust store.ID) string {
		to := names{"trust": string(trust), "id": n["id"]}
		return to.bare(to.fill(pattern))
	}
	before := q.heads(t)
	for _, p := range people {
		if rec := q.call("", method, at(own.trust), n.fill(row.form), p.cookie); rec.Code != http.StatusUnauthorized {
			t.Errorf("%s without a token is answered %d", p.name, rec.Code)
		}
	}
	for _, m := range others {
		if rec := q.call(m.bearer, method, at(own.trust), n.fill(row.form), nil); rec.Code != http.StatusUnauthorized {
			t.Errorf("a token of %s is answered %d", m.name, rec.Code)
		}
		if m.trust == own.trust || m == shut || !resource {
			continue
		}
		if rec := q.call(m.bearer, method, at(m.trust), n.fill(row.form), nil); rec.Code != http.StatusNotFound {
			t.Errorf("a token of %s that asks at its own trust is answered %d", m.name, rec.Code)
		}
	}
	if rec := q.call(shut.bearer, method, at(shut.trust), n.fill(row.form), nil); rec.Code != http.StatusForbidden {
		t.Errorf("%s is answered %d", shut.name, rec.Code)
	}
	if after := q.heads(t); !slices.Equal(before, after) {
		t.Errorf("who may not left something in the log: %v, then %v", before, after)
	}
	rec := q.call(own.bearer, method, at(own.trust), n.fill(row.form), nil)
	if !slices.Contains(row.open, rec.Code) {
		t.Errorf("a token of %s is answered %d, not one of %v: %s", own.name, rec.Code, row.open, rec.Body)
	}
	if strings.HasSuffix(pattern, "/Bulk") {
		q.tryBulk(t, rec, own, others[:2])
	}
}

// tryBulk demands that the trust's own operation was carried out, and that none of another trust, sent to its own, reaches
// what the trust has.
func (q *square) tryBulk(t *testing.T, done *httptest.ResponseRecorder, own machine, others []machine) {
	t.Helper()
	if got := operationOf(t, done); got != "201" {
		t.Errorf("the operation of %s is answered %s", own.name, got)
	}
	for kind, body := range map[string]string{"/Users": `{"userName":"taken"}`, "/Groups": `{"displayName":"taken"}`} {
		path := kind + "/" + q.provisionedBy(t, own, kind+"/")
		for method, data := range map[string]string{"PUT": body, "PATCH": `{"Operations":[{"op":"replace","path":"displayName","value":"taken"}]}`, "DELETE": "null"} {
			bulk := fmt.Sprintf(`{"Operations":[{"method":%q,"path":%q,"data":%s}]}`, method, path, data)
			for _, m := range others {
				if got := operationOf(t, q.call(m.bearer, "POST", scim.BasePath(m.trust)+"/Bulk", bulk, nil)); got != "404" {
					t.Errorf("%s of %s by a token of %s is answered %s", method, kind, m.name, got)
				}
			}
		}
		if rec := q.call(own.bearer, "GET", scim.BasePath(own.trust)+path, "", nil); rec.Code != http.StatusOK || strings.Contains(rec.Body.String(), "taken") {
			t.Errorf("it is left as %d %s", rec.Code, rec.Body)
		}
	}
}

// operationOf returns the status of a bulk's one operation.
func operationOf(t *testing.T, rec *httptest.ResponseRecorder) string {
	t.Helper()
	var answer struct{ Operations []struct{ Status string } }
	if err := json.Unmarshal(rec.Body.Bytes(), &answer); err != nil || len(answer.Operations) != 1 {
		t.Fatalf("a bulk is answered %d %s: %v", rec.Code, rec.Body, err)
	}
	return answer.Operations[0].Status
}

// provisionedBy has a machine make the user or group that a pattern asks for, and returns its ID.
func (q *square) provisionedBy(t *testing.T, m machine, pattern string) string {
	t.Helper()
	kind := "/Users"
	if strings.Contains(pattern, "/Groups/") {
		kind = "/Groups"
	}
	rec := q.call(m.bearer, "POST", "/scim/"+string(m.trust)+"/v2"+kind, fmt.Sprintf(`{"userName":%[1]q,"displayName":%[1]q}`, q.fresh()), nil)
	place := rec.Header().Get("Location")
	if rec.Code != http.StatusCreated || place == "" {
		t.Fatalf("it is not made: %d %s", rec.Code, rec.Body)
	}
	return place[strings.LastIndex(place, "/")+1:]
}
