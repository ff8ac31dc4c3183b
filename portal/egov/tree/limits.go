package tree

import "math"

// Limits bound what Parse accepts. A field that is zero stands for the value in its comment.
type Limits struct {
	Bytes      int // length of the input, and of its text as UTF-8; 64 MiB
	Depth      int // elements inside one another; 256
	Nodes      int // nodes of all kinds, namespaces in scope counted where they change; 2,500,000
	Attributes int // attributes and declarations of one element, and namespaces in scope there; 256

	Budget *Budget // of documents that belong together: what is left of it holds in place of Bytes and Nodes
}

// Budget is what documents that belong together may still take. Each Parse takes from it, also one that fails: what was
// built and thrown away has cost as much.
type Budget struct {
	Bytes int // of their texts as UTF-8
	Nodes int // of all kinds
}

func (b *Budget) take(bytes, nodes int) {
	if b != nil {
		b.Bytes, b.Nodes = max(0, b.Bytes-bytes), max(0, b.Nodes-nodes)
	}
}

// excess is the reason of what is longer than Bytes or has more than Nodes.
func (l Limits) excess() Reason {
	if l.Budget != nil {
		return Spent
	}
	return TooMuch
}

func (l Limits) orDefault() Limits {
	full := Limits{
		Bytes:      min(orElse(l.Bytes, 64<<20), math.MaxInt32-1),
		Depth:      orElse(l.Depth, 256),
		Nodes:      min(orElse(l.Nodes, 2_500_000), math.MaxInt32-1),
		Attributes: min(orElse(l.Attributes, 256), namespaceMask>>1),
		Budget:     l.Budget,
	}
	if b := l.Budget; b != nil {
		full.Bytes, full.Nodes = min(b.Bytes, math.MaxInt32-1), min(b.Nodes, math.MaxInt32-1)
	}
	return full
}

func orElse(n, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return n
}
