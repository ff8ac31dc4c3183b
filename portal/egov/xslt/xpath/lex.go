package xpath

import (
	"strings"

	"cloudpocket/portal/egov/tree"
)

type tokenKind uint8

const (
	endToken tokenKind = iota
	numberToken
	literalToken
	nameToken     // a QName, NCName:* or *, where a name may stand
	operatorToken // punctuation, and or, and, mod, div, * where an operator must stand
	variableToken
)

type token struct {
	kind tokenKind
	text string // without quotes and $
	at   int
}

// most parts that an expression may have; what people write has dozens.
const mostTokens = 5000

// lex cuts an expression into tokens (XPath 1.0, section 3.7).
func lex(s string) ([]token, error) {
	var out []token
	for at := skip(s, 0); at < len(s); at = skip(s, at) {
		t, length := nextToken(s[at:], out)
		if length == 0 {
			return nil, wrong(s, at, "this cannot be read")
		}
		if len(out) > mostTokens {
			return nil, wrong(s, at, "the expression is too long")
		}
		t.at = at
		out = append(out, t)
		at += length
	}
	return append(out, token{kind: endToken, at: len(s)}), nil
}

func skip(s string, at int) int {
	for at < len(s) && strings.IndexByte(space, s[at]) >= 0 {
		at++
	}
	return at
}

func nextToken(s string, before []token) (token, int) {
	switch c := s[0]; {
	case c == '"' || c == '\'':
		if end := strings.IndexByte(s[1:], c); end >= 0 {
			return token{kind: literalToken, text: s[1 : 1+end]}, end + 2
		}
		return token{}, 0
	case '0' <= c && c <= '9' || c == '.' && digits(s[1:]) > 0:
		n := numberLength(s)
		return token{kind: numberToken, text: s[:n]}, n
	case c == '$':
		n := qnameLength(s[1:])
		if n == 0 {
			return token{}, 0
		}
		return token{kind: variableToken, text: s[1 : 1+n]}, 1 + n
	case c == '*' && !operatorFollows(before):
		return token{kind: nameToken, text: "*"}, 1
	}
	if n := punctuation(s); n > 0 {
		return token{kind: operatorToken, text: s[:n]}, n
	}
	return nameOrOperator(s, before)
}

func nameOrOperator(s string, before []token) (token, int) {
	n := qnameLength(s)
	if operatorFollows(before) {
		n = tree.NCNameLength(s)
		switch s[:n] {
		case "or", "and", "mod", "div":
			return token{kind: operatorToken, text: s[:n]}, n
		}
		return token{}, 0
	}
	return token{kind: nameToken, text: s[:n]}, n
}

// operatorFollows is the rule that tells * the wildcard from * the operator, and div the name from div the operator.
func operatorFollows(before []token) bool {
	if len(before) == 0 {
		return false
	}
	switch last := before[len(before)-1]; last.kind {
	case operatorToken:
		return last.text == ")" || last.text == "]" || last.text == "." || last.text == ".."
	}
	return true
}

// numberLength measures a number, which libxml2 lets have an exponent.
func numberLength(s string) int {
	n := digits(s)
	if n < len(s) && s[n] == '.' {
		n += 1 + digits(s[n+1:])
	}
	if n == len(s) || s[n] != 'e' && s[n] != 'E' {
		return n
	}
	rest := strings.TrimLeft(s[n+1:min(n+2, len(s))], "+-") + s[min(n+2, len(s)):]
	if d := digits(rest); d > 0 {
		return len(s) - len(rest) + d
	}
	return n
}

func punctuation(s string) int {
	for _, p := range []string{"::", "//", "..", "!=", "<=", ">="} {
		if strings.HasPrefix(s, p) {
			return 2
		}
	}
	if strings.IndexByte("()[].@,/|+-=<>*", s[0]) >= 0 {
		return 1
	}
	return 0
}

// qnameLength measures prefix:local, prefix:* and local at the start of s, but leaves the :: of an axis alone.
func qnameLength(s string) int {
	n := tree.NCNameLength(s)
	if n == 0 || n >= len(s)-1 || s[n] != ':' || s[n+1] == ':' {
		return n
	}
	if s[n+1] == '*' {
		return n + 2
	}
	if local := tree.NCNameLength(s[n+1:]); local > 0 {
		return n + 1 + local
	}
	return n
}
