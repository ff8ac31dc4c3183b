package xpath

import (
	"fmt"
	"strconv"
	"strings"
)

// A Scope is what an expression's surroundings mean by its names.
type Scope interface {
	// Namespace is what a prefix stands for.
	Namespace(prefix string) (uri string, ok bool)
	// Variable makes the expression that reads a variable.
	Variable(space, local string) (*Expr, error)
	// Function makes the call of a function that is not XPath's own; nil and no error if there is none.
	Function(space, local string, args []*Expr) (*Expr, error)
}

// A SyntaxError is an expression that cannot be compiled.
type SyntaxError struct {
	Expr   string
	At     int // byte offset
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s, at character %d of %q", e.Reason, e.At+1, e.Expr)
}

func wrong(expr string, at int, format string, args ...any) error {
	if len(expr) > 200 {
		expr = strings.ToValidUTF8(expr[:200], "") + "…"
	}
	return &SyntaxError{Expr: expr, At: at, Reason: fmt.Sprintf(format, args...)}
}

// A Compiler compiles expressions and patterns that share a table of names.
type Compiler struct {
	Names *Names
	Scope Scope
}

// Expr compiles an expression.
func (k Compiler) Expr(s string) (*Expr, error) {
	p, err := k.parser(s)
	if err != nil {
		return nil, err
	}
	e, err := p.or()
	if err == nil && p.peek().kind != endToken {
		err = p.wrong("this is one thing too many")
	}
	return e, err
}

func (k Compiler) parser(s string) (*parser, error) {
	tokens, err := lex(s)
	return &parser{Compiler: k, src: s, tokens: tokens}, err
}

// parser is a recursive descent through the grammar of XPath 1.0, one method for each level of precedence.
type parser struct {
	Compiler
	src    string
	tokens []token
	next   int
	depth  int
}

const deepest = 100 // parentheses, predicates and arguments inside one another

func (p *parser) peek() token { return p.tokens[p.next] }

func (p *parser) peekAt(ahead int) token {
	return p.tokens[min(p.next+ahead, len(p.tokens)-1)]
}

func (p *parser) is(operator string) bool {
	t := p.peek()
	return t.kind == operatorToken && t.text == operator
}

func (p *parser) accept(operators ...string) (string, bool) {
	for _, o := range operators {
		if p.is(o) {
			p.next++
			return o, true
		}
	}
	return "", false
}

func (p *parser) expect(operator string) error {
	if _, ok := p.accept(operator); !ok {
		return p.wrong("a %s is missing", operator)
	}
	return nil
}

func (p *parser) wrong(format string, args ...any) error {
	return wrong(p.src, p.peek().at, format, args...)
}

// binary parses operands of one level of precedence, from left to right.
func (p *parser) binary(operand func() (*Expr, error), combine func(operator string, l, r *Expr) *Expr, operators ...string) (*Expr, error) {
	left, err := operand()
	for err == nil {
		operator, ok := p.accept(operators...)
		if !ok {
			return left, nil
		}
		var right *Expr
		if right, err = operand(); err == nil {
			left = combine(operator, left, right)
		}
	}
	return nil, err
}

func (p *parser) or() (*Expr, error) {
	if p.depth++; p.depth > deepest {
		return nil, p.wrong("more than %d levels of parentheses", deepest)
	}
	defer func() { p.depth-- }()
	return p.binary(p.and, func(_ string, l, r *Expr) *Expr {
		return FromBool(func(c *Context) bool { return l.boole(c) || r.boole(c) }).of(l, r)
	}, "or")
}

func (p *parser) and() (*Expr, error) {
	return p.binary(p.equality, func(_ string, l, r *Expr) *Expr {
		return FromBool(func(c *Context) bool { return l.boole(c) && r.boole(c) }).of(l, r)
	}, "and")
}

func (p *parser) equality() (*Expr, error) { return p.binary(p.relational, equality, "=", "!=") }

func (p *parser) relational() (*Expr, error) {
	return p.binary(p.additive, relational, "<=", ">=", "<", ">")
}

func (p *parser) additive() (*Expr, error) { return p.binary(p.multiplicative, arithmetic, "+", "-") }

func (p *parser) multiplicative() (*Expr, error) {
	return p.binary(p.unary, arithmetic, "*", "div", "mod")
}

func (p *parser) unary() (*Expr, error) {
	signs := 0
	for {
		if _, ok := p.accept("-"); !ok {
			break
		}
		signs++
	}
	e, err := p.union()
	if err != nil || signs == 0 {
		return e, err
	}
	if signs%2 == 0 {
		return FromNumber(e.num).of(e), nil
	}
	return FromNumber(func(c *Context) float64 { return -e.num(c) }).of(e), nil
}

func (p *parser) union() (*Expr, error) {
	first, err := p.path()
	if err != nil || !p.is("|") {
		return first, err
	}
	parts := []*Expr{first}
	for {
		if _, ok := p.accept("|"); !ok {
			break
		}
		e, err := p.path()
		if err != nil {
			return nil, err
		}
		parts = append(parts, e)
	}
	for _, e := range parts {
		if e.Type != NodeSetType && e.Type != AnyType {
			return nil, p.wrong("| joins node-sets only")
		}
	}
	return union(parts), nil
}

// path is a location path, a primary expression, or a primary expression with predicates and steps behind it.
func (p *parser) path() (*Expr, error) {
	if p.startsPath() {
		return p.locationPath()
	}
	e, err := p.primary()
	if err != nil {
		return nil, err
	}
	if e, err = p.filters(e); err != nil {
		return nil, err
	}
	if !p.is("/") && !p.is("//") {
		return e, nil
	}
	if e.Type != NodeSetType && e.Type != AnyType {
		return nil, p.wrong("only a node-set has steps behind it")
	}
	steps, err := p.moreSteps(nil)
	return pathFrom(e, steps), err
}

func (p *parser) startsPath() bool {
	switch t := p.peek(); t.kind {
	case nameToken:
		return p.peekAt(1).text != "(" || p.peekAt(1).kind != operatorToken || isNodeType(t.text)
	case operatorToken:
		return t.text != "("
	case endToken:
		return true
	}
	return false
}

func (p *parser) filters(e *Expr) (*Expr, error) {
	for p.is("[") {
		if e.Type != NodeSetType && e.Type != AnyType {
			return nil, p.wrong("only a node-set has predicates")
		}
		pred, err := p.predicate()
		if err != nil {
			return nil, err
		}
		e = filtered(e, pred)
	}
	return e, nil
}

func (p *parser) primary() (*Expr, error) {
	t := p.peek()
	p.next++
	switch t.kind {
	case literalToken:
		return literalString(t.text), nil
	case numberToken:
		f, err := strconv.ParseFloat(t.text, 64)
		if err != nil && f == 0 {
			return nil, p.wrong("%s is no number", t.text)
		}
		return literalNumber(f), nil
	case variableToken:
		space, local, err := p.expand(t.text)
		if err != nil {
			return nil, err
		}
		return p.Scope.Variable(space, local)
	case nameToken:
		return p.call(t.text)
	}
	e, err := p.or() // the token is the one ( that startsPath left
	if err != nil {
		return nil, err
	}
	inner := *e
	inner.literal = nil
	return &inner, p.expect(")")
}

func (p *parser) call(qname string) (*Expr, error) {
	space, local, err := p.expand(qname)
	if err != nil {
		return nil, err
	}
	args, err := p.arguments()
	if err != nil {
		return nil, err
	}
	if space == "" {
		if f, ok := coreFunctions[local]; ok {
			return f.call(p, local, args)
		}
	}
	e, err := p.Scope.Function(space, local, args)
	switch {
	case err != nil:
		return nil, err
	case e == nil:
		return nil, p.wrong("there is no function %s()", qname)
	}
	return e.of(args...), nil
}

func (p *parser) arguments() ([]*Expr, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	if _, ok := p.accept(")"); ok {
		return nil, nil
	}
	var args []*Expr
	for {
		e, err := p.or()
		if err != nil {
			return nil, err
		}
		args = append(args, e)
		if _, ok := p.accept(","); !ok {
			return args, p.expect(")")
		}
	}
}

// expand takes a QName of an expression apart; the default namespace is not used (XSLT 1.0, section 2.4).
func (p *parser) expand(qname string) (space, local string, err error) {
	for i := range len(qname) {
		if qname[i] != ':' {
			continue
		}
		space, ok := p.Scope.Namespace(qname[:i])
		if !ok {
			return "", "", p.wrong("the prefix %s is not declared", qname[:i])
		}
		return space, qname[i+1:], nil
	}
	return "", qname, nil
}
