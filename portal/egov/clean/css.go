package clean

import (
	"fmt"
	"slices"
	"strings"
)

const (
	maxNesting = 2       // of @media
	maxSheet   = 1 << 20 // bytes; its tokens take twenty times that
)

// sheet returns the allowed part of a style sheet, inside @media for query when there is one. Nothing of one that is
// longer than a form's can be is allowed.
func sheet(in, query string) string {
	if len(in)+len(query) > maxSheet {
		return ""
	}
	f := cssFilter{ts: scan(in)}
	if query != "" {
		f.depth = 1
	}
	f.rules()
	out := f.out.String()
	if query == "" || out == "" {
		return out
	}
	words, ok := mediaQuery(scan(query))
	if !ok {
		return ""
	}
	return "@media " + words + "{" + out + "}"
}

// declarations returns the allowed part of a style attribute.
func declarations(in string) string {
	if len(in) > maxSheet {
		return ""
	}
	f := cssFilter{ts: scan(in)}
	return f.block()
}

// cssFilter walks over tokens as a style sheet is parsed (CSS Syntax 3, 5) and writes what is allowed.
type cssFilter struct {
	ts    []token
	at    int
	depth int // of @media around it
	out   strings.Builder
}

func (f *cssFilter) peek() token {
	if f.at < len(f.ts) {
		return f.ts[f.at]
	}
	return token{kind: end}
}

func (t token) is(c string) bool { return t.kind == delim && t.value == c }

// rules reads rules until the sheet or the surrounding block, which is all that f has, ends.
func (f *cssFilter) rules() {
	for {
		switch t := f.peek(); {
		case t.kind == end:
			return
		case t.kind == space, t.kind == mark:
			f.at++
		case t.kind == atKeyword:
			f.at++
			f.atRule(t.value)
		default:
			f.rule()
		}
	}
}

// until reads to one of the delimiters, which it also reads past, outside all brackets.
func (f *cssFilter) until(stops string) (ts []token, stop string) {
	from, depth := f.at, 0
	for ; f.at < len(f.ts); f.at++ {
		t := f.ts[f.at]
		switch {
		case depth == 0 && t.kind == delim && strings.Contains(stops, t.value):
			f.at++
			return f.ts[from : f.at-1], t.value
		case t.kind == function, t.is("("), t.is("["), t.is("{"):
			depth++
		case t.is(")"), t.is("]"), t.is("}"):
			depth = max(0, depth-1)
		}
	}
	return f.ts[from:], ""
}

func (f *cssFilter) rule() {
	prelude, stop := f.until("{")
	if stop == "" {
		return
	}
	selector, ok := selectors(prelude)
	if body := f.block(); ok && body != "" {
		fmt.Fprintf(&f.out, "%s{%s}", selector, body)
	}
}

// atRule keeps @media and @page. @import, @font-face, @namespace, @keyframes and what is still to be invented go.
func (f *cssFilter) atRule(name string) {
	prelude, stop := f.until("{;")
	if stop != "{" {
		return
	}
	inner := f.braces()
	switch name {
	case "media":
		sub := cssFilter{ts: inner, depth: f.depth + 1}
		if query, ok := mediaQuery(prelude); ok && sub.depth <= maxNesting {
			sub.rules()
			if sub.out.Len() > 0 {
				fmt.Fprintf(&f.out, "@media %s{%s}", query, sub.out.String())
			}
		}
	case "page":
		sub := cssFilter{ts: inner}
		if body := sub.block(); body != "" && pageSelector(prelude) {
			fmt.Fprintf(&f.out, "@page%s{%s}", prefixed(write(trim(prelude))), body)
		}
	}
}

func prefixed(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

// braces reads past the block that has been opened and returns what is inside.
func (f *cssFilter) braces() []token {
	ts, _ := f.until("}")
	return ts
}

// block reads declarations to the end of their block and returns the allowed ones.
func (f *cssFilter) block() string {
	sub := cssFilter{ts: f.braces()}
	var out []string
	for sub.at < len(sub.ts) {
		ts, _ := sub.until(";")
		if d, ok := declaration(trim(ts)); ok {
			out = append(out, d)
		}
	}
	return strings.Join(out, ";")
}

func declaration(ts []token) (string, bool) {
	if len(ts) < 3 || ts[0].kind != ident {
		return "", false
	}
	name, rest := strings.ToLower(ts[0].value), trim(ts[1:])
	if !properties[name] || len(rest) == 0 || !rest[0].is(":") {
		return "", false
	}
	value := trim(rest[1:])
	if len(value) == 0 || !balanced(value, allowedInValue) || !staysPut(name, value) || !modest(name, value) {
		return "", false
	}
	return name + ":" + write(value), true
}

func allowedInValue(t token) bool {
	switch t.kind {
	case ident, hash, quoted, numeric, space:
		return true
	case function:
		return functions[t.value]
	case delim:
		return strings.Contains("()+-*/,!", t.value)
	}
	return false
}

// selectors returns a rule's prelude. A selector can only choose among elements of this page.
func selectors(ts []token) (string, bool) {
	ts = trim(ts)
	ok := len(ts) > 0 && balanced(ts, func(t token) bool {
		switch t.kind {
		case ident, hash, quoted, numeric, space:
			return true
		case function:
			return slices.Contains([]string{"not", "nth-child", "nth-of-type", "nth-last-child", "is", "where", "lang"}, t.value)
		case delim:
			return strings.Contains("().>+~*:[]=^$|,-", t.value)
		}
		return false
	})
	return write(ts), ok
}

func mediaQuery(ts []token) (string, bool) {
	ts = trim(ts)
	ok := len(ts) > 0 && balanced(ts, func(t token) bool {
		switch t.kind {
		case ident:
			return media[strings.ToLower(t.value)]
		case delim:
			return strings.Contains("():,", t.value)
		}
		return t.kind == numeric || t.kind == space
	})
	return write(ts), ok
}

// pageSelector takes :first, :left, :right, :blank and a page's name.
func pageSelector(ts []token) bool {
	for _, t := range ts {
		if t.kind != ident && t.kind != space && !t.is(":") {
			return false
		}
	}
	return true
}

// balanced reports that all tokens are allowed and that brackets match.
func balanced(ts []token, allowed func(token) bool) bool {
	var open []string
	for _, t := range ts {
		if !allowed(t) {
			return false
		}
		switch {
		case t.kind == function, t.is("("):
			open = append(open, ")")
		case t.is("["):
			open = append(open, "]")
		case t.is(")"), t.is("]"):
			if len(open) == 0 || open[len(open)-1] != t.value {
				return false
			}
			open = open[:len(open)-1]
		}
	}
	return len(open) == 0
}

func trim(ts []token) []token {
	for len(ts) > 0 && ts[0].kind == space {
		ts = ts[1:]
	}
	for len(ts) > 0 && ts[len(ts)-1].kind == space {
		ts = ts[:len(ts)-1]
	}
	return ts
}
