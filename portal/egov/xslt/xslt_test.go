package xslt_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt"
)

// sheet is a stylesheet of these top-level elements.
func sheet(top string) string {
	return `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">` + top + `</xsl:stylesheet>`
}

// fragmentOnly is a stylesheet whose one template, for the root, has this body, without XML declaration.
func fragmentOnly(body string) string {
	return sheet(`<xsl:output omit-xml-declaration="yes" method="xml"/><xsl:template match="/">` + body + `</xsl:template>`)
}

func transform(t testing.TB, style, doc string, b xslt.Budget) (xslt.Output, error) {
	t.Helper()
	s, err := xslt.Compile([]byte(style), b)
	if err != nil {
		return xslt.Output{}, err
	}
	d, err := tree.Parse([]byte(doc), tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return s.Transform(context.Background(), d, b)
}

// check runs rows that give bytes.
func check(t *testing.T, rows []row) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			out, err := transform(t, row.sheet, row.doc, xslt.Budget{})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSuffix(string(out.Bytes), "\n"); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

type row struct{ name, sheet, doc, want string }

const people = `<list><p id="3">丙</p><p id="1">甲</p><!--c--><p id="2" k="x">乙</p><?pi z?></list>`

func TestInstructions(t *testing.T) {
	check(t, []row{
		{"value-of", fragmentOnly(`<a><xsl:value-of select="//p[2]"/></a>`), people, `<a>甲</a>`},
		{"for-each with sort", fragmentOnly(`<a><xsl:for-each select="//p"><xsl:sort select="@id" data-type="number"/>` +
			`<xsl:value-of select="concat(position(), .)"/></xsl:for-each></a>`), people, `<a>1甲2乙3丙</a>`},
		{"sort descending", fragmentOnly(`<a><xsl:for-each select="//p"><xsl:sort select="@id" order="descending"/>` +
			`<xsl:value-of select="."/></xsl:for-each></a>`), people, `<a>丙乙甲</a>`},
		{"if and choose", fragmentOnly(`<a><xsl:if test="//p/@k='x'">y</xsl:if><xsl:choose><xsl:when test="false()">1</xsl:when>` +
			`<xsl:otherwise>2</xsl:otherwise></xsl:choose></a>`), people, `<a>y2</a>`},
		{"attribute value templates", fragmentOnly(`<a b="{{{count(//p)}}}-{'}'}"/>`), people, `<a b="{3}-}"/>`},
		{"element, attribute, comment, instruction", fragmentOnly(`<xsl:element name="p:e" namespace="u">` +
			`<xsl:attribute name="b">1</xsl:attribute><xsl:comment>a--b-</xsl:comment>` +
			`<xsl:processing-instruction name="t">x?></xsl:processing-instruction></xsl:element>`), people,
			`<p:e xmlns:p="u" b="1"><!--a- -b- --><?t x? >?></p:e>`},
		{"copy-of", fragmentOnly(`<xsl:copy-of select="list"/>`), people, people},
		{"copy-of a fragment", fragmentOnly(`<xsl:variable name="f"><b c="1">t</b></xsl:variable><a><xsl:copy-of select="$f"/>` +
			`<xsl:value-of select="string-length($f)"/></a>`), people, `<a><b c="1">t</b>1</a>`},
		{"copy", sheet(`<xsl:output omit-xml-declaration="yes"/><xsl:template match="@*|node()"><xsl:copy>` +
			`<xsl:apply-templates select="@*|node()"/></xsl:copy></xsl:template>`), people, people},
		{"call-template with parameters", sheet(`<xsl:output method="text"/><xsl:template match="/"><xsl:call-template name="t">` +
			`<xsl:with-param name="n" select="3"/></xsl:call-template></xsl:template><xsl:template name="t"><xsl:param name="n"/>` +
			`<xsl:param name="m" select="'d'"/><xsl:value-of select="concat($n, $m)"/><xsl:if test="$n &gt; 1">` +
			`<xsl:call-template name="t"><xsl:with-param name="n" select="$n - 1"/></xsl:call-template></xsl:if></xsl:template>`),
			people, `3d2d1d`},
		{"modes and priorities", sheet(`<xsl:output method="text"/><xsl:template match="/"><xsl:apply-templates select="//p"/>` +
			`<xsl:apply-templates select="//p" mode="m"/></xsl:template><xsl:template match="p">1</xsl:template>` +
			`<xsl:template match="p[@k]">2</xsl:template><xsl:template match="p" priority="-1">3</xsl:template>` +
			`<xsl:template match="*" mode="m">4</xsl:template><xsl:template match="p" mode="m">5</xsl:template>` +
			`<xsl:template match="p" mode="m">6</xsl:template>`), people, `112666`},
		{"keys", sheet(`<xsl:output method="text"/><xsl:key name="k" match="p" use="@id"/><xsl:template match="/">` +
			`<xsl:value-of select="key('k', '2')"/><xsl:value-of select="count(key('k', //p/@id))"/></xsl:template>`), people, `乙3`},
		{"built-in templates", sheet(`<xsl:output method="text"/>`), people, `丙甲乙`},
		{"attribute sets", sheet(`<xsl:output omit-xml-declaration="yes"/><xsl:attribute-set name="s" use-attribute-sets="t">` +
			`<xsl:attribute name="a">1</xsl:attribute></xsl:attribute-set><xsl:attribute-set name="t"><xsl:attribute name="a">0</xsl:attribute>` +
			`<xsl:attribute name="b">2</xsl:attribute></xsl:attribute-set><xsl:template match="/"><e xsl:use-attribute-sets="s" b="3"/></xsl:template>`),
			people, `<e a="1" b="3"/>`},
	})
}

func TestRefusals(t *testing.T) {
	for _, row := range []struct {
		name, sheet string
		reason      xslt.Reason
	}{
		{"document()", fragmentOnly(`<xsl:copy-of select="document('x.xml')"/>`), xslt.Forbidden},
		{"include", sheet(`<xsl:include href="x.xsl"/>`), xslt.Forbidden},
		{"import", sheet(`<xsl:import href="x.xsl"/>`), xslt.Forbidden},
		{"apply-imports", fragmentOnly(`<xsl:apply-imports/>`), xslt.Forbidden},
		{"extension function", fragmentOnly(`<a xmlns:e="u"><xsl:value-of select="e:f()"/></a>`), xslt.Forbidden},
		{"DTD", `<!DOCTYPE x>` + fragmentOnly(``), xslt.Forbidden},
		{"entity", fragmentOnly(`&nbsp;`), xslt.Forbidden},
		{"unknown function", fragmentOnly(`<xsl:value-of select="f()"/>`), xslt.Wrong},
		{"unknown instruction", fragmentOnly(`<xsl:foo/>`), xslt.Wrong},
		{"unknown variable", fragmentOnly(`<xsl:value-of select="$x"/>`), xslt.Wrong},
		{"bad expression", fragmentOnly(`<xsl:value-of select="a["/>`), xslt.Wrong},
		{"no stylesheet", `<a/>`, xslt.Wrong},
		{"no version", `<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>`, xslt.Wrong},
		{"not well-formed", `<xsl:stylesheet`, xslt.Wrong},
		{"too many elements", sheet(strings.Repeat(`<xsl:template match="a"/>`, 200_001)), xslt.OverBudget},
		{"text outside templates", sheet(`text`), xslt.Wrong},
		{"an element outside templates", sheet(`<a/>`), xslt.Wrong},
		{"an instruction outside templates", sheet(`<xsl:if test="1"/>`), xslt.Wrong},
		{"a template without match and name", sheet(`<xsl:template/>`), xslt.Wrong},
		{"two templates of one name", sheet(`<xsl:template name="t"/><xsl:template name="t"/>`), xslt.Wrong},
		{"two variables of one name", sheet(`<xsl:variable name="t"/><xsl:variable name="t"/>`), xslt.Wrong},
		{"a name with an unknown prefix", sheet(`<xsl:template name="x:t"/>`), xslt.Wrong},
		{"no name", sheet(`<xsl:variable name="1"/>`), xslt.Wrong},
		{"a bad pattern", sheet(`<xsl:template match="a/.."/>`), xslt.Wrong},
		{"a bad priority", sheet(`<xsl:template match="a" priority="high"/>`), xslt.Wrong},
		{"an unknown method", sheet(`<xsl:output method="pdf"/>`), xslt.Wrong},
		{"an unknown template", fragmentOnly(`<xsl:call-template name="t"/>`), xslt.Wrong},
		{"an unknown attribute set", fragmentOnly(`<a xsl:use-attribute-sets="s"/>`), xslt.Wrong},
		{"an unknown key", fragmentOnly(`<xsl:value-of select="key('k', 1)"/>`), xslt.Wrong},
		{"an unknown decimal format", fragmentOnly(`<xsl:value-of select="format-number(1, '0', 'f')"/>`), xslt.Wrong},
		{"a decimal format of two characters", sheet(`<xsl:decimal-format digit="##"/>`), xslt.Wrong},
		{"an unknown level", fragmentOnly(`<xsl:number level="all"/>`), xslt.Wrong},
		{"a brace left open", fragmentOnly(`<a b="{1"/>`), xslt.Wrong},
		{"a brace too many", fragmentOnly(`<a b="}"/>`), xslt.Wrong},
		{"without select", fragmentOnly(`<xsl:value-of/>`), xslt.Wrong},
		{"without test", fragmentOnly(`<xsl:if/>`), xslt.Wrong},
		{"without name", fragmentOnly(`<xsl:element/>`), xslt.Wrong},
		{"choose without when", fragmentOnly(`<xsl:choose/>`), xslt.Wrong},
		{"when behind otherwise", fragmentOnly(`<xsl:choose><xsl:when test="1"/><xsl:otherwise/><xsl:when test="1"/></xsl:choose>`), xslt.Wrong},
		{"text with an element", fragmentOnly(`<xsl:text><a/></xsl:text>`), xslt.Wrong},
		{"param inside a loop", fragmentOnly(`<xsl:for-each select="a"><xsl:param name="p"/></xsl:for-each>`), xslt.Wrong},
		{"an attribute set with an element", sheet(`<xsl:attribute-set name="s"><a/></xsl:attribute-set>`), xslt.Wrong},
		{"an alias of nothing", sheet(`<xsl:namespace-alias stylesheet-prefix="x" result-prefix="y"/>`), xslt.Wrong},
		{"for-each over a number", fragmentOnly(`<xsl:for-each select="1"/>`), xslt.Wrong},
		{"for-each over a string in a variable", fragmentOnly(`<xsl:variable name="v" select="'x'"/><xsl:for-each select="$v"/>`), xslt.Wrong},
		{"a fragment as a node-set", fragmentOnly(`<xsl:variable name="v"><a/></xsl:variable><xsl:value-of select="count($v/a)"/>`), xslt.Wrong},
		{"an unknown instruction of a later version is reached", `<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">` +
			`<xsl:template match="/"><xsl:new/></xsl:template></xsl:stylesheet>`, xslt.Wrong},
		{"an extension element", fragmentOnly(`<a xmlns:x="u" xsl:extension-element-prefixes="x"><x:do/></a>`), xslt.Forbidden},
		{"variables in a circle", sheet(`<xsl:variable name="a" select="$b"/><xsl:variable name="b" select="$a"/>` +
			`<xsl:template match="/"><xsl:value-of select="$a"/></xsl:template>`), xslt.Wrong},
		{"message", fragmentOnly(`<xsl:message terminate="yes">no</xsl:message>`), xslt.Terminated},
		{"endless recursion", sheet(`<xsl:template match="/"><xsl:apply-templates select="/"/></xsl:template>`), xslt.OverBudget},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := transform(t, row.sheet, people, xslt.Budget{})
			var r *xslt.Refusal
			if !errors.As(err, &r) || r.Reason != row.reason {
				t.Errorf("got %v, want %s", err, row.reason)
			} else if r.Line == 0 && r.Over != "sheet" {
				t.Errorf("no line is named: %v", err)
			}
		})
	}
}
