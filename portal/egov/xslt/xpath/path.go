package xpath

import "cloudpocket/portal/egov/tree"

// path is a location path from where it starts.
type path struct {
	steps []*step
	plain bool // walking from one node, step inside step, meets the results in document order, each once
}

func newPath(steps []*step) *path { return &path{steps: steps, plain: plain(steps)} }

// plain follows what is known of the nodes after each step: at most one; several, none inside another; or more.
func plain(steps []*step) bool {
	one := true
	for i, s := range steps {
		switch s.axis {
		case selfAxis:
		case parentAxis:
			if !one {
				return false
			}
		case childAxis, attributeAxis:
			one = false
		case followingSiblingAxis:
			if !one {
				return false
			}
			one = false
		case descendantAxis, descendantOrSelfAxis:
			return i == len(steps)-1
		default:
			return false
		}
	}
	return true
}

// all appends what the path selects from a list in document order.
func (p *path) all(c *Context, in, dst []tree.Node) []tree.Node {
	if len(p.steps) == 0 {
		return append(dst, in...)
	}
	var a, b []tree.Node
	for _, s := range p.steps[:len(p.steps)-1] {
		if a == nil {
			a, b = c.borrow(), c.borrow()
		}
		in = s.apply(c, in, a[:0])
		a, b = b, in
	}
	dst = p.steps[len(p.steps)-1].apply(c, in, dst)
	if a != nil {
		c.giveBack(a)
		c.giveBack(b)
	}
	return dst
}

// from appends what the path selects from one node.
func (p *path) from(c *Context, n tree.Node, dst []tree.Node) []tree.Node {
	if len(p.steps) == 1 && !p.steps[0].axis.reverse() {
		return p.steps[0].from(c, n, dst)
	}
	one := append(c.borrow(), n)
	dst = p.all(c, one, dst)
	c.giveBack(one)
	return dst
}

// first is the first node in document order that the path selects from one node.
func (p *path) first(c *Context, n tree.Node) tree.Node {
	if p.plain {
		return p.firstFrom(c, n, 0)
	}
	found := tree.None
	list := p.from(c, n, c.borrow())
	if len(list) > 0 {
		found = list[0]
	}
	c.giveBack(list)
	return found
}

func (p *path) firstFrom(c *Context, n tree.Node, i int) tree.Node {
	if i == len(p.steps) {
		return n
	}
	s := p.steps[i]
	if s.axis == childAxis && !s.positional() {
		return p.firstThroughChild(c, n, i)
	}
	limit := 0
	if i == len(p.steps)-1 {
		limit = 1
	}
	found := tree.None
	list := c.borrow()
	if s.positional() {
		list = s.from(c, n, list)
	} else {
		list = s.scan(c, n, list, limit)
	}
	for _, m := range list {
		if found = p.firstFrom(c, m, i+1); found != tree.None {
			break
		}
	}
	c.giveBack(list)
	return found
}

func (p *path) firstThroughChild(c *Context, n tree.Node, i int) tree.Node {
	looked := 1
	found := tree.None
	for m := c.Doc.FirstChild(n); m != tree.None && found == tree.None; m = c.Doc.Next(m) {
		looked++
		if p.steps[i].accept(c, m) {
			found = p.firstFrom(c, m, i+1)
		}
	}
	c.Meter.Step(looked)
	return found
}

func rootPath(steps []*step) *Expr {
	return newPath(steps).expr(func(*Context) tree.Node { return tree.Root })
}

func contextPath(steps []*step) *Expr {
	return newPath(steps).expr(func(c *Context) tree.Node { return c.Node })
}

// expr makes an expression of a path that starts at one node.
func (p *path) expr(start func(*Context) tree.Node) *Expr {
	e := fromNodes(
		func(c *Context, dst []tree.Node) []tree.Node { return p.from(c, start(c), dst) },
		func(c *Context) tree.Node { return p.first(c, start(c)) },
	)
	e.single = true
	for _, s := range p.steps {
		e.size += s.size()
		e.single = e.single && (s.axis == selfAxis || s.axis == parentAxis)
	}
	return e
}

// pathFrom is a path behind another expression.
func pathFrom(start *Expr, steps []*step) *Expr {
	p := newPath(steps)
	if start.single {
		return fromSingle(p, start)
	}
	e := FromNodes(func(c *Context, dst []tree.Node) []tree.Node {
		in := start.nodes(c, c.borrow())
		dst = p.all(c, in, dst)
		c.giveBack(in)
		return dst
	}).of(start)
	for _, s := range steps {
		e.size += s.size()
	}
	return e
}

// fromSingle is a path behind an expression that gives one node or none.
func fromSingle(p *path, start *Expr) *Expr {
	e := fromNodes(func(c *Context, dst []tree.Node) []tree.Node {
		if n := start.first(c); n != tree.None {
			dst = p.from(c, n, dst)
		}
		return dst
	}, func(c *Context) tree.Node { return p.firstOf(c, start) }).of(start)
	for _, s := range p.steps {
		e.size += s.size()
	}
	return e
}

func (p *path) firstOf(c *Context, start *Expr) tree.Node {
	if n := start.first(c); n != tree.None {
		return p.first(c, n)
	}
	return tree.None
}

// filtered is a node-set with a predicate, positions in document order (XPath 1.0, section 3.3).
func filtered(e, pred *Expr) *Expr {
	out := FromNodes(func(c *Context, dst []tree.Node) []tree.Node {
		begin := len(dst)
		return filter(c, pred, e.nodes(c, dst), begin)
	})
	out.size += e.size + pred.size
	out.position, out.last, out.single = e.position, e.last, e.single
	return out
}

func union(parts []*Expr) *Expr {
	return FromNodes(func(c *Context, dst []tree.Node) []tree.Node {
		begin := len(dst)
		for _, e := range parts {
			dst = e.nodes(c, dst)
		}
		return ordered(c, dst, begin)
	}).of(parts...)
}
