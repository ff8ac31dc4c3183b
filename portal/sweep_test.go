package portal_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestSweep removes what was staged long ago and never published, and nothing that a document holds.
func TestSweep(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	document, _ := w.publish(t, boss, "x1")
	orphan := w.stage(t, boss, "orphan.txt", "nobody published this")
	w.stage(t, boss, "other.txt", "nor this")
	sweep := func(old func(store.BlobInfo) bool) int {
		t.Helper()
		n, err := w.setup.Sweep(t.Context(), []store.ID{"a", "b"}, old)
		must(t, err)
		return n
	}
	young := func(b store.BlobInfo) bool { return b.At.Before(time.Now().Add(-time.Hour)) }
	if n := sweep(young); n != 0 {
		t.Errorf("%d young blobs were swept", n)
	}
	if n := sweep(func(store.BlobInfo) bool { return true }); n != 2 {
		t.Errorf("%d blobs were swept, want 2", n)
	}
	draft := portal.Draft{Title: "題", Kind: "other", Files: []portal.StagedFile{orphan}, Offices: []store.ID{"x1"}}
	_, err := w.Publish(t.Context(), boss, draft)
	var e *store.Error
	if !errors.As(err, &e) || e.Key != "error.file_gone" {
		t.Errorf("publishing what was swept: %v", err)
	}
	draft.Files = []portal.StagedFile{w.stage(t, boss, "other.txt", strings.Clone("nor this"))}
	if _, err := w.Publish(t.Context(), boss, draft); err != nil {
		t.Errorf("uploaded again: %v", err)
	}
	d, err := w.DeskDocument(t.Context(), boss, document)
	must(t, err)
	_, blob, err := w.DeskFile(t.Context(), boss, document, d.Document.Files[0].ID)
	must(t, err)
	must(t, blob.Close())
}
