package preview

import (
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"

	"cloudpocket/store"
)

// notice is a PDF of ten full pages in a Japanese font that it does not bring.
func notice(n int) []byte {
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "",
		"<</Type/Font/Subtype/Type0/BaseFont/MS-Mincho/Encoding/90ms-RKSJ-H/DescendantFonts[4 0 R]>>",
		"<</Type/Font/Subtype/CIDFontType0/BaseFont/MS-Mincho/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>/DW 1000/FontDescriptor 5 0 R>>",
		"<</Type/FontDescriptor/FontName/MS-Mincho/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 859/Descent -140/CapHeight 700/StemV 80>>",
	}
	var kids strings.Builder
	for page := range 10 {
		at := len(objects) + 1
		fmt.Fprintf(&kids, "%d 0 R ", at)
		lines := fmt.Sprintf("BT /F1 10 Tf 11 TL 40 800 Td <%x> Tj ", fmt.Sprint(n, page)) + strings.Repeat("<8cf695b68f918cf695b68f918cf695b68f918cf695b68f918cf695b68f918cf695b68f91> ' ", 65) + "ET"
		objects = append(objects, fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>", at+1), stream("", lines))
	}
	objects[1] = "<</Type/Pages/Kids[" + kids.String() + "]/Count 10>>"
	return pdf(objects...)
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		open(b, nil)
	}
}

func BenchmarkFirstPage(b *testing.B) {
	first := func(b *testing.B, m *Maker, n int) {
		if p, err := m.Page(context.Background(), file(notice(n)), 1, 1280); err != nil || p.Height < 1700 {
			b.Fatalf("%+v, %v", p, err)
		}
	}
	// Cold is with code that was compiled before; compiling happens once for a version.
	b.Run("cold", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			first(b, open(b, nil), n)
		}
	})
	b.Run("compiling", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			first(b, open(b, func(c *Config) { c.Compiled = b.TempDir() }), n)
		}
	})
	b.Run("warm", func(b *testing.B) {
		m, n := open(b, nil), 0
		first(b, m, n)
		for b.Loop() {
			n++
			first(b, m, n)
		}
	})
	b.Run("cached", func(b *testing.B) {
		m := open(b, nil)
		f := file(notice(0))
		for b.Loop() {
			if _, err := m.Page(context.Background(), f, 1, 1280); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkPhotograph(b *testing.B) {
	img := image.NewRGBA(image.Rect(0, 0, 4000, 3000))
	for y := range 3000 {
		for x := range 4000 {
			img.SetRGBA(x, y, color.RGBA{uint8(x*y>>9) | 1, uint8(x >> 4), uint8(y>>4) ^ uint8(x), 255})
		}
	}
	photograph := asJPEG(b, img)
	m := open(b, nil)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n++
		f := file(photograph)
		f.Digest = store.DigestOf(sha256.Sum256(fmt.Append(nil, n)))
		if p, err := m.Image(context.Background(), f, 1280); err != nil || p.Width != 1280 {
			b.Fatalf("%+v, %v", p, err)
		}
	}
}
