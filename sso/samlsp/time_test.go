package samlsp

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	const day = 24 * time.Hour
	for _, row := range []struct {
		in   string
		want time.Duration
		ok   bool
	}{
		{"PT1H", time.Hour, true}, {"P1D", day, true}, {"P1Y2M3DT4H5M6.5S", (365+60+3)*day + 4*time.Hour + 5*time.Minute + 6500*time.Millisecond, true},
		{"PT0S", 0, true}, {"P1M", 30 * day, true}, {"PT1M", time.Minute, true},
		{"", 0, false}, {"P", 0, false}, {"PT", 0, false}, {"1H", 0, false}, {"-PT1H", 0, false}, {"PT-1H", 0, false}, {"PTH", 0, false},
		{"P1H", 0, false}, {"PT1D", 0, false}, {"PT1S1H", 0, false}, {"PT1HX", 0, false}, {"PT1e9H", 0, false}, {"PTNaNH", 0, false}, {"PTInfH", 0, false},
	} {
		got, ok := duration(row.in)
		if ok != row.ok || (ok && got != row.want) {
			t.Errorf("duration(%q) = %s, %t", row.in, got, ok)
		}
	}
}
