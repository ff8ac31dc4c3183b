package store_test

import (
	"testing"

	"cloudpocket/store"
)

func TestHookEvents(t *testing.T) {
	for name, tt := range map[string]struct {
		names []string
		known bool
		has   []store.HookEvent
	}{
		"none":     {nil, true, nil},
		"some":     {[]string{"delivery.viewed", "package.refused"}, true, []store.HookEvent{store.HookViewed, store.HookRefused}},
		"twice":    {[]string{"delivery.viewed", "delivery.viewed"}, true, []store.HookEvent{store.HookViewed}},
		"unknown":  {[]string{"delivery.viewed", "delivery.burned"}, false, []store.HookEvent{store.HookViewed}},
		"the test": {[]string{"webhook.test"}, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			set, known := store.HookEventsOf(tt.names...)
			if known != tt.known {
				t.Errorf("known is %t", known)
			}
			n := 0
			for _, e := range tt.has {
				if n++; !set.Has(e) {
					t.Errorf("%s is not in it", e)
				}
			}
			for _, e := range append(store.EveryHookEvent(), store.HookTest, "x") {
				if set.Has(e) {
					n--
				}
			}
			if n != 0 {
				t.Errorf("%b has others too", set)
			}
		})
	}
}
