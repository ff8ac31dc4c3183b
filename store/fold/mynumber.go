package fold

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// WithoutMyNumbers returns s without what could be an individual number (マイナンバー): twelve digits whose last one checks
// the others, together or in three groups of four, of any width. They must not become something that is found by.
func WithoutMyNumbers(s string) string {
	s = norm.NFKC.String(s)
	var b strings.Builder
	for i := 0; i < len(s); {
		if !digit(rune(s[i])) {
			b.WriteByte(s[i])
			i++
			continue
		}
		digits, end := chain(s, i)
		if holdsMyNumber(digits) {
			b.WriteByte(' ')
		} else {
			b.WriteString(s[i:end])
		}
		i = end
	}
	return b.String()
}

// chain returns the groups of digits from s[i:] that single blanks or hyphens join, and where they end.
func chain(s string, i int) (groups []string, end int) {
	for {
		end = i
		for end < len(s) && digit(rune(s[end])) {
			end++
		}
		groups = append(groups, s[i:end])
		rest := []rune(s[end:min(len(s), end+8)])
		if len(rest) < 2 || !digit(rest[1]) || rest[0] != ' ' && !hyphen(rest[0]) {
			return groups, end
		}
		i = end + len(string(rest[0]))
	}
}

// holdsMyNumber is strict with groups: any three of four digits count, even within a longer chain.
func holdsMyNumber(groups []string) bool {
	for i, g := range groups {
		if checks(g) {
			return true
		}
		if i+2 < len(groups) && len(g) == 4 && len(groups[i+1]) == 4 && len(groups[i+2]) == 4 && checks(g+groups[i+1]+groups[i+2]) {
			return true
		}
	}
	return false
}

// checks holds twelve digits against the check digit (行政手続における特定の個人を識別するための番号の利用等に関する法律の規定による
// 通知カード及び個人番号カード…に関する省令 5条).
func checks(s string) bool {
	if len(s) != 12 {
		return false
	}
	sum := 0
	for n := 1; n <= 11; n++ {
		q := n + 1
		if n >= 7 {
			q = n - 5
		}
		sum += int(s[11-n]-'0') * q
	}
	want := 0
	if rest := sum % 11; rest > 1 {
		want = 11 - rest
	}
	return int(s[11]-'0') == want
}
