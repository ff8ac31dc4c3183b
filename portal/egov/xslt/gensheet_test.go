package xslt_test

import (
	"fmt"
	"strings"
)

// scope says what an instruction may do where it stands.
type scope struct {
	depth int
	// down tells that the context node lies below the one the template was called with, or is that one, so that
	// applying templates to children comes to an end.
	down bool
	// calls is the first of the named templates that may be called: only later ones, so that calls come to an end.
	calls int
}

const namedTemplates = 4

// sheet writes a stylesheet that comes to an end on every document. An element of a namespace of its own has no prefix:
// libxslt binds that anew where an attribute has the same.
func (g *generator) sheet() string {
	var b strings.Builder
	b.WriteString(`<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:p="urn:p"` + g.pick("", ` exclude-result-prefixes="p"`) + `>`)
	b.WriteString(g.pick("", "", `<xsl:strip-space elements="*"/>`, `<xsl:strip-space elements="r a"/>`, `<xsl:strip-space elements="*"/><xsl:preserve-space elements="b p:d"/>`))
	b.WriteString(`<xsl:key name="k" match="` + g.pick("a", "*", "a | b", "@x", "p:d[@x]") + `" use="` + g.pick("@x", "@x | @y", ".", "name()", "count(*)") + `"/>`)
	b.WriteString(`<xsl:attribute-set name="s"><xsl:attribute name="s1">` + esc(g.text()) + `</xsl:attribute><xsl:attribute name="s2"><xsl:value-of select="name()"/></xsl:attribute></xsl:attribute-set>`)
	g.keys = true
	for i, typ := range []string{"num", "str", "bool", "set"} {
		name := fmt.Sprintf("g%d", i)
		fmt.Fprintf(&b, `<xsl:variable name="%s" select="%s"/>`, name, attr(g.typed(typ, 2)))
		g.vars = append(g.vars, variable{name, typ})
	}
	root := [2]string{"<out>", "</out>"}
	if g.html {
		b.WriteString(`<xsl:output method="html" indent="no"/>`)
		root = [2]string{"<html><head><title>t</title></head><body>", "</body></html>"}
	}
	b.WriteString(`<xsl:template match="/">` + root[0] + `<xsl:apply-templates` + g.pick("", ` mode="m"`) + `/>` + root[1] + `</xsl:template>`)
	for range 3 + g.r.IntN(5) {
		g.template(&b)
	}
	for i := range namedTemplates {
		g.named(&b, i)
	}
	b.WriteString("</xsl:stylesheet>")
	return b.String()
}

func attr(s string) string { return strings.NewReplacer("<", "&lt;", `"`, "&quot;").Replace(s) }
func esc(s string) string  { return strings.ReplaceAll(s, "{", "") }

func (g *generator) typed(typ string, depth int) string {
	switch typ {
	case "num":
		return g.num(depth)
	case "str":
		return g.str(depth)
	case "bool":
		return g.boolean(depth)
	}
	return g.set(depth)
}

// pattern writes one without variables and current(), which patterns cannot have (XSLT 1.0, 5.2 and 12.4).
func (g *generator) pattern() string {
	vars, keys := g.vars, g.keys
	g.vars, g.keys, g.matching = nil, false, true
	defer func() { g.vars, g.keys, g.matching = vars, keys, false }()
	return g.pick("a", "b", "c", "p:d", "*", "a/b", "a//b", "r/*", "/r/a", "p:*", "a[1]", "*[@x]", "*[2]", "a[@x = 1]", "b[last()]", "text()", "text()[1]",
		"@x", "@*", "comment()", "processing-instruction()", "processing-instruction('pi')", "node()", "a | b", "a | @y", "key('k', '1')", "*[*]", "*[not(*)]",
		"*["+g.boolean(1)+"]", "a["+g.num(1)+"]", "r//*/a", "b/text()")
}

func (g *generator) template(b *strings.Builder) {
	fmt.Fprintf(b, `<xsl:template match="%s"`, attr(g.pattern()))
	b.WriteString(g.pick("", "", "", ` mode="m"`))
	b.WriteString(g.pick("", "", "", ` priority="1"`, ` priority="-0.3"`, ` priority="0.5"`))
	b.WriteString(">")
	globals := len(g.vars)
	b.WriteString(`<xsl:param name="q" select="'none'"/>`)
	g.vars = append(g.vars, variable{"q", "str"})
	g.body(b, scope{depth: 3, down: true})
	g.vars = g.vars[:globals]
	b.WriteString("</xsl:template>")
}

func (g *generator) named(b *strings.Builder, i int) {
	fmt.Fprintf(b, `<xsl:template name="t%d">`, i)
	globals := len(g.vars)
	b.WriteString(`<xsl:param name="n" select="1"/><xsl:param name="q">rtf<i/></xsl:param>`)
	// What is given for them may be of any type, so they are only used as strings.
	g.vars = append(g.vars, variable{"n", "num"}, variable{"q", "rtf"})
	g.body(b, scope{depth: 2, down: true, calls: i + 1})
	g.vars = g.vars[:globals]
	b.WriteString("</xsl:template>")
}

// body writes a few instructions. Variables end where their parent does.
func (g *generator) body(b *strings.Builder, s scope) {
	outer := len(g.vars)
	for range 1 + g.r.IntN(3) {
		g.instruction(b, s)
	}
	g.vars = g.vars[:outer]
}

func (g *generator) instruction(b *strings.Builder, s scope) {
	inner := s
	inner.depth--
	if s.depth <= 0 {
		fmt.Fprintf(b, `<xsl:value-of select="%s"/>`, attr(g.any(2)))
		return
	}
	switch g.r.IntN(18) {
	case 0, 1:
		fmt.Fprintf(b, `<xsl:value-of select="%s"/>%s`, attr(g.any(3)), g.pick("", ",", " ", "\n", "　"))
	case 2, 3:
		if s.down {
			g.apply(b)
			return
		}
		b.WriteString("<xsl:text> </xsl:text>")
	case 4:
		fmt.Fprintf(b, `<xsl:if test="%s">`, attr(g.any(3)))
		g.body(b, inner)
		b.WriteString("</xsl:if>")
	case 5:
		g.choose(b, inner)
	case 6:
		g.forEach(b, inner)
	case 7, 8:
		g.literalElement(b, inner)
	case 9:
		g.variable(b, inner)
	case 10:
		fmt.Fprintf(b, `<xsl:copy-of select="%s"/>`, attr(g.pick("("+g.set(2)+")/self::*", g.str(2), g.num(2), g.pick("self::*", "text()"))))
	case 11:
		b.WriteString(`<xsl:for-each select="` + g.pick("self::*", "*", "text()", "comment()") + `"><xsl:copy>`)
		deeper := inner
		deeper.down = false
		g.body(b, deeper)
		b.WriteString(`</xsl:copy></xsl:for-each>`)
	case 12:
		if s.calls < namedTemplates {
			g.call(b, s)
		}
	case 13:
		g.number(b)
	case 14:
		b.WriteString(`<xsl:text>` + g.text() + `</xsl:text>`)
	case 15:
		b.WriteString(g.pick("<xsl:comment>c</xsl:comment>", `<xsl:processing-instruction name="q">d</xsl:processing-instruction>`, "plain "))
	case 16:
		fmt.Fprintf(b, `<xsl:element name="p:e"%s>`, g.pick("", ` use-attribute-sets="s"`))
		g.attributes(b)
		g.body(b, inner)
		b.WriteString("</xsl:element>")
	case 17:
		fmt.Fprintf(b, `<xsl:element name="%s"%s>`, g.pick("e", "e{position()}", "{concat('v', count(*))}"), g.pick("", ` namespace="urn:e"`, ` use-attribute-sets="s"`))
		g.attributes(b)
		g.body(b, inner)
		b.WriteString("</xsl:element>")
	}
}

// apply always says what it selects: libxslt takes an attribute's value for its child where nothing is said.
func (g *generator) apply(b *strings.Builder) {
	fmt.Fprintf(b, `<xsl:apply-templates%s%s>`, g.pick(` select="*"`, ` select="@*"`, ` select="node()"`, ` select="@* | node()"`, ` select="*[`+attr(g.boolean(1))+`]"`, ` select="text() | a"`), g.pick("", "", ` mode="m"`))
	g.sorts(b, 20)
	if g.chance(30) {
		fmt.Fprintf(b, `<xsl:with-param name="q" select="%s"/>`, attr(g.str(2)))
	}
	b.WriteString("</xsl:apply-templates>")
}

func (g *generator) sorts(b *strings.Builder, percent int) {
	for range 2 {
		if g.chance(percent) {
			typ := g.pick("num", "str")
			fmt.Fprintf(b, `<xsl:sort select="%s"%s%s/>`, attr(g.typed(typ, 2)), map[string]string{"num": ` data-type="number"`, "str": ""}[typ], g.pick("", ` order="descending"`))
		}
	}
}

func (g *generator) choose(b *strings.Builder, inner scope) {
	b.WriteString("<xsl:choose>")
	for range 1 + g.r.IntN(2) {
		fmt.Fprintf(b, `<xsl:when test="%s">`, attr(g.any(2)))
		g.body(b, inner)
		b.WriteString("</xsl:when>")
	}
	if g.chance(50) {
		b.WriteString("<xsl:otherwise>")
		g.body(b, inner)
		b.WriteString("</xsl:otherwise>")
	}
	b.WriteString("</xsl:choose>")
}

func (g *generator) forEach(b *strings.Builder, inner scope) {
	if g.chance(50) {
		fmt.Fprintf(b, `<xsl:for-each select="%s">`, g.pick("*", "@*", "node()", "a | b"))
	} else {
		inner.down = false
		fmt.Fprintf(b, `<xsl:for-each select="%s">`, attr(g.set(2)))
	}
	g.sorts(b, 30)
	// A call from elsewhere could apply templates above.
	if !inner.down {
		inner.calls = namedTemplates
	}
	g.body(b, inner)
	b.WriteString("</xsl:for-each>")
}

func (g *generator) literalElement(b *strings.Builder, inner scope) {
	name := g.pick("l", "m", "p:n")
	if g.html {
		name = g.pick("div", "span", "P", "table", "TR", "td", "font", "BR", "hr", "pre", "script", "style", "a", "img", "l", "p:n", "ul", "li", "center", "textarea", "option")
	}
	fmt.Fprintf(b, `<%s%s%s>`, name, g.pick("", ` w="lit"`, ` w="{`+attr(g.any(2))+`}"`, ` w="a{`+attr(g.num(1))+`}b{{}}"`), g.pick("", "", ` xsl:use-attribute-sets="s"`))
	g.attributes(b)
	if name != "BR" && name != "hr" && name != "img" { // they have no content in HTML
		g.body(b, inner)
	}
	b.WriteString("</" + name + ">")
}

func (g *generator) attributes(b *strings.Builder) {
	for g.chance(30) {
		fmt.Fprintf(b, `<xsl:attribute name="%s"><xsl:value-of select="%s"/></xsl:attribute>`, g.pick("h", "i", "w", "p:h"), attr(g.any(2)))
	}
}

func (g *generator) variable(b *strings.Builder, inner scope) {
	name := fmt.Sprintf("v%d", len(g.vars))
	if g.chance(30) {
		fmt.Fprintf(b, `<xsl:variable name="%s">`, name)
		g.body(b, inner)
		b.WriteString("</xsl:variable>")
		g.vars = append(g.vars, variable{name, "rtf"})
		fmt.Fprintf(b, `<xsl:%s select="$%s"/>`, g.pick("value-of", "copy-of"), name)
		return
	}
	typ := g.pick("num", "str", "bool", "set")
	fmt.Fprintf(b, `<xsl:variable name="%s" select="%s"/>`, name, attr(g.typed(typ, 2)))
	g.vars = append(g.vars, variable{name, typ})
}

func (g *generator) call(b *strings.Builder, s scope) {
	fmt.Fprintf(b, `<xsl:call-template name="t%d">`, s.calls+g.r.IntN(namedTemplates-s.calls))
	if g.chance(50) {
		fmt.Fprintf(b, `<xsl:with-param name="n" select="%s"/>`, attr(g.num(2)))
	}
	if g.chance(40) {
		b.WriteString(`<xsl:with-param name="q"><j>` + esc(g.text()) + `</j></xsl:with-param>`)
	}
	b.WriteString("</xsl:call-template>")
}

func (g *generator) number(b *strings.Builder) {
	if g.chance(50) {
		fmt.Fprintf(b, `<xsl:number value="%s" format="%s"/>`, attr(g.pick("position()", "count(//*)", "1 + count(preceding::*)", "last()", "27", "1999")), g.pick("1", "01", "a", "A", "i", "I", "(1)", "1."))
		return
	}
	fmt.Fprintf(b, `<xsl:number%s%s%s/>`, g.pick("", ` level="any"`, ` level="multiple"`), g.pick("", ` count="*"`, ` count="a | b"`), g.pick("", ` format="1.1"`, ` format="A-"`))
}
