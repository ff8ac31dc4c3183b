package tree

// WithoutSpace is a copy without the text nodes that are white space only and lie in elements whose name says so,
// unless xml:space="preserve" around them does not (XSLT 1.0, section 3.4).
func (d *Document) WithoutSpace(strips func(Name) bool) *Document {
	s := stripper{old: d, moved: make([]int32, len(d.nodes)+1), strips: make([]bool, len(d.names))}
	for i, e := range d.names {
		s.strips[i] = strips(Name{Space: e.space, Local: e.local})
	}
	s.mark()
	return s.rebuild()
}

// stripper knows for each node where it goes: moved[i] is its new place, and nodes that go share it with the next.
type stripper struct {
	old    *Document
	moved  []int32
	strips []bool // by name
}

func (s *stripper) mark() {
	keep := make([]bool, len(s.old.nodes)) // of elements: xml:space="preserve" holds
	next := int32(0)
	for i := range s.old.nodes {
		s.moved[i] = next
		r := &s.old.nodes[i]
		if r.kind == Element {
			keep[i] = s.preserves(at(int32(i)), keep[r.parent])
		}
		if r.kind != Text || keep[r.parent] || !s.strips[s.old.nodes[r.parent].name] || !blank(s.old.text[r.from:r.to]) {
			next++
		}
	}
	s.moved[len(s.old.nodes)] = next
}

func (s *stripper) preserves(n Node, outer bool) bool {
	if v, ok := s.old.Attr(n, xmlSpace, "space"); ok {
		return v == "preserve"
	}
	return outer
}

// rebuild copies what stays. Texts move together, so that an element's is still one part of the whole.
func (s *stripper) rebuild() *Document {
	out := *s.old
	out.nodes = make([]record, 0, s.moved[len(s.old.nodes)])
	text := make([]byte, 0, len(s.old.text))
	for i, r := range s.old.nodes {
		if s.moved[i] == s.moved[i+1] {
			continue
		}
		switch r.kind {
		case Text:
			from := int32(len(text))
			text = append(text, s.old.text[r.from:r.to]...)
			r.from, r.to = from, int32(len(text))
		case RootKind, Element:
			r.from = int32(len(text))
		}
		if r.parent >= 0 {
			r.parent = s.moved[r.parent]
		}
		if r.prev >= 0 {
			r.prev = s.before(r.prev)
		}
		r.end = s.moved[r.end]
		out.nodes = append(out.nodes, r)
	}
	out.text = string(text)
	out.closeTexts()
	return &out
}

// before is the new place of a previous sibling, or of the one before it if it goes; two texts are never neighbours.
func (s *stripper) before(prev int32) int32 {
	if s.moved[prev] == s.moved[prev+1] {
		if prev = s.old.nodes[prev].prev; prev < 0 {
			return -1
		}
	}
	return s.moved[prev]
}

// closeTexts finds where the text of each element ends: where that of the node behind it begins.
func (d *Document) closeTexts() {
	behind := int32(len(d.text))
	starts := make([]int32, len(d.nodes)+1)
	starts[len(d.nodes)] = behind
	for i := len(d.nodes) - 1; i >= 0; i-- {
		if k := d.nodes[i].kind; k == Text || k == Element || k == RootKind {
			behind = d.nodes[i].from
		}
		starts[i] = behind
	}
	for i := range d.nodes {
		if k := d.nodes[i].kind; k == Element || k == RootKind {
			d.nodes[i].to = starts[d.nodes[i].end]
		}
	}
}
