package xslt

import (
	"strings"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// literalText is text of a template, and xsl:text (section 7.2).
type literalText struct {
	text string
	raw  bool // not to be escaped
}

func (k *compiler) text(n tree.Node) (instruction, error) {
	for c := k.doc.FirstChild(n); c != tree.None; c = k.doc.Next(c) {
		if k.doc.Kind(c) == tree.Element {
			return nil, k.wrong(c, "xsl:text holds an element")
		}
	}
	return literalText{k.doc.StringValue(n), k.raw(n)}, nil
}

func (k *compiler) raw(n tree.Node) bool { return k.attr(n, "disable-output-escaping") == "yes" }

func (i literalText) run(r *run) { r.out.text(i.text, i.raw) }

// valueOut is xsl:value-of (section 7.6.1).
type valueOut struct {
	value *xpath.Expr
	raw   bool
}

func (k *compiler) valueOf(n tree.Node) (instruction, error) {
	e, err := k.needed(n, "select")
	return valueOut{e, k.raw(n)}, err
}

func (i valueOut) run(r *run) { r.out.text(i.value.String(r.c), i.raw) }

// elementOut is xsl:element (section 7.1.2).
type elementOut struct {
	named namedOut
	sets  []*attributeSets
	body  sequence
}

// namedOut is the name of an element or attribute made by an instruction.
type namedOut struct {
	name   avt
	space  avt
	has    bool // the namespace is given
	scope  []tree.Binding
	isAttr bool
}

func (k *compiler) namedOut(n tree.Node, isAttr bool) (namedOut, error) {
	written, ok := k.doc.Attr(n, "", "name")
	if !ok {
		return namedOut{}, k.wrong(n, "xsl:%s without name", k.doc.Name(n).Local)
	}
	name, err := k.avt(n, written)
	if err != nil {
		return namedOut{}, err
	}
	uri, has := k.doc.Attr(n, "", "namespace")
	space, err := k.avt(n, uri)
	return namedOut{name, space, has, k.doc.Scope(n), isAttr}, err
}

// resolve gives the name, or tells that it is none; such an instruction is passed over, as libxslt does.
func (o namedOut) resolve(r *run) (outName, bool) {
	written := o.name.String(r)
	r.c.Meter.Scan(written)
	if !tree.IsQName(written) {
		return outName{}, false
	}
	prefix, local, found := strings.Cut(written, ":")
	if !found {
		prefix, local = "", written
	}
	if o.isAttr && written == "xmlns" && !o.has {
		return outName{}, false
	}
	if o.has {
		uri := o.space.String(r)
		if prefix == "xmlns" || uri == "" {
			prefix = ""
		}
		return outName{uri, prefix, local}, true
	}
	if prefix == "" && o.isAttr {
		return outName{"", "", local}, true
	}
	for _, b := range o.scope {
		if b.Prefix == prefix {
			return outName{b.URI, prefix, local}, true
		}
	}
	return outName{"", "", local}, prefix == ""
}

func (k *compiler) element(n tree.Node) (instruction, error) {
	named, err := k.namedOut(n, false)
	if err != nil {
		return nil, err
	}
	sets, err := k.useSets(n, "")
	if err != nil {
		return nil, err
	}
	body, err := k.body(n)
	return &elementOut{named, sets, body}, err
}

func (i *elementOut) run(r *run) {
	name, ok := i.named.resolve(r)
	if !ok {
		i.body.run(r)
		return
	}
	r.out.start(name, nil)
	r.useSets(i.sets)
	i.body.run(r)
	r.out.end()
}

// attributeOut is xsl:attribute (section 7.1.3).
type attributeOut struct {
	named namedOut
	body  sequence
}

func (k *compiler) attribute(n tree.Node) (instruction, error) {
	named, err := k.namedOut(n, true)
	if err != nil {
		return nil, err
	}
	body, err := k.body(n)
	return &attributeOut{named, body}, err
}

func (i *attributeOut) run(r *run) {
	name, ok := i.named.resolve(r)
	value := r.text(i.body)
	if ok {
		r.out.attribute(name, value)
	}
}

// commentOut is xsl:comment (section 7.4).
type commentOut struct{ body sequence }

func (k *compiler) comment(n tree.Node) (instruction, error) {
	body, err := k.body(n)
	return commentOut{body}, err
}

func (i commentOut) run(r *run) {
	s := strings.ReplaceAll(strings.ReplaceAll(r.text(i.body), "--", "- -"), "--", "- -")
	if strings.HasSuffix(s, "-") {
		s += " "
	}
	r.out.comment(s)
}

// instructionOut is xsl:processing-instruction (section 7.3).
type instructionOut struct {
	name avt
	body sequence
}

func (k *compiler) processingInstruction(n tree.Node) (instruction, error) {
	if _, ok := k.doc.Attr(n, "", "name"); !ok {
		return nil, k.wrong(n, "xsl:processing-instruction without name")
	}
	name, err := k.optional(n, "name")
	if err != nil {
		return nil, err
	}
	body, err := k.body(n)
	return instructionOut{name, body}, err
}

func (i instructionOut) run(r *run) {
	target := i.name.String(r)
	text := strings.ReplaceAll(r.text(i.body), "?>", "? >")
	if tree.IsNCName(target) && !strings.EqualFold(target, "xml") {
		r.out.instruction(target, strings.TrimLeft(text, space))
	}
}
