package xpath

import (
	"slices"

	"cloudpocket/portal/egov/tree"
)

// testKind is how a node test decides.
type testKind uint8

const (
	named    testKind = iota // by kind and expanded name
	anyName                  // *
	anyLocal                 // prefix:*
	anyNode                  // node()
	kindOnly                 // text() and the like
)

// test is a node test (XPath 1.0, section 2.3).
type test struct {
	kind         testKind
	principal    tree.Kind
	name         int // in Names
	space, local string
}

func (t *test) match(c *Context, n tree.Node) bool {
	switch t.kind {
	case named:
		if t.principal == tree.Namespace {
			return c.Doc.Kind(n) == tree.Namespace && t.space == "" && c.Doc.Name(n).Local == t.local
		}
		return c.Doc.NameID(n) == c.names[t.name] && c.Doc.Kind(n) == t.principal
	case anyLocal:
		return c.Doc.Kind(n) == t.principal && t.principal != tree.Namespace && c.Doc.Name(n).Space == t.space
	case anyNode:
		return true
	}
	return c.Doc.Kind(n) == t.principal
}

// step is a location step (XPath 1.0, section 2.1).
type step struct {
	axis  axis
	test  test
	where []*Expr // predicates in front, which do not ask for positions and so can be decided node by node
	rest  []*Expr // the predicates from the first that does
}

func (s *step) add(pred *Expr) {
	if len(s.rest) == 0 && !pred.asksPosition() {
		s.where = append(s.where, pred)
		return
	}
	s.rest = append(s.rest, pred)
}

func (s *step) positional() bool { return len(s.rest) > 0 }

func (s *step) isAnyDepth() bool {
	return s.axis == descendantOrSelfAxis && s.test.kind == anyNode && len(s.where)+len(s.rest) == 0
}

func (s *step) size() int {
	n := 1
	for _, p := range slices.Concat(s.where, s.rest) {
		n += p.size
	}
	return n
}

// asksPosition tells whether a predicate's truth depends on where in its list the node stands.
func (e *Expr) asksPosition() bool {
	return e.position || e.last || e.Type == NumberType || e.Type == AnyType
}

func (s *step) accept(c *Context, n tree.Node) bool {
	if !s.test.match(c, n) {
		return false
	}
	if len(s.where) == 0 {
		return true
	}
	node := c.Node
	c.Node = n
	ok := true
	for _, pred := range s.where {
		c.Meter.Step(pred.size)
		if ok = pred.boole(c); !ok {
			break
		}
	}
	c.Node = node
	return ok
}

// from appends what the step selects from one node, in the order of its axis.
func (s *step) from(c *Context, n tree.Node, dst []tree.Node) []tree.Node {
	if len(s.rest) == 0 {
		return s.scan(c, n, dst, 0)
	}
	begin := len(dst)
	limit, _ := s.rest[0].wholePosition()
	dst = s.scan(c, n, dst, limit)
	for _, pred := range s.rest {
		dst = filter(c, pred, dst, begin)
	}
	return dst
}

// apply appends what the step selects from all nodes of a list that is in document order, in document order.
func (s *step) apply(c *Context, in, dst []tree.Node) []tree.Node {
	begin := len(dst)
	most := begin + 2*c.Doc.Len() + 1000
	behind := tree.Node(-1)
	for _, n := range in {
		if n < behind {
			continue // inside a subtree that has been gone through
		}
		if (s.axis == descendantAxis || s.axis == descendantOrSelfAxis) && len(s.rest) == 0 {
			behind = c.Doc.End(n)
		}
		dst = s.from(c, n, dst)
		if len(dst) > most {
			dst = ordered(c, dst, begin)
		}
	}
	switch {
	case len(in) == 1 && s.axis.reverse():
		slices.Reverse(dst[begin:])
	case len(in) > 1:
		dst = ordered(c, dst, begin)
	}
	return dst
}

// ordered brings the nodes from begin into document order, each once.
func ordered(c *Context, list []tree.Node, begin int) []tree.Node {
	part := list[begin:]
	for i := 1; i < len(part); i++ {
		if part[i-1] >= part[i] {
			c.Meter.Sort(len(part))
			slices.Sort(part)
			return list[:begin+len(slices.Compact(part))]
		}
	}
	return list
}

// filter keeps of the nodes from begin those for which the predicate is true, counting positions as they stand.
func filter(c *Context, pred *Expr, list []tree.Node, begin int) []tree.Node {
	part := list[begin:]
	if k, ok := pred.wholePosition(); ok {
		if k > len(part) {
			return list[:begin]
		}
		return append(list[:begin], part[k-1])
	}
	node, pos, size := c.Node, c.Pos, c.Size
	c.Size = len(part)
	kept := begin
	for i, n := range part {
		c.Node, c.Pos = n, i+1
		if pred.holds(c) {
			list[kept] = n
			kept++
		}
	}
	c.Node, c.Pos, c.Size = node, pos, size
	return list[:kept]
}

// holds evaluates a predicate (XPath 1.0, section 2.4): a number is a position.
func (e *Expr) holds(c *Context) bool {
	c.Meter.Step(e.size)
	switch e.Type {
	case NumberType:
		return e.num(c) == float64(c.Pos)
	case AnyType:
		v := e.value(c)
		if n, ok := v.(Number); ok {
			return float64(n) == float64(c.Pos)
		}
		return v.Bool()
	}
	return e.boole(c)
}
