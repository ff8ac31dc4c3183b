package samlsp

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// unescape returns raw with references replaced and line ends normalised (XML 1.0, 2.11); in an attribute white space
// becomes spaces as well (3.3.3). What needs no change is returned as it is, without a copy.
func unescape(raw string, attr bool) (string, error) {
	special := "&\r"
	if attr {
		special = "&\r\n\t"
	}
	i := strings.IndexAny(raw, special)
	if i < 0 {
		return raw, nil
	}
	b := make([]byte, 0, len(raw))
	for ; i >= 0; i = strings.IndexAny(raw, special) {
		b = append(b, raw[:i]...)
		if raw[i] == '&' {
			r, n, err := reference(raw[i:])
			if err != nil {
				return "", err
			}
			b, raw = utf8.AppendRune(b, r), raw[i+n:]
			continue
		}
		if raw[i] == '\r' && i+1 < len(raw) && raw[i+1] == '\n' {
			i++
		}
		if attr {
			b = append(b, ' ')
		} else {
			b = append(b, '\n')
		}
		raw = raw[i+1:]
	}
	return string(append(b, raw...)), nil
}

// reference reads the reference that s starts with and returns its character and its length.
func reference(s string) (rune, int, error) {
	end := strings.IndexByte(s[:min(len(s), 12)], ';')
	if end < 0 {
		return 0, 0, malformed("entity", "an & that starts no reference")
	}
	switch name := s[1:end]; {
	case name == "amp":
		return '&', end + 1, nil
	case name == "lt":
		return '<', end + 1, nil
	case name == "gt":
		return '>', end + 1, nil
	case name == "quot":
		return '"', end + 1, nil
	case name == "apos":
		return '\'', end + 1, nil
	case strings.HasPrefix(name, "#"):
		r, err := numeric(name[1:])
		return r, end + 1, err
	}
	return 0, 0, malformed("entity", "entity %q", s[:end+1])
}

func numeric(digits string) (rune, error) {
	base := 10
	if strings.HasPrefix(digits, "x") {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 32)
	r := rune(n)
	if err != nil || digits[0] == '+' || n > utf8.MaxRune || !utf8.ValidRune(r) || r == 0xFFFE || r == 0xFFFF ||
		(r < 0x20 && r != '\t' && r != '\n' && r != '\r') {
		return 0, malformed("entity", "character reference %q", digits)
	}
	return r, nil
}
