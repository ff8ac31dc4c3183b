package tree

import "math"

// Limits bound what Parse accepts. A field that is zero stands for the value in its comment.
type Limits struct {
	Bytes      int // length of the input, and of its text as UTF-8; 32 MiB
	Depth      int // elements inside one another; 256
	Nodes      int // nodes of all kinds, namespaces in scope counted where they change; 2,000,000
	Attributes int // attributes and declarations of one element, and namespaces in scope there; 256
}

func (l Limits) orDefault() Limits {
	return Limits{
		Bytes:      min(orElse(l.Bytes, 32<<20), math.MaxInt32-1),
		Depth:      orElse(l.Depth, 256),
		Nodes:      min(orElse(l.Nodes, 2_000_000), math.MaxInt32-1),
		Attributes: min(orElse(l.Attributes, 256), namespaceMask>>1),
	}
}

func orElse(n, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return n
}
