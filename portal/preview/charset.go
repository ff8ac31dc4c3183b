package preview

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	xunicode "golang.org/x/text/encoding/unicode"
)

// decode returns b as text with lines by \n, and the name of the character set it was taken for: what a byte order mark
// says; else UTF-16 if every other byte is often zero; else UTF-8 if it is valid; else CP932, which is what Windows in
// Japan writes. cut tells that b is only the beginning of a file, whose last character may be torn.
func decode(b []byte, cut bool) (text, charset string, err error) {
	set, charset := guess(b, cut)
	if set != nil {
		if b, err = set.NewDecoder().Bytes(b); err != nil {
			return "", "", notText("decode %s: %w", charset, err)
		}
	}
	text = strings.ToValidUTF8(strings.TrimPrefix(string(b), "\ufeff"), "�")
	if cut {
		text = strings.TrimSuffix(text, "�")
	}
	if unreadable(text) {
		return "", "", notText("as %s it has too many characters that are none", charset)
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return strings.Map(visible, text), charset, nil
}

func guess(b []byte, cut bool) (encoding.Encoding, string) {
	little := xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM)
	big := xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM)
	even, odd := zeros(b)
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return nil, "UTF-8"
	case bytes.HasPrefix(b, []byte("\xff\xfe")), odd > len(b)/8 && even == 0:
		return little, "UTF-16LE"
	case bytes.HasPrefix(b, []byte("\xfe\xff")), even > len(b)/8 && odd == 0:
		return big, "UTF-16BE"
	case validUTF8(b, cut):
		return nil, "UTF-8"
	}
	return japanese.ShiftJIS, "CP932" // the WHATWG's Shift_JIS, which is CP932
}

// zeros counts the zero bytes at even and at odd places.
func zeros(b []byte) (even, odd int) {
	for i, c := range b {
		if c == 0 && i%2 == 0 {
			even++
		} else if c == 0 {
			odd++
		}
	}
	return even, odd
}

// validUTF8 forgives a torn last character of a beginning.
func validUTF8(b []byte, cut bool) bool {
	for n := 0; cut && n < utf8.UTFMax && n < len(b); n++ {
		if utf8.Valid(b[:len(b)-n]) {
			return true
		}
	}
	return utf8.Valid(b)
}

// unreadable tells that more than one in twenty characters is a replacement or a zero: the bytes were no text.
func unreadable(s string) bool {
	bad := strings.Count(s, "�") + strings.Count(s, "\x00")
	return bad*20 > utf8.RuneCountInString(s)
}

// visible drops what shows nothing or turns the order of what is shown: control characters but tab and line feed, and
// Unicode's bidirectional ones (UAX #9).
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case unicode.IsControl(r), r == '\ufeff', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u200e', r == '\u200f', r == '\ufffe', r == '\uffff':
		return -1
	}
	return r
}
