package sqlstore

import (
	"errors"
	"strings"
	"testing"

	"cloudpocket/store"
)

func TestCursorComesBack(t *testing.T) {
	c := cursorOf(listInbox, int64(1), int64(-5), "届書 第一号")
	var unread, at int64
	var id string
	if err := readCursor(c, listInbox, &unread, &at, &id); err != nil {
		t.Fatal(err)
	}
	if unread != 1 || at != -5 || id != "届書 第一号" {
		t.Errorf("got %d, %d, %q", unread, at, id)
	}
}

func TestCursorRefused(t *testing.T) {
	good := cursorOf(listAudit, int64(7), int64(8))
	for name, c := range map[string]store.Cursor{
		"of another list":   cursorOf(listInbox, int64(7), int64(8)),
		"too few parts":     cursorOf(listAudit, int64(7)),
		"too many parts":    cursorOf(listAudit, int64(7), int64(8), int64(9)),
		"not base64url":     "a b",
		"padded":            good + "=",
		"an empty one":      "AA",
		"longer than bound": store.Cursor(strings.Repeat("A", maxCursor+1)),
	} {
		t.Run(name, func(t *testing.T) {
			var at, seq int64
			if err := readCursor(c, listAudit, &at, &seq); !errors.Is(err, store.ErrInvalid) {
				t.Errorf("got the error %v", err)
			}
		})
	}
	var id string
	for name, c := range map[string]store.Cursor{
		"text past the end": "AgX_", "text that is not UTF-8": cursorOf(listCompanies, "\xff"), "text with NUL": cursorOf(listCompanies, "a\x00"),
	} {
		if err := readCursor(c, listCompanies, &id); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: got the error %v", name, err)
		}
	}
}

// What is read at all is read in one way: packing it again gives the same place, and never anything that a database
// cannot hold.
func FuzzCursor(f *testing.F) {
	f.Add(string(cursorOf(listInbox, int64(1), int64(2), "id")))
	f.Add("")
	f.Add("CAAA_____w")
	f.Fuzz(func(t *testing.T, c string) {
		var unread, at, unread2, at2 int64
		var id, id2 string
		if err := readCursor(store.Cursor(c), listInbox, &unread, &at, &id); err != nil {
			if !errors.Is(err, store.ErrInvalid) {
				t.Fatalf("got the error %v", err)
			}
			return
		}
		if err := readCursor(cursorOf(listInbox, unread, at, id), listInbox, &unread2, &at2, &id2); err != nil {
			t.Fatal(err)
		}
		if unread != unread2 || at != at2 || id != id2 || strings.Contains(id, "\x00") {
			t.Errorf("%q reads as %d, %d, %q", c, unread, at, id)
		}
	})
}
