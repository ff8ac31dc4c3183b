package xpath

import (
	"math"

	"cloudpocket/portal/egov/tree"
)

// Type is what an expression gives, as far as that is known before it is evaluated.
type Type uint8

// The types.
const (
	AnyType Type = iota // a variable's
	NodeSetType
	BooleanType
	NumberType
	StringType
)

// An Expr is a compiled expression: one closure for each type that may be asked of it, so that nothing is converted
// that need not be. It never changes and may be evaluated in many contexts at once.
type Expr struct {
	Type Type

	size     int  // parts, which is what one evaluation costs beside the nodes it looks at
	position bool // depends on position()
	last     bool // depends on last()
	single   bool // gives at most one node
	literal  Value

	str   func(*Context) string
	num   func(*Context) float64
	boole func(*Context) bool
	value func(*Context) Value
	nodes func(*Context, []tree.Node) []tree.Node // appends; nil for what can be no node-set
	first func(*Context) tree.Node
}

// String evaluates to a string.
func (e *Expr) String(c *Context) string { c.Meter.Step(e.size); return e.str(c) }

// Number evaluates to a number.
func (e *Expr) Number(c *Context) float64 { c.Meter.Step(e.size); return e.num(c) }

// Bool evaluates to a boolean.
func (e *Expr) Bool(c *Context) bool { c.Meter.Step(e.size); return e.boole(c) }

// Value evaluates to whatever it is.
func (e *Expr) Value(c *Context) Value { c.Meter.Step(e.size); return e.value(c) }

// WithNodes evaluates to a node-set, in document order, and lends it to f. What is none stops the evaluation.
func (e *Expr) WithNodes(c *Context, f func([]tree.Node)) {
	c.Meter.Step(e.size)
	list := e.nodes(c, c.borrow())
	release := c.Meter.hold(len(list))
	f(list)
	release()
	c.giveBack(list)
}

// FromString makes an expression of a function that gives a string.
func FromString(f func(*Context) string) *Expr {
	return &Expr{
		Type: StringType, size: 1, str: f,
		num:   func(c *Context) float64 { return c.number(f(c)) },
		boole: func(c *Context) bool { return f(c) != "" },
		value: func(c *Context) Value { return String(f(c)) },
		nodes: noNodes,
	}
}

// FromNumber makes an expression of a function that gives a number.
func FromNumber(f func(*Context) float64) *Expr {
	return &Expr{
		Type: NumberType, size: 1, num: f,
		str:   func(c *Context) string { return FormatNumber(f(c)) },
		boole: func(c *Context) bool { return Number(f(c)).Bool() },
		value: func(c *Context) Value { return Number(f(c)) },
		nodes: noNodes,
	}
}

// FromBool makes an expression of a function that gives a boolean.
func FromBool(f func(*Context) bool) *Expr {
	return &Expr{
		Type: BooleanType, size: 1, boole: f,
		str:   func(c *Context) string { return Bool(f(c)).String() },
		num:   func(c *Context) float64 { return boolNumber(f(c)) },
		value: func(c *Context) Value { return Bool(f(c)) },
		nodes: noNodes,
	}
}

// FromNodes makes an expression of a function that appends a node-set, in document order and each node once.
func FromNodes(f func(*Context, []tree.Node) []tree.Node) *Expr {
	return fromNodes(f, func(c *Context) tree.Node {
		list := f(c, c.borrow())
		n := tree.None
		if len(list) > 0 {
			n = list[0]
		}
		c.giveBack(list)
		return n
	})
}

// FromNode makes an expression of a function that gives one node or tree.None.
func FromNode(f func(*Context) tree.Node) *Expr {
	e := fromNodes(func(c *Context, list []tree.Node) []tree.Node {
		if n := f(c); n != tree.None {
			list = append(list, n)
		}
		return list
	}, f)
	e.single = true
	return e
}

func fromNodes(all func(*Context, []tree.Node) []tree.Node, first func(*Context) tree.Node) *Expr {
	str := func(c *Context) string { return c.text(first(c)) }
	return &Expr{
		Type: NodeSetType, size: 1, nodes: all, first: first, str: str,
		num:   func(c *Context) float64 { return c.number(str(c)) },
		boole: func(c *Context) bool { return first(c) != tree.None },
		value: func(c *Context) Value {
			list := all(c, nil)
			c.Meter.Bytes(8 * len(list))
			return Nodes{c.Doc, list}
		},
	}
}

// FromValue makes an expression of a function that gives a value of any type.
func FromValue(f func(*Context) Value) *Expr {
	all := func(c *Context, list []tree.Node) []tree.Node {
		if v, ok := f(c).(Nodes); ok {
			c.Meter.Step(len(v.List))
			return append(list, v.List...)
		}
		return noNodes(c, list)
	}
	return &Expr{
		Type: AnyType, size: 1, value: f, nodes: all,
		str:   func(c *Context) string { return f(c).String() },
		num:   func(c *Context) float64 { return c.numberOf(f(c)) },
		boole: func(c *Context) bool { return f(c).Bool() },
	}
}

func noNodes(*Context, []tree.Node) []tree.Node {
	panic(&Stop{Reason: "a node-set is needed where the expression gives something else"})
}

// text is a node's string-value; that of None is empty.
func (c *Context) text(n tree.Node) string {
	if n == tree.None {
		return ""
	}
	return c.Doc.StringValue(n)
}

// number reads a string as a number, charging for its length.
func (c *Context) number(s string) float64 {
	c.Meter.Scan(s)
	return ToNumber(s)
}

// numberOf is v.Number(), charged for where a text has to be read for it.
func (c *Context) numberOf(v Value) float64 {
	switch v := v.(type) {
	case Number:
		return float64(v)
	case Bool:
		return boolNumber(bool(v))
	}
	return c.number(v.String())
}

func literalString(s string) *Expr {
	e := FromString(func(*Context) string { return s })
	e.literal = String(s)
	n := ToNumber(s)
	e.num = func(*Context) float64 { return n }
	return e
}

func literalNumber(f float64) *Expr {
	e := FromNumber(func(*Context) float64 { return f })
	e.literal = Number(f)
	s := FormatNumber(f)
	e.str = func(*Context) string { return s }
	return e
}

// wholePosition tells whether the expression is a literal that selects by position, and which.
func (e *Expr) wholePosition() (int, bool) {
	n, ok := e.literal.(Number)
	if !ok || float64(n) != math.Trunc(float64(n)) || n < 1 || n > math.MaxInt32 {
		return 0, false
	}
	return int(n), true
}

// of takes over what the parts of an expression depend on.
func (e *Expr) of(parts ...*Expr) *Expr {
	for _, p := range parts {
		e.size += p.size
		e.position = e.position || p.position
		e.last = e.last || p.last
	}
	return e
}
