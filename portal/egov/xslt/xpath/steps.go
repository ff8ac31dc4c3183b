package xpath

import (
	"strings"

	"cloudpocket/portal/egov/tree"
)

type axis uint8

const (
	childAxis axis = iota
	descendantAxis
	descendantOrSelfAxis
	selfAxis
	parentAxis
	ancestorAxis
	ancestorOrSelfAxis
	followingSiblingAxis
	precedingSiblingAxis
	followingAxis
	precedingAxis
	attributeAxis
	namespaceAxis
)

var axisNames = map[string]axis{
	"child": childAxis, "descendant": descendantAxis, "descendant-or-self": descendantOrSelfAxis, "self": selfAxis,
	"parent": parentAxis, "ancestor": ancestorAxis, "ancestor-or-self": ancestorOrSelfAxis,
	"following-sibling": followingSiblingAxis, "preceding-sibling": precedingSiblingAxis,
	"following": followingAxis, "preceding": precedingAxis, "attribute": attributeAxis, "namespace": namespaceAxis,
}

// reverse tells the axes that count positions against document order.
func (a axis) reverse() bool {
	return a == ancestorAxis || a == ancestorOrSelfAxis || a == precedingSiblingAxis || a == precedingAxis
}

func (a axis) principal() tree.Kind {
	switch a {
	case attributeAxis:
		return tree.Attribute
	case namespaceAxis:
		return tree.Namespace
	}
	return tree.Element
}

func isNodeType(name string) bool {
	return name == "node" || name == "text" || name == "comment" || name == "processing-instruction"
}

// locationPath parses productions 1 to 3: an absolute or relative path.
func (p *parser) locationPath() (*Expr, error) {
	var err error
	var steps []*step
	absolute := p.is("/") || p.is("//")
	if absolute && p.is("/") {
		p.next++
		if !p.startsStep() {
			return rootPath(nil), nil
		}
	}
	if !p.is("//") {
		if steps, err = p.step(steps); err != nil {
			return nil, err
		}
	}
	if steps, err = p.moreSteps(steps); err != nil {
		return nil, err
	}
	if absolute {
		return rootPath(steps), nil
	}
	return contextPath(steps), nil
}

func (p *parser) startsStep() bool {
	t := p.peek()
	return t.kind == nameToken || p.is(".") || p.is("..") || p.is("@")
}

func (p *parser) moreSteps(steps []*step) ([]*step, error) {
	var err error
	for err == nil {
		operator, ok := p.accept("//", "/")
		if !ok {
			return steps, nil
		}
		if operator == "//" {
			steps = append(steps, anyDepth())
		}
		steps, err = p.step(steps)
	}
	return nil, err
}

func anyDepth() *step { return &step{axis: descendantOrSelfAxis, test: test{kind: anyNode}} }

// step parses production 4 and puts it behind the steps there are, as one with a // in front of it if that is the same.
func (p *parser) step(steps []*step) ([]*step, error) {
	s, err := p.axisAndTest()
	if err != nil {
		return nil, err
	}
	for p.is("[") {
		pred, err := p.predicate()
		if err != nil {
			return nil, err
		}
		s.add(pred)
	}
	if n := len(steps); n > 0 && s.axis == childAxis && !s.positional() && steps[n-1].isAnyDepth() {
		s.axis = descendantAxis
		steps = steps[:n-1]
	}
	return append(steps, s), nil
}

func (p *parser) axisAndTest() (*step, error) {
	if _, ok := p.accept("."); ok {
		return &step{axis: selfAxis, test: test{kind: anyNode}}, nil
	}
	if _, ok := p.accept(".."); ok {
		return &step{axis: parentAxis, test: test{kind: anyNode}}, nil
	}
	a := childAxis
	if _, ok := p.accept("@"); ok {
		a = attributeAxis
	} else if next := p.peekAt(1); p.peek().kind == nameToken && next.kind == operatorToken && next.text == "::" {
		if a, ok = axisNames[p.peek().text]; !ok {
			return nil, p.wrong("there is no axis %s", p.peek().text)
		}
		p.next += 2
	}
	t, err := p.nodeTest(a)
	return &step{axis: a, test: t}, err
}

// nodeTest parses production 7.
func (p *parser) nodeTest(a axis) (test, error) {
	t := p.peek()
	if t.kind != nameToken {
		return test{}, p.wrong("a name or a node test is missing")
	}
	p.next++
	if isNodeType(t.text) && p.is("(") {
		return p.nodeType(t.text)
	}
	if t.text == "*" {
		return test{kind: anyName, principal: a.principal()}, nil
	}
	space, local, err := p.expand(t.text)
	if err != nil {
		return test{}, err
	}
	if strings.HasSuffix(t.text, ":*") {
		return test{kind: anyLocal, principal: a.principal(), space: space}, nil
	}
	return test{kind: named, principal: a.principal(), space: space, local: local, name: p.Names.ID(space, local)}, nil
}

func (p *parser) nodeType(name string) (test, error) {
	p.next++
	t := test{kind: anyNode}
	switch name {
	case "text":
		t = test{kind: kindOnly, principal: tree.Text}
	case "comment":
		t = test{kind: kindOnly, principal: tree.Comment}
	case "processing-instruction":
		t = test{kind: kindOnly, principal: tree.PI}
		if target := p.peek(); target.kind == literalToken {
			p.next++
			t = test{kind: named, principal: tree.PI, local: target.text, name: p.Names.ID("", target.text)}
		}
	}
	return t, p.expect(")")
}

func (p *parser) predicate() (*Expr, error) {
	if err := p.expect("["); err != nil {
		return nil, err
	}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	return e, p.expect("]")
}
