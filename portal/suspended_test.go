package portal_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// asActor is every method of Portal that an actor calls. staged is a file of each tenant.
func asActor(tr trove, staged map[store.ID]portal.StagedFile) map[string]func(*testing.T, *world, portal.Actor) error {
	all := map[string]func(*testing.T, *world, portal.Actor) error{
		"Acknowledge": func(t *testing.T, w *world, a portal.Actor) error { return w.Acknowledge(t.Context(), a, tr.x1) },
		"Alerts":      func(t *testing.T, w *world, a portal.Actor) error { _, err := w.Alerts(t.Context(), a); return err },
		"Approve":     func(t *testing.T, w *world, a portal.Actor) error { return w.Approve(t.Context(), a, tr.draft) },
		"Bounced": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Bounced(t.Context(), a, store.Page{})
			return err
		},
		"BulkDeliveries": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.BulkDeliveries(t.Context(), a, []store.ID{tr.x1}, portal.BulkSheet{})
			return err
		},
		"BulkDocuments": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.BulkDocuments(t.Context(), a, []store.ID{tr.document}, portal.BulkSheet{})
			return err
		},
		"Export": func(t *testing.T, w *world, a portal.Actor) error { _, err := w.Export(t.Context(), a, ""); return err },
		"ExportOfParent": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.ExportOfParent(t.Context(), a, "")
			return err
		},
		"Matrix": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Matrix(t.Context(), a, portal.MatrixPage{})
			return err
		},
		"PersonsLeft": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.PersonsLeft(t.Context(), a, []store.ID{tr.x1})
			return err
		},
		"SearchDesk": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.SearchDesk(t.Context(), a, store.Query{}, store.Page{})
			return err
		},
		"SearchInbox": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.SearchInbox(t.Context(), a, store.Query{}, store.Page{})
			return err
		},
		"Tell": func(t *testing.T, w *world, a portal.Actor) error {
			return w.Tell(t.Context(), a, tr.x1, portal.Telling{Persons: []int{0}, How: store.ToldByHand})
		},
		"ToTell": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.ToTell(t.Context(), a, store.Page{})
			return err
		},
		"Told": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Told(t.Context(), a, tr.x1)
			return err
		},
		"Untell":  func(t *testing.T, w *world, a portal.Actor) error { return w.Untell(t.Context(), a, tr.x1, []int{0}) },
		"Choices": func(t *testing.T, w *world, a portal.Actor) error { _, err := w.Choices(t.Context(), a); return err },
		"Deliver": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Deliver(t.Context(), a, tr.draft)
			return err
		},
		"Desk": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Desk(t.Context(), a, store.DocumentFilter{}, store.Page{})
			return err
		},
		"DeskDocument": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.DeskDocument(t.Context(), a, tr.document)
			return err
		},
		"DeskFile": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.DeskFile(t.Context(), a, tr.document, tr.file)
			return err
		},
		"Download": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.Download(t.Context(), a, tr.x1, tr.file)
			return err
		},
		"Downloadable": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Downloadable(t.Context(), a, tr.x1, tr.file)
			return err
		},
		"Discard": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Discard(t.Context(), a, []store.ID{"p"})
			return err
		},
		"HandOver": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.HandOver(t.Context(), a, []store.ID{"p"}, portal.HandOver{})
			return err
		},
		"OfficeMail": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.OfficeMail(t.Context(), a, "x1")
			return err
		},
		"OfficeMails": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.OfficeMails(t.Context(), a, store.Page{})
			return err
		},
		"SaveOfficeMail": func(t *testing.T, w *world, a portal.Actor) error {
			return w.SaveOfficeMail(t.Context(), a, store.OfficeMail{OfficeID: "x1", To: store.ToNobody})
		},
		"PackageOf": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.PackageOf(t.Context(), a, "p")
			return err
		},
		"Place": func(t *testing.T, w *world, a portal.Actor) error { return w.Place(t.Context(), a, "p", "x1", true) },
		"Receive": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Receive(t.Context(), a, "drop", "b.txt", strings.NewReader("b"))
			return err
		},
		"TaughtCodes": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.TaughtCodes(t.Context(), a, store.Page{})
			return err
		},
		"Unteach": func(t *testing.T, w *world, a portal.Actor) error {
			return w.Unteach(t.Context(), a, "x1", store.OfficeCode{System: store.CodeLabor, Code: "1"})
		},
		"Tray": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Tray(t.Context(), a, store.PackageFilter{}, store.Page{})
			return err
		},
		"TrayCounts": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.TrayCounts(t.Context(), a, "drop")
			return err
		},
		"Inbox": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Inbox(t.Context(), a, store.InboxFilter{}, store.Page{})
			return err
		},
		"MayStage": func(t *testing.T, w *world, a portal.Actor) error { return w.MayStage(t.Context(), a) },
		"MayView":  func(t *testing.T, w *world, a portal.Actor) error { return w.MayView(t.Context(), a, tr.x1) },
		"Me":       func(t *testing.T, w *world, a portal.Actor) error { _, err := w.Me(t.Context(), a); return err },
		"MyMail":   func(t *testing.T, w *world, a portal.Actor) error { _, err := w.MyMail(t.Context(), a); return err },
		"MayEmbed": func(t *testing.T, w *world, a portal.Actor) error {
			c := w.client(t, store.APIClient{Scopes: store.ScopeEmbed, Origins: []string{hrPage}}, 0)
			return w.MayEmbed(t.Context(), a, c.Client, hrPage)
		},
		"MySessions": func(t *testing.T, w *world, a portal.Actor) error { _, err := w.MySessions(t.Context(), a); return err },
		"Plan": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Plan(t.Context(), a, tr.draft, w.now.Add(time.Hour), time.Time{})
			return err
		},
		"Publish": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Publish(t.Context(), a, portal.Draft{Title: "通知書", Kind: "other", Files: []portal.StagedFile{staged[a.TenantID]}, Offices: []store.ID{"x1"}})
			return err
		},
		"Parts": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Parts(t.Context(), a, portal.Source{Delivery: tr.x1})
			return err
		},
		"Read": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Read(t.Context(), a, portal.Source{Delivery: tr.x1}, 1, portal.Manner{Lang: "ja"})
			return err
		},
		"Picture": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Picture(t.Context(), a, portal.Source{Delivery: tr.x1}, 1, 1, 640)
			return err
		},
		"Book": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.Book(t.Context(), a, portal.Source{Delivery: tr.x1}, "ja")
			return err
		},
		"DownloadBook": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.DownloadBook(t.Context(), a, portal.Source{Delivery: tr.x1}, "ja", nil)
			return err
		},
		"DownloadRosters": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.DownloadRosters(t.Context(), a, portal.Source{Delivery: tr.x1})
			return err
		},
		"Rosters": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.Rosters(t.Context(), a, portal.Source{Delivery: tr.x1})
			return err
		},
		"PartFile": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.PartFile(t.Context(), a, portal.Source{Delivery: tr.x1}, 1)
			return err
		},
		"DownloadPart": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.DownloadPart(t.Context(), a, portal.Source{Delivery: tr.x1}, 1)
			return err
		},
		"Receipts": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Receipts(t.Context(), a, tr.document, store.Page{})
			return err
		},
		"AnsweredByNow": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.AnsweredByNow(t.Context(), a)
			return err
		},
		"Arrive": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Arrive(t.Context(), a, "b.txt", strings.NewReader("b"))
			return err
		},
		"Enter": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Enter(t.Context(), a, "drop", nil)
			return err
		},
		"ReceiptChanges": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.ReceiptChanges(t.Context(), a, store.Page{})
			return err
		},
		"Answered": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Answered(t.Context(), a)
			return err
		},
		"Replace": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Replace(t.Context(), a, tr.document, portal.Draft{Title: "通知書", Kind: "other", Files: []portal.StagedFile{staged[a.TenantID]}, Offices: []store.ID{"x1"}})
			return err
		},
		"Revoke":     func(t *testing.T, w *world, a portal.Actor) error { _, err := w.Revoke(t.Context(), a, ""); return err },
		"Rules":      func(t *testing.T, w *world, a portal.Actor) error { _, err := w.Rules(t.Context(), a); return err },
		"SaveMyMail": func(t *testing.T, w *world, a portal.Actor) error { return w.SaveMyMail(t.Context(), a, true, false) },
		"SaveRule": func(t *testing.T, w *world, a portal.Actor) error {
			return w.SaveRule(t.Context(), a, portal.DefaultRule("other"))
		},
		"SaveTwoPersons": func(t *testing.T, w *world, a portal.Actor) error { return w.SaveTwoPersons(t.Context(), a, true) },
		"Scheduled": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Scheduled(t.Context(), a, store.Page{})
			return err
		},
		"Seen": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Seen(t.Context(), a, tr.x1)
			return err
		},
		"Stage": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.Stage(t.Context(), a, "b.txt", strings.NewReader("b"))
			return err
		},
		"Unschedule": func(t *testing.T, w *world, a portal.Actor) error { return w.Unschedule(t.Context(), a, tr.draft) },
		"View": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.View(t.Context(), a, tr.x1)
			return err
		},
		"Withdraw": func(t *testing.T, w *world, a portal.Actor) error {
			return w.Withdraw(t.Context(), a, tr.x1, "誤配付")
		},
	}
	for _, area := range actorAreas() {
		maps.Copy(all, area(tr, staged))
	}
	return all
}

// tries are methods by name, each with a call of it.
type tries map[string]func(*testing.T, *world, portal.Actor) error

// actorAreas are the tables of methods that stand beside the area's own tests.
func actorAreas() []func(tr trove, staged map[store.ID]portal.StagedFile) tries {
	return []func(tr trove, staged map[store.ID]portal.StagedFile) tries{
		triedByLog,
		inventoryTries,
		parentTries,
		keyTries,
		previewTries,
		peopleTries,
		scimTries,
		trustTries,
		clientTries,
		webhookTries,
		unreadTries,
	}
}

// TestSuspendedDoesNothing tries everything that an actor can do as everybody, in tenants that were suspended: it is
// refused alike, whatever they reach and may do, and leaves nothing.
func TestSuspendedDoesNothing(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	tr := w.trove(t)
	w.add(t, "boss", who{tenant: "b", permissions: store.PermitAll})
	staged := map[store.ID]portal.StagedFile{}
	for _, tenant := range []store.ID{"a", "b"} {
		staged[tenant] = w.stage(t, portal.Actor{TenantID: tenant, AccountID: "boss", TrustID: "saml-" + tenant}, "a.txt", "a")
	}
	people := map[string]portal.Actor{}
	for scope, p := range scopes() {
		for _, p.permissions = range menus() {
			people[fmt.Sprintf("%s/%s", scope, p.permissions)] = w.add(t, w.fresh(), p)
		}
	}
	w.switchTenant(t, "a", store.TenantSuspended)
	w.switchTenant(t, "b", store.TenantSuspended)
	heads, blobs := []store.AuditHead{w.head(t, "a"), w.head(t, "b")}, w.blobs(t)
	for name, try := range asActor(tr, staged) {
		for who, a := range people {
			t.Run(name+"/"+who, func(t *testing.T) {
				if err := try(t, w, a); !errors.Is(err, &store.Error{Kind: store.Denied, Key: "error.account_disabled"}) {
					t.Errorf("answers %v, want denied", err)
				}
			})
		}
	}
	if after := []store.AuditHead{w.head(t, "a"), w.head(t, "b")}; after[0] != heads[0] || after[1] != heads[1] || w.blobs(t) != blobs {
		t.Errorf("the chains went from %v to %v, the files from %d to %d", heads, after, blobs, w.blobs(t))
	}
}

// TestEveryDeedIsTried demands that the table above names every method of Portal that takes an actor.
func TestEveryDeedIsTried(t *testing.T) {
	tried, actor := asActor(trove{}, nil), reflect.TypeFor[portal.Actor]()
	for m := range reflect.TypeFor[*portal.Portal]().Methods() {
		takes := m.Type.NumIn() > 2 && m.Type.In(2) == actor
		if _, ok := tried[m.Name]; ok != takes {
			t.Errorf("%s: takes an actor is %t, is tried is %t", m.Name, takes, ok)
		}
	}
}
