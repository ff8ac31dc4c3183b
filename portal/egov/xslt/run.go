package xslt

import (
	"context"
	"errors"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// Output is what a transformation gives.
type Output struct {
	Bytes     []byte // UTF-8, whatever encoding the stylesheet names
	Method    string // html, xml or text
	MediaType string // as the stylesheet says, or text/html, text/xml, text/plain
}

// Param is a value for a top-level xsl:param without a namespace.
type Param struct{ Name, Value string }

// run is one transformation.
type run struct {
	sheet    *Stylesheet
	budget   Budget
	meter    *xpath.Meter
	c        *xpath.Context
	out      *builder
	params   []passed // to the template being run
	globals  []globalState
	keys     map[qname]keyIndex
	dispatch []*dispatch // by the mode's id
	depth    int
	nested   int // sequences
	line     int // of the stylesheet, where the run is
}

// Transform applies the stylesheet to a document. What it costs at most is the budget; the error is a *Refusal.
func (s *Stylesheet) Transform(ctx context.Context, doc *tree.Document, b Budget, params ...Param) (out Output, err error) {
	b = b.orDefault()
	ctx, cancel := context.WithTimeout(ctx, b.Time)
	defer cancel()
	meter := xpath.NewMeter(ctx, int64(b.Steps), int64(b.Memory))
	r := s.newRun(meter, b)
	defer func() {
		if p := recover(); p != nil {
			out, err = Output{}, asRefusal(p, r.line)
		}
	}()
	r.begin(s.strip(doc, meter))
	for _, p := range params {
		if i, ok := s.globalIDs[qname{"", p.Name}]; ok && s.globals[i].param {
			r.globals[i].value = xpath.String(p.Value)
		}
	}
	return r.transform(), nil
}

func (s *Stylesheet) newRun(meter *xpath.Meter, b Budget) *run {
	return &run{
		sheet: s, budget: b, meter: meter, globals: make([]globalState, len(s.globals)),
		keys: map[qname]keyIndex{}, dispatch: make([]*dispatch, len(s.modes)),
	}
}

func (r *run) begin(doc *tree.Document) {
	r.c = xpath.NewContext(doc, &r.sheet.names, r.meter)
	r.c.Host = r
}

func (r *run) transform() Output {
	w := &writer{rules: r.sheet.output, most: r.budget.Output}
	r.out = newBuilder(w, r.c.Meter)
	r.each([]tree.Node{tree.Root}, func(n tree.Node) { r.apply(r.dispatchFor(r.sheet.mode(qname{})), n, nil) })
	r.out.flush()
	return w.finish()
}

// asRefusal turns what ended a run into its error. Anything else is a mistake of this package and goes on.
func asRefusal(p any, line int) error {
	err, ok := p.(error)
	if !ok {
		panic(p)
	}
	var s *xpath.Stop
	var r *Refusal
	switch {
	case errors.As(err, &s):
		return fromStop(s, line)
	case errors.As(err, &r) && r.Line == 0:
		placed := *r
		placed.Line = line
		return &placed
	case errors.As(err, &r):
		return r
	}
	panic(p)
}
