package clean

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// write returns tokens as CSS that is scanned into the same tokens, in characters that mean nothing to HTML.
func write(ts []token) string {
	var b strings.Builder
	for i, t := range ts {
		if i > 0 && touches(ts[i-1], t) {
			b.WriteString("/**/")
		}
		switch t.kind {
		case ident:
			b.WriteString(name(t.value, true))
		case function:
			b.WriteString(name(t.value, true) + "(")
		case hash:
			b.WriteString("#" + name(t.value, false))
		case quoted:
			b.WriteString(quote(t.value))
		default:
			b.WriteString(t.value)
		}
	}
	return b.String()
}

// touches reports that two tokens, written side by side, could be read as something else (CSS Syntax 3, 9).
func touches(a, b token) bool {
	wordly := func(t token) bool {
		return t.kind == ident || t.kind == function || t.kind == numeric || t.is("-")
	}
	switch a.kind {
	case ident:
		return wordly(b) || b.is("(")
	case hash, numeric:
		return wordly(b) || b.is("%")
	case delim:
		switch a.value {
		case ".", "+":
			return b.kind == numeric
		case "/":
			return b.is("*")
		}
		return strings.Contains("#@-", a.value) && wordly(b)
	}
	return false
}

// name writes an identifier. All but ASCII letters, digits, '-', '_' and characters beyond ASCII are escaped.
func name(s string, start bool) string {
	var b strings.Builder
	for i, r := range s {
		digit, first := r < utf8.RuneSelf && isDigit(byte(r)), i == 0 || i == 1 && s[0] == '-'
		switch {
		case start && digit && first, r < utf8.RuneSelf && !isName(byte(r)), r == '-' && s == "-":
			fmt.Fprintf(&b, "\\%x ", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// quote writes a string in single quotes, which attributes do not need to escape twice.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range s {
		if r < ' ' || strings.ContainsRune(`'"\<>&`, r) || r == 0x7F {
			fmt.Fprintf(&b, "\\%x ", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String() + "'"
}
