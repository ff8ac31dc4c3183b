package job

import (
	"testing"
	"time"
)

func TestBackoff(t *testing.T) {
	for _, row := range []struct {
		name      string
		attempts  int
		low, high time.Duration
	}{
		{"never begun", 0, time.Second, 1250 * time.Millisecond},
		{"first", 1, time.Second, 1250 * time.Millisecond},
		{"second", 2, 1500 * time.Millisecond, 2500 * time.Millisecond},
		{"eighth", 8, 96 * time.Second, 160 * time.Second},
		{"thirteenth", 13, 45 * time.Minute, time.Hour},
		{"ten thousandth", 10_000, 45 * time.Minute, time.Hour},
	} {
		t.Run(row.name, func(t *testing.T) {
			seen := map[time.Duration]bool{}
			for range 100 {
				d := backoff(row.attempts)
				if seen[d] = true; d < row.low || d > row.high {
					t.Errorf("%s, want %s to %s", d, row.low, row.high)
				}
			}
			if len(seen) < 10 {
				t.Errorf("%d different waits: what failed together is tried together", len(seen))
			}
		})
	}
}
