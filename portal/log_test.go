package portal_test

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// pages reads the log through pages of size, and returns the events' numbers.
func pages(t *testing.T, w *world, a portal.Actor, f store.AuditFilter, size int) (all []int64) {
	t.Helper()
	for p := (store.Page{Limit: size}); ; {
		list, err := w.ReadLog(t.Context(), a, f, p)
		must(t, err)
		for _, e := range list.Items {
			all = append(all, e.Seq)
		}
		if p.After = list.Next; p.After == "" {
			return all
		}
	}
}

// TestLooksAreRecorded demands one event of each way of looking, whoever turns however many pages.
func TestLooksAreRecorded(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitLog})
	other := w.add(t, "other", who{tenant: "a", permissions: store.PermitLog})
	looks := func() (n int) {
		for _, e := range w.audit(t, "a") {
			if e.Deed == store.DeedLogView {
				n++
			}
		}
		return n
	}
	offices := store.AuditFilter{Deed: store.DeedOffice, To: w.now.Add(time.Second)}
	for i, step := range []struct {
		name string
		look func()
		want int
	}{
		{"at first", func() { pages(t, w, boss, store.AuditFilter{To: w.now.Add(time.Second)}, 200) }, 1},
		{"another filter, page by page", func() { pages(t, w, boss, offices, 1) }, 2},
		{"the same again", func() { pages(t, w, boss, offices, 1) }, 2},
		{"somebody else", func() { pages(t, w, other, offices, 200) }, 3},
		{"one event", func() { _, err := w.LogEvent(t.Context(), boss, 1); must(t, err) }, 4},
		{"another event", func() { _, err := w.LogEvent(t.Context(), boss, 2); must(t, err) }, 5},
		{"whom a name means", func() { _, err := w.LogPeople(t.Context(), boss, "人"); must(t, err) }, 6},
		{"the same name", func() { _, err := w.LogPeople(t.Context(), boss, "人"); must(t, err) }, 6},
		{"another name", func() { _, err := w.LogPeople(t.Context(), boss, "boss"); must(t, err) }, 7},
		{"no name", func() { _, err := w.LogPeople(t.Context(), boss, " "); must(t, err) }, 7},
		{"the verifications", func() { _, _, err := w.LogChecks(t.Context(), boss); must(t, err) }, 8},
		{"the same later", func() { w.now = w.now.Add(11 * time.Minute); pages(t, w, other, offices, 200) }, 9},
	} {
		step.look()
		if got := looks(); got != step.want {
			t.Fatalf("%d, %s: %d looks are recorded, want %d", i, step.name, got, step.want)
		}
	}
	events := w.audit(t, "a")
	if last := events[len(events)-1]; last.AccountID != "other" || !maps.Equal(last.Detail, map[string]string{"deed": "office.save", "to": offices.To.Format(time.RFC3339)}) {
		t.Errorf("the last look is %+v", last)
	}
}

func TestReadLog(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitLog})
	if got := pages(t, w, boss, store.AuditFilter{Deed: store.DeedCompany}, 1); len(got) != 2 || got[0] < got[1] {
		t.Errorf("the companies' events are %v", got)
	}
	if _, err := w.LogEvent(t.Context(), boss, 1<<40); store.KindOf(err) != store.NotFound {
		t.Errorf("an event that is not there: %v", err)
	}
	people, err := w.LogPeople(t.Context(), boss, "BOSS")
	must(t, err)
	if len(people) != 1 || people[0].ID != "boss" {
		t.Errorf("people are %v", people)
	}
}

func TestExportLog(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitLog})
	for i := range 450 {
		w.now = w.now.Add(time.Millisecond)
		must(t, w.setup.SetAddresses(t.Context(), "a", store.AddressRule{Administration: ranges(t, fmt.Sprintf("192.0.2.1 10.0.%d.%d", i/200, i%200))}))
	}
	export := func(most int) (seqs []int64, more bool) {
		more, err := w.ExportLog(t.Context(), boss, store.AuditFilter{Deed: store.DeedAddresses}, most, func(e store.AuditEvent) error { seqs = append(seqs, e.Seq); return nil })
		must(t, err)
		return seqs, more
	}
	all, more := export(portal.MaxLogExport)
	if !slices.IsSortedFunc(all, func(a, b int64) int { return int(b - a) }) || len(all) != 450 || more {
		t.Errorf("%d events, more %t", len(all), more)
	}
	if some, more := export(449); len(some) != 449 || !more {
		t.Errorf("%d of 449 events, more %t", len(some), more)
	}
	if some, more := export(450); len(some) != 450 || more {
		t.Errorf("%d of 450 events, more %t", len(some), more)
	}
	events := w.audit(t, "a")
	if last := events[len(events)-1]; last.Deed != store.DeedLogExport || last.Detail["deed"] != "addresses.save" || last.Detail["most"] != "450" {
		t.Errorf("the log has %+v", last)
	}
	stop := errors.New("the reader went away")
	if _, err := w.ExportLog(t.Context(), boss, store.AuditFilter{}, 10, func(store.AuditEvent) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("a reader who went away: %v", err)
	}
}

// damage changes the records behind the service's back.
func (w *world) damage(t *testing.T, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite3", w.file)
	must(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), statement)
	must(t, err)
}

// afterEnd stands for the place after the last event.
const afterEnd = -1

func TestVerifyLog(t *testing.T) {
	for _, row := range []struct {
		name, damage string
		broken       int64
	}{
		{"nothing is wrong", "SELECT 1", 0},
		{"a name was altered", "UPDATE audit_events SET name = 'somebody' WHERE tenant_id = 'a' AND seq = 3", 3},
		{"a detail was altered", `UPDATE audit_events SET detail = '{"by":"nobody"}' WHERE tenant_id = 'a' AND seq = 1`, 1},
		{"a detail is no detail", "UPDATE audit_events SET detail = '{' WHERE tenant_id = 'a' AND seq = 4", 4},
		{"a hash is no hash", "UPDATE audit_events SET hash = 'x' WHERE tenant_id = 'a' AND seq = 5", 5},
		{"one is missing", "DELETE FROM audit_events WHERE tenant_id = 'a' AND seq = 4", 5},
		{"the last ones are missing", "DELETE FROM audit_events WHERE tenant_id = 'a' AND seq >= 5", 5},
		{"all are missing", "DELETE FROM audit_events WHERE tenant_id = 'a'", 1},
		{"another firm's", "UPDATE audit_events SET name = 'somebody' WHERE tenant_id = 'b'", 0},
		{"the head was altered", "UPDATE audit_heads SET hash = (SELECT hash FROM audit_heads WHERE tenant_id = 'b') WHERE tenant_id = 'a'", afterEnd},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitLog})
			end := w.head(t, "a")
			if row.broken == afterEnd {
				row.broken = end.Seq + 1
			}
			w.damage(t, row.damage)
			check, err := w.VerifyLog(t.Context(), boss, 1, portal.MaxVerify)
			must(t, err)
			if check.Broken != row.broken || check.Of != end.Seq || check.From != 1 || check.Whole() != (row.broken == 0) || row.broken == 0 && (check.To != end.Seq || check.Hash != end.Hash) {
				t.Errorf("found %+v", check)
			}
			checks, head, err := w.LogChecks(t.Context(), boss)
			must(t, err)
			if head.Seq != end.Seq+1 || len(checks) != 1 || checks[0].LogCheck != check || checks[0].Event.Name != "人 boss" {
				t.Errorf("it is shown as %+v, head %d", checks, head.Seq)
			}
		})
	}
}

// TestVerifyLogInPieces verifies a log piece by piece, and finds damage in the piece where it is and at the seam.
func TestVerifyLogInPieces(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitLog})
	of := w.head(t, "a").Seq
	var from int64 = 1
	for pieces := 1; ; pieces++ {
		check, err := w.VerifyLog(t.Context(), boss, from, 3)
		must(t, err)
		if check.Broken != 0 || check.From != from || check.To != min(from+2, check.Of) || check.Of != of+int64(pieces-1) {
			t.Fatalf("piece %d is %+v of %d", pieces, check, of)
		}
		if check.Whole() {
			break
		}
		from = check.To + 1
	}
	for name, from := range map[string]int64{"before the first": 0, "after the last": w.head(t, "a").Seq + 2, "less than none": -1} {
		if _, err := w.VerifyLog(t.Context(), boss, from, 3); store.KindOf(err) != store.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.damage(t, "UPDATE audit_events SET name = 'somebody' WHERE tenant_id = 'a' AND seq = 5")
	w.damage(t, "DELETE FROM audit_events WHERE tenant_id = 'a' AND seq = 2")
	for from, broken := range map[int64]int64{1: 3, 3: 2, 4: 5, 6: 0} {
		check, err := w.VerifyLog(t.Context(), boss, from, 3)
		must(t, err)
		if check.Broken != broken {
			t.Errorf("from %d it is broken at %d, want %d", from, check.Broken, broken)
		}
	}
}
