package portal_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// logTasks are what administrators do about addresses, sessions and the log, tried on a person of x1 and their session.
func logTasks() []task {
	accounts, trusts, log := store.PermitAccounts, store.PermitTrusts, store.PermitLog
	return []task{
		{"read the log", log, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, _ troop) error {
			w.now = w.now.Add(time.Hour) // it is another look
			_, err := w.ReadLog(t.Context(), a, store.AuditFilter{}, store.Page{})
			return err
		}},
		{"see an event", log, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, _ troop) error {
			w.now = w.now.Add(time.Hour)
			e, err := w.LogEvent(t.Context(), a, 1)
			if err == nil && e.Record != "tenant:"+string(a.TenantID) {
				t.Errorf("the first event is about %s", e.Record)
			}
			return err
		}},
		{"people of the log", log, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, _ troop) error {
			w.now = w.now.Add(time.Hour)
			_, err := w.LogPeople(t.Context(), a, "人")
			return err
		}},
		{"take the log away", log, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, _ troop) error {
			_, err := w.ExportLog(t.Context(), a, store.AuditFilter{}, 1, func(store.AuditEvent) error { return nil })
			return err
		}},
		{"read the service's events", log, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, _ troop) error {
			w.now = w.now.Add(time.Hour)
			_, err := w.Events(t.Context(), a, store.SystemEventFilter{}, store.Page{})
			return err
		}},
		{"take the service's events away", log, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, _ troop) error {
			_, err := w.ExportEvents(t.Context(), a, store.SystemEventFilter{}, 1, func(store.SystemEvent) error { return nil })
			return err
		}},
		{"verify the log", log, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, _ troop) error {
			_, err := w.VerifyLog(t.Context(), a, 1, 10)
			return err
		}},
		{"see the verifications", log, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, _ troop) error {
			w.now = w.now.Add(time.Hour)
			_, _, err := w.LogChecks(t.Context(), a)
			return err
		}},
		{"see the addresses", trusts, false, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, _ troop) error {
			_, err := w.Addresses(t.Context(), a)
			return err
		}},
		{"save the addresses", trusts, true, false, store.Denied, store.Denied, may, func(t *testing.T, w *world, a portal.Actor, _ troop) error {
			return w.SaveAddresses(t.Context(), a, store.AddressRule{}, false)
		}},
		{"who is signed in", accounts, false, false, may, may, may, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.Entered(t.Context(), a, portal.EnteredFilter{})
			return err
		}},
		{"see what of a person would end", accounts, false, false, may, store.NotFound, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.MayEnd(t.Context(), a, tr.target, "")
			return err
		}},
		{"see what of a trust would end", accounts, false, false, store.Denied, store.Denied, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			_, err := w.MayEnd(t.Context(), a, "", "saml-a")
			return err
		}},
		{"end a session", accounts, true, false, may, store.NotFound, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			return w.EndSession(t.Context(), a, tr.target, enter(t, w, "a", tr.target, "").ID)
		}},
		{"end a person's sessions", accounts, true, false, may, store.NotFound, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			enter(t, w, "a", tr.target, "")
			_, err := w.EndPersonSessions(t.Context(), a, tr.target)
			return err
		}},
		{"end a trust's sessions", accounts, true, false, store.Denied, store.Denied, store.NotFound, func(t *testing.T, w *world, a portal.Actor, tr troop) error {
			enter(t, w, "a", tr.target, "")
			_, err := w.EndTrustSessions(t.Context(), a, "saml-a")
			return err
		}},
	}
}

// TestLogPermission tries every task as everybody: menu × office scope × company × tenant.
func TestLogPermission(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	people, tr := map[string]portal.Actor{}, w.troop(t)
	for _, d := range logTasks() {
		for scope, p := range scopes() {
			for _, permissions := range append(menus(), d.needs, store.PermitAll&^d.needs) {
				p.permissions = permissions
				t.Run(fmt.Sprintf("%s/%s/%s", d.name, scope, permissions), func(t *testing.T) {
					who := fmt.Sprint(scope, permissions)
					if _, ok := people[who]; !ok {
						people[who] = w.add(t, w.fresh(), p)
					}
					want := d.answer(scope, permissions)
					before := []int64{w.head(t, "a").Seq, w.head(t, "b").Seq}
					err := d.try(t, w, people[who], tr)
					if want == may && err != nil || want != may && store.KindOf(err) != want {
						t.Errorf("answers %v, want %s", err, want)
					}
					recorded := w.head(t, "a").Seq - before[0] + w.head(t, "b").Seq - before[1]
					if (recorded > 0) != (want == may && d.audited) {
						t.Errorf("%d events were recorded", recorded)
					}
				})
			}
		}
	}
}

// TestElsewhereNothingIsAdministered tries the tasks of administrators from where none of them may be done.
func TestElsewhereNothingIsAdministered(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	tr := w.troop(t)
	boss := w.add(t, "administrator", who{tenant: "a", permissions: store.PermitAll})
	must(t, w.setup.SetAddresses(t.Context(), "a", store.AddressRule{Administration: ranges(t, "198.51.100.1")}))
	for _, d := range append(logTasks(), peopleTasks()...) {
		if err := d.try(t, w, boss, tr); !errors.Is(err, denied("error.address_administration")) {
			t.Errorf("%s: %v", d.name, err)
		}
	}
}
