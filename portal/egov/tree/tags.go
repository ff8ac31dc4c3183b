package tree

import "strings"

// attr is an attribute or a namespace declaration as the tag has it, its value normalised.
type attr struct{ qname, value string }

// declares tells whether this is a namespace declaration, and of which prefix.
func (a attr) declares() (prefix string, is bool) {
	if a.qname == "xmlns" {
		return "", true
	}
	return strings.CutPrefix(a.qname, "xmlns:")
}

// startTag is productions 40 and 44.
func (p *parser) startTag() error {
	if err := p.endRun(); err != nil {
		return err
	}
	if err := p.mayOpen(); err != nil {
		return err
	}
	line := p.lineAt(p.pos)
	n := p.name(p.src[p.pos+1:])
	if n == 0 {
		return p.refuse(Malformed, "a < that begins no tag")
	}
	qname := p.src[p.pos+1 : p.pos+1+n]
	p.pos += 1 + n
	empty, err := p.attributes()
	if err != nil {
		return err
	}
	if err := p.element(qname, line); err != nil || !empty {
		return err
	}
	p.close()
	return nil
}

func (p *parser) mayOpen() error {
	if len(p.open) > p.limits.Depth {
		return p.refuse(TooMuch, "elements more than %d deep", p.limits.Depth)
	}
	if len(p.open) > 1 {
		return nil
	}
	if p.rooted {
		return p.refuse(Malformed, "a second element at the top")
	}
	p.rooted = true
	return nil
}

// attributes reads up to the end of the tag into p.attrs and tells whether the element is empty.
func (p *parser) attributes() (empty bool, err error) {
	p.attrs = p.attrs[:0]
	for {
		spaces := p.skipSpace()
		rest := p.src[p.pos:]
		switch {
		case strings.HasPrefix(rest, ">"):
			p.pos++
			return false, nil
		case strings.HasPrefix(rest, "/>"):
			p.pos += 2
			return true, nil
		case !spaces:
			return false, p.refuse(Malformed, "a tag is not written as tags are")
		}
		if len(p.attrs) >= p.limits.Attributes {
			return false, p.refuse(TooMuch, "an element with more than %d attributes", p.limits.Attributes)
		}
		if err := p.attribute(); err != nil {
			return false, err
		}
	}
}

// attribute is production 41.
func (p *parser) attribute() error {
	n := p.name(p.src[p.pos:])
	if n == 0 {
		return p.refuse(Malformed, "a tag is not written as tags are")
	}
	qname := p.src[p.pos : p.pos+n]
	p.pos += n
	p.skipSpace()
	if !strings.HasPrefix(p.src[p.pos:], "=") {
		return p.refuse(Malformed, "the attribute %s has no value", qname)
	}
	p.pos++
	p.skipSpace()
	value, err := p.quoted(qname)
	if err != nil {
		return err
	}
	for _, a := range p.attrs {
		if a.qname == qname {
			return p.refuse(Malformed, "the attribute %s twice", qname)
		}
	}
	p.attrs = append(p.attrs, attr{qname, value})
	return nil
}

// quoted is production 10, with the value normalised as section 3.3.3 has it for CDATA.
func (p *parser) quoted(qname string) (string, error) {
	rest := p.src[p.pos:]
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return "", p.refuse(Malformed, "the value of %s is not quoted", qname)
	}
	end := strings.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return "", p.refuse(Malformed, "the value of %s does not end", qname)
	}
	raw := rest[1 : 1+end]
	if strings.IndexByte(raw, '<') >= 0 {
		return "", p.refuse(Malformed, "a < in the value of %s", qname)
	}
	p.pos += end + 2
	if strings.ContainsAny(raw, "\n\t") {
		raw = strings.NewReplacer("\n", " ", "\t", " ").Replace(raw)
	}
	if strings.IndexByte(raw, '&') < 0 {
		return raw, nil
	}
	var b strings.Builder
	err := p.expand(&b, raw)
	return b.String(), err
}

// element adds an element whose tag has been read, with its attributes, and opens it.
func (p *parser) element(qname string, line int) error {
	outer := p.doc.nodes[p.open[len(p.open)-1].node].scope
	scope, err := p.declare(p.attrs, outer)
	if err != nil {
		return err
	}
	name, err := p.intern(scope, false, qname)
	if err != nil {
		return err
	}
	from := int32(p.text.Len())
	i, err := p.add(record{
		kind: Element, name: name.name, prefix: name.prefix, scope: scope, from: from, line: int32(line),
	})
	if err != nil {
		return err
	}
	p.open = append(p.open, opened{node: i, last: -1, qname: qname})
	for _, a := range p.attrs {
		if err := p.addAttribute(a, i, scope, line); err != nil {
			return err
		}
	}
	return nil
}

// addAttribute adds an attribute unless it is a namespace declaration, which XPath knows as a namespace only.
func (p *parser) addAttribute(a attr, element, scope int32, line int) error {
	if _, is := a.declares(); is {
		return nil
	}
	name, err := p.intern(scope, true, a.qname)
	if err != nil {
		return err
	}
	for i := element + 1; i < int32(len(p.doc.nodes)); i++ {
		if p.doc.nodes[i].name == name.name {
			return p.refuse(Malformed, "the attribute %s twice, with different prefixes", a.qname)
		}
	}
	from := int32(p.values.Len())
	p.values.WriteString(a.value)
	_, err = p.add(record{
		kind: Attribute, name: name.name, prefix: name.prefix, from: from, to: int32(p.values.Len()), line: int32(line),
	})
	p.doc.nodes[element].attrs++
	return err
}

// endTag is production 42.
func (p *parser) endTag() error {
	if err := p.endRun(); err != nil {
		return err
	}
	top := p.open[len(p.open)-1]
	rest, same := strings.CutPrefix(p.src[p.pos+2:], top.qname)
	rest = strings.TrimLeft(rest, space)
	switch {
	case len(p.open) == 1:
		return p.refuse(Malformed, "an end tag where no element is open")
	case !same || !strings.HasPrefix(rest, ">"):
		return p.refuse(Malformed, "the element %s is open, and this is not its end tag", top.qname)
	}
	p.pos = len(p.src) - len(rest)
	p.pos++
	p.close()
	return nil
}

// close ends the innermost element.
func (p *parser) close() {
	r := &p.doc.nodes[p.open[len(p.open)-1].node]
	r.end, r.to = int32(len(p.doc.nodes)), int32(p.text.Len())
	p.open = p.open[:len(p.open)-1]
}

func (p *parser) skipSpace() (some bool) {
	start := p.pos
	for p.pos < len(p.src) && isSpace(p.src[p.pos]) {
		p.pos++
	}
	return p.pos > start
}
