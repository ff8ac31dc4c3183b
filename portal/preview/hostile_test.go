package preview

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

func flate(tb testing.TB, s string) string {
	tb.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// repeated is what times copies of s look like compressed, made without writing them all: each is a run of blocks that
// refers to nothing before it. The checksum at the end is missing, which readers forgive.
func repeated(tb testing.TB, s string, times int) string {
	tb.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	head := b.Len()
	if _, err := w.Write([]byte(s)); err != nil {
		tb.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	return b.String()[:head] + strings.Repeat(b.String()[head:], times)
}

// drawn is a PDF of one page that draws /X, which is object 5, with the resources that objects 6 and up hold.
func drawn(content, x string, more ...string) []byte {
	return pdf(append([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Resources<</XObject<</X 5 0 R>>/Pattern<</X 5 0 R>>/Font<</X 5 0 R>>>>/Contents 4 0 R>>",
		stream("", content), x}, more...)...)
}

// hostile are files made to cost much. What they look like matters to nobody; that they cost no more than they may does.
func hostile(tb testing.TB) map[string][]byte {
	tb.Helper()
	nested := strings.Repeat("[", 200_000)
	good := string(japanesePDF(1, "MS-Gothic"))
	return map[string][]byte{
		"a form that draws itself":     drawn("/X Do", stream("/Type/XObject/Subtype/Form/BBox[0 0 500 500]/Resources<</XObject<</X 5 0 R>>>>", strings.Repeat("/X Do ", 1000))),
		"a page tree that is a ring":   pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Parent 2 0 R/Count 2>>"),
		"a million pages that lack":    pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1000000>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
		"negative pages":               pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count -5>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
		"a picture of 10^10 pixels":    drawn("500 0 0 500 0 0 cm /X Do", stream("/Type/XObject/Subtype/Image/Width 100000/Height 100000/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/FlateDecode", flate(tb, "x"))),
		"a bomb in a bomb":             drawn("500 0 0 500 0 0 cm /X Do", stream("/Type/XObject/Subtype/Image/Width 20000/Height 50000/BitsPerComponent 8/ColorSpace/DeviceGray/Filter[/FlateDecode/FlateDecode]", flate(tb, repeated(tb, strings.Repeat("\x00", 1<<20), 1000)))),
		"a pattern of tiny steps":      endless(),
		"a font that writes itself":    drawn("BT /X 9 Tf (aaaa) Tj ET", "<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 6 0 R>>/Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[1]/Resources<</Font<</X 5 0 R>>>>>>", stream("", "1 0 0 0 1 1 d1 BT /X 9 Tf (aaaa) Tj ET")),
		"arrays in arrays":             drawn(nested, nested),
		"a table that leads to itself": []byte(strings.Replace(good, "/Root 1 0 R", fmt.Sprintf("/Root 1 0 R/Prev %d", strings.Index(good, "xref")), 1)),
		"a page of no size":            onePage(0, ""),
		"a page of infinite size":      onePage(1e30, ""),
		"a page that is a line":        pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 0.01 14400]>>"),
	}
}

func TestHostilePDFs(t *testing.T) {
	const limit = 2 * time.Second
	m := open(t, func(c *Config) { c.Timeout, c.MemoryBytes, c.Workers = limit, 128<<20, 1 })
	if err := m.Warm(context.Background()); err != nil {
		t.Fatal(err)
	}
	for name, b := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			f, began := file(b), time.Now()
			_, pages := m.Pages(context.Background(), f)
			_, texts := m.PageTexts(context.Background(), f)
			_, picture := m.Page(context.Background(), f, 1, 640)
			for _, err := range []error{pages, texts, picture} {
				if k := store.KindOf(err); err != nil && k != store.Invalid && k != store.TooLarge {
					t.Errorf("refused as %v", err)
				}
			}
			if took := time.Since(began); took > 3*(limit+2*time.Second) {
				t.Errorf("it took %s", took)
			}
			t.Logf("%s: %v; %v; %v", time.Since(began).Round(time.Millisecond), pages, texts, picture)
		})
	}
	if _, err := m.Page(context.Background(), file(japanesePDF(1, "MS-Mincho")), 1, 640); err != nil {
		t.Fatalf("after them all, an honest file: %v", err)
	}
	if s := m.Status(); s.Engines != 1 || s.Making != 0 {
		t.Errorf("left behind: %+v", s)
	}
}

// endless is a PDF that PDFium draws for hours in little memory: a pattern that has to be repeated 10^13 times.
func endless() []byte {
	return drawn("/Pattern cs /X scn 0 0 500 500 re f", stream("/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.0001/YStep 0.0001/Resources<<>>", "0 0 1 1 re f"))
}

func TestTimeIsOver(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	m := open(t, func(c *Config) {
		c.Timeout, c.Workers, c.Now = 500*time.Millisecond, 1, func() time.Time { return now }
	})
	if err := m.Warm(context.Background()); err != nil {
		t.Fatal(err)
	}
	f, opened := counted(endless())
	slow := &store.Error{Kind: store.TooLarge, Key: KeyTooSlow}
	began := time.Now()
	for range 3 {
		if _, err := m.Page(context.Background(), f, 1, 640); !errors.Is(err, slow) {
			t.Fatalf("no end: %v", err)
		}
	}
	if took := time.Since(began); took > 10*time.Second || opened.Load() != 1 {
		t.Fatalf("%s for one file, which was tried %d times", took, opened.Load())
	}
	if n := m.Status().Engines; n != 0 {
		t.Errorf("%d engines are left after one was stopped", n)
	}
	if _, err := m.Page(context.Background(), file(japanesePDF(1, "MS-Gothic")), 1, 640); err != nil {
		t.Fatalf("the next file: %v", err)
	}
	now = now.Add(61 * time.Minute)
	if _, err := m.Page(context.Background(), f, 1, 640); !errors.Is(err, slow) || opened.Load() != 2 {
		t.Fatalf("an hour later: %v, tried %d times", err, opened.Load())
	}
}
