package egov

import (
	"unicode/utf8"

	"cloudpocket/portal/egov/tree"
)

// Span is a place in a text, in bytes: text[Start:End].
type Span struct{ Start, End int }

// MyNumbers returns where text holds what is in all likelihood an individual number (マイナンバー, 個人番号): twelve
// digits, half or full width, in one run or as 4-4-4 with one space or hyphen, with a right check digit, and not part
// of a longer number such as the eighteen digits of a 到達番号. It returns places, never numbers, so that what is logged
// about a finding cannot hold one. Of other numbers of twelve digits one in eleven has a right check digit too.
func MyNumbers(text string) []Span {
	var found []Span
	for i := 0; i < len(text); {
		groups := numberGroups(text, i)
		if len(groups) == 0 {
			_, n := utf8.DecodeRuneInString(text[i:])
			i += n
			continue
		}
		found = append(found, inGroups(groups)...)
		i = groups[len(groups)-1].End
	}
	return found
}

// MyNumbers returns the names of the files in whose XML or text there is what [MyNumbers] finds. XML is looked at text
// by text, for digits of two fields make no number.
func (p *Package) MyNumbers() []string {
	var names []string
	for _, f := range p.Files {
		if f.holdsMyNumber() {
			names = append(names, f.Name)
		}
	}
	return names
}

func (f *File) holdsMyNumber() bool {
	if f.doc == nil {
		s, ok := f.Text()
		return f.Role == RoleText && ok && len(MyNumbers(s)) > 0
	}
	for n := tree.Root; n < f.doc.End(tree.Root); n = f.doc.Follow(n) {
		if f.doc.Kind(n) == tree.Text && len(MyNumbers(f.doc.StringValue(n))) > 0 {
			return true
		}
	}
	return false
}

// digitGroup is a run of digits; sep is the separator that led to it.
type digitGroup struct {
	Span
	digits string
	sep    rune
}

// numberGroups reads runs of digits that single, like separators join, from text[i:]; nil if no digit is there.
func numberGroups(text string, i int) []digitGroup {
	var groups []digitGroup
	sep := rune(0)
	for {
		g := digitGroup{Span: Span{i, i}, sep: sep}
		for g.End < len(text) {
			d, n := digitAt(text[g.End:])
			if n == 0 {
				break
			}
			if len(g.digits) <= 12 { // one more than counts
				g.digits += string(d)
			}
			g.End += n
		}
		if g.digits == "" {
			return groups
		}
		groups = append(groups, g)
		next, n := separatorAt(text[g.End:])
		if n == 0 || len(groups) > 1 && next != sep {
			return groups
		}
		i, sep = g.End+n, next
	}
}

// inGroups: a group of twelve counts by itself. Groups of four count in threes, if the whole chain is made of them:
// a fourth means a card's or an account's number.
func inGroups(groups []digitGroup) []Span {
	var found []Span
	for _, g := range groups {
		if validMyNumber(g.digits) {
			found = append(found, g.Span)
		}
	}
	if len(groups)%3 != 0 {
		return found
	}
	for i := 0; i+2 < len(groups); i += 3 {
		a, b, c := groups[i], groups[i+1], groups[i+2]
		if len(a.digits) == 4 && len(b.digits) == 4 && len(c.digits) == 4 && validMyNumber(a.digits+b.digits+c.digits) {
			found = append(found, Span{a.Start, c.End})
		}
	}
	return found
}

func digitAt(s string) (byte, int) {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r >= '0' && r <= '9':
		return byte(r), n
	case r >= '０' && r <= '９':
		return byte(r-'０') + '0', n
	}
	return 0, 0
}

// separatorAt returns ' ' for any one blank and '-' for any hyphen.
func separatorAt(s string) (rune, int) {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r == ' ' || r == '\u3000' || r == '\u00a0':
		return ' ', n
	case n > 0 && hyphened(string(r)) == "-":
		return '-', n
	}
	return 0, 0
}

// validMyNumber checks the length and the check digit (番号法の規定による個人番号…に関する省令 5条).
func validMyNumber(s string) bool {
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
	check := 0
	if rest := sum % 11; rest > 1 {
		check = 11 - rest
	}
	return int(s[11]-'0') == check
}
