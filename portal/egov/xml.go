package egov

import (
	"strings"

	"cloudpocket/portal/egov/tree"
)

// node is one element of a document, or none: whatever is asked of none has no answer either, so a reader can go down
// a path that may not be there.
type node struct {
	doc *tree.Document
	at  tree.Node
}

func (n node) there() bool { return n.doc != nil }

func rootOf(doc *tree.Document) node {
	if doc == nil || doc.DocumentElement() == tree.None {
		return node{}
	}
	return node{doc, doc.DocumentElement()}
}

// elements are the child elements of n, of any name.
func elements(n node) []node {
	if !n.there() {
		return nil
	}
	var list []node
	for c := n.doc.FirstChild(n.at); c != tree.None; c = n.doc.Next(c) {
		if n.doc.Kind(c) == tree.Element {
			list = append(list, node{n.doc, c})
		}
	}
	return list
}

// leaf reports whether n holds no element.
func leaf(n node) bool { return len(elements(n)) == 0 }

// child is the first child element without a namespace of that name.
func child(n node, name string) node {
	if !n.there() {
		return node{}
	}
	if c := n.doc.Child(n.at, "", name); c != tree.None {
		return node{n.doc, c}
	}
	return node{}
}

func childWithSuffix(n node, suffix string) node {
	for _, c := range elements(n) {
		if strings.HasSuffix(localName(c), suffix) {
			return c
		}
	}
	return node{}
}

func localName(n node) string {
	if !n.there() {
		return ""
	}
	return n.doc.Name(n.at).Local
}

func space(n node) string {
	if !n.there() {
		return ""
	}
	return n.doc.Name(n.at).Space
}

// text is the string-value: all text below n.
func text(n node) string {
	if !n.there() {
		return ""
	}
	return n.doc.StringValue(n.at)
}

// value is the text of n's child of that name, plain.
func value(n node, name string) string { return Plain(text(child(n, name))) }

func attribute(n node, name string) string {
	if !n.there() {
		return ""
	}
	v, _ := n.doc.Attr(n.at, "", name)
	return v
}

// stylesheetRefs are the stylesheets that a document names: in xml-stylesheet instructions of its prolog (XML
// stylesheet 1.0, section 3), then in a cover's STYLESHEET element.
func stylesheetRefs(doc *tree.Document) []string {
	var refs []string
	for n := doc.FirstChild(tree.Root); n != tree.None; n = doc.Next(n) {
		if doc.Kind(n) == tree.PI && doc.Name(n).Local == "xml-stylesheet" {
			if href := pseudoAttribute(doc.StringValue(n), "href"); href != "" {
				refs = append(refs, href)
			}
		}
	}
	element := child(child(rootOf(doc), "BODY"), "STYLESHEET")
	for _, ref := range [...]string{attribute(element, "URI"), Plain(text(element))} {
		if ref != "" {
			refs = append(refs, ref)
		}
	}
	return refs
}

// pseudoAttribute reads one of an instruction's name="value" pairs; empty if it is not there.
func pseudoAttribute(s, name string) string {
	for {
		before, rest, found := strings.Cut(s, "=")
		rest = strings.TrimLeft(rest, " \t\r\n")
		if !found || rest == "" || rest[0] != '"' && rest[0] != '\'' {
			return ""
		}
		v, after, closed := strings.Cut(rest[1:], rest[:1])
		if !closed {
			return ""
		}
		if strings.TrimSpace(before) == name {
			return references.Replace(v)
		}
		s = after
	}
}

// references are what an instruction's value may be written with; there are no entities.
var references = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")
