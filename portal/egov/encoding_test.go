package egov_test

import (
	"bytes"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"

	"cloudpocket/portal/egov"
)

func TestEncodings(t *testing.T) {
	const notice = "<N7100001><_被保険者><被保険者氏名>髙橋 ﾊﾅｺ</被保険者氏名></_被保険者></N7100001>"
	encoded := func(e encoding.Encoding, s string) []byte {
		b, err := e.NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"UTF-8", []byte(notice), "髙橋 ハナコ"},
		{"UTF-8 with a mark", []byte("\ufeff" + notice), "髙橋 ハナコ"},
		{"Shift_JIS", encoded(japanese.ShiftJIS, `<?xml version="1.0" encoding="Shift_JIS"?>`+notice), "髙橋 ハナコ"},
		{"EUC-JP", encoded(japanese.EUCJP, `<?xml version="1.0" encoding="EUC-JP"?>`+"<N7100001><_被保険者><被保険者氏名>高橋 ハナコ</被保険者氏名></_被保険者></N7100001>"), "高橋 ハナコ"},
		{"UTF-16", wide("\ufeff"+notice, false), "髙橋 ハナコ"},
		{"UTF-16, the other way round", wide("\ufeff"+notice, true), "髙橋 ハナコ"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := egov.Open("7100001.xml", bytes.NewReader(tt.data), int64(len(tt.data)), egov.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			n, ok := p.Files[0].Notice()
			if !ok || len(n.Persons) != 1 || n.Persons[0].Name != tt.want {
				t.Errorf("%s %v %+v", p.Files[0].Role, p.Files[0].Problem, n.Persons)
			}
		})
	}
}

func wide(s string, little bool) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if little {
			b = append(b, byte(u), byte(u>>8))
		} else {
			b = append(b, byte(u>>8), byte(u))
		}
	}
	return b
}

func TestRolesByContent(t *testing.T) {
	tests := []struct {
		name, file string
		data       string
		want       egov.Role
		problem    bool
	}{
		{"PDF by another name", "a.dat", "%PDF-1.7\n", egov.RolePDF, false},
		{"PNG", "a", "\x89PNG\r\n\x1a\n", egov.RoleImage, false},
		{"CP932 text", "a.csv", "\x8e\x81\x96\xbc,1\r\n", egov.RoleText, false},
		{"UTF-8 text", "a.txt", "氏名", egov.RoleText, false},
		{"a data file, though all of it is text", "SHFD0039.DTA", "22223,01\r\n", egov.RoleOpaque, false},
		{"bytes", "a.txt", "\x00\x01\x02", egov.RoleOpaque, false},
		{"HTML", "a.html", "<html></html>", egov.RoleText, false},
		{"XML without a declaration", "a", "<N7100001/>", egov.RoleNotice, false},
		{"a stylesheet", "a.xml", `<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform"/>`, egov.RoleStylesheet, false},
		{"a document type", "a.xml", "<!DOCTYPE a><a/>", egov.RoleOpaque, true},
		{"broken XML", "a.xml", "<a>", egov.RoleOpaque, true},
		{"a text that says it is XML", "a.xml", "氏名", egov.RoleOpaque, true},
		{"DOC without BODY", "a.xml", "<DOC/>", egov.RoleNotice, false},
		{"DOC in a namespace", "a.xml", `<DOC xmlns="u"><BODY/></DOC>`, egov.RoleNotice, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := openCover(t, tt.file, tt.data)
			if f.Role != tt.want || (f.Problem != nil) != tt.problem {
				t.Errorf("%s (%v), want %s", f.Role, f.Problem, tt.want)
			}
			if _, ok := f.Text(); tt.want == egov.RoleText && !ok {
				t.Error("no text")
			}
		})
	}
}

func TestNoticeKinds(t *testing.T) {
	tests := []struct{ file, root, want string }{
		{"a.xml", "N7100001", "7100001"}, {"a.xml", "N9999999", "9999999"}, {"7130001.xml", "Any", "7130001"},
		{"henrei.xml", "_返戻票", egov.KindReturned}, {"a.xml", "DataRoot", egov.KindFilingCopy},
		{"a.xml", "ZougenUchiwakeSho", egov.KindDelivery}, {"202601010000000001.xml", "any", ""}, {"a.xml", "any", ""},
	}
	for _, tt := range tests {
		t.Run(tt.file+" "+tt.root, func(t *testing.T) {
			if n, _ := readNotice(t, tt.file, "<"+tt.root+"/>"); n.Kind.Code != tt.want {
				t.Errorf("%q, want %q", n.Kind.Code, tt.want)
			}
		})
	}
	for _, k := range egov.Kinds() {
		if k.Japanese == "" || k.English == "" || egov.KindOf(k.Code) != k {
			t.Errorf("%+v", k)
		}
	}
}

// Of two covers the first counts, which is the one that Verify looks at.
func TestFirstCoverCounts(t *testing.T) {
	p := openFiles(t, map[string]string{
		"1.xml": "<DOC><BODY><DOCNO>1</DOCNO><TITLE>一</TITLE></BODY></DOC>",
		"2.xml": "<DOC><BODY><DOCNO>2</DOCNO><DATE>R8.6.1</DATE><TITLE>二</TITLE></BODY></DOC>",
	})
	if s := p.Summary(); s.Number != "1" || s.Title != "一" || p.Cover().Name != "1.xml" || day(s.Date.Time) != "2026-06-01" {
		t.Errorf("%+v", s)
	}
}

// A stylesheet that another document claims is not put on one that has none.
func TestOnlyFreeStylesheetsAreTaken(t *testing.T) {
	const style = `<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform"/>`
	pi := func(href string) string { return `<?xml-stylesheet type="text/xsl" href="` + href + `"?>` }
	tests := []struct {
		name  string
		files map[string]string
		want  string // of 7130001.xml
		match egov.Match
	}{
		{"claimed", map[string]string{"c.xml": pi("k.xsl") + "<DOC><BODY/></DOC>", "k.xsl": style}, "", egov.MatchNone},
		{"free", map[string]string{"c.xml": pi("k.xsl") + "<DOC><BODY/></DOC>", "k.xsl": style, "free.xsl": style}, "free.xsl", egov.MatchOnly},
		{"two free", map[string]string{"a.xsl": style, "b.xsl": style}, "", egov.MatchNone},
		{"its own name", map[string]string{"a.xsl": style, "7130001.xsl": style}, "7130001.xsl", egov.MatchBase},
		{"upper case", map[string]string{"MISSING.XSL": style}, "MISSING.XSL", egov.MatchFolded},
		{"percent-encoded", map[string]string{"7130001.xml": pi("%E8%A1%A8.xsl") + "<N7130001/>", "表.xsl": style, "other.xsl": style}, "表.xsl", egov.MatchDecoded},
		{"no stylesheet at all by that name", map[string]string{"7130001.xml": pi("read.txt") + "<N7130001/>", "read.txt": "x"}, "", egov.MatchNone},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.files["7130001.xml"] == "" {
				tt.files["7130001.xml"] = pi("missing.xsl") + "<N7130001/>"
			}
			f := openFiles(t, tt.files).File("7130001.xml")
			got := ""
			if f.Stylesheet != nil {
				got = f.Stylesheet.Name
			}
			if got != tt.want || f.Match != tt.match {
				t.Errorf("%q by %q, want %q by %q", got, f.Match, tt.want, tt.match)
			}
		})
	}
}
