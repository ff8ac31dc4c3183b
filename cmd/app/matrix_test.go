package app

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// access says who may use a route.
type access struct {
	open     []int            // it looks at no session: everybody is answered one of these
	menu     store.Permission // one of these menus is needed; none: every account may
	desk     store.Permission // the menus for the firm's own people, where they differ from clients'
	whose    whose
	with     names            // what else stands in the pattern
	all      bool             // whoever is limited to some offices may not
	whole    bool             // nor may they be told whether there is such a record
	record   string           // of which kind the record is that the pattern names, or the form; empty: none
	wide     bool             // the record is the firm's: every office of it reaches it
	vast     bool             // only who has all offices reaches it
	form     string           // what is posted
	also     store.Permission // all of these menus are needed besides
	omits    bool             // what is out of reach is left out without a word: it leaves no trace and is not named
	json     bool             // a script asks
	spends   bool             // what was tried on is another thing once it is done
	ends     bool             // it ends the session of whoever asks
	never    bool             // no form can do it: what it takes is a file
	dear     bool             // it takes seconds: one of those who may does it
	plain    bool             // whoever is switched off is told no more than who never signed in
	machines bool             // it is for machines with a token, of which the trust's own are answered one of open
	client   *clientAccess    // it is for API clients
	framed   bool             // it is for embeds, which bring a token
}

// whose says on which side of the desk somebody has to be.
type whose int

const (
	anybodys whose = iota
	staffs
	clients
)

// verdict is what becomes of a request.
type verdict int

const (
	let      verdict = iota // in
	unsigned                // to the sign-in
	denied                  // known, and not theirs to do
	hidden                  // as if there were nothing
)

func (v verdict) String() string { return []string{"let in", "sent to sign in", "denied", "hidden"}[v] }

// wants is what is to become of p who asks about a record at that spot.
func (a access) wants(p *somebody, at spot) verdict {
	menus, need := portal.Permissions(store.Account{CompanyID: p.company, Permissions: p.menus}), a.menu
	if p.company == "" && a.desk != 0 {
		need = a.desk
	}
	switch {
	case p.cookie == nil, a.plain && p.out:
		return unsigned
	case p.out, a.whole && p.offices != nil, a.whose == staffs && p.company != "", a.whose == clients && p.company == "", need != 0 && !menus.Any(need), menus&a.also != a.also, a.all && p.offices != nil && (a.record == "" || a.reaches(p, at)):
		return denied
	case a.record != "" && !a.reaches(p, at) && !a.omits:
		return hidden
	}
	return let
}

func (a access) reaches(p *somebody, at spot) bool {
	if a.record == "session" {
		return p.tenant == at.tenant && at == spots()[0] // there it is p's own
	}
	if a.vast && p.offices != nil {
		return false
	}
	return p.tenant == at.tenant && (a.wide || (p.company == "" || p.company == at.company()) && (p.offices == nil || slices.Contains(p.offices, at.office)))
}

// verdictOf reads an answer.
func verdictOf(rec *httptest.ResponseRecorder) (verdict, error) {
	switch code := rec.Code; {
	case code == http.StatusUnauthorized, code == http.StatusSeeOther && strings.HasPrefix(rec.Header().Get("Location"), "/sign-in"):
		return unsigned, nil
	case code == http.StatusForbidden:
		return denied, nil
	case code == http.StatusNotFound:
		return hidden, nil
	case code < 400, code == http.StatusConflict, code == http.StatusUnprocessableEntity:
		return let, nil
	}
	return 0, fmt.Errorf("request %s failed", rec.Header().Get("X-Request-Id"))
}

// TestMatrix asks for every route of the service as everybody, about a record of their own, of another office and of
// another firm, and holds the answers to the table in routes. A route that is not in it is an error.
func TestMatrix(t *testing.T) {
	q := newSquare(t)
	people, table, mounted := q.crowd(t), routes(), map[string]bool{}
	noError(t, q.router.Walk(func(method, pattern string) {
		if method == http.MethodHead {
			return // it is the same handler as GET's, which TestHeadIsGet holds
		}
		name := method + " " + pattern
		mounted[name] = true
		row, ok := table[name]
		if !ok {
			t.Errorf("%s is not in the table of who may use which route", name)
			return
		}
		t.Run(name, func(t *testing.T) { q.tryRoute(t, row, method, pattern, people) })
	}))
	for name, row := range mightyRoutes() {
		method, pattern, _ := strings.Cut(name, " ")
		t.Run("mighty "+name, func(t *testing.T) { q.tryRoute(t, row, method, pattern, people) })
	}
	for name := range table {
		if !mounted[name] {
			t.Errorf("the table has %s, which is not there", name)
		}
	}
}

// try is one request: who asks about a record where.
type try struct {
	p  *somebody
	at spot
}

// tryRoute has everybody try a route: first who may not, which must leave no trace, then who may.
func (q *square) tryRoute(t *testing.T, row access, method, pattern string, people []*somebody) {
	if row.machines {
		q.tryMachines(t, row, method, pattern, people)
		return
	}
	if row.client != nil {
		q.tryClients(t, *row.client, method, pattern, people)
		return
	}
	if row.open != nil {
		for _, p := range people {
			if rec := q.ask(p, method, names{}.bare(pattern), row.form); !slices.Contains(row.open, rec.Code) {
				t.Errorf("%s is answered %d, not one of %v", p.name, rec.Code, row.open)
			}
			q.comeBack(t, row, p)
		}
		return
	}
	var refused, may []try
	for _, one := range row.tries(people) {
		if row.wants(one.p, one.at) == let && (row.record == "" || row.reaches(one.p, one.at)) {
			may = append(may, one)
		} else {
			refused = append(refused, one)
		}
	}
	known := map[spot]names{}
	for _, one := range refused {
		q.record(t, row, one, known, false)
	}
	before := q.heads(t)
	for _, one := range refused {
		q.tryOne(t, row, method, pattern, one, known[one.at])
	}
	if after := q.heads(t); !slices.Equal(before, after) {
		t.Errorf("who may not left something in the log: %v, then %v", before, after)
	}
	if row.dear {
		may = may[:min(1, len(may))]
	}
	done := row.never || len(may) == 0
	for _, one := range may {
		rec := q.tryOne(t, row, method, pattern, one, q.record(t, row, one, known, row.spends))
		done = done || rec.Code < 400
	}
	if !done {
		t.Error("nobody could do it: what it says of the others is worth nothing")
	}
}

// tries are who asks about what: everybody about one record, and those who could do the most about the others.
func (a access) tries(people []*somebody) (all []try) {
	for i, at := range spots() {
		for _, p := range people {
			if i == 0 || a.record != "" && p.cookie != nil && !p.out && !strings.HasPrefix(p.name, "staff with ") || p.name == "staff with every menu" && a.record != "" {
				all = append(all, try{p, at})
			}
		}
	}
	return all
}

// record returns what one tries it on: what is there, or something of its own.
func (q *square) record(t *testing.T, row access, one try, known map[spot]names, own bool) names {
	t.Helper()
	if n, ok := known[one.at]; ok && !own && row.record != "session" {
		return n
	}
	n := names{}
	maps.Copy(n, row.with)
	if row.record != "" {
		n = q.make(t, row.record, one)
	}
	known[one.at] = n
	return n
}

// make makes a record of a kind.
func (q *square) make(t *testing.T, kind string, one try) names {
	t.Helper()
	by, ok := q.kinds()[kind]
	if !ok {
		t.Fatalf("nobody knows how to make a %s", kind)
	}
	return by(t, one.at, one.p)
}

func (q *square) tryOne(t *testing.T, row access, method, pattern string, one try, n names) *httptest.ResponseRecorder {
	t.Helper()
	if row.record == "session" {
		n = q.make(t, "session", one)
	}
	n = n.pickedBy(one.p)
	n["fresh"] = string(q.fresh())
	var headers []string
	if row.json {
		headers = []string{"Accept", "application/json"}
	}
	target := n.bare(n.fill(pattern))
	if method == http.MethodGet && row.form != "" {
		target += "?" + n.fill(row.form)
	}
	ask := q.ask
	if row.framed {
		ask = q.askFramed
	}
	rec := ask(one.p, method, target, n.fill(row.form), headers...)
	if row.omits && !row.reaches(one.p, one.at) && strings.Contains(rec.Body.String(), n["shown"]) {
		t.Errorf("%s about %s of %s is shown %s", one.p.name, one.at.office, one.at.tenant, n["shown"])
	}
	got, err := verdictOf(rec)
	if want := row.wants(one.p, one.at); err != nil || got != want {
		t.Errorf("%s about %s of %s is %s (%d), not %s: %v", one.p.name, one.at.office, one.at.tenant, got, rec.Code, want, err)
	}
	q.comeBack(t, row, one.p)
	return rec
}

// comeBack signs p in again after a route that ends sessions.
func (q *square) comeBack(t *testing.T, row access, p *somebody) {
	t.Helper()
	if row.ends && p.cookie != nil {
		p.cookie, p.embed = q.signIn(t, p.tenant, p.account), q.frame(t, p)
	}
}

// pickedBy fills in what p picks from a list: the firm's people pick documents, clients deliveries.
func (n names) pickedBy(p *somebody) names {
	n = maps.Clone(n)
	if n["pick"] = n["delivery"]; p.company == "" {
		n["pick"] = n["document"]
	}
	return n
}

// bare puts "none" in the places that nothing fills.
func (n names) bare(pattern string) string {
	for {
		before, rest, found := strings.Cut(pattern, "{")
		if !found {
			return pattern
		}
		_, after, _ := strings.Cut(rest, "}")
		pattern = before + "none" + after
	}
}

// TestHeadIsGet demands that HEAD is there where GET is and nowhere else: Matrix asks by GET alone.
func TestHeadIsGet(t *testing.T) {
	q := newSquare(t)
	by := map[string][]string{}
	noError(t, q.router.Walk(func(method, pattern string) { by[pattern] = append(by[pattern], method) }))
	nobody := &somebody{name: "nobody"}
	for pattern, methods := range by {
		if slices.Contains(methods, http.MethodGet) != slices.Contains(methods, http.MethodHead) {
			t.Errorf("%s has %q", pattern, methods)
			continue
		}
		if strings.HasPrefix(pattern, "/sso/") || !slices.Contains(methods, http.MethodGet) {
			continue // a HEAD begins no sign-in
		}
		get, head := q.ask(nobody, http.MethodGet, names{}.bare(pattern), ""), q.ask(nobody, http.MethodHead, names{}.bare(pattern), "")
		if get.Code != head.Code || get.Header().Get("Location") != head.Header().Get("Location") {
			t.Errorf("%s answers GET with %d and HEAD with %d", pattern, get.Code, head.Code)
		}
	}
}
