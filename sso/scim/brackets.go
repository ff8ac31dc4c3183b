package scim

import (
	"fmt"
	"strings"

	filter "github.com/scim2/filter-parser/v2"
)

// insides are the filters that stood in the square brackets of a text. The parser knows one operator within brackets, so each
// is parsed as a filter of its own, and a comparison that any parser knows holds its place.
type insides []filter.Expression

var errBrackets = Refuse(InvalidFilter, "Square brackets hold one filter, and none within another.")

// unbracket takes the filters out of the brackets of text.
func unbracket(text string) (outside string, in insides, err error) {
	var b strings.Builder
	quoted, from, open := false, 0, -1
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' && open >= 0:
			return "", nil, errBrackets
		case c == '[':
			open = i + 1
			b.WriteString(text[from:open])
		case c == ']' && open >= 0:
			inside, err := filter.ParseFilter([]byte(strings.TrimSpace(text[open:i])))
			if err != nil {
				return "", nil, err
			}
			fmt.Fprintf(&b, "in%d pr", len(in))
			in, from, open = append(in, inside), i, -1
		}
	}
	if open >= 0 {
		return "", nil, errBrackets
	}
	b.WriteString(text[from:])
	return b.String(), in, nil
}

// behind returns the filter whose place a comparison holds.
func (in insides) behind(place filter.Expression) filter.Expression {
	e, ok := place.(*filter.AttributeExpression)
	if !ok {
		return nil
	}
	var i int
	if n, err := fmt.Sscanf(e.AttributePath.AttributeName, "in%d", &i); n != 1 || err != nil || i >= len(in) {
		return nil
	}
	return in[i]
}

// fill puts the filters back where they stood.
func (in insides) fill(tree filter.Expression) {
	switch e := tree.(type) {
	case *filter.LogicalExpression:
		in.fill(e.Left)
		in.fill(e.Right)
	case *filter.NotExpression:
		in.fill(e.Expression)
	case *filter.ValuePath:
		e.ValueFilter = in.behind(e.ValueFilter)
	}
}
