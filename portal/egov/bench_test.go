package egov_test

import (
	"bytes"
	"fmt"
	"testing"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
)

// BenchmarkOpen reads whole packages, summary included, and reports how many in a second.
func BenchmarkOpen(b *testing.B) {
	for _, persons := range []int{5, 100, 1000} {
		b.Run(fmt.Sprintf("persons=%d", persons), func(b *testing.B) {
			g := egovtest.New(1)
			made := g.Package(egovtest.Pension, egovtest.Options{Persons: g.Persons(persons)})
			b.SetBytes(int64(len(made.Data)))
			for b.Loop() {
				p, err := egov.Open(made.Name, bytes.NewReader(made.Data), int64(len(made.Data)), egov.Limits{})
				if err != nil {
					b.Fatal(err)
				}
				if s := p.Summary(); len(s.Persons) != persons {
					b.Fatalf("%d persons", len(s.Persons))
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "packages/s")
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	a := firstAuthority()
	p := signedPackage(b, a, egovtest.Pension, egovtest.SignOptions{})
	for b.Loop() {
		if v := verify(b, p, a.Pool(), receipt()); v.Status != egov.Verified {
			b.Fatal(v.Status)
		}
	}
}
