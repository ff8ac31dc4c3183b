package render_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/portal/egov/render"
	"cloudpocket/portal/egov/xslt"
)

// whole is a stylesheet with one template, for the document; pairs repeats what is in it for each pair of elements i.
func whole(body string) string {
	return `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:output method="html"/><xsl:template match="/">` + body + `</xsl:template></xsl:stylesheet>`
}

func pairs(body string) string {
	return `<xsl:for-each select="//i"><xsl:for-each select="//i">` + body + `</xsl:for-each></xsl:for-each>`
}

// raw is markup that is written as it stands.
func raw(markup string) string {
	return `<xsl:text disable-output-escaping="yes">` + strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(markup) + `</xsl:text>`
}

func many(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// doublings are n variables, each twice as long as the one before.
func doublings(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<xsl:variable name="a%d" select="concat($a%d, $a%d)"/>`, i+1, i, i)
	}
	return b.String()
}

// used is the processor time that the tests took so far, which does not depend on what else the machine does.
func used(t *testing.T) time.Duration {
	t.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		t.Fatal(err)
	}
	return time.Duration(r.Utime.Nano())
}

// TestHostile takes packages made to harm the whole way, from the bytes of a ZIP to a page: whatever step they aim at, the
// page is there soon after its time (twice that, for the collector works beside), and no larger than it may be.
func TestHostile(t *testing.T) {
	items := func(n int) string { return "<N7130001>" + strings.Repeat("<i/>", n) + "</N7130001>" }
	files := func(n int) (more []egovtest.Entry) {
		for i := range n {
			more = append(more, egovtest.Entry{Name: fmt.Appendf(nil, "%0100d.txt", i), Data: []byte("x")})
		}
		return more
	}
	for _, tt := range []struct {
		name, xml, sheet string
		more             []egovtest.Entry
	}{
		{"rules that never end elements", items(1900), whole(`<html><body>` + raw(strings.Repeat("<span>", 395)) + "x" + pairs(raw("<hr>")) + `</body></html>`), nil},
		{"paragraphs closed behind a table", items(1000), whole(`<html><body>` + raw("<p><table><td>"+strings.Repeat("<span>", 390)) + "x" + pairs(raw("<hr>")) + `</body></html>`), nil},
		{"formatting left open", items(1000), whole(`<html><body>` + raw(strings.Repeat(`<font size="1">`, 390)) + "x" + pairs(raw("<p>x")) + `</body></html>`), nil},
		{"links among many files", items(300), whole(`<html><body>` + pairs(`<a href="y{position()}">x</a>`) + `</body></html>`), files(1900)},
		{"links with long names", items(100), whole(`<html><body>` + pairs(`<a href="`+strings.Repeat("あ", 300)+`{position()}{count(../preceding::i)}">x</a>`) + `</body></html>`), files(1900)},
		{"classes of pages", items(300), whole(`<html><head><xsl:for-each select="//i"><xsl:variable name="p" select="position()"/><style><xsl:for-each select="//i">.a<xsl:value-of select="$p"/>_<xsl:value-of select="position()"/>{height:940px}</xsl:for-each></style></xsl:for-each></head><body>` + pairs(`<p>`+strings.Repeat("x", 120)+`</p>`) + `</body></html>`), nil},
		{"widths and heights everywhere", items(700), whole(`<html><body>` + pairs(`<p style="height:94px" class="width:6">width:6</p>`) + `</body></html>`), nil},
		{"media inside media", items(1), whole(`<html><head><style>` + strings.Repeat("@media all{", 80_000) + `</style></head><body>x</body></html>`), nil},
		{"long texts begun alike", "<N7130001>" + strings.Repeat("<i/>", 1000) + strings.Repeat("abcdefghijklmnop", 1<<20) + "</N7130001>", whole(`<xsl:variable name="b" select="concat(string(/), '')"/><html><body>x` + pairs(`<xsl:if test="starts-with(string(/), $b)"/>`) + `</body></html>`), nil},
		{"a link of megabytes", items(1), whole(`<xsl:variable name="a0" select="'日日日日日日日日日日'"/>` + doublings(19) + `<html><body><a href="{$a19}">x</a></body></html>`), nil},
		{"an outline of everything", "<N7130001>" + many(100_000, "<g><a>%d</a><b>&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;</b></g>") + "</N7130001>", "", nil},
		{"an outline of persons", "<N7130001>" + many(60_000, "<_被保険者><被保険者氏名>x%d</被保険者氏名><a>1</a><b>2</b><c>3</c><d>4</d></_被保険者>") + "</N7130001>", "", nil},
		{"an outline of long values", "<N7130001>" + strings.Repeat("<a>"+strings.Repeat("&amp;", 1<<20)+"</a>", 10) + "</N7130001>", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			entries := append([]egovtest.Entry{{Name: []byte("7130001.xml"), Data: []byte(tt.xml)}}, tt.more...)
			if tt.sheet != "" {
				entries = append(entries, egovtest.Entry{Name: []byte("7130001.xsl"), Data: []byte(tt.sheet)})
			}
			data := egovtest.Archive(entries...)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := used(t)
			p, err := egov.Open("x.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			address := func(*egov.File) (string, bool) { return "1", true }
			page := render.Part(t.Context(), p, p.File("7130001.xml"), render.Options{Address: address, Budget: xslt.Budget{Time: time.Second, Output: 16 << 20}})
			took := used(t) - start
			runtime.ReadMemStats(&after)
			t.Logf("%v, %s %q %.80s, %d KiB of page, %d MiB allocated", took, page.Form, page.Reason, page.Detail, len(page.HTML)>>10, (after.TotalAlloc-before.TotalAlloc)>>20)
			if took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
			if page.HTML == nil || len(page.HTML) > 17<<20 {
				t.Errorf("a page of %d bytes", len(page.HTML))
			}
		})
	}
}
