package csv

import (
	"errors"
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	for _, row := range []struct{ name, cell, want string }{
		{"text", "標準報酬", "標準報酬"}, {"comma and quote", `a,"b"`, `"a,""b"""`}, {"formula", "=1+1", "'=1+1"}, {"command", "@SUM(A1)", "'@SUM(A1)"},
		{"minus", "-2+3", "'-2+3"}, {"full width", "＝1", "'＝1"}, {"after blanks", " 　=1", "' 　=1"}, {"behind a no-break space", "\u00a0=1", "'\u00a0=1"}, {"behind a sign without width", "\u200b+1", "'\u200b+1"},
		{"a blank and a tab", " \tx", "' \tx"}, {"blanks alone", "　", "\"　\""}, {"tab", "\t=1", "'\t=1"}, {"empty", "", ""},
		{"number", "202609010123456789", "202609010123456789"}, {"not UTF-8", "a\xff\x00", "a\uFFFD"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var b strings.Builder
			if err := Write(&b, [][]string{{"x", row.cell}}); err != nil {
				t.Fatal(err)
			}
			if want := "\uFEFFx," + row.want + "\r\n"; b.String() != want {
				t.Errorf("%q, want %q", b.String(), want)
			}
		})
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestWriteFails(t *testing.T) {
	if err := Write(full{}, [][]string{{"a"}}); err == nil {
		t.Error("nothing was written, and nothing is said")
	}
}
