package preview

import (
	"context"
	"encoding/csv"
	"strings"
	"unicode/utf8"
)

const (
	maxText    = 1 << 20 // bytes of a text or table that are read
	maxLines   = 2000
	maxLine    = 4000 // characters
	maxRows    = 1000
	maxColumns = 100
	maxCell    = 2000 // characters
)

// Lines is the beginning of a text file.
type Lines struct {
	Lines     []string
	Charset   string // "UTF-8", "UTF-16LE", "UTF-16BE" or "CP932"
	Truncated bool   // the file has more: lines, or characters in a line
}

// Table is the beginning of a CSV file. Its first row may or may not be a heading; CSV does not tell.
type Table struct {
	Rows      [][]string // as long as each is; a cell may have lines, separated by \n
	Columns   int        // cells of the longest row
	Charset   string     // as in [Lines]
	Truncated bool       // the file has more: rows, columns, or characters in a cell
}

// Lines returns the beginning of a text. Refusals: KeyNotText, KeyTooLarge; now: KeyBusy, KeyUnavailable.
func (m *Maker) Lines(ctx context.Context, f File) (Lines, error) {
	return value[Lines](ctx, m, f, "lines", func(_ context.Context, b []byte) (Lines, error) { return lines(b) })
}

// Table returns the beginning of a table with commas or tabs (RFC 4180). Refusals as for Lines.
func (m *Maker) Table(ctx context.Context, f File) (Table, error) {
	return value[Table](ctx, m, f, "table", func(_ context.Context, b []byte) (Table, error) { return table(b) })
}

func lines(b []byte) (Lines, error) {
	text, charset, cut, err := beginning(b)
	if err != nil {
		return Lines{}, err
	}
	l := Lines{Charset: charset, Truncated: cut}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if len(l.Lines) == maxLines {
			l.Truncated = true
			break
		}
		short := first(line, maxLine)
		l.Truncated = l.Truncated || short != line
		l.Lines = append(l.Lines, short)
	}
	return l, nil
}

func table(b []byte) (Table, error) {
	text, charset, cut, err := beginning(b)
	if err != nil {
		return Table{}, err
	}
	r := csv.NewReader(strings.NewReader(text))
	// Official tables are not all well formed, and nothing but showing depends on them.
	r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = true, -1, true
	if top, _, _ := strings.Cut(text, "\n"); strings.Contains(top, "\t") && !strings.Contains(top, ",") {
		r.Comma = '\t'
	}
	t := Table{Charset: charset, Truncated: cut}
	for {
		record, err := r.Read()
		if err != nil { // the end: nothing else can go wrong in memory with lazy quotes
			return t, nil
		}
		if len(t.Rows) == maxRows {
			t.Truncated = true
			return t, nil
		}
		t.add(record)
	}
}

func (t *Table) add(record []string) {
	if len(record) > maxColumns {
		record, t.Truncated = record[:maxColumns], true
	}
	row := make([]string, len(record))
	for i, cell := range record {
		cell = broken(cell)
		row[i] = first(cell, maxCell)
		t.Truncated = t.Truncated || row[i] != cell
	}
	t.Rows = append(t.Rows, row)
	t.Columns = max(t.Columns, len(row))
}

// broken makes lines of the <br/> that e-Gov's tables have in their cells.
func broken(cell string) string {
	if !strings.Contains(cell, "<") {
		return cell
	}
	return strings.NewReplacer("<br/>", "\n", "<br />", "\n", "<br>", "\n", "<BR/>", "\n", "<BR />", "\n", "<BR>", "\n").Replace(cell)
}

// beginning decodes at most maxText bytes and drops the line that the end of them tears.
func beginning(b []byte) (text, charset string, cut bool, err error) {
	if cut = len(b) > maxText; cut {
		b = b[:maxText]
	}
	if text, charset, err = decode(b, cut); err != nil {
		return "", "", false, err
	}
	if end := strings.LastIndexByte(text, '\n'); cut && end >= 0 {
		text = text[:end+1]
	}
	return text, charset, cut, nil
}

// first returns the first n characters of s.
func first(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
