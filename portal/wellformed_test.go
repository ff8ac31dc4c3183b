package portal

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"cloudpocket/store"
)

func in(t testing.TB, e encoding.Encoding, text string) string {
	t.Helper()
	encoded, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func TestWellFormed(t *testing.T) {
	declared := func(label string) string {
		return `<?xml version="1.0" encoding="` + label + `"?><文書 種類='通知'>表示能力 ソ<項 値="十"/></文書>`
	}
	nested := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	for _, row := range []struct {
		name    string
		content string
		refused string // a part of the reason; empty: none
	}{
		{"one element", "<a/>", ""},
		{"all there is", "<?xml version='1.0' standalone='yes'?>\n<?xml-stylesheet href='a.xsl'?><!DOCTYPE a SYSTEM \"a>.dtd\">\n<!-- c - d -->\n" +
			"<a:b c='1' d = \"a>b &lt; &#12354;\" >t &amp;&#x3042;<![CDATA[<x> ]] ]]]>]] <c ></c ><?p?><?p ??></a:b ><?q r?>\n<!---->\n", ""},
		{"as deep as may be", nested(maxXMLDepth), ""},
		{"as long a name as may be", "<" + strings.Repeat("a", maxXMLName) + "/>", ""},
		{"many attributes", "<a" + strings.Repeat(" b=''", 10_000) + "/>", ""},
		{"UTF-8 with a mark", "\xef\xbb\xbf" + declared("UTF-8"), ""},
		{"a mark against what is declared", "\xef\xbb\xbf" + declared("Shift_JIS"), ""},
		{"UTF-16, little end first", in(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), declared("UTF-16")), ""},
		{"UTF-16, big end first", in(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), declared("utf-16")), ""},
		{"Shift_JIS", in(t, japanese.ShiftJIS, declared("Shift_JIS")), ""},
		{"Windows-31J", in(t, japanese.ShiftJIS, declared("windows-31j")), ""},
		{"EUC-JP", in(t, japanese.EUCJP, declared("EUC-JP")), ""},
		{"ISO-2022-JP, whose characters have < in them", in(t, japanese.ISO2022JP, strings.Replace(declared("ISO-2022-JP"), "表示", "射写", 1)), ""},

		{"nothing", "", "root element"},
		{"no element", "<!-- a -->", "root element"},
		{"a page", "<HTML/>", "root element"},
		{"a page by prefix", "<h:html xmlns:h='http://www.w3.org/1999/xhtml'/>", "root element"},
		{"two roots", "<a/><b/>", "second root"},
		{"text before", "a<b/>", "outside the root"},
		{"text after", "<b/>a", "outside the root"},
		{"CDATA after", "<b/><![CDATA[]]>", "outside the root"},
		{"not closed", "<a><b></b>", "ends inside <a>"},
		{"closed by another", "<a><b></a></b>", "</a> inside <b>"},
		{"closed twice", "<a></a></a>", "</a> inside <>"},
		{"cut in a tag", "<a b='", "ends inside a tag"},
		{"cut in a comment", "<a/><!-- ", "ends inside a tag"},
		{"cut at the start of a tag", "<a/><", "ends inside a tag"},
		{"too deep", nested(maxXMLDepth + 1), "256 elements"},
		{"a name too long", "<" + strings.Repeat("a", maxXMLName+1) + "/>", "a name of more"},
		{"a tag too long", "<a" + strings.Repeat(" b=''", 20_000) + "/>", "a tag of more"},
		{"a value too long", "<a b='" + strings.Repeat("c", maxXMLTag) + "'/>", "a tag of more"},
		{"space too long", "<a" + strings.Repeat(" ", maxXMLTag) + "/>", "a tag of more"},
		{"an attribute without quotes", "<a b=c/>", "without quotes"},
		{"an attribute without a value", "<a b/>", `'=' is missing`},
		{"attributes without space", "<a b='1'c='2'/>", "no space"},
		{"< in an attribute", "<a b='<'/>", "< in an attribute"},
		{"several colons", "<a:b:c/>", "several colons"},
		{"no name", "< a/>", "a name is missing"},
		{"a name of digits", "<1/>", "a name is missing"},
		{"]]> in text", "<a>]]></a>", "]]> in text"},
		{"-- in a comment", "<a><!-- -- --></a>", "'>' is missing"},
		{"an entity of its own", "<a>&b;</a>", "entity"},
		{"& alone", "<a>a & b</a>", "';' is missing"},
		{"a reference to no character", "<a>&#0;</a>", "reference to character"},
		{"a reference past all characters", "<a>&#99999999999999999999;</a>", "reference to character"},
		{"a reference without digits", "<a>&#;</a>", "reference to character"},
		{"a reference with other digits", "<a>&#1a;</a>", "in a character reference"},
		{"an internal subset", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "internal subset"},
		{"two types", "<!DOCTYPE a><!DOCTYPE a><a/>", "not before the root"},
		{"a type inside", "<a><!DOCTYPE a></a>", "not before the root"},
		{"a type too long", "<!DOCTYPE a SYSTEM '" + strings.Repeat("a", maxXMLTag) + "'><a/>", "type declaration of more"},
		{"an element's type", "<!ELEMENT a ANY><a/>", "neither a comment"},
		{"another version", "<?xml version='1.1'?><a/>", "of another form"},
		{"a declaration later", " <?xml version='1.0'?><a/>", "not at the start"},
		{"an encoding that nobody knows", "<?xml version='1.0' encoding='EBCDIC-X'?><a/>", "encoding"},
		{"not what is declared", "<?xml version='1.0' encoding='utf8'?><a>\x95\xf1</a>", "not UTF-8"},
		{"a control character", "<a>\x1b</a>", "character U+001B"},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := wellFormed(blobOf([]byte(row.content)))
			if (err == nil) != (row.refused == "") || err != nil && !strings.Contains(err.Error(), row.refused) {
				t.Errorf("%v, want %q", err, row.refused)
			}
		})
	}
}

// brokenBlob is a file whose disk gives up after its first bytes.
type brokenBlob struct {
	store.Blob
	io.Reader
}

func (b brokenBlob) Read(p []byte) (int, error) { return b.Reader.Read(p) }

func TestLookingInsideTellsOfAFailingDisk(t *testing.T) {
	failing := errors.New("input/output error")
	for name, inside := range map[string]func(store.Blob) error{"xml": wellFormed, "doc": holding("WordDocument")} {
		for _, start := range []string{"", "<a", "<a>" + strings.Repeat("text", 50_000)} {
			err := inside(brokenBlob{Reader: io.MultiReader(strings.NewReader(start), iotest.ErrReader(failing))})
			if !errors.Is(err, failing) {
				t.Errorf("%s after %d bytes: %v", name, len(start), err)
			}
		}
	}
}

// filled repeats part between start and end as often as fits into a file that is large beside what looking inside may
// allocate. The largest that may be uploaded would tell the same and take a minute with the race detector.
func filled(start, part, end string) string {
	return start + strings.Repeat(part, (3<<20-len(start)-len(end))/len(part)) + end
}

// TestLookingInsideTakesNoMemory has large uploads, made to cost whoever reads them whole.
func TestLookingInsideTakesNoMemory(t *testing.T) {
	word := holding("WordDocument")
	for _, row := range []struct {
		name    string
		inside  func(store.Blob) error
		content string
		good    bool
	}{
		{"elements inside one another", wellFormed, filled("", "<a>", ""), false},
		{"attributes", wellFormed, filled("<a ", "b='' ", "/>"), false},
		{"namespaces", wellFormed, filled("", "<a xmlns='x'>", ""), false},
		{"elements side by side", wellFormed, filled("<a>", "<b c='d'/>", "</a>"), true},
		{"text", wellFormed, filled("<a>", "x", "</a>"), true},
		{"CDATA", wellFormed, filled("<a><![CDATA[", "]", "]]></a>"), true},
		{"a comment", wellFormed, filled("<a><!--", "- ", "--></a>"), true},
		{"an instruction", wellFormed, filled("<a><?p ", "?", "?></a>"), true},
		{"a name", wellFormed, filled("<", "a", "/>"), false},
		{"an attribute's value", wellFormed, filled("<a b='", "x", "'/>"), false},
		{"references", wellFormed, filled("<a>", "&#x3042;", "</a>"), true},
		{"a reference", wellFormed, filled("<a>&#", "0", "65;</a>"), true},
		{"an entity's name", wellFormed, filled("<a>&", "a", ";</a>"), false},
		{"document type", wellFormed, filled("<!DOCTYPE a '", "a", "'><a/>"), false},
		{"a declaration", wellFormed, filled("<?xml version='1.0'", " ", "?><a/>"), false},
		{"Shift_JIS", wellFormed, filled("<?xml version='1.0' encoding='Shift_JIS'?><a>", "\x95\x5c", "</a>"), true},
		{"an old document with its name last", word, filled("", "W\x00", string(wideName("WordDocument"))), true},
		{"an old document without one", word, filled("", "W\x00o\x00", ""), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			blob := blobOf([]byte(row.content))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := row.inside(blob)
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 512<<10 {
				t.Errorf("%d bytes were allocated", took)
			}
			if (err == nil) != row.good {
				t.Errorf("%v, want good %t", err, row.good)
			}
		})
	}
}

// TestHoldingAcrossPieces has the name at every place where one piece of a file ends and the next begins.
func TestHoldingAcrossPieces(t *testing.T) {
	name := wideName("Workbook")
	for at := searchBytes - 2*len(name); at <= searchBytes+2*len(name); at++ {
		for _, again := range []int{0, searchBytes} {
			content := make([]byte, at+again+len(name)+5)
			copy(content[at+again:], name)
			if err := holding("WordDocument", "Workbook")(blobOf(content)); err != nil {
				t.Fatalf("at %d: %v", at+again, err)
			}
			content[at+again+2]++
			if err := holding("WordDocument", "Workbook")(blobOf(content)); err == nil {
				t.Fatalf("found at %d, where another name is", at+again)
			}
		}
	}
}

// parsed is what encoding/xml says of a document.
func parsed(content string) error {
	d := xml.NewDecoder(strings.NewReader(content))
	d.CharsetReader = func(label string, r io.Reader) (io.Reader, error) { return nil, fmt.Errorf("charset %q", label) }
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// byItsOwnRules reports whether err is of a document that XML allows and encoding/xml does not: it knows names as they
// were before XML 1.0's fifth edition, and no encoding but UTF-8.
func byItsOwnRules(err error) bool {
	return strings.Contains(err.Error(), "invalid XML name") || strings.Contains(err.Error(), "charset")
}

// FuzzWellFormed demands that what encoding/xml refuses is refused, and that what its encoder writes is taken.
func FuzzWellFormed(f *testing.F) {
	for _, seed := range []string{
		"<a/>", "<a b='c'>&lt;&#x41;<![CDATA[x]]></a>", "<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE a SYSTEM 'b'><a:b xmlns:a='c'><!-- d --><?e f?></a:b>",
		"<a>]]></a>", "<a><b></a></b>", "<a b=c>", "<a>&b;</a>", "<a/><b/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "<文書 種類=\"通知\">本文</文書>", "<a b='1'c='2'/>", "<a\x00/>", "<a b='&#xD800;'/>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		content = content[:min(len(content), 4<<10)]
		if !strings.HasPrefix(content, "\xef\xbb\xbf") && !strings.HasPrefix(content, "\xfe\xff") && !strings.HasPrefix(content, "\xff\xfe") && wellFormed(blobOf([]byte(content))) == nil {
			if err := parsed(content); err != nil && !byItsOwnRules(err) {
				t.Errorf("%q is taken; encoding/xml: %v", content, err)
			}
		}
		if !utf8.ValidString(content) {
			return
		}
		type element struct {
			XMLName xml.Name `xml:"a"`
			Of      string   `xml:"of,attr"`
			Text    string   `xml:",chardata"`
			Inner   string   `xml:"文書"`
		}
		written, err := xml.Marshal(element{Of: content, Text: content, Inner: content})
		if err == nil && len(written) < maxXMLTag {
			err = wellFormed(blobOf(written))
		}
		if err != nil {
			t.Errorf("%q: %v", written, err)
		}
	})
}
