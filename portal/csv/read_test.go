package csv

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
)

var limits = Limits{Bytes: 1 << 20, Rows: 100, Columns: 10, Cell: 1000}

func TestRead(t *testing.T) {
	sjis, err := japanese.ShiftJIS.NewEncoder().String("氏名,髙橋\r\n①,ｶﾅ")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, in string
		want     [][]string
		encoding Encoding
		err      error
	}{
		{"UTF-8", "a,氏名\nb,\"c\nd\"\n", [][]string{{"a", "氏名"}, {"b", "c\nd"}}, UTF8, nil},
		{"byte order mark", "\xef\xbb\xbfa,b", [][]string{{"a", "b"}}, UTF8, nil},
		{"CP932", sjis, [][]string{{"氏名", "髙橋"}, {"①", "ｶﾅ"}}, CP932, nil},
		{"made inert", "'=1,'+2,it's,'a", [][]string{{"=1", "+2", "it's", "'a"}}, UTF8, nil},
		{"a formula", "=1,a-b", [][]string{{"\x00=1", "a-b"}}, UTF8, nil},
		{"neither", "\x81\x00\xff\xff", nil, "", ErrCharset},
		{"a mark and no UTF-8", "\xef\xbb\xbf\xff", nil, "", ErrCharset},
		{"open quote", "\"a", nil, "", ErrForm},
		{"a null", "a\x00b", nil, "", ErrForm},
		{"rows", strings.Repeat("a\n", 101), nil, "", ErrTooLarge},
		{"columns", strings.Repeat(",", 10), nil, "", ErrTooLarge},
		{"a cell", strings.Repeat("a", 1001), nil, "", ErrTooLarge},
		{"bytes", strings.Repeat("a", 1<<20+1), nil, "", ErrTooLarge},
		{"nothing", "", nil, UTF8, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, encoding, err := Read(strings.NewReader(row.in), limits)
			if !errors.Is(err, row.err) || !slices.EqualFunc(got, row.want, slices.Equal) || err == nil && encoding != row.encoding {
				t.Errorf("%q in %s, %v; want %q in %s, %v", got, encoding, err, row.want, row.encoding, row.err)
			}
		})
	}
}

// TestRoundTrip demands that what was written is read back as it was, whatever it begins with.
func TestRoundTrip(t *testing.T) {
	rows := [][]string{{"a", "=1"}, {"'=1", "''=1"}, {"-", "＠人"}, {" =x", "'"}, {"it's", "'a"}, {"山田\n太郎", `"`}}
	for _, e := range []Encoding{UTF8, CP932} {
		var b bytes.Buffer
		if err := WriteAs(&b, e, rows); err != nil {
			t.Fatal(err)
		}
		got, encoding, err := Read(&b, limits)
		if err != nil || encoding != e || !slices.EqualFunc(got, rows, slices.Equal) {
			t.Errorf("%s: %q in %s, %v", e, got, encoding, err)
		}
	}
	var unwritable *UnwritableError
	if err := WriteAs(&bytes.Buffer{}, CP932, [][]string{{"𠮷野"}}); !errors.As(err, &unwritable) || unwritable.Sign != "𠮷" {
		t.Errorf("what is not in CP932: %v", err)
	}
}

// FuzzRead reads anything: it ends, and what it reads in UTF-8 comes back when it is written and read again.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"a,b\n", "\xef\xbb\xbf=1,'=2", "\x8e\x96\x96\xbc,\x8d\x82", "\"a\nb\",'", ",,\n\n'''=x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, _, err := Read(bytes.NewReader(b), limits)
		if err != nil {
			return
		}
		for i := range rows {
			for k := range rows[i] {
				cell, _ := Bare(rows[i][k])
				rows[i][k] = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(cell)
			}
		}
		var out bytes.Buffer
		if err := Write(&out, rows); err != nil {
			t.Fatal(err)
		}
		again, _, err := Read(&out, Limits{Bytes: 1 << 30, Rows: 1000, Columns: 100, Cell: 1 << 20})
		if err != nil {
			t.Fatalf("%q cannot be read again: %v", rows, err)
		}
		kept := slices.DeleteFunc(slices.Clone(rows), func(row []string) bool { return len(row) == 1 && row[0] == "" })
		again = slices.DeleteFunc(again, func(row []string) bool { return len(row) == 1 && row[0] == "" })
		if !slices.EqualFunc(again, kept, func(a, b []string) bool {
			return slices.Equal(a, b)
		}) {
			t.Errorf("%q came back as %q", kept, again)
		}
	})
}
