package xpath

import (
	"math"

	"cloudpocket/portal/egov/tree"
)

// equality compiles = and != (XPath 1.0, section 3.4).
func equality(operator string, l, r *Expr) *Expr {
	same := operator == "="
	f := func(c *Context) bool { return equal(c, l.value(c), r.value(c), same) }
	switch {
	case l.Type == NodeSetType && r.Type == StringType:
		f = textIs(l, r, same)
	case l.Type == StringType && r.Type == NodeSetType:
		f = textIs(r, l, same)
	case l.Type == NodeSetType || r.Type == NodeSetType || l.Type == AnyType || r.Type == AnyType:
	case l.Type == BooleanType || r.Type == BooleanType:
		f = func(c *Context) bool { return (l.boole(c) == r.boole(c)) == same }
	case l.Type == NumberType || r.Type == NumberType:
		f = func(c *Context) bool { return (l.num(c) == r.num(c)) == same }
	default:
		f = func(c *Context) bool { return c.same(l.str(c), r.str(c)) == same }
	}
	return FromBool(f).of(l, r)
}

// same compares two strings, which are read only where they are of one length.
func (c *Context) same(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	c.Meter.Scan(a)
	return a == b
}

// textIs compares each node's string-value with a string, without making a value of the set.
func textIs(set, str *Expr, same bool) func(*Context) bool {
	return func(c *Context) bool {
		list := set.nodes(c, c.borrow())
		s := str.str(c)
		found := anyText(c, list, s, same)
		c.giveBack(list)
		return found
	}
}

func anyText(c *Context, list []tree.Node, s string, same bool) bool {
	for _, n := range list {
		if c.same(c.Doc.StringValue(n), s) == same {
			return true
		}
	}
	return false
}

// equal compares two values of any type.
func equal(c *Context, l, r Value, same bool) bool {
	if isSet(r) && !isSet(l) {
		l, r = r, l
	}
	switch {
	case isSet(l) && isSet(r):
		return setsEqual(c, texts(l), texts(r), same)
	case isSet(l):
		return setEquals(c, l, r, same)
	}
	if _, ok := l.(Number); ok {
		if _, boolean := r.(Bool); !boolean {
			return (l.Number() == c.numberOf(r)) == same
		}
	}
	switch r.(type) {
	case Bool:
		return (l.Bool() == r.Bool()) == same
	case Number:
		if _, boolean := l.(Bool); !boolean {
			return (c.numberOf(l) == r.Number()) == same
		}
	}
	if _, ok := l.(Bool); ok {
		return (l.Bool() == r.Bool()) == same
	}
	return c.same(l.String(), r.String()) == same
}

// setEquals compares a node-set or fragment with a value that is neither.
func setEquals(c *Context, set, v Value, same bool) bool {
	switch v := v.(type) {
	case Bool:
		return (set.Bool() == bool(v)) == same
	case Number:
		for _, s := range texts(set) {
			if (c.number(s) == float64(v)) == same {
				return true
			}
		}
		return false
	}
	for _, s := range texts(set) {
		c.Meter.Scan(s)
		if (s == v.String()) == same {
			return true
		}
	}
	return false
}

// setsEqual tells whether a text of one set equals (or differs from) a text of the other.
func setsEqual(c *Context, l, r []string, same bool) bool {
	seen := make(map[string]bool, len(l))
	for _, s := range l {
		c.Meter.Scan(s)
		seen[s] = true
	}
	for _, s := range r {
		c.Meter.Scan(s)
		if same && seen[s] {
			return true
		}
		if !same && (len(seen) > 1 || len(seen) == 1 && !seen[s]) {
			return true
		}
	}
	return false
}

func isSet(v Value) bool {
	switch v.(type) {
	case Nodes, Fragment:
		return true
	}
	return false
}

// texts are the string-values of the nodes of a set; a fragment has one.
func texts(v Value) []string {
	set, ok := v.(Nodes)
	if !ok {
		return []string{v.String()}
	}
	out := make([]string, len(set.List))
	for i, n := range set.List {
		out[i] = set.Doc.StringValue(n)
	}
	return out
}

// relational compiles <, <=, > and >=.
func relational(operator string, l, r *Expr) *Expr {
	if operator[0] == '>' {
		l, r = r, l
	}
	less := func(a, b float64) bool { return a < b }
	if len(operator) == 2 {
		less = func(a, b float64) bool { return a <= b }
	}
	f := func(c *Context) bool { return before(c, l.value(c), r.value(c), less) }
	if l.neverSet() && r.neverSet() {
		f = func(c *Context) bool { return less(l.num(c), r.num(c)) }
	}
	return FromBool(f).of(l, r)
}

func (e *Expr) neverSet() bool { return e.Type != NodeSetType && e.Type != AnyType }

// before compares values of which one may be a set: some node of it must compare. With a boolean, the set is one too.
func before(c *Context, l, r Value, less func(a, b float64) bool) bool {
	lo, _ := extremes(c, l, r)
	_, hi := extremes(c, r, l)
	return less(lo, hi)
}

// extremes are the smallest and the greatest number of a value; NaN, which compares with nothing, if it has none.
func extremes(c *Context, v, other Value) (lo, hi float64) {
	_, boolean := other.(Bool)
	if !isSet(v) {
		n := c.numberOf(v)
		return n, n
	}
	if boolean {
		return boolNumber(v.Bool()), boolNumber(v.Bool())
	}
	lo, hi = math.NaN(), math.NaN()
	for _, s := range texts(v) {
		f := c.number(s)
		if f < lo || lo != lo {
			lo = f
		}
		if f > hi || hi != hi {
			hi = f
		}
	}
	return lo, hi
}

// arithmetic compiles + - * div mod (XPath 1.0, section 3.5).
func arithmetic(operator string, l, r *Expr) *Expr {
	var f func(a, b float64) float64
	switch operator {
	case "+":
		f = func(a, b float64) float64 { return a + b }
	case "-":
		f = func(a, b float64) float64 { return a - b }
	case "*":
		f = func(a, b float64) float64 { return a * b }
	case "div":
		f = func(a, b float64) float64 { return a / b }
	default:
		f = math.Mod
	}
	return FromNumber(func(c *Context) float64 { return f(l.num(c), r.num(c)) }).of(l, r)
}
