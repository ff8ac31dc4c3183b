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

// picture is one half of the pattern of format-number.
type picture struct {
	prefix, suffix string
	least          int // digits before the point
	groups         int // digits between grouping separators; 0 for none
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
	below := number < 0 || number == 0 && math.Signbit(number) && false
	if below {
		n := f.picture(negative)
		if two && (n.prefix != p.prefix || n.suffix != p.suffix) {
			p.prefix, p.suffix = n.prefix, n.suffix
		} else {
			p.prefix = string(f.minus) + p.prefix
		}
	}
	if math.IsInf(number, 0) {
		return p.prefix + f.infinity + p.suffix
	}
	return p.prefix + f.digits(math.Abs(number)*p.scale, p) + p.suffix
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

// picture reads a half: a prefix, the digits, and a suffix.
func (f *decimalFormat) picture(pattern string) picture {
	p := picture{scale: 1}
	var fix [2]strings.Builder
	side, quote, behind := 0, false, false
	group := -1
	for _, r := range pattern {
		digit := r == f.digit || r == f.zero || r == f.point || r == f.group
		switch {
		case r == '\'':
			quote = !quote
		case quote || !digit:
			if group >= 0 || behind || p.least > 0 || p.most > 0 || p.groups > 0 || side == 1 {
				side = 1
			}
			p.mark(r, f, quote)
			fix[side].WriteRune(r)
		case side == 1:
			fix[side].WriteRune(r)
		default:
			side = f.place(r, &p, &behind, &group, side)
		}
	}
	p.prefix, p.suffix = fix[0].String(), fix[1].String()
	if group > 0 {
		p.groups = group
	}
	return p
}

// mark takes note of a percent or per-mille sign outside quotes.
func (p *picture) mark(r rune, f *decimalFormat, quote bool) {
	switch {
	case quote:
	case r == f.percent:
		p.scale = 100
	case r == f.perMille:
		p.scale = 1000
	}
}

// place reads one character of the digits.
func (f *decimalFormat) place(r rune, p *picture, behind *bool, group *int, side int) int {
	switch {
	case r == f.point:
		*behind = true
	case r == f.group:
		if !*behind {
			*group = 0
		}
	case *behind:
		p.most++
		if r == f.zero {
			p.fraction = p.most
		}
	default:
		if *group >= 0 {
			*group++
		}
		if r == f.zero {
			p.least++
		} else if p.least == 0 && *group < 0 {
			*group = -1
		}
	}
	return side
}

// digits writes a number that is not negative.
func (f *decimalFormat) digits(number float64, p picture) string {
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
	if whole == "" && fraction == "" {
		whole = "0"
	}
	var b strings.Builder
	for i, c := range whole {
		if left := len(whole) - i; i > 0 && p.groups > 0 && left%p.groups == 0 {
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
