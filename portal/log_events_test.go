package portal_test

import (
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// eventAttributes are some that a firm sees and some that it does not.
func eventAttributes() map[string]string {
	return map[string]string{"error": "open /var/lib/pocket/records.db", "cause": "SELECT 1", "host": "10.0.0.7", "stack": "goroutine 1", "instance": "host-1",
		"reason": "dial tcp 10.0.0.7:5432", "request_id": "req-1", "trust": "saml-a"}
}

// happen keeps n events of each tenant, and of nobody's, in turns.
func (w *world) happen(t *testing.T, n int, tenants ...store.ID) {
	t.Helper()
	var all []store.SystemEvent
	for i := range n {
		for _, tenant := range tenants {
			at := w.now.Add(time.Duration(i) * time.Second)
			all = append(all, store.SystemEvent{ID: w.fresh(), At: at, LastAt: at, Count: 1, Level: store.Failure, Message: "of " + string(tenant), TenantID: tenant,
				Attributes: eventAttributes(), Instance: "host-1"})
		}
	}
	must(t, w.Records.SystemEvents().Keep(t.Context(), all))
}

// TestEventsAreTheFirmsOwn asks for another firm's events, and for everybody's.
func TestEventsAreTheFirmsOwn(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "administrator", who{tenant: "a", permissions: store.PermitLog})
	w.happen(t, 3, "a", "b", "")
	for _, f := range []store.SystemEventFilter{{}, {TenantID: "b"}, {TenantID: "a"}, {Text: "REQ-1"}, {Text: "of"}} {
		list, err := w.Events(t.Context(), boss, f, store.Page{})
		must(t, err)
		var taken []store.SystemEvent
		more, err := w.ExportEvents(t.Context(), boss, f, 100, func(e store.SystemEvent) error { taken = append(taken, e); return nil })
		must(t, err)
		if more || len(list.Items) != 3 || fmt.Sprint(taken) != fmt.Sprint(list.Items) {
			t.Errorf("%+v: listed are %+v, taken away %+v", f, list.Items, taken)
		}
		for _, e := range list.Items {
			if e.TenantID != "a" || e.Instance != "" || !maps.Equal(e.Attributes, map[string]string{"request_id": "req-1", "trust": "saml-a"}) {
				t.Errorf("%+v: an administrator sees %+v", f, e)
			}
		}
	}
	for _, hidden := range []string{"/var/lib", "SELECT", "10.0.0.7", "cause", "goroutine"} {
		list, err := w.Events(t.Context(), boss, store.SystemEventFilter{Text: hidden}, store.Page{Limit: 1})
		if err != nil || len(list.Items) != 0 || list.Next != "" {
			t.Errorf("looking for %q finds %+v, %v", hidden, list, err)
		}
	}
	_, err := w.Events(t.Context(), boss, store.SystemEventFilter{}, store.Page{After: "rubbish"})
	if !errors.Is(err, store.ErrInvalid) {
		t.Errorf("a wrong cursor: %v", err)
	}
}

// TestEventsOfAnotherListsCursor turns the pages of the events by cursors of the log, and of another firm.
func TestEventsOfAnotherListsCursor(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "administrator", who{tenant: "a", permissions: store.PermitLog})
	theirs := w.add(t, "administrator", who{tenant: "b", permissions: store.PermitLog})
	w.happen(t, 5, "a", "b")
	list, err := w.Events(t.Context(), theirs, store.SystemEventFilter{}, store.Page{Limit: 2})
	must(t, err)
	if list, err = w.Events(t.Context(), boss, store.SystemEventFilter{}, store.Page{After: list.Next}); err == nil {
		for _, e := range list.Items {
			if e.TenantID != "a" {
				t.Errorf("another firm's cursor shows %+v", e)
			}
		}
	}
	log, err := w.ReadLog(t.Context(), boss, store.AuditFilter{}, store.Page{Limit: 1})
	must(t, err)
	if _, err := w.Events(t.Context(), boss, store.SystemEventFilter{}, store.Page{After: log.Next}); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("the log's cursor: %v", err)
	}
}

// TestExportOfManyEvents stops at as many as were asked for, and says that there are more.
func TestExportOfManyEvents(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "administrator", who{tenant: "a", permissions: store.PermitLog})
	w.happen(t, store.MaxPage+20, "a")
	for most, want := range map[int]int{0: 1, 1: 1, store.MaxPage: store.MaxPage, store.MaxPage + 20: store.MaxPage + 20, portal.MaxLogExport * 2: store.MaxPage + 20} {
		n := 0
		more, err := w.ExportEvents(t.Context(), boss, store.SystemEventFilter{}, most, func(store.SystemEvent) error { n++; return nil })
		must(t, err)
		if n != want || more != (n < store.MaxPage+20) {
			t.Errorf("of %d, %d are taken away; more: %t", most, n, more)
		}
	}
	gone := errors.New("gone")
	if _, err := w.ExportEvents(t.Context(), boss, store.SystemEventFilter{}, 10, func(store.SystemEvent) error { return gone }); !errors.Is(err, gone) {
		t.Errorf("whoever reads went away: %v", err)
	}
}

// TestLookingAtEventsIsRecorded demands one entry for a look, whatever pages are turned, and another for another filter.
func TestLookingAtEventsIsRecorded(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "administrator", who{tenant: "a", permissions: store.PermitLog})
	w.happen(t, 5, "a")
	look := func(f store.SystemEventFilter, p store.Page) store.Cursor {
		list, err := w.Events(t.Context(), boss, f, p)
		must(t, err)
		return list.Next
	}
	before := w.head(t, "a").Seq
	look(store.SystemEventFilter{}, store.Page{Limit: 2, After: look(store.SystemEventFilter{}, store.Page{Limit: 2})})
	if n := w.head(t, "a").Seq - before; n != 1 {
		t.Errorf("%d looks are recorded", n)
	}
	look(store.SystemEventFilter{Level: store.Warning, Text: "鍵", From: w.now, TenantID: "b"}, store.Page{})
	events := w.audit(t, "a")
	last := events[len(events)-1]
	if last.Deed != store.DeedLogView || last.Record != "events" || last.Detail["level"] != "warning" || last.Detail["text"] != "鍵" || last.Detail["from"] == "" {
		t.Errorf("the log has %+v", last)
	}
}
