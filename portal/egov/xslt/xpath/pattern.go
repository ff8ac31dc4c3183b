package xpath

import (
	"slices"

	"cloudpocket/portal/egov/tree"
)

// A Pattern is one alternative of a pattern (XSLT 1.0, section 5.2).
type Pattern struct {
	Priority float64 // the default one, section 5.5

	steps []patternStep // the last one first
	root  bool          // starts at the root
	start *Expr         // starts at the nodes of id() or key()
}

// patternStep is a step and what lies between it and the step, root or call to its left.
type patternStep struct {
	*step
	deep bool // any number of elements
}

// Patterns compiles a pattern, one Pattern for each alternative.
func (k Compiler) Patterns(s string) ([]*Pattern, error) {
	p, err := k.parser(s)
	if err != nil {
		return nil, err
	}
	var out []*Pattern
	for {
		one, err := p.pattern()
		if err != nil {
			return nil, err
		}
		out = append(out, one)
		if _, ok := p.accept("|"); !ok {
			break
		}
	}
	if p.peek().kind != endToken {
		return nil, p.wrong("this is one thing too many in a pattern")
	}
	return out, nil
}

// pattern parses production 2 of XSLT 1.0.
func (p *parser) pattern() (*Pattern, error) {
	out := &Pattern{}
	deep, err := p.patternStart(out)
	if err != nil {
		return nil, err
	}
	for p.startsStep() {
		s, err := p.patternStep(deep)
		if err != nil {
			return nil, err
		}
		out.steps = append(out.steps, s)
		operator, more := p.accept("//", "/")
		if !more {
			break
		}
		if deep = operator == "//"; !p.startsStep() {
			return nil, p.wrong("a step is missing in a pattern")
		}
	}
	if len(out.steps) == 0 && (deep || !out.root && out.start == nil) {
		return nil, p.wrong("a step is missing in a pattern")
	}
	slices.Reverse(out.steps)
	out.Priority = out.priority()
	return out, nil
}

// patternStart reads what may stand before the first step, and tells whether that may lie any number of elements below.
func (p *parser) patternStart(out *Pattern) (deep bool, err error) {
	if operator, ok := p.accept("//", "/"); ok {
		out.root = true
		return operator == "//", nil
	}
	next := p.peekAt(1)
	if p.peek().kind != nameToken || next.kind != operatorToken || next.text != "(" || isNodeType(p.peek().text) {
		return false, nil
	}
	if name := p.peek().text; name != "id" && name != "key" {
		return false, p.wrong("a pattern may start with id() and key() only")
	}
	if out.start, err = p.primary(); err != nil {
		return false, err
	}
	operator, _ := p.accept("//", "/")
	return operator == "//", nil
}

func (p *parser) patternStep(deep bool) (patternStep, error) {
	if p.is(".") || p.is("..") {
		return patternStep{}, p.wrong("a pattern has child and attribute steps only")
	}
	s, err := p.axisAndTest()
	if err != nil {
		return patternStep{}, err
	}
	if s.axis != childAxis && s.axis != attributeAxis {
		return patternStep{}, p.wrong("a pattern has child and attribute steps only")
	}
	for p.is("[") {
		pred, err := p.predicate()
		if err != nil {
			return patternStep{}, err
		}
		s.add(pred)
	}
	return patternStep{s, deep}, nil
}

func (p *Pattern) priority() float64 {
	if len(p.steps) != 1 || p.root || p.start != nil || len(p.steps[0].where)+len(p.steps[0].rest) > 0 {
		return 0.5
	}
	switch p.steps[0].test.kind {
	case named:
		return 0
	case anyLocal:
		return -0.25
	}
	return -0.5
}

// Target says which nodes the pattern can match: of one kind or (any) of several, and of one name in Names or -1.
func (p *Pattern) Target() (kind tree.Kind, name int, any bool) {
	if len(p.steps) == 0 {
		return tree.RootKind, -1, p.start != nil
	}
	s := p.steps[0]
	switch {
	case s.test.kind == named:
		return s.test.principal, s.test.name, false
	case s.test.kind == anyNode && s.axis == attributeAxis:
		return tree.Attribute, -1, false
	case s.test.kind == anyNode:
		return 0, -1, true
	}
	return s.test.principal, -1, false
}

// Match tells whether the pattern matches a node.
func (p *Pattern) Match(c *Context, n tree.Node) bool {
	c.Meter.Step(1)
	if len(p.steps) == 0 {
		return p.starts(c, n)
	}
	return p.match(c, n, 0)
}

// starts tells whether a path may begin at the node: what lies left of the first step.
func (p *Pattern) starts(c *Context, n tree.Node) bool {
	if p.start == nil {
		return !p.root || n == tree.Root
	}
	found := false
	p.start.WithNodes(c, func(list []tree.Node) { _, found = slices.BinarySearch(list, n) })
	return found
}

func (p *Pattern) match(c *Context, n tree.Node, i int) bool {
	s := p.steps[i]
	if !s.matches(c, n) {
		return false
	}
	for up := c.Doc.Parent(n); up != tree.None; up = c.Doc.Parent(up) {
		c.Meter.Step(1)
		if i+1 == len(p.steps) && p.starts(c, up) || i+1 < len(p.steps) && p.match(c, up, i+1) {
			return true
		}
		if !s.deep {
			return false
		}
	}
	return false
}

// matches tells whether the step, taken from the node's parent, leads to the node.
func (s patternStep) matches(c *Context, n tree.Node) bool {
	if (s.axis == attributeAxis) != (c.Doc.Kind(n) == tree.Attribute) || n == tree.Root || c.Doc.Kind(n) == tree.Namespace {
		return false
	}
	if !s.accept(c, n) {
		return false
	}
	if !s.positional() {
		return true
	}
	list := s.from(c, c.Doc.Parent(n), c.borrow())
	_, found := slices.BinarySearch(list, n)
	c.giveBack(list)
	return found
}
