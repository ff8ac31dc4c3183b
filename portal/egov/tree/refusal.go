package tree

import "fmt"

// Reason says in one word why a document was refused.
type Reason string

// The reasons.
const (
	Malformed Reason = "malformed" // not well-formed XML 1.0 or Namespaces 1.0
	Encoding  Reason = "encoding"  // bytes that are not what they claim, or an encoding that is not read
	DTD       Reason = "dtd"       // a document type declaration
	Entity    Reason = "entity"    // a reference to an entity other than amp, lt, gt, apos and quot
	TooMuch   Reason = "too much"  // past one of the Limits
	Spent     Reason = "spent"     // past what is left of the Limits' Budget
)

// A Refusal is the error of Parse.
type Refusal struct {
	Reason Reason
	Line   int    // counted from 1; 0 where no line can be named
	Text   string // what was wrong, in English
}

func (r *Refusal) Error() string {
	if r.Line == 0 {
		return "xml: " + r.Text
	}
	return fmt.Sprintf("xml: line %d: %s", r.Line, r.Text)
}
