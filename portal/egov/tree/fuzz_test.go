package tree_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"cloudpocket/portal/egov/tree"
)

// FuzzParse holds the parser to three things: it never panics, a refusal is a *Refusal, and what it accepts in plain
// UTF-8 encoding/xml accepts too and reads as the same elements and text.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0" encoding="UTF-8"?><!--c--><a xmlns:p="u" p:b='&lt;'>x<![CDATA[y]]><?pi z?><p:c/></a>`))
	f.Add([]byte("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>\x87\x40\xFB\xFC</a>"))
	f.Add([]byte("<a\nb='\r\n'>\r&#xD;</a >"))
	f.Add([]byte("\xFF\xFE<\x00a\x00/\x00>\x00"))
	f.Add(sample(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := tree.Parse(data, tree.Limits{Nodes: 5000})
		if err != nil {
			var r *tree.Refusal
			if !errors.As(err, &r) {
				t.Fatalf("%T is no refusal: %v", err, err)
			}
			return
		}
		checkWalk(t, d)
		if bytes.HasPrefix(data, []byte("<")) && !bytes.Contains(data[:min(len(data), 512)], []byte("<?xml")) && !bytes.Contains(data, []byte{0}) {
			compare(t, d, data)
		}
	})
}

// checkWalk goes over all nodes both ways and sees that parents, siblings and places agree.
func checkWalk(t *testing.T, d *tree.Document) {
	for n := d.Follow(tree.Root); n < d.End(tree.Root); n = d.Follow(n) {
		p := d.Parent(n)
		if p >= n || d.End(n) > d.End(p) {
			t.Fatalf("node %d lies outside its parent %d", n, p)
		}
		if next := d.Next(n); next != tree.None && d.Prev(next) != n {
			t.Fatalf("node %d is not before its next", n)
		}
		if !strings.Contains(d.StringValue(p), d.StringValue(n)) && d.Kind(n) <= tree.Text {
			t.Fatalf("node %d's text is not in its parent's", n)
		}
	}
}

func compare(t *testing.T, d *tree.Document, data []byte) {
	var names, text strings.Builder
	for in := xml.NewDecoder(bytes.NewReader(data)); ; {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if strictlyTheirs(err) {
				return
			}
			t.Fatalf("encoding/xml refuses what was accepted: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			names.WriteString(token.Name.Space + " " + token.Name.Local + "\n")
		case xml.CharData:
			text.Write(token)
		}
	}
	var ours strings.Builder
	for n := d.Follow(tree.Root); n < d.End(tree.Root); n = d.Follow(n) {
		if d.Kind(n) == tree.Element {
			ours.WriteString(d.Name(n).Space + " " + d.Name(n).Local + "\n")
		}
	}
	if ours.String() != names.String() {
		t.Errorf("elements %q, encoding/xml has %q", ours.String(), names.String())
	}
	if theirs := strings.TrimSpace(text.String()); strings.TrimSpace(d.StringValue(tree.Root)) != theirs {
		t.Errorf("text %q, encoding/xml has %q", d.StringValue(tree.Root), theirs)
	}
}

// strictlyTheirs tells the errors of encoding/xml that XML's fifth edition does not have: it holds names to the
// fourth edition's tables and reads attributes of instructions named xml-something.
func strictlyTheirs(err error) bool {
	return strings.Contains(err.Error(), "invalid XML name") || strings.Contains(err.Error(), "element name after") ||
		strings.Contains(err.Error(), "attribute name in element") || strings.Contains(err.Error(), "target name")
}
