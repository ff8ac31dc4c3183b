package portal_test

import (
	"errors"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// unreadTries is what the actor's own counts are tried by.
func unreadTries(trove, map[store.ID]portal.StagedFile) tries {
	return tries{"Unread": func(t *testing.T, w *world, a portal.Actor) error { _, err := w.Unread(t.Context(), a); return err }}
}

// TestUnreadIsTheInboxsCount holds both counts to be one, and the log to end later once something was read.
func TestUnreadIsTheInboxsCount(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	tr := w.trove(t)
	reader := w.add(t, "reader", who{tenant: "a", company: "x", permissions: store.PermitView})
	counts := func() (store.InboxCount, int64) {
		in, err := w.Inbox(t.Context(), reader, store.InboxFilter{}, store.Page{})
		must(t, err)
		n, err := w.Unread(t.Context(), reader)
		must(t, err)
		end, err := w.LogEnd(t.Context(), "a")
		must(t, err)
		if n != in.Count {
			t.Errorf("%+v are unread, the list says %+v", n, in.Count)
		}
		return n, end
	}
	before, end := counts()
	if again, same := counts(); again != before || same != end {
		t.Errorf("counting changed %+v at %d to %+v at %d", before, end, again, same)
	}
	_, err := w.View(t.Context(), reader, tr.x1)
	must(t, err)
	desk := w.add(t, "desk", who{tenant: "a", permissions: store.PermitAll &^ store.PermitView})
	if _, err := w.Unread(t.Context(), desk); !errors.Is(err, store.ErrDenied) {
		t.Errorf("who may not view is told how much there is: %v", err)
	}
	if after, later := counts(); after.Unread != before.Unread-1 || later <= end {
		t.Errorf("reading one made %+v of %+v, and the log ends at %d after %d", after, before, later, end)
	}
}
