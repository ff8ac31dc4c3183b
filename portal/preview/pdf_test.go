package preview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"testing"

	"cloudpocket/store"
)

// ink counts dark pixels.
func ink(tb testing.TB, p Picture) int {
	tb.Helper()
	img, _, err := image.Decode(bytes.NewReader(p.Bytes))
	if err != nil {
		tb.Fatalf("decode %s: %v", p.Type, err)
	}
	if b := img.Bounds(); b.Dx() != p.Width || b.Dy() != p.Height {
		tb.Fatalf("the picture says %d by %d and is %v", p.Width, p.Height, b)
	}
	n := 0
	for y := range p.Height {
		for x := range p.Width {
			if r, g, b, _ := img.At(x, y).RGBA(); r+g+b < 3*0x8000 {
				n++
			}
		}
	}
	return n
}

func TestJapaneseWithoutEmbeddedFonts(t *testing.T) {
	with := open(t, nil)
	without := open(t, func(c *Config) { c.Fonts = []string{t.TempDir()} })
	if len(with.Status().Fonts) == 0 {
		t.Fatal("no Japanese font was found; .ci/test installs fonts-ipafont-gothic")
	}
	if len(without.Status().Fonts) != 0 {
		t.Fatalf("fonts in an empty folder: %v", without.Status().Fonts)
	}
	for _, font := range []string{"MS-Gothic", "MS-Mincho", "HeiseiMin-W3", "KozMinPr6N-Regular", "Ryumin-Light"} {
		t.Run(font, func(t *testing.T) {
			f := file(japanesePDF(1, font))
			p, err := with.Page(context.Background(), f, 1, 640)
			if err != nil {
				t.Fatal(err)
			}
			blank, err := without.Page(context.Background(), f, 1, 640)
			if err != nil {
				t.Fatal(err)
			}
			if n, none := ink(t, p), ink(t, blank); n < 2000 || none > 200 {
				t.Fatalf("%d dark pixels with fonts, %d without", n, none)
			}
		})
	}
}

func TestPages(t *testing.T) {
	m := open(t, func(c *Config) { c.MaxPages = 3 })
	f := file(japanesePDF(5, "MS-Gothic"))
	p, err := m.Pages(context.Background(), f)
	if err != nil || p.Count != 5 || len(p.Sizes) != 3 || p.Sizes[2] != (Size{300, 120}) {
		t.Fatalf("%+v, %v", p, err)
	}
	texts, err := m.PageTexts(context.Background(), f)
	if err != nil || len(texts.Pages) != 3 || !texts.Truncated || texts.Pages[1] != "公文書2" {
		t.Fatalf("%+v, %v", texts, err)
	}
	for _, n := range []int{-1, 0, 4, 5, 6} {
		if _, err := m.Page(context.Background(), f, n, 640); !errors.Is(err, &store.Error{Kind: store.NotFound, Key: KeyNoPage}) {
			t.Errorf("page %d: %v", n, err)
		}
	}
}

func TestPageSizes(t *testing.T) {
	m := open(t, func(c *Config) { c.MaxPixels = 10_000_000 })
	for _, row := range []struct {
		name       string
		points     float64
		ask, width int
	}{
		{"the next step", 100, 500, 640},
		{"a step itself", 100, 640, 640},
		{"less than the first", 100, -5, 160},
		{"no more than the last, and than the pixels allow", 100, 100000, 1000},
		{"a poster", 14400, 640, 640},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, err := m.Page(context.Background(), file(onePage(row.points, "0 0 50 50 re f")), 1, row.ask)
			if err != nil || p.Width != row.width || p.Height != row.width || p.Type != "image/png" {
				t.Fatalf("%s of %d by %d, %v", p.Type, p.Width, p.Height, err)
			}
			if row.points == 100 && ink(t, p) < row.width*row.width/5 {
				t.Fatalf("only %d dark pixels", ink(t, p))
			}
		})
	}
}

// What a person filled into a form has to be seen, and a transparent page lies on white.
func TestFormAndTransparency(t *testing.T) {
	m := open(t, nil)
	form := pdf("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[5 0 R]>>",
		stream("/Type/XObject/Subtype/Form/BBox[0 0 50 50]", "0 0 50 50 re f"),
		"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(x)/F 4/Rect[25 25 75 75]/P 3 0 R/AP<</N 4 0 R>>>>")
	clear := pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Group<</S/Transparency/CS/DeviceRGB>>/Resources<</ExtGState<</G 5 0 R>>>>/Contents 4 0 R>>",
		stream("", "/G gs 25 25 50 50 re f"), "<</Type/ExtGState/ca 0.8/BM/Multiply>>")
	for name, b := range map[string][]byte{"form": form, "transparent": clear} {
		t.Run(name, func(t *testing.T) {
			p, err := m.Page(context.Background(), file(b), 1, 320)
			if err != nil {
				t.Fatal(err)
			}
			if n, want := ink(t, p), 160*160; n < want*9/10 || n > want*11/10 {
				t.Fatalf("%d dark pixels instead of %d", n, want)
			}
		})
	}
}

// PDFium leaves what is not drawn black and clear where a page has transparency, and does not multiply alpha in.
func TestOnPaper(t *testing.T) {
	drawn := func() *image.RGBA {
		return &image.RGBA{Pix: []uint8{0, 0, 0, 0, 255, 0, 0, 255, 255, 0, 0, 128}, Stride: 12, Rect: image.Rect(0, 0, 3, 1)}
	}
	want := []uint8{255, 255, 255, 255, 255, 0, 0, 255, 255, 127, 127, 255}
	if got := onPaper(drawn(), true).(*image.RGBA).Pix; !bytes.Equal(got, want) {
		t.Errorf("on white: %v", got)
	}
	from := drawn()
	got := onPaper(from, false).(*image.RGBA).Pix
	from.Pix[4] = 9
	if !bytes.Equal(got, drawn().Pix) {
		t.Errorf("it is not a copy: %v", got)
	}
}

func TestRefusedPDFs(t *testing.T) {
	m := open(t, nil)
	good := japanesePDF(2, "MS-Gothic")
	for name, row := range map[string]struct {
		bytes []byte
		kind  store.Kind
		key   string
	}{
		"empty":          {nil, store.Invalid, KeyDamaged},
		"not a PDF":      {[]byte("PK\x03\x04 and so on"), store.Invalid, KeyDamaged},
		"header alone":   {[]byte("%PDF-1.7\n"), store.Invalid, KeyDamaged},
		"cut short":      {good[:60], store.Invalid, KeyDamaged},
		"no pages":       {pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"), store.Invalid, KeyDamaged},
		"no catalogue":   {pdf("null"), store.Invalid, KeyDamaged},
		"a password":     {bytes.Replace(good, []byte("/Root 1 0 R"), []byte("/Root 1 0 R"+encryption), 1), store.Invalid, KeyEncrypted},
		"unknown cipher": {bytes.Replace(good, []byte("/Root 1 0 R"), []byte("/Root 1 0 R/ID[<00><00>]/Encrypt<</Filter/Own/V 9>>"), 1), store.Invalid, KeyEncrypted},
	} {
		t.Run(name, func(t *testing.T) {
			f, opened := counted(row.bytes)
			for range 2 {
				if _, err := m.Pages(context.Background(), f); !errors.Is(err, &store.Error{Kind: row.kind, Key: row.key}) {
					t.Fatalf("pages: %v", err)
				}
			}
			if opened.Load() != 1 {
				t.Errorf("the refusal was made %d times", opened.Load())
			}
			if _, err := m.Page(context.Background(), f, 1, 320); !errors.Is(err, &store.Error{Kind: row.kind, Key: row.key}) {
				t.Errorf("page: %v", err)
			}
		})
	}
}

// encryption is a standard security handler whose empty password is wrong (ISO 32000-1 7.6.3).
var encryption = fmt.Sprintf("/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%064x>/U<%064x>>>", 1, 2)
