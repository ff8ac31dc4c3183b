package xslt

import (
	"time"

	"cloudpocket/portal/egov/tree"
)

// Budget bounds what a stylesheet may cost. A field that is zero stands for the value in its comment.
type Budget struct {
	Steps  int           // nodes looked at, instructions run, 16 bytes copied, and the like; 100,000,000
	Depth  int           // templates inside one another; 3,000
	Output int           // bytes; 32 MiB
	Memory int           // bytes built in variables, strings and node-sets, counted together; 256 MiB
	Time   time.Duration // 10 s; an earlier deadline of the context holds too
	Sheet  tree.Limits   // of the stylesheet itself
}

func (b Budget) orDefault() Budget {
	b.Steps = orElse(b.Steps, 100_000_000)
	b.Depth = orElse(b.Depth, 3_000)
	b.Output = orElse(b.Output, 32<<20)
	b.Memory = orElse(b.Memory, 256<<20)
	b.Time = orElse(b.Time, 10*time.Second)
	b.Sheet.Bytes = orElse(b.Sheet.Bytes, 2<<20)
	b.Sheet.Nodes = orElse(b.Sheet.Nodes, 200_000)
	b.Sheet.Depth = orElse(b.Sheet.Depth, 200)
	return b
}

func orElse[N int | time.Duration](n, otherwise N) N {
	if n <= 0 {
		return otherwise
	}
	return n
}
