package xslt_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt"
)

// tight is a budget that a notice of 1,000 persons keeps easily.
func tight() xslt.Budget {
	return xslt.Budget{Steps: 5_000_000, Output: 4 << 20, Memory: 32 << 20, Time: time.Minute}
}

// attack is a stylesheet that costs without end, or a great deal, and the budgets of which one is to stop it.
type attack struct{ name, sheet, over string }

func repeated(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i, i+1)
	}
	return b.String()
}

// everyPair runs a body for each pair of elements of the victim: 160,000 times.
func everyPair(body string) string {
	return `<xsl:template match="/"><xsl:for-each select="//*"><xsl:for-each select="//*">` + body + `</xsl:for-each></xsl:for-each></xsl:template>`
}

// calling calls t with $s, and t with what each call makes of it.
func calling(first, then string) string {
	return `<xsl:template match="/"><xsl:call-template name="t"><xsl:with-param name="s">` + first + `</xsl:with-param></xsl:call-template></xsl:template>` +
		`<xsl:template name="t"><xsl:param name="s"/>` + then + `</xsl:template>`
}

func once(body string) string { return `<xsl:template match="/">` + body + `</xsl:template>` }

func recursions() []attack {
	return []attack{
		{"calls itself twice", calling("", `<xsl:call-template name="t"/><xsl:call-template name="t"/>`), "depth"},
		{"calls itself twice, to a depth", calling("x", `<xsl:if test="string-length($s) &lt; 200"><xsl:call-template name="t"><xsl:with-param name="s" select="concat($s, 'x')"/></xsl:call-template><xsl:call-template name="t"><xsl:with-param name="s" select="concat($s, 'x')"/></xsl:call-template></xsl:if>`), "steps memory"},
		{"applies to itself", `<xsl:template match="*"><xsl:apply-templates select="."/></xsl:template>`, "depth"},
		{"applies to the parent", `<xsl:template match="i"><xsl:apply-templates select=".."/></xsl:template>`, "depth"},
		{"applies to everything", `<xsl:template match="*"><xsl:apply-templates select="//*"/></xsl:template>`, "depth steps"},
		{"elements within elements", calling("", `<a><b><c><xsl:call-template name="t"/></c></b></a>`), "depth"},
		{"attribute sets of themselves", `<xsl:attribute-set name="s" use-attribute-sets="s"/><xsl:template match="/"><o xsl:use-attribute-sets="s"/></xsl:template>`, "depth wrong"},
		{"attribute sets that double", repeated(60, `<xsl:attribute-set name="s%[2]d" use-attribute-sets="s%[1]d s%[1]d"/>`) + `<xsl:attribute-set name="s0"><xsl:attribute name="a">x</xsl:attribute></xsl:attribute-set>` + once(`<o xsl:use-attribute-sets="s60"/>`), "steps depth"},
		{"a substring a step", calling(`<xsl:value-of select="concat(/, /, /, /)"/>`, `<xsl:value-of select="contains($s, 'zzz')"/><xsl:call-template name="t"><xsl:with-param name="s" select="concat(substring($s, 2), 'y')"/></xsl:call-template>`), "depth steps memory"},
	}
}

func doublings() []attack {
	return []attack{
		{"a string", calling("x", `<xsl:call-template name="t"><xsl:with-param name="s" select="concat($s, $s)"/></xsl:call-template>`), "memory"},
		{"a fragment", calling("<a/>", `<xsl:call-template name="t"><xsl:with-param name="s"><xsl:copy-of select="$s"/><xsl:copy-of select="$s"/></xsl:with-param></xsl:call-template>`), "memory steps"},
		{"global variables", `<xsl:variable name="v0" select="'0123456789abcdef'"/>` + repeated(60, `<xsl:variable name="v%[2]d" select="concat($v%[1]d, $v%[1]d)"/>`) + once(`<xsl:value-of select="string-length($v60)"/>`), "memory"},
		{"global fragments", `<xsl:variable name="v0"><a>laugh</a></xsl:variable>` + repeated(60, `<xsl:variable name="v%[2]d"><xsl:copy-of select="$v%[1]d"/><xsl:copy-of select="$v%[1]d"/></xsl:variable>`) + once(`<xsl:copy-of select="$v60"/>`), "memory steps"},
		{"an attribute value template", calling("x", `<o a="{$s}{$s}{$s}"/><xsl:call-template name="t"><xsl:with-param name="s" select="concat($s, $s)"/></xsl:call-template>`), "memory output"},
		{"a long attribute value template", once(`<xsl:for-each select="//*"><o a="` + strings.Repeat("{/}", 5000) + `"/></xsl:for-each>`), "memory output steps"},
	}
}

func explosions() []attack {
	return []attack{
		{"output", everyPair(`<xsl:for-each select="//*"><o>0123456789</o></xsl:for-each>`), "output steps memory"},
		{"the document copied for each node", once(`<xsl:for-each select="//node()"><xsl:copy-of select="/"/></xsl:for-each>`), "output steps memory"},
		{"the document's text for each pair", everyPair(`<xsl:value-of select="string-length(concat(/, /, /))"/>`), "memory steps"},
		{"normalised for each pair", everyPair(`<xsl:value-of select="string-length(normalize-space(/))"/>`), "memory steps"},
		{"//* in //*", once(`<xsl:value-of select="count(//*//*//*//*//*//*//*//*)"/><xsl:value-of select="count(//*[//*[//*[//*[//*]]]])"/><xsl:value-of select="count(//*[count(//*[count(//*[count(//*) = 1]) = 1]) = 1])"/>`), "steps"},
		{"axes back and forth", once(`<xsl:value-of select="count(//*/following::*/preceding::*/following::*/preceding::*/following::*)"/>`), "steps"},
		{"comparing all with all", once(`<xsl:for-each select="//*"><xsl:if test="//*[. = //*/following::node() or . != //*/preceding::node()]">x</xsl:if></xsl:for-each>`), "steps"},
		{"a union of many", once(`<xsl:for-each select="//*"><xsl:value-of select="count(` + strings.Repeat("//node() | ", 200) + `//@*)"/></xsl:for-each>`), "steps"},
		{"a sort by everything", once(`<xsl:for-each select="//node()"><xsl:sort select="count(//*[. = current()]/preceding::node())" data-type="number"/><xsl:value-of select="."/></xsl:for-each>`), "steps"},
		{"sorts within sorts", once(`<xsl:for-each select="//*"><xsl:sort select="."/><xsl:for-each select="//*"><xsl:sort select="." order="descending"/><xsl:for-each select="//*"><xsl:sort select="/"/></xsl:for-each></xsl:for-each></xsl:for-each>`), "steps memory"},
		{"a key that is made of keys", `<xsl:key name="k" match="*" use="//*"/>` + once(`<xsl:for-each select="//*"><xsl:value-of select="count(key('k', //*)[count(key('k', //*)) = 0])"/></xsl:for-each>`), "steps memory"},
		{"many keys", repeated(400, `<xsl:key name="k%[1]d" match="node()" use="//node() | //@*"/>`) + once(repeated(400, `<xsl:value-of select="count(key('k%[1]d', '%[2]d'))"/>`)), "steps memory"},
		{"a pattern that looks everywhere", `<xsl:template match="*[count(//*[count(//*[. = 'x']) = 1]) = 1]">x</xsl:template>`, "steps"},
		{"many patterns that climb", once(`<xsl:for-each select="//*"><xsl:apply-templates select="//*"/></xsl:for-each>`) + repeated(300, `<xsl:template match="r//i//j%[1]d//i" priority="%[2]d"/><xsl:template match="*[@a%[1]d]" priority="%[2]d"/>`), "steps output"},
		{"numbers at any level", everyPair(`<xsl:number level="any" count="*[not(self::x)]" from="y"/>`), "steps"},
		{"a format of very many digits", everyPair(`<xsl:value-of select="string-length(format-number(1, concat('0.', '` + strings.Repeat("0", 100000) + `')))"/><xsl:number value="1" format="` + strings.Repeat("0", 100000) + `1"/>`), "steps memory output"},
		{"a long translation", once(`<xsl:for-each select="//*"><xsl:value-of select="translate(concat(/, /, /, /), concat(/, /), concat(/, /))"/></xsl:for-each>`), "steps memory output"},
		{"a search for what nearly matches", once(`<xsl:variable name="s">` + strings.Repeat("a", 50000) + `</xsl:variable><xsl:variable name="u" select="concat(substring($s, 1, 25000), 'b')"/><xsl:for-each select="//*"><xsl:for-each select="//*"><xsl:if test="contains($s, $u) or substring-before($s, $u)">x</xsl:if></xsl:for-each></xsl:for-each>`), "steps"},
		{"messages", everyPair(`<xsl:message><xsl:copy-of select="/"/></xsl:message>`), "steps memory output"},
		{"a comment", once(`<o><xsl:comment><xsl:for-each select="//*"><xsl:for-each select="//*"><xsl:value-of select="/"/></xsl:for-each></xsl:for-each></xsl:comment></o>`), "steps memory output"},
		{"namespaces", everyPair(repeated(100, `<xsl:element name="n%[1]d:e" namespace="urn:%[2]d">`) + repeated(100, `</xsl:element><!--%d%d-->`)), "steps memory output"},
		{"attributes", `<xsl:template match="/"><o><xsl:for-each select="//*"><xsl:for-each select="//*"><xsl:attribute name="a{generate-id()}-{generate-id(..)}{position()}"><xsl:value-of select="/"/></xsl:attribute></xsl:for-each></xsl:for-each></o></xsl:template>`, "steps memory output"},
	}
}

func writings() []attack {
	return []attack{
		{"brackets", once(`<xsl:value-of select="` + strings.Repeat("(", 100000) + "1" + strings.Repeat(")", 100000) + `"/>`), "wrong sheet depth"},
		{"minus signs", once(`<xsl:value-of select="` + strings.Repeat("-", 200000) + `1"/>`), "wrong sheet depth"},
		{"predicates", once(`<xsl:value-of select="//*` + strings.Repeat("[*", 50000) + strings.Repeat("]", 50000) + `"/>`), "wrong sheet depth"},
		{"steps", once(`<xsl:value-of select="/` + strings.Repeat("/..//*", 20000) + `"/>`), "wrong sheet steps"},
		{"sums", once(`<xsl:value-of select="1` + strings.Repeat(" + count(//*)", 100000) + `"/>`), "wrong sheet steps"},
		{"elements deep in the stylesheet", once(strings.Repeat("<a>", 5000) + strings.Repeat("</a>", 5000)), "sheet"},
		{"many megabytes", once(strings.Repeat("<a/>", 2<<20)), "sheet"},
	}
}

// victim is a document of 401 elements, small enough for any stylesheet of good will.
func victim(t testing.TB) *tree.Document {
	t.Helper()
	doc, err := tree.Parse([]byte(`<r>`+strings.Repeat(`<i a="1">text of an element<j/></i>`, 200)+`</r>`), tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestAttacks holds each to a budget, and measures that one of the budgets meant for it refuses it. Memory is what was
// allocated from first to last, not what was held at once; time depends on the machine and is not measured.
func TestAttacks(t *testing.T) {
	doc := victim(t)
	for kind, list := range map[string][]attack{"recursions": recursions(), "doublings": doublings(), "explosions": explosions(), "writings": writings()} {
		for _, a := range list {
			t.Run(kind+"/"+a.name, func(t *testing.T) { a.run(t, doc) })
		}
	}
}

func (a attack) run(t *testing.T, doc *tree.Document) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := a.once(doc)
	runtime.ReadMemStats(&after)
	var r *xslt.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("not refused: %v", err)
	}
	reason := r.Over
	if r.Reason != xslt.OverBudget {
		reason = string(r.Reason)
	}
	if !strings.Contains(" "+a.over+" ", " "+reason+" ") {
		t.Errorf("refused for %q: %v", reason, r)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 256<<20 {
		t.Errorf("%d MiB were allocated", n>>20)
	}
}

func (a attack) once(doc *tree.Document) error {
	s, err := xslt.Compile([]byte(wrapped(a.sheet)), tight())
	if err != nil {
		return err
	}
	_, err = s.Transform(context.Background(), doc, tight())
	return err
}

// TestAttacksEndWithTheContext holds that a run whose other budgets are endless ends when its context does.
func TestAttacksEndWithTheContext(t *testing.T) {
	doc := victim(t)
	for _, a := range append(explosions(), recursions()...) {
		if a.over != "steps" {
			continue
		}
		t.Run(a.name, func(t *testing.T) {
			s, err := xslt.Compile([]byte(wrapped(a.sheet)), xslt.Budget{})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			_, err = s.Transform(ctx, doc, xslt.Budget{Steps: 1 << 40, Memory: 1 << 40, Output: 1 << 40})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("ended with %v", err)
			}
		})
	}
}

// TestNoticesKeepTheBudget holds that the budget is not so tight that it refuses what offices send.
func TestNoticesKeepTheBudget(t *testing.T) {
	out, err := within(official(t, "notice"), insured(1000), tight())
	if err != nil || len(out.text) < 100_000 {
		t.Errorf("%d bytes, %v", len(out.text), err)
	}
}
