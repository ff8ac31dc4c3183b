package xslt

import (
	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// A Stylesheet is a compiled stylesheet. It never changes, and any number of goroutines may use it at once.
type Stylesheet struct {
	names     xpath.Names
	modes     map[qname]*mode
	named     map[qname]*template
	globals   []*global
	globalIDs map[qname]int
	keys      map[qname][]*key
	formats   map[qname]*decimalFormat
	sets      map[qname]*attributeSets
	spaces    spaceRules
	output    outputRules
	aliases   map[string]alias
}

// template is a body that can be instantiated, with room for its variables.
type template struct {
	body  sequence
	slots int
}

// global is a top-level variable or parameter.
type global struct {
	name  qname
	param bool
	value binding
	slots int
}

// alias is what xsl:namespace-alias puts in the place of a namespace.
type alias struct{ uri, prefix string }

// Compile reads a stylesheet. The budget's Sheet is what it may measure; the error is a *Refusal.
func Compile(sheet []byte, b Budget) (*Stylesheet, error) {
	doc, err := tree.Parse(sheet, b.orDefault().Sheet)
	if err != nil {
		return nil, fromTree(err)
	}
	k := &compiler{doc: doc, surroundings: map[tree.Node]*surroundings{}, sheet: &Stylesheet{
		modes: map[qname]*mode{}, named: map[qname]*template{}, globalIDs: map[qname]int{},
		keys: map[qname][]*key{}, formats: map[qname]*decimalFormat{}, sets: map[qname]*attributeSets{},
		aliases: map[string]alias{}, spaces: spaceRules{names: map[qname]bool{}, spaces: map[string]bool{}},
	}}
	k.sheet.mode(qname{})
	if err := k.stylesheet(doc.DocumentElement()); err != nil {
		return nil, err
	}
	for _, m := range k.sheet.modes {
		m.sort()
	}
	return k.sheet, nil
}
