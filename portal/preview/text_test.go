package preview

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	xunicode "golang.org/x/text/encoding/unicode"

	"cloudpocket/store"
)

func encoded(tb testing.TB, e encoding.Encoding, s string) []byte {
	tb.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		tb.Fatalf("encode %q: %v", s, err)
	}
	return b
}

func TestCharsets(t *testing.T) {
	const text = "標準報酬決定通知書 ①㈱髙﨑 ﾃｽﾄ~\r\n二行目"
	little := xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM)
	big := xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM)
	for _, row := range []struct {
		name    string
		bytes   []byte
		charset string
		lines   []string
	}{
		{"UTF-8", []byte(text), "UTF-8", []string{"標準報酬決定通知書 ①㈱髙﨑 ﾃｽﾄ~", "二行目"}},
		{"UTF-8 with a mark", []byte("\ufeff" + text), "UTF-8", []string{"標準報酬決定通知書 ①㈱髙﨑 ﾃｽﾄ~", "二行目"}},
		{"CP932 with NEC and IBM characters", encoded(t, japanese.ShiftJIS, text), "CP932", []string{"標準報酬決定通知書 ①㈱髙﨑 ﾃｽﾄ~", "二行目"}},
		{"UTF-16 little", append([]byte("\xff\xfe"), encoded(t, little, text)...), "UTF-16LE", []string{"標準報酬決定通知書 ①㈱髙﨑 ﾃｽﾄ~", "二行目"}},
		{"UTF-16 big", append([]byte("\xfe\xff"), encoded(t, big, text)...), "UTF-16BE", []string{"標準報酬決定通知書 ①㈱髙﨑 ﾃｽﾄ~", "二行目"}},
		{"UTF-16 little without a mark", encoded(t, little, "ServerName www\r\nPort 80"), "UTF-16LE", []string{"ServerName www", "Port 80"}},
		{"UTF-16 big without a mark", encoded(t, big, "ServerName www"), "UTF-16BE", []string{"ServerName www"}},
		{"old line ends", []byte("a\rb\nc"), "UTF-8", []string{"a", "b", "c"}},
		{"what turns the order of reading", []byte("a\u202e\u2066\x1b[31mb\tc\x07"), "UTF-8", []string{"a[31mb\tc"}},
		{"nothing", nil, "UTF-8", []string{""}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := lines(row.bytes)
			if diff := cmp.Diff(Lines{Lines: row.lines, Charset: row.charset}, got); err != nil || diff != "" {
				t.Fatalf("%v\n%s", err, diff)
			}
		})
	}
}

func TestNotText(t *testing.T) {
	m := open(t, nil)
	for name, b := range map[string][]byte{
		"a ZIP":    []byte("PK\x03\x04\x14\x00\x00\x00\x08\x00\xff\xff\xfd\xfe\x80\x00\x00\x00"),
		"random":   []byte("\xff\xfd\xfe\x80\xa0\xff\xfd\xfe\x80\xa0\xff"),
		"all zero": make([]byte, 1000),
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := m.Lines(context.Background(), file(b)); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: KeyNotText}) {
				t.Errorf("lines: %+v, %v", got, err)
			}
			if got, err := m.Table(context.Background(), file(b)); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: KeyNotText}) {
				t.Errorf("table: %+v, %v", got, err)
			}
		})
	}
}

func TestTable(t *testing.T) {
	wide := strings.TrimSuffix(strings.Repeat("x,", maxColumns+1), ",")
	for _, row := range []struct {
		name, text string
		want       Table
	}{
		{"cells with lines, commas and quotes", "氏名,備考\n\"山田, \"\"太郎\"\"\",一行<br/>二行<BR>三行\n", Table{Rows: [][]string{{"氏名", "備考"}, {"山田, \"太郎\"", "一行\n二行\n三行"}}, Columns: 2}},
		{"rows of different lengths", "a\nb,c,d\n\ne,f\n", Table{Rows: [][]string{{"a"}, {"b", "c", "d"}, {"e", "f"}}, Columns: 3}},
		{"tabs", "a\tb\nc,\td\n", Table{Rows: [][]string{{"a", "b"}, {"c,", "d"}}, Columns: 2}},
		{"stray quotes", "a\"b,\"c\"d\n", Table{Rows: [][]string{{"a\"b", "c\"d\n"}}, Columns: 2}},
		{"less than", "a<b,<b>\n", Table{Rows: [][]string{{"a<b", "<b>"}}, Columns: 2}},
		{"too wide", wide, Table{Rows: [][]string{strings.Split(wide, ",")[:maxColumns]}, Columns: maxColumns, Truncated: true}},
		{"a cell too long", strings.Repeat("長", maxCell+1), Table{Rows: [][]string{{strings.Repeat("長", maxCell)}}, Columns: 1, Truncated: true}},
		{"a cell as long as may be", strings.Repeat("長", maxCell), Table{Rows: [][]string{{strings.Repeat("長", maxCell)}}, Columns: 1}},
		{"nothing", "", Table{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.want.Charset = "UTF-8"
			got, err := table([]byte(row.text))
			if diff := cmp.Diff(row.want, got); err != nil || diff != "" {
				t.Fatalf("%v\n%s", err, diff)
			}
		})
	}
}

func TestLongTexts(t *testing.T) {
	rows := []byte(strings.Repeat("あ,い\n", maxRows+1))
	if got, err := table(rows); err != nil || len(got.Rows) != maxRows || !got.Truncated {
		t.Errorf("%d rows, %t, %v", len(got.Rows), got.Truncated, err)
	}
	if got, err := table(rows[:len(rows)-len("あ,い\n")]); err != nil || len(got.Rows) != maxRows || got.Truncated {
		t.Errorf("%d rows, %t, %v", len(got.Rows), got.Truncated, err)
	}
	if got, err := lines([]byte(strings.Repeat("あ\n", maxLines+1))); err != nil || len(got.Lines) != maxLines || !got.Truncated {
		t.Errorf("%d lines, %t, %v", len(got.Lines), got.Truncated, err)
	}
	// A character that the limit of bytes tears shows in neither charset as anything else.
	for name, b := range map[string][]byte{
		"UTF-8": []byte("xx" + strings.Repeat("あ", maxText)),
		"CP932": []byte("x" + strings.Repeat("\x82\xa0", maxText)),
	} {
		got, err := lines(b)
		if err != nil || got.Charset != name || !got.Truncated || len(got.Lines) != 1 || utf8.RuneCountInString(got.Lines[0]) != maxLine || strings.Contains(got.Lines[0], "�") {
			t.Errorf("%s: read as %s, %d lines, %v", name, got.Charset, len(got.Lines), err)
		}
	}
}

func TestShapes(t *testing.T) {
	for name, want := range map[string]Shape{
		"a.pdf": ShapePDF, "写真.JPG": ShapeImage, "a.jpeg": ShapeImage, "a.png": ShapeImage, "a.gif": ShapeImage, "a.txt": ShapeText, "a.log": ShapeText,
		"httpd.conf": ShapeText, "一覧.CSV": ShapeTable, "a.xlsx": DownloadOnly, "a.docx": DownloadOnly, "a.svg": DownloadOnly, "a": DownloadOnly, "": DownloadOnly, "a.pdf.exe": DownloadOnly,
	} {
		if got := ShapeOf(name); got != want {
			t.Errorf("%q is %d instead of %d", name, got, want)
		}
	}
}

// FuzzText checks that whatever bytes become is within its bounds, valid and without what is invisible.
func FuzzText(f *testing.F) {
	f.Add([]byte("氏名,備考\n\"山田\",一行<br/>二行\n"))
	f.Add([]byte("\xff\xfea\x00,\x00b\x00"))
	f.Add([]byte("\x95\x57\x8f\x80,\"\n\r"))
	f.Add([]byte("\xfe\xff\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := lines(b)
		if err != nil && !errors.Is(err, &store.Error{Kind: store.Invalid, Key: KeyNotText}) {
			t.Fatal(err)
		}
		if bad := unfit(l.Lines, maxLines, maxLine); bad != "" {
			t.Fatal(bad)
		}
		tab, err := table(b)
		if err != nil && !errors.Is(err, &store.Error{Kind: store.Invalid, Key: KeyNotText}) {
			t.Fatal(err)
		}
		if len(tab.Rows) > maxRows || tab.Columns > maxColumns {
			t.Fatalf("%d rows, %d columns", len(tab.Rows), tab.Columns)
		}
		for _, row := range tab.Rows {
			if bad := unfit(row, tab.Columns, maxCell); bad != "" {
				t.Fatal(bad)
			}
		}
	})
}

func unfit(texts []string, count, length int) string {
	if len(texts) > count {
		return fmt.Sprintf("%d instead of %d", len(texts), count)
	}
	for _, s := range texts {
		if !utf8.ValidString(s) || utf8.RuneCountInString(s) > length || strings.ContainsAny(s, "\x00\x1b\r\u202e\u2066\ufeff") {
			return fmt.Sprintf("%q", s)
		}
	}
	return ""
}
