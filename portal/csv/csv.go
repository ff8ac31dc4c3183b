// Package csv reads tables (RFC 4180), and writes those that spreadsheet programs open as they are meant: in UTF-8 with a
// byte order mark, without which they take it for the system's own charset, and with no cell that they would calculate.
//
//	csv.go   writing
//	read.go  reading what spreadsheets save, in UTF-8 or CP932
//
// # Why
//
// A cell that begins with = + - or @, in either width, or with a tab or a line break before it, is a formula to some
// program, and so is one behind blanks that nobody sees. What people and public bodies wrote stands in our cells, so such a cell gets an apostrophe, which spreadsheets
// hide or show and none calculates. Reading takes it off again, so what was written comes back.
package csv

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Type is the media type of what Write makes.
const Type = "text/csv; charset=utf-8"

// TypeIn is the media type of a table in an encoding.
func TypeIn(e Encoding) string {
	if e == CP932 {
		return "text/csv; charset=Shift_JIS"
	}
	return Type
}

// Write writes rows, the first of which are headings.
func Write(w io.Writer, rows [][]string) error {
	t := NewTable(w)
	for _, row := range rows {
		if err := t.Row(row...); err != nil {
			return err
		}
	}
	return t.End()
}

// Table is a table that is written row by row.
type Table struct {
	out  *bufio.Writer
	rows *csv.Writer
}

// NewTable begins a table; the first row is that of the headings.
func NewTable(w io.Writer) *Table {
	b := bufio.NewWriter(w)
	b.WriteString("\uFEFF") // an error is kept, and told by End
	t := &Table{b, csv.NewWriter(b)}
	t.rows.UseCRLF = true
	return t
}

// Row adds a row.
func (t *Table) Row(cells ...string) error {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = inert(cell)
	}
	if err := t.rows.Write(safe); err != nil {
		return fmt.Errorf("write a row: %w", err)
	}
	return nil
}

// End writes what is left.
func (t *Table) End() error {
	if t.rows.Flush(); t.rows.Error() != nil {
		return fmt.Errorf("write a table: %w", t.rows.Error())
	}
	return t.out.Flush()
}

// inert returns a cell that nothing calculates.
func inert(cell string) string {
	cell = strings.ToValidUTF8(strings.NewReplacer("\x00", "", "\r\n", "\n", "\r", "\n").Replace(cell), "\uFFFD")
	if Formula(strings.TrimLeft(cell, mark)) {
		return mark + cell
	}
	return cell
}

// unseen are the signs that a program may pass over before it takes a cell for a formula: blanks of any width, and those
// without one.
func unseen(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }
