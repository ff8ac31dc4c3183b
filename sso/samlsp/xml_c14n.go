package samlsp

import (
	"slices"
	"strings"
)

// canonical appends the exclusive canonical form of el (Exclusive XML Canonicalization 1.0) to dst: without comments,
// which no tree holds, and without the child omit, which is how the enveloped-signature transform is done. prefixes is
// the InclusiveNamespaces PrefixList.
//
// No two trees share a canonical form: names are ASCII, and every character that could be taken for markup is escaped.
// A tree whose canonical form has the signed digest is therefore the tree that was signed.
func canonical(dst []byte, el, omit *element, prefixes []string) []byte {
	w := canonicalizer{dst: dst, omit: omit, inclusive: prefixes}
	w.element(el)
	return w.dst
}

type canonicalizer struct {
	dst       []byte
	omit      *element
	inclusive []string
	rendered  []binding   // declarations in the output's scope, innermost last
	decls     []binding   // scratch
	attrs     []attribute // scratch
}

func (w *canonicalizer) element(el *element) {
	mark := len(w.rendered)
	w.dst = append(w.dst, '<')
	w.name(el.prefix, el.local)
	w.declarations(el)
	w.attributes(el.attrs)
	w.dst = append(w.dst, '>')
	for _, c := range el.children {
		switch {
		case c.el == nil:
			w.dst = appendText(w.dst, c.text)
		case c.el != w.omit:
			w.element(c.el)
		}
	}
	w.dst = append(w.dst, '<', '/')
	w.name(el.prefix, el.local)
	w.dst = append(w.dst, '>')
	w.rendered = w.rendered[:mark]
}

func (w *canonicalizer) name(prefix, local string) {
	if prefix != "" {
		w.dst = append(append(w.dst, prefix...), ':')
	}
	w.dst = append(w.dst, local...)
}

// declarations writes the namespaces that el visibly uses or the prefix list names, unless the output has them already.
func (w *canonicalizer) declarations(el *element) {
	w.decls = w.decls[:0]
	w.need(binding{el.prefix, el.space})
	for i := range el.attrs {
		if a := &el.attrs[i]; a.prefix != "" {
			w.need(binding{a.prefix, a.space})
		}
	}
	for _, prefix := range w.inclusive {
		if space, ok := el.resolve(prefix); ok {
			w.need(binding{prefix, space})
		}
	}
	if len(w.decls) > 1 {
		slices.SortFunc(w.decls, func(a, b binding) int { return strings.Compare(a.prefix, b.prefix) })
	}
	for _, d := range w.decls {
		w.dst = append(w.dst, " xmlns"...)
		if d.prefix != "" {
			w.dst = append(append(w.dst, ':'), d.prefix...)
		}
		w.dst = append(appendValue(append(w.dst, '=', '"'), d.space), '"')
		w.rendered = append(w.rendered, d)
	}
}

// need notes that d has to be in scope of the output here. The xml prefix never is written, and "no default namespace"
// only where it takes one back.
func (w *canonicalizer) need(d binding) {
	if d.prefix == "xml" || slices.Contains(w.decls, d) {
		return
	}
	for i := len(w.rendered) - 1; i >= 0; i-- {
		if w.rendered[i].prefix == d.prefix {
			if w.rendered[i].space != d.space {
				w.decls = append(w.decls, d)
			}
			return
		}
	}
	if d.space != "" {
		w.decls = append(w.decls, d)
	}
}

// attributes writes attrs by namespace, then local name.
func (w *canonicalizer) attributes(attrs []attribute) {
	if len(attrs) > 1 {
		w.attrs = append(w.attrs[:0], attrs...)
		attrs = w.attrs
		slices.SortFunc(attrs, func(a, b attribute) int {
			if c := strings.Compare(a.space, b.space); c != 0 {
				return c
			}
			return strings.Compare(a.local, b.local)
		})
	}
	for i := range attrs {
		w.dst = append(w.dst, ' ')
		w.name(attrs[i].prefix, attrs[i].local)
		w.dst = append(appendValue(append(w.dst, '=', '"'), attrs[i].value), '"')
	}
}

// appendText writes text as Canonical XML 1.0, 2.3 has it.
func appendText(dst []byte, s string) []byte { return appendEscaped(dst, s, "&<>\r") }

func appendValue(dst []byte, s string) []byte { return appendEscaped(dst, s, "&<\"\t\n\r") }

func appendEscaped(dst []byte, s, special string) []byte {
	for {
		i := strings.IndexAny(s, special)
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		switch s[i] {
		case '&':
			dst = append(dst, "&amp;"...)
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '"':
			dst = append(dst, "&quot;"...)
		case '\t':
			dst = append(dst, "&#x9;"...)
		case '\n':
			dst = append(dst, "&#xA;"...)
		case '\r':
			dst = append(dst, "&#xD;"...)
		}
		s = s[i+1:]
	}
}
