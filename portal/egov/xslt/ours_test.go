package xslt_test

import (
	"context"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt"
)

// result is what a stylesheet made of a document.
type result struct{ text, method string }

func ours(sheet, doc string) (result, error) { return within(sheet, doc, xslt.Budget{}) }

func within(sheet, doc string, b xslt.Budget) (result, error) {
	s, err := xslt.Compile([]byte(sheet), b)
	if err != nil {
		return result{}, err
	}
	d, err := tree.Parse([]byte(doc), tree.Limits{})
	if err != nil {
		return result{}, err
	}
	out, err := s.Transform(context.Background(), d, b)
	return result{string(out.Bytes), out.Method}, err
}
