package page

import (
	"testing"
	"time"
)

func TestTimesAreJapans(t *testing.T) {
	evening := time.Date(2026, 11, 22, 15, 30, 0, 0, time.UTC) // the next day in Japan
	for _, row := range []struct {
		lang      string
		at        time.Time
		when, day string
	}{
		{"ja", clock(), "2026年11月22日 14:05", "2026年11月22日"},
		{"en", clock(), "22 Nov 2026, 14:05", "22 Nov 2026"},
		{"ja", evening, "2026年11月23日 00:30", "2026年11月23日"},
		{"en", evening, "23 Nov 2026, 00:30", "23 Nov 2026"},
		{"ja", time.Time{}, "", ""},
	} {
		w := Words{Lang: row.lang}
		if w.When(row.at) != row.when || w.Day(row.at) != row.day {
			t.Errorf("%s %s: %q and %q, want %q and %q", row.lang, row.at, w.When(row.at), w.Day(row.at), row.when, row.day)
		}
	}
}

func TestDatesOfTheCalendar(t *testing.T) {
	for _, row := range []struct{ lang, date, want string }{
		{"ja", "2026-09-20", "2026年9月20日"}, {"en", "2026-09-20", "20 Sep 2026"}, {"en", "1989-01-07", "7 Jan 1989"},
		{"ja", "令和8年9月", "令和8年9月"}, {"en", "", ""},
	} {
		if got := (Words{Lang: row.lang}).Date(row.date); got != row.want {
			t.Errorf("%s %q: %q, want %q", row.lang, row.date, got, row.want)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, row := range []struct {
		n      int64
		ja, en string
	}{
		{0, "0 バイト", "0 bytes"}, {1023, "1,023 バイト", "1,023 bytes"}, {1024, "1.0 KB", "1.0 KB"},
		{102_350, "100 KB", "100 KB"}, {10 << 20, "10.0 MB", "10.0 MB"}, {1 << 30, "1024 MB", "1024 MB"},
	} {
		if ja, en := (Words{Lang: "ja"}).Size(row.n), (Words{Lang: "en"}).Size(row.n); ja != row.ja || en != row.en {
			t.Errorf("%d: %q and %q, want %q and %q", row.n, ja, en, row.ja, row.en)
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", -123: "-123"} {
		if got := (Words{}).Number(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{0: "0", 99: "99", 100: "99+"} {
		if got := (Words{}).Capped(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestDevices(t *testing.T) {
	en := newPages(t).Words("en")
	for i, want := range []string{"Chrome on Windows", "Safari on iPhone", "Microsoft Edge on Windows", "Unknown device"} {
		if got, err := en.device(agentOf(sessions(4)[i].Device)); err != nil || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
}
