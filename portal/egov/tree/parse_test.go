package tree_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"cloudpocket/portal/egov/tree"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// dump writes a document one node per line, so that a test can say what it expects.
func dump(d *tree.Document) string {
	var b strings.Builder
	dumpNode(&b, d, tree.Root, 0)
	return b.String()
}

func dumpNode(b *strings.Builder, d *tree.Document, n tree.Node, depth int) {
	indent := strings.Repeat(" ", depth)
	switch d.Kind(n) {
	case tree.Element:
		fmt.Fprintf(b, "%s<%s {%s}%s>\n", indent, d.Name(n), d.Name(n).Space, d.Name(n).Local)
		for a, end := d.Attrs(n); a < end; a = tree.NextAttr(a) {
			fmt.Fprintf(b, "%s @%s {%s} %q\n", indent, d.Name(a), d.Name(a).Space, d.StringValue(a))
		}
	case tree.Text:
		fmt.Fprintf(b, "%s%q\n", indent, d.StringValue(n))
	case tree.Comment:
		fmt.Fprintf(b, "%s!%q\n", indent, d.StringValue(n))
	case tree.PI:
		fmt.Fprintf(b, "%s?%s %q\n", indent, d.Name(n), d.StringValue(n))
	}
	for c := d.FirstChild(n); c != tree.None; c = d.Next(c) {
		dumpNode(b, d, c, depth+1)
	}
}

func TestParse(t *testing.T) {
	for _, row := range []struct{ name, in, want string }{
		{"an element", `<a/>`, " <a {}a>\n"},
		{"text, CDATA and references are one node", `<a>x<![CDATA[<y>]]>&lt;&#x4E00;&#65;</a>`, " <a {}a>\n  \"x<y><一A\"\n"},
		{"an empty CDATA section is no node", `<a><![CDATA[]]></a>`, " <a {}a>\n"},
		{"a comment parts two texts", `<a>x<!--c-->y</a>`, " <a {}a>\n  \"x\"\n  !\"c\"\n  \"y\"\n"},
		{"instructions", `<?p  q r?><a><?s?></a><!--z-->`, " ?p \"q r\"\n <a {}a>\n  ?s \"\"\n !\"z\"\n"},
		{"attributes", "<a b='1' c = \"x\t&#10;\n&amp;'\"/>", " <a {}a>\n  @b {} \"1\"\n  @c {} \"x \\n &'\"\n"},
		{"line ends", "<a>1\r\n2\r3&#13;</a>", " <a {}a>\n  \"1\\n2\\n3\\r\"\n"},
		{"default namespace", `<a xmlns="u" x="1"><b xmlns=""/></a>`, " <a {u}a>\n  @x {} \"1\"\n  <b {}b>\n"},
		{"prefixes", `<p:a xmlns:p="u" p:x="1" xml:lang="ja"/>`,
			" <p:a {u}a>\n  @p:x {u} \"1\"\n  @xml:lang {http://www.w3.org/XML/1998/namespace} \"ja\"\n"},
		{"declaration", `<?xml version='1.0' encoding="UTF-8" standalone='yes' ?><a/>`, " <a {}a>\n"},
		{"byte order mark", "\uFEFF<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>一</a>", " <a {}a>\n  \"一\"\n"},
		{"Japanese names", `<通知 年_月="１"/>`, " <通知 {}通知>\n  @年_月 {} \"１\"\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			d, err := tree.Parse([]byte(row.in), tree.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := dump(d); got != row.want {
				t.Errorf("got\n%swant\n%s", got, row.want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	small := tree.Limits{Bytes: 200, Depth: 3, Nodes: 8, Attributes: 2}
	for _, row := range []struct {
		name, in string
		reason   tree.Reason
		line     int
	}{
		{"nothing", "", tree.Malformed, 1},
		{"only space", " \n", tree.Malformed, 2},
		{"text before", "x<a/>", tree.Malformed, 1},
		{"text behind", "<a/>\nx", tree.Malformed, 1},
		{"two elements", "<a/>\n<b/>", tree.Malformed, 2},
		{"open element", "<a>\n<b>", tree.Malformed, 2},
		{"wrong end", "<a>\n</b>", tree.Malformed, 2},
		{"end without begin", "</a>", tree.Malformed, 1},
		{"attribute twice", "<a b='' b=''/>", tree.Malformed, 1},
		{"attribute twice by namespace", "<x:a xmlns:x='u' xmlns:y='u'><c x:b='' y:b=''/></x:a>", tree.Malformed, 1},
		{"attribute without quotes", "<a b=1/>", tree.Malformed, 1},
		{"attribute without space", "<a b=''c=''/>", tree.Malformed, 1},
		{"attribute with <", "<a b='<'/>", tree.Malformed, 1},
		{"undeclared prefix", "<p:a/>", tree.Malformed, 1},
		{"undeclared attribute prefix", "<a p:b=''/>", tree.Malformed, 1},
		{"two colons", "<a xmlns:p='u'><p:b:c/></a>", tree.Malformed, 1},
		{"prefix without namespace", "<a xmlns:p=''/>", tree.Malformed, 1},
		{"no prefix after xmlns:", "<a xmlns:='u'/>", tree.Malformed, 1},
		{"xmlns declared", "<a xmlns:xmlns='u'/>", tree.Malformed, 1},
		{"xml bound elsewhere", "<a xmlns:xml='u'/>", tree.Malformed, 1},
		{"]]> in text", "<a>]]></a>", tree.Malformed, 1},
		{"-- in comment", "<a><!-- -- --></a>", tree.Malformed, 1},
		{"--->", "<a><!-- ---></a>", tree.Malformed, 1},
		{"instruction named xml", "<a/><?xml version='1.0'?>", tree.Malformed, 1},
		{"declaration wrong", "<?xml encoding='UTF-8'?><a/>", tree.Malformed, 1},
		{"bare ampersand", "<a>1 & 2</a>", tree.Malformed, 1},
		{"character zero", "<a>&#0;</a>", tree.Malformed, 1},
		{"surrogate", "<a>&#xD800;</a>", tree.Malformed, 1},
		{"beyond Unicode", "<a>&#x110000;</a>", tree.Malformed, 1},
		{"sign in reference", "<a>&#+65;</a>", tree.Malformed, 1},
		{"control character", "<a>\n\x01</a>", tree.Malformed, 2},
		{"U+FFFE", "<a>\uFFFE</a>", tree.Malformed, 1},
		{"DOCTYPE", "\n<!DOCTYPE a><a/>", tree.DTD, 2},
		{"entity", "<a>&nbsp;</a>", tree.Entity, 1},
		{"entity in attribute", "<a b='&nbsp;'/>", tree.Entity, 1},
		{"not UTF-8", "<a>\n\x83\x41</a>", tree.Encoding, 2},
		{"not UTF-8 as declared", "<?xml version='1.0' encoding='utf-8'?><a>\n\x83\x41</a>", tree.Encoding, 2},
		{"not Shift_JIS", "<?xml version='1.0' encoding='Shift_JIS'?><a>\n\xFF</a>", tree.Encoding, 2},
		{"unknown encoding", "<?xml version='1.0' encoding='UTF-7'?><a/>", tree.Encoding, 1},
		{"too long", "<a>" + strings.Repeat(" ", 200) + "</a>", tree.TooMuch, 0},
		{"too deep", "<a><a><a><a/></a></a></a>", tree.TooMuch, 1},
		{"too many nodes", "<a><b/><b/><b/><b/><b/><b/><b/></a>", tree.TooMuch, 1},
		{"too many namespaces", "<a xmlns:b='u'><a xmlns:c='u'><a xmlns:d='u'/></a></a>", tree.TooMuch, 1},
		{"too many attributes", "<a b='' c='' d=''/>", tree.TooMuch, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := tree.Parse([]byte(row.in), small)
			var r *tree.Refusal
			if !errors.As(err, &r) || r.Reason != row.reason || r.Line != row.line {
				t.Errorf("got %v (%+v), want %s in line %d", err, r, row.reason, row.line)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	const body = "<a>①髙﨑～ー‐ｱ㈱一</a>"
	for _, row := range []struct {
		name, declared string
		encode         func(string) (string, error)
	}{
		{"UTF-8", "utf-8", func(s string) (string, error) { return s, nil }},
		{"UTF-8 that says UTF-16", "utf-16", func(s string) (string, error) { return s, nil }},
		{"Shift_JIS", "Shift_JIS", japanese.ShiftJIS.NewEncoder().String},
		{"Windows-31J", "Windows-31J", japanese.ShiftJIS.NewEncoder().String},
		{"EUC-JP", "euc-jp", japanese.EUCJP.NewEncoder().String},
		{"UTF-16 LE with mark", "UTF-16", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String},
		{"UTF-16 BE with mark", "UTF-16", unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String},
		{"UTF-16 LE", "UTF-16", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String},
		{"UTF-16 BE", "UTF-16", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String},
	} {
		t.Run(row.name, func(t *testing.T) {
			in, err := row.encode(`<?xml version="1.0" encoding="` + row.declared + `"?>` + body)
			if err != nil {
				t.Fatal(err)
			}
			d, err := tree.Parse([]byte(in), tree.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := d.StringValue(tree.Root); got != "①髙﨑～ー‐ｱ㈱一" {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestShiftJISBytes holds the decoder to bytes as Windows writes them: ① 髙 﨑 of NEC's and IBM's rows, and characters of the user.
func TestShiftJISBytes(t *testing.T) {
	in := "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>\x87\x40\xFB\xFC\xFA\xB1\xED\x95\\\xF0\x40\xF0\x80\xB1\xF9\xFC</a>"
	d, err := tree.Parse([]byte(in), tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.StringValue(tree.Root); got != "①髙﨑﨑\\\uE000\uE03Fｱ\uE757" {
		t.Errorf("got %q", got)
	}
}

func TestWalk(t *testing.T) {
	d, err := tree.Parse([]byte("<a xmlns:p='u' x='1' y='2'>t<b/>\n<c z='3'>v</c></a>"), tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	a := d.DocumentElement()
	b, c := d.Child(a, "", "b"), d.Child(a, "", "c")
	if d.Parent(b) != a || d.Parent(a) != tree.Root || d.Parent(tree.Root) != tree.None {
		t.Error("a parent is wrong")
	}
	if d.Next(c) != tree.None || d.Prev(d.Prev(c)) != b || d.Next(d.Next(b)) != c || d.Next(a) != tree.None {
		t.Error("a sibling is wrong")
	}
	if d.StringValue(a) != "t\nv" || d.StringValue(c) != "v" || d.Line(c) != 2 {
		t.Errorf("values %q, %q in line %d", d.StringValue(a), d.StringValue(c), d.Line(c))
	}
	if z, ok := d.Attr(c, "", "z"); z != "3" || !ok {
		t.Errorf("attribute z: %q, %v", z, ok)
	}
	first, end := d.Namespaces(a)
	if end-first != 2 || d.Kind(first) != tree.Namespace || d.Name(first+1).Local != "p" || d.StringValue(first+1) != "u" {
		t.Error("the namespaces in scope are wrong")
	}
	if attr, _ := d.Attrs(a); !(a < first && first+1 < attr && attr < b) || d.Parent(first) != a || d.Parent(attr) != a {
		t.Error("document order is not element, namespaces, attributes, children")
	}
	var seen []string
	for m := d.Follow(tree.Root); m < d.End(tree.Root); m = d.Follow(m) {
		seen = append(seen, d.Name(m).Local)
	}
	if got := strings.Join(seen, ","); got != "a,,b,,c," {
		t.Errorf("in document order: %s", got)
	}
}

func TestSamples(t *testing.T) {
	d, err := tree.Parse(sample(t), tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if name := d.Name(d.DocumentElement()).Local; name != "N7130001" {
		t.Errorf("the root is %s", name)
	}
}

func sample(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/notice.xml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestBudget has documents share what they may take: those that fail take from it too.
func TestBudget(t *testing.T) {
	const three = "<a><b/><c/></a>" // four nodes with the root
	for _, row := range []struct {
		name   string
		budget tree.Budget
		in     []string
		want   []tree.Reason // of each; empty: it is read
		left   tree.Budget
	}{
		{"enough", tree.Budget{Bytes: 100, Nodes: 10}, []string{three, three}, []tree.Reason{"", ""}, tree.Budget{Bytes: 70, Nodes: 2}},
		{"nodes", tree.Budget{Bytes: 100, Nodes: 6}, []string{three, three}, []tree.Reason{"", tree.Spent}, tree.Budget{Bytes: 70, Nodes: 0}},
		{"bytes", tree.Budget{Bytes: 20, Nodes: 10}, []string{three, three, "<a/>"}, []tree.Reason{"", tree.Spent, ""}, tree.Budget{Bytes: 1, Nodes: 4}},
		{"what failed", tree.Budget{Bytes: 100, Nodes: 6}, []string{"<a><b/><c/>", three}, []tree.Reason{tree.Malformed, tree.Spent}, tree.Budget{Bytes: 74, Nodes: 0}},
		{"what is no text", tree.Budget{Bytes: 20, Nodes: 6}, []string{"<a>\x83\x41</a>", three}, []tree.Reason{tree.Encoding, tree.Spent}, tree.Budget{Bytes: 11, Nodes: 6}},
		{"nothing left", tree.Budget{}, []string{"<a/>"}, []tree.Reason{tree.Spent}, tree.Budget{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			left := row.budget
			for i, in := range row.in {
				_, err := tree.Parse([]byte(in), tree.Limits{Budget: &left})
				var reason tree.Reason
				if r := (*tree.Refusal)(nil); errors.As(err, &r) {
					reason = r.Reason
				}
				if reason != row.want[i] {
					t.Errorf("document %d: %v, want %q", i, err, row.want[i])
				}
			}
			if left != row.left {
				t.Errorf("%+v is left, want %+v", left, row.left)
			}
		})
	}
}
