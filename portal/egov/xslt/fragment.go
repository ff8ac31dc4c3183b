package xslt

import (
	"slices"
	"strings"

	"cloudpocket/portal/egov/xslt/xpath"
)

// fragment is a result tree fragment (section 11.1): what was built, to be copied, and its text.
type fragment struct {
	events []event
	value  string
}

// event is a step of building; which of its fields count depends on what.
type event struct {
	what    eventKind
	raw     bool
	element *outElement
	name    outName
	text    string
}

type eventKind uint8

const (
	startEvent eventKind = iota
	endEvent
	textEvent
	commentEvent
	instructionEvent
)

// Fragment implements xpath.Fragment.
func (*fragment) Fragment() {}

func (f *fragment) String() string { return f.value }

// Number of its text.
func (f *fragment) Number() float64 { return xpath.ToNumber(f.value) }

// Bool is true: a fragment is like a set of one node.
func (*fragment) Bool() bool { return true }

// replay builds the fragment again.
func (f *fragment) replay(to *builder) {
	for i := range f.events {
		switch e := &f.events[i]; e.what {
		case startEvent:
			to.start(e.element.name, e.element.spaces)
			for _, a := range e.element.attrs {
				to.attribute(a.name, a.value)
			}
		case endEvent:
			to.end()
		case textEvent:
			to.text(e.text, e.raw)
		case commentEvent:
			to.comment(e.text)
		case instructionEvent:
			to.instruction(e.name.local, e.text)
		}
	}
}

// recorder is the receiver that keeps what it is given. Of a fragment of text alone it keeps the text alone.
type recorder struct {
	meter  *xpath.Meter
	events []event
	value  strings.Builder
	plain  bool // text, comments and instructions are not kept, only the text counts
}

func (f *recorder) keep(e event) {
	if f.plain {
		return
	}
	f.meter.Bytes(64)
	f.events = append(f.events, e)
}

func (f *recorder) start(e *outElement) {
	if f.plain {
		return
	}
	f.keep(event{what: startEvent, element: &outElement{
		name: e.name, spaces: slices.Clone(e.spaces), attrs: slices.Clone(e.attrs),
	}})
}

func (f *recorder) end(name outName) { f.keep(event{what: endEvent, name: name}) }

func (f *recorder) text(s string, raw bool) {
	f.meter.Bytes(len(s))
	f.value.WriteString(s)
	f.keep(event{what: textEvent, text: s, raw: raw})
}

func (f *recorder) comment(s string) { f.keep(event{what: commentEvent, text: s}) }

func (f *recorder) instruction(target, s string) {
	f.keep(event{what: instructionEvent, name: outName{local: target}, text: s})
}

// fragment runs a body and keeps what it builds.
func (r *run) fragment(body sequence) xpath.Value {
	if s, ok := body.plainText(r); ok {
		return &fragment{events: []event{{what: textEvent, text: s}}, value: s}
	}
	f := &recorder{meter: r.c.Meter}
	r.into(f, body)
	return &fragment{events: f.events, value: f.value.String()}
}

// plainText is a shortcut for the usual content of a variable: one text, or one value.
func (s sequence) plainText(r *run) (string, bool) {
	if len(s) != 1 {
		return "", false
	}
	switch in := s[0].instruction.(type) {
	case literalText:
		return in.text, !in.raw
	case valueOut:
		if !in.raw {
			return in.value.String(r.c), true
		}
	}
	return "", false
}

// text runs a body for its text alone.
func (r *run) text(body sequence) string {
	if len(body) == 0 {
		return ""
	}
	if s, ok := body.plainText(r); ok {
		return s
	}
	f := &recorder{meter: r.c.Meter, plain: true}
	r.into(f, body)
	return f.value.String()
}

func (r *run) into(to receiver, body sequence) {
	outer := r.out
	r.out = newBuilder(to, r.c.Meter)
	body.run(r)
	r.out.flush()
	r.out = outer
}
