package portal_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// deed is one thing an actor tries on the documents of tenant "a" that were handed to offices x1 and y1.
type deed struct {
	name    string
	staff   bool // only the firm's own people may
	needs   store.Permission
	audited bool
	spends  bool // what was tried on is another thing once it is done; the others are tried on the same
	try     func(t *testing.T, w *world, a portal.Actor, tr trove) error
}

// trove is what there is to try deeds on.
type trove struct {
	document, file, x1, y1, draft store.ID
	named                         store.ID // a delivery to x1 of a notice that names somebody
	waits                         store.ID // a delivery to x1 that a second person has to approve
	code                          store.OfficeCode
}

func deeds() []deed {
	return []deed{
		{"view", false, store.PermitView, true, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, err := w.View(t.Context(), a, tr.x1)
			return err
		}},
		{"download", false, store.PermitView, true, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, blob, err := w.Download(t.Context(), a, tr.x1, tr.file)
			if err == nil {
				blob.Close()
			}
			return err
		}},
		{"ask for a download", false, store.PermitView, false, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, err := w.Downloadable(t.Context(), a, tr.x1, tr.file)
			return err
		}},
		{"read a part", false, store.PermitView, false, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, err := w.Read(t.Context(), a, portal.Source{Delivery: tr.x1}, 1, portal.Manner{Lang: "ja"})
			return err
		}},
		{"download a part", false, store.PermitView, true, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, blob, err := w.DownloadPart(t.Context(), a, portal.Source{Delivery: tr.x1}, 1)
			if err == nil {
				blob.Close()
			}
			return err
		}},
		{"read a part at the desk", true, store.PermitDeliver, false, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, err := w.Read(t.Context(), a, portal.Source{Document: tr.document}, 1, portal.Manner{Lang: "ja"})
			return err
		}},
		{"download a part at the desk", true, store.PermitDeliver, true, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, blob, err := w.DownloadPart(t.Context(), a, portal.Source{Document: tr.document}, 1)
			if err == nil {
				blob.Close()
			}
			return err
		}},
		{"list the parts at the desk", true, store.PermitDeliver, false, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, err := w.Parts(t.Context(), a, portal.Source{Document: tr.document})
			return err
		}},
		{"persons", false, store.PermitView, true, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, _, err := w.Rosters(t.Context(), a, portal.Source{Delivery: tr.named})
			return err
		}},
		{"persons as a file", false, store.PermitView, true, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, _, err := w.DownloadRosters(t.Context(), a, portal.Source{Delivery: tr.named})
			return err
		}},
		{"print", false, store.PermitView, true, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, _, err := w.Book(t.Context(), a, portal.Source{Delivery: tr.named}, "ja")
			return err
		}},
		{"print as a file", false, store.PermitView, true, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, _, err := w.DownloadBook(t.Context(), a, portal.Source{Delivery: tr.named}, "ja", func(_ context.Context, b []byte) ([]byte, error) { return b, nil })
			return err
		}},
		{"desk document", true, portal.AtDesk, false, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, err := w.DeskDocument(t.Context(), a, tr.document)
			return err
		}},
		{"desk file", true, store.PermitDeliver, true, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, blob, err := w.DeskFile(t.Context(), a, tr.document, tr.file)
			if err == nil {
				blob.Close()
			}
			return err
		}},
		{"receipts", true, store.PermitReceipts, false, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, err := w.Receipts(t.Context(), a, tr.document, store.Page{})
			return err
		}},
		{"deliver a draft", true, store.PermitDeliver, true, true, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, err := w.Deliver(t.Context(), a, tr.draft)
			return err
		}},
		{"plan a draft", true, store.PermitDeliver, true, true, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, err := w.Plan(t.Context(), a, tr.draft, w.now.Add(time.Hour), time.Time{})
			return err
		}},
		{"who had seen it", true, store.PermitReceipts, false, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			_, err := w.Seen(t.Context(), a, tr.x1)
			return err
		}},
		{"approve", true, store.PermitDeliver, true, true, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			return w.Approve(t.Context(), a, tr.waits)
		}},
		{"unschedule", true, store.PermitDeliver, true, true, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			return w.Unschedule(t.Context(), a, tr.waits)
		}},
		{"bulk of deliveries", false, store.PermitView, true, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			b, err := w.BulkDeliveries(t.Context(), a, []store.ID{tr.x1}, sheet())
			if err == nil {
				err = b.WriteTo(t.Context(), io.Discard)
			}
			return err
		}},
		{"bulk of documents", true, store.PermitDeliver, true, false, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			b, err := w.BulkDocuments(t.Context(), a, []store.ID{tr.document}, sheet())
			if err == nil {
				err = b.WriteTo(t.Context(), io.Discard)
			}
			return err
		}},
		{"unteach", true, store.PermitDeliver, true, true, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			return w.Unteach(t.Context(), a, "x1", tr.code)
		}},
		{"withdraw", true, store.PermitDeliver, true, true, func(t *testing.T, w *world, a portal.Actor, tr trove) error {
			return w.Withdraw(t.Context(), a, tr.x1, "誤配付")
		}},
	}
}

// TestPermission tries every deed as everybody: permission × office scope × company × tenant.
func TestPermission(t *testing.T) {
	reaches := map[string]bool{"client of x, all": true, "client of x, x1": true, "staff, all": true, "staff, x1": true}
	w := newWorld(t)
	w.boss(t)
	people, tr := map[string]portal.Actor{}, w.trove(t)
	for _, d := range deeds() {
		for scope, p := range scopes() {
			for _, permissions := range append(menus(), store.PermitAll&^d.needs) {
				p.permissions = permissions
				menu := permissions.Any(d.needs) && (!d.staff || p.company == "")
				may := reaches[scope] && menu
				t.Run(fmt.Sprintf("%s/%s/%s", d.name, scope, permissions), func(t *testing.T) {
					who := fmt.Sprint(scope, permissions)
					if _, ok := people[who]; !ok {
						people[who] = w.add(t, w.fresh(), p)
					}
					tryDeed(t, w, d, people[who], tr, may, menu)
					if may && d.spends || t.Failed() {
						tr = w.trove(t)
					}
				})
			}
		}
	}
}

// scopes are the kinds of people there are, seen from the documents of tenant "a".
func scopes() map[string]who {
	return map[string]who{
		"client of x, all":      {tenant: "a", company: "x"},
		"client of x, x1":       {tenant: "a", company: "x", offices: []store.ID{"x1"}},
		"client of x, x2":       {tenant: "a", company: "x", offices: []store.ID{"x2"}},
		"client of y, all":      {tenant: "a", company: "y"},
		"staff, all":            {tenant: "a"},
		"staff, x1":             {tenant: "a", offices: []store.ID{"x1"}},
		"staff, x2":             {tenant: "a", offices: []store.ID{"x2"}},
		"other firm, staff":     {tenant: "b"},
		"other firm, x, all":    {tenant: "b", company: "x"},
		"other firm, client x1": {tenant: "b", company: "x", offices: []store.ID{"x1"}},
	}
}

// menus are the combinations of permissions that people are tried with.
func menus() []store.Permission {
	return []store.Permission{0, store.PermitView, store.PermitDeliver, store.PermitReceipts, store.PermitAll}
}

// tryDeed demands that the deed is done exactly when may; without the menu it is Denied, with it and out of reach it
// is NotFound, as if there were nothing.
func tryDeed(t *testing.T, w *world, d deed, a portal.Actor, tr trove, may, menu bool) {
	t.Helper()
	before := w.head(t, "a")
	err := d.try(t, w, a, tr)
	switch {
	case may && err != nil:
		t.Errorf("refused: %v", err)
	case !may && err == nil:
		t.Error("allowed")
	case !may && menu && store.KindOf(err) != store.NotFound:
		t.Errorf("out of reach answers %v, want not found", err)
	case !may && !menu && store.KindOf(err) != store.Denied:
		t.Errorf("without the menu answers %v, want denied", err)
	}
	if recorded := w.head(t, "a").Seq - before.Seq; (recorded > 0) != (may && d.audited) {
		t.Errorf("%d events were recorded", recorded)
	}
}

func (w *world) trove(t *testing.T) trove {
	t.Helper()
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	document, by := w.publish(t, boss, "x1", "y1")
	d, err := w.DeskDocument(t.Context(), boss, document)
	must(t, err)
	draft, err := w.Publish(t.Context(), boss, portal.Draft{Title: "下書き", Kind: "other", Files: []portal.StagedFile{w.stage(t, boss, "a.txt", "a")}, Offices: []store.ID{"x1"}})
	must(t, err)
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		return tx.Rules().Save(t.Context(), store.Rule{Kind: "work-rules", TwoPersons: true})
	}))
	code := store.OfficeCode{System: store.CodeLabor, Code: "13101123456000"}
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error { return tx.Offices().Teach(t.Context(), "x1", code) }))
	waits, err := w.Publish(t.Context(), boss, portal.Draft{Title: "二人で", Kind: "work-rules", Files: []portal.StagedFile{w.stage(t, boss, "a.txt", "a")}, Offices: []store.ID{"x1"}, Deliver: true})
	must(t, err)
	named, err := w.Publish(t.Context(), boss, portal.Draft{Title: "通知書", Kind: "other", Files: []portal.StagedFile{w.stage(t, boss, "9999999.xml",
		"<N9999999><_被保険者><被保険者漢字氏名>人</被保険者漢字氏名></_被保険者></N9999999>")}, Offices: []store.ID{"x1"}, Deliver: true})
	must(t, err)
	return trove{document: document, named: w.deliveries(t, boss, named)["x1"], file: d.Document.Files[0].ID, x1: by["x1"], y1: by["y1"], draft: draft, waits: w.deliveries(t, boss, waits)["x1"], code: code}
}

// TestWithdrawnLooksLikeNothing holds every answer about what one may not see against the answer about nothing.
func TestWithdrawnLooksLikeNothing(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	tr := w.trove(t)
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	must(t, w.Withdraw(t.Context(), boss, tr.x1, "誤配付"))
	for name, id := range map[string]store.ID{"withdrawn": tr.x1, "another company's": tr.y1, "nothing": store.NewID(began)} {
		if _, err := w.View(t.Context(), client, id); store.KindOf(err) != store.NotFound {
			t.Errorf("%s answers %v", name, err)
		}
	}
}

func TestDisabledAtOnce(t *testing.T) {
	for name, off := range map[string]func(t *testing.T, w *world) (int, error){
		"account": func(t *testing.T, w *world) (int, error) {
			return w.setup.SwitchAccount(t.Context(), "a", "client", store.AccountDisabled)
		},
		"trust": func(t *testing.T, w *world) (int, error) {
			return w.setup.SwitchTrust(t.Context(), "saml-a", store.TrustDisabled)
		},
		"tenant": func(t *testing.T, w *world) (int, error) {
			return w.setup.SwitchTenant(t.Context(), "a", store.TenantSuspended)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.boss(t)
			tr := w.trove(t)
			client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
			w.add(t, "client", who{tenant: "b", company: "x", permissions: store.PermitView})
			begin(t, w, "a", "client")
			begin(t, w, "b", "client")
			ended, err := off(t, w)
			must(t, err)
			if ended != 1 {
				t.Errorf("%d sessions ended, want 1", ended)
			}
			if _, err := w.View(t.Context(), client, tr.x1); !errors.Is(err, &store.Error{Kind: store.Denied, Key: "error.account_disabled"}) {
				t.Errorf("a session that survived can still view: %v", err)
			}
			if theirs, err := w.sessions.Of(t.Context(), "b", "client"); err != nil || len(theirs) != 1 {
				t.Errorf("the other firm's client has %d sessions, %v", len(theirs), err)
			}
		})
	}
}

// TestUnboundTrust demands that a trust which may no longer admit into a tenant carries nobody there.
func TestUnboundTrust(t *testing.T) {
	w := newWorld(t)
	must(t, w.setup.AddTrust(t.Context(), "b", store.Trust{ID: "lent", Name: "IdP", Protocol: store.SAML, State: store.TrustEnabled,
		SAML: &store.SAMLTrust{EntityID: "https://lent.example"}, Mapping: store.Mapping{Tenant: store.Claim("firm")}, Tenants: map[string]store.ID{"1": "a"}}))
	must(t, w.setup.AddAccount(t.Context(), "a", store.Account{ID: "guest", TrustID: "lent", Subject: "s", Name: "人", Permissions: store.PermitAll}))
	guest := portal.Actor{TenantID: "a", AccountID: "guest", TrustID: "lent"}
	must(t, w.MayStage(t.Context(), guest))
	lent, err := w.Records.Trust(t.Context(), "lent")
	must(t, err)
	lent.Tenants = nil
	must(t, w.setup.RefreshTrust(t.Context(), lent, nil))
	if err := w.MayStage(t.Context(), guest); store.KindOf(err) != store.Denied {
		t.Errorf("by a trust that is not bound any more: %v", err)
	}
}

func begin(t *testing.T, w *world, tenant, account store.ID) {
	t.Helper()
	token := string(store.NewID(w.now))
	must(t, w.sessions.Begin(t.Context(), store.Session{Key: store.KeyOf(token), ID: store.ID(token), TenantID: tenant, AccountID: account, TrustID: "saml-" + tenant,
		Subject: "s-" + string(account), Began: w.now, Seen: w.now, Ends: w.now.Add(3600e9), Idle: 1800e9}))
}
