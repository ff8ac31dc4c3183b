package portal_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// heavy hands out a package that holds a text of so many bytes beside its small parts, and returns the delivery.
func (w *world) heavy(t *testing.T, text int) portal.Source {
	t.Helper()
	made := egovtest.New(3).Package(egovtest.Pension, egovtest.Options{})
	pkg, err := egov.Open(made.Name, bytes.NewReader(made.Data), int64(len(made.Data)), egov.Limits{})
	must(t, err)
	var lines bytes.Buffer
	for i := 0; lines.Len() < text; i++ { // what repeats itself more is refused
		fmt.Fprintf(&lines, "%x %s\n", sha256.Sum256([]byte{byte(i), byte(i >> 8), byte(i >> 16)}), strings.Repeat("b", 1000))
	}
	entries := []egovtest.Entry{{Name: []byte("big.txt"), Data: lines.Bytes()}}
	for _, f := range pkg.Files {
		entries = append(entries, egovtest.Entry{Name: []byte(f.Name), Data: f.Data, UTF8: true})
	}
	document, err := w.Publish(t.Context(), theBoss(), portal.Draft{Title: "通知書", Kind: "other", Offices: []store.ID{"x1"}, Deliver: true,
		Files: []portal.StagedFile{w.stage(t, theBoss(), made.Name, string(egovtest.Archive(entries...)))}})
	must(t, err)
	return portal.Source{Delivery: w.deliveries(t, theBoss(), document)["x1"]}
}

// TestSmallPartOfHeavyPackage downloads a part of some kilobytes: it must cost what it is, not what its package is.
func TestSmallPartOfHeavyPackage(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	w.Looks = portal.NewLooks(nil, 8<<20)
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	s := w.heavy(t, 60<<20)
	parts, err := w.Parts(t.Context(), client, s) // which is kept
	must(t, err)
	if parts[0].Whole {
		t.Fatalf("it was not looked into: %+v", parts)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, blob, err := w.DownloadPart(t.Context(), client, s, 1)
	must(t, err)
	defer blob.Close()
	runtime.ReadMemStats(&after)
	if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 10 || blob.Size() > 1<<20 {
		t.Errorf("a part of %d bytes took %d MiB", blob.Size(), took)
	}
}

// TestUnpackingIsBounded holds a large part open: its tenant's others wait, and are told, until it is closed.
func TestUnpackingIsBounded(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	w.Looks = portal.NewLooks(nil, 8<<20)
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	s := w.heavy(t, 6<<20)
	parts, err := w.Parts(t.Context(), client, s)
	must(t, err)
	w.Gate = portal.NewGate(12<<20, 10, 50*time.Millisecond)
	f, blob, err := w.DownloadPart(t.Context(), client, s, len(parts))
	must(t, err)
	t.Cleanup(func() { blob.Close() })
	if parts[len(parts)-1].Path != "big.txt" || f.Size < 5<<20 {
		t.Fatalf("the last part is %+v", parts[len(parts)-1])
	}
	crowded := &store.Error{Kind: store.Unavailable, Key: "error.crowded"}
	for name, try := range map[string]func() error{
		"another part": func() error { _, _, err := w.DownloadPart(t.Context(), client, s, 1); return err },
		"a page":       func() error { _, err := w.Read(t.Context(), client, s, 1, portal.Manner{Lang: "ja"}); return err },
		"persons":      func() error { _, _, err := w.Rosters(t.Context(), client, s); return err },
		"print":        func() error { _, _, err := w.Book(t.Context(), client, s, "ja"); return err },
	} {
		if err := try(); !errors.Is(err, crowded) {
			t.Errorf("%s meanwhile: %v", name, err)
		}
	}
	if seen, err := w.Seen(t.Context(), theBoss(), s.Delivery); err != nil || !seen.People[0].ViewedAt.IsZero() {
		t.Errorf("what was refused is a fact: %+v, %v", seen.People, err)
	}
	if n, err := io.Copy(io.Discard, blob); err != nil || n != f.Size {
		t.Errorf("%d bytes of %d, %v", n, f.Size, err)
	}
	must(t, blob.Close())
	if _, err := w.Read(t.Context(), client, s, 1, portal.Manner{Lang: "ja"}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestSortingTakesItsTurn sorts while the gate has no room: the package stays where it is, and is sorted later.
func TestSortingTakesItsTurn(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	s := w.heavy(t, 6<<20)
	w.Gate = portal.NewGate(12<<20, 1, time.Millisecond)
	parts, err := w.Parts(t.Context(), client, s)
	must(t, err)
	_, blob, err := w.DownloadPart(t.Context(), client, s, len(parts))
	must(t, err)
	made := egovtest.New(4).Package(egovtest.Pension, egovtest.Options{})
	pkg := w.receive(t, theBoss(), "drop", made.Name, made.Data)
	done := make(chan error)
	go func() {
		done <- w.Sort(t.Context(), store.Task{TenantID: "a", Kind: store.TaskSort, Subject: string(pkg.ID)})
	}()
	select {
	case err := <-done:
		t.Fatalf("it was not waited for: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	must(t, blob.Close())
	must(t, <-done)
	if item := w.tray(t, theBoss(), "drop")[pkg.ID]; item.State != store.PackageUnplaced {
		t.Errorf("it is %s", item.State)
	}
}
