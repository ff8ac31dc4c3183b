package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Span is a piece of a text, in bytes.
type Span struct{ Start, End int }

// Text returns s folded.
func Text(s string) string {
	folded, _ := trace(s)
	return string(folded)
}

// Terms returns what a query asks for: its words, folded, without repeats. Each must be found.
func Terms(query string) []string {
	var terms []string
	seen := map[string]bool{}
	for word := range strings.FieldsSeq(norm.NFKC.String(strings.ToValidUTF8(query, " "))) {
		if term := Text(word); term != "" && !seen[term] {
			seen[term] = true
			terms = append(terms, term)
		}
	}
	return terms
}

// Find returns where in s, as it is written, the terms are: in order, and apart from each other.
func Find(s string, terms []string) []Span {
	folded, from := trace(s)
	hit := make([]bool, len(folded))
	for _, term := range terms {
		mark(folded, []rune(term), hit)
	}
	var found []Span
	for i, yes := range hit {
		switch last := len(found) - 1; {
		case !yes:
		case last >= 0 && from[i].Start <= found[last].End || last >= 0 && i > 0 && hit[i-1]:
			found[last].End = max(found[last].End, from[i].End)
		default:
			found = append(found, from[i])
		}
	}
	return found
}

// mark notes the runes of folded that are part of term.
func mark(folded, term []rune, hit []bool) {
	if len(term) == 0 {
		return
	}
	for i := 0; i+len(term) <= len(folded); i++ {
		if string(folded[i:i+len(term)]) == string(term) {
			for k := range term {
				hit[i+k] = true
			}
		}
	}
}

// trace returns s folded, and for each rune which piece of s it came from.
func trace(s string) (folded []rune, from []Span) {
	for at := 0; at < len(s); {
		n := norm.NFKC.NextBoundaryInString(s[at:], true)
		if n <= 0 {
			n = len(s) - at
		}
		for _, r := range norm.NFKC.String(s[at : at+n]) {
			if r = one(r); r >= 0 {
				folded, from = append(folded, r), append(from, Span{at, at + n})
			}
		}
		at += n
	}
	return withoutHyphens(folded, from)
}

// one folds a rune of a text in NFKC; -1 is nothing.
func one(r rune) rune {
	switch {
	case unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		return -1
	case r == utf8.RuneError:
		return -1
	case r >= 'ァ' && r <= 'ヶ' || r == 'ヽ' || r == 'ヾ':
		return r - ('ァ' - 'ぁ')
	}
	return unicode.ToLower(r)
}

// withoutHyphens drops what stands between digits only to part them.
func withoutHyphens(folded []rune, from []Span) ([]rune, []Span) {
	kept, places := folded[:0], from[:0]
	for i, r := range folded {
		if hyphen(r) && len(kept) > 0 && digit(kept[len(kept)-1]) && i+1 < len(folded) && digit(folded[i+1]) {
			continue
		}
		kept, places = append(kept, r), append(places, from[i])
	}
	return kept, places
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// hyphen reports whether r parts digits: hyphens, dashes, minus, and the long vowel mark that is typed for one.
func hyphen(r rune) bool { return r == 'ー' || r == '−' || r == '-' || r >= '‐' && r <= '―' }
