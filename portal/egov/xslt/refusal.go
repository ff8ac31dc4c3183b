package xslt

import (
	"errors"
	"fmt"
	"strings"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// Reason says in one word why a stylesheet was refused.
type Reason string

// The reasons.
const (
	Forbidden  Reason = "forbidden"   // it asks for what is not given here: other files, extensions, a DTD
	Wrong      Reason = "wrong"       // it is no XSLT 1.0
	OverBudget Reason = "over budget" // it costs more than it may
	Terminated Reason = "terminated"  // xsl:message terminate="yes"
)

// A Refusal is the error of Compile and Transform.
type Refusal struct {
	Reason Reason
	Over   string // which budget ran out: steps, depth, output, memory, time, or sheet
	Line   int    // of the stylesheet, counted from 1; 0 where no line can be named
	Text   string // what was wrong, in English
	cause  error
}

func (r *Refusal) Error() string {
	if r.Line == 0 {
		return fmt.Sprintf("stylesheet %s: %s", r.Reason, r.Text)
	}
	return fmt.Sprintf("stylesheet %s: line %d: %s", r.Reason, r.Line, r.Text)
}

// Unwrap gives the context's error where time ran out.
func (r *Refusal) Unwrap() error { return r.cause }

// fromTree says in this package's words why the stylesheet could not be read as XML.
func fromTree(err error) error {
	var t *tree.Refusal
	if !errors.As(err, &t) {
		return err
	}
	out := &Refusal{Reason: Wrong, Line: t.Line, Text: t.Text}
	switch t.Reason {
	case tree.DTD, tree.Entity:
		out.Reason = Forbidden
	case tree.TooMuch:
		out.Reason, out.Over = OverBudget, "sheet"
	}
	return out
}

// fromStop says why a run was ended from within.
func fromStop(s *xpath.Stop, line int) *Refusal {
	if s.Over != "" {
		return &Refusal{Reason: OverBudget, Over: s.Over, Line: line, Text: s.Reason, cause: s.Err}
	}
	return &Refusal{Reason: Wrong, Line: line, Text: s.Reason}
}

// stop ends a run. Transform recovers it.
func stop(why Reason, format string, args ...any) {
	panic(&Refusal{Reason: why, Text: clip(fmt.Sprintf(format, args...))})
}

// clip shortens a text that may have a whole document in it.
func clip(s string) string {
	if len(s) <= 1000 {
		return s
	}
	return strings.ToValidUTF8(s[:1000], "") + "…"
}
