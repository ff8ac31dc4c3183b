package tree

import "strings"

// parser is one pass over the text.
type parser struct {
	src      string
	pos      int
	line     int // of the byte at counted
	counted  int
	limits   Limits
	doc      *Document
	text     strings.Builder
	values   strings.Builder
	open     []opened
	run      int  // where in text the current run of characters began
	runLine  int  // the line it began on; 0 if none is open
	rooted   bool // the document's element has begun
	bindings int
	known    map[written]resolved
	uris     map[inScope]string
	prefixes map[string]int32
	names    map[string]struct{} // that are known to be names
	attrs    []attr              // of the tag being read
}

// opened is an element that has begun and not ended; the first is the root.
type opened struct {
	node  int32
	last  int32 // its last child so far or -1
	qname string
}

// Parse reads a document in UTF-8, UTF-16, Shift_JIS (with the characters that Windows adds) or EUC-JP, found by
// byte order mark or declaration. The error is a *Refusal.
func Parse(data []byte, limits Limits) (*Document, error) {
	limits = limits.orDefault()
	if len(data) > limits.Bytes {
		return nil, &Refusal{Reason: limits.excess(), Text: "the document is too long"}
	}
	src, err := text(data, limits)
	if err != nil {
		limits.Budget.take(len(data), 0)
		return nil, err
	}
	p := newParser(src, limits)
	defer func() { limits.Budget.take(len(src), len(p.doc.nodes)+p.bindings) }()
	if err := p.document(); err != nil {
		return nil, err
	}
	p.doc.text, p.doc.values = p.text.String(), p.values.String()
	return p.doc, nil
}

func newParser(src string, limits Limits) *parser {
	p := &parser{
		src: src, line: 1, limits: limits,
		known: map[written]resolved{}, uris: map[inScope]string{}, prefixes: map[string]int32{"": 0}, names: map[string]struct{}{},
		doc: &Document{
			ids: map[expanded]int32{}, prefixes: []string{""},
			scopes: [][]Binding{{{"xml", xmlSpace}}},
			nodes:  make([]record, 0, min(16+len(src)/24, limits.Nodes)),
		},
	}
	p.text.Grow(len(src) / 2)
	p.doc.nodes = append(p.doc.nodes, record{kind: RootKind, name: -1, parent: -1, prev: -1, line: 1})
	p.open = append(p.open, opened{node: 0, last: -1})
	return p
}

// document is production 1.
func (p *parser) document() error {
	if err := p.declaration(); err != nil {
		return err
	}
	for p.pos < len(p.src) {
		if err := p.next(); err != nil {
			return err
		}
	}
	switch {
	case len(p.open) > 1:
		return p.refuse(Malformed, "the document ends inside the element %s", p.open[len(p.open)-1].qname)
	case !p.rooted:
		return p.refuse(Malformed, "the document has no element")
	}
	p.doc.nodes[0].end, p.doc.nodes[0].to = int32(len(p.doc.nodes)), int32(p.text.Len())
	return nil
}

// next reads the text up to the next piece of markup, or that piece.
func (p *parser) next() error {
	rest := p.src[p.pos:]
	switch {
	case rest[0] != '<':
		return p.characters()
	case strings.HasPrefix(rest, "</"):
		return p.endTag()
	case strings.HasPrefix(rest, "<!--"):
		return p.comment()
	case strings.HasPrefix(rest, "<?"):
		return p.instruction()
	case strings.HasPrefix(rest, "<![CDATA["):
		return p.cdata()
	case strings.HasPrefix(rest, "<!DOCTYPE"):
		return p.refuse(DTD, "the document has a DOCTYPE, which is not read here")
	}
	return p.startTag()
}

// add appends a node below the innermost open element.
func (p *parser) add(r record) (int32, error) {
	if len(p.doc.nodes)+p.bindings >= p.limits.Nodes {
		return 0, p.refuse(p.limits.excess(), "more than %d nodes", p.limits.Nodes)
	}
	i := int32(len(p.doc.nodes))
	top := &p.open[len(p.open)-1]
	r.parent, r.prev, r.end = top.node, -1, i+1
	if r.kind != Attribute {
		r.prev, top.last = top.last, i
	}
	p.doc.nodes = append(p.doc.nodes, r)
	return i, nil
}

// lineAt counts line ends up to an offset; offsets mostly grow, so each is counted once.
func (p *parser) lineAt(offset int) int {
	if offset < p.counted {
		return 1 + strings.Count(p.src[:offset], "\n")
	}
	p.line += strings.Count(p.src[p.counted:offset], "\n")
	p.counted = offset
	return p.line
}
