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

// caller is a stylesheet whose template t is called once from the root.
func caller(t string) string {
	return sheet(`<xsl:output method="text"/><xsl:template match="/"><xsl:call-template name="t"/></xsl:template>` +
		`<xsl:template name="t">` + t + `</xsl:template>`)
}

// wide is a document of n elements beside one another.
func wide(n int) string { return "<a>" + strings.Repeat("<b>x</b>", n) + "</a>" }

// TestHostile holds stylesheets made to harm to a budget of a million steps: each is refused for the budget it named,
// soon, and without taking more memory than it may.
func TestHostile(t *testing.T) {
	small := xslt.Budget{Steps: 1_000_000, Memory: 8 << 20, Output: 1 << 20, Depth: 1000}
	again := `<xsl:call-template name="t"/>`
	for _, row := range []struct{ name, sheet, doc, over string }{
		{"endless recursion", caller(again), "<a/>", "depth"},
		{"exponential recursion", sheet(`<xsl:template match="/"><xsl:call-template name="t"/></xsl:template><xsl:template name="t">` +
			`<xsl:param name="d" select="0"/><xsl:if test="$d &lt; 100">` + strings.Repeat(`<xsl:call-template name="t">`+
			`<xsl:with-param name="d" select="$d + 1"/></xsl:call-template>`, 2) + `</xsl:if></xsl:template>`), "<a/>", "steps"},
		{"doubling with concat", caller(`<xsl:param name="s" select="'xxxxxxxxxxxxxxxx'"/><xsl:call-template name="t">` +
			`<xsl:with-param name="s" select="concat($s, $s)"/></xsl:call-template>`), "<a/>", "memory"},
		{"doubling in a fragment", caller(`<xsl:param name="s">xxxxxxxxxxxxxxxx</xsl:param><xsl:call-template name="t"><xsl:with-param name="s">` +
			`<xsl:copy-of select="$s"/><xsl:copy-of select="$s"/></xsl:with-param></xsl:call-template>`), "<a/>", "steps"},
		{"doubling in an attribute", caller(`<xsl:param name="s" select="'xxxxxxxxxxxxxxxx'"/><xsl:variable name="u"><a b="{$s}{$s}"/></xsl:variable>` +
			`<xsl:call-template name="t"><xsl:with-param name="s" select="concat($s, $s, $u)"/></xsl:call-template>`), "<a/>", "memory"},
		{"endless output", sheet(`<xsl:template match="/"><xsl:for-each select="//b"><xsl:for-each select="//b">` +
			strings.Repeat("x", 100) + `</xsl:for-each></xsl:for-each></xsl:template>`), wide(1000), "output"},
		{"//* below //*", fragmentOnly(`<xsl:value-of select="count(//*//*//*[//*[//*]])"/><xsl:value-of select="count(//*[count(//node()) = 1])"/>`), wide(1000), "steps"},
		{"following of all", fragmentOnly(`<xsl:value-of select="count(//*/following::*/preceding::*)"/>`), wide(2000), "steps"},
		{"all pairs compared", fragmentOnly(`<xsl:for-each select="//b"><xsl:if test="//b != //b[2]">x</xsl:if></xsl:for-each>`), wide(3000), "steps"},
		{"sorting by all", fragmentOnly(`<xsl:for-each select="//b"><xsl:sort select="count(//b[. = current()])"/></xsl:for-each>`), wide(2000), "steps"},
		{"sorting again and again", fragmentOnly(`<xsl:for-each select="//b"><xsl:for-each select="//b"><xsl:sort/></xsl:for-each></xsl:for-each>`), wide(2000), "steps"},
		{"positions in patterns", sheet(`<xsl:template match="b[last()][. = 'y']"/>`), wide(3000), "steps"},
		{"counting any", fragmentOnly(`<xsl:for-each select="//b"><xsl:number level="any" count="*[.='y']|b"/></xsl:for-each>`), wide(3000), "steps"},
		{"long texts compared", fragmentOnly(`<xsl:for-each select="//b"><xsl:if test="contains(/a, concat(., 'y'))">x</xsl:if></xsl:for-each>`), wide(20000), "steps"},
		{"long texts begun alike", fragmentOnly(`<xsl:variable name="v" select="concat(/a, '')"/><xsl:for-each select="//b"><xsl:if test="starts-with(/a, $v)"/></xsl:for-each>`), wide(20000), "steps"},
		{"long texts equal", fragmentOnly(`<xsl:variable name="v" select="concat(/a, '')"/><xsl:for-each select="//b"><xsl:if test="string(/a) = string($v)"/></xsl:for-each>`), wide(20000), "steps"},
		{"long variables equal", fragmentOnly(`<xsl:variable name="v" select="concat(/a, '')"/><xsl:variable name="w" select="concat(/a, '')"/><xsl:for-each select="//b"><xsl:if test="$v = $w"/></xsl:for-each>`), wide(20000), "steps"},
		{"long texts as numbers", fragmentOnly(`<xsl:variable name="v" select="concat(translate(/a, 'x', '1'), '')"/><xsl:for-each select="//b"><xsl:if test="$v + 1"/></xsl:for-each>`), wide(20000), "steps"},
		{"long texts compared with numbers", fragmentOnly(`<xsl:variable name="v" select="concat(translate(/a, 'x', '1'), '')"/><xsl:for-each select="//b"><xsl:if test="$v = 1 or $v &gt; 1"/></xsl:for-each>`), wide(20000), "steps"},
		{"a key of long texts", sheet(`<xsl:key name="k" match="c" use="."/><xsl:template match="/"><xsl:for-each select="//b"><xsl:if test="key('k', string(/a))"/></xsl:for-each></xsl:template>`), wide(20000), "steps"},
		{"names of long texts", fragmentOnly(`<xsl:for-each select="//b"><xsl:if test="element-available(/a)"/></xsl:for-each>`), wide(20000), "steps"},
		{"sorting long texts by case", fragmentOnly(`<xsl:variable name="v" select="concat(/a, '')"/><xsl:for-each select="//b"><xsl:sort select="concat($v, position())" case-order="upper-first"/></xsl:for-each>`), wide(2000), "steps"},
		{"translation of the whole", fragmentOnly(`<xsl:for-each select="//b"><xsl:if test="translate(/a, 'x', 'y') = ''">x</xsl:if></xsl:for-each>`), wide(20000), "memory"},
		{"a key of everything by everything", sheet(`<xsl:key name="k" match="node()" use="//node()"/><xsl:template match="/"><xsl:value-of select="key('k', 'x')"/></xsl:template>`), wide(3000), "steps"},
		{"sets kept in variables", caller(`<xsl:variable name="v" select="//node()"/>` + again), wide(5000), "steps"},
		{"wide numbers", caller(`<xsl:value-of select="format-number(1, '` + strings.Repeat("0", 5000) + `')"/>` + strings.Repeat(again, 2)), "<a/>", "output"},
		{"wide xsl:number", caller(`<xsl:number value="1" format="` + strings.Repeat("0", 5000) + `1"/>` + strings.Repeat(again, 2)), "<a/>", "memory"},
		{"attribute sets in a circle", sheet(`<xsl:attribute-set name="s" use-attribute-sets="s"/><xsl:template match="/"><a xsl:use-attribute-sets="s"/></xsl:template>`), "<a/>", "depth"},
		{"attribute sets doubling", sheet(doublingSets(40) + `<xsl:template match="/"><a xsl:use-attribute-sets="s0"/></xsl:template>`), "<a/>", "steps"},
		{"loops inside loops", caller(strings.Repeat(`<xsl:for-each select=".">`, 150) + again + strings.Repeat(`</xsl:for-each>`, 150)), "<a/>", "depth"},
		{"comments without end", fragmentOnly(`<xsl:for-each select="//b"><xsl:for-each select="//b"><xsl:comment/></xsl:for-each></xsl:for-each>`), wide(1000), "output"},
		{"attributes without end", fragmentOnly(`<a><xsl:for-each select="//b"><xsl:attribute name="a{position()}">x</xsl:attribute></xsl:for-each></a>`), wide(40000), "steps"},
		{"namespaces without end", fragmentOnly(`<a><xsl:for-each select="//b"><xsl:attribute name="p:a" namespace="urn:{position()}">x</xsl:attribute></xsl:for-each></a>`), wide(3000), "steps"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := transform(t, row.sheet, row.doc, small)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			var r *xslt.Refusal
			if !errors.As(err, &r) || r.Reason != xslt.OverBudget || r.Over != row.over {
				t.Fatalf("got %v (%+v), want over %s", err, r, row.over)
			}
			if took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
			if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 100 {
				t.Errorf("it allocated %d MiB", mb)
			}
		})
	}
}

// TestListsInUse counts lists of nodes as memory while loops over them are inside one another, and no longer.
func TestListsInUse(t *testing.T) {
	b := xslt.Budget{Memory: 1 << 20}
	inside := caller(`<xsl:for-each select="//node()"><xsl:if test="position() = 1"><xsl:call-template name="t"/></xsl:if></xsl:for-each>`)
	var r *xslt.Refusal
	if _, err := transform(t, inside, wide(1000), b); !errors.As(err, &r) || r.Over != "memory" {
		t.Errorf("inside one another: got %v, want over memory", err)
	}
	after := caller(`<xsl:for-each select="//b"><xsl:for-each select="//node()"/></xsl:for-each>`)
	if _, err := transform(t, after, wide(1000), b); err != nil {
		t.Errorf("one after the other: %v", err)
	}
}

// doublingSets are attribute sets of which each uses the next twice, without an attribute in any.
func doublingSets(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<xsl:attribute-set name="s%d" use-attribute-sets="s%d s%d"/>`, i, i+1, i+1)
	}
	return b.String() + fmt.Sprintf(`<xsl:attribute-set name="s%d"/>`, n)
}

// TestLargeSheets holds compiling and beginning a run to time: what is many in a stylesheet must not be multiplied.
func TestLargeSheets(t *testing.T) {
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
		}
		return b.String()
	}
	root := func(body string) string { return `<xsl:template match="/">` + body + `</xsl:template>` }
	for _, row := range []struct{ name, sheet string }{
		{"rules for names and for all", sheet(many(20_000, `<xsl:template match="a#"/><xsl:template match="*"/>`))},
		{"modes", sheet(many(20_000, `<xsl:template match="a#" mode="m#"/>`))},
		{"variables of one template", sheet(root(many(20_000, `<xsl:variable name="v#" select="1"/>`) + many(20_000, `<xsl:value-of select="$v0"/>`)))},
		{"excluded prefixes and elements", sheet(root(`<a xsl:exclude-result-prefixes="` + many(20_000, "xsl ") + `">` + many(30_000, "<b/>") + `</a>`))},
		{"white space deep inside", sheet(root(strings.Repeat(`<a b="" c="" d="">`, 150) + many(50_000, "<b/> ") + strings.Repeat(`</a>`, 150)))},
		{"names to strip", sheet(`<xsl:strip-space elements="` + many(100_000, "a# ") + `"/>`)},
		{"parts of an expression", sheet(root(`<xsl:value-of select="1` + many(2_400, "+#") + `"/>`))},
		{"signs", sheet(root(`<xsl:value-of select="` + many(4_000, "-") + `1"/>`))},
		{"parts of a pattern", sheet(`<xsl:template match="a` + many(2_000, "|a#") + `"/>`)},
	} {
		t.Run(row.name, func(t *testing.T) {
			start := time.Now()
			if _, err := transform(t, row.sheet, wide(100), xslt.Budget{}); err != nil {
				t.Errorf("refused: %v", err)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// TestTime ends a run by the context and by its own time.
func TestTime(t *testing.T) {
	s, err := xslt.Compile([]byte(fragmentOnly(`<xsl:for-each select="//b"><xsl:value-of select="count(//node()[. = '']/following::b)"/></xsl:for-each>`)), xslt.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := tree.Parse([]byte(wide(50_000)), tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	endless := xslt.Budget{Steps: 1 << 60, Memory: 1 << 60}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, run := range map[string]func() error{
		"cancelled": func() error { _, err := s.Transform(ctx, doc, endless); return err },
		"own time": func() error {
			b := endless
			b.Time = 50 * time.Millisecond
			_, err := s.Transform(context.Background(), doc, b)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			err := run()
			var r *xslt.Refusal
			if !errors.As(err, &r) || r.Over != "time" {
				t.Errorf("got %v", err)
			}
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
	if _, err := s.Transform(ctx, doc, endless); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error inside", err)
	}
}

// TestManyAtOnce uses one stylesheet and one document from several goroutines; the race detector looks on.
func TestManyAtOnce(t *testing.T) {
	s, err := xslt.Compile([]byte(load(t, "testdata/notice.xsl")), xslt.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := tree.Parse(notice(30), tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan string, 8)
	for range cap(results) {
		go func() {
			out, err := s.Transform(context.Background(), doc, xslt.Budget{})
			results <- fmt.Sprint(string(out.Bytes), err)
		}()
	}
	first := <-results
	if !strings.Contains(first, "見本　29郎") || !strings.HasSuffix(first, "<nil>") {
		t.Errorf("got %s", first)
	}
	for range cap(results) - 1 {
		if next := <-results; next != first {
			t.Error("two results differ")
		}
	}
}
