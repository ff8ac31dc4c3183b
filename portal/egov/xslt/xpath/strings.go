package xpath

import (
	"math"
	"strings"
	"unicode/utf8"

	"cloudpocket/portal/egov/tree"
)

func toString(args []*Expr) *Expr { return FromString(orContext(args).str) }

func concat(args []*Expr) *Expr {
	return FromString(func(c *Context) string {
		parts := make([]string, len(args))
		total := 0
		for i, a := range args {
			parts[i] = a.str(c)
			total += len(parts[i])
		}
		c.Meter.Bytes(total)
		return strings.Join(parts, "")
	})
}

func startsWith(args []*Expr) *Expr {
	return FromBool(func(c *Context) bool {
		s, prefix := args[0].str(c), args[1].str(c)
		if len(s) < len(prefix) {
			return false
		}
		c.Meter.Scan(prefix)
		return s[:len(prefix)] == prefix
	})
}

// scanned is a string argument, charged for as it will be read through.
func (e *Expr) scanned(c *Context) string {
	s := e.str(c)
	c.Meter.Scan(s)
	return s
}

func contains(args []*Expr) *Expr {
	return FromBool(func(c *Context) bool { return strings.Contains(args[0].scanned(c), args[1].scanned(c)) })
}

func substringBefore(args []*Expr) *Expr {
	return FromString(func(c *Context) string {
		before, _, found := strings.Cut(args[0].scanned(c), args[1].scanned(c))
		if !found {
			return ""
		}
		return before
	})
}

func substringAfter(args []*Expr) *Expr {
	return FromString(func(c *Context) string {
		_, after, _ := strings.Cut(args[0].scanned(c), args[1].scanned(c))
		return after
	})
}

// substring counts characters from 1 and rounds both numbers (XPath 1.0, section 4.2).
func substring(args []*Expr) *Expr {
	return FromString(func(c *Context) string {
		s := args[0].scanned(c)
		from := Round(args[1].num(c))
		end := math.Inf(1)
		if len(args) == 3 {
			end = from + Round(args[2].num(c))
		}
		return characters(s, from, end)
	})
}

// characters are those at the positions that are at least from and less than end; NaN is neither.
func characters(s string, from, end float64) string {
	begin, stop := -1, len(s)
	pos := 0.0
	for i := range s {
		pos++
		if !(pos < end) {
			stop = i
			break
		}
		if begin < 0 && pos >= from {
			begin = i
		}
	}
	if begin < 0 {
		return ""
	}
	return s[begin:stop]
}

func stringLength(args []*Expr) *Expr {
	e := orContext(args)
	return FromNumber(func(c *Context) float64 { return float64(utf8.RuneCountInString(e.scanned(c))) })
}

func normalizeSpace(args []*Expr) *Expr {
	e := orContext(args)
	return FromString(func(c *Context) string {
		s := e.str(c)
		c.Meter.Scan(s)
		if tidy(s) {
			return s
		}
		c.Meter.Bytes(len(s))
		return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < 0x80 && strings.ContainsRune(space, r) }), " ")
	})
}

// tidy tells whether there is nothing to normalise.
func tidy(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c == '\t' || c == '\n' || c == '\r' || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return s == "" || before != ' '
}

// translate replaces single characters; one that has no counterpart goes.
func translate(args []*Expr) *Expr {
	from, known := args[1].literal.(String)
	to, alsoKnown := args[2].literal.(String)
	if known && alsoKnown {
		table := translation(string(from), string(to))
		return FromString(func(c *Context) string { return translated(c, args[0].str(c), table) })
	}
	return FromString(func(c *Context) string {
		s, from := args[0].str(c), args[1].scanned(c)
		c.Meter.Step(len(from)) // the table costs more than reading does
		return translated(c, s, translation(from, args[2].scanned(c)))
	})
}

func translation(from, to string) map[rune]rune {
	table := map[rune]rune{}
	for _, r := range from {
		t, size := utf8.DecodeRuneInString(to)
		to = to[size:]
		if size == 0 {
			t = -1
		}
		if _, there := table[r]; !there {
			table[r] = t
		}
	}
	return table
}

func translated(c *Context, s string, table map[rune]rune) string {
	c.Meter.Bytes(len(s))
	return strings.Map(func(r rune) rune {
		if t, ok := table[r]; ok {
			return t
		}
		return r
	}, s)
}

// lang looks for xml:lang on the context node and around it (XPath 1.0, section 4.3).
func lang(args []*Expr) *Expr {
	const xml = "http://www.w3.org/XML/1998/namespace"
	return FromBool(func(c *Context) bool {
		want := strings.ToLower(args[0].str(c))
		for n := c.Node; n != tree.None; n = c.Doc.Parent(n) {
			c.Meter.Step(1)
			if c.Doc.Kind(n) != tree.Element {
				continue
			}
			if have, ok := c.Doc.Attr(n, xml, "lang"); ok {
				have = strings.ToLower(have)
				return have == want || strings.HasPrefix(have, want+"-")
			}
		}
		return false
	})
}
