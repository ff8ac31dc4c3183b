package xslt_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt"
)

// BenchmarkRender20 and BenchmarkRender1000 read a notice, apply its stylesheet and write the HTML, as xsltproc does
// next to them for the metrics libxslt-ms and ratio (ours by theirs: below 1 we are faster). The stylesheet is compiled
// once on both sides, and the start of xsltproc's process is taken off.
func BenchmarkRender20(b *testing.B)   { render(b, 20, 200) }
func BenchmarkRender1000(b *testing.B) { render(b, 1000, 10) }

func render(b *testing.B, persons, copies int) {
	sheet, doc := official(b, "notice"), insured(persons)
	style, err := xslt.Compile([]byte(sheet), xslt.Budget{})
	if err != nil {
		b.Fatal(err)
	}
	theirs := perDocument(b, sheet, doc, copies)
	var took []time.Duration
	for b.Loop() {
		begun := time.Now()
		d, err := tree.Parse([]byte(doc), tree.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := style.Transform(context.Background(), d, xslt.Budget{}); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(theirs.Microseconds())/1000, "libxslt-ms")
	b.ReportMetric(float64(took[len(took)/2])/float64(theirs), "ratio")
}

// perDocument is what one more document costs a running xsltproc: the best of five runs with many documents less the
// best of five with one.
func perDocument(b *testing.B, sheet, doc string, copies int) time.Duration {
	b.Helper()
	dir := b.TempDir()
	style, paths := write(b, dir, "sheet.xsl", sheet), []string(nil)
	for i := range copies + 1 {
		paths = append(paths, write(b, dir, fmt.Sprintf("%d.xml", i), doc))
	}
	best := func(paths []string) time.Duration {
		least := time.Hour
		for range 5 {
			begun := time.Now()
			if _, err := xsltproc(b, append([]string{style}, paths...)...); err != nil {
				b.Fatal(err)
			}
			least = min(least, time.Since(begun))
		}
		return least
	}
	return (best(paths) - best(paths[:1])) / time.Duration(copies)
}
