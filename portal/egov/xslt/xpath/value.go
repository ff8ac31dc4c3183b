package xpath

import "cloudpocket/portal/egov/tree"

// A Value is what a variable holds: Nodes, Bool, Number, String, or a Fragment.
type Value interface {
	String() string
	Number() float64
	Bool() bool
}

// A Fragment is a result tree fragment (XSLT 1.0, section 11.1). It compares like a set of one node.
type Fragment interface {
	Value
	Fragment()
}

// Nodes is a node-set in document order, each node once.
type Nodes struct {
	Doc  *tree.Document
	List []tree.Node
}

func (v Nodes) String() string {
	if len(v.List) == 0 {
		return ""
	}
	return v.Doc.StringValue(v.List[0])
}

// Number of the first node's string-value.
func (v Nodes) Number() float64 { return ToNumber(v.String()) }

// Bool tells whether there is a node.
func (v Nodes) Bool() bool { return len(v.List) > 0 }

// Bool is a boolean.
type Bool bool

func (v Bool) String() string {
	if v {
		return "true"
	}
	return "false"
}

// Number is 1 or 0.
func (v Bool) Number() float64 { return boolNumber(bool(v)) }

// Bool is the value.
func (v Bool) Bool() bool { return bool(v) }

// Number is an IEEE 754 double.
type Number float64

func (v Number) String() string { return FormatNumber(float64(v)) }

// Number is the value.
func (v Number) Number() float64 { return float64(v) }

// Bool is false for zero and NaN.
func (v Number) Bool() bool { return v != 0 && v == v }

// String is a string.
type String string

func (v String) String() string { return string(v) }

// Number is what the string says, or NaN.
func (v String) Number() float64 { return ToNumber(string(v)) }

// Bool is false for the empty string.
func (v String) Bool() bool { return v != "" }

func boolNumber(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
