package xslt_test

import (
	"fmt"
	"strings"
	"testing"
)

const formats = 400 // a stylesheet

// formatted writes a stylesheet that puts numbers into pictures (XSLT 1.0, 12.3) and into numbering formats (7.7.1).
// Infinity and digits beyond ASCII are not among them: there the difference is on record.
func (g *generator) formatted() (asked []string, sheet string) {
	var b strings.Builder
	b.WriteString(`<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:output method="text" encoding="UTF-8"/>
<xsl:decimal-format name="eu" decimal-separator="," grouping-separator="."/><xsl:decimal-format name="jp" minus-sign="▲" NaN="－" infinity="∞"/><xsl:template match="/">`)
	for range formats {
		e := g.numbering()
		if g.chance(70) {
			e = g.formatNumber()
		}
		asked = append(asked, e)
		b.WriteString(`<xsl:text>¶</xsl:text>` + e + "\n")
	}
	b.WriteString(`</xsl:template></xsl:stylesheet>`)
	return asked, b.String()
}

func (g *generator) figure() string {
	if g.chance(25) {
		return g.pick("0", "1", "0.5", "1.5", "2.5", "0.05", "0.15", "0.25", "0.005", "1.005", "9.995", "99.5", "999999.5", "1000000", "123456789", "-0.4", "number('x')", "1234567.891", "0.001")
	}
	n := fmt.Sprintf("%d", g.r.IntN(1<<uint(1+g.r.IntN(29))))
	if g.chance(50) {
		n += fmt.Sprintf(".%d", g.r.IntN(1000))
	}
	return g.pick("", "", "", "-") + n
}

func (g *generator) formatNumber() string {
	point, group, name := ".", ",", g.pick("", "", ", 'jp'")
	if g.chance(20) {
		point, group, name = ",", ".", ", 'eu'"
	}
	picture := g.picture(point, group)
	if g.chance(20) {
		picture += ";" + g.pick("(", "△", "-", "負") + strings.Trim(picture, "¥円約%‰ ") + g.pick(")", "", "円")
	}
	return fmt.Sprintf(`<xsl:value-of select="format-number(%s, '%s'%s)"/>`, g.figure(), picture, name)
}

func (g *generator) picture(point, group string) string {
	whole := g.pick("0", "#", "#0", "00", "##0", "#"+group+"##0", "#"+group+"###", "0"+group+"000", "###"+group+"##0", "#"+group+"####", "#"+group+"#0", "000000")
	fraction := g.pick("", "", point+"0", point+"00", point+"#", point+"0#", point+"###", point+"000")
	return g.pick("", "", "", "¥", "約", " ") + whole + fraction + g.pick("", "", "", "円", "%", "‰", " ")
}

func (g *generator) numbering() string {
	group := g.pick("", "", ` grouping-separator="," grouping-size="3"`, ` grouping-separator="." grouping-size="4"`, ` grouping-separator="," grouping-size="1"`)
	return fmt.Sprintf(`<xsl:number value="%d" format="%s"%s/>`, 1+g.r.IntN(1<<uint(1+g.r.IntN(12))), g.pick("1", "01", "001", "0001", "a", "A", "i", "I", "1.", "(1)", "第1号", "-a-", "[01]", "一", "ア", "", "x", "1.1", "*"), group)
}

// TestGeneratedFormats compares numbers as people read them.
func TestGeneratedFormats(t *testing.T) {
	for seed := range uint64(10) {
		asked, sheet := newGenerator(seed).formatted()
		want, err := libxslt(t, sheet, "<r/>")
		if err != nil {
			t.Fatalf("seed %d: xsltproc: %v", seed, err)
		}
		got, err := ours(sheet, "<r/>")
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		gots, wants := answers(got.text), answers(want)
		for i, e := range asked {
			if at(gots, i) != at(wants, i) {
				t.Errorf("%s\n got %q\nwant %q", e, at(gots, i), at(wants, i))
			}
		}
	}
}
