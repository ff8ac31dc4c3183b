package page

import (
	"html/template"
	"strconv"
	"time"
)

// tokyo is where people read times. Japan has one offset and no summer time, so no time zone database is needed.
func tokyo() *time.Location { return time.FixedZone("Asia/Tokyo", 9*60*60) }

// When returns t to the minute in Asia/Tokyo: 2026年11月22日 14:05 or 22 Nov 2026, 14:05. The zero time is "".
func (w Words) When(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if w.Lang == "ja" {
		return t.In(tokyo()).Format("2006年1月2日 15:04")
	}
	return t.In(tokyo()).Format("2 Jan 2006, 15:04")
}

// exact returns t to the microsecond in Asia/Tokyo as machines write it.
func exact(t time.Time) string { return t.In(tokyo()).Format("2006-01-02T15:04:05.000000Z07:00") }

// Day returns the date of t in Asia/Tokyo: 2026年11月22日 or 22 Nov 2026. The zero time is "".
func (w Words) Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if w.Lang == "ja" {
		return t.In(tokyo()).Format("2006年1月2日")
	}
	return t.In(tokyo()).Format("2 Jan 2006")
}

// Date returns a day of the calendar: 2026年11月22日 or 22 Nov 2026. What is no day is returned as it is.
func (w Words) Date(d string) string {
	t, err := time.ParseInLocation(time.DateOnly, d, tokyo())
	if err != nil {
		return d
	}
	return w.Day(t)
}

// timeElement wraps what a person reads in an element that a machine reads too.
func timeElement(t time.Time, text string) template.HTML {
	return template.HTML(`<time datetime="` + t.UTC().Format(time.RFC3339) + `">` + template.HTMLEscapeString(text) + `</time>`)
}

// Size returns a number of bytes as people read it: 532 バイト, 12.4 KB, 3.1 MB (of 1024).
func (w Words) Size(n int64) string {
	switch {
	case n < 1<<10 && w.Lang == "ja":
		return w.Number(int(n)) + " バイト"
	case n < 1<<10:
		return w.Number(int(n)) + " bytes"
	case n < 1<<20:
		return scaled(n, 1<<10) + " KB"
	}
	return scaled(n, 1<<20) + " MB"
}

// scaled returns n in units with one decimal below a hundred.
func scaled(n, unit int64) string {
	v := float64(n) / float64(unit)
	if v >= 99.95 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}

// Number returns n with commas between thousands, as both languages write it.
func (w Words) Number(n int) string {
	s := strconv.Itoa(n)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Capped returns n, or "99+" past ninety-nine, which is as far as counting goes.
func (w Words) Capped(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}
