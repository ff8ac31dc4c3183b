package xslt

import (
	"strconv"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// outName is a name in the result.
type outName struct{ space, prefix, local string }

func (n outName) String() string {
	if n.prefix == "" {
		return n.local
	}
	return n.prefix + ":" + n.local
}

// outAttr is an attribute of the result.
type outAttr struct {
	name  outName
	value string
}

// outElement is a start tag of the result, with the namespaces that it must declare.
type outElement struct {
	name   outName
	spaces []tree.Binding
	attrs  []outAttr
}

// receiver takes a result, well-formed as far as a builder can see to it.
type receiver interface {
	start(e *outElement)
	end(name outName)
	text(s string, raw bool)
	comment(s string)
	instruction(target, s string)
}

// builder puts a result together: it holds a start tag back until its attributes are known, and declares namespaces
// where they are missing.
type builder struct {
	to      receiver
	meter   *xpath.Meter
	pending bool
	tag     outElement     // while pending
	open    []opened       // elements that have begun
	spaces  []tree.Binding // in scope, the innermost last
	made    int            // prefixes
}

type opened struct {
	name   outName
	spaces int // how many were in scope outside
}

func newBuilder(to receiver, meter *xpath.Meter) *builder { return &builder{to: to, meter: meter} }

// start begins an element that brings the namespaces along, which need not all be new.
func (b *builder) start(name outName, spaces []tree.Binding) {
	b.flush()
	b.pending = true
	b.tag.name = name
	b.tag.attrs = b.tag.attrs[:0]
	b.tag.spaces = b.tag.spaces[:0]
	b.meter.Step(len(spaces) * (1 + len(b.spaces)>>3))
	for _, s := range spaces {
		if s.Prefix != "xml" && b.inScope(s.Prefix) != s.URI && (s.Prefix != "" || name.space != "" || name.prefix != "") {
			b.tag.spaces = append(b.tag.spaces, s)
		}
	}
}

// declare adds a namespace node.
func (b *builder) declare(s tree.Binding) {
	if b.pending && s.Prefix != "xml" && b.bound(s.Prefix) != s.URI && !b.declares(s.Prefix) {
		b.tag.spaces = append(b.tag.spaces, s)
	}
}

// attribute adds an attribute, in the place of one of the same name. Where no start tag is open it is passed over
// (section 7.1.3).
func (b *builder) attribute(name outName, value string) {
	if !b.pending {
		return
	}
	b.meter.Bytes(32 + len(value))
	if name.space == xmlSpace {
		name.prefix = "xml"
	}
	for i := range b.tag.attrs {
		if a := &b.tag.attrs[i]; a.name.local == name.local && a.name.space == name.space {
			a.value = value
			return
		}
	}
	b.meter.Step(len(b.tag.attrs) >> 3)
	b.tag.attrs = append(b.tag.attrs, outAttr{name, value})
}

func (b *builder) text(s string, raw bool) {
	if s == "" {
		return
	}
	b.flush()
	b.meter.Step(1 + len(s)>>4)
	b.to.text(s, raw)
}

func (b *builder) comment(s string) {
	b.flush()
	b.meter.Step(1 + len(s)>>4)
	b.to.comment(s)
}

func (b *builder) instruction(target, s string) {
	b.flush()
	b.meter.Step(1 + len(s)>>4)
	b.to.instruction(target, s)
}

func (b *builder) end() {
	b.flush()
	top := b.open[len(b.open)-1]
	b.open = b.open[:len(b.open)-1]
	b.spaces = b.spaces[:top.spaces]
	b.to.end(top.name)
}

// flush sends the start tag that was held back.
func (b *builder) flush() {
	if !b.pending {
		return
	}
	b.pending = false
	b.meter.Step(1 + len(b.tag.attrs))
	b.nameElement()
	for i := range b.tag.attrs {
		if n := &b.tag.attrs[i].name; n.space != "" && n.space != xmlSpace {
			b.nameAttribute(n)
		}
	}
	b.open = append(b.open, opened{b.tag.name, len(b.spaces)})
	b.spaces = append(b.spaces, b.tag.spaces...)
	b.to.start(&b.tag)
}

// nameElement sees to it that the element's prefix stands for its namespace.
func (b *builder) nameElement() {
	n := &b.tag.name
	if n.space == xmlSpace {
		n.prefix = "xml"
		return
	}
	if n.space == "" {
		n.prefix = ""
	}
	if b.bound(n.prefix) == n.space {
		return
	}
	for i := range b.tag.spaces {
		if b.tag.spaces[i].Prefix == n.prefix {
			b.tag.spaces[i].URI = n.space
			return
		}
	}
	b.tag.spaces = append(b.tag.spaces, tree.Binding{Prefix: n.prefix, URI: n.space})
}

// nameAttribute does the same for an attribute, with another prefix if its own is taken or missing.
func (b *builder) nameAttribute(n *outName) {
	b.meter.Step(1 + (len(b.tag.spaces)+len(b.spaces))>>2)
	if n.prefix != "" && b.bound(n.prefix) == n.space {
		return
	}
	if n.prefix == "" || b.declares(n.prefix) || n.prefix == b.tag.name.prefix {
		n.prefix = b.prefixFor(n.space)
	}
	if b.bound(n.prefix) != n.space {
		b.tag.spaces = append(b.tag.spaces, tree.Binding{Prefix: n.prefix, URI: n.space})
	}
}

// prefixFor finds a prefix that stands for the namespace, or one that stands for nothing.
func (b *builder) prefixFor(uri string) string {
	for _, list := range [][]tree.Binding{b.tag.spaces, b.spaces} {
		for _, s := range list {
			if s.URI == uri && s.Prefix != "" && b.bound(s.Prefix) == uri {
				return s.Prefix
			}
		}
	}
	for {
		b.meter.Step(1 + (len(b.tag.spaces)+len(b.spaces))>>3)
		prefix := "ns_" + strconv.Itoa(b.made)
		b.made++
		if b.bound(prefix) == "" {
			return prefix
		}
	}
}

func (b *builder) declares(prefix string) bool {
	for _, s := range b.tag.spaces {
		if s.Prefix == prefix {
			return true
		}
	}
	return false
}

// bound is what a prefix stands for in the tag being built.
func (b *builder) bound(prefix string) string {
	for _, s := range b.tag.spaces {
		if s.Prefix == prefix {
			return s.URI
		}
	}
	return b.inScope(prefix)
}

func (b *builder) inScope(prefix string) string {
	for i := len(b.spaces) - 1; i >= 0; i-- {
		if b.spaces[i].Prefix == prefix {
			return b.spaces[i].URI
		}
	}
	return ""
}
