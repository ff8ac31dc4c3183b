package portal_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// draft is a text for offices, named by what is in it.
func (o out) draft(t *testing.T, text string, offices ...store.ID) portal.Draft {
	t.Helper()
	return portal.Draft{Title: text, Kind: "other", Files: []portal.StagedFile{o.stage(t, o.boss, text+".txt", text)}, Offices: offices, Deliver: true}
}

// put publishes d, in place of old unless that is empty.
func (o out) put(t *testing.T, a portal.Actor, old store.ID, d portal.Draft) store.ID {
	t.Helper()
	if old == "" {
		id, err := o.Publish(t.Context(), a, d)
		must(t, err)
		return id
	}
	id, err := o.Replace(t.Context(), a, old, d)
	must(t, err)
	return id
}

// standing is what a document's deliveries are, as "x1 delivered", by office.
func (o out) standing(t *testing.T, document store.ID) string {
	t.Helper()
	d, err := o.DeskDocument(t.Context(), o.boss, document)
	must(t, err)
	var all []string
	for _, one := range d.Deliveries {
		all = append(all, fmt.Sprintf("%s %s", one.OfficeID, one.State))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// TestReplacementsOfReplacements leaves one document of a line standing at each office, whatever came between.
func TestReplacementsOfReplacements(t *testing.T) {
	for name, tt := range map[string]struct {
		bring func(t *testing.T, o out) (ids []store.ID)
		want  []string // how they stand, oldest first
	}{
		"one between had fewer offices": {func(t *testing.T, o out) []store.ID {
			one := o.put(t, o.boss, "", o.draft(t, "1", "x1", "y1"))
			two := o.put(t, o.boss, one, o.draft(t, "2", "x1"))
			return []store.ID{one, two, o.put(t, o.boss, two, o.draft(t, "3", "x1", "y1"))}
		}, []string{"x1 withdrawn, y1 withdrawn", "x1 withdrawn", "x1 delivered, y1 delivered"}},
		"one between had not come": {func(t *testing.T, o out) []store.ID {
			one := o.put(t, o.boss, "", o.draft(t, "1", "x1"))
			later := o.draft(t, "2", "x1")
			later.DueAt = o.now.Add(time.Hour)
			two := o.put(t, o.boss, one, later)
			return []store.ID{one, two, o.put(t, o.boss, two, o.draft(t, "3", "x1"))}
		}, []string{"x1 withdrawn", "x1 draft", "x1 delivered"}},
		"one between was a draft": {func(t *testing.T, o out) []store.ID {
			one := o.put(t, o.boss, "", o.draft(t, "1", "x1"))
			kept := o.draft(t, "2", "x1")
			kept.Deliver = false
			two := o.put(t, o.boss, one, kept)
			return []store.ID{one, two, o.put(t, o.boss, two, o.draft(t, "3", "x1"))}
		}, []string{"x1 withdrawn", "x1 draft", "x1 delivered"}},
		"of different offices by different people": {func(t *testing.T, o out) []store.ID {
			x := o.add(t, "clerk-x", who{tenant: "a", offices: []store.ID{"x1"}, permissions: store.PermitDeliver})
			y := o.add(t, "clerk-y", who{tenant: "a", offices: []store.ID{"y1"}, permissions: store.PermitDeliver})
			one := o.put(t, o.boss, "", o.draft(t, "1", "x1", "y1"))
			return []store.ID{one, o.put(t, x, one, o.draft(t, "2", "x1")), o.put(t, y, one, o.draft(t, "3", "y1"))}
		}, []string{"x1 withdrawn, y1 withdrawn", "x1 delivered", "y1 delivered"}},
		"planned before and due after": {func(t *testing.T, o out) []store.ID {
			later := o.draft(t, "1", "x1")
			later.DueAt = o.now.Add(time.Hour)
			one := o.put(t, o.boss, "", later)
			two := o.put(t, o.boss, one, o.draft(t, "2", "x1"))
			o.world.now = o.now.Add(2 * time.Hour)
			o.work(t)
			return []store.ID{one, two}
		}, []string{"x1 draft", "x1 delivered"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			var got []string
			for _, id := range tt.bring(t, o) {
				got = append(got, o.standing(t, id))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("they stand as %q, want %q", got, tt.want)
			}
		})
	}
}

// TestNewestByOffice holds which documents of a line can be replaced where, and delivered at all.
func TestNewestByOffice(t *testing.T) {
	o := newOut(t)
	one := o.put(t, o.boss, "", o.draft(t, "1", "x1", "y1"))
	two := o.put(t, o.boss, one, o.draft(t, "2", "x1"))
	three := o.put(t, o.boss, one, o.draft(t, "3", "y1"))
	y := o.add(t, "clerk-y", who{tenant: "a", offices: []store.ID{"y1"}, permissions: store.PermitAll})
	for name, tt := range map[string]struct {
		who     portal.Actor
		old     store.ID
		offices []store.ID
		key     string
	}{
		"the first where one came":       {o.boss, one, []store.ID{"x1"}, "error.replaced_before"},
		"the first where another came":   {y, one, []store.ID{"y1"}, "error.replaced_before"},
		"one where its sibling stands":   {o.boss, two, []store.ID{"x1", "y1"}, "error.replaced_before"},
		"one that is out of reach":       {y, two, []store.ID{"y1"}, ""},
		"at an office that is out of it": {y, one, []store.ID{"x1"}, "error.office_unknown"},
	} {
		_, err := o.Replace(t.Context(), tt.who, tt.old, o.draft(t, name, tt.offices...))
		var e *store.Error
		if tt.key == "" && !errors.Is(err, store.ErrNotFound) || tt.key != "" && (!errors.As(err, &e) || e.Key != tt.key) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.put(t, o.boss, one, o.draft(t, "4", "x2"))
	five := o.put(t, o.boss, three, o.draft(t, "5", "y1"))
	seen, err := o.DeskDocument(t.Context(), y, one)
	must(t, err)
	if len(seen.Deliveries) != 1 || !slices.Equal(seen.ReplacedBy, []store.ID{five}) {
		t.Errorf("a clerk of one office is led to %q", seen.ReplacedBy)
	}
}

// TestOldOneStaysADraft refuses to deliver what was replaced by something that was delivered there, and delivers the rest.
func TestOldOneStaysADraft(t *testing.T) {
	o := newOut(t)
	kept := o.draft(t, "1", "x1", "y1")
	kept.Deliver = false
	one := o.put(t, o.boss, "", kept)
	two := o.put(t, o.boss, one, o.draft(t, "2", "x1"))
	n, err := o.Deliver(t.Context(), o.boss, one)
	must(t, err)
	if is := o.standing(t, one); n != 1 || is != "x1 draft, y1 delivered" {
		t.Errorf("delivered %d: %s", n, is)
	}
	if _, err := o.Deliver(t.Context(), o.boss, one); !errors.Is(err, &store.Error{Kind: store.Conflict, Key: "error.superseded"}) {
		t.Errorf("an old one is delivered: %v", err)
	}
	in, err := o.Inbox(t.Context(), o.client, store.InboxFilter{}, store.Page{})
	must(t, err)
	if len(in.Items.Items) != 1 || in.Items.Items[0].DocumentID != two {
		t.Errorf("the client sees %+v", in.Items.Items)
	}
	must(t, o.Withdraw(t.Context(), o.boss, o.deliveries(t, o.boss, two)["x1"], "誤り"))
	if _, err := o.Deliver(t.Context(), o.boss, one); err != nil || o.standing(t, one) != "x1 delivered, y1 delivered" {
		t.Errorf("the newer one was taken back, and the older one is still refused: %v", err)
	}
}

// TestNoWayAroundTheSecondPerson tries every way by which one person could have something delivered that needs two.
func TestNoWayAroundTheSecondPerson(t *testing.T) {
	two := func(r *store.Rule) { r.TwoPersons = true }
	approved := func(t *testing.T, o out) store.ID {
		o.rule(t, two)
		document, id := o.hand(t, "approved", nil)
		must(t, o.Approve(t.Context(), o.second, id))
		return document
	}
	for name, try := range map[string]func(t *testing.T, o out) store.ID{
		"replace it with another kind": func(t *testing.T, o out) store.ID {
			d := o.draft(t, "2", "x1")
			old := approved(t, o)
			d.Kind = "filing-copy"
			return o.put(t, o.boss, old, d)
		},
		"replace what replaced it": func(t *testing.T, o out) store.ID {
			old := approved(t, o)
			d, d2 := o.draft(t, "2", "y1"), o.draft(t, "3", "x1")
			d.Kind, d2.Kind = "filing-copy", "filing-copy"
			return o.put(t, o.boss, o.put(t, o.boss, old, d), d2)
		},
		"replace it as a draft and deliver that": func(t *testing.T, o out) store.ID {
			d := o.draft(t, "2", "x1")
			old := approved(t, o)
			d.Kind, d.Deliver = "filing-copy", false
			id := o.put(t, o.boss, old, d)
			_, err := o.Deliver(t.Context(), o.boss, id)
			must(t, err)
			return id
		},
		"replace it once its kind needs one": func(t *testing.T, o out) store.ID {
			old := approved(t, o)
			o.rule(t, func(r *store.Rule) { r.TwoPersons = false })
			return o.put(t, o.boss, old, o.draft(t, "2", "x1"))
		},
		"choose another kind where every kind needs two": func(t *testing.T, o out) store.ID {
			must(t, o.SaveTwoPersons(t.Context(), o.boss, true))
			d := o.draft(t, "2", "x1")
			d.Kind = "filing-copy"
			return o.put(t, o.boss, "", d)
		},
		"of a kind with a rule of its own": func(t *testing.T, o out) store.ID {
			must(t, o.SaveTwoPersons(t.Context(), o.boss, true))
			o.rule(t, func(r *store.Rule) { r.TwoPersons = false })
			return o.put(t, o.boss, "", o.draft(t, "2", "x1"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			document := try(t, o)
			if is := o.standing(t, document); is != "x1 scheduled" {
				t.Fatalf("it is %s", is)
			}
			id := o.deliveries(t, o.boss, document)["x1"]
			if err := o.Approve(t.Context(), o.boss, id); !errors.Is(err, store.ErrDenied) {
				t.Errorf("its planner approves it: %v", err)
			}
			must(t, o.Approve(t.Context(), o.second, id))
			if is := o.standing(t, document); is != "x1 delivered" {
				t.Errorf("approved, it is %s", is)
			}
		})
	}
}

// TestTwoPersonsForEveryKind touches nothing else that the rules of kinds say, and is not for those who deliver.
func TestTwoPersonsForEveryKind(t *testing.T) {
	o := newOut(t)
	deliverer := o.add(t, "deliverer", who{tenant: "a", permissions: store.PermitDeliver})
	if err := o.SaveTwoPersons(t.Context(), deliverer, false); !errors.Is(err, store.ErrDenied) {
		t.Errorf("whoever is held to it changes it: %v", err)
	}
	before, err := o.Rules(t.Context(), deliverer)
	must(t, err)
	for _, on := range []bool{true, false} {
		must(t, o.SaveTwoPersons(t.Context(), o.boss, on))
		after, err := o.Rules(t.Context(), deliverer)
		must(t, err)
		for i, r := range after {
			if r.Everywhere != on {
				t.Errorf("%s: for every kind is %t, want %t", r.Kind, r.Everywhere, on)
			}
			if r.Everywhere = false; fmt.Sprint(r) != fmt.Sprint(before[i]) {
				t.Errorf("the rule %+v became %+v", before[i], r)
			}
		}
	}
	o.put(t, o.boss, "", o.draft(t, "1", "x1"))
	events := o.audit(t, "a")
	saved := slices.DeleteFunc(events, func(e store.AuditEvent) bool { return e.Deed != store.DeedRule })
	if len(saved) != 2 || saved[0].Detail["two persons"] != "true" || saved[1].Detail["two persons"] != "false" {
		t.Errorf("the audit has %+v", saved)
	}
}

// TestPlansThatAreLost makes drafts of deliveries that cannot be made as they were planned, and says so to whoever relies
// on them; nobody can approve them meanwhile.
func TestPlansThatAreLost(t *testing.T) {
	expires := func(o out) func(*portal.Draft) {
		return func(d *portal.Draft) { d.DueAt, d.ExpiresAt = o.now.Add(time.Hour), o.now.Add(2*time.Hour) }
	}
	for name, tt := range map[string]struct {
		lose   func(t *testing.T, o out)
		key    string // why it cannot be approved
		reason string
		mails  []string
	}{
		"its end came": {func(_ *testing.T, o out) { o.world.now = o.now.Add(2 * time.Hour) }, "error.plan_ended", portal.LostEnd, []string{"unplanned boss sent"}},
		"its planner is gone": {func(t *testing.T, o out) {
			_, err := o.setup.SwitchAccount(t.Context(), "a", "boss", store.AccountDisabled)
			must(t, err)
		}, "error.planner_lost", portal.LostPlanner, nil},
		"its planner may not deliver": {func(t *testing.T, o out) {
			must(t, o.Records.Update(t.Context(), "a", func(tx store.Tx) error {
				boss, err := tx.Accounts().Get(t.Context(), "boss")
				must(t, err)
				boss.Permissions = store.PermitView
				return tx.Accounts().Update(t.Context(), boss)
			}))
		}, "error.planner_lost", portal.LostPlanner, []string{"unplanned boss sent"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			o.Mailing = true
			o.rule(t, func(r *store.Rule) { r.TwoPersons = true })
			_, unapproved := o.hand(t, "a", expires(o))
			document, approved := o.hand(t, "b", expires(o))
			must(t, o.Approve(t.Context(), o.second, approved))
			o.world.now = o.now.Add(time.Hour)
			tt.lose(t, o)
			if err := o.Approve(t.Context(), o.second, unapproved); !errors.Is(err, &store.Error{Kind: store.Conflict, Key: tt.key}) {
				t.Errorf("approved: %v", err)
			}
			if d := o.state(t, unapproved); d.State != store.DeliveryScheduled || d.ApprovedBy != "" {
				t.Errorf("what was not approved is %+v", d)
			}
			o.work(t)
			if d := o.state(t, approved); d.State != store.DeliveryDraft {
				t.Errorf("what was approved is %s", d.State)
			}
			o.world.now = o.now.Add(2 * time.Minute)
			o.work(t)
			mails := slices.DeleteFunc(o.mails(t), func(m string) bool { return !strings.HasPrefix(m, "unplanned") })
			if !slices.Equal(mails, tt.mails) {
				t.Errorf("the mails are %q, want %q", mails, tt.mails)
			}
			alerts, err := o.Alerts(t.Context(), o.second)
			must(t, err)
			at := slices.IndexFunc(alerts.Unplanned, func(a portal.Alert) bool { return a.Document == document })
			if at < 0 || alerts.Unplanned[at].Reason != tt.reason {
				t.Errorf("the firm's list says %+v", alerts.Unplanned)
			}
		})
	}
}

// TestReplacedIsNoLostPlan says nothing of what was replaced before its time came.
func TestReplacedIsNoLostPlan(t *testing.T) {
	o := newOut(t)
	later := o.draft(t, "1", "x1")
	later.DueAt = o.now.Add(time.Hour)
	one := o.put(t, o.boss, "", later)
	o.put(t, o.boss, one, o.draft(t, "2", "x1"))
	_, err := o.Plan(t.Context(), o.boss, one, o.now.Add(time.Hour), time.Time{})
	if !errors.Is(err, &store.Error{Kind: store.Conflict, Key: "error.superseded"}) {
		t.Errorf("it is planned again: %v", err)
	}
	alerts, err := o.Alerts(t.Context(), o.boss)
	must(t, err)
	if len(alerts.Unplanned) > 0 {
		t.Errorf("the firm's list says %+v", alerts.Unplanned)
	}
}

// TestAlertsAreNotLost finds what happened among much that is none of it, and says when there is more.
func TestAlertsAreNotLost(t *testing.T) {
	o := newOut(t)
	hour := func(d *portal.Draft) { d.ExpiresAt = o.now.Add(time.Hour) }
	end := func(n int, opened bool, office store.ID) {
		t.Helper()
		for range n {
			_, id := o.hand(t, "a", func(d *portal.Draft) { hour(d); d.Offices = []store.ID{office, "x1"} })
			if opened {
				_, err := o.View(t.Context(), o.client, id)
				must(t, err)
			}
		}
		o.world.now = o.now.Add(2 * time.Hour)
		for range 20 {
			o.work(t)
		}
	}
	narrow := o.add(t, "narrow", who{tenant: "a", offices: []store.ID{"x2"}, permissions: store.PermitDeliver})
	_, err := o.Publish(t.Context(), o.boss, func() portal.Draft { d := o.draft(t, "lost", "x2"); hour(&d); return d }())
	must(t, err)
	end(0, false, "y1")
	for range 3 {
		end(70, true, "y1")
	}
	alerts, err := o.Alerts(t.Context(), narrow)
	must(t, err)
	if len(alerts.Unopened) != 1 || alerts.Unopened[0].Title != "lost" || alerts.More {
		t.Errorf("after 210 that are out of scope: %+v", alerts)
	}
	if alerts, err = o.Alerts(t.Context(), o.boss); err != nil || len(alerts.Unopened) != 20 || !alerts.More {
		t.Errorf("of many the list says %d, more %t, %v", len(alerts.Unopened), alerts.More, err)
	}
}

// TestPlanADraft plans what was kept as a draft for a time.
func TestPlanADraft(t *testing.T) {
	for name, tt := range map[string]struct {
		due, expires time.Duration // from now; 0: none
		key          string
		state        store.DeliveryState
	}{
		"at once":             {0, 0, "", store.DeliveryDelivered},
		"in an hour":          {time.Hour, 0, "", store.DeliveryScheduled},
		"with an end":         {time.Hour, 2 * time.Hour, "", store.DeliveryScheduled},
		"a moment ago":        {-time.Minute, 0, "", store.DeliveryDelivered},
		"an hour ago":         {-time.Hour, 0, "error.due_past", store.DeliveryDraft},
		"in two years":        {2 * 366 * 24 * time.Hour, 0, "error.due", store.DeliveryDraft},
		"ends before it does": {2 * time.Hour, time.Hour, "error.expiry", store.DeliveryDraft},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			document, id := o.hand(t, "a", func(d *portal.Draft) { d.Deliver = false })
			at := func(d time.Duration) time.Time {
				if d == 0 {
					return time.Time{}
				}
				return o.now.Add(d)
			}
			n, err := o.Plan(t.Context(), o.boss, document, at(tt.due), at(tt.expires))
			if tt.key != "" && !errors.Is(err, &store.Error{Kind: store.Invalid, Key: tt.key}) || tt.key == "" && (err != nil || n != 1) {
				t.Errorf("planned %d: %v", n, err)
			}
			d := o.state(t, id)
			if d.State != tt.state || tt.expires != 0 && tt.key == "" && !d.Plan.ExpiresAt.Equal(at(tt.expires)) {
				t.Errorf("it is %+v", d)
			}
			if tt.state == store.DeliveryScheduled && !o.task(t, store.TaskRelease, string(id)).Equal(d.Plan.DueAt) {
				t.Errorf("it is not owed for its time")
			}
		})
	}
}

// TestWorkIsBegunAtOnce holds which deeds wake whoever carries out tasks, after their commit.
func TestWorkIsBegunAtOnce(t *testing.T) {
	o := newOut(t)
	o.Scanning = true
	kicks := 0
	o.Kick = func() {
		kicks++
		must(t, o.Records.Update(t.Context(), "a", func(store.Tx) error { return nil })) // waits for a transaction that is not over
	}
	var document, id store.ID
	for _, deed := range []struct {
		name string
		do   func() error
	}{
		{"publish", func() error { document, id = o.hand(t, "a", func(d *portal.Draft) { d.Deliver = false }); return nil }},
		{"deliver", func() error { _, err := o.Deliver(t.Context(), o.boss, document); return err }},
		{"scanned", func() error {
			d, err := o.DeskDocument(t.Context(), o.boss, document)
			must(t, err)
			return o.Scanned(t.Context(), "a", d.Document.Files[0].Digest, portal.ScanVerdict{})
		}},
		{"approve", func() error {
			must(t, o.Unschedule(t.Context(), o.boss, id))
			o.rule(t, func(r *store.Rule) { r.TwoPersons = true })
			_, err := o.Deliver(t.Context(), o.boss, document)
			must(t, err)
			kicks = 0
			return o.Approve(t.Context(), o.second, id)
		}},
	} {
		kicks = 0
		must(t, deed.do())
		if kicks != 1 {
			t.Errorf("%s wakes %d times", deed.name, kicks)
		}
	}
}

// TestHandedOverWaits counts what was handed over and is not delivered yet.
func TestHandedOverWaits(t *testing.T) {
	for name, tt := range map[string]struct {
		prepare func(t *testing.T, o out)
		due     time.Duration
		want    int
	}{
		"at once":             {func(*testing.T, out) {}, 0, 0},
		"later":               {func(*testing.T, out) {}, time.Hour, 1},
		"for the scanner":     {func(_ *testing.T, o out) { o.Scanning = true }, 0, 1},
		"for a second person": {func(t *testing.T, o out) { must(t, o.SaveTwoPersons(t.Context(), o.boss, true)) }, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			g := egovtest.New(3)
			office := g.Office()
			o.registered(t, "o", pension(office))
			tt.prepare(t, o)
			pkg := o.drop(t, o.boss, "a.zip", g.Package(egovtest.Pension, egovtest.Options{Office: &office}).Data)
			h := portal.HandOver{}
			if tt.due > 0 {
				h.DueAt = o.now.Add(tt.due)
			}
			done, err := o.HandOver(t.Context(), o.boss, []store.ID{pkg.ID}, h)
			must(t, err)
			if len(done.Documents) != 1 || done.Waiting != tt.want {
				t.Errorf("%+v, want %d waiting", done, tt.want)
			}
		})
	}
}

// TestScannerSwitchedOff makes what the scanner kept waiting, and nothing else that waits.
func TestScannerSwitchedOff(t *testing.T) {
	o := newOut(t)
	o.Scanning = true
	_, held := o.hand(t, "held", nil)
	_, later := o.hand(t, "later", func(d *portal.Draft) { d.DueAt = o.now.Add(time.Hour) })
	_, bad := o.hand(t, "harmful", nil)
	d, err := o.DeskDocument(t.Context(), o.boss, o.state(t, bad).DocumentID)
	must(t, err)
	must(t, o.Scanned(t.Context(), "a", d.Document.Files[0].Digest, portal.ScanVerdict{Found: true, Name: "Test"}))
	o.rule(t, func(r *store.Rule) { r.TwoPersons = true })
	_, unapproved := o.hand(t, "unapproved", nil)
	if n, err := o.setup.ReleaseHeld(t.Context(), []store.ID{"a", "b"}); n != 0 || err != nil {
		t.Errorf("while files are scanned %d are released: %v", n, err)
	}
	o.Scanning = false
	for range 2 { // two instances begin
		if _, err := o.setup.ReleaseHeld(t.Context(), []store.ID{"a", "b"}); err != nil {
			t.Fatal(err)
		}
	}
	tasks, err := o.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskRelease}, 50, o.now, o.now.Add(time.Second))
	must(t, err)
	for _, task := range tasks {
		must(t, o.Release(t.Context(), task))
	}
	for id, want := range map[store.ID]store.DeliveryState{held: store.DeliveryDelivered, later: store.DeliveryScheduled, bad: store.DeliveryScheduled, unapproved: store.DeliveryScheduled} {
		if is := o.state(t, id).State; is != want {
			t.Errorf("%s is %s, want %s", id, is, want)
		}
	}
	if due := o.task(t, store.TaskRelease, string(later)); !due.Equal(o.state(t, later).Plan.DueAt) {
		t.Errorf("what is due later is owed for %s", due)
	}
}
