package xslt

import (
	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// binding is what a variable or parameter is bound to (section 11.2): an expression or content.
type binding struct {
	expr *xpath.Expr
	body sequence
}

// binding compiles the select attribute or the content of an element that binds.
func (k *compiler) binding(n tree.Node) (binding, error) {
	if _, ok := k.doc.Attr(n, "", "select"); ok {
		e, err := k.needed(n, "select")
		return binding{expr: e}, err
	}
	body, err := k.body(n)
	return binding{body: body}, err
}

func (b binding) eval(r *run) xpath.Value {
	switch {
	case b.expr != nil:
		return b.expr.Value(r.c)
	case len(b.body) == 0:
		return xpath.String("")
	}
	return r.fragment(b.body)
}

// bindTo is xsl:variable in a template.
type bindTo struct {
	slot  int
	value binding
}

func (k *compiler) variable(n tree.Node) (instruction, error) {
	name, err := k.expand(n, k.attr(n, "name"))
	if err != nil {
		return nil, err
	}
	value, err := k.binding(n)
	if err != nil {
		return nil, err
	}
	return bindTo{k.bind(name), value}, nil
}

func (i bindTo) run(r *run) { r.c.Vars[i.slot] = i.value.eval(r) }

// paramIn is xsl:param in a template: what was passed, or its default.
type paramIn struct {
	name qname
	bindTo
}

func (k *compiler) param(n tree.Node) (instruction, error) {
	if !k.isXSL(k.doc.Parent(n), "template") {
		return nil, k.wrong(n, "xsl:param cannot stand here")
	}
	name, err := k.expand(n, k.attr(n, "name"))
	if err != nil {
		return nil, err
	}
	value, err := k.binding(n)
	if err != nil {
		return nil, err
	}
	return paramIn{name, bindTo{k.bind(name), value}}, nil
}

func (i paramIn) run(r *run) {
	r.c.Meter.Step(len(r.params))
	for _, p := range r.params {
		if p.name == i.name {
			r.c.Vars[i.slot] = p.value
			return
		}
	}
	i.bindTo.run(r)
}

// globalState is how far a global variable has come.
type globalState struct {
	value xpath.Value
	busy  bool
}

// global is the value of a top-level variable, made when first asked for, with the root as the current node.
func (r *run) global(i int) xpath.Value {
	s := &r.globals[i]
	if s.value != nil {
		return s.value
	}
	g := r.sheet.globals[i]
	if s.busy {
		stop(Wrong, "the variable $%s depends on itself", g.name.local)
	}
	s.busy = true
	r.deeper(func() { s.value = r.aside(g) })
	s.busy = false
	return s.value
}

// aside evaluates a global variable while something else is being evaluated.
func (r *run) aside(g *global) xpath.Value {
	c, params := *r.c, r.params
	r.c.Node, r.c.Current, r.c.Pos, r.c.Size = tree.Root, tree.Root, 1, 1
	r.c.Vars = make([]xpath.Value, g.slots)
	r.params = nil
	v := g.value.eval(r)
	r.c.Node, r.c.Current, r.c.Pos, r.c.Size, r.c.Vars = c.Node, c.Current, c.Pos, c.Size, c.Vars
	r.params = params
	return v
}
