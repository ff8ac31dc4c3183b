package egov

import (
	"crypto/sha256"
	"hash"
	"slices"
	"strings"

	"cloudpocket/portal/egov/tree"
)

// canonical appends the canonical form (Canonical XML 1.0, inclusive) of the subtree at apex, or of the whole document
// if apex is [tree.Root], to dst. omit is left out with all that is in it, which is how the enveloped-signature
// transform is done; tree.None omits nothing.
//
// No two trees share a canonical form, but for what lies in comments where those are left out: every character that
// could be taken for markup is escaped. A tree whose canonical form has the signed digest is the tree that was signed.
func canonical(dst []byte, doc *tree.Document, apex, omit tree.Node, comments bool) []byte {
	w := canonicalizer{dst: dst, doc: doc, apex: apex, omit: omit, comments: comments}
	if apex == tree.Root {
		w.document()
	} else {
		w.element(apex)
	}
	return w.dst
}

// canonicalSum is the SHA-256 digest of what canonical returns, which it never holds as a whole.
func canonicalSum(doc *tree.Document, apex tree.Node, comments bool) (sum [sha256.Size]byte) {
	w := canonicalizer{doc: doc, apex: apex, omit: tree.None, comments: comments, hash: sha256.New()}
	if apex == tree.Root {
		w.document()
	} else {
		w.element(apex)
	}
	w.hash.Write(w.dst)
	w.hash.Sum(sum[:0])
	return sum
}

// flushed is how many bytes are gathered before they are hashed.
const flushed = 64 << 10

type canonicalizer struct {
	dst        []byte
	hash       hash.Hash // takes what was written; nil: dst keeps all
	doc        *tree.Document
	apex, omit tree.Node
	comments   bool
	attrs      []canonicalAttribute // scratch
}

type canonicalAttribute struct {
	name  tree.Name
	value string
}

// document writes the root's children, a line feed between the root element and what stands around it (2.3).
func (w *canonicalizer) document() {
	root := w.doc.DocumentElement()
	for c := w.doc.FirstChild(tree.Root); c != tree.None; c = w.doc.Next(c) {
		if c == root {
			w.element(c)
			continue
		}
		mark := len(w.dst)
		if c > root {
			w.dst = append(w.dst, '\n')
		}
		before := len(w.dst)
		w.other(c)
		switch {
		case len(w.dst) == before:
			w.dst = w.dst[:mark]
		case c < root:
			w.dst = append(w.dst, '\n')
		}
	}
}

func (w *canonicalizer) element(n tree.Node) {
	if w.hash != nil && len(w.dst) > flushed {
		w.hash.Write(w.dst)
		w.dst = w.dst[:0]
	}
	w.dst = append(w.dst, '<')
	w.name(w.doc.Name(n))
	w.namespaces(n)
	w.attributes(n)
	w.dst = append(w.dst, '>')
	for c := w.doc.FirstChild(n); c != tree.None; c = w.doc.Next(c) {
		switch {
		case c == w.omit:
		case w.doc.Kind(c) == tree.Element:
			w.element(c)
		default:
			w.other(c)
		}
	}
	w.dst = append(w.dst, '<', '/')
	w.name(w.doc.Name(n))
	w.dst = append(w.dst, '>')
}

// other writes text, an instruction or a comment.
func (w *canonicalizer) other(n tree.Node) {
	s := w.doc.StringValue(n)
	switch w.doc.Kind(n) {
	case tree.Text:
		w.escaped(s, "&<>\r")
	case tree.PI:
		w.dst = append(append(w.dst, '<', '?'), w.doc.Name(n).Local...)
		if s != "" {
			w.dst = append(append(w.dst, ' '), s...)
		}
		w.dst = append(w.dst, '?', '>')
	case tree.Comment:
		if w.comments {
			w.dst = append(append(append(w.dst, "<!--"...), s...), "-->"...)
		}
	}
}

func (w *canonicalizer) name(n tree.Name) {
	if n.Prefix != "" {
		w.dst = append(append(w.dst, n.Prefix...), ':')
	}
	w.dst = append(w.dst, n.Local...)
}

// namespaces writes what is in scope here and was not in the output's parent: at the apex everything, for the output
// has no parent there.
func (w *canonicalizer) namespaces(n tree.Node) {
	var outer []tree.Binding
	if n != w.apex && w.doc.Parent(n) != tree.Root {
		outer = w.doc.Scope(w.doc.Parent(n))
	}
	inner := w.doc.Scope(n)
	if len(inner) == len(outer) && &inner[0] == &outer[0] { // nothing was declared here; the xml prefix is always there
		return
	}
	var fresh []tree.Binding
	for _, b := range inner {
		if b.Prefix != "xml" && bound(outer, b.Prefix) != b.URI {
			fresh = append(fresh, b)
		}
	}
	if bound(inner, "") == "" && bound(outer, "") != "" && !slices.ContainsFunc(fresh, func(b tree.Binding) bool { return b.Prefix == "" }) {
		fresh = append(fresh, tree.Binding{})
	}
	slices.SortFunc(fresh, func(a, b tree.Binding) int { return strings.Compare(a.Prefix, b.Prefix) })
	for _, b := range fresh {
		w.dst = append(w.dst, " xmlns"...)
		if b.Prefix != "" {
			w.dst = append(append(w.dst, ':'), b.Prefix...)
		}
		w.value(b.URI)
	}
}

func bound(scope []tree.Binding, prefix string) string {
	for _, b := range scope {
		if b.Prefix == prefix {
			return b.URI
		}
	}
	return ""
}

// attributes writes n's attributes by namespace and local name; at the apex those of the xml prefix that its ancestors
// have too (2.4).
func (w *canonicalizer) attributes(n tree.Node) {
	w.attrs = w.attrs[:0]
	w.collect(n, func(tree.Name) bool { return true })
	if n == w.apex {
		for up := w.doc.Parent(n); up != tree.None && up != tree.Root; up = w.doc.Parent(up) {
			w.collect(up, func(name tree.Name) bool { return name.Prefix == "xml" && !w.has(name) })
		}
	}
	slices.SortFunc(w.attrs, func(a, b canonicalAttribute) int {
		if c := strings.Compare(a.name.Space, b.name.Space); c != 0 {
			return c
		}
		return strings.Compare(a.name.Local, b.name.Local)
	})
	for _, a := range w.attrs {
		w.dst = append(w.dst, ' ')
		w.name(a.name)
		w.value(a.value)
	}
}

func (w *canonicalizer) collect(n tree.Node, wanted func(tree.Name) bool) {
	first, end := w.doc.Attrs(n)
	for a := first; a < end; a = tree.NextAttr(a) {
		if name := w.doc.Name(a); wanted(name) {
			w.attrs = append(w.attrs, canonicalAttribute{name, w.doc.StringValue(a)})
		}
	}
}

func (w *canonicalizer) has(name tree.Name) bool {
	return slices.ContainsFunc(w.attrs, func(a canonicalAttribute) bool {
		return a.name.Space == name.Space && a.name.Local == name.Local
	})
}

// value writes ="…".
func (w *canonicalizer) value(s string) {
	w.dst = append(w.dst, '=', '"')
	w.escaped(s, "&<\"\t\n\r")
	w.dst = append(w.dst, '"')
}

func (w *canonicalizer) escaped(s, special string) {
	for {
		i := strings.IndexAny(s, special)
		if i < 0 {
			w.dst = append(w.dst, s...)
			return
		}
		w.dst = append(append(w.dst, s[:i]...), entities[s[i]]...)
		s = s[i+1:]
	}
}

// entities are how Canonical XML writes the characters that it does not write as they are.
var entities = [128]string{
	'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\t': "&#x9;", '\n': "&#xA;", '\r': "&#xD;",
}
