package samlsp

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"cloudpocket/sso"
	"cloudpocket/sso/ssotest"
)

// canonicalRows are documents and the exclusive canonical form of the element named x (or of the root without one).
// Rows named by section are the examples of the W3C's Exclusive XML Canonicalization 1.0 and Canonical XML 1.0.
func canonicalRows() []struct{ name, in, prefixes, want string } {
	return []struct{ name, in, prefixes, want string }{
		{"2.2 elem2 in its first context", `<n0:pdu xmlns:n0='http://a.example'><n1:x xmlns:n1='http://b.example'><foo xmlns='http://c.example'/></n1:x></n0:pdu>`, "",
			`<n1:x xmlns:n1="http://b.example"><foo xmlns="http://c.example"></foo></n1:x>`},
		{"2.2 elem2 in its second context", `<n2:pdu xmlns:n1='http://b.example' xmlns:n2='http://d.example' xml:lang='fr'><n1:x xmlns:n1='http://b.example'><n3:foo xmlns:n3='http://c.example'/></n1:x></n2:pdu>`, "",
			`<n1:x xmlns:n1="http://b.example"><n3:foo xmlns:n3="http://c.example"></n3:foo></n1:x>`},
		{"inclusive prefixes", `<a:r xmlns:a='urn:a' xmlns:b='urn:b' xmlns='urn:d'><a:x/></a:r>`, "b #default", `<a:x xmlns="urn:d" xmlns:a="urn:a" xmlns:b="urn:b"></a:x>`},
		{"inclusive prefix that is not bound", `<a:x xmlns:a='urn:a'/>`, "b", `<a:x xmlns:a="urn:a"></a:x>`},
		{"default namespace taken back", `<x xmlns='urn:a'><y xmlns=''><z xmlns='urn:a'/></y></x>`, "", `<x xmlns="urn:a"><y xmlns=""><z xmlns="urn:a"></z></y></x>`},
		{"no default namespace at the apex", `<r xmlns='urn:a'><x xmlns=''/></r>`, "", `<x></x>`},
		{"prefix bound anew", `<a:x xmlns:a='urn:a'><a:y xmlns:a='urn:b'><a:z/></a:y><a:z/></a:x>`, "", `<a:x xmlns:a="urn:a"><a:y xmlns:a="urn:b"><a:z></a:z></a:y><a:z></a:z></a:x>`},
		{"siblings declare each for itself", `<x><a:y xmlns:a='urn:a'/><a:y xmlns:a='urn:a'/></x>`, "", `<x><a:y xmlns:a="urn:a"></a:y><a:y xmlns:a="urn:a"></a:y></x>`},
		{"attribute prefixes are used visibly", `<x xmlns:a='urn:a' xmlns:b='urn:b' a:c='1'/>`, "", `<x xmlns:a="urn:a" a:c="1"></x>`},
		{"attributes by namespace, then name", `<x xmlns:b='urn:1' xmlns:a='urn:2' a:a='1' b:b='2' a:b='3' z='4' y='5'/>`, "", `<x xmlns:a="urn:2" xmlns:b="urn:1" y="5" z="4" b:b="2" a:a="1" a:b="3"></x>`},
		{"xml:lang stays", `<x xml:lang='ja'/>`, "", `<x xml:lang="ja"></x>`},
		{"3.4 character references", "<x y='&lt;&gt;&amp;&quot;&#9;&#10;&#13;'>&lt;&gt;&amp;\"&#13;</x>", "", `<x y="&lt;>&amp;&quot;&#x9;&#xA;&#xD;">&lt;&gt;&amp;"&#xD;</x>`},
		{"line ends", "<x y='a\r\nb\tc'>a\r\nb\rc\n</x>", "", "<x y=\"a b c\">a\nb\nc\n</x>"},
		{"white space in tags", "<x  y = 'a'\n z=\"b\" ></x >", "", `<x y="a" z="b"></x>`},
		{"Japanese", `<x y="山田">太郎&#x3042;</x>`, "", `<x y="山田">太郎あ</x>`},
	}
}

func TestCanonical(t *testing.T) {
	for _, row := range canonicalRows() {
		t.Run(row.name, func(t *testing.T) {
			root, err := parse([]byte(row.in), messageLimits())
			if err != nil {
				t.Fatal(err)
			}
			apex := root
			root.walk(func(e *element) error {
				if e.local == "x" {
					apex = e
					return io.EOF
				}
				return nil
			})
			prefixes := strings.Fields(strings.Replace(row.prefixes, "#default", "", 1))
			if strings.Contains(row.prefixes, "#default") {
				prefixes = append(prefixes, "")
			}
			if got := string(canonical(nil, apex, nil, prefixes)); got != row.want {
				t.Errorf("canonical form\n %s\nwant\n %s", got, row.want)
			}
		})
	}
}

func TestUnescapeReference(t *testing.T) {
	for _, row := range []struct {
		in   string
		want string
		ok   bool
	}{
		{"&amp;&lt;&gt;&quot;&apos;", `&<>"'`, true}, {"&#65;&#x41;&#x1F600;", "AA😀", true},
		{"&", "", false}, {"&;", "", false}, {"&#;", "", false}, {"&#x;", "", false}, {"&#0;", "", false}, {"&#xD800;", "", false}, {"&#x110000;", "", false},
		{"&#xFFFF;", "", false}, {"&#1;", "", false}, {"&#+65;", "", false}, {"&#x+41;", "", false}, {"&#X41;", "", false}, {"&nbsp;", "", false}, {"& amp;", "", false}, {"&#99999999999;", "", false}, {"&#6_5;", "", false},
	} {
		got, err := unescape(row.in, false)
		if (err == nil) != row.ok || got != row.want {
			t.Errorf("unescape(%q) = %q, %v", row.in, got, err)
		}
	}
}

// FuzzParse holds the parser and the canonical form to three others: encoding/xml's tokens, goxmldsig's canonical form,
// and itself.
func FuzzParse(f *testing.F) {
	for _, row := range canonicalRows() {
		f.Add([]byte(row.in))
	}
	w := ssotest.SAMLWorld{BaseURL: "https://pocket.example", EntityID: "https://idp.example/saml", TrustID: "parent"}
	f.Add([]byte(w.Response(w.Attempt()).XML()))
	f.Add([]byte("\ufeff<?xml version=\"1.0\" encoding='utf-8'?>\n<a:b xmlns:a=\"urn:x\"><!-- c -->d<!---->e</a:b>\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := parse(data, messageLimits())
		if err != nil {
			if !strings.HasPrefix(string(sso.ReasonOf(err)), "saml.xml_") {
				t.Fatalf("refused without a reason: %v", err)
			}
			return
		}
		form := canonical(nil, root, nil, nil)
		again, err := parse(form, messageLimits())
		if err != nil {
			t.Fatalf("the canonical form %q cannot be read: %v", form, err)
		}
		if twice := canonical(nil, again, nil, nil); !bytes.Equal(form, twice) {
			t.Fatalf("the canonical form changes:\n%q\n%q", form, twice)
		}
		if ours, theirs := outline(root), tokens(t, data); ours != theirs {
			t.Fatalf("read as\n%s\nencoding/xml has\n%s", ours, theirs)
		}
		if comparable(root) && !bytes.ContainsAny(data, "\t\r\n") {
			if theirs := goxmldsig(t, data); !bytes.Equal(form, theirs) {
				t.Fatalf("canonical form\n%q\ngoxmldsig has\n%q", form, theirs)
			}
		}
	})
}

// outline writes a tree's expanded names, attributes and text.
func outline(e *element) string {
	var b strings.Builder
	spaces := strings.NewReplacer("\n", " ", "\t", " ", "\r", " ")
	var write func(*element)
	write = func(e *element) {
		fmt.Fprintf(&b, "<%q %q", e.space, e.local)
		for _, a := range e.attrs {
			fmt.Fprintf(&b, " %q %q=%q", a.space, a.local, spaces.Replace(a.value))
		}
		b.WriteString(">")
		for _, c := range e.children {
			if c.el != nil {
				write(c.el)
			} else {
				b.WriteString(escaped(c.text))
			}
		}
		b.WriteString("</>")
	}
	write(e)
	return b.String()
}

// escaped writes text so that two pieces side by side look like one.
func escaped(s string) string { return strings.ReplaceAll(s, "<", "&lt;") }

// tokens is outline by encoding/xml, which does not normalise attribute values; so white space in them is all one here.
func tokens(t *testing.T, data []byte) string {
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	var b strings.Builder
	spaces := strings.NewReplacer("\n", " ", "\t", " ", "\r", " ")
	for depth := 0; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("encoding/xml refuses what was read: %v", err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			depth++
			fmt.Fprintf(&b, "<%q %q", x.Name.Space, x.Name.Local)
			for _, a := range x.Attr {
				if a.Name.Space == "xmlns" || (a.Name.Space == "" && a.Name.Local == "xmlns") {
					continue
				}
				fmt.Fprintf(&b, " %q %q=%q", a.Name.Space, a.Name.Local, spaces.Replace(a.Value))
			}
			b.WriteString(">")
		case xml.EndElement:
			depth--
			b.WriteString("</>")
		case xml.CharData:
			if depth > 0 {
				b.WriteString(escaped(string(x)))
			}
		}
	}
}

// comparable tells whether goxmldsig's canonical form of the document is right. It is not where an element has prefixed
// attributes of several namespaces (it sorts them by name first), nor where a default namespace is taken back that was
// never set. White space in attributes is not normalised by etree.
func comparable(root *element) bool {
	return root.walk(func(e *element) error {
		seen := ""
		for _, a := range e.attrs {
			if a.prefix != "" && seen != "" && seen != a.prefix {
				return io.EOF
			}
			if a.prefix != "" {
				seen = a.prefix
			}
		}
		for _, d := range e.decls {
			if d.space == "" || d.prefix == "xml" {
				return io.EOF
			}
		}
		return nil
	}) == nil
}

func goxmldsig(t *testing.T, data []byte) []byte {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(bytes.TrimPrefix(data, []byte("\ufeff"))); err != nil {
		t.Fatalf("etree refuses what was read: %v", err)
	}
	out, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("").Canonicalize(doc.Root())
	if err != nil {
		t.Fatalf("goxmldsig refuses what was read: %v", err)
	}
	return out
}
