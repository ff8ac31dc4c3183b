package xslt

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// numberOut is xsl:number (section 7.7).
type numberOut struct {
	value  *xpath.Expr // or nil
	level  string
	count  []*xpath.Pattern // none: nodes like the current one
	from   []*xpath.Pattern
	format avt
	group  avt // grouping-separator
	size   avt // grouping-size
}

func (k *compiler) number(n tree.Node) (instruction, error) {
	var err error
	out := &numberOut{level: k.attr(n, "level")}
	if _, ok := k.doc.Attr(n, "", "value"); ok {
		if out.value, err = k.needed(n, "value"); err != nil {
			return nil, err
		}
	}
	for attribute, to := range map[string]*[]*xpath.Pattern{"count": &out.count, "from": &out.from} {
		if s, ok := k.doc.Attr(n, "", attribute); ok {
			if *to, err = k.xpath(n).Patterns(s); err != nil {
				return nil, k.badExpr(n, err)
			}
		}
	}
	for attribute, to := range map[string]*avt{"format": &out.format, "grouping-separator": &out.group, "grouping-size": &out.size} {
		if *to, err = k.optional(n, attribute); err != nil {
			return nil, err
		}
	}
	switch out.level {
	case "", "single", "multiple", "any":
		return out, nil
	}
	return nil, k.wrong(n, "xsl:number has no level %s", out.level)
}

func (i *numberOut) run(r *run) {
	format := i.format.String(r)
	if format == "" {
		format = "1"
	}
	group := grouping{separator: i.group.String(r)}
	group.size, _ = strconv.Atoi(i.size.String(r))
	var numbers []float64
	if i.value != nil {
		numbers = []float64{xpath.Round(i.value.Number(r.c))}
	} else {
		numbers = i.counted(r)
	}
	r.c.Meter.Bytes((1 + len(numbers)) * (len(format) + 10*len(group.separator)))
	r.out.text(formatNumbers(numbers, format, group), false)
}

// counted is the numbers of the current node, the outermost first.
func (i *numberOut) counted(r *run) []float64 {
	switch i.level {
	case "any":
		return i.any(r)
	case "multiple":
		return i.multiple(r)
	}
	numbers := i.multiple(r)
	if len(numbers) > 1 {
		numbers = numbers[len(numbers)-1:]
	}
	return numbers
}

func matchesAny(c *xpath.Context, list []*xpath.Pattern, n tree.Node) bool {
	return slices.ContainsFunc(list, func(p *xpath.Pattern) bool { return p.Match(c, n) })
}

// counts tells whether a node is one of those to be counted.
func (i *numberOut) counts(r *run, n tree.Node) bool {
	if len(i.count) > 0 {
		return matchesAny(r.c, i.count, n)
	}
	doc := r.c.Doc
	return doc.Kind(n) == doc.Kind(r.c.Node) && doc.NameID(n) == doc.NameID(r.c.Node)
}

// multiple numbers the ancestors that count, up to the nearest that from matches. Level single takes the last.
func (i *numberOut) multiple(r *run) []float64 {
	doc := r.c.Doc
	var out []float64
	for n := r.c.Node; n != tree.None; n = doc.Parent(n) {
		r.c.Meter.Step(1)
		if len(i.from) > 0 && n != r.c.Node && matchesAny(r.c, i.from, n) {
			break
		}
		if !i.counts(r, n) {
			continue
		}
		out = append(out, i.place(r, n))
		if i.level != "multiple" {
			break
		}
	}
	slices.Reverse(out)
	return out
}

// place counts a node among its siblings.
func (i *numberOut) place(r *run, n tree.Node) float64 {
	place := 1.0
	for m := r.c.Doc.Prev(n); m != tree.None; m = r.c.Doc.Prev(m) {
		r.c.Meter.Step(1)
		if i.counts(r, m) {
			place++
		}
	}
	return place
}

// any counts the nodes up to the current one in document order, from the last that from matches.
func (i *numberOut) any(r *run) []float64 {
	doc := r.c.Doc
	count := 0.0
	last := r.c.Node
	for n := tree.Root; n <= last; n = doc.Follow(n) {
		r.c.Meter.Step(1)
		if len(i.from) > 0 && n != last && matchesAny(r.c, i.from, n) {
			count = 0
		}
		if i.counts(r, n) {
			count++
		}
	}
	// Follow passes attributes by, and so the current node if it is one.
	if kind := doc.Kind(last); (kind == tree.Attribute || kind == tree.Namespace) && i.counts(r, last) {
		count++
	}
	return []float64{count}
}

// grouping parts long numbers.
type grouping struct {
	separator string
	size      int
}

// formatNumbers is section 7.7.1: the tokens of the format in turn, the last one for all that follow.
func formatNumbers(numbers []float64, format string, g grouping) string {
	if len(numbers) == 0 {
		return "" // also without the format's punctuation, as libxslt has it
	}
	f := readFormat(format)
	var b strings.Builder
	b.WriteString(f.prefix)
	for i, n := range numbers {
		if i > 0 {
			b.WriteString(f.between(i))
		}
		b.WriteString(numeral(n, f.token(i), g))
	}
	b.WriteString(f.suffix)
	return b.String()
}

// numberFormat is a format taken apart.
type numberFormat struct {
	prefix, suffix string
	tokens         []string
	separators     []string // separators[i] stands behind tokens[i]
}

func readFormat(s string) numberFormat {
	var f numberFormat
	end := func(s string, in bool) int {
		for i, r := range s {
			if alphanumeric(r) != in {
				return i
			}
		}
		return len(s)
	}
	n := end(s, false)
	f.prefix, s = s[:n], s[n:]
	for s != "" {
		n = end(s, true)
		f.tokens, s = append(f.tokens, s[:n]), s[n:]
		n = end(s, false)
		f.separators, s = append(f.separators, s[:n]), s[n:]
	}
	if last := len(f.separators) - 1; last >= 0 {
		f.suffix = f.separators[last]
		f.separators = f.separators[:last]
	}
	return f
}

func alphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

func (f numberFormat) token(i int) string {
	if len(f.tokens) == 0 {
		return "1"
	}
	return f.tokens[min(i, len(f.tokens)-1)]
}

// between is what separates number i from the one before.
func (f numberFormat) between(i int) string {
	if len(f.separators) == 0 {
		return "."
	}
	return f.separators[min(i, len(f.separators))-1]
}

// numeral writes one number as a token says.
func numeral(n float64, token string, g grouping) string {
	switch {
	case math.IsNaN(n) || math.IsInf(n, 0):
		return xpath.FormatNumber(n)
	case n < 1 || n >= math.MaxInt32:
		return xpath.FormatNumber(n)
	}
	first, _ := utf8.DecodeRuneInString(token)
	switch whole := int(n); token {
	case "A", "a":
		return letters(whole, first, 26)
	case "I":
		return roman(whole)
	case "i":
		return strings.ToLower(roman(whole))
	default:
		return decimal(whole, token, g)
	}
}

// letters counts A, B … Z, AA, AB.
func letters(n int, first rune, of int) string {
	var out []rune
	for ; n > 0; n = (n - 1) / of {
		out = append(out, first+rune((n-1)%of))
	}
	slices.Reverse(out)
	return string(out)
}

func roman(n int) string {
	if n > 5000 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, d := range []struct {
		value int
		text  string
	}{
		{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"},
		{10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"},
	} {
		for ; n >= d.value; n -= d.value {
			b.WriteString(d.text)
		}
	}
	return b.String()
}

// decimal writes digits; a token such as 001 or ００１ says how many at least and which ones.
func decimal(n int, token string, g grouping) string {
	last, _ := utf8.DecodeLastRuneInString(token)
	zero := '0'
	if unicode.IsDigit(last) && unicode.IsDigit(last-1) {
		zero = last - 1
	}
	s := strconv.Itoa(n)
	if width := min(utf8.RuneCountInString(token), 100); len(s) < width && unicode.IsDigit(last) {
		s = strings.Repeat("0", width-len(s)) + s
	}
	var b strings.Builder
	for i, c := range s {
		if left := len(s) - i; i > 0 && g.size > 0 && g.separator != "" && left%g.size == 0 {
			b.WriteString(g.separator)
		}
		b.WriteRune(zero + c - '0')
	}
	return b.String()
}
