package tree

// Kind is one of the seven kinds of node of XPath 1.0, section 5.
type Kind uint8

// The kinds.
const (
	RootKind Kind = iota
	Element
	Attribute
	Namespace
	Text
	Comment
	PI
)

// A Node names a node of one Document. Of two nodes of a document the smaller comes first in document order.
type Node int64

const (
	// Root is the root node of every document.
	Root Node = 0
	// None stands for no node.
	None Node = -1

	namespaceBits = 16
	namespaceMask = 1<<namespaceBits - 1
)

func at(i int32) Node { return Node(i) << namespaceBits }

func (n Node) index() int32 { return int32(n >> namespaceBits) }

// isNamespace tells a namespace node, which is no record of its own but the nth namespace in scope of its element.
func (n Node) isNamespace() bool { return n&namespaceMask != 0 }

// A Name is an expanded name with the prefix it was written with. A processing instruction's target and a
// namespace node's prefix are in Local.
type Name struct {
	Space  string // namespace URI, empty for none
	Local  string
	Prefix string
}

// String gives the name as it was written.
func (n Name) String() string {
	if n.Prefix == "" {
		return n.Local
	}
	return n.Prefix + ":" + n.Local
}

// A Binding is a namespace in scope: a prefix (empty for the default namespace) and its URI.
type Binding struct{ Prefix, URI string }

// record is a node. Children, next sibling and attributes follow from the places of records: an element's
// attributes stand right behind it, its children behind them, and its next sibling where its subtree ends.
type record struct {
	parent   int32
	prev     int32 // previous sibling or -1
	end      int32 // the place behind the last node of the subtree
	from, to int32 // of the string-value: in text for root, element and text, in values for the others
	name     int32 // in Document.names or -1
	prefix   int32 // in Document.prefixes
	attrs    int32 // how many
	scope    int32 // in Document.scopes, of elements
	line     int32
	kind     Kind
}

// expanded is a name without its prefix.
type expanded struct{ space, local string }

// A Document is a parsed document. It never changes.
type Document struct {
	nodes    []record
	text     string // of all text nodes, in document order
	values   string // of attributes, comments and processing instructions
	names    []expanded
	ids      map[expanded]int32
	prefixes []string
	scopes   [][]Binding
}

// Len is the number of nodes, namespace nodes not counted.
func (d *Document) Len() int { return len(d.nodes) }

// Kind of the node.
func (d *Document) Kind(n Node) Kind {
	if n.isNamespace() {
		return Namespace
	}
	return d.nodes[n.index()].kind
}

// Line is the line that the node begins on, counted from 1.
func (d *Document) Line(n Node) int { return int(d.nodes[n.index()].line) }

// StringValue is the string-value as XPath 1.0, section 5, has it for each kind of node.
func (d *Document) StringValue(n Node) string {
	if n.isNamespace() {
		return d.binding(n).URI
	}
	r := &d.nodes[n.index()]
	switch r.kind {
	case Attribute, Comment, PI:
		return d.values[r.from:r.to]
	}
	return d.text[r.from:r.to]
}

// Name is the node's name; it is empty for the root, text and comments.
func (d *Document) Name(n Node) Name {
	if n.isNamespace() {
		return Name{Local: d.binding(n).Prefix}
	}
	r := &d.nodes[n.index()]
	if r.name < 0 {
		return Name{}
	}
	e := d.names[r.name]
	return Name{Space: e.space, Local: e.local, Prefix: d.prefixes[r.prefix]}
}

// NameID is a number that two nodes share if and only if their expanded names are the same; -1 for nodes without a
// name and for namespace nodes. It is smaller than NameIDs.
func (d *Document) NameID(n Node) int32 {
	if n.isNamespace() {
		return -1
	}
	return d.nodes[n.index()].name
}

// NameIDs is the number of different expanded names.
func (d *Document) NameIDs() int { return len(d.names) }

// FindName is the NameID that nodes of this name have; -2, which no node has, if there are none.
func (d *Document) FindName(space, local string) int32 {
	if id, ok := d.ids[expanded{space, local}]; ok {
		return id
	}
	return -2
}

// Scope lists the namespaces in scope at an element, the xml prefix first. The caller must not change it.
func (d *Document) Scope(n Node) []Binding { return d.scopes[d.nodes[n.index()].scope] }

func (d *Document) binding(n Node) Binding { return d.Scope(n)[n&namespaceMask-1] }
