package xslt

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"cloudpocket/portal/egov/tree"
)

// decimalFormat is xsl:decimal-format (section 12.3).
type decimalFormat struct {
	point, group, minus, percent, perMille, zero, digit, separator rune
	infinity, nan                                                  string
}

func usualFormat() *decimalFormat {
	return &decimalFormat{
		point: '.', group: ',', minus: '-', percent: '%', perMille: '‰', zero: '0', digit: '#', separator: ';',
		infinity: "Infinity", nan: "NaN",
	}
}

func (k *compiler) decimalFormat(n tree.Node) error {
	name := qname{}
	if written, ok := k.doc.Attr(n, "", "name"); ok {
		var err error
		if name, err = k.expand(n, written); err != nil {
			return err
		}
	}
	f := usualFormat()
	for attribute, to := range map[string]*rune{
		"decimal-separator": &f.point, "grouping-separator": &f.group, "minus-sign": &f.minus, "percent": &f.percent,
		"per-mille": &f.perMille, "zero-digit": &f.zero, "digit": &f.digit, "pattern-separator": &f.separator,
	} {
		if v, ok := k.doc.Attr(n, "", attribute); ok {
			r, size := utf8.DecodeRuneInString(v)
			if size == 0 || size != len(v) {
				return k.wrong(n, "%s is not one character", attribute)
			}
			*to = r
		}
	}
	if v, ok := k.doc.Attr(n, "", "infinity"); ok {
		f.infinity = v
	}
	if v, ok := k.doc.Attr(n, "", "NaN"); ok {
		f.nan = v
	}
	k.sheet.formats[name] = f
	return nil
}

// picture is one half of the pattern of format-number: a prefix, digits, and a suffix.
type picture struct {
	prefix, suffix strings.Builder
	whole          bool // the pattern has digits before the point
	least          int  // so many are written
	grouped        bool // the pattern has grouping separators
	group          int  // digits behind the last of them
	point          bool
	fraction       int // digits behind the point, at least
	most           int // and at most
	scale          float64
}

func (f *decimalFormat) format(number float64, pattern string) string {
	if math.IsNaN(number) {
		return f.nan
	}
	positive, negative, two := f.halves(pattern)
	p := f.picture(positive)
	prefix, suffix := p.prefix.String(), p.suffix.String()
	if number < 0 {
		n := f.picture(negative)
		if two && (n.prefix.String() != prefix || n.suffix.String() != suffix) {
			prefix, suffix = n.prefix.String(), n.suffix.String()
		} else {
			prefix = string(f.minus) + prefix
		}
	}
	if math.IsInf(number, 0) {
		return prefix + f.infinity + suffix
	}
	return prefix + f.digits(math.Abs(number)*p.scale, p) + suffix
}

// halves parts a pattern at its separator, outside quotes.
func (f *decimalFormat) halves(pattern string) (positive, negative string, two bool) {
	quote := false
	for i, r := range pattern {
		switch {
		case r == '\'':
			quote = !quote
		case r == f.separator && !quote:
			return pattern[:i], pattern[i+utf8.RuneLen(r):], true
		}
	}
	return pattern, "", false
}

// picture reads a half.
func (f *decimalFormat) picture(pattern string) *picture {
	p := &picture{scale: 1}
	fix, quoted := &p.prefix, false
	for _, r := range pattern {
		switch {
		case r == '\'':
			quoted = !quoted
			continue
		case !quoted && fix == &p.prefix && f.place(r, p):
			continue
		case p.whole || p.point:
			fix = &p.suffix
		}
		if !quoted && r == f.percent {
			p.scale = 100
		}
		if !quoted && r == f.perMille {
			p.scale = 1000
		}
		fix.WriteRune(r)
	}
	return p
}

// place takes a character that says something about digits, and tells whether it did.
func (f *decimalFormat) place(r rune, p *picture) bool {
	switch {
	case r == f.point:
		p.point = true
	case r == f.group:
		p.grouped, p.group = true, 0
	case r != f.digit && r != f.zero:
		return false
	case p.point:
		if p.most++; r == f.zero {
			p.fraction = p.most
		}
	default:
		p.whole = true
		if r == f.zero {
			p.least++
		}
		p.group++
	}
	return true
}

// digits writes a number that is not negative.
func (f *decimalFormat) digits(number float64, p *picture) string {
	places := min(p.most, 300)
	s := strconv.FormatFloat(roundTo(number, places), 'f', places, 64)
	whole, fraction, _ := strings.Cut(s, ".")
	for len(fraction) > p.fraction && strings.HasSuffix(fraction, "0") {
		fraction = fraction[:len(fraction)-1]
	}
	whole = strings.TrimLeft(whole, "0")
	if pad := p.least - len(whole); pad > 0 {
		whole = strings.Repeat("0", pad) + whole
	}
	if whole == "" && (p.fraction == 0 || fraction == "") { // a pattern such as #.## has a digit before the point
		whole = "0"
	}
	var b strings.Builder
	for i, c := range whole {
		if left := len(whole) - i; i > 0 && p.grouped && p.group > 0 && left%p.group == 0 {
			b.WriteRune(f.group)
		}
		b.WriteRune(f.zero + c - '0')
	}
	if fraction != "" {
		b.WriteRune(f.point)
		for _, c := range fraction {
			b.WriteRune(f.zero + c - '0')
		}
	}
	return b.String()
}

// roundTo rounds halves away from zero as they stand in decimal, so that 2.675 becomes 2.68 as people expect.
func roundTo(number float64, places int) float64 {
	scale := math.Pow10(places)
	if scaled := number * scale; scaled < 1e15 {
		return math.Floor(scaled+0.5) / scale
	}
	return number
}
