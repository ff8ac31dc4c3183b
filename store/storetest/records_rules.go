package storetest

import (
	"context"
	"testing"
	"time"

	"cloudpocket/store"
)

func recordsRules(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	every := store.Rule{RetainYears: 2}
	tax := store.Rule{
		Kind: "tax", Acknowledge: true, TwoPersons: true, Title: "{kind} {date}", RetainYears: 5, RemindDays: []int{1, 3, 7}, TellDays: []int{7, 30}, ExpireDays: 90,
		Notify: store.ToNamed,
	}
	f.update(func(ctx context.Context, tx store.Tx) {
		_, err := tx.Rules().Get(ctx, "tax")
		isKind(t, err, store.ErrNotFound)
		must(t, tx.Rules().Save(ctx, tax))
		_, err = tx.Rules().Get(ctx, "labour")
		isKind(t, err, store.ErrNotFound)
		must(t, tx.Rules().Save(ctx, every))
		every.Notify, every.RemindDays, every.TellDays = store.ToAll, []int{30}, []int{14}
		must(t, tx.Rules().Save(ctx, every))
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		for kind, want := range map[string]store.Rule{"tax": tax, "labour": every, "": every} {
			got, err := tx.Rules().Get(ctx, kind)
			must(t, err)
			same(t, "the rule of "+kind, got, want)
		}
		all, err := tx.Rules().All(ctx)
		must(t, err)
		same(t, "all", all, []store.Rule{every, tax})
	})
	f.update(func(ctx context.Context, tx store.Tx) { must(t, tx.Rules().Save(ctx, store.Rule{Kind: "tax"})) })
	f.view(func(ctx context.Context, tx store.Tx) {
		got, err := tx.Rules().Get(ctx, "tax")
		must(t, err)
		same(t, "the rule that was cleared", got, store.Rule{Kind: "tax"})
	})
}

func recordsScans(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.draft("v", "blue-1")
	f.draft("w", "blue-1")
	one, two := digestOf("v-1"), digestOf("v-2")
	state := func(ctx context.Context, tx store.Tx, want store.ScanState) {
		t.Helper()
		got, err := tx.Scans().OfDocument(ctx, "v")
		must(t, err)
		same(t, "the document's", got, want)
	}
	f.update(func(ctx context.Context, tx store.Tx) {
		state(ctx, tx, store.ScanWaiting)
		for _, row := range []struct{ one, two, want store.ScanState }{
			{store.ScanClean, "", store.ScanWaiting}, {store.ScanClean, store.ScanWaiting, store.ScanWaiting},
			{store.ScanClean, store.ScanClean, store.ScanClean}, {store.ScanClean, store.ScanFound, store.ScanFound},
			{store.ScanWaiting, store.ScanFound, store.ScanFound}, {store.ScanFound, store.ScanClean, store.ScanFound},
			{store.ScanClean, store.ScanClean, store.ScanClean},
		} {
			must(t, tx.Scans().Save(ctx, store.Scan{Digest: one, State: row.one, At: day}))
			if row.two != "" {
				must(t, tx.Scans().Save(ctx, store.Scan{Digest: two, State: row.two, At: day}))
			}
			state(ctx, tx, row.want)
		}
		must(t, tx.Documents().Create(ctx, store.Document{ID: "bare", CreatedAt: day}))
		got, err := tx.Scans().OfDocument(ctx, "bare")
		must(t, err)
		same(t, "a document without files", got, store.ScanClean)
		_, err = tx.Scans().OfDocument(ctx, "none")
		isKind(t, err, store.ErrNotFound)
		want := store.Scan{Digest: one, State: store.ScanFound, Finding: "Eicar-Test", At: day.Add(time.Second)}
		must(t, tx.Scans().Save(ctx, want))
		scan, err := tx.Scans().Get(ctx, one)
		must(t, err)
		same(t, "a scan", scan, want)
		must(t, tx.Scans().Save(ctx, store.Scan{Digest: one, State: store.ScanFound, Finding: "a\x00b\xff", At: day}))
		_, err = tx.Scans().Get(ctx, digestOf("else"))
		isKind(t, err, store.ErrNotFound)
	})
}

func scansHold(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	for _, id := range []store.ID{"draft", "delivered", "v2", "v1", "else"} {
		f.draft(id, "blue-1")
	}
	shared := store.Document{ID: "shared", CreatedAt: day, Files: []store.File{{ID: "a", Digest: digestOf("v1-1")}, {ID: "b", Digest: digestOf("v1-1")}}}
	f.update(func(ctx context.Context, tx store.Tx) {
		v := tx.Deliveries()
		must(t, tx.Documents().Create(ctx, shared))
		for i, o := range []store.ID{"blue-1", "red-1"} {
			must(t, v.Create(ctx, store.Delivery{ID: "s" + store.ID(rune('0'+i)), DocumentID: "shared", OfficeID: o, CreatedAt: day}))
		}
		for _, id := range []store.ID{"v1", "v2", "else", "s0", "s1"} {
			must(t, v.Schedule(ctx, id, store.DeliveryPlan{By: "staff", DueAt: day}))
		}
		held, err := tx.Scans().Held(ctx, digestOf("v1-1"))
		must(t, err)
		same(t, "held", held, []store.ID{"s0", "s1", "v1"})
		_, err = v.Deliver(ctx, "v1", "staff", day)
		must(t, err)
		held, err = tx.Scans().Held(ctx, digestOf("v1-1"))
		must(t, err)
		same(t, "held after one was made", held, []store.ID{"s0", "s1"})
		held, err = tx.Scans().Held(ctx, digestOf("draft-1"))
		must(t, err)
		same(t, "held of a draft", len(held), 0)
	})
}

func recordsMails(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	states := []store.MailState{store.MailWaiting, store.MailSent, store.MailBounced, store.MailDropped}
	m := store.Mail{ID: "m0", Kind: store.MailDelivered, AccountID: "one", DeliveryID: "v", State: store.MailWaiting, CreatedAt: day}
	f.update(func(ctx context.Context, tx store.Tx) {
		for i := range 12 {
			n := m
			n.ID, n.CreatedAt = store.ID("m"+string(rune('a'+i))), day.Add(time.Duration(i/3)*time.Minute)
			n.State = store.MailSent // Create does not look at it
			must(t, tx.Mails().Create(ctx, n))
			if state := states[i%4]; state != store.MailWaiting {
				must(t, tx.Mails().Finish(ctx, n.ID, state, day, ""))
			}
		}
		old := m
		old.ID, old.CreatedAt = "m-", day.Add(-time.Hour)
		must(t, tx.Mails().Create(ctx, old))
		must(t, tx.Mails().Finish(ctx, old.ID, store.MailGivenUp, day, "away"))
		must(t, tx.Mails().Create(ctx, m))
		isKind(t, tx.Mails().Create(ctx, m), store.ErrConflict)
		isKind(t, tx.Mails().Create(ctx, store.Mail{ID: "m1", AccountID: "none"}), store.ErrNotFound)
		isKind(t, tx.Mails().Finish(ctx, "none", store.MailSent, day, ""), store.ErrNotFound)
		got, err := tx.Mails().Get(ctx, "m0")
		must(t, err)
		same(t, "waiting", got, m)
		must(t, tx.Mails().Finish(ctx, "m0", store.MailBounced, day.Add(time.Hour), "550 no such mailbox \x00\xff"))
		isKind(t, tx.Mails().Finish(ctx, "m0", store.MailSent, day, ""), store.ErrConflict)
		m.State, m.SentAt, m.Failure = store.MailBounced, day.Add(time.Hour), "550 no such mailbox \uFFFD\uFFFD"
		got, err = tx.Mails().Get(ctx, "m0")
		must(t, err)
		same(t, "bounced", got, m)
		_, err = tx.Mails().Get(ctx, "none")
		isKind(t, err, store.ErrNotFound)
	})
	for _, row := range []struct {
		name   string
		states []store.MailState
		want   string
	}{
		{"all", nil, "l k j i h g f e d c b a 0 - "},
		{"given up", []store.MailState{store.MailGivenUp}, "- "},
		{"one state", states[1:2], "j f b "},
		{"two states", []store.MailState{store.MailBounced, store.MailWaiting}, "k i g e c a 0 "},
	} {
		f.view(func(ctx context.Context, tx store.Tx) {
			for size := 1; size < 6; size++ {
				got := ""
				for _, m := range walk(t, size, func(p store.Page) (store.List[store.Mail], error) { return tx.Mails().List(ctx, row.states, p) }) {
					got += string(m.ID[1:]) + " "
				}
				same(t, row.name, got, row.want)
			}
		})
	}
}

func mailSettings(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.Mails().SaveSetting(ctx, store.MailSetting{AccountID: "none", Off: true}), store.ErrNotFound)
		for _, want := range []store.MailSetting{{AccountID: "one"}, {AccountID: "one", Digest: true}, {AccountID: "one", Off: true}, {AccountID: "one"}} {
			if want != (store.MailSetting{AccountID: "one"}) {
				must(t, tx.Mails().SaveSetting(ctx, want))
			}
			must(t, tx.Mails().SaveSetting(ctx, want))
			got, err := tx.Mails().Setting(ctx, "one")
			must(t, err)
			same(t, "the setting", got, want)
		}
		got, err := tx.Mails().Setting(ctx, "all")
		must(t, err)
		same(t, "of one that never said", got, store.MailSetting{AccountID: "all"})
	})
}

func officeMails(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.Mails().SaveOffice(ctx, store.OfficeMail{OfficeID: "none", To: store.ToAll}), store.ErrNotFound)
		for _, want := range []store.OfficeMail{
			{OfficeID: "blue-1", To: store.ToNamed, Digest: true, Named: []store.ID{"all", "one"}},
			{OfficeID: "blue-1", To: store.ToNobody},
			{OfficeID: "blue-1", To: store.ToAll, Named: []store.ID{"one"}},
		} {
			must(t, tx.Mails().SaveOffice(ctx, want))
			got, err := tx.Mails().Office(ctx, "blue-1")
			must(t, err)
			same(t, "the office's setting", got, want)
		}
		got, err := tx.Mails().Office(ctx, "blue-2")
		must(t, err)
		same(t, "of an office that nobody decided about", got, store.OfficeMail{OfficeID: "blue-2", To: store.ToAll})
	})
}
