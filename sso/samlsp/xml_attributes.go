package samlsp

import "strings"

// attributes reads the rest of a start tag into el and resolves every prefix on it; empty tells whether it ended "/>".
func (p *parser) attributes(el *element) (empty bool, err error) {
	first := len(p.arena.attrs)
	for {
		spaced := p.blank()
		if p.i >= len(p.s) {
			return false, malformed("syntax", "the tag of %s does not end", el.local)
		}
		switch c := p.s[p.i]; {
		case c == '>':
			p.i++
			el.attrs = p.arena.attributes(first)
			return false, p.bind(el)
		case c == '/' && strings.HasPrefix(p.s[p.i:], "/>"):
			p.i += 2
			el.attrs = p.arena.attributes(first)
			return true, p.bind(el)
		case !spaced:
			return false, malformed("syntax", "no space before the attribute at byte %d", p.i)
		}
		if err := p.attribute(el); err != nil {
			return false, err
		}
		if n := len(p.arena.attrs) - first + len(el.decls); n > p.lim.attrs {
			return false, malformed("attributes", "%s has more than %d attributes", el.local, p.lim.attrs)
		}
	}
}

func (p *parser) blank() bool {
	start := p.i
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.i]) >= 0 {
		p.i++
	}
	return p.i > start
}

// attribute reads one attribute or namespace declaration.
func (p *parser) attribute(el *element) error {
	if p.attrs++; p.attrs > p.lim.allAttrs {
		return malformed("attributes", "more than %d attributes", p.lim.allAttrs)
	}
	prefix, local, err := p.name()
	if err != nil {
		return err
	}
	value, err := p.value()
	switch {
	case err != nil:
		return err
	case prefix == "xmlns":
		return p.declare(el, local, value)
	case prefix == "" && local == "xmlns":
		return p.declare(el, "", value)
	}
	p.arena.attrs = append(p.arena.attrs, attribute{prefix: prefix, local: local, value: value})
	return nil
}

// value reads ="…" and returns the normalised value.
func (p *parser) value() (string, error) {
	p.blank()
	if p.i >= len(p.s) || p.s[p.i] != '=' {
		return "", malformed("syntax", "an attribute without a value at byte %d", p.i)
	}
	p.i++
	p.blank()
	if p.i >= len(p.s) || (p.s[p.i] != '"' && p.s[p.i] != '\'') {
		return "", malformed("syntax", "an attribute value without quotes at byte %d", p.i)
	}
	end := strings.IndexByte(p.s[p.i+1:], p.s[p.i])
	if end < 0 {
		return "", malformed("syntax", "the attribute value at byte %d does not end", p.i)
	}
	raw := p.s[p.i+1 : p.i+1+end]
	p.i += end + 2
	if strings.IndexByte(raw, '<') >= 0 {
		return "", malformed("syntax", "< in the attribute value before byte %d", p.i)
	}
	return unescape(raw, true)
}

// declare binds prefix to space from el on (Namespaces in XML 1.0, 2 and 3). Relative references are refused: the
// canonical form of a document that has one is undefined, and some programs take it for empty.
func (p *parser) declare(el *element, prefix, space string) error {
	switch {
	case prefix == "xmlns", space == nsXMLNS, (prefix == "xml") != (space == nsXML):
		return malformed("namespace", "a reserved prefix or namespace is declared anew: %q=%q", prefix, space)
	case space == "" && prefix != "":
		return malformed("namespace", "prefix %q is undeclared", prefix)
	case space != "" && !absolute(space):
		return malformed("namespace", "namespace %q is not absolute", space)
	}
	for _, d := range el.decls {
		if d.prefix == prefix {
			return malformed("attribute_duplicate", "prefix %q is declared twice on %s", prefix, el.local)
		}
	}
	if len(p.scope) >= 256 {
		return malformed("namespace", "more than 256 namespaces in scope")
	}
	el.decls = append(el.decls, binding{prefix, space})
	p.scope = append(p.scope, binding{prefix, space})
	return nil
}

// absolute reports whether uri has the characters of a URI and starts with a scheme (RFC 3986, 2 and 3.1).
func absolute(uri string) bool {
	scheme, _, found := strings.Cut(uri, ":")
	if !found || scheme == "" || nameClass(scheme[0]) != 1 || scheme[0] == '_' {
		return false
	}
	for i := range len(uri) {
		if c := uri[i]; c <= ' ' || c >= 0x7F || strings.IndexByte("<>\"{}|\\^`", c) >= 0 {
			return false
		}
		if c := uri[i]; i < len(scheme) && nameClass(c) == 0 && c != '+' {
			return false
		}
	}
	return true
}

// bind resolves el's own prefix and those of its attributes, and refuses two attributes of one name.
func (p *parser) bind(el *element) error {
	var ok bool
	if el.space, ok = p.resolve(el.prefix); !ok {
		return malformed("namespace", "prefix %q of %s is not declared", el.prefix, el.local)
	}
	for i := range el.attrs {
		a := &el.attrs[i]
		if a.prefix != "" {
			if a.space, ok = p.resolve(a.prefix); !ok {
				return malformed("namespace", "prefix %q of attribute %s is not declared", a.prefix, a.local)
			}
		}
		for _, b := range el.attrs[:i] {
			if a.local == b.local && a.space == b.space {
				return malformed("attribute_duplicate", "%s has two attributes %s", el.local, a.local)
			}
		}
	}
	return nil
}

func (p *parser) resolve(prefix string) (string, bool) {
	if prefix == "xml" {
		return nsXML, true
	}
	for i := len(p.scope) - 1; i >= 0; i-- {
		if p.scope[i].prefix == prefix {
			return p.scope[i].space, true
		}
	}
	return "", prefix == ""
}
