package xpath

import (
	"math"

	"cloudpocket/portal/egov/tree"
)

// function is one of the core library (XPath 1.0, section 4).
type function struct {
	least, most int // arguments
	sets        int // so many of them must be node-sets
	make        func(args []*Expr) *Expr
}

const many = math.MaxInt

var coreFunctions = map[string]function{
	"last":          {0, 0, 0, last},
	"position":      {0, 0, 0, position},
	"count":         {1, 1, 1, count},
	"id":            {1, 1, 0, id},
	"local-name":    {0, 1, 1, nameOf(func(n tree.Name) string { return n.Local })},
	"namespace-uri": {0, 1, 1, nameOf(func(n tree.Name) string { return n.Space })},
	"name":          {0, 1, 1, nameOf(tree.Name.String)},

	"string":           {0, 1, 0, toString},
	"concat":           {2, many, 0, concat},
	"starts-with":      {2, 2, 0, startsWith},
	"contains":         {2, 2, 0, contains},
	"substring-before": {2, 2, 0, substringBefore},
	"substring-after":  {2, 2, 0, substringAfter},
	"substring":        {2, 3, 0, substring},
	"string-length":    {0, 1, 0, stringLength},
	"normalize-space":  {0, 1, 0, normalizeSpace},
	"translate":        {3, 3, 0, translate},

	"boolean": {1, 1, 0, func(a []*Expr) *Expr { return FromBool(a[0].boole) }},
	"not":     {1, 1, 0, func(a []*Expr) *Expr { return FromBool(func(c *Context) bool { return !a[0].boole(c) }) }},
	"true":    {0, 0, 0, func([]*Expr) *Expr { return FromBool(func(*Context) bool { return true }) }},
	"false":   {0, 0, 0, func([]*Expr) *Expr { return FromBool(func(*Context) bool { return false }) }},
	"lang":    {1, 1, 0, lang},

	"number":  {0, 1, 0, toNumber},
	"sum":     {1, 1, 1, sum},
	"floor":   {1, 1, 0, rounding(math.Floor)},
	"ceiling": {1, 1, 0, rounding(math.Ceil)},
	"round":   {1, 1, 0, rounding(Round)},
}

// IsCoreFunction tells whether XPath itself has a function of this name.
func IsCoreFunction(local string) bool {
	_, ok := coreFunctions[local]
	return ok
}

func (f function) call(p *parser, name string, args []*Expr) (*Expr, error) {
	if len(args) < f.least || len(args) > f.most {
		return nil, p.wrong("%s() does not take %d arguments", name, len(args))
	}
	for i, a := range args {
		if i < f.sets && a.neverSet() {
			return nil, p.wrong("%s() takes a node-set", name)
		}
	}
	return f.make(args).of(args...), nil
}

// orContext is the argument, or the context node where it is left out.
func orContext(args []*Expr) *Expr {
	if len(args) > 0 {
		return args[0]
	}
	return FromNode(func(c *Context) tree.Node { return c.Node })
}

func last([]*Expr) *Expr {
	e := FromNumber(func(c *Context) float64 { return float64(c.Size) })
	e.last = true
	return e
}

func position([]*Expr) *Expr {
	e := FromNumber(func(c *Context) float64 { return float64(c.Pos) })
	e.position = true
	return e
}

func count(args []*Expr) *Expr {
	return FromNumber(func(c *Context) float64 {
		list := args[0].nodes(c, c.borrow())
		n := len(list)
		c.giveBack(list)
		return float64(n)
	})
}

// id finds nothing: without a DTD no attribute is an ID.
func id([]*Expr) *Expr {
	return FromNodes(func(_ *Context, dst []tree.Node) []tree.Node { return dst })
}

func nameOf(part func(tree.Name) string) func([]*Expr) *Expr {
	return func(args []*Expr) *Expr {
		set := orContext(args)
		return FromString(func(c *Context) string {
			n := set.firstNode(c)
			if n == tree.None {
				return ""
			}
			return part(c.Doc.Name(n))
		})
	}
}

// firstNode is the first node of what is or may be a node-set.
func (e *Expr) firstNode(c *Context) tree.Node {
	if e.first != nil {
		return e.first(c)
	}
	list := e.nodes(c, c.borrow())
	n := tree.None
	if len(list) > 0 {
		n = list[0]
	}
	c.giveBack(list)
	return n
}

func toNumber(args []*Expr) *Expr { return FromNumber(orContext(args).num) }

func sum(args []*Expr) *Expr {
	return FromNumber(func(c *Context) float64 {
		list := args[0].nodes(c, c.borrow())
		total := 0.0
		for _, n := range list {
			total += c.number(c.Doc.StringValue(n))
		}
		c.giveBack(list)
		return total
	})
}

func rounding(f func(float64) float64) func([]*Expr) *Expr {
	return func(args []*Expr) *Expr {
		return FromNumber(func(c *Context) float64 { return f(args[0].num(c)) })
	}
}
