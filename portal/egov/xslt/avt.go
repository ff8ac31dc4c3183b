package xslt

import (
	"strings"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// avt is an attribute value template (section 7.6.2): text, expression, text, …
type avt struct {
	fixed string // all of it where there is no expression
	parts []avtPart
}

type avtPart struct {
	text string
	expr *xpath.Expr // or nil
}

func (a avt) String(r *run) string {
	switch len(a.parts) {
	case 0:
		return a.fixed
	case 1:
		s := a.parts[0].expr.String(r.c)
		r.c.Meter.Scan(s)
		return s
	}
	var b strings.Builder
	for _, p := range a.parts {
		s := p.text
		if p.expr != nil {
			s = p.expr.String(r.c)
		}
		r.c.Meter.Bytes(len(s))
		b.WriteString(s)
	}
	return b.String()
}

// avt compiles an attribute value template written at an element.
func (k *compiler) avt(n tree.Node, s string) (avt, error) {
	var out avt
	var text strings.Builder
	for s != "" {
		plain := strings.IndexAny(s, "{}")
		if plain < 0 {
			plain = len(s)
		}
		text.WriteString(s[:plain])
		s = s[plain:]
		switch {
		case s == "":
		case len(s) > 1 && s[0] == s[1]:
			text.WriteByte(s[0])
			s = s[2:]
		default:
			e, rest, err := k.inBraces(n, s)
			if err != nil {
				return out, err
			}
			out.add(text.String(), e)
			text.Reset()
			s = rest
		}
	}
	if len(out.parts) == 0 {
		out.fixed = text.String()
	} else {
		out.add(text.String(), nil)
	}
	return out, nil
}

// inBraces compiles the expression in braces at the start of s, and gives what is behind it.
func (k *compiler) inBraces(n tree.Node, s string) (e *xpath.Expr, rest string, err error) {
	end := closingBrace(s)
	switch {
	case s[0] == '}':
		return nil, "", k.wrong(n, "a } without a { in an attribute")
	case end < 0:
		return nil, "", k.wrong(n, "a { without a } in an attribute")
	}
	e, err = k.expr(n, s[1:end])
	return e, s[end+1:], err
}

func (a *avt) add(text string, e *xpath.Expr) {
	if text != "" {
		a.parts = append(a.parts, avtPart{text: text})
	}
	if e != nil {
		a.parts = append(a.parts, avtPart{expr: e})
	}
}

// closingBrace finds the } that ends an expression; one inside a literal does not.
func closingBrace(s string) int {
	quote := byte(0)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '}':
			return i
		}
	}
	return -1
}

// optional compiles an attribute as a template, "" where there is none.
func (k *compiler) optional(n tree.Node, attribute string) (avt, error) {
	return k.avt(n, k.attr(n, attribute))
}
