package samlsp

import (
	"strings"

	"cloudpocket/sso"
)

// element is one element of a parsed message. Trees are read only: what is canonicalised is what is read.
type element struct {
	prefix, local string
	space         string // the namespace that prefix is bound to here
	attrs         []attribute
	decls         []binding // namespaces declared on this element
	children      []child
	parent        *element
}

// attribute is one attribute that is not a namespace declaration; value is normalised (XML 1.0, 3.3.3).
type attribute struct {
	prefix, local string
	space         string
	value         string
}

// binding ties a prefix to a namespace; prefix "" is the default one.
type binding struct{ prefix, space string }

// child is an element, or text when el is nil.
type child struct {
	el   *element
	text string
}

func (e *element) is(space, local string) bool { return e.local == local && e.space == space }

// attr returns the attribute of that name that has no prefix, or "".
func (e *element) attr(name string) string {
	v, _ := e.lookup(name)
	return v
}

func (e *element) lookup(name string) (string, bool) {
	for i := range e.attrs {
		if a := &e.attrs[i]; a.prefix == "" && a.local == name {
			return a.value, true
		}
	}
	return "", false
}

// child returns the first child element of that name, or nil.
func (e *element) child(space, local string) *element {
	for _, c := range e.children {
		if c.el != nil && c.el.is(space, local) {
			return c.el
		}
	}
	return nil
}

// each calls fn for every child element of that name until it fails.
func (e *element) each(space, local string, fn func(*element) error) error {
	for _, c := range e.children {
		if c.el != nil && c.el.is(space, local) {
			if err := fn(c.el); err != nil {
				return err
			}
		}
	}
	return nil
}

// text returns the element's characters. An element among them is a refusal: half a value is never read as the whole.
func (e *element) text() (string, error) {
	switch len(e.children) {
	case 0:
		return "", nil
	case 1:
		if c := e.children[0]; c.el == nil {
			return c.text, nil
		}
	}
	var b strings.Builder
	for _, c := range e.children {
		if c.el != nil {
			return "", sso.Refuse("saml.text_children", sso.KeyMessage, "%s has a child element %s where there can only be text", e.local, c.el.local)
		}
		b.WriteString(c.text)
	}
	return b.String(), nil
}

// allText returns the characters of e and everything in it.
func (e *element) allText() string {
	if s, err := e.text(); err == nil {
		return s
	}
	var b strings.Builder
	e.walk(func(x *element) error {
		for _, c := range x.children {
			b.WriteString(c.text)
		}
		return nil
	})
	return b.String()
}

// walk calls fn for e and every element below it, in document order, until it fails. Depth is bounded by the parser.
func (e *element) walk(fn func(*element) error) error {
	if err := fn(e); err != nil {
		return err
	}
	for _, c := range e.children {
		if c.el != nil {
			if err := c.el.walk(fn); err != nil {
				return err
			}
		}
	}
	return nil
}

// resolve returns the namespace that prefix is bound to at e, and whether it is bound.
func (e *element) resolve(prefix string) (string, bool) {
	if prefix == "xml" {
		return nsXML, true
	}
	for x := e; x != nil; x = x.parent {
		for _, d := range x.decls {
			if d.prefix == prefix {
				return d.space, true
			}
		}
	}
	return "", prefix == ""
}

// blank reports whether s is white space as XML means it.
func blank(s string) bool { return strings.Trim(s, " \t\r\n") == "" }
