package preview

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"testing"
	"time"

	"cloudpocket/store"
)

// quarters is an image of w by h whose quarters are red, green, blue and yellow.
func quarters(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i, c := range []color.RGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 0, 255}} {
		at := image.Pt(i%2*w/2, i/2*h/2)
		draw.Draw(img, image.Rectangle{at, at.Add(image.Pt(w/2, h/2))}, image.NewUniform(c), image.Point{}, draw.Src)
	}
	return img
}

// noise has more colours than a palette holds.
func noise(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	n := uint32(1)
	for i := range img.Pix {
		n = n*1664525 + 1013904223
		img.Pix[i] = uint8(n >> 24)
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	return img
}

func written(tb testing.TB, write func(io.Writer) error) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		tb.Fatalf("write an image: %v", err)
	}
	return b.Bytes()
}

func asJPEG(tb testing.TB, img image.Image) []byte {
	return written(tb, func(w io.Writer) error { return jpeg.Encode(w, img, nil) })
}

func asPNG(tb testing.TB, img image.Image) []byte {
	return written(tb, func(w io.Writer) error { return png.Encode(w, img) })
}

// turned is a JPEG whose EXIF says how it is to be turned, and where it was taken.
func turned(tb testing.TB, img image.Image, o uint16, order binary.AppendByteOrder) []byte {
	tb.Helper()
	tiff := []byte("MM")
	if order.AppendUint16(nil, 1)[0] == 1 {
		tiff = []byte("II")
	}
	tiff = order.AppendUint32(order.AppendUint16(tiff, 42), 8)
	tiff = order.AppendUint16(tiff, 2)
	tiff = append(order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, 0x8825), 4), 1), 0, 0, 0, 0) // GPS
	tiff = append(order.AppendUint16(order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, 274), 3), 1), o), 0, 0)
	tiff = append(tiff, "SECRET PLACE"...)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	b := asJPEG(tb, img)
	app1 := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(segment)+2))
	return append(append(append([]byte{}, b[:2]...), append(app1, segment...)...), b[2:]...)
}

// corners names the colours of a picture's quarters, line by line.
func corners(tb testing.TB, p Picture) string {
	tb.Helper()
	img, _, err := image.Decode(bytes.NewReader(p.Bytes))
	if err != nil {
		tb.Fatalf("decode %s: %v", p.Type, err)
	}
	if img.Bounds().Dx() != p.Width || img.Bounds().Dy() != p.Height {
		tb.Fatalf("%v is not %d by %d", img.Bounds(), p.Width, p.Height)
	}
	names := ""
	for i := range 4 {
		r, g, b, _ := img.At(p.Width/4+i%2*p.Width/2, p.Height/4+i/2*p.Height/2).RGBA()
		names += string("krgybmcw"[r>>15|g>>15<<1|b>>15<<2])
	}
	return names
}

func TestUpright(t *testing.T) {
	m := open(t, nil)
	for o, want := range map[uint16]string{1: "rgby", 2: "gryb", 3: "ybgr", 4: "byrg", 5: "rbgy", 6: "bryg", 7: "ygbr", 8: "gyrb", 0: "rgby", 9: "rgby"} {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			b := turned(t, quarters(800, 400), o, order)
			p, err := m.Image(context.Background(), file(b), 320)
			if err != nil {
				t.Fatal(err)
			}
			w, h := 320, 160
			if o >= 5 && o <= 8 {
				w, h = 320, 640
			}
			if got := corners(t, p); got != want || p.Width != w || p.Height != h {
				t.Errorf("orientation %d, %v: %s, %d by %d", o, order, got, p.Width, p.Height)
			}
			if bytes.Contains(p.Bytes, []byte("Exif")) || bytes.Contains(p.Bytes, []byte("SECRET")) {
				t.Errorf("orientation %d: what the file tells about its making passes", o)
			}
		}
	}
}

func TestImages(t *testing.T) {
	m := open(t, nil)
	indexed := image.NewPaletted(image.Rect(0, 0, 600, 600), palette.Plan9)
	draw.Draw(indexed, indexed.Rect, quarters(600, 600), image.Point{}, draw.Src)
	deep := image.NewNRGBA64(image.Rect(0, 0, 600, 600))
	draw.Draw(deep, deep.Rect, quarters(600, 600), image.Point{}, draw.Src)
	film := &gif.GIF{Image: []*image.Paletted{indexed, image.NewPaletted(indexed.Rect, palette.Plan9)}, Delay: []int{1, 1}}
	for _, row := range []struct {
		name          string
		bytes         []byte
		ask           int
		kind, corners string
		w, h          int
	}{
		{"PNG", asPNG(t, quarters(600, 300)), 160, "image/png", "rgby", 160, 80},
		{"PNG of 16 bits", asPNG(t, deep), 320, "image/png", "rgby", 320, 320},
		{"PNG of nothing lies on white", asPNG(t, image.NewNRGBA(image.Rect(0, 0, 40, 40))), 160, "image/png", "wwww", 40, 40},
		{"a small one stays small", asPNG(t, quarters(100, 50)), 640, "image/png", "rgby", 100, 50},
		{"a film's first picture", written(t, func(w io.Writer) error { return gif.EncodeAll(w, film) }), 320, "image/png", "rgby", 320, 320},
		{"a photograph", asJPEG(t, noise(1000, 700)), 640, "image/jpeg", "", 640, 448},
		{"one pixel", asPNG(t, image.NewGray(image.Rect(0, 0, 1, 1))), 640, "image/png", "kkkk", 1, 1},
		{"a line", asPNG(t, image.NewGray(image.Rect(0, 0, 2, 40000))), 640, "image/png", "kkkk", 1, 16384},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, err := m.Image(context.Background(), file(row.bytes), row.ask)
			if err != nil || p.Type != row.kind || p.Width != row.w || p.Height != row.h {
				t.Fatalf("%s of %d by %d, %v", p.Type, p.Width, p.Height, err)
			}
			if got := corners(t, p); row.corners != "" && got != row.corners {
				t.Errorf("quarters: %s", got)
			}
		})
	}
}

// claims is a PNG whose head says w by h, with nothing behind it.
func claims(w, h uint32, depth, kind byte) []byte {
	head := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)...)
	head = append(head, depth, kind, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
}

// scans is a progressive JPEG of w by h with n scans, each of which says in few bytes that nothing changes.
func scans(w, h uint16, n int) []byte {
	b := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 67, 0}
	for range 64 {
		b = append(b, 1)
	}
	b = append(b, 0xff, 0xc2, 0, 11, 8, byte(h>>8), byte(h), byte(w>>8), byte(w), 1, 1, 0x11, 0)
	huffman := func(class, symbol byte) {
		b = append(b, 0xff, 0xc4, 0, 20, class, 1)
		b = append(b, make([]byte, 15)...)
		b = append(b, symbol)
	}
	huffman(0x00, 0)    // DC: no difference
	huffman(0x10, 0xe0) // AC: a run of 2^14 blocks and what 14 bits add
	b = append(b, 0xff, 0xda, 0, 8, 1, 1, 0x00, 0, 0, 0)
	blocks := (int(w) + 7) / 8 * ((int(h) + 7) / 8)
	b = append(b, make([]byte, blocks/8+1)...)
	var run []byte
	for at := 0; at < blocks; at += 1 << 14 {
		run = append(run, 0, 0) // the code, 14 zero bits and one that the next code begins with
	}
	for range n {
		b = append(append(b, 0xff, 0xda, 0, 8, 1, 1, 0x00, 1, 63, 0), run...)
	}
	return append(b, 0xff, 0xd9)
}

func TestRefusedImages(t *testing.T) {
	m := open(t, func(c *Config) { c.Timeout = time.Second })
	for _, row := range []struct {
		name  string
		bytes []byte
		kind  store.Kind
		key   string
	}{
		{"nothing", nil, store.Invalid, KeyDamaged},
		{"a PDF", japanesePDF(1, "MS-Gothic"), store.Invalid, KeyDamaged},
		{"an SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), store.Invalid, KeyDamaged},
		{"a head alone", []byte("\xff\xd8\xff"), store.Invalid, KeyDamaged},
		{"half a photograph", asJPEG(t, noise(100, 100))[:3000], store.Invalid, KeyDamaged},
		{"a claim of 10^10 pixels", claims(100_000, 100_000, 8, 2), store.TooLarge, KeyTooLarge},
		{"a claim of many deep pixels", claims(6000, 6000, 16, 6), store.TooLarge, KeyTooLarge},
		{"a claim and no more", claims(100, 100, 8, 2), store.Invalid, KeyDamaged},
		{"more scans than time", scans(4000, 4000, 20_000), store.TooLarge, KeyTooSlow},
	} {
		t.Run(row.name, func(t *testing.T) {
			began := time.Now()
			if p, err := m.Image(context.Background(), file(row.bytes), 320); !errors.Is(err, &store.Error{Kind: row.kind, Key: row.key}) {
				t.Errorf("%d by %d, %v", p.Width, p.Height, err)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
	if p, err := m.Image(context.Background(), file(scans(400, 400, 3)), 320); err != nil || p.Width != 320 {
		t.Errorf("the same with few scans: %+v, %v", p, err)
	}
}

// FuzzImage checks that any bytes become a picture within its bounds or a typed refusal.
func FuzzImage(f *testing.F) {
	f.Add(turned(f, quarters(16, 8), 6, binary.BigEndian))
	f.Add(asPNG(f, quarters(16, 8)))
	f.Add(claims(50, 50, 16, 6))
	f.Add(scans(16, 16, 2))
	f.Add(written(f, func(w io.Writer) error { return gif.Encode(w, quarters(8, 8), nil) }))
	c, err := Config{Cache: f.TempDir(), MaxPixels: 10_000, MemoryBytes: 1 << 20, Timeout: 5 * time.Second}.complete()
	if err != nil {
		f.Fatal(err)
	}
	m := &Maker{config: c}
	f.Fuzz(func(t *testing.T, b []byte) {
		img, err := m.shrunk(context.Background(), b, 160)
		if err != nil {
			if k := store.KindOf(err); k != store.Invalid && k != store.TooLarge {
				t.Fatalf("%v: %v", k, err)
			}
			return
		}
		r, err := encode(img)
		if err != nil || r.Width > 160 || r.Width < 1 || r.Height < 1 || r.Width*r.Height > 1200 {
			t.Fatalf("%d by %d, %v", r.Width, r.Height, err)
		}
	})
}
