package tree

import (
	"strconv"
	"strings"
)

// declaration reads <?xml …?> (production 23), of which the encoding has been used already.
func (p *parser) declaration() error {
	if !strings.HasPrefix(p.src, "<?xml") || nameLength(p.src[2:]) != len("xml") {
		return nil
	}
	end := strings.Index(p.src, "?>")
	if end < 0 {
		return p.refuse(Malformed, "the XML declaration does not end")
	}
	if !declarationForm.MatchString(p.src[:end]) {
		return p.refuse(Malformed, "the XML declaration is wrong")
	}
	p.pos = end + 2
	return nil
}

// characters reads text up to the next markup.
func (p *parser) characters() error {
	end := strings.IndexByte(p.src[p.pos:], '<')
	if end < 0 {
		end = len(p.src) - p.pos
	}
	raw := p.src[p.pos : p.pos+end]
	if len(p.open) == 1 {
		if !blank(raw) {
			return p.refuse(Malformed, "text outside the document's element")
		}
		p.pos += end
		return nil
	}
	if strings.Contains(raw, "]]>") {
		return p.refuse(Malformed, "]]> in text")
	}
	p.beginRun()
	err := p.expand(&p.text, raw)
	p.pos += end
	return err
}

// cdata reads a CDATA section, which is text like any other.
func (p *parser) cdata() error {
	const begin, close = "<![CDATA[", "]]>"
	if len(p.open) == 1 {
		return p.refuse(Malformed, "text outside the document's element")
	}
	end := strings.Index(p.src[p.pos:], close)
	if end < 0 {
		return p.refuse(Malformed, "a CDATA section does not end")
	}
	p.beginRun()
	p.text.WriteString(p.src[p.pos+len(begin) : p.pos+end])
	p.pos += end + len(close)
	return nil
}

func (p *parser) beginRun() {
	if p.runLine == 0 {
		p.run, p.runLine = p.text.Len(), p.lineAt(p.pos)
	}
}

// endRun makes one text node of the characters since the last markup; no characters make none.
func (p *parser) endRun() error {
	if p.runLine == 0 {
		return nil
	}
	line := p.runLine
	p.runLine = 0
	if p.run == p.text.Len() {
		return nil
	}
	_, err := p.add(record{kind: Text, name: -1, from: int32(p.run), to: int32(p.text.Len()), line: int32(line)})
	return err
}

// comment is production 15.
func (p *parser) comment() error {
	const begin, close = "<!--", "-->"
	body := p.src[p.pos+len(begin):]
	end := strings.Index(body, "--")
	switch {
	case end < 0:
		return p.refuse(Malformed, "a comment does not end")
	case !strings.HasPrefix(body[end:], close):
		return p.refuse(Malformed, "-- inside a comment")
	}
	return p.leaf(Comment, "", body[:end], len(begin)+end+len(close))
}

// instruction is production 16.
func (p *parser) instruction() error {
	body := p.src[p.pos+2:]
	end := strings.Index(body, "?>")
	n := nameLength(body)
	target := body[:n]
	switch {
	case end < 0:
		return p.refuse(Malformed, "a processing instruction does not end")
	case !IsNCName(target) || strings.EqualFold(target, "xml"):
		return p.refuse(Malformed, "%q cannot be the target of a processing instruction here", target)
	case n < end && !isSpace(body[n]):
		return p.refuse(Malformed, "no space behind the target of a processing instruction")
	}
	return p.leaf(PI, target, strings.TrimLeft(body[n:end], space), 2+end+2)
}

// leaf adds a comment or processing instruction and moves on by length bytes.
func (p *parser) leaf(kind Kind, target, value string, length int) error {
	if err := p.endRun(); err != nil {
		return err
	}
	r := record{kind: kind, name: -1, from: int32(p.values.Len()), line: int32(p.lineAt(p.pos))}
	if kind == PI {
		r.name = p.doc.nameID("", target)
	}
	p.values.WriteString(value)
	r.to = int32(p.values.Len())
	p.pos += length
	_, err := p.add(r)
	return err
}

// expand writes raw text with its references replaced.
func (p *parser) expand(to *strings.Builder, raw string) error {
	for {
		amp := strings.IndexByte(raw, '&')
		if amp < 0 {
			to.WriteString(raw)
			return nil
		}
		to.WriteString(raw[:amp])
		end := strings.IndexByte(raw[amp:], ';')
		if end < 0 {
			return p.refuse(Malformed, "an & that begins no reference")
		}
		r, err := p.reference(raw[amp+1 : amp+end])
		if err != nil {
			return err
		}
		to.WriteRune(r)
		raw = raw[amp+end+1:]
	}
}

// reference is productions 66 and 68, without the & and the ;.
func (p *parser) reference(name string) (rune, error) {
	switch name {
	case "lt":
		return '<', nil
	case "gt":
		return '>', nil
	case "amp":
		return '&', nil
	case "quot":
		return '"', nil
	case "apos":
		return '\'', nil
	}
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		return p.character(digits)
	}
	if name == "" || nameLength(name) != len(name) {
		return 0, p.refuse(Malformed, "an & that begins no reference")
	}
	return 0, p.refuse(Entity, "the entity %s is not one of XML's own five, and no others are read here", name)
}

func (p *parser) character(digits string) (rune, error) {
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || !isChar(rune(min(n, 0x110000))) {
		return 0, p.refuse(Malformed, "&#%s; is no character", digits)
	}
	return rune(n), nil
}
