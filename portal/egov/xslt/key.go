package xslt

import (
	"slices"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// key is one xsl:key (section 12.2); several of one name add up.
type key struct {
	match []*xpath.Pattern
	use   *xpath.Expr
}

func (k *compiler) key(n tree.Node) error {
	name, err := k.expand(n, k.attr(n, "name"))
	if err != nil {
		return err
	}
	out := &key{}
	if out.match, err = k.xpath(n).Patterns(k.attr(n, "match")); err != nil {
		return k.badExpr(n, err)
	}
	if out.use, err = k.needed(n, "use"); err != nil {
		return err
	}
	k.sheet.keys[name] = append(k.sheet.keys[name], out)
	return nil
}

// keyIndex is a key's nodes by value.
type keyIndex map[string][]tree.Node

// keyIndex makes the index of a key when it is first asked for.
func (r *run) keyIndex(name qname) keyIndex {
	if index, ok := r.keys[name]; ok {
		return index
	}
	index := keyIndex{}
	r.keys[name] = index // also what a key that uses itself finds
	c, saved := r.c, *r.c
	c.Pos, c.Size, c.Vars = 1, 1, nil
	for _, k := range r.sheet.keys[name] {
		r.indexKey(k, index)
	}
	c.Node, c.Current, c.Pos, c.Size, c.Vars = saved.Node, saved.Current, saved.Pos, saved.Size, saved.Vars
	if len(r.sheet.keys[name]) > 1 {
		for value, list := range index {
			slices.Sort(list)
			index[value] = slices.Compact(list)
		}
	}
	return index
}

// indexKey goes over all nodes, attributes included.
func (r *run) indexKey(k *key, index keyIndex) {
	doc := r.c.Doc
	for n := tree.Root; n < doc.End(tree.Root); n = doc.Follow(n) {
		r.indexNode(k, n, index)
		for a, end := doc.Attrs(n); a < end; a = tree.NextAttr(a) {
			r.indexNode(k, a, index)
		}
	}
}

func (r *run) indexNode(k *key, n tree.Node, index keyIndex) {
	if !slices.ContainsFunc(k.match, func(p *xpath.Pattern) bool { return p.Match(r.c, n) }) {
		return
	}
	r.c.Node, r.c.Current = n, n
	v := k.use.Value(r.c)
	set, ok := v.(xpath.Nodes)
	if !ok {
		r.indexValue(index, v.String(), n)
		return
	}
	for _, m := range set.List {
		r.indexValue(index, set.Doc.StringValue(m), n)
	}
}

func (r *run) indexValue(index keyIndex, value string, n tree.Node) {
	r.c.Meter.Bytes(16 + len(value))
	list := index[value]
	if len(list) == 0 || list[len(list)-1] != n {
		index[value] = append(list, n)
	}
}

// lookup is the function key().
func (r *run) lookup(name qname, v xpath.Value, dst []tree.Node) []tree.Node {
	index := r.keyIndex(name)
	begin := len(dst)
	set, ok := v.(xpath.Nodes)
	if !ok {
		r.c.Meter.Scan(v.String())
		dst = append(dst, index[v.String()]...)
		r.c.Meter.Step(1 + len(dst) - begin)
		return dst
	}
	for _, n := range set.List {
		value := set.Doc.StringValue(n)
		r.c.Meter.Scan(value)
		dst = append(dst, index[value]...)
		r.c.Meter.Bytes(8 * (len(dst) - begin))
	}
	part := dst[begin:]
	slices.Sort(part)
	return dst[:begin+len(slices.Compact(part))]
}
