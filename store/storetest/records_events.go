package storetest

import (
	"fmt"
	"testing"
	"time"

	"cloudpocket/store"
)

func newEvent(i int) store.SystemEvent {
	at := day.Add(time.Duration(i/2) * time.Minute)
	e := store.SystemEvent{ID: store.ID(fmt.Sprintf("e%02d", i)), At: at, LastAt: at, Count: 1, Level: store.Warning, Message: fmt.Sprint("ディスク 50%_! ", i), Instance: "host-1",
		Attributes: map[string]string{"error": "Broken ＰＩＰＥ"}}
	if i%2 == 1 {
		e.Level, e.TenantID = store.Failure, "firm"
	}
	if i%3 == 0 {
		e.TenantID, e.Attributes = "other", map[string]string{}
	}
	return e
}

func recordsEvents(t *testing.T, open OpenRecords) {
	events, ctx := open(t).SystemEvents(), t.Context()
	var all []store.SystemEvent
	for i := range 12 {
		all = append(all, newEvent(i))
	}
	must(t, events.Keep(ctx, all[:5]))
	must(t, events.Keep(ctx, all[5:]))
	must(t, events.Keep(ctx, nil))
	for _, row := range []struct {
		name   string
		filter store.SystemEventFilter
		want   func(i int) bool
	}{
		{"all", store.SystemEventFilter{}, func(int) bool { return true }},
		{"a firm's", store.SystemEventFilter{TenantID: "firm"}, func(i int) bool { return i%2 == 1 && i%3 != 0 }},
		{"nobody's", store.SystemEventFilter{TenantID: "stranger"}, func(int) bool { return false }},
		{"failures", store.SystemEventFilter{Level: store.Failure}, func(i int) bool { return i%2 == 1 }},
		{"a firm's warnings", store.SystemEventFilter{TenantID: "other", Level: store.Warning}, func(i int) bool { return i%6 == 0 }},
		{"text of the message", store.SystemEventFilter{Text: "ディスク"}, func(int) bool { return true }},
		{"text of an attribute", store.SystemEventFilter{Text: "ｂｒｏｋｅｎ pipe"}, func(i int) bool { return i%3 != 0 }},
		{"text with what patterns mean", store.SystemEventFilter{Text: "50%_! 1"}, func(i int) bool { return i == 1 || i >= 10 }},
		{"text that would match as a pattern", store.SystemEventFilter{Text: "デ%ク"}, func(int) bool { return false }},
		{"text that no database holds", store.SystemEventFilter{Text: "broken\x00\xff"}, func(i int) bool { return i%3 != 0 }},
		{"a strange firm", store.SystemEventFilter{TenantID: "\xff\x00"}, func(int) bool { return false }},
		{"a strange level", store.SystemEventFilter{Level: "\x00"}, func(int) bool { return false }},
		{"from", store.SystemEventFilter{From: day.Add(2 * time.Minute)}, func(i int) bool { return i >= 4 }},
		{"to", store.SystemEventFilter{To: day.Add(2 * time.Minute)}, func(i int) bool { return i < 4 }},
		{"a firm's, from, to and text", store.SystemEventFilter{TenantID: "firm", From: day.Add(time.Minute), To: day.Add(4 * time.Minute), Text: "pipe"}, func(i int) bool { return i == 5 || i == 7 }},
	} {
		var got, want []store.ID
		for i := 11; i >= 0; i-- {
			if row.want(i) {
				want = append(want, all[i].ID)
			}
		}
		for _, e := range walk(t, 2, func(p store.Page) (store.List[store.SystemEvent], error) { return events.List(ctx, row.filter, p) }) {
			got = append(got, e.ID)
		}
		same(t, row.name, got, want)
	}
	_, err := events.List(ctx, store.SystemEventFilter{}, store.Page{After: "rubbish"})
	isKind(t, err, store.ErrInvalid)
}

// recordsEventsAgain counts on, and prunes what is old.
func recordsEventsAgain(t *testing.T, open OpenRecords) {
	events, ctx := open(t).SystemEvents(), t.Context()
	one := newEvent(1)
	must(t, events.Keep(ctx, []store.SystemEvent{one, newEvent(2)}))
	one.Count, one.LastAt = 41, one.At.Add(time.Hour)
	must(t, events.Keep(ctx, []store.SystemEvent{one}))
	got, err := events.Get(ctx, one.ID)
	must(t, err)
	same(t, "the event that came again", got, one)
	for _, none := range []store.ID{"none", "", "\x00\xff"} {
		_, err = events.Get(ctx, none)
		isKind(t, err, store.ErrNotFound)
	}
	for i := 3; i < 8; i++ {
		must(t, events.Keep(ctx, []store.SystemEvent{newEvent(i)}))
	}
	for _, want := range []int{4, 2, 0} { // 2 to 7 are older, and 1 came again since
		n, err := events.Prune(ctx, newEvent(7).At.Add(time.Microsecond), 4)
		must(t, err)
		same(t, "pruned", n, want)
	}
	list, err := events.List(ctx, store.SystemEventFilter{}, store.Page{})
	must(t, err)
	if len(list.Items) != 1 || list.Items[0].ID != one.ID {
		t.Errorf("left are %+v", list.Items)
	}
	strange := store.SystemEvent{ID: "strange", At: day, LastAt: day, Message: "a\x00b\xff", Attributes: map[string]string{"\x00": "\xff'; DROP TABLE"}, TenantID: "\x00"}
	must(t, events.Keep(ctx, []store.SystemEvent{strange}))
	got, err = events.Get(ctx, "strange")
	must(t, err)
	same(t, "strange texts", got.Message, "a\uFFFDb\uFFFD")
}
