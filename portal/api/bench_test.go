package api_test

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkPushBatch pushes packages a hundred at a time, as a parent product does in its night.
func BenchmarkPushBatch(b *testing.B) {
	w := newWorld(b)
	n := 0
	for b.Loop() {
		var parts []string
		for range 100 {
			n++
			parts = append(parts, fmt.Sprintf("file:%d.txt", n), fmt.Sprintf("通知書 %d", n))
		}
		w.now = w.now.Add(time.Second)
		if a := w.post(b, "/packages/batch", nil, parts...); a.status != 200 {
			b.Fatal(a.status, a.body)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "packages/s")
}
