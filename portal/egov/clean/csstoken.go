package clean

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// form is a token's kind (CSS Syntax 3, 4).
type form int

const (
	ident form = iota
	function
	atKeyword
	hash
	quoted
	badString
	address // url(…) without quotes, also a bad one
	numeric // number, percentage or dimension, in value as written
	space
	mark // CDO or CDC: the SGML comment around old style sheets
	delim
	end
)

type token struct {
	kind  form
	value string // escapes resolved
}

// scanner splits CSS into tokens. Comments become nothing, except that what they separated stays separate.
type scanner struct {
	in string
	at int
}

func (s *scanner) peek(n int) byte {
	if s.at+n < len(s.in) {
		return s.in[s.at+n]
	}
	return 0
}

func scan(in string) []token {
	s := scanner{in: strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n", "\x00", "\uFFFD").Replace(strings.ToValidUTF8(in, "\uFFFD"))}
	var ts []token
	for {
		if strings.HasPrefix(s.in[s.at:], "/*") {
			s.comment()
			continue
		}
		t := s.next()
		if t.kind == end {
			return ts
		}
		ts = append(ts, t)
	}
}

func (s *scanner) comment() {
	if n := strings.Index(s.in[s.at+2:], "*/"); n >= 0 {
		s.at += n + 4
		return
	}
	s.at = len(s.in)
}

func (s *scanner) next() token {
	c, rest := s.peek(0), s.in[s.at:]
	switch {
	case rest == "":
		return token{kind: end}
	case isSpace(c):
		for s.at < len(s.in) && isSpace(s.peek(0)) {
			s.at++
		}
		return token{space, " "}
	case c == '"' || c == '\'':
		return s.str(c)
	case c == '#' && (isName(s.peek(1)) || s.escape(1)):
		s.at++
		return token{hash, s.name()}
	case isDigit(c) || c == '.' && isDigit(s.peek(1)) || (c == '+' || c == '-') && (isDigit(s.peek(1)) || s.peek(1) == '.' && isDigit(s.peek(2))):
		return s.numeric()
	case strings.HasPrefix(rest, "<!--"):
		s.at += 4
		return token{mark, "<!--"}
	case strings.HasPrefix(rest, "-->"):
		s.at += 3
		return token{mark, "-->"}
	case c == '@' && s.starts(1):
		s.at++
		return token{atKeyword, strings.ToLower(s.name())}
	case s.starts(0):
		return s.identLike()
	}
	_, n := utf8.DecodeRuneInString(rest)
	s.at += n
	return token{delim, rest[:n]}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isHex(c byte) bool   { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
func isStart(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c >= 0x80 }
func isName(c byte) bool  { return isStart(c) || isDigit(c) || c == '-' }

// escape reports that a valid escape begins n bytes ahead (4.3.8).
func (s *scanner) escape(n int) bool {
	return s.peek(n) == '\\' && s.at+n+1 < len(s.in) && s.peek(n+1) != '\n'
}

// starts reports that an identifier begins n bytes ahead (4.3.9).
func (s *scanner) starts(n int) bool {
	if s.peek(n) == '-' {
		return isStart(s.peek(n+1)) || s.peek(n+1) == '-' || s.escape(n+1)
	}
	return isStart(s.peek(n)) || s.escape(n)
}

func (s *scanner) name() string {
	var b strings.Builder
	for s.at < len(s.in) {
		switch {
		case isName(s.peek(0)):
			b.WriteByte(s.peek(0))
			s.at++
		case s.escape(0):
			s.at++
			b.WriteRune(s.escaped())
		default:
			return b.String()
		}
	}
	return b.String()
}

// escaped reads an escape after its backslash (4.3.7).
func (s *scanner) escaped() rune {
	n := 0
	for n < 6 && isHex(s.peek(n)) {
		n++
	}
	if n == 0 {
		r, size := utf8.DecodeRuneInString(s.in[s.at:])
		s.at += size
		return r
	}
	v, err := strconv.ParseUint(s.in[s.at:s.at+n], 16, 32)
	s.at += n
	if s.at < len(s.in) && isSpace(s.peek(0)) {
		s.at++
	}
	if r := rune(v); err == nil && v > 0 && v <= utf8.MaxRune && utf8.ValidRune(r) {
		return r
	}
	return utf8.RuneError
}

func (s *scanner) str(quote byte) token {
	var b strings.Builder
	for s.at++; s.at < len(s.in); {
		switch c := s.peek(0); {
		case c == quote:
			s.at++
			return token{quoted, b.String()}
		case c == '\n':
			return token{badString, ""}
		case c == '\\' && s.peek(1) == '\n':
			s.at += 2
		case c == '\\' && s.at+1 == len(s.in):
			s.at++
		case c == '\\':
			s.at++
			b.WriteRune(s.escaped())
		default:
			b.WriteByte(c)
			s.at++
		}
	}
	return token{quoted, b.String()}
}

func (s *scanner) numeric() token {
	from := s.at
	if c := s.peek(0); c == '+' || c == '-' {
		s.at++
	}
	s.digits()
	if s.peek(0) == '.' && isDigit(s.peek(1)) {
		s.at++
		s.digits()
	}
	if c, d := s.peek(0)|0x20, s.peek(1); c == 'e' && (isDigit(d) || (d == '+' || d == '-') && isDigit(s.peek(2))) {
		s.at += 2
		s.digits()
	}
	figure := s.in[from:s.at]
	switch {
	case s.peek(0) == '%':
		s.at++
		return token{numeric, figure + "%"}
	case s.starts(0):
		if unit := strings.ToLower(s.name()); plain(unit) {
			return token{numeric, figure + unit}
		}
		return token{badString, ""} // a unit that does not exist
	}
	return token{numeric, figure}
}

func (s *scanner) digits() {
	for isDigit(s.peek(0)) {
		s.at++
	}
}

func plain(unit string) bool {
	for _, c := range []byte(unit) {
		if c < 'a' || c > 'z' {
			return false
		}
	}
	// A unit that begins like an exponent would be read as one when it follows a number.
	return unit != "" && len(unit) < 8
}

// identLike reads an identifier, a function's name or a whole url() (4.3.4).
func (s *scanner) identLike() token {
	name := s.name()
	if s.peek(0) != '(' {
		return token{ident, name}
	}
	s.at++
	if !strings.EqualFold(name, "url") {
		return token{function, strings.ToLower(name)}
	}
	for s.at < len(s.in) {
		c := s.peek(0)
		s.at++
		if c == ')' {
			break
		}
		if c == '\\' && s.at < len(s.in) {
			s.at++
		}
	}
	return token{address, ""}
}
