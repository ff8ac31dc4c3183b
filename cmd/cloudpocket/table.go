package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf8"
)

// table writes rows in columns below their headings. What may be in Japanese comes last: its letters are wider than a
// column counts.
func table(w io.Writer, headings []string, rows [][]string) error {
	tabs := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, row := range append([][]string{headings}, rows...) {
		for i, cell := range row {
			if cell == "" {
				row[i] = "-"
			}
			row[i] = visible(row[i])
		}
		fmt.Fprintln(tabs, strings.Join(row, "\t"))
	}
	return tabs.Flush()
}

// fact is one line of what is known of something; empty ones are left out.
type fact struct{ name, value string }

func facts(w io.Writer, known []fact) error {
	tabs := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, f := range known {
		if f.value != "" {
			fmt.Fprintf(tabs, "%s\t%s\n", f.name, visible(f.value))
		}
	}
	return tabs.Flush()
}

// visible is s without what a terminal obeys instead of showing it: control characters, those of the C1 range and those
// that turn the direction of text among them, which foreign documents and certificates may hold.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError {
			return '\uFFFD'
		}
		return r
	}, s)
}

// moment writes a time in UTC to the second, "" for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// span writes a duration, "" for none.
func span(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// number writes a count, "" for none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// texts turns IDs and the like into text.
func texts[T ~string](values []T) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}
