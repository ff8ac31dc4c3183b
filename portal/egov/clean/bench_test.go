package clean_test

import (
	"strings"
	"testing"

	"cloudpocket/portal/egov/clean"
)

// BenchmarkHTML1000 cleans what a notice of 1,000 persons is rendered to.
func BenchmarkHTML1000(b *testing.B) {
	row := `<tr style="height:24px"><td class="c" align="center" nowrap>1</td>` + strings.Repeat(`<td class="c" style="border:1px solid #000"><font size="2">山田　花子</font></td>`, 9) + "</tr>\n"
	source := []byte(`<html><head><title>標準報酬決定通知書</title><style>.c{font-size:12px}</style></head><body><table>` + strings.Repeat(row, 1000) + `</table></body></html>`)
	b.SetBytes(int64(len(source)))
	for b.Loop() {
		if _, err := clean.HTML(b.Context(), source, clean.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
