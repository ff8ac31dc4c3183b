package scim

import (
	"cmp"
	"slices"
	"strings"
	"time"

	filter "github.com/scim2/filter-parser/v2"
)

// test returns what judges the values of a, which matches when one of them does. For ne none may be equal.
func (a attribute) test(op filter.CompareOperator, want any) (func([]any) bool, error) {
	op = filter.CompareOperator(strings.ToLower(string(op)))
	some := func(all []any) bool { return len(all) > 0 }
	switch {
	case op == filter.PR:
		return some, nil
	case want == nil && op == filter.EQ:
		return func(all []any) bool { return !some(all) }, nil
	case want == nil && op == filter.NE:
		return some, nil
	}
	one, err := a.compare(op, want)
	if err != nil {
		return nil, err
	}
	if op == filter.NE {
		return func(all []any) bool { return !slices.ContainsFunc(all, one) }, nil
	}
	return func(all []any) bool { return slices.ContainsFunc(all, one) }, nil
}

// compare judges one value of a. For ne it tells what is equal.
func (a attribute) compare(op filter.CompareOperator, want any) (func(any) bool, error) {
	if a.kind == "boolean" {
		b, err := a.boolean(want)
		if err != nil || b == nil || op != filter.EQ && op != filter.NE {
			return nil, Refuse(InvalidFilter, "%q is true or false: compare it by eq or ne.", a.name)
		}
		return func(v any) bool { return v == b }, nil
	}
	text, ok := want.(string)
	if !ok {
		return nil, Refuse(InvalidFilter, "%q is compared with a text in double quotes.", a.name)
	}
	if a.kind == "dateTime" {
		return a.compareTime(op, text)
	}
	order, err := orderOf(op)
	if err != nil {
		return nil, err
	}
	text = a.folded(text)
	return func(v any) bool { got, ok := v.(string); return ok && order(a.folded(got), text) }, nil
}

// folded is s as it is compared.
func (a attribute) folded(s string) string {
	if a.exact {
		return s
	}
	return Fold(s)
}

// Fold returns s as names are compared that are the same in any capitals.
func Fold(s string) string { return strings.ToLower(s) }

func orderOf(op filter.CompareOperator) (func(got, want string) bool, error) {
	switch op {
	case filter.EQ, filter.NE:
		return func(got, want string) bool { return got == want }, nil
	case filter.CO:
		return strings.Contains, nil
	case filter.SW:
		return strings.HasPrefix, nil
	case filter.EW:
		return strings.HasSuffix, nil
	}
	if sign := signOf(op); sign != nil {
		return func(got, want string) bool { return sign(cmp.Compare(got, want)) }, nil
	}
	return nil, Refuse(InvalidFilter, "The operator %q is not supported.", short(string(op)))
}

func signOf(op filter.CompareOperator) func(int) bool {
	switch op {
	case filter.EQ, filter.NE:
		return func(c int) bool { return c == 0 }
	case filter.GT:
		return func(c int) bool { return c > 0 }
	case filter.GE:
		return func(c int) bool { return c >= 0 }
	case filter.LT:
		return func(c int) bool { return c < 0 }
	case filter.LE:
		return func(c int) bool { return c <= 0 }
	}
	return nil
}

func (a attribute) compareTime(op filter.CompareOperator, text string) (func(any) bool, error) {
	want, err := time.Parse(time.RFC3339, text)
	sign := signOf(op)
	if err != nil || sign == nil {
		return nil, Refuse(InvalidFilter, "%q is compared with a time such as \"2026-11-22T03:00:00Z\", by eq, ne, gt, ge, lt or le.", a.name)
	}
	return func(v any) bool {
		s, _ := v.(string)
		got, err := time.Parse(time.RFC3339, s)
		return err == nil && sign(got.Compare(want))
	}, nil
}
