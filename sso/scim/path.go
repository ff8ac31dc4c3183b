package scim

import (
	"strings"

	filter "github.com/scim2/filter-parser/v2"
)

// target is where in a resource an operation writes.
type target struct {
	extension string // the URN that it stands under; empty: the core
	attribute attribute
	where     predicate  // which of the attribute's values; nil: all of it
	equals    Attributes // what where demands, if that is nothing but equalities
	part      *attribute // which part of them; nil: the whole
}

// target reads a path (RFC 7644 figure 7), which may begin with a URN.
func (s schema) target(path string) (target, error) {
	urn, rest := s.cutURN(path)
	if rest == "" {
		if a, known := s.top(urn); known {
			return target{attribute: a}, nil
		}
		return target{}, Refuse(InvalidPath, "The path %q names no attribute.", short(path))
	}
	if err := bounded(rest); err != nil {
		return target{}, Refuse(InvalidPath, "The path is too long.")
	}
	p, err := parsePath(rest)
	if err != nil {
		return target{}, &Error{Status: 400, Type: InvalidPath, Detail: "The path cannot be read: " + short(path), Err: err}
	}
	t := target{}
	within := append(append([]attribute{}, given...), s.attributes...)
	if urn != "" && !strings.EqualFold(urn, s.urn) {
		extension, _ := s.top(urn)
		t.extension, within = extension.name, extension.subs
	}
	var known bool
	if t.attribute, known = find(within, p.AttributePath.AttributeName); !known || p.AttributePath.URI() != "" {
		return t, errUnknown(path)
	}
	return t, t.narrow(p)
}

func parsePath(text string) (filter.Path, error) {
	outside, in, err := unbracket(text)
	if err != nil {
		return filter.Path{}, err
	}
	p, err := filter.ParsePath([]byte(outside))
	if p.ValueExpression != nil {
		p.ValueExpression = in.behind(p.ValueExpression)
	}
	return p, err
}

// cutURN takes the URN of one of the schemas off a path.
func (s schema) cutURN(path string) (urn, rest string) {
	for _, known := range append([]schema{s}, s.extensions...) {
		n := len(known.urn)
		if len(path) < n || !strings.EqualFold(path[:n], known.urn) {
			continue
		}
		if len(path) == n {
			return known.urn, ""
		}
		if path[n] == ':' {
			return known.urn, path[n+1:]
		}
	}
	return "", path
}

func errUnknown(path string) *Error {
	return Refuse(InvalidPath, "There is no attribute %q.", short(path))
}

// narrow takes over which values of the attribute a path means, and which part of them.
func (t *target) narrow(p filter.Path) error {
	name := p.AttributePath.SubAttributeName()
	if p.SubAttribute != nil {
		name = p.SubAttributeName()
	}
	if name != "" {
		part, known := find(t.attribute.subs, name)
		if !known {
			return Refuse(InvalidPath, "The attribute %q has no part %q.", t.attribute.name, short(name))
		}
		t.part = &part
	}
	if p.ValueExpression == nil {
		return nil
	}
	if !t.attribute.multi || t.attribute.kind != "complex" {
		return Refuse(InvalidPath, "The attribute %q has no values to choose from.", t.attribute.name)
	}
	where, err := scope{attributes: t.attribute.subs}.compile(p.ValueExpression)
	if err != nil {
		return err
	}
	t.where = where
	equals := Attributes{}
	if t.attribute.demands(p.ValueExpression, equals) {
		t.equals = equals
	}
	return nil
}

// demands notes what a value of a must equal for tree to match, and reports whether tree says nothing else.
func (a attribute) demands(tree filter.Expression, equals Attributes) bool {
	switch e := tree.(type) {
	case *filter.LogicalExpression:
		and := strings.EqualFold(string(e.Operator), string(filter.AND))
		return and && a.demands(e.Left, equals) && a.demands(e.Right, equals)
	case *filter.AttributeExpression:
		part, known := find(a.subs, e.AttributePath.AttributeName)
		if !known || !is(e.Operator, filter.EQ) {
			return false
		}
		v, err := part.normal(e.CompareValue)
		equals[part.name] = v
		return err == nil && v != nil
	}
	return false
}
