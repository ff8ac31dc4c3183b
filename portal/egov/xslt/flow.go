package xslt

import (
	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// forEachIn is xsl:for-each (section 8).
type forEachIn struct {
	each *xpath.Expr
	sort []sortKey
	body sequence
}

func (k *compiler) forEach(n tree.Node) (instruction, error) {
	each, err := k.needed(n, "select")
	if err != nil {
		return nil, err
	}
	sort, err := k.sorts(n)
	if err != nil {
		return nil, err
	}
	body, err := k.body(n)
	return &forEachIn{each, sort, body}, err
}

func (i *forEachIn) run(r *run) {
	i.each.WithNodes(r.c, func(list []tree.Node) {
		r.sortBy(i.sort, list)
		r.each(list, func(tree.Node) { i.body.run(r) })
	})
}

// each makes the nodes of a list the current node one after the other.
func (r *run) each(list []tree.Node, f func(tree.Node)) {
	c := r.c
	node, pos, size, current := c.Node, c.Pos, c.Size, c.Current
	c.Size = len(list)
	for i, n := range list {
		c.Node, c.Pos, c.Current = n, i+1, n
		f(n)
	}
	c.Node, c.Pos, c.Size, c.Current = node, pos, size, current
}

// ifTrue is xsl:if (section 9.1).
type ifTrue struct {
	test *xpath.Expr
	body sequence
}

func (k *compiler) ifElement(n tree.Node) (instruction, error) {
	return k.when(n)
}

func (k *compiler) when(n tree.Node) (ifTrue, error) {
	test, err := k.needed(n, "test")
	if err != nil {
		return ifTrue{}, err
	}
	body, err := k.body(n)
	return ifTrue{test, body}, err
}

func (i ifTrue) run(r *run) {
	if i.test.Bool(r.c) {
		i.body.run(r)
	}
}

// chooseOne is xsl:choose (section 9.2).
type chooseOne struct {
	whens     []ifTrue
	otherwise sequence
}

func (k *compiler) choose(n tree.Node) (instruction, error) {
	var out chooseOne
	closed := false
	for c := k.doc.FirstChild(n); c != tree.None; c = k.doc.Next(c) {
		switch {
		case k.isXSL(c, "when") && !closed:
			w, err := k.when(c)
			if err != nil {
				return nil, err
			}
			out.whens = append(out.whens, w)
		case k.isXSL(c, "otherwise") && !closed:
			var err error
			if out.otherwise, err = k.body(c); err != nil {
				return nil, err
			}
			closed = true
		case k.doc.Kind(c) == tree.Element:
			return nil, k.wrong(c, "%s cannot stand here in xsl:choose", k.doc.Name(c))
		}
	}
	if len(out.whens) == 0 {
		return nil, k.wrong(n, "xsl:choose without xsl:when")
	}
	return out, nil
}

func (i chooseOne) run(r *run) {
	for _, w := range i.whens {
		if w.test.Bool(r.c) {
			w.body.run(r)
			return
		}
	}
	i.otherwise.run(r)
}

// messageOut is xsl:message (section 13). What it says goes nowhere, unless it ends the run.
type messageOut struct {
	body      sequence
	terminate bool
}

func (k *compiler) message(n tree.Node) (instruction, error) {
	body, err := k.body(n)
	return messageOut{body, k.attr(n, "terminate") == "yes"}, err
}

func (i messageOut) run(r *run) {
	text := r.text(i.body)
	if !i.terminate {
		return
	}
	stop(Terminated, "%s", text)
}
