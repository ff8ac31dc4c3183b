package tree

// Parent is the element or root that holds the node, also of an attribute or a namespace; None for the root.
func (d *Document) Parent(n Node) Node {
	if n.isNamespace() {
		return n &^ namespaceMask
	}
	if n == Root {
		return None
	}
	return at(d.nodes[n.index()].parent)
}

// FirstChild is the first node inside, or None.
func (d *Document) FirstChild(n Node) Node {
	if n.isNamespace() {
		return None
	}
	i := n.index()
	r := &d.nodes[i]
	if first := i + 1 + r.attrs; first < r.end {
		return at(first)
	}
	return None
}

// Next is the following sibling, or None; attributes and namespaces have no siblings.
func (d *Document) Next(n Node) Node {
	if n <= Root || n.isNamespace() {
		return None
	}
	r := &d.nodes[n.index()]
	if r.kind == Attribute || r.end >= d.nodes[r.parent].end {
		return None
	}
	return at(r.end)
}

// Prev is the preceding sibling, or None; attributes and namespaces have no siblings.
func (d *Document) Prev(n Node) Node {
	if n.isNamespace() {
		return None
	}
	if prev := d.nodes[n.index()].prev; prev >= 0 {
		return at(prev)
	}
	return None
}

// Attrs gives an element's attributes as a range: for a := first; a < end; a = tree.NextAttr(a).
func (d *Document) Attrs(n Node) (first, end Node) {
	if n.isNamespace() {
		return n, n
	}
	i := n.index()
	return at(i + 1), at(i + 1 + d.nodes[i].attrs)
}

// NextAttr steps through the range that Attrs gives.
func NextAttr(a Node) Node { return a + 1<<namespaceBits }

// Namespaces gives an element's namespace nodes as a range: for n := first; n < end; n++.
func (d *Document) Namespaces(n Node) (first, end Node) {
	if n.isNamespace() || d.nodes[n.index()].kind != Element {
		return n, n
	}
	return n + 1, n + 1 + Node(len(d.Scope(n)))
}

// Attr is the value of an element's attribute and whether it is there.
func (d *Document) Attr(n Node, space, local string) (string, bool) {
	id := d.FindName(space, local)
	first, end := d.Attrs(n)
	for a := first; a < end; a = NextAttr(a) {
		if d.NameID(a) == id {
			return d.StringValue(a), true
		}
	}
	return "", false
}

// Follow is the next node in document order that is no attribute and no namespace. Behind the last node it is End(Root).
func (d *Document) Follow(n Node) Node {
	i := n.index()
	return at(i + 1 + d.nodes[i].attrs)
}

// End is the node that follows the whole subtree: descendants are for m := d.Follow(n); m < d.End(n); m = d.Follow(m).
// It may be behind the last node, and is then good for comparing only.
func (d *Document) End(n Node) Node {
	if n.isNamespace() {
		return d.Follow(n)
	}
	return at(d.nodes[n.index()].end)
}

// Child is the first child element of this name, or None.
func (d *Document) Child(n Node, space, local string) Node {
	id := d.FindName(space, local)
	for c := d.FirstChild(n); c != None; c = d.Next(c) {
		if d.Kind(c) == Element && d.NameID(c) == id {
			return c
		}
	}
	return None
}

// DocumentElement is the one element below the root.
func (d *Document) DocumentElement() Node {
	for c := d.FirstChild(Root); c != None; c = d.Next(c) {
		if d.Kind(c) == Element {
			return c
		}
	}
	return None
}
