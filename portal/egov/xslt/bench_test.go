package xslt_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt"
)

// notice is a document like the 標準報酬決定通知書, with so many insured persons.
func notice(rows int) []byte {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<N7130001>\n")
	for i := range rows {
		fmt.Fprintf(&b, `  <_被保険者>
    <被保険者整理番号>%d</被保険者整理番号>
    <被保険者カナ氏名>ﾐﾎﾝ %d</被保険者カナ氏名>
    <被保険者氏名><![CDATA[見本　%d郎]]></被保険者氏名>
    <適用年月_元号>令和</適用年月_元号><適用年月_年> 8</適用年月_年><適用年月_月> 9</適用年月_月>
    <標準報酬月額_健保> %d千円</標準報酬月額_健保>
    <標準報酬月額_厚年> %d千円</標準報酬月額_厚年>
    <生年月日_元号>昭和</生年月日_元号><生年月日_年>%d</生年月日_年><生年月日_月>%2d</生年月日_月><生年月日_日>%2d</生年月日_日>
    <種別_性別>第一種</種別_性別>
  </_被保険者>
`, i+1, i, i, 100+i%900, 100+i%500, 40+i%20, 1+i%12, 1+i%28)
	}
	b.WriteString("</N7130001>\n")
	return []byte(b.String())
}

// BenchmarkNotice is everything from bytes to bytes: both documents parsed, the stylesheet compiled, and applied.
func BenchmarkNotice(b *testing.B) {
	style, err := os.ReadFile("testdata/notice.xsl")
	if err != nil {
		b.Fatal(err)
	}
	for _, rows := range []int{20, 1000} {
		data := notice(rows)
		b.Run(fmt.Sprintf("%d-rows", rows), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				show(b, style, data)
			}
		})
	}
}

func show(b *testing.B, style, data []byte) xslt.Output {
	sheet, err := xslt.Compile(style, xslt.Budget{})
	if err != nil {
		b.Fatal(err)
	}
	doc, err := tree.Parse(data, tree.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	out, err := sheet.Transform(context.Background(), doc, xslt.Budget{})
	if err != nil {
		b.Fatal(err)
	}
	return out
}
