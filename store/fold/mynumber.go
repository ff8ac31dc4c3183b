package fold

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MyNumbers returns where text holds what is in all likelihood an individual number (マイナンバー, 個人番号): twelve digits,
// half or full width, with a right check digit, and not part of a longer number such as the eighteen digits of a 到達番号.
// They stand together, or in pieces that blanks and hyphens part and that are twelve in all, or in fours among other
// such fours. It returns places, never numbers, so that what is logged about a finding cannot hold one. Of other numbers
// of twelve digits one in eleven has a right check digit too.
func MyNumbers(text string) []Span {
	var found []Span
	for i := 0; i < len(text); {
		pieces := chain(text, i, likely)
		if len(pieces) == 0 {
			_, n := utf8.DecodeRuneInString(text[i:])
			i += n
			continue
		}
		found = append(found, inPieces(pieces)...)
		i = pieces[len(pieces)-1].End
	}
	return found
}

// WithoutMyNumbers returns s, in NFKC, without what could be read as an individual number once its blanks and hyphens are
// gone: any pieces that stand side by side and have twelve digits with a right check digit. They must not become something
// that is found by.
func WithoutMyNumbers(s string) string {
	s = norm.NFKC.String(s)
	var b strings.Builder
	at := 0
	for i := 0; i < len(s); {
		pieces := chain(s, i, folding)
		if len(pieces) == 0 {
			i++
			continue
		}
		for _, span := range windows(pieces) {
			b.WriteString(s[at:span.Start] + " ")
			at = span.End
		}
		i = pieces[len(pieces)-1].End
	}
	return b.String() + s[at:]
}

// Findable returns s folded, without individual numbers, also such as folding makes out of what stood apart.
func Findable(s string) string {
	s = Text(WithoutMyNumbers(s))
	var b strings.Builder
	for s != "" {
		n := strings.IndexFunc(s, digit)
		if n < 0 {
			break
		}
		b.WriteString(s[:n])
		s = s[n:]
		end := strings.IndexFunc(s, func(r rune) bool { return !digit(r) })
		if end < 0 {
			end = len(s)
		}
		if !checks(s[:end]) {
			b.WriteString(s[:end])
		}
		s = s[end:]
	}
	return b.String() + s
}

// piece is a run of digits, with what cannot be seen left out; sep is ' ' or '-', what led to it from the one before.
type piece struct {
	Span
	digits string
	sep    rune
}

// reading says what may stand between two pieces of one number.
type reading struct {
	blanks int                  // how many at most
	blank  func(rune) bool      // what counts as one
	unseen func(rune, int) bool // what parts nothing: a rune and its bytes
}

// likely is how people write: on one line, with few blanks.
var likely = reading{
	blanks: 3,
	blank:  func(r rune) bool { return r == ' ' || r == '\u3000' || r == '\u00a0' },
	unseen: func(r rune, _ int) bool { return unicode.Is(unicode.Cf, r) },
}

// folding is what [Text] drops.
var folding = reading{
	blanks: 1 << 30,
	blank:  unicode.IsSpace,
	unseen: func(r rune, n int) bool {
		return unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && !unicode.IsSpace(r) || r == utf8.RuneError
	},
}

// chain reads the pieces that begin at s[i:]; none if no digit is there.
func chain(s string, i int, how reading) []piece {
	var all []piece
	sep := rune(0)
	for {
		p := piece{Span: Span{i, i}, sep: sep}
		var b [13]byte // one more than counts
		n := 0
		for at := i; at < len(s); {
			r, size := utf8.DecodeRuneInString(s[at:])
			d, ok := value(r)
			if !ok && !(n > 0 && how.unseen(r, size)) {
				break
			}
			if at += size; !ok {
				continue
			}
			if n < len(b) {
				b[n] = d
				n++
			}
			p.End = at
		}
		if n == 0 {
			return all
		}
		p.digits = string(b[:n])
		all = append(all, p)
		next, end := separator(s, p.End, how)
		if end == p.End {
			return all
		}
		i, sep = end, next
	}
}

// separator reads what parts two pieces: blanks, at most one hyphen, and blanks. Where no digit follows it is none.
func separator(s string, i int, how reading) (sep rune, end int) {
	sep, blanks, at := ' ', 0, i
	for at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		switch _, ok := value(r); {
		case ok && at > i:
			return sep, at
		case (hyphen(r) || r == '－' || r == 'ｰ') && sep == ' ':
			sep = '-'
		case how.blank(r) && blanks < how.blanks:
			blanks++
		case how.unseen(r, size):
		default:
			return 0, i
		}
		at += size
	}
	return 0, i
}

// value is a digit of either width, or one of those for mathematics, as ASCII.
func value(r rune) (byte, bool) {
	switch {
	case digit(r):
		return byte(r), true
	case r >= '０' && r <= '９':
		return byte(r-'０') + '0', true
	case r >= 0x1d7ce && r <= 0x1d7ff:
		return byte((r-0x1d7ce)%10) + '0', true
	}
	return 0, false
}

// inPieces: twelve together count wherever they are, and so does all of a chain, or all of it that one kind of separator
// joins. Fours count in threes, if such a part is made of them: a fourth means a card's or an account's number.
func inPieces(all []piece) []Span {
	var found []Span
	if one, ok := together(all); ok && len(all) > 1 {
		return []Span{one}
	}
	for _, p := range all {
		if checks(p.digits) {
			found = append(found, p.Span)
		}
	}
	for from := 0; from < len(all)-1; {
		to := from + 2
		for to < len(all) && all[to].sep == all[from+1].sep {
			to++
		}
		found = append(found, alike(all[from:to])...)
		from = to - 1
	}
	slices.SortFunc(found, func(a, b Span) int { return a.Start - b.Start })
	return apart(found)
}

// apart drops of spans in order those that lap the one before.
func apart(found []Span) []Span {
	kept := found[:0]
	for _, one := range found {
		if len(kept) == 0 || one.Start >= kept[len(kept)-1].End {
			kept = append(kept, one)
		}
	}
	return kept
}

// alike finds numbers in pieces that one kind of separator joins.
func alike(part []piece) (found []Span) {
	if one, ok := together(part); ok {
		return []Span{one}
	}
	if len(part)%3 != 0 {
		return nil
	}
	for three := range slices.Chunk(part, 3) {
		if !slices.ContainsFunc(three, func(p piece) bool { return len(p.digits) != 4 }) && checks(three[0].digits+three[1].digits+three[2].digits) {
			found = append(found, Span{three[0].Start, three[2].End})
		}
	}
	return found
}

// together joins pieces that have twelve digits in all, unless they begin with a day, as numbered files do.
func together(all []piece) (Span, bool) {
	if len(all) > 12 || len(all) == 0 {
		return Span{}, false
	}
	digits := ""
	for _, p := range all {
		digits += p.digits
	}
	day := len(all) > 1 && len(all[0].digits) != 4 && dated(all[0].digits) || len(all) > 3 && len(all[0].digits) == 4 && dated(digits[:min(8, len(digits))])
	return Span{all[0].Start, all[len(all)-1].End}, !day && checks(digits)
}

// dated reports whether eight digits are a day of these two centuries.
func dated(s string) bool {
	if len(s) != 8 || s[:2] != "19" && s[:2] != "20" {
		return false
	}
	return s[4:6] >= "01" && s[4:6] <= "12" && s[6:] >= "01" && s[6:] <= "31"
}

// windows finds all that folding would make twelve digits of, apart from one another.
func windows(all []piece) (found []Span) {
	for i := 0; i < len(all); i++ {
		digits := ""
		for j := i; j < len(all) && len(digits) < 12; j++ {
			if digits += all[j].digits; len(digits) == 12 && checks(digits) && !(j > i && dated(all[i].digits)) {
				found = append(found, Span{all[i].Start, all[j].End})
				i = j
				break
			}
		}
	}
	return found
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
