package portal_test

import (
	"errors"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestToldAfterwards holds what becomes of the record of who was told when the delivery it belongs to ends: two of three
// were told by then.
func TestToldAfterwards(t *testing.T) {
	type seen struct {
		persons int   // that are named; 0: the record is not found
		tell    error // of telling the third
		left    int   // how many persons PersonsLeft counts
	}
	gone := seen{0, store.ErrNotFound, 0}
	for name, tt := range map[string]struct {
		end          func(t *testing.T, o out, document, delivery store.ID)
		client, firm seen
	}{
		"delivered": {func(*testing.T, out, store.ID, store.ID) {}, seen{3, nil, 3}, seen{3, store.ErrDenied, 3}},
		"expired": {func(t *testing.T, o out, _, _ store.ID) {
			o.world.now = o.now.Add(25 * time.Hour)
			o.work(t)
		}, seen{3, nil, 3}, seen{3, store.ErrDenied, 3}},
		"withdrawn": {func(t *testing.T, o out, _, id store.ID) {
			must(t, o.Withdraw(t.Context(), o.boss, id, "誤配付"))
		}, gone, seen{3, store.ErrDenied, 3}},
		"replaced": {func(t *testing.T, o out, document, _ store.ID) {
			_, err := o.Replace(t.Context(), o.boss, document, portal.Draft{Title: "訂正", Kind: "other", Files: []portal.StagedFile{o.stage(t, o.boss, "b.txt", "b")}, Offices: []store.ID{"x1"}, Deliver: true})
			must(t, err)
		}, seen{2, store.ErrConflict, 0}, seen{3, store.ErrDenied, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			o.rule(t, func(r *store.Rule) { r.ExpireDays = 1 })
			document, id := o.hand(t, "a", nil)
			o.persons(t, document)
			must(t, o.Tell(t.Context(), o.client, id, portal.Telling{Persons: []int{0, 2}, How: store.ToldByHand}))
			tt.end(t, o, document, id)
			list, err := o.ToTell(t.Context(), o.client, store.Page{})
			if must(t, err); (len(list.Items) == 1) != (tt.client.persons > 0) || len(list.Items) == 1 && list.Items[0].Persons != (store.PersonCount{All: tt.client.persons, Told: 2}) {
				t.Errorf("the client's list has %+v", list)
			}
			for who, row := range map[string]struct {
				a    portal.Actor
				want seen
			}{"client": {o.client, tt.client}, "firm": {o.boss, tt.firm}} {
				told, err := o.Told(t.Context(), row.a, id)
				if len(told.Persons) != row.want.persons || (err == nil) != (row.want.persons > 0) {
					t.Errorf("%s reads %+v, %v", who, told, err)
				}
				left, err := o.PersonsLeft(t.Context(), row.a, []store.ID{id})
				if must(t, err); left[id].All != row.want.left {
					t.Errorf("%s counts %v", who, left)
				}
				if err := o.Tell(t.Context(), row.a, id, portal.Telling{Persons: []int{1}, How: store.ToldByHand}); !errors.Is(err, row.want.tell) {
					t.Errorf("%s tells the third: %v", who, err)
				}
			}
		})
	}
}

// TestNothingToldOfWhatIsNotDelivered keeps the persons of a plan, or of one that was replaced before anybody was told,
// from clients who know its ID.
func TestNothingToldOfWhatIsNotDelivered(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, o out) (document, delivery store.ID){
		"draft": func(t *testing.T, o out) (store.ID, store.ID) {
			return o.hand(t, "a", func(d *portal.Draft) { d.Deliver = false })
		},
		"scheduled": func(t *testing.T, o out) (store.ID, store.ID) {
			return o.hand(t, "a", func(d *portal.Draft) { d.DueAt = o.now.Add(time.Hour) })
		},
		"replaced": func(t *testing.T, o out) (store.ID, store.ID) {
			document, id := o.hand(t, "a", nil)
			_, err := o.Replace(t.Context(), o.boss, document, portal.Draft{Title: "訂正", Kind: "other", Files: []portal.StagedFile{o.stage(t, o.boss, "b.txt", "b")}, Offices: []store.ID{"x1"}, Deliver: true})
			must(t, err)
			return document, id
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			document, id := prepare(t, o)
			o.persons(t, document)
			if left, err := o.PersonsLeft(t.Context(), o.client, []store.ID{id}); err != nil || len(left) != 0 {
				t.Errorf("counted: %v, %v", left, err)
			}
			if _, err := o.Told(t.Context(), o.client, id); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("read: %v", err)
			}
		})
	}
}

// naming delivers a document of three persons to x1.
func (o out) naming(t *testing.T, text string) store.ID {
	t.Helper()
	document, id := o.hand(t, text, func(d *portal.Draft) { d.Deliver = false })
	o.persons(t, document)
	_, err := o.Deliver(t.Context(), o.boss, document)
	must(t, err)
	return id
}

// pass carries out what is owed on a day after the beginning, and the mails of it.
func (o out) pass(t *testing.T, day int) {
	t.Helper()
	o.world.now = began.Add(time.Duration(day)*24*time.Hour + time.Minute)
	o.work(t)
	o.world.now = o.now.Add(2 * time.Minute)
	o.work(t)
}

func (o out) count(t *testing.T, mail string) (n int) {
	t.Helper()
	for _, m := range o.mails(t) {
		if m == mail {
			n++
		}
	}
	return n
}

// TestRemindersToTell go out on the days of the rule until everybody was told, also to who has opened the document, and
// after it has ended.
func TestRemindersToTell(t *testing.T) {
	everybody := portal.Telling{Persons: []int{0, 1, 2}, How: store.ToldByHand}
	for name, tt := range map[string]struct {
		deeds map[int]func(t *testing.T, o out, id store.ID) // by day, before the work of the day
		want  map[int]int                                    // how many reminders there were by the end of a day
	}{
		"nobody is told": {nil, map[int]int{1: 0, 6: 0, 7: 1, 13: 1, 14: 2, 30: 3, 60: 3}},
		"some are told": {map[int]func(*testing.T, out, store.ID){5: func(t *testing.T, o out, id store.ID) {
			must(t, o.Tell(t.Context(), o.client, id, portal.Telling{Persons: []int{1}, How: store.ToldByHand}))
		}}, map[int]int{7: 1, 30: 3}},
		"all are told in time": {map[int]func(*testing.T, out, store.ID){5: func(t *testing.T, o out, id store.ID) {
			must(t, o.Tell(t.Context(), o.client, id, everybody))
		}}, map[int]int{7: 0, 30: 0}},
		"one is taken back": {map[int]func(*testing.T, out, store.ID){
			5: func(t *testing.T, o out, id store.ID) { must(t, o.Tell(t.Context(), o.client, id, everybody)) },
			8: func(t *testing.T, o out, id store.ID) { must(t, o.Untell(t.Context(), o.client, id, []int{1})) },
		}, map[int]int{7: 0, 13: 0, 14: 1}},
		"withdrawn": {map[int]func(*testing.T, out, store.ID){5: func(t *testing.T, o out, id store.ID) {
			must(t, o.Withdraw(t.Context(), o.boss, id, "誤配付"))
		}}, map[int]int{7: 0, 30: 0}},
		"another rule": {map[int]func(*testing.T, out, store.ID){0: func(t *testing.T, o out, _ store.ID) {
			o.rule(t, func(r *store.Rule) { r.TellDays = []int{11} })
		}}, map[int]int{7: 1, 10: 1, 11: 2, 30: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			o.Mailing = true
			o.rule(t, func(r *store.Rule) { r.RemindDays, r.ExpireDays = nil, 10 })
			id := o.naming(t, "a")
			_, err := o.View(t.Context(), o.client, id)
			must(t, err)
			for day := range 61 {
				if deed := tt.deeds[day]; deed != nil {
					o.world.now = began.Add(time.Duration(day) * 24 * time.Hour)
					deed(t, o, id)
				}
				o.pass(t, day)
				if want, ok := tt.want[day]; ok && o.count(t, "onward client sent") != want {
					t.Errorf("after %d days the mails are %q, want %d", day, o.mails(t), want)
				}
			}
		})
	}
}

// TestReminderToTellSaysNothing but how many are left: to whom it goes, and where it leads.
func TestReminderToTellSaysNothing(t *testing.T) {
	o := newOut(t)
	o.Mailing = true
	o.rule(t, func(r *store.Rule) { r.RemindDays = nil })
	one, two := o.naming(t, "a"), o.naming(t, "b")
	must(t, o.Tell(t.Context(), o.client, two, portal.Telling{Persons: []int{1}, How: store.ToldByHand}))
	o.pass(t, 1)
	o.world.now = began.Add(7*24*time.Hour + time.Minute)
	due := func() (portal.OwedMail, error) {
		tasks, err := o.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskMail}, 9, o.now, o.now.Add(time.Second))
		must(t, err)
		if len(tasks) != 1 {
			t.Fatalf("%d mails are owed", len(tasks))
		}
		return o.MailDue(t.Context(), tasks[0])
	}
	tasks, err := o.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskTell}, 9, o.now, o.now.Add(time.Second))
	must(t, err)
	for _, task := range tasks {
		must(t, o.RemindToTell(t.Context(), task))
	}
	o.world.now = o.now.Add(2 * time.Minute)
	owed, err := due()
	must(t, err)
	if owed.ID = ""; owed != (portal.OwedMail{Kind: store.MailOnward, To: "client@x.example", Firm: "事務所 a", Path: "/onward", Untold: 5}) {
		t.Errorf("the mail is %+v", owed)
	}
	for _, id := range []store.ID{one, two} {
		must(t, o.Tell(t.Context(), o.client, id, portal.Telling{Persons: []int{0, 1, 2}, How: store.ToldByHand}))
	}
	o.world.now = o.now.Add(2 * time.Second)
	if _, err := due(); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("with everybody told: %v", err)
	}
}

// TestMailsGivenUp shows the firm a mail that no server took for five days, with what went wrong the last time, and not
// one that has nothing to say by then.
func TestMailsGivenUp(t *testing.T) {
	for name, opened := range map[string]bool{"still unopened": false, "opened by then": true} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			o.Mailing = true
			o.rule(t, func(r *store.Rule) { r.RemindDays = nil })
			_, id := o.hand(t, "a", nil)
			lease := func() store.Task {
				tasks, err := o.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskMail}, 9, o.now, o.now.Add(time.Minute))
				must(t, err)
				if len(tasks) != 1 {
					t.Fatalf("%d mails are owed", len(tasks))
				}
				return tasks[0]
			}
			o.world.now = o.now.Add(2 * time.Minute)
			must(t, o.Records.Queue().Fail(t.Context(), lease(), o.now.Add(time.Hour), "connection refused"))
			if opened {
				_, err := o.View(t.Context(), o.client, id)
				must(t, err)
			}
			o.world.now = o.now.Add(5*24*time.Hour + time.Hour)
			if _, err := o.MailDue(t.Context(), lease()); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("it is still owed: %v", err)
			}
			list, err := o.Bounced(t.Context(), o.boss, store.Page{})
			must(t, err)
			if shown := len(list.Items) == 1 && list.Items[0].State == store.MailGivenUp && list.Items[0].Failure == "connection refused"; shown == opened {
				t.Errorf("the firm sees %+v", list.Items)
			}
		})
	}
}
