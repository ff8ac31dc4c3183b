package widget

import (
	"strconv"
	"testing"

	"cloudpocket/cmd/app/interop"
)

// BenchmarkEmbedColdStart is from an element's insertion into a page until its first row is shown, in Chromium: the frame, its
// scripts, a key, a code, a token and the list. The server is a stand-in that answers at once.
func BenchmarkEmbedColdStart(b *testing.B) {
	s := newStandIn(b)
	e := enter(b, interop.Browser(b), s, "", withCodes)
	e.hears("ready")
	e.page.Eval("one.remove()")
	b.ResetTimer()
	var total float64
	for range b.N {
		took := e.page.Eval(`new Promise((done) => {
			const began = performance.now();
			const next = mount(document.body, { src: one.getAttribute("src"), client: "embedder", fetchEmbedCode: async () => code });
			next.addEventListener("ready", () => { next.remove(); done(performance.now() - began); });
		})`)
		ms, err := strconv.ParseFloat(took, 64)
		if err != nil {
			b.Fatal(err)
		}
		total += ms
	}
	b.ReportMetric(total/float64(b.N), "ms/first-row")
}
