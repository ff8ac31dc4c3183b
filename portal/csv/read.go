package csv

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// Limits bound what is read of a table.
type Limits struct {
	Bytes   int64
	Rows    int // with the headings
	Columns int
	Cell    int // bytes, in UTF-8
}

// Refusals that Read returns.
var (
	ErrTooLarge = errors.New("the table is too large")
	ErrCharset  = errors.New("the table is neither UTF-8 nor CP932")
	ErrForm     = errors.New("it is not a table of comma-separated values")
)

// Encoding is how a table's text is written.
type Encoding string

const (
	UTF8  Encoding = "utf-8"
	CP932 Encoding = "cp932" // Shift_JIS as Windows has it
)

// Read reads a table (RFC 4180) in UTF-8, with or without a byte order mark, or else in CP932, and says which. Cells that
// Write made inert are as they were; rows without anything in them are left as rows, so that a row keeps its number. A cell
// that begins like a formula without that is for [Bare] to tell.
func Read(src io.Reader, most Limits) ([][]string, Encoding, error) {
	b, err := io.ReadAll(io.LimitReader(src, most.Bytes+1))
	if err != nil {
		return nil, "", fmt.Errorf("read a table: %w", err)
	}
	if int64(len(b)) > most.Bytes {
		return nil, "", ErrTooLarge
	}
	text, encoding, err := decoded(b)
	if err != nil {
		return nil, "", err
	}
	rows, err := most.rows(text)
	return rows, encoding, err
}

// decoded returns the text of b: UTF-8 when it is that, else CP932.
func decoded(b []byte) (string, Encoding, error) {
	if rest, marked := bytes.CutPrefix(b, []byte("\xef\xbb\xbf")); marked || utf8.Valid(b) {
		if !utf8.Valid(rest) {
			return "", "", ErrCharset
		}
		return string(rest), UTF8, nil
	}
	text, err := japanese.ShiftJIS.NewDecoder().Bytes(b)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", "", ErrCharset
	}
	return string(text), CP932, nil
}

func (most Limits) rows(text string) (rows [][]string, err error) {
	if strings.ContainsRune(text, 0) {
		return nil, ErrForm
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrForm, err)
		}
		if len(rows) == most.Rows || len(row) > most.Columns {
			return nil, ErrTooLarge
		}
		for i, cell := range row {
			if len(cell) > most.Cell {
				return nil, ErrTooLarge
			}
			row[i] = restored(cell)
		}
		rows = append(rows, row)
	}
}

// mark is what makes a cell inert that begins like a formula. Cells that already begin with it get another one, so that
// taking one off gives back what was there.
const mark = "'"

// Formula reports whether a program would calculate a cell.
func Formula(cell string) bool {
	begins := strings.TrimLeftFunc(cell, unseen)
	return strings.ContainsAny(cell[:len(cell)-len(begins)], "\t\r\n\v\f") || begins != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(begins)[0])
}

// restored is a cell without the mark that made it inert. One that begins like a formula without it is told apart by a
// byte that is in no text, for the caller to ask [Bare].
func restored(cell string) string {
	if rest, marked := strings.CutPrefix(cell, mark); marked && Formula(strings.TrimLeft(rest, mark)) {
		return rest
	}
	if Formula(cell) {
		return bare + cell
	}
	return cell
}

// bare begins a cell that a program would have calculated; Read refuses tables that have such a byte themselves.
const bare = "\x00"

// Bare returns a cell as it was written, and whether it began like a formula without being made inert.
func Bare(cell string) (string, bool) { return strings.CutPrefix(cell, bare) }

// WriteAs is Write in an encoding. A text that CP932 does not have is an error of type [*UnwritableError].
func WriteAs(w io.Writer, e Encoding, rows [][]string) error {
	if e != CP932 {
		return Write(w, rows)
	}
	var b bytes.Buffer
	if err := Write(&b, rows); err != nil {
		return err
	}
	encoder := japanese.ShiftJIS.NewEncoder()
	text := strings.TrimPrefix(b.String(), "\uFEFF")
	out, err := encoder.String(text)
	if err != nil {
		return &UnwritableError{firstUnwritable(text)}
	}
	_, err = io.WriteString(w, out)
	return err
}

// UnwritableError names a sign that CP932 does not have.
type UnwritableError struct{ Sign string }

func (e *UnwritableError) Error() string { return fmt.Sprintf("%q is not in CP932", e.Sign) }

func firstUnwritable(text string) string {
	for _, r := range text {
		if _, err := japanese.ShiftJIS.NewEncoder().String(string(r)); err != nil {
			return string(r)
		}
	}
	return ""
}
