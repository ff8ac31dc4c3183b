package office

import (
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestHandedSaysWhatWasDone never says that something was delivered that waits.
func TestHandedSaysWhatWasDone(t *testing.T) {
	for name, tt := range map[string]struct {
		done  portal.HandedOver
		later bool
		want  string
	}{
		"all made":            {portal.HandedOver{Documents: []store.ID{"a", "b"}}, false, "handed"},
		"all for later":       {portal.HandedOver{Documents: []store.ID{"a"}, Waiting: 1}, true, "handed_later"},
		"all wait":            {portal.HandedOver{Documents: []store.ID{"a", "b"}, Waiting: 2}, false, "handed_wait"},
		"some wait":           {portal.HandedOver{Documents: []store.ID{"a", "b"}, Waiting: 1}, false, "handed_part"},
		"some were handled":   {portal.HandedOver{Documents: []store.ID{"a"}, Waiting: 1, Left: []store.ID{"b"}}, false, "handed_some"},
		"all were handled":    {portal.HandedOver{Left: []store.ID{"b"}}, false, "handed_none"},
		"all were, for later": {portal.HandedOver{Left: []store.ID{"b"}}, true, "handed_none"},
	} {
		if got := handed(tt.done, tt.later); got != tt.want {
			t.Errorf("%s: says %s, want %s", name, got, tt.want)
		}
	}
}
