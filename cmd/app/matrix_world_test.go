package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/sso/session"
	"cloudpocket/store"
)

// square is the service with three firms: "firm" with companies "x" (office "x1") and "y" (office "y1"), "other" with
// "v" ("v1") and "w" ("w1"), and "gone", which is suspended. What there is to ask for is made when somebody asks.
type square struct {
	*App
	setup  portal.Setup
	keeper *session.Keeper
	now    time.Time
	made   int

	t        *testing.T
	partners map[store.ID]store.ID // a client of each firm that may embed
}

// somebody is who asks.
type somebody struct {
	name    string
	tenant  store.ID
	company store.ID // empty: the firm's own
	menus   store.Permission
	offices []store.ID // nil: all
	out     bool       // they were switched off, or their firm was: nothing is theirs
	cookie  *http.Cookie
	embed   *shown
	account store.ID
}

// spot is where a record belongs.
type spot struct{ tenant, office store.ID }

func (s spot) company() store.ID { return s.office[:1] }

// The spots that are asked about: one, one of another company, and one of another firm.
func spots() []spot { return []spot{{"firm", "x1"}, {"firm", "y1"}, {"other", "v1"}} }

func newSquare(t *testing.T) *square {
	t.Helper()
	log := &words{}
	q := &square{t: t, partners: map[store.ID]store.ID{}, now: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)}
	c := testConfig(t)
	c.BaseURL, c.Chromium = "https://pocket.example.jp", interop.ChromiumPath(t)
	a, err := New(t.Context(), c, func() time.Time { return q.now }, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelError})))
	noError(t, err)
	t.Cleanup(func() {
		noError(t, a.Close())
		if t.Failed() {
			t.Logf("the service's log:\n%s", log)
		}
	})
	q.App, q.setup = a, portal.Setup{Portal: a.Portal, By: "test"}
	q.keeper, err = session.New(session.Config{Store: a.Stores.Sessions, BaseURL: c.BaseURL, Now: a.now})
	noError(t, err)
	for _, tenant := range []store.ID{"firm", "other", "gone"} {
		q.found(t, tenant)
	}
	return q
}

// found makes a firm, and "boss" in it by whom its records are made.
func (q *square) found(t *testing.T, tenant store.ID) {
	t.Helper()
	ctx := t.Context()
	noError(t, q.setup.AddTenant(ctx, store.Tenant{ID: tenant, Name: "事務所 " + string(tenant)}))
	noError(t, q.setup.AddTrust(ctx, tenant, store.Trust{ID: "idp-" + tenant, Name: "IdP", Protocol: store.SAML, State: store.TrustEnabled,
		SAML: &store.SAMLTrust{EntityID: "https://idp.example/" + string(tenant)}}))
	for _, c := range map[store.ID][]store.ID{"firm": {"x", "y"}, "other": {"v", "w"}, "gone": {"z"}}[tenant] {
		noError(t, q.setup.AddCompany(ctx, tenant, store.Company{ID: c, Name: "会社 " + string(c)}))
		noError(t, q.setup.AddOffice(ctx, tenant, store.Office{ID: c + "1", CompanyID: c, Name: "事業所 " + string(c), ExternalID: "ext-" + string(c)}))
	}
	for _, id := range []store.ID{"boss", "second"} {
		q.register(t, tenant, store.Account{ID: id, Permissions: store.PermitAll, Offices: store.OfficeScope{All: true}})
	}
	q.partners[tenant] = framer(t, q.setup, tenant)
	noError(t, q.Stores.Records.Update(ctx, tenant, func(tx store.Tx) error {
		return tx.Rules().Save(ctx, store.Rule{Kind: "work-rules", TwoPersons: true, RetainYears: 2, Notify: store.ToAll})
	}))
}

func (q *square) register(t *testing.T, tenant store.ID, a store.Account) {
	t.Helper()
	a.TrustID, a.Subject, a.Name = "idp-"+tenant, "s-"+string(a.ID), "人 "+string(a.ID)
	noError(t, q.setup.AddAccount(t.Context(), tenant, a))
}

// fresh returns an ID that nothing has.
func (q *square) fresh() store.ID {
	q.made++
	return store.ID(fmt.Sprintf("n%d", q.made))
}

func (q *square) boss(tenant store.ID) portal.Actor {
	return portal.Actor{TenantID: tenant, AccountID: "boss", TrustID: "idp-" + tenant}
}

// join registers p and signs them in. Who is out is switched off first: what holds is what the records say.
func (q *square) join(t *testing.T, p somebody) *somebody {
	t.Helper()
	if p.tenant == "" {
		return &p
	}
	p.account = q.fresh()
	q.register(t, p.tenant, store.Account{ID: p.account, CompanyID: p.company, Permissions: p.menus, Offices: store.OfficeScope{All: p.offices == nil, Offices: p.offices}})
	if p.out {
		_, err := q.setup.SwitchAccount(t.Context(), p.tenant, p.account, store.AccountDisabled)
		noError(t, err)
	}
	p.cookie, p.embed = q.signIn(t, p.tenant, p.account), q.frame(t, &p)
	return &p
}

func (q *square) signIn(t *testing.T, tenant, account store.ID) *http.Cookie {
	t.Helper()
	rec := httptest.NewRecorder()
	_, err := q.keeper.Begin(t.Context(), rec, httptest.NewRequest("GET", "/", nil), session.Start{TenantID: tenant, AccountID: account, TrustID: "idp-" + tenant})
	noError(t, err)
	return rec.Result().Cookies()[0]
}

// crowd is everybody who asks: nobody, clients, the firm's people with each menu alone and with all but each, with some
// offices, those who are switched off, and another firm's.
func (q *square) crowd(t *testing.T) (all []*somebody) {
	t.Helper()
	for _, p := range []somebody{
		{name: "nobody"},
		{name: "client of x", tenant: "firm", company: "x", menus: store.PermitView},
		{name: "client of x with every menu", tenant: "firm", company: "x", menus: store.PermitAll},
		{name: "client of x without a menu", tenant: "firm", company: "x"},
		{name: "client of x without an office", tenant: "firm", company: "x", menus: store.PermitView, offices: []store.ID{}},
		{name: "client of y", tenant: "firm", company: "y", menus: store.PermitView},
		{name: "another firm's client", tenant: "other", company: "v", menus: store.PermitView},
		{name: "staff with every menu", tenant: "firm", menus: store.PermitAll},
		{name: "staff with no menu", tenant: "firm"},
		{name: "staff of x1", tenant: "firm", menus: store.PermitAll, offices: []store.ID{"x1"}},
		{name: "staff of y1", tenant: "firm", menus: store.PermitAll, offices: []store.ID{"y1"}},
		{name: "another firm's staff", tenant: "other", menus: store.PermitAll},
		{name: "disabled", tenant: "firm", menus: store.PermitAll, out: true},
		{name: "disabled client", tenant: "firm", company: "x", menus: store.PermitView, out: true},
		{name: "of a suspended firm", tenant: "gone", menus: store.PermitAll, out: true},
	} {
		all = append(all, q.join(t, p))
	}
	for _, menu := range eachMenu() {
		all = append(all, q.join(t, somebody{name: "staff with " + menu.String() + " alone", tenant: "firm", menus: menu}),
			q.join(t, somebody{name: "staff with all but " + menu.String(), tenant: "firm", menus: store.PermitAll &^ menu}))
	}
	_, err := q.setup.SwitchTenant(t.Context(), "gone", store.TenantSuspended)
	noError(t, err)
	for _, p := range all {
		if p.tenant == "gone" { // the suspension ended the session: here is one that it missed
			p.cookie, p.embed = q.signIn(t, "gone", p.account), q.frame(t, p)
		}
	}
	return all
}

func eachMenu() (all []store.Permission) {
	for m := store.Permission(1); m <= store.PermitAll; m <<= 1 {
		all = append(all, m)
	}
	return all
}

// ask sends a request as p does; headers are names and values.
func (q *square) ask(p *somebody, method, target, form string, headers ...string) *httptest.ResponseRecorder {
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(form)
	}
	r := httptest.NewRequest(method, target, body)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if p.cookie != nil {
		r.AddCookie(p.cookie)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	q.Handler().ServeHTTP(rec, r)
	return rec
}

// heads are the ends of the firms' logs.
func (q *square) heads(t *testing.T) (heads []store.AuditHead) {
	t.Helper()
	for _, tenant := range []store.ID{"firm", "other", "gone"} {
		noError(t, q.Stores.Records.View(t.Context(), tenant, func(tx store.Tx) error {
			head, err := tx.Audit().Head(t.Context())
			heads = append(heads, head)
			return err
		}))
	}
	return heads
}

// names are what stands in the places of patterns and forms.
type names map[string]string

func (n names) fill(pattern string) string {
	var pairs []string
	for _, place := range slices.Sorted(maps.Keys(n)) {
		pairs = append(pairs, "{"+place+"}", n[place])
	}
	return strings.NewReplacer(pairs...).Replace(pattern)
}

// maker makes a record at a spot, for somebody to try on, and names what patterns and forms call it.
type maker = func(t *testing.T, at spot, p *somebody) names

// by has a pattern's {id} be what is in another place.
func (n names) by(place string) names {
	n["id"] = n[place]
	return n
}

func (n names) part(number string) names {
	n["part"] = number
	return n
}

// kinds of record there are, each with how one is made at a spot for somebody to try on.
func (q *square) kinds() map[string]maker {
	all := map[string]maker{
		"delivery": func(t *testing.T, at spot, _ *somebody) names { return q.delivery(t, at, "other", true).by("delivery") },
		"document": func(t *testing.T, at spot, _ *somebody) names { return q.delivery(t, at, "other", true).by("document") },
		"draft": func(t *testing.T, at spot, _ *somebody) names {
			return q.delivery(t, at, "other", false).by("document")
		},
		"waiting": func(t *testing.T, at spot, _ *somebody) names {
			return q.delivery(t, at, "work-rules", true).by("delivery")
		},
		"picture": func(t *testing.T, at spot, _ *somebody) names {
			return q.delivery(t, at, "other", true).by("delivery").part("2")
		},
		"picture at the desk": func(t *testing.T, at spot, _ *somebody) names {
			return q.delivery(t, at, "other", true).by("document").part("2")
		},
		"code":                q.code,
		"package":             q.parcel("9999999.xml", notice),
		"picture in the tray": q.parcel("a.png", dot()),
		"office":              func(_ *testing.T, at spot, _ *somebody) names { return names{"id": string(at.office)} },
		"session":             q.ownSession,
	}
	maps.Copy(all, q.adminKinds())
	maps.Copy(all, q.peopleKinds())
	all["trust"] = q.trusted
	all["webhook"] = q.webhook
	maps.Copy(all, q.scimKinds())
	maps.Copy(all, q.apiClientKinds())
	return all
}

const notice = "<N9999999><_被保険者><被保険者漢字氏名>人</被保険者漢字氏名></_被保険者></N9999999>"

// delivery publishes a notice that names somebody, with a file beside it.
func (q *square) delivery(t *testing.T, at spot, kind string, deliver bool) names {
	t.Helper()
	ctx, boss := t.Context(), q.boss(at.tenant)
	var files []portal.StagedFile
	for _, f := range [][2]string{{"9999999.xml", notice}, {"a.png", dot()}} {
		one, err := q.Portal.Stage(ctx, boss, f[0], strings.NewReader(f[1]))
		noError(t, err)
		files = append(files, one)
	}
	id, err := q.Portal.Publish(ctx, boss, portal.Draft{Title: "通知書", Kind: kind, Acknowledge: true, Files: files, Offices: []store.ID{at.office}, Deliver: deliver})
	noError(t, err)
	noError(t, q.Stores.Records.Update(ctx, at.tenant, func(tx store.Tx) error {
		return tx.Persons().Create(ctx, id, []store.Person{{Name: "青木 一郎"}})
	}))
	d, err := q.Portal.DeskDocument(ctx, boss, id)
	noError(t, err)
	return names{"document": string(id), "delivery": string(d.Deliveries[0].ID), "file": string(d.Document.Files[0].ID), "part": "1", "page": "1"}
}

// parcel puts a package in the tray whose office is known: bytes of its own under that name.
func (q *square) parcel(name, content string) maker {
	return func(t *testing.T, at spot, _ *somebody) names {
		t.Helper()
		ctx, id := t.Context(), q.fresh()
		_, err := q.Portal.Stage(ctx, q.boss(at.tenant), name, strings.NewReader(content))
		noError(t, err)
		noError(t, q.Stores.Records.Update(ctx, at.tenant, func(tx store.Tx) error {
			return tx.Packages().Create(ctx, store.Package{ID: id, DropID: "drop", Name: name, Digest: store.DigestOf(sha256.Sum256([]byte(content))), Size: int64(len(content)),
				State: store.PackageReady, ReceivedBy: "boss", ReceivedAt: q.now, SortedAt: q.now, Title: "通知書 " + string(id), Kind: "other", Office: at.office})
		}))
		return names{"shown": "通知書 " + string(id), "id": string(id), "office": string(at.office), "part": "1", "page": "1"}
	}
}

// ownSession begins a session of p's own; at any other spot it is somebody else's.
func (q *square) ownSession(t *testing.T, at spot, p *somebody) names {
	t.Helper()
	account := store.ID("boss")
	if at == spots()[0] && p.tenant == at.tenant && p.account != "" {
		account = p.account
	}
	q.now = q.now.Add(time.Second) // the latest is first
	q.signIn(t, at.tenant, account)
	all, err := q.Stores.Sessions.Of(context.Background(), at.tenant, account)
	noError(t, err)
	return names{"id": string(all[0].ID)}
}

// dot is a picture of one point.
func dot() string {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err) // it is written to memory
	}
	return b.String()
}

// code teaches an office a code.
func (q *square) code(t *testing.T, at spot, _ *somebody) names {
	t.Helper()
	q.made++
	code := fmt.Sprintf("13101%09d", q.made)
	noError(t, q.Stores.Records.Update(t.Context(), at.tenant, func(tx store.Tx) error {
		return tx.Offices().Teach(t.Context(), at.office, store.OfficeCode{System: store.CodeLabor, Code: code})
	}))
	return names{"id": string(at.office), "code": code, "shown": code, "system": string(store.CodeLabor)}
}
