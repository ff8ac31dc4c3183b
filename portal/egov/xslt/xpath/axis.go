package xpath

import "cloudpocket/portal/egov/tree"

// scan appends the nodes of the axis that the step accepts, in the order of the axis, up to limit of them if it is
// not 0. The nodes looked at are charged for.
func (s *step) scan(c *Context, n tree.Node, dst []tree.Node, limit int) []tree.Node {
	g := gather{c: c, s: s, dst: dst, most: len(dst) + limit, all: limit == 0}
	switch s.axis {
	case selfAxis:
		g.take(n)
	case childAxis:
		g.siblings(c.Doc.FirstChild(n))
	case followingSiblingAxis:
		g.siblings(c.Doc.Next(n))
	case precedingSiblingAxis:
		for m := c.Doc.Prev(n); m != tree.None && g.take(m); m = c.Doc.Prev(m) {
		}
	case parentAxis:
		if p := c.Doc.Parent(n); p != tree.None {
			g.take(p)
		}
	case ancestorAxis:
		g.ancestors(c.Doc.Parent(n))
	case ancestorOrSelfAxis:
		g.ancestors(n)
	case attributeAxis:
		g.attributes(n)
	case namespaceAxis:
		for m, end := c.Doc.Namespaces(n); m < end && g.take(m); m++ {
		}
	default:
		g.far(n)
	}
	c.Meter.Step(1 + g.looked)
	return g.dst
}

// gather is one scan on its way.
type gather struct {
	c      *Context
	s      *step
	dst    []tree.Node
	most   int
	all    bool
	looked int
}

// take looks at a node and tells whether to go on.
func (g *gather) take(n tree.Node) bool {
	g.looked++
	if !g.s.accept(g.c, n) {
		return true
	}
	g.dst = append(g.dst, n)
	return g.all || len(g.dst) < g.most
}

func (g *gather) siblings(m tree.Node) {
	for ; m != tree.None && g.take(m); m = g.c.Doc.Next(m) {
	}
}

func (g *gather) ancestors(m tree.Node) {
	for ; m != tree.None && g.take(m); m = g.c.Doc.Parent(m) {
	}
}

func (g *gather) attributes(n tree.Node) {
	if g.c.Doc.Kind(n) != tree.Element {
		return
	}
	for m, end := g.c.Doc.Attrs(n); m < end && g.take(m); m = tree.NextAttr(m) {
	}
}

// far goes along the axes that leave the nearest family.
func (g *gather) far(n tree.Node) {
	doc := g.c.Doc
	attached := doc.Kind(n) == tree.Attribute || doc.Kind(n) == tree.Namespace
	switch g.s.axis {
	case descendantOrSelfAxis:
		if g.take(n) && !attached {
			g.between(doc.Follow(n), doc.End(n))
		}
	case descendantAxis:
		if !attached {
			g.between(doc.Follow(n), doc.End(n))
		}
	case followingAxis:
		from := doc.End(n)
		if attached {
			from = doc.Follow(doc.Parent(n))
		}
		g.between(from, doc.End(tree.Root))
	case precedingAxis:
		if attached {
			n = doc.Parent(n)
		}
		g.preceding(n)
	}
}

// indexFrom is how long a subtree must be for the index of names to be worth asking.
const indexFrom = 64 << 16

// between goes through whole subtrees, from one place to another.
func (g *gather) between(from, end tree.Node) {
	if t := &g.s.test; t.kind == named && t.principal == tree.Element && end-from > indexFrom {
		for _, m := range g.c.namedWithin(g.c.names[t.name], from, end) {
			if !g.take(m) {
				return
			}
		}
		return
	}
	for m := from; m < end && g.take(m); m = g.c.Doc.Follow(m) {
	}
}

// preceding goes backwards through the siblings before the node and before each of its ancestors, innermost last first.
func (g *gather) preceding(n tree.Node) {
	doc := g.c.Doc
	for ; n != tree.Root; n = doc.Parent(n) {
		for m := doc.Prev(n); m != tree.None; m = doc.Prev(m) {
			if !g.backwards(m) {
				return
			}
		}
	}
}

// backwards takes a subtree in reverse document order.
func (g *gather) backwards(top tree.Node) bool {
	doc := g.c.Doc
	subtree := g.c.borrow()
	for m := top; m < doc.End(top); m = doc.Follow(m) {
		subtree = append(subtree, m)
	}
	g.c.Meter.Step(len(subtree) >> 2)
	more := true
	for i := len(subtree) - 1; i >= 0 && more; i-- {
		more = g.take(subtree[i])
	}
	g.c.giveBack(subtree)
	return more
}
