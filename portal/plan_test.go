package portal_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/store"
)

// out is a firm that hands out: a boss who plans, a second person, and a client of x with an address.
type out struct {
	*world
	boss, second, client portal.Actor
}

func newOut(t *testing.T) out {
	t.Helper()
	w := newWorld(t)
	o := out{world: w}
	o.boss = o.person(t, "boss", store.Account{Permissions: store.PermitAll, Email: "boss@firm.example"})
	o.second = o.person(t, "second", store.Account{Permissions: store.PermitAll})
	o.client = o.person(t, "client", store.Account{CompanyID: "x", Permissions: store.PermitView, Email: "client@x.example"})
	return o
}

func (o out) person(t *testing.T, id store.ID, a store.Account) portal.Actor {
	t.Helper()
	a.ID, a.TrustID, a.Subject, a.Name, a.Offices.All = id, "saml-a", "s-"+string(id), "人 "+string(id), true
	must(t, o.setup.AddAccount(t.Context(), "a", a))
	return portal.Actor{TenantID: "a", AccountID: id, TrustID: "saml-a", Visit: sso.Visit{RequestID: "r"}}
}

// hand publishes a text for office x1 and returns the document and its delivery.
func (o out) hand(t *testing.T, text string, change func(*portal.Draft)) (document, delivery store.ID) {
	t.Helper()
	d := portal.Draft{Title: "通知書", Kind: "other", Files: []portal.StagedFile{o.stage(t, o.boss, "通知.txt", text)}, Offices: []store.ID{"x1"}, Deliver: true}
	if change != nil {
		change(&d)
	}
	id, err := o.Publish(t.Context(), o.boss, d)
	must(t, err)
	return id, o.deliveries(t, o.boss, id)["x1"]
}

func (o out) rule(t *testing.T, change func(*store.Rule)) {
	t.Helper()
	r := portal.DefaultRule("other")
	change(&r)
	must(t, o.SaveRule(t.Context(), o.boss, r))
}

func (o out) read(t *testing.T, fn func(context.Context, store.Tx) error) {
	t.Helper()
	must(t, o.Records.View(t.Context(), "a", func(tx store.Tx) error { return fn(t.Context(), tx) }))
}

func (o out) state(t *testing.T, id store.ID) (d store.Delivery) {
	t.Helper()
	o.read(t, func(ctx context.Context, tx store.Tx) (err error) {
		d, err = tx.Deliveries().Get(ctx, id)
		return err
	})
	return d
}

// task returns when a task is due, zero if it is not owed.
func (o out) task(t *testing.T, kind store.TaskKind, subject string) (due time.Time) {
	t.Helper()
	o.read(t, func(ctx context.Context, tx store.Tx) error {
		found, err := tx.Tasks().Find(ctx, kind, subject)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		due = found.DueAt
		return err
	})
	return due
}

// work carries out what is owed until now, until nothing is, and returns what was carried out. Bytes that say so are
// harmful.
func (o out) work(t *testing.T) (done []string) {
	t.Helper()
	kinds := []store.TaskKind{store.TaskScan, store.TaskRelease, store.TaskExpire, store.TaskRemind, store.TaskTell, store.TaskMail}
	for range 20 {
		tasks, err := o.Records.Queue().Lease(t.Context(), kinds, 50, o.now, o.now.Add(time.Second))
		must(t, err)
		if len(tasks) == 0 {
			return done
		}
		for _, task := range tasks {
			must(t, o.do(t, task))
			done = append(done, string(task.Kind))
		}
	}
	t.Fatal("there is no end of work")
	return nil
}

func (o out) do(t *testing.T, task store.Task) error {
	t.Helper()
	ctx := t.Context()
	switch task.Kind {
	case store.TaskRelease:
		return o.Release(ctx, task)
	case store.TaskExpire:
		return o.Expire(ctx, task)
	case store.TaskRemind:
		return o.Remind(ctx, task)
	case store.TaskTell:
		return o.RemindToTell(ctx, task)
	case store.TaskScan:
		blob, err := o.ScanDue(ctx, task)
		if err != nil {
			return err
		}
		defer blob.Close()
		b := make([]byte, 7)
		n, _ := blob.Read(b)
		return o.Scanned(ctx, task.TenantID, store.Digest(task.Subject), portal.ScanVerdict{Found: string(b[:n]) == "harmful", Name: "Test"})
	}
	if _, err := o.MailDue(ctx, task); errors.Is(err, store.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	return o.MailSent(ctx, task)
}

// mails returns the mails there are, as kind, account and state, oldest first.
func (o out) mails(t *testing.T) (all []string) {
	t.Helper()
	o.read(t, func(ctx context.Context, tx store.Tx) error {
		list, err := tx.Mails().List(ctx, nil, store.Page{})
		for _, m := range list.Items {
			all = append(all, string(m.Kind)+" "+string(m.AccountID)+" "+string(m.State))
		}
		return err
	})
	slices.Reverse(all)
	return all
}

// TestStatesAndDeeds tries every deed on a delivery in every state: what it becomes, or why not.
func TestStatesAndDeeds(t *testing.T) {
	states := map[string]func(t *testing.T, o out) store.ID{
		"draft": func(t *testing.T, o out) store.ID {
			_, id := o.hand(t, "a", func(d *portal.Draft) { d.Deliver = false })
			return id
		},
		"for later": func(t *testing.T, o out) store.ID {
			_, id := o.hand(t, "a", func(d *portal.Draft) { d.DueAt = o.now.Add(time.Hour) })
			return id
		},
		"for a second": func(t *testing.T, o out) store.ID {
			o.rule(t, func(r *store.Rule) { r.TwoPersons = true })
			_, id := o.hand(t, "a", nil)
			return id
		},
		"for the scanner": func(t *testing.T, o out) store.ID {
			o.Scanning = true
			_, id := o.hand(t, "a", nil)
			return id
		},
		"delivered": func(t *testing.T, o out) store.ID { _, id := o.hand(t, "a", nil); return id },
		"withdrawn": func(t *testing.T, o out) store.ID {
			_, id := o.hand(t, "a", nil)
			must(t, o.Withdraw(t.Context(), o.boss, id, "誤配付"))
			return id
		},
		"expired": func(t *testing.T, o out) store.ID {
			_, id := o.hand(t, "a", func(d *portal.Draft) { d.ExpiresAt = o.now.Add(time.Hour) })
			o.world.now = o.now.Add(2 * time.Hour)
			o.work(t)
			return id
		},
	}
	task := func(kind store.TaskKind, run func(out, context.Context, store.Task) error) func(*testing.T, out, store.ID) error {
		return func(t *testing.T, o out, id store.ID) error {
			must(t, o.Records.Update(t.Context(), "a", func(tx store.Tx) error {
				return tx.Tasks().Add(t.Context(), store.Task{ID: store.NewID(o.now), Kind: kind, Subject: string(id), DueAt: o.now})
			}))
			return run(o, t.Context(), store.Task{TenantID: "a", Kind: kind, Subject: string(id)})
		}
	}
	deeds := map[string]func(t *testing.T, o out, id store.ID) error{
		"deliver": func(t *testing.T, o out, id store.ID) error {
			_, err := o.Deliver(t.Context(), o.boss, o.state(t, id).DocumentID)
			return err
		},
		"approve":    func(t *testing.T, o out, id store.ID) error { return o.Approve(t.Context(), o.second, id) },
		"unschedule": func(t *testing.T, o out, id store.ID) error { return o.Unschedule(t.Context(), o.boss, id) },
		"withdraw":   func(t *testing.T, o out, id store.ID) error { return o.Withdraw(t.Context(), o.boss, id, "誤配付") },
		"release":    task(store.TaskRelease, func(o out, ctx context.Context, t store.Task) error { return o.Release(ctx, t) }),
		"expire":     task(store.TaskExpire, func(o out, ctx context.Context, t store.Task) error { return o.Expire(ctx, t) }),
		"tell":       task(store.TaskTell, func(o out, ctx context.Context, t store.Task) error { return o.RemindToTell(ctx, t) }),
		"remind":     task(store.TaskRemind, func(o out, ctx context.Context, t store.Task) error { return o.Remind(ctx, t) }),
	}
	no := map[string]string{"draft": "draft", "for later": "scheduled", "for a second": "scheduled", "for the scanner": "scheduled", "delivered": "delivered", "withdrawn": "withdrawn", "expired": "expired"}
	want := map[string]map[string]string{ // by deed and state: what it is then; a refusal leaves it as it was, and begins with !
		"deliver":    {"draft": "delivered", "for later": "!", "for a second": "!", "for the scanner": "!", "delivered": "!", "withdrawn": "!", "expired": "!"},
		"approve":    {"draft": "!", "for later": "!", "for a second": "delivered", "for the scanner": "!", "delivered": "!", "withdrawn": "!", "expired": "!"},
		"unschedule": {"draft": "!", "for later": "draft", "for a second": "draft", "for the scanner": "draft", "delivered": "!", "withdrawn": "!", "expired": "!"},
		"withdraw":   {"draft": "!", "for later": "!", "for a second": "!", "for the scanner": "!", "delivered": "withdrawn", "withdrawn": "!", "expired": "!"},
		"release":    no,
		"expire":     no,
		"remind":     no,
		"tell":       no,
	}
	for deed, try := range deeds {
		for state, bring := range states {
			t.Run(deed+"/"+state, func(t *testing.T) {
				o := newOut(t)
				id := bring(t, o)
				err := try(t, o, id)
				is := string(o.state(t, id).State)
				expected := want[deed][state]
				if expected == "!" && (!errors.Is(err, store.ErrConflict) || is != no[state]) {
					t.Errorf("answers %v and leaves it %s, want a conflict and %s", err, is, no[state])
				}
				if expected != "!" && (err != nil || is != expected) {
					t.Errorf("answers %v and leaves it %s, want %s", err, is, expected)
				}
			})
		}
	}
}

// TestWaitsForItsTime also holds that nobody sees it before.
func TestWaitsForItsTime(t *testing.T) {
	o := newOut(t)
	due := o.now.Add(time.Hour)
	_, id := o.hand(t, "a", func(d *portal.Draft) { d.DueAt = due })
	if done := o.work(t); len(done) > 0 || !o.task(t, store.TaskRelease, string(id)).Equal(due) {
		t.Errorf("done before its time: %v", done)
	}
	if err := o.MayView(t.Context(), o.client, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the client finds it before its time: %v", err)
	}
	list, err := o.Scheduled(t.Context(), o.boss, store.Page{})
	must(t, err)
	if len(list.Items) != 1 || !slices.Equal(list.Items[0].For, []portal.Hold{portal.HoldTime}) || list.Items[0].Planner != "人 boss" || !list.Items[0].Mine {
		t.Errorf("the list of what waits: %+v", list.Items)
	}
	o.world.now = due
	o.work(t)
	if d := o.state(t, id); d.State != store.DeliveryDelivered || d.DeliveredBy != "boss" || !d.DeliveredAt.Equal(due) {
		t.Errorf("at its time: %+v", d)
	}
	must(t, o.MayView(t.Context(), o.client, id))
}

func TestPlansThatAreRefused(t *testing.T) {
	o := newOut(t)
	for name, tt := range map[string]struct {
		change func(*portal.Draft)
		key    string
	}{
		"too far ahead":         {func(d *portal.Draft) { d.DueAt = o.now.AddDate(2, 0, 0) }, "error.due"},
		"ends before it begins": {func(d *portal.Draft) { d.DueAt, d.ExpiresAt = o.now.Add(2*time.Hour), o.now.Add(time.Hour) }, "error.expiry"},
		"ended already":         {func(d *portal.Draft) { d.ExpiresAt = o.now }, "error.expiry"},
	} {
		d := portal.Draft{Title: "通知書", Kind: "other", Files: []portal.StagedFile{o.stage(t, o.boss, "a.txt", "a")}, Offices: []store.ID{"x1"}, Deliver: true}
		tt.change(&d)
		if _, err := o.Publish(t.Context(), o.boss, d); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: tt.key}) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSecondPerson demands another person, whose approval is for one plan.
func TestSecondPerson(t *testing.T) {
	o := newOut(t)
	o.rule(t, func(r *store.Rule) { r.TwoPersons = true })
	_, id := o.hand(t, "a", func(d *portal.Draft) { d.DueAt = o.now.Add(time.Hour) })
	if err := o.Approve(t.Context(), o.boss, id); !errors.Is(err, &store.Error{Kind: store.Denied, Key: "error.approve_own"}) {
		t.Errorf("by who planned it: %v", err)
	}
	o.world.now = o.now.Add(2 * time.Hour)
	o.work(t)
	if d := o.state(t, id); d.State != store.DeliveryScheduled {
		t.Errorf("made without a second person: %+v", d)
	}
	must(t, o.Approve(t.Context(), o.second, id))
	if d := o.state(t, id); d.State != store.DeliveryDelivered || d.ApprovedBy != "second" || d.DeliveredBy != "boss" {
		t.Errorf("approved after its time: %+v", d)
	}
}

// TestMachineIsNoSecondHand has one person register an API client or give it its keys, let it plan, and approve that.
func TestMachineIsNoSecondHand(t *testing.T) {
	o := newOut(t)
	o.rule(t, func(r *store.Rule) { r.TwoPersons = true })
	draft := clientDraft()
	draft.Scopes = store.ScopeDocuments
	for name, row := range map[string]struct {
		rekeyed  portal.Actor // who gives it other keys
		refused  []portal.Actor
		approves portal.Actor
	}{
		"registered":   {refused: []portal.Actor{o.boss}, approves: o.second},
		"given a key":  {rekeyed: o.second, refused: []portal.Actor{o.boss, o.second}, approves: o.person(t, "third", store.Account{Permissions: store.PermitAll})},
		"given itself": {rekeyed: o.boss, refused: []portal.Actor{o.boss}, approves: o.second},
	} {
		t.Run(name, func(t *testing.T) {
			id, err := o.RegisterClient(t.Context(), o.boss, draft)
			must(t, err)
			if row.rekeyed.AccountID != "" {
				d := draft
				d.Version, d.KeysURL = 1, "https://hr.example/jwks"
				must(t, o.ChangeClient(t.Context(), row.rekeyed, id, d))
			}
			machine := portal.Actor{TenantID: "a", Client: id, Scopes: store.ScopeDocuments}
			document := o.put(t, machine, "", o.draft(t, name, "x1"))
			delivery := o.deliveries(t, o.boss, document)["x1"]
			for _, who := range row.refused {
				if err := o.Approve(t.Context(), who, delivery); !errors.Is(err, &store.Error{Kind: store.Denied, Key: "error.approve_own_client"}) {
					t.Errorf("by %s: %v", who.AccountID, err)
				}
			}
			must(t, o.Approve(t.Context(), row.approves, delivery))
			if d := o.state(t, delivery); d.State != store.DeliveryDelivered {
				t.Errorf("approved, it is %s", d.State)
			}
		})
	}
}

// TestPlannerWhoMayNoMore makes a draft of what was planned by somebody who may not deliver any more.
func TestPlannerWhoMayNoMore(t *testing.T) {
	o := newOut(t)
	_, id := o.hand(t, "a", func(d *portal.Draft) { d.DueAt = o.now.Add(time.Hour) })
	_, err := o.setup.SwitchAccount(t.Context(), "a", "boss", store.AccountDisabled)
	must(t, err)
	o.world.now = o.now.Add(time.Hour)
	o.work(t)
	if d := o.state(t, id); d.State != store.DeliveryDraft {
		t.Errorf("it is %s", d.State)
	}
}

// TestSuspendedTenantWaits demands that nothing is delivered or mailed for a tenant that was switched off, and that it
// is once it is on again.
func TestSuspendedTenantWaits(t *testing.T) {
	o := newOut(t)
	o.Mailing = true
	_, id := o.hand(t, "a", func(d *portal.Draft) { d.DueAt = o.now.Add(time.Hour) })
	o.switchTenant(t, "a", store.TenantSuspended)
	o.world.now = o.now.Add(time.Hour)
	task := store.Task{TenantID: "a", Kind: store.TaskRelease, Subject: string(id)}
	if err := o.Release(t.Context(), task); !errors.Is(err, store.ErrUnavailable) || o.state(t, id).State != store.DeliveryScheduled {
		t.Errorf("while suspended: %v", err)
	}
	o.switchTenant(t, "a", store.TenantActive)
	o.work(t)
	if d := o.state(t, id); d.State != store.DeliveryDelivered {
		t.Errorf("afterwards it is %s", d.State)
	}
}

func TestScanHolds(t *testing.T) {
	o := newOut(t)
	o.Scanning = true
	document, id := o.hand(t, "a", nil)
	if d := o.state(t, id); d.State != store.DeliveryScheduled {
		t.Fatalf("delivered without a verdict: %s", d.State)
	}
	d, err := o.DeskDocument(t.Context(), o.boss, document)
	must(t, err)
	if !slices.Equal(d.Deliveries[0].For, []portal.Hold{portal.HoldScan}) {
		t.Errorf("it waits for %v", d.Deliveries[0].For)
	}
	if done := o.work(t); !slices.Equal(done, []string{"scan", "release"}) {
		t.Errorf("carried out: %v", done)
	}
	if d := o.state(t, id); d.State != store.DeliveryDelivered {
		t.Errorf("after a clean verdict it is %s", d.State)
	}
	if _, again := o.hand(t, "a", nil); o.state(t, again).State != store.DeliveryDelivered {
		t.Error("bytes with a fresh verdict wait")
	}
	o.world.now = o.now.Add(25 * time.Hour)
	if _, later := o.hand(t, "a", nil); o.state(t, later).State != store.DeliveryScheduled {
		t.Error("bytes with an old verdict do not wait")
	}
}

// TestScanningWasOff has the scanner switched on while something waits whose files nobody ever asked to be scanned.
func TestScanningWasOff(t *testing.T) {
	o := newOut(t)
	_, id := o.hand(t, "a", func(d *portal.Draft) { d.DueAt = o.now.Add(time.Hour) })
	o.Scanning = true
	o.world.now = o.now.Add(time.Hour)
	if done := o.work(t); !slices.Equal(done, []string{"release", "scan", "release"}) {
		t.Errorf("carried out: %v", done)
	}
	if d := o.state(t, id); d.State != store.DeliveryDelivered {
		t.Errorf("it is %s", d.State)
	}
}

// TestFound demands that harmful bytes are delivered to nobody and opened by nobody, also when they were delivered before
// the scanner knew them, and that whoever brought them is told.
func TestFound(t *testing.T) {
	for name, delivered := range map[string]bool{"before it is delivered": false, "after it was delivered": true} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			o.Mailing, o.Scanning = true, !delivered
			document, id := o.hand(t, "harmful", nil)
			if delivered {
				o.Scanning = true
				must(t, o.Records.Update(t.Context(), "a", func(tx store.Tx) error {
					doc, err := tx.Documents().Get(t.Context(), document)
					must(t, err)
					return tx.Tasks().Add(t.Context(), store.Task{ID: "s", Kind: store.TaskScan, Subject: string(doc.Files[0].Digest), DueAt: o.now})
				}))
			}
			o.world.now = o.now.Add(2 * time.Minute)
			o.work(t)
			o.world.now = o.now.Add(2 * time.Minute)
			o.work(t)
			if state := o.state(t, id).State; (state == store.DeliveryDelivered) != delivered {
				t.Errorf("it is %s", state)
			}
			d, err := o.DeskDocument(t.Context(), o.boss, document)
			must(t, err)
			file := d.Document.Files[0]
			quarantined := &store.Error{Kind: store.Denied, Key: "error.file_quarantined"}
			if _, _, err := o.DeskFile(t.Context(), o.boss, document, file.ID); !errors.Is(err, quarantined) {
				t.Errorf("the firm opens it: %v", err)
			}
			if delivered {
				if _, _, err := o.Download(t.Context(), o.client, id, file.ID); !errors.Is(err, quarantined) {
					t.Errorf("the client opens it: %v", err)
				}
				if _, err := o.View(t.Context(), o.client, id); !errors.Is(err, quarantined) || !errors.Is(o.MayView(t.Context(), o.client, id), quarantined) {
					t.Errorf("the client opens its page: %v", err)
				}
				if seen, err := o.Seen(t.Context(), o.boss, id); err != nil || !seen.People[0].ViewedAt.IsZero() {
					t.Errorf("what nobody could see was seen: %+v, %v", seen.People, err)
				}
			}
			if _, err := o.Read(t.Context(), o.boss, portal.Source{Document: document}, 1, portal.Manner{Lang: "ja"}); !errors.Is(err, quarantined) {
				t.Errorf("the firm reads what is in it: %v", err)
			}
			if !slices.Equal(d.Withheld, []store.Digest{file.Digest}) {
				t.Errorf("withheld: %v", d.Withheld)
			}
			if !slices.Contains(o.mails(t), "found boss sent") {
				t.Errorf("the mails: %v", o.mails(t))
			}
			alerts, err := o.Alerts(t.Context(), o.boss)
			must(t, err)
			if len(alerts.Found) != 1 || alerts.Found[0].Document != document {
				t.Errorf("the alerts: %+v", alerts)
			}
			again, second := o.hand(t, "harmful", nil)
			if o.work(t); o.state(t, second).State != store.DeliveryScheduled || again == document {
				t.Error("the same bytes again are delivered")
			}
		})
	}
}

func TestExpiry(t *testing.T) {
	for name, opened := range map[string]bool{"nobody opened it": false, "somebody opened it": true} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			o.Mailing = true
			o.rule(t, func(r *store.Rule) { r.ExpireDays, r.RemindDays = 2, nil })
			document, id := o.hand(t, "a", nil)
			if opened {
				_, err := o.View(t.Context(), o.client, id)
				must(t, err)
			}
			o.world.now = o.now.Add(48 * time.Hour)
			o.work(t)
			o.world.now = o.now.Add(time.Hour)
			o.work(t)
			if d := o.state(t, id); d.State != store.DeliveryExpired {
				t.Errorf("it is %s", d.State)
			}
			if err := o.MayView(t.Context(), o.client, id); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("the client still finds it: %v", err)
			}
			alerts, err := o.Alerts(t.Context(), o.boss)
			must(t, err)
			if told := slices.Contains(o.mails(t), "unopened boss sent"); told == opened || (len(alerts.Unopened) == 1 && alerts.Unopened[0].Document == document) == opened {
				t.Errorf("the firm is told: %v, %+v", o.mails(t), alerts)
			}
		})
	}
}

// TestReminders go out on the days of the rule, to those who have not opened it.
func TestReminders(t *testing.T) {
	o := newOut(t)
	o.Mailing = true
	o.person(t, "reader", store.Account{CompanyID: "x", Permissions: store.PermitView, Email: "reader@x.example"})
	reader := portal.Actor{TenantID: "a", AccountID: "reader", TrustID: "saml-a"}
	_, id := o.hand(t, "a", nil)
	_, err := o.View(t.Context(), reader, id)
	must(t, err)
	reminders := func() (n int) {
		for _, m := range o.mails(t) {
			if strings.HasPrefix(m, "reminder") {
				n++
				if m != "reminder client sent" {
					t.Errorf("a mail: %s", m)
				}
			}
		}
		return n
	}
	for _, day := range []struct{ day, want int }{{0, 0}, {1, 1}, {2, 1}, {3, 2}, {6, 2}, {7, 3}, {30, 3}} {
		o.world.now = began.Add(time.Duration(day.day)*24*time.Hour + time.Minute)
		o.work(t)
		o.world.now = o.now.Add(2 * time.Minute)
		o.work(t)
		if n := reminders(); n != day.want {
			t.Errorf("after %d days there were %d reminders, want %d", day.day, n, day.want)
		}
	}
}

// TestMailsAreAsPeopleWant holds who gets which mail.
func TestMailsAreAsPeopleWant(t *testing.T) {
	tests := map[string]struct {
		prepare func(t *testing.T, o out)
		want    []string
	}{
		"every mail":     {func(*testing.T, out) {}, []string{"delivered client sent"}},
		"none":           {func(t *testing.T, o out) { must(t, o.SaveMyMail(t.Context(), o.client, true, false)) }, nil},
		"one a day":      {func(t *testing.T, o out) { must(t, o.SaveMyMail(t.Context(), o.client, false, true)) }, []string{"digest client waiting"}},
		"a rule without": {func(t *testing.T, o out) { o.rule(t, func(r *store.Rule) { r.Notify = store.ToNobody }) }, nil},
		"no mail server": {func(_ *testing.T, o out) { o.Mailing = false }, nil},
		"a switched off account": {func(t *testing.T, o out) {
			_, err := o.setup.SwitchAccount(t.Context(), "a", "client", store.AccountDisabled)
			must(t, err)
		}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			o.Mailing, o.DigestHour = true, 8
			o.person(t, "mute", store.Account{CompanyID: "x", Permissions: store.PermitView})
			tt.prepare(t, o)
			o.hand(t, "a", nil)
			o.hand(t, "b", nil)
			o.world.now = o.now.Add(2 * time.Minute)
			o.work(t)
			if got := o.mails(t); !slices.Equal(got, tt.want) {
				t.Errorf("the mails are %q, want %q", got, tt.want)
			}
		})
	}
}

// TestDigest goes out at the hour, once, and not when everything was read by then.
func TestDigest(t *testing.T) {
	for name, want := range map[string]string{"unread": "digest client sent", "read": "digest client dropped"} {
		o := newOut(t)
		o.Mailing, o.DigestHour = true, 8
		must(t, o.SaveMyMail(t.Context(), o.client, false, true))
		_, id := o.hand(t, "a", nil)
		if name == "read" {
			_, err := o.View(t.Context(), o.client, id)
			must(t, err)
		}
		eight := time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC) // 08:00 of the next day in Japan
		o.world.now = eight.Add(-time.Second)
		if done := o.work(t); slices.Contains(done, "mail") {
			t.Errorf("%s: sent before the hour", name)
		}
		o.world.now = eight
		o.work(t)
		if got := o.mails(t); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: the mails are %q", name, got)
		}
	}
}

func TestBouncedMails(t *testing.T) {
	o := newOut(t)
	o.Mailing = true
	o.hand(t, "a", nil)
	o.world.now = o.now.Add(2 * time.Minute)
	tasks, err := o.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskMail}, 9, o.now, o.now.Add(time.Minute))
	must(t, err)
	if len(tasks) != 1 {
		t.Fatalf("%d mails are owed", len(tasks))
	}
	must(t, o.MailBounced(t.Context(), tasks[0], "550 no such user"))
	narrow := o.add(t, "narrow", who{tenant: "a", offices: []store.ID{"x2"}, permissions: store.PermitDeliver})
	for name, tt := range map[string]struct {
		who  portal.Actor
		want int
	}{"all offices": {o.boss, 1}, "other offices": {narrow, 0}} {
		list, err := o.Bounced(t.Context(), tt.who, store.Page{})
		must(t, err)
		if len(list.Items) != tt.want {
			t.Errorf("%s: %+v", name, list.Items)
		}
		for _, m := range list.Items {
			if m.Email != "client@x.example" || m.Failure != "550 no such user" || m.Company != "会社 x" {
				t.Errorf("%s: %+v", name, m)
			}
		}
	}
	if _, err := o.Bounced(t.Context(), o.client, store.Page{}); !errors.Is(err, store.ErrDenied) {
		t.Errorf("a client reads it: %v", err)
	}
	if _, err := o.MailDue(t.Context(), tasks[0]); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("it is owed again: %v", err)
	}
}

// TestReplace withdraws the old one where and when the new one is delivered.
func TestReplace(t *testing.T) {
	o := newOut(t)
	old, err := o.Publish(t.Context(), o.boss, portal.Draft{Title: "誤り", Kind: "other", Files: []portal.StagedFile{o.stage(t, o.boss, "a.txt", "a")}, Offices: []store.ID{"x1", "y1"}, Deliver: true})
	must(t, err)
	was := o.deliveries(t, o.boss, old)
	draft := portal.Draft{Title: "訂正", Kind: "other", Files: []portal.StagedFile{o.stage(t, o.boss, "b.txt", "b")}, Offices: []store.ID{"x1"}, Deliver: true, DueAt: o.now.Add(time.Hour)}
	draft2 := draft
	newer, err := o.Replace(t.Context(), o.boss, old, draft)
	must(t, err)
	if s := o.state(t, was["x1"]).State; s != store.DeliveryDelivered {
		t.Errorf("before the new one is delivered the old one is %s", s)
	}
	o.world.now = o.now.Add(time.Hour)
	o.work(t)
	gone, stays := o.state(t, was["x1"]), o.state(t, was["y1"])
	if gone.State != store.DeliveryWithdrawn || gone.Reason != portal.ReasonReplaced || stays.State != store.DeliveryDelivered {
		t.Errorf("the old one is %s (%s) and elsewhere %s", gone.State, gone.Reason, stays.State)
	}
	d, err := o.DeskDocument(t.Context(), o.boss, old)
	must(t, err)
	n, err := o.DeskDocument(t.Context(), o.boss, newer)
	must(t, err)
	if !slices.Equal(d.ReplacedBy, []store.ID{newer}) || n.Document.Replaces != old {
		t.Errorf("they know of %q and %q", d.ReplacedBy, n.Document.Replaces)
	}
	draft2.Files = []portal.StagedFile{o.stage(t, o.boss, "c.txt", "c")}
	draft2.DueAt = time.Time{}
	if _, err := o.Replace(t.Context(), o.boss, old, draft2); !errors.Is(err, &store.Error{Kind: store.Conflict, Key: "error.replaced_before"}) {
		t.Errorf("an old one is replaced again: %v", err)
	}
	narrow := o.add(t, "narrow", who{tenant: "a", offices: []store.ID{"x2"}, permissions: store.PermitDeliver})
	draft2.Offices = []store.ID{"x2"}
	if _, err := o.Replace(t.Context(), narrow, newer, draft2); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("what is out of reach is replaced: %v", err)
	}
}

func TestSeenAfterWithdrawing(t *testing.T) {
	o := newOut(t)
	_, id := o.hand(t, "a", nil)
	_, err := o.View(t.Context(), o.client, id)
	must(t, err)
	must(t, o.Withdraw(t.Context(), o.boss, id, "誤配付"))
	s, err := o.Seen(t.Context(), o.boss, id)
	must(t, err)
	if len(s.People) != 1 || s.People[0].AccountID != "client" || s.People[0].ViewedAt.IsZero() || s.Delivery.State != store.DeliveryWithdrawn {
		t.Errorf("seen by %+v", s)
	}
}

func TestRules(t *testing.T) {
	o := newOut(t)
	for name, tt := range map[string]struct {
		change func(*store.Rule)
		key    string
	}{
		"as it is":              {func(*store.Rule) {}, ""},
		"days in disorder":      {func(r *store.Rule) { r.RemindDays = []int{7, 1, 7} }, ""},
		"no reminders":          {func(r *store.Rule) { r.RemindDays = nil }, ""},
		"a kind that is none":   {func(r *store.Rule) { r.Kind = "none" }, "error.kind"},
		"a day before":          {func(r *store.Rule) { r.RemindDays = []int{0} }, "error.rule_remind"},
		"a day too far":         {func(r *store.Rule) { r.RemindDays = []int{91} }, "error.rule_remind"},
		"one year":              {func(r *store.Rule) { r.RetainYears = 1 }, "error.rule_years"},
		"six years":             {func(r *store.Rule) { r.RetainYears = 6 }, "error.rule_years"},
		"tell in disorder":      {func(r *store.Rule) { r.TellDays = []int{30, 7, 7} }, ""},
		"a day to tell in vain": {func(r *store.Rule) { r.TellDays = []int{91} }, "error.rule_remind"},
		"mails to strangers":    {func(r *store.Rule) { r.Notify = "everybody" }, "error.recipients"},
		"ends before":           {func(r *store.Rule) { r.ExpireDays = -1 }, "error.rule_expire"},
		"a title of lines":      {func(r *store.Rule) { r.Title = "a\nb" }, "error.rule_title"},
	} {
		r := portal.DefaultRule("other")
		tt.change(&r)
		err := o.SaveRule(t.Context(), o.boss, r)
		if tt.key == "" && err != nil || tt.key != "" && !errors.Is(err, &store.Error{Kind: store.Invalid, Key: tt.key}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	deliverer := o.add(t, "deliverer", who{tenant: "a", permissions: store.PermitDeliver})
	if err := o.SaveRule(t.Context(), deliverer, portal.DefaultRule("other")); !errors.Is(err, store.ErrDenied) {
		t.Errorf("whoever is held to a rule changes it: %v", err)
	}
	rules, err := o.Rules(t.Context(), deliverer)
	must(t, err)
	if len(rules) != len(portal.Kinds()) || rules[0].Own || !rules[len(rules)-1].Own || rules[0].RetainYears != 2 {
		t.Errorf("the rules are %+v", rules)
	}
}

// TestRetention keeps a document for the years of its rule, by the calendar of Japan.
func TestRetention(t *testing.T) {
	o := newOut(t)
	o.world.now = time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC) // the 23rd in Japan
	for kind, want := range map[string]store.Date{"other": "2031-11-23", "separation": "2030-11-23", "social-insurance": "2028-11-23"} {
		document, _ := o.hand(t, "a", func(d *portal.Draft) { d.Kind = kind })
		d, err := o.DeskDocument(t.Context(), o.boss, document)
		must(t, err)
		if d.Document.RetainUntil != want {
			t.Errorf("%s is kept until %s, want %s", kind, d.Document.RetainUntil, want)
		}
	}
}
