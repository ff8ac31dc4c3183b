package samlsp

import (
	"strings"
	"unicode/utf8"

	"cloudpocket/sso"
)

// limits bounds what the parser takes. A document over one of them is refused before more of it is read.
type limits struct {
	bytes    int
	depth    int
	nodes    int  // elements and pieces of text
	attrs    int  // attributes of one element, namespace declarations included
	allAttrs int  // attributes of the document
	comments bool // drop comments rather than refuse them
}

// messageLimits leaves room for 1,500 group values and forty certificates.
func messageLimits() limits {
	return limits{bytes: 1 << 20, depth: 64, nodes: 30_000, attrs: 32, allAttrs: 30_000}
}

func metadataLimits() limits {
	return limits{bytes: 4 << 20, depth: 64, nodes: 300_000, attrs: 64, allAttrs: 300_000, comments: true}
}

// parser reads one document. What it takes is a small part of XML 1.0: no document type, no instructions, no CDATA, no
// entities but the five and character references, ASCII names, UTF-8. Everything else is a refusal with its own reason.
type parser struct {
	s       string
	i       int
	lim     limits
	nodes   int
	attrs   int
	scope   []binding // in-scope namespace declarations, innermost last
	open    []frame
	pending []child // children of the open elements, innermost last
	arena   arena
}

// frame is one open element: where its children start in pending and its declarations in scope.
type frame struct {
	el              *element
	children, scope int
	name            string // as written, for the end tag
}

// parse returns the root of the document in data, which must be all of it.
func parse(data []byte, lim limits) (*element, error) {
	if len(data) > lim.bytes {
		return nil, malformed("size", "%d bytes, the limit is %d", len(data), lim.bytes)
	}
	p := &parser{s: strings.TrimPrefix(string(data), "\ufeff"), lim: lim}
	if err := p.characters(); err != nil {
		return nil, err
	}
	if err := p.declaration(); err != nil {
		return nil, err
	}
	root, err := p.document()
	if err != nil {
		return nil, err
	}
	return root, p.trailer()
}

func malformed(rule, format string, args ...any) error {
	return sso.Refuse(sso.Reason("saml.xml_"+rule), sso.KeyMessage, format, args...)
}

// characters holds the whole document to UTF-8 and the Char production (XML 1.0, 2.2).
func (p *parser) characters() error {
	if !utf8.ValidString(p.s) {
		return malformed("encoding", "not UTF-8")
	}
	for i := range len(p.s) {
		switch c := p.s[i]; {
		case c >= 0x20 && c != 0xEF, c == '\n', c == '\r', c == '\t':
		case c == 0xEF && p.s[i+1] == 0xBF && p.s[i+2] >= 0xBE:
			return malformed("character", "noncharacter at byte %d", i)
		case c != 0xEF:
			return malformed("character", "control character %#02x at byte %d", c, i)
		}
	}
	return nil
}

// declaration reads <?xml …?>, which is allowed at the very start and may only say what is true.
func (p *parser) declaration() error {
	if !strings.HasPrefix(p.s, "<?xml ") {
		return nil
	}
	end := strings.Index(p.s, "?>")
	if end < 0 || end > 128 {
		return malformed("declaration", "the XML declaration does not end")
	}
	p.i = end + 2
	for i, field := range strings.Fields(p.s[6:end]) {
		name, value, _ := strings.Cut(field, "=")
		if len(value) < 2 || value[0] != value[len(value)-1] || (value[0] != '"' && value[0] != '\'') {
			return malformed("declaration", "XML declaration says %q", field)
		}
		value = value[1 : len(value)-1]
		switch {
		case i == 0 && name == "version" && value == "1.0":
		case i > 0 && name == "encoding" && strings.EqualFold(value, "UTF-8"):
		case i > 0 && name == "standalone" && (value == "yes" || value == "no"):
		case name == "encoding":
			return malformed("encoding", "the document says it is %q", value)
		default:
			return malformed("declaration", "XML declaration says %q", field)
		}
	}
	return nil
}

// document reads the root element and everything in it.
func (p *parser) document() (*element, error) {
	if err := p.space(); err != nil {
		return nil, err
	}
	if p.i >= len(p.s) || p.s[p.i] != '<' {
		return nil, malformed("syntax", "does not start with an element")
	}
	root, err := p.startTag()
	if err != nil {
		return nil, err
	}
	for len(p.open) > 0 {
		if err := p.content(); err != nil {
			return nil, err
		}
	}
	return root, nil
}

// trailer allows nothing but white space after the root.
func (p *parser) trailer() error {
	if err := p.space(); err != nil {
		return err
	}
	if p.i < len(p.s) {
		return malformed("trailing", "something follows the root element at byte %d", p.i)
	}
	return nil
}

// space skips white space, and comments where they are allowed, outside the root.
func (p *parser) space() error {
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			p.i++
		case c == '<' && p.i+1 < len(p.s) && (p.s[p.i+1] == '!' || p.s[p.i+1] == '?'):
			if err := p.markup(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

// markup skips a comment where comments are allowed and refuses everything else that starts with <! or <?.
func (p *parser) markup() error {
	rest := p.s[p.i:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		if !p.lim.comments {
			return malformed("comment", "comment at byte %d", p.i)
		}
		end := strings.Index(rest[4:], "--")
		if end < 0 || !strings.HasPrefix(rest[4+end:], "-->") {
			return malformed("comment", "the comment at byte %d does not end", p.i)
		}
		p.i += 4 + end + 3
		return nil
	case strings.HasPrefix(rest, "<![CDATA["):
		return malformed("cdata", "CDATA section at byte %d", p.i)
	case strings.HasPrefix(rest, "<!"):
		return malformed("doctype", "declaration at byte %d", p.i)
	}
	return malformed("instruction", "processing instruction at byte %d", p.i)
}

// content reads one piece of the innermost open element: text, a start tag or its end tag.
func (p *parser) content() error {
	if p.i >= len(p.s) {
		return malformed("syntax", "%s does not end", p.open[len(p.open)-1].name)
	}
	if p.s[p.i] != '<' {
		return p.text()
	}
	if p.i+1 < len(p.s) {
		switch p.s[p.i+1] {
		case '/':
			return p.endTag()
		case '!', '?':
			return p.markup()
		}
	}
	_, err := p.startTag()
	return err
}

func (p *parser) text() error {
	end := strings.IndexByte(p.s[p.i:], '<')
	if end < 0 {
		return malformed("syntax", "text does not end")
	}
	raw := p.s[p.i : p.i+end]
	if strings.Contains(raw, "]]>") {
		return malformed("syntax", "]]> in text at byte %d", p.i)
	}
	s, err := unescape(raw, false)
	if err != nil {
		return err
	}
	p.i += end
	return p.add(child{text: s})
}

// add keeps a child of the innermost open element.
func (p *parser) add(c child) error {
	if p.nodes++; p.nodes > p.lim.nodes {
		return malformed("nodes", "more than %d nodes", p.lim.nodes)
	}
	p.pending = append(p.pending, c)
	return nil
}

// startTag reads a start tag or an empty element and, unless it is empty, opens it.
func (p *parser) startTag() (*element, error) {
	p.i++
	start := p.i
	prefix, local, err := p.name()
	if err != nil {
		return nil, err
	}
	if len(p.open) >= p.lim.depth {
		return nil, malformed("depth", "nested deeper than %d", p.lim.depth)
	}
	el := p.arena.element()
	el.prefix, el.local = prefix, local
	if n := len(p.open); n > 0 {
		el.parent = p.open[n-1].el
	}
	if err := p.add(child{el: el}); err != nil {
		return nil, err
	}
	f := frame{el: el, children: len(p.pending), scope: len(p.scope), name: p.s[start:p.i]}
	empty, err := p.attributes(el)
	if err != nil {
		return nil, err
	}
	if empty {
		p.scope = p.scope[:f.scope]
		return el, nil
	}
	p.open = append(p.open, f)
	return el, nil
}

func (p *parser) endTag() error {
	n := len(p.open) - 1
	f := p.open[n]
	rest := p.s[p.i+2:]
	if !strings.HasPrefix(rest, f.name) {
		return malformed("syntax", "the end tag at byte %d does not end %s", p.i, f.name)
	}
	rest = strings.TrimLeft(rest[len(f.name):], " \t\r\n")
	if !strings.HasPrefix(rest, ">") {
		return malformed("syntax", "the end tag at byte %d does not end %s", p.i, f.name)
	}
	p.i = len(p.s) - len(rest) + 1
	f.el.children = p.arena.keep(p.pending[f.children:])
	p.pending = p.pending[:f.children]
	p.open, p.scope = p.open[:n], p.scope[:f.scope]
	return nil
}

// name reads a qualified name whose parts are ASCII: a letter or _, then letters, digits, '-', '_' and '.'.
func (p *parser) name() (prefix, local string, err error) {
	start := p.i
	p.ncName()
	if local = p.s[start:p.i]; local != "" && p.i < len(p.s) && p.s[p.i] == ':' {
		prefix = local
		p.i++
		start = p.i
		p.ncName()
		local = p.s[start:p.i]
	}
	if local == "" || (p.i < len(p.s) && (p.s[p.i] == ':' || p.s[p.i] >= utf8.RuneSelf)) {
		return "", "", malformed("name", "no usable name at byte %d", p.i)
	}
	return prefix, local, nil
}

func (p *parser) ncName() {
	if p.i < len(p.s) && (nameClass(p.s[p.i]) == 1) {
		for p.i++; p.i < len(p.s) && nameClass(p.s[p.i]) > 0; p.i++ {
		}
	}
}

// nameClass returns 1 for what can start a name, 2 for what can only continue one, else 0.
func nameClass(c byte) int {
	switch {
	case c|0x20 >= 'a' && c|0x20 <= 'z', c == '_':
		return 1
	case c >= '0' && c <= '9', c == '-', c == '.':
		return 2
	}
	return 0
}
