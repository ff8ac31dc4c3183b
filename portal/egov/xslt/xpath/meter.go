package xpath

import (
	"context"
	"math/bits"
)

// A Stop ends an evaluation from within: whoever calls Eval and its like recovers it. Nothing else panics with it.
type Stop struct {
	Over   string // the budget that ran out; empty where the expression cannot be evaluated
	Reason string
	Err    error // of the context that ended
}

func (s *Stop) Error() string { return s.Reason }

// A Meter counts down what an evaluation may still cost.
type Meter struct {
	steps  int64
	memory int64
	look   int64 // steps until the context is asked again
	ctx    context.Context
}

const lookEvery = 20_000

// NewMeter allows so many steps and so many bytes in strings and node-sets, together, until ctx ends.
func NewMeter(ctx context.Context, steps, memory int64) *Meter {
	return &Meter{steps: steps, memory: memory, ctx: ctx}
}

// Step charges n steps; about one for each node looked at, function called or 16 bytes copied.
func (m *Meter) Step(n int) {
	m.steps -= int64(n)
	m.look -= int64(n)
	if m.steps < 0 {
		panic(&Stop{Over: "steps", Reason: "it takes more steps than it may"})
	}
	if m.look >= 0 {
		return
	}
	m.look = lookEvery
	if err := m.ctx.Err(); err != nil {
		panic(&Stop{Over: "time", Reason: "it takes longer than it may", Err: err})
	}
}

// Bytes charges n bytes of memory that a value takes, and the steps to fill them.
func (m *Meter) Bytes(n int) {
	m.memory -= int64(n)
	if m.memory < 0 {
		panic(&Stop{Over: "memory", Reason: "it builds longer strings and sets than it may"})
	}
	m.Step(1 + n>>4)
}

// hold charges for a list of n nodes as long as it is in use, and gives back what to call when it no longer is.
func (m *Meter) hold(n int) (release func()) {
	m.memory -= 8 * int64(n)
	m.Bytes(0)
	return func() { m.memory += 8 * int64(n) }
}

// Sort charges for sorting n things.
func (m *Meter) Sort(n int) { m.Step(n * bits.Len(uint(n))) }

// Scan charges for reading through a string.
func (m *Meter) Scan(s string) { m.Step(1 + len(s)>>4) }
