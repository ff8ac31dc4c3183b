package portal_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// months carries out what inventories owe until now, at once on several instances, and returns the inventories, the
// latest first.
func (o out) months(t *testing.T) (ids []store.ID) {
	t.Helper()
	kinds := []store.TaskKind{store.TaskInventory, store.TaskRemindInventory}
	for {
		tasks, err := o.Records.Queue().Lease(t.Context(), kinds, 50, o.now, o.now.Add(time.Second))
		must(t, err)
		if len(tasks) == 0 {
			break
		}
		for _, task := range tasks {
			do := map[store.TaskKind]func() error{
				store.TaskInventory:       func() error { return o.MakeInventory(t.Context(), task) },
				store.TaskRemindInventory: func() error { return o.RemindInventory(t.Context(), task) },
			}[task.Kind]
			must(t, do())
			must(t, do()) // another instance, whose lease had run out
		}
	}
	list, _, err := o.Inventories(t.Context(), o.boss, store.Page{})
	must(t, err)
	for _, n := range list.Items {
		ids = append(ids, n.ID)
	}
	return ids
}

func inJapan(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, time.FixedZone("JST", 9*3600))
}

func TestInventoryEveryMonth(t *testing.T) {
	o := newOut(t)
	due := func() string { return o.task(t, store.TaskInventory, "monthly").Format(time.RFC3339) }
	if got := due(); got != "2026-11-30T15:10:00Z" {
		t.Fatalf("a new tenant's first inventory is due at %s", got)
	}
	o.world.now = inJapan(12, 1, 0, 9)
	if ids := o.months(t); ids != nil {
		t.Errorf("before its time: %q", ids)
	}
	o.world.now = inJapan(12, 1, 0, 10)
	if ids := o.months(t); !slices.Equal(ids, []store.ID{"2026-12"}) || due() != "2026-12-31T15:10:00Z" {
		t.Errorf("in its time: %q, and the next is due at %s", ids, due())
	}
	if _, err := o.MakeInventoryNow(t.Context(), o.boss); !errors.Is(err, &store.Error{Kind: store.Conflict, Key: "error.inventory_made"}) {
		t.Errorf("a second one for the month: %v", err)
	}
	o.world.now = inJapan(12, 1, 0, 10).AddDate(0, 4, 5) // nobody was there for four months
	if ids := o.months(t); !slices.Equal(ids, []store.ID{"2027-04", "2026-12"}) || due() != "2027-04-30T15:10:00Z" {
		t.Errorf("afterwards: %q, and the next is due at %s", ids, due())
	}
	o.world.now = inJapan(12, 30, 23, 59).AddDate(0, 4, 0) // the last minute of April
	if _, err := o.MakeInventoryNow(t.Context(), o.boss); err == nil {
		t.Error("a second one for April")
	}
	o.world.now = inJapan(12, 1, 0, 1).AddDate(0, 5, 0)
	must(t, one(o.MakeInventoryNow(t.Context(), o.boss)))
	o.world.now = o.now.Add(10 * time.Minute)
	if ids := o.months(t); len(ids) != 3 || ids[0] != "2027-05" || due() != "2027-05-31T15:10:00Z" {
		t.Errorf("after it was asked for: %q, and the next is due at %s", ids, due())
	}
}

func one[T any](_ T, err error) error { return err }

// TestInventoryOwed demands that a tenant without the task gets it, and that one with it keeps its own.
func TestInventoryOwed(t *testing.T) {
	o := newOut(t)
	must(t, o.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		return tx.Tasks().Done(t.Context(), store.TaskInventory, "monthly")
	}))
	must(t, o.setup.OweInventories(t.Context(), []store.ID{"a", "b"}))
	first := o.task(t, store.TaskInventory, "monthly")
	if first.IsZero() {
		t.Fatal("it is not owed")
	}
	o.world.now = o.now.AddDate(0, 2, 0)
	must(t, o.setup.OweInventories(t.Context(), []store.ID{"a", "b"}))
	if got := o.task(t, store.TaskInventory, "monthly"); !got.Equal(first) {
		t.Errorf("one that is late was put off to %s", got)
	}
}

// TestInventorySuspended demands that a suspended tenant gets none, and the next month's when it is back.
func TestInventorySuspended(t *testing.T) {
	o := newOut(t)
	o.switchTenant(t, "a", store.TenantSuspended)
	o.world.now = inJapan(12, 1, 1, 0)
	tasks, err := o.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskInventory}, 50, o.now, o.now.Add(time.Second))
	must(t, err)
	for _, task := range tasks {
		must(t, o.MakeInventory(t.Context(), task))
	}
	o.switchTenant(t, "a", store.TenantActive)
	if ids := o.months(t); ids != nil {
		t.Errorf("there are %q", ids)
	}
	o.world.now = inJapan(12, 1, 1, 0).AddDate(0, 1, 0)
	if ids := o.months(t); !slices.Equal(ids, []store.ID{"2027-01"}) {
		t.Errorf("there are %q", ids)
	}
}

// TestInventoryMails holds who is told of an inventory, and how often while nobody signs it off.
func TestInventoryMails(t *testing.T) {
	o := newOut(t)
	o.Mailing = true
	o.person(t, "keeper", store.Account{Permissions: store.PermitAccounts, Email: "keeper@firm.example"})
	o.person(t, "clerk", store.Account{Permissions: store.PermitAll &^ store.PermitAccounts, Email: "clerk@firm.example"})
	o.person(t, "chief", store.Account{CompanyID: "x", Permissions: store.PermitAll, Email: "chief@x.example"})
	steps := []struct {
		days int
		want []string
	}{
		{0, []string{"inventory boss", "inventory keeper"}},
		{6, nil},
		{7, []string{"inventory_open boss", "inventory_open keeper"}},
		{14, []string{"inventory_open boss", "inventory_open keeper"}},
		{20, nil},
	}
	begin, before := inJapan(12, 1, 0, 10), 0
	for _, step := range steps {
		o.world.now = begin.AddDate(0, 0, step.days)
		o.months(t)
		all := o.mails(t)
		var fresh []string
		for _, m := range all[before:] {
			fresh = append(fresh, m[:len(m)-len(" waiting")])
		}
		slices.Sort(fresh)
		if before = len(all); !slices.Equal(fresh, step.want) {
			t.Errorf("after %d days: %q, want %q", step.days, fresh, step.want)
		}
	}
	o.world.now = begin.AddDate(0, 1, 0)
	o.months(t)
	n, err := o.Inventory(t.Context(), o.boss, "2027-01", "", store.Page{})
	must(t, err)
	for _, i := range n.Items {
		must(t, one(o.DecideInventory(t.Context(), o.boss, "2027-01", portal.InventoryDecision{Account: i.AccountID, Decision: store.DecisionExplained, Note: "確認済み"})))
	}
	must(t, o.SignInventory(t.Context(), o.boss, "2027-01"))
	if due := o.task(t, store.TaskRemindInventory, "2027-01"); !due.IsZero() {
		t.Errorf("a reminder of what is signed off is due at %s", due)
	}
	before = len(o.mails(t))
	o.world.now = begin.AddDate(0, 1, 7)
	o.months(t)
	if all := o.mails(t); len(all) != before {
		t.Errorf("of what is signed off: %q", all[before:])
	}
}
