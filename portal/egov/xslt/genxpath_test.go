package xslt_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator writes documents, expressions and stylesheets by their grammar. The same seed writes the same.
//
// It keeps away from what is on record as a difference, and from what libxml2 gets wrong. A number is never read from a
// string that was put together, since libxml2 takes a lone "-" for 0. The axis following is never asked from an
// attribute. libxml2 loses the order of text, comments and processing instructions that come after an element with
// content, also of those after the document element: either there are none, or no expression asks for such nodes.
type generator struct {
	r    *rand.Rand
	vars []variable
	// keys tells that the key k is declared.
	keys bool
	// html tells that the result is HTML.
	html bool
	// mixed tells that documents have text after elements, and that expressions ask for elements and attributes alone.
	mixed bool
	// following tells that the context node is never an attribute.
	following bool
	// matching tells that a pattern is being written.
	matching bool
}

// variable is one that is in scope: of type "num", "str", "bool", "set" or "rtf".
type variable struct{ name, typ string }

func newGenerator(seed uint64) *generator {
	g := &generator{r: rand.New(rand.NewPCG(seed, 0x9E3779B97F4A7C15))}
	g.mixed = g.chance(40)
	return g
}

func (g *generator) pick(list ...string) string { return list[g.r.IntN(len(list))] }
func (g *generator) chance(percent int) bool    { return g.r.IntN(100) < percent }

func (g *generator) of(typ string) (string, bool) {
	var found []string
	for _, v := range g.vars {
		if v.typ == typ {
			found = append(found, "$"+v.name)
		}
	}
	if len(found) == 0 {
		return "", false
	}
	return g.pick(found...), true
}

// document writes one with few names, so that expressions find something.
func (g *generator) document() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + g.pick("", "<!--top-->", "<?top pi?>"))
	b.WriteString(`<r xmlns:p="urn:p" xml:lang="` + g.pick("ja", "en", "en-US") + `">`)
	for range 2 + g.r.IntN(4) {
		g.element(&b, 1)
	}
	b.WriteString("</r>" + g.pick("", "\n"))
	return b.String()
}

func (g *generator) element(b *strings.Builder, depth int) {
	name := g.pick("a", "a", "b", "b", "c", "p:d")
	b.WriteString("<" + name)
	for _, a := range []string{"x", "y", "p:z"} {
		if g.chance(40) {
			fmt.Fprintf(b, ` %s="%s"`, a, g.text())
		}
	}
	if g.chance(5) {
		b.WriteString(` xml:lang="` + g.pick("ja", "en") + `"`)
	}
	if g.chance(15) {
		b.WriteString("/>")
		return
	}
	b.WriteString(">")
	elements := 0
	for range g.r.IntN(5) {
		if depth < 4 && g.chance(50) {
			elements++
			if g.mixed {
				g.element(b, depth+1)
			}
			continue
		}
		g.content(b)
	}
	for range elements {
		if !g.mixed {
			g.element(b, depth+1)
		}
	}
	b.WriteString("</" + name + ">")
}

func (g *generator) content(b *strings.Builder) {
	switch {
	case g.chance(70):
		b.WriteString(g.text())
	case g.chance(40):
		b.WriteString("<!--" + g.pick("c1", " c2 ") + "-->")
	case g.chance(40):
		b.WriteString("<?" + g.pick("pi", "other") + " " + g.pick("d1", "d2") + "?>")
	default:
		b.WriteString("<![CDATA[" + g.pick("<&>", "plain", " ") + "]]>")
	}
}

func (g *generator) text() string {
	return g.pick("1", "2", "3", "10", "2.5", "0", "007", "one", "two", "x", " ", "\n  ", "", " padded  twice ", "山田　花子", "ﾔﾏﾀﾞ", "𠮷野", "髙﨑①", "a&amp;b", "&lt;", "true", "1,000")
}

func (g *generator) any(depth int) string {
	switch g.r.IntN(4) {
	case 0:
		return g.num(depth)
	case 1:
		return g.str(depth)
	case 2:
		return g.boolean(depth)
	}
	return g.set(depth)
}

func (g *generator) num(depth int) string {
	if depth <= 0 || g.chance(20) {
		if v, ok := g.of("num"); ok && g.chance(40) {
			return v
		}
		return g.pick("0", "1", "2", "3", "5", "10", "0.5", "2.25", "100", "1234.5", "position()", "last()", "position()", ".75", "7.")
	}
	d := depth - 1
	switch g.r.IntN(13) {
	case 0, 1:
		return "count(" + g.set(d) + ")"
	case 2:
		return "sum(" + g.set(d) + ")"
	case 3:
		return "string-length(" + g.str(d) + ")"
	case 4:
		return g.pick("floor", "ceiling", "round") + "(" + g.num(d) + ")"
	case 5:
		return "number(" + g.set(d) + ")"
	case 6:
		return g.pick("number('12')", "number('x')", "number(' 3.50 ')", "number(true())", "number('')", "number()", "number('1e2')")
	case 7:
		return "number(" + g.boolean(d) + ")"
	case 8:
		return "-(" + g.num(d) + ")"
	case 9:
		return "(" + g.num(d) + g.pick(" div ", " mod ") + g.num(d) + ")"
	}
	return "(" + g.num(d) + g.pick(" + ", " - ", " * ", "+", " -") + g.num(d) + ")"
}

func (g *generator) str(depth int) string {
	if depth <= 0 || g.chance(20) {
		if v, ok := g.of("str"); ok && g.chance(40) {
			return v
		}
		if v, ok := g.of("rtf"); ok && g.chance(30) {
			return "string(" + v + ")"
		}
		return g.literal()
	}
	d := depth - 1
	switch g.r.IntN(12) {
	case 0, 1:
		return "string(" + g.set(d) + ")"
	case 2:
		return "string(" + g.any(d) + ")"
	case 3:
		return "concat(" + g.any(d) + ", " + g.any(d) + g.pick("", ", '-'") + ")"
	case 4:
		return g.pick("substring-before", "substring-after") + "(" + g.str(d) + ", " + g.pick("'a'", "' '", "''", "'　'", "'1'", g.str(d)) + ")"
	case 5:
		return "substring(" + g.str(d) + ", " + g.num(d) + ")"
	case 6:
		return "substring(" + g.str(d) + ", " + g.num(d) + ", " + g.num(d) + ")"
	case 7:
		return "normalize-space(" + g.pick("", g.str(d)) + ")"
	case 8:
		return "translate(" + g.str(d) + ", " + g.literal() + ", " + g.literal() + ")"
	case 9:
		return g.pick("name", "local-name", "namespace-uri") + "(" + g.pick("", ".", g.set(d)) + ")"
	case 10:
		return "format-number(" + g.num(d) + ", " + g.pick("'0'", "'#,##0'", "'0.00'", "'#,##0.0#'", "'000'") + ")"
	}
	return "string()"
}

func (g *generator) literal() string {
	return g.pick("'a'", "'one'", "''", "' '", "'1'", "'2'", "'10'", "'x'", "'山田'", "'　花子'", "'ﾔﾏ'", "'𠮷'", "'two words'", "'abc'", "'true'")
}

func (g *generator) boolean(depth int) string {
	if depth <= 0 || g.chance(15) {
		if v, ok := g.of("bool"); ok && g.chance(40) {
			return v
		}
		return g.pick("true()", "false()", "@x", "*", "text()", "self::a", "position() = 1", "position() = last()", "lang('en')", "@x = @y")
	}
	d := depth - 1
	switch g.r.IntN(12) {
	case 0, 1:
		return "not(" + g.any(d) + ")"
	case 2:
		return "boolean(" + g.any(d) + ")"
	case 3:
		return "(" + g.boolean(d) + g.pick(" and ", " or ") + g.boolean(d) + ")"
	case 4:
		return "(" + g.any(d) + g.pick(" and ", " or ") + g.any(d) + ")"
	case 5:
		return g.pick("contains", "starts-with") + "(" + g.str(d) + ", " + g.str(d) + ")"
	case 6:
		return "lang(" + g.pick("'ja'", "'en'", "'en-us'", "'EN'") + ")"
	case 7:
		return "(" + g.set(d) + g.pick(" = ", " != ") + g.any(d) + ")"
	case 8:
		return "(" + g.any(d) + g.pick(" = ", " != ") + g.set(d) + ")"
	case 9:
		return "(" + g.str(d) + g.pick(" = ", " != ") + g.str(d) + ")"
	case 10:
		return "(" + g.set(d) + g.pick(" < ", " <= ", " > ", " >= ") + g.pick(g.num(d), g.set(d), "'2'") + ")"
	}
	return "(" + g.num(d) + g.pick(" = ", " != ", " < ", " <= ", " > ", " >= ") + g.pick(g.num(d), g.boolean(d), g.set(d), "'1'") + ")"
}

func (g *generator) set(depth int) string {
	if v, ok := g.of("set"); ok && g.chance(15) {
		return v + g.predicates(depth-1, 30)
	}
	if depth > 0 {
		d := depth - 1
		switch {
		case g.chance(12):
			return g.set(d) + " | " + g.set(d)
		case g.chance(10):
			return "(" + g.set(d) + ")" + g.predicates(d, 70)
		case g.chance(6):
			following := g.following
			g.following = false // the set may be of attributes
			defer func() { g.following = following }()
			return "(" + g.set(d) + ")/" + g.step(d)
		case g.keys && g.chance(15):
			return "key('k', " + g.pick(g.set(d), g.literal()) + ")" + g.pick("", "/..", "/@x", "/*")
		case !g.matching && g.chance(5):
			return "current()/" + g.step(d)
		}
	}
	return g.path(depth)
}

func (g *generator) path(depth int) string {
	start := g.pick("", "", "", "/", "//", ".//", "../", "/r/", "./", "..//")
	steps := []string{g.step(depth)}
	following := g.following
	defer func() { g.following = following }()
	for range g.r.IntN(3) {
		g.following = g.following && !strings.HasPrefix(steps[len(steps)-1], "@")
		steps = append(steps, g.step(depth-1))
	}
	between := g.pick("/", "/", "/", "//")
	for i, s := range steps {
		// libxml2 leaves the context node out of .//. although it is one of its own descendants-or-self.
		if s == "." && (i > 0 && between == "//" || i == 0 && strings.HasSuffix(start, "//")) {
			steps[i] = "*"
		}
	}
	return start + strings.Join(steps, between)
}

func (g *generator) step(depth int) string {
	if g.chance(10) {
		return g.pick(".", "..")
	}
	if g.chance(20) {
		following := g.following
		g.following = false
		defer func() { g.following = following }()
		return "@" + g.pick("x", "y", "p:z", "*") + g.predicates(depth-1, 15)
	}
	axis := ""
	if g.chance(45) {
		following := "following-sibling"
		if g.following {
			following = "following"
		}
		axis = g.pick("child", "descendant", "parent", "ancestor", "following-sibling", "preceding-sibling", "preceding",
			following, "self", "descendant-or-self", "ancestor-or-self") + "::"
	}
	if g.mixed {
		return axis + g.pick("a", "b", "c", "p:d", "*", "*", "*", "p:*", "r") + g.predicates(depth-1, 35)
	}
	test := g.pick("a", "b", "c", "p:d", "*", "*", "*", "node()", "text()", "comment()", "processing-instruction()", "processing-instruction('pi')", "p:*", "r")
	return axis + test + g.predicates(depth-1, 35)
}

func (g *generator) predicates(depth, percent int) string {
	out := ""
	for range 2 {
		if !g.chance(percent) {
			break
		}
		switch {
		case depth <= 0 || g.chance(40):
			out += g.pick("[1]", "[2]", "[last()]", "[position() > 1]", "[@x]", "[. = '1']", "[position() = last()]", "[not(*)]", "[text()]", "[position() mod 2 = 1]")
		case g.chance(30):
			out += "[" + g.num(depth) + "]"
		default:
			out += "[" + g.boolean(depth) + "]"
		}
	}
	return out
}
