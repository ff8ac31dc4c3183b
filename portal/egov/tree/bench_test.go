package tree_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"cloudpocket/portal/egov/tree"
)

// BenchmarkParse compares building the tree with reading the same bytes as tokens with encoding/xml, which builds nothing.
func BenchmarkParse(b *testing.B) {
	data := sample(b)
	b.Run("tree", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := tree.Parse(data, tree.Limits{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-xml-tokens", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			for in := xml.NewDecoder(bytes.NewReader(data)); ; {
				if _, err := in.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
