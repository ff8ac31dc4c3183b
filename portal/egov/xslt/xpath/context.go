package xpath

import (
	"slices"

	"cloudpocket/portal/egov/tree"
)

// A Context is where an expression is evaluated (XPath 1.0, section 1), and what evaluations of one run share. One
// goroutine uses it at a time; it is set by its fields between evaluations.
type Context struct {
	Doc     *tree.Document
	Node    tree.Node
	Pos     int // of Node in the list being gone through, from 1
	Size    int // of that list
	Current tree.Node
	Vars    []Value // of the template being run
	Host    any     // what functions that are not XPath's own need
	Meter   *Meter

	names   []int32
	byName  [][]tree.Node
	scratch [][]tree.Node
}

// NewContext begins a run over a document, with the names that its expressions were compiled with.
func NewContext(doc *tree.Document, names *Names, meter *Meter) *Context {
	return &Context{Doc: doc, Pos: 1, Size: 1, Meter: meter, names: names.resolve(doc)}
}

// NameID is what a name of the table is in the document of this run.
func (c *Context) NameID(i int) int32 { return c.names[i] }

// borrow gives an empty list to fill; return it with giveBack when its nodes are no longer looked at.
func (c *Context) borrow() []tree.Node {
	if n := len(c.scratch); n > 0 {
		list := c.scratch[n-1]
		c.scratch = c.scratch[:n-1]
		return list[:0]
	}
	return make([]tree.Node, 0, 32)
}

func (c *Context) giveBack(list []tree.Node) { c.scratch = append(c.scratch, list) }

// named lists all elements of a name in document order, from an index made when first asked for.
func (c *Context) named(id int32) []tree.Node {
	if id < 0 {
		return nil
	}
	if c.byName == nil {
		c.byName = make([][]tree.Node, c.Doc.NameIDs())
		c.Meter.Step(c.Doc.Len())
		for n := c.Doc.Follow(tree.Root); n < c.Doc.End(tree.Root); n = c.Doc.Follow(n) {
			if c.Doc.Kind(n) == tree.Element {
				c.byName[c.Doc.NameID(n)] = append(c.byName[c.Doc.NameID(n)], n)
			}
		}
	}
	return c.byName[id]
}

// namedWithin lists the elements of a name between two places.
func (c *Context) namedWithin(id int32, from, end tree.Node) []tree.Node {
	all := c.named(id)
	lo, _ := slices.BinarySearch(all, from)
	hi, _ := slices.BinarySearch(all, end)
	return all[lo:hi]
}

// Names is the table of the names that expressions test for. It grows while expressions are compiled.
type Names struct {
	list []name
	ids  map[name]int
}

type name struct{ space, local string }

// ID is the place of a name in the table.
func (t *Names) ID(space, local string) int {
	n := name{space, local}
	id, ok := t.ids[n]
	if !ok {
		if t.ids == nil {
			t.ids = map[name]int{}
		}
		id = len(t.list)
		t.list = append(t.list, n)
		t.ids[n] = id
	}
	return id
}

func (t *Names) resolve(doc *tree.Document) []int32 {
	ids := make([]int32, len(t.list))
	for i, n := range t.list {
		ids[i] = doc.FindName(n.space, n.local)
	}
	return ids
}
