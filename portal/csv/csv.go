// Package csv writes tables that spreadsheet programs open as they are meant (RFC 4180): in UTF-8 with a byte order mark,
// without which they take it for the system's own charset, and with no cell that they would calculate.
//
// # Why
//
// A cell that begins with = + - or @, in either width, or with a tab or a line break before it, is a formula to some
// program, and so is one behind blanks that nobody sees. What people and public bodies wrote stands in our cells, so such a cell gets an apostrophe, which spreadsheets
// hide or show and none calculates.
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

// Write writes rows, the first of which are headings.
func Write(w io.Writer, rows [][]string) error {
	b := bufio.NewWriter(w)
	b.WriteString("\uFEFF") // an error is kept, and told by Flush
	c := csv.NewWriter(b)
	c.UseCRLF = true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = inert(cell)
		}
		if err := c.Write(safe); err != nil {
			return fmt.Errorf("write a row: %w", err)
		}
	}
	if c.Flush(); c.Error() != nil {
		return fmt.Errorf("write a table: %w", c.Error())
	}
	return b.Flush()
}

// inert returns a cell that nothing calculates.
func inert(cell string) string {
	cell = strings.ToValidUTF8(strings.ReplaceAll(cell, "\x00", ""), "\uFFFD")
	begins := strings.TrimLeftFunc(cell, unseen)
	if strings.ContainsAny(cell[:len(cell)-len(begins)], "\t\r\n\v\f") || begins != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(begins)[0]) {
		return "'" + cell
	}
	return cell
}

// unseen are the signs that a program may pass over before it takes a cell for a formula: blanks of any width, and those
// without one.
func unseen(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }
