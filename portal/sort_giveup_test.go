package portal_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// TestGivenUp refuses what nobody could look into, and leaves what was looked into before.
func TestGivenUp(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss, g := theBoss(), egovtest.New(5)
	stuck := w.receive(t, boss, "drop", "a.zip", g.Package(egovtest.Pension, egovtest.Options{}).Data)
	task := store.Task{TenantID: "a", Kind: store.TaskSort, Subject: string(stuck.ID), Attempts: 10}
	for range 2 {
		must(t, w.GiveUpSort(t.Context(), task))
	}
	got, err := w.PackageOf(t.Context(), boss, stuck.ID)
	must(t, err)
	if got.State != store.PackageRefused || got.Reason.Key != "package.given_up" || got.Reason.Args["Count"] != "10" || got.SortedAt.IsZero() {
		t.Errorf("it is %s by %+v", got.State, got.Reason)
	}
	if e := w.lastAudit(t, "package:"+string(stuck.ID)); e.Deed != store.DeedSort || e.Outcome != store.Refused || e.Detail["reason"] != "package.given_up" {
		t.Errorf("the audit has %+v", e)
	}
	w.sortAll(t) // nothing is owed any more
	waits := w.drop(t, boss, "b.zip", g.Package(egovtest.Pension, egovtest.Options{}).Data)
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		return tx.Tasks().Add(t.Context(), store.Task{ID: "again", Kind: store.TaskSort, Subject: string(waits.ID), DueAt: w.now})
	}))
	task.Subject = string(waits.ID)
	must(t, w.GiveUpSort(t.Context(), task))
	if got, err := w.PackageOf(t.Context(), boss, waits.ID); err != nil || got.State != store.PackageUnplaced {
		t.Errorf("one that waits for an office is %s, %v", got.State, err)
	}
}

// TestSortedIsAudited holds what the audit knows of packages that were looked into.
func TestSortedIsAudited(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss, g := theBoss(), egovtest.New(5)
	o := g.Office()
	w.registered(t, "o", pension(o))
	ready := g.Package(egovtest.Pension, egovtest.Options{Office: &o})
	outer := w.drop(t, boss, "a.zip", egovtest.Upload(ready, g.Package(egovtest.Pension, egovtest.Options{})))
	told := map[string]int{}
	for _, e := range w.audit(t, "a") {
		if e.Deed == store.DeedSort {
			told[e.Detail["state"]+" at "+e.Detail["office"]]++
			if (e.Detail["out of"] == string(outer.ID)) != (e.Record != "package:"+string(outer.ID)) {
				t.Errorf("out of an archive: %+v", e)
			}
		}
	}
	if len(told) != 3 || told["ready at o"] != 1 || told["unplaced at "] != 1 || told["discarded at "] != 1 {
		t.Errorf("the audit knows %v", told)
	}
}

// TestSortHeedsItsTime demands that a sort whose time is up ends, and leaves the task.
func TestSortHeedsItsTime(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss, g := theBoss(), egovtest.New(5)
	pkg := w.receive(t, boss, "drop", "a.zip", egovtest.Upload(g.Package(egovtest.Pension, egovtest.Options{}), g.Package(egovtest.Pension, egovtest.Options{})))
	tasks, err := w.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskSort}, 1, w.now, w.now.Add(time.Minute))
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	look := w.Blobs
	w.Blobs = cutting{look, cancel}
	if err := w.Sort(ctx, tasks[0]); !errors.Is(err, context.Canceled) {
		t.Errorf("after its time it ends with %v", err)
	}
	w.Blobs = look
	if got, err := w.PackageOf(t.Context(), boss, pkg.ID); err != nil || got.State != store.PackageReceived {
		t.Errorf("it is %s, %v", got.State, err)
	}
}

// cutting ends a context as soon as a blob is open.
type cutting struct {
	store.Blobs
	cut func()
}

func (c cutting) Open(ctx context.Context, tenant store.ID, d store.Digest) (store.Blob, error) {
	defer c.cut()
	return c.Blobs.Open(ctx, tenant, d)
}

// TestUnscannedIsAnAlert tells the firm of what has no verdict, until it has one.
func TestUnscannedIsAnAlert(t *testing.T) {
	o := newOut(t)
	o.Scanning = true
	doc, _ := o.hand(t, "a", nil)
	d, err := o.DeskDocument(t.Context(), o.boss, doc)
	must(t, err)
	digest := d.Document.Files[0].Digest
	must(t, o.ScanFailed(t.Context(), store.Task{TenantID: "a", Kind: store.TaskScan, Subject: string(digest), Attempts: 10}))
	for _, row := range []struct {
		name  string
		state store.ScanState
		want  int
	}{{"while it waits", store.ScanWaiting, 1}, {"with a verdict", store.ScanClean, 0}} {
		must(t, o.Records.Update(t.Context(), "a", func(tx store.Tx) error {
			return tx.Scans().Save(t.Context(), store.Scan{Digest: digest, State: row.state, At: o.now})
		}))
		all, err := o.Alerts(t.Context(), o.boss)
		must(t, err)
		if len(all.Unscanned) != row.want || row.want == 1 && all.Unscanned[0].Document != doc {
			t.Errorf("%s: %+v", row.name, all.Unscanned)
		}
	}
}
