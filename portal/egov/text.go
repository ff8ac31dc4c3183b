package egov

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Plain is s as a person would type it: half-width kana widened and composed, full-width letters and digits narrowed,
// runs of white space (the ideographic space too) made one space, none at the ends. Full-width punctuation stays, for
// so it is typed, and so do signs such as ㈱ and ①, which are part of names. Offices pad and narrow their fields; what
// is shown and compared is this form, what was written stays in the XML.
func Plain(s string) string {
	if ascii(s) {
		return strings.Join(strings.Fields(s), " ")
	}
	return strings.Join(strings.FieldsFunc(norm.NFC.String(strings.Map(usual, s)), blank), " ")
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func usual(r rune) rune {
	switch {
	case r >= '０' && r <= '９', r >= 'Ａ' && r <= 'Ｚ', r >= 'ａ' && r <= 'ｚ':
		return r - '０' + '0'
	case r >= '｡' && r <= 'ﾟ':
		return width.LookupRune(r).Wide()
	}
	return r
}

func blank(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }

// Lines is [Plain] for each line of s; empty lines at the ends go.
func Lines(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRightFunc(strings.TrimPrefix(line, "\t"), blank)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// hyphens are the signs that stand for one in numbers; a kana's long vowel too, because people type it.
const hyphens = "-‐‑‒–—―−ー－ｰ"

// hyphened is s with each such sign as a plain one.
func hyphened(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(hyphens, r) {
			return '-'
		}
		return r
	}, s)
}
