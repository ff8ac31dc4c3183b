package scim

import (
	"strings"

	filter "github.com/scim2/filter-parser/v2"
)

// What a filter may be. The parser calls itself for each bracket.
const (
	maxFilter   = 2_000 // bytes
	maxBrackets = 12
)

// predicate judges a tree.
type predicate func(Attributes) bool

// judged is a filter that was understood.
type judged struct {
	match predicate
	exact map[string]string // what every match has: equalities of core attributes that stand alone or are joined by "and"
}

// filter reads a filter over whole resources; "" matches all.
func (s schema) filter(text string) (judged, error) {
	if strings.TrimSpace(text) == "" {
		return judged{match: func(Attributes) bool { return true }}, nil
	}
	tree, err := parseFilter(text)
	if err != nil {
		return judged{}, err
	}
	match, err := s.scope().compile(tree)
	if err != nil {
		return judged{}, err
	}
	exact := map[string]string{}
	s.equalities(tree, exact)
	return judged{match, exact}, nil
}

func parseFilter(text string) (filter.Expression, error) {
	if err := bounded(text); err != nil {
		return nil, err
	}
	outside, in, err := unbracket(text)
	var tree filter.Expression
	if err == nil {
		tree, err = filter.ParseFilter([]byte(outside))
	}
	if err != nil {
		return nil, &Error{Status: 400, Type: InvalidFilter, Detail: "The filter cannot be read: operators are eq, ne, co, sw, ew, gt, ge, lt, le and pr, joined by and, or and not; texts stand in double quotes.", Err: err}
	}
	in.fill(tree)
	return tree, nil
}

// bounded keeps from the parser what would take it long.
func bounded(text string) error {
	if len(text) > maxFilter || strings.Count(text, "(")+strings.Count(text, "[") > maxBrackets {
		return Refuse(InvalidFilter, "The filter is longer than %d bytes or has more than %d brackets.", maxFilter, maxBrackets)
	}
	return nil
}

// equalities notes what must be equal for tree to match.
func (s schema) equalities(tree filter.Expression, exact map[string]string) {
	switch e := tree.(type) {
	case *filter.LogicalExpression:
		if e.Operator == filter.AND {
			s.equalities(e.Left, exact)
			s.equalities(e.Right, exact)
		}
	case *filter.AttributeExpression:
		text, ok := e.CompareValue.(string)
		a, known := s.top(e.AttributePath.AttributeName)
		core := e.AttributePath.URI() == "" || strings.EqualFold(e.AttributePath.URI(), s.urn)
		if ok && known && core && !a.multi && a.kind == "" && e.AttributePath.SubAttribute == nil && is(e.Operator, filter.EQ) {
			exact[a.name] = text
		}
	}
}

func is(got, want filter.CompareOperator) bool { return strings.EqualFold(string(got), string(want)) }

// scope is where a filter's names are looked up.
type scope struct {
	attributes []attribute
	urn        string
	extensions []schema
}

func (s schema) scope() scope {
	return scope{append(append([]attribute{}, given...), s.attributes...), s.urn, s.extensions}
}

// compile turns a tree into what judges, or says what in it is unknown.
func (s scope) compile(tree filter.Expression) (predicate, error) {
	switch e := tree.(type) {
	case *filter.LogicalExpression:
		return s.logical(e)
	case *filter.NotExpression:
		inner, err := s.compile(e.Expression)
		return func(a Attributes) bool { return !inner(a) }, err
	case *filter.ValuePath:
		return s.valuePath(e)
	case *filter.AttributeExpression:
		return s.comparison(e)
	}
	return nil, Refuse(InvalidFilter, "The filter cannot be understood.")
}

func (s scope) logical(e *filter.LogicalExpression) (predicate, error) {
	left, err := s.compile(e.Left)
	if err != nil {
		return nil, err
	}
	right, err := s.compile(e.Right)
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(string(e.Operator), string(filter.AND)) {
		return func(a Attributes) bool { return left(a) && right(a) }, nil
	}
	return func(a Attributes) bool { return left(a) || right(a) }, nil
}

// valuePath is a filter on the values of one attribute: one of them must match all of it.
func (s scope) valuePath(e *filter.ValuePath) (predicate, error) {
	in, a, err := s.resolve(e.AttributePath)
	if err != nil {
		return nil, err
	}
	inner, err := scope{attributes: a.subs}.compile(e.ValueFilter)
	if err != nil {
		return nil, err
	}
	return func(all Attributes) bool {
		for _, v := range values(in(all), a.name) {
			if one, ok := v.(Attributes); ok && inner(one) {
				return true
			}
		}
		return false
	}, nil
}

// comparison compares an attribute, or one of its parts, with a value.
func (s scope) comparison(e *filter.AttributeExpression) (predicate, error) {
	in, a, err := s.resolve(e.AttributePath)
	if err != nil {
		return nil, err
	}
	part := a
	if name := e.AttributePath.SubAttributeName(); name != "" {
		var known bool
		if part, known = find(a.subs, name); !known {
			return nil, Refuse(InvalidFilter, "The attribute %q has no part %q.", a.name, name)
		}
	} else if a.kind == "complex" && !is(e.Operator, filter.PR) {
		var known bool
		if part, known = find(a.subs, "value"); !known {
			return nil, Refuse(InvalidFilter, "The attribute %q has parts; name one of them.", a.name)
		}
	}
	test, err := part.test(e.Operator, e.CompareValue)
	if err != nil {
		return nil, err
	}
	return func(all Attributes) bool {
		found := values(in(all), a.name)
		if part.name != a.name || a.kind == "complex" && len(a.subs) > 0 && !is(e.Operator, filter.PR) {
			found = parts(found, part.name)
		}
		return test(found)
	}, nil
}

// resolve returns the attribute of a path, and what leads to the tree that it stands in.
func (s scope) resolve(p filter.AttributePath) (in func(Attributes) Attributes, a attribute, err error) {
	within, uri := s.attributes, p.URI()
	in = func(all Attributes) Attributes { return all }
	if uri != "" && !strings.EqualFold(uri, s.urn) {
		within = nil
		for _, e := range s.extensions {
			if strings.EqualFold(e.urn, uri) {
				within = e.attributes
				in = func(all Attributes) Attributes { inner, _ := all[e.urn].(Attributes); return inner }
			}
		}
	}
	a, known := find(within, p.AttributeName)
	if !known {
		err = Refuse(InvalidFilter, "There is no attribute %q.", short(p.String()))
	}
	return in, a, err
}

// values returns the values of an attribute, one or several.
func values(in Attributes, name string) []any {
	switch v := in[name].(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// parts returns that part of each complex value.
func parts(all []any, name string) (found []any) {
	for _, v := range all {
		if one, ok := v.(Attributes); ok {
			found = append(found, values(one, name)...)
		}
	}
	return found
}

// short cuts what a client sent to what an error repeats.
func short(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return s
}
