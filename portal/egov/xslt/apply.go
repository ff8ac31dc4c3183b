package xslt

import (
	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// applyTo is xsl:apply-templates (section 5.4).
type applyTo struct {
	nodes  *xpath.Expr // nil for all children
	mode   *mode
	sort   []sortKey
	params []withParam
}

// withParam is xsl:with-param (section 11.6).
type withParam struct {
	name  qname
	value binding
}

// passed is a parameter on its way.
type passed struct {
	name  qname
	value xpath.Value
}

func (k *compiler) applyTemplates(n tree.Node) (instruction, error) {
	var err error
	out := &applyTo{}
	if _, ok := k.doc.Attr(n, "", "select"); ok {
		if out.nodes, err = k.needed(n, "select"); err != nil {
			return nil, err
		}
	}
	if out.mode, err = k.mode(n); err != nil {
		return nil, err
	}
	if out.sort, err = k.sorts(n); err != nil {
		return nil, err
	}
	out.params, err = k.withParams(n)
	return out, err
}

func (k *compiler) withParams(n tree.Node) ([]withParam, error) {
	var out []withParam
	for c := k.doc.FirstChild(n); c != tree.None; c = k.doc.Next(c) {
		if !k.isXSL(c, "with-param") {
			continue
		}
		name, err := k.expand(c, k.attr(c, "name"))
		if err != nil {
			return nil, err
		}
		value, err := k.binding(c)
		if err != nil {
			return nil, err
		}
		out = append(out, withParam{name, value})
	}
	return out, nil
}

func (r *run) pass(params []withParam) []passed {
	if len(params) == 0 {
		return nil
	}
	r.c.Meter.Bytes(48 * len(params))
	out := make([]passed, len(params))
	for i, p := range params {
		out[i] = passed{p.name, p.value.eval(r)}
	}
	return out
}

func (i *applyTo) run(r *run) {
	d := r.dispatchFor(i.mode)
	params := r.pass(i.params)
	if i.nodes == nil && len(i.sort) == 0 {
		r.applyChildren(d, r.c.Node, params)
		return
	}
	nodes := i.nodes
	if nodes == nil {
		nodes = r.sheet.children()
	}
	nodes.WithNodes(r.c, func(list []tree.Node) {
		r.sortBy(i.sort, list)
		r.each(list, func(n tree.Node) { r.apply(d, n, params) })
	})
}

// children is node(), for xsl:apply-templates that sorts all children.
func (s *Stylesheet) children() *xpath.Expr {
	return xpath.FromNodes(func(c *xpath.Context, dst []tree.Node) []tree.Node {
		for n := c.Doc.FirstChild(c.Node); n != tree.None; n = c.Doc.Next(n) {
			dst = append(dst, n)
		}
		c.Meter.Step(len(dst))
		return dst
	})
}

func (r *run) applyChildren(d *dispatch, parent tree.Node, params []passed) {
	c := r.c
	node, pos, size, current := c.Node, c.Pos, c.Size, c.Current
	c.Pos, c.Size = 0, 0
	for n := c.Doc.FirstChild(parent); n != tree.None; n = c.Doc.Next(n) {
		c.Size++
	}
	c.Meter.Step(1 + c.Size)
	for n := c.Doc.FirstChild(parent); n != tree.None; n = c.Doc.Next(n) {
		c.Pos++
		c.Node, c.Current = n, n
		at, of := c.Pos, c.Size
		r.apply(d, n, params)
		c.Pos, c.Size = at, of
	}
	c.Node, c.Pos, c.Size, c.Current = node, pos, size, current
}

// apply runs the template for the current node, or what is built in (section 5.8).
func (r *run) apply(d *dispatch, n tree.Node, params []passed) {
	r.c.Meter.Step(1)
	if t := d.find(r.c, n); t != nil {
		r.instantiate(t, params)
		return
	}
	switch r.c.Doc.Kind(n) {
	case tree.RootKind, tree.Element:
		r.deeper(func() { r.applyChildren(d, n, params) })
	case tree.Text, tree.Attribute:
		r.out.text(r.c.Doc.StringValue(n), false)
	}
}

// callNamed is xsl:call-template (section 6).
type callNamed struct {
	template *template
	params   []withParam
}

func (k *compiler) callTemplate(n tree.Node) (instruction, error) {
	name, err := k.expand(n, k.attr(n, "name"))
	if err != nil {
		return nil, err
	}
	t := k.sheet.named[name]
	if t == nil {
		return nil, k.wrong(n, "there is no template named %s", name.local)
	}
	params, err := k.withParams(n)
	return callNamed{t, params}, err
}

func (i callNamed) run(r *run) { r.instantiate(i.template, r.pass(i.params)) }

// instantiate runs a template with variables of its own.
func (r *run) instantiate(t *template, params []passed) {
	vars, outer := r.c.Vars, r.params
	r.c.Vars, r.params = nil, params
	if t.slots > 0 {
		r.c.Meter.Bytes(16 * t.slots)
		r.c.Vars = make([]xpath.Value, t.slots)
	}
	r.deeper(func() { t.body.run(r) })
	r.c.Vars, r.params = vars, outer
}

// deeper runs something one level further down, if there is room.
func (r *run) deeper(f func()) {
	if r.depth++; r.depth > r.budget.Depth {
		panic(&xpath.Stop{Over: "depth", Reason: "its templates call one another deeper than they may"})
	}
	f()
	r.depth--
}
