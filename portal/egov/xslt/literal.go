package xslt

import (
	"cloudpocket/portal/egov/tree"
)

// literalOut is a literal result element (section 7.1.1).
type literalOut struct {
	name   outName
	spaces []tree.Binding
	sets   []*attributeSets
	attrs  []literalAttr
	body   sequence
}

type literalAttr struct {
	name  outName
	value avt
}

func (k *compiler) literalElement(n tree.Node) (instruction, error) {
	out := &literalOut{name: k.aliased(k.doc.Name(n)), spaces: k.spacesOf(n)}
	for a, end := k.doc.Attrs(n); a < end; a = tree.NextAttr(a) {
		name := k.doc.Name(a)
		if name.Space == xslSpace {
			continue
		}
		value, err := k.avt(n, k.doc.StringValue(a))
		if err != nil {
			return nil, err
		}
		out.attrs = append(out.attrs, literalAttr{k.aliased(name), value})
	}
	var err error
	if out.sets, err = k.useSets(n, xslSpace); err != nil {
		return nil, err
	}
	out.body, err = k.body(n)
	return out, err
}

func (i *literalOut) run(r *run) {
	r.out.start(i.name, i.spaces)
	r.useSets(i.sets)
	for _, a := range i.attrs {
		r.out.attribute(a.name, a.value.String(r))
	}
	i.body.run(r)
	r.out.end()
}

// spacesOf are the namespaces that an element takes with it into the result: all in scope but XSLT's own, those of
// extensions, and those excluded.
func (k *compiler) spacesOf(n tree.Node) []tree.Binding {
	var out []tree.Binding
	for _, b := range k.doc.Scope(n) {
		if b.URI == xslSpace || b.Prefix == "xml" {
			continue
		}
		if a, ok := k.sheet.aliases[b.URI]; ok {
			out = append(out, tree.Binding{Prefix: a.prefix, URI: a.uri})
			continue
		}
		if s := k.around(n); !s.extensions[b.URI] && !s.excluded[b.URI] {
			out = append(out, b)
		}
	}
	return out
}

// aliased is a name of the stylesheet as it comes into the result.
func (k *compiler) aliased(n tree.Name) outName {
	if a, ok := k.sheet.aliases[n.Space]; ok && (n.Space != "" || n.Prefix == "") {
		return outName{a.uri, a.prefix, n.Local}
	}
	return outName{n.Space, n.Prefix, n.Local}
}

// namespaceAlias is xsl:namespace-alias.
func (k *compiler) namespaceAlias(n tree.Node) error {
	var uris, prefixes [2]string
	for i, attribute := range []string{"stylesheet-prefix", "result-prefix"} {
		prefix := k.attr(n, attribute)
		if prefix == "#default" {
			prefix = ""
		}
		uri, ok := k.lookup(n, prefix)
		if !ok && prefix != "" {
			return k.wrong(n, "the prefix %s is not declared", prefix)
		}
		uris[i], prefixes[i] = uri, prefix
	}
	k.sheet.aliases[uris[0]] = alias{uri: uris[1], prefix: prefixes[1]}
	return nil
}

// attributeSet is one xsl:attribute-set (section 7.1.4); several of one name add up.
type attributeSet struct {
	template
	sets []*attributeSets
}

// attributeSets are all of one name, in the order of the stylesheet.
type attributeSets struct{ list []*attributeSet }

func (k *compiler) attributeSet(n tree.Node) error {
	name, err := k.expand(n, k.attr(n, "name"))
	if err != nil {
		return err
	}
	sets, err := k.useSets(n, "")
	if err != nil {
		return err
	}
	for c := k.doc.FirstChild(n); c != tree.None; c = k.doc.Next(c) {
		if k.doc.Kind(c) == tree.Element && !k.isXSL(c, "attribute") {
			return k.wrong(c, "%s cannot stand in xsl:attribute-set", k.doc.Name(c))
		}
	}
	t, err := k.framed(func() (sequence, error) { return k.body(n) })
	if err != nil {
		return err
	}
	all := k.sheet.sets[name]
	all.list = append(all.list, &attributeSet{*t, sets})
	return nil
}

// useSets compiles the attribute use-attribute-sets, which on literal result elements is XSLT's.
func (k *compiler) useSets(n tree.Node, space string) ([]*attributeSets, error) {
	var out []*attributeSets
	list, _ := k.doc.Attr(n, space, "use-attribute-sets")
	for _, s := range fields(list) {
		name, err := k.expand(n, s)
		if err != nil {
			return nil, err
		}
		set := k.sheet.sets[name]
		if set == nil {
			return nil, k.wrong(n, "there is no attribute set %s", s)
		}
		out = append(out, set)
	}
	return out, nil
}

// useSets adds the attributes of sets; what a set uses comes first, so that its own win.
func (r *run) useSets(sets []*attributeSets) {
	for _, set := range sets {
		r.c.Meter.Step(1)
		for _, s := range set.list {
			r.deeper(func() { r.useSets(s.sets) })
			r.instantiate(&s.template, nil)
		}
	}
}
