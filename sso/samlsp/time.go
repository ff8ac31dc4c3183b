package samlsp

import (
	"strconv"
	"strings"
	"time"
)

// instant reads an xs:dateTime that names its zone (SAML core 1.3.3); one without is nobody's time.
func instant(s string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, s)
	return t.UTC(), err == nil && t.Year() > 1
}

// stamp writes t as SAML wants it: UTC, to the millisecond.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// duration reads an xs:duration (XML Schema 2, 3.2.6). Years and months count as 365 and 30 days; a negative or
// malformed one is not taken.
func duration(s string) (time.Duration, bool) {
	rest, ok := strings.CutPrefix(s, "P")
	if !ok || rest == "" {
		return 0, false
	}
	date, clock, timed := strings.Cut(rest, "T")
	days, ok1 := designators(date, "YMD", []time.Duration{365 * 24 * time.Hour, 30 * 24 * time.Hour, 24 * time.Hour})
	hours, ok2 := designators(clock, "HMS", []time.Duration{time.Hour, time.Minute, time.Second})
	return days + hours, ok1 && ok2 && (!timed || clock != "") && days+hours >= 0
}

func designators(s, letters string, units []time.Duration) (time.Duration, bool) {
	var total time.Duration
	for i := range len(letters) {
		number, rest, found := strings.Cut(s, letters[i:i+1])
		if !found {
			continue
		}
		n, err := strconv.ParseFloat(number, 64)
		if err != nil || strings.Trim(number, "0123456789.") != "" || n > 100_000 {
			return 0, false
		}
		total += time.Duration(n * float64(units[i]))
		s = rest
	}
	return total, s == ""
}
