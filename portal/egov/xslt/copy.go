package xslt

import (
	"slices"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// copyOut is xsl:copy (section 7.5).
type copyOut struct {
	sets []*attributeSets
	body sequence
}

func (k *compiler) copyElement(n tree.Node) (instruction, error) {
	sets, err := k.useSets(n, "")
	if err != nil {
		return nil, err
	}
	body, err := k.body(n)
	return copyOut{sets, body}, err
}

func (i copyOut) run(r *run) {
	n := r.c.Node
	switch r.c.Doc.Kind(n) {
	case tree.RootKind:
		i.body.run(r)
	case tree.Element:
		r.startCopy(n, r.declared(n))
		r.useSets(i.sets)
		i.body.run(r)
		r.out.end()
	default:
		r.copyLeaf(n)
	}
}

// startCopy begins an element like one of the document, with these namespaces.
func (r *run) startCopy(n tree.Node, spaces []tree.Binding) {
	name := r.c.Doc.Name(n)
	r.out.start(outName{name.Space, name.Prefix, name.Local}, spaces)
}

// declared are the namespaces that an element's own tag declares. xsl:copy takes these along, as libxslt does; what
// surrounds the element is declared where names need it.
func (r *run) declared(n tree.Node) []tree.Binding {
	doc := r.c.Doc
	inner, outer := doc.Scope(n), []tree.Binding{}
	if p := doc.Parent(n); p != tree.Root {
		outer = doc.Scope(p)
	}
	if len(outer) > 0 && &inner[0] == &outer[0] {
		return nil
	}
	r.c.Meter.Step(len(inner) * len(outer) >> 3)
	var out []tree.Binding
	for _, b := range inner {
		if !slices.Contains(outer, b) {
			out = append(out, b)
		}
	}
	return out
}

func (r *run) copyLeaf(n tree.Node) {
	name, value := r.c.Doc.Name(n), r.c.Doc.StringValue(n)
	switch r.c.Doc.Kind(n) {
	case tree.Text:
		r.out.text(value, false)
	case tree.Attribute:
		r.out.attribute(outName{name.Space, name.Prefix, name.Local}, value)
	case tree.Namespace:
		r.out.declare(tree.Binding{Prefix: name.Local, URI: value})
	case tree.Comment:
		r.out.comment(value)
	case tree.PI:
		r.out.instruction(name.Local, value)
	}
}

// copyAll is xsl:copy-of (section 11.3).
type copyAll struct{ what *xpath.Expr }

func (k *compiler) copyOf(n tree.Node) (instruction, error) {
	e, err := k.needed(n, "select")
	return copyAll{e}, err
}

func (i copyAll) run(r *run) {
	if i.what.Type == xpath.NodeSetType {
		i.what.WithNodes(r.c, func(list []tree.Node) { r.copyNodes(list) })
		return
	}
	switch v := i.what.Value(r.c).(type) {
	case xpath.Nodes:
		r.copyNodes(v.List)
	case *fragment:
		r.c.Meter.Step(len(v.events))
		v.replay(r.out)
	default:
		r.out.text(v.String(), false)
	}
}

func (r *run) copyNodes(list []tree.Node) {
	for _, n := range list {
		r.copyDeep(n)
	}
}

// copyDeep copies a node and all below it. Trees are not deep, so recursion is safe.
func (r *run) copyDeep(n tree.Node) {
	r.c.Meter.Step(1)
	kind := r.c.Doc.Kind(n)
	if kind != tree.Element && kind != tree.RootKind {
		r.copyLeaf(n)
		return
	}
	if kind == tree.Element {
		r.startCopy(n, r.c.Doc.Scope(n))
		for a, end := r.c.Doc.Attrs(n); a < end; a = tree.NextAttr(a) {
			r.copyLeaf(a)
		}
	}
	for c := r.c.Doc.FirstChild(n); c != tree.None; c = r.c.Doc.Next(c) {
		r.copyDeep(c)
	}
	if kind == tree.Element {
		r.out.end()
	}
}
