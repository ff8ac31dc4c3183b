package egov

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Table lists the persons of a notice, a row each.
type Table struct {
	Columns []Column
	Rows    [][]Cell // as many cells as columns
}

// Column is one kind of value.
type Column struct {
	Label string // the form's own word
	Key   string // "number", "name", "kana": surfaces translate "egov.column." + Key; else empty
}

// Cell is one value.
type Cell struct {
	Text string
	Sort string // orders as text: dates as 2006-01-02, numbers padded
}

// maxColumns is how many a list may have; forms have some forty.
const maxColumns = 200

// Table returns the notice's list: number, name and kana, then each field that tells of the person. What a notice
// repeats with every person about the office and itself is left out.
func (n Notice) Table() Table {
	t := Table{Columns: []Column{{"整理番号", "number"}, {"氏名", "name"}, {"フリガナ", "kana"}}}
	place := map[string]int{}
	for _, p := range n.Persons {
		for _, f := range p.Fields {
			if _, there := place[f.Label]; !there && len(t.Columns) < maxColumns && personal(f) {
				place[f.Label] = len(t.Columns)
				t.Columns = append(t.Columns, Column{Label: f.Label})
			}
		}
	}
	for _, p := range n.Persons {
		cells := make([]Cell, len(t.Columns))
		cells[0], cells[1], cells[2] = cellOf(p.Number, nil), Cell{p.Name, p.Kana + p.Name}, Cell{p.Kana, p.Kana}
		for _, f := range p.Fields {
			if i, ok := place[f.Label]; ok && cells[i].Text == "" {
				cells[i] = cellOf(f.Value, f.Date)
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// personal reports whether a field belongs in a list of persons.
func personal(f Field) bool {
	if nameRank(f.Label) > 0 || isKana(f.Label) || strings.HasSuffix(f.Label, "整理番号") {
		return false
	}
	return !slices.ContainsFunc([]string{"送付先", "お知らせ", "外字", "到達番号", "事業所", "事業主", "通知管理", "通知年月日", "年金事務所"},
		func(w string) bool { return strings.Contains(f.Label, w) }) && f.Label != "SC"
}

func cellOf(text string, date *Date) Cell {
	c := Cell{text, text}
	switch digits := leadingNumber(text); {
	case date != nil && date.Known():
		c.Sort = date.Time.Format("2006-01-02")
	case digits != "":
		c.Sort = fmt.Sprintf("%012s", digits)
	}
	return c
}

// leadingNumber is the number of a value such as 530千円 or 1,200円; empty for anything that has more digits behind.
func leadingNumber(s string) string {
	s = strings.ReplaceAll(s, ",", "")
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if strings.ContainsAny(s[end:], "0123456789") {
		return ""
	}
	return s[:end]
}

// CSV writes the table as UTF-8 with a byte order mark, which is how spreadsheets know it, and CRLF. A value that a
// spreadsheet would run as a formula gets an apostrophe ahead.
func (t Table) CSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write the list: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	line := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		line[i] = harmless(c.Label)
	}
	if err := out.Write(line); err != nil {
		return fmt.Errorf("write the list: %w", err)
	}
	for _, cells := range t.Rows {
		for i, c := range cells {
			line[i] = harmless(c.Text)
		}
		if err := out.Write(line); err != nil {
			return fmt.Errorf("write the list: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write the list: %w", err)
	}
	return nil
}

func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}
