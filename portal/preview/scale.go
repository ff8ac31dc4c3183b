package preview

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"

	xdraw "golang.org/x/image/draw"
)

// maxEdge is the longest side of a picture that is made, in pixels: browsers draw no longer ones.
const maxEdge = 16384

// fitImage returns what an image of this size becomes, before it is turned, when it is shown at most wide pixels wide and
// of at most limit pixels.
func fitImage(size image.Point, wide int, sideways bool, limit int64) (w, h int) {
	x, y := float64(size.X), float64(size.Y)
	across := x
	if sideways {
		across = y
	}
	s := min(1, float64(wide)/across, maxEdge/max(x, y), math.Sqrt(float64(limit)/(x*y)))
	return max(1, int(math.Round(x*s))), max(1, int(math.Round(y*s)))
}

// maxFilter is what the smooth filter may take, in bytes; it keeps 32 for every source row and result column.
const maxFilter = 64 << 20

// scale returns img on white in w by h pixels, which are not more than it has. Most of the way goes by averaging whole
// blocks, a strip at a time; a smooth filter does the rest.
func scale(img image.Image, w, h int) *image.RGBA {
	b := img.Bounds()
	small := blocks(img, max(1, b.Dx()/w), max(1, b.Dy()/h))
	if small.Rect.Dx() == w && small.Rect.Dy() == h {
		return small
	}
	var filter xdraw.Scaler = xdraw.CatmullRom
	if 32*w*small.Rect.Dy() > maxFilter {
		filter = xdraw.ApproxBiLinear
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	filter.Scale(out, out.Rect, small, small.Rect, xdraw.Src, nil)
	return out
}

// blocks returns img on white with every bx by by pixels averaged into one; a rest at the far edges is averaged too.
func blocks(img image.Image, bx, by int) *image.RGBA {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, (b.Dx()+bx-1)/bx, (b.Dy()+by-1)/by))
	strip := image.NewRGBA(image.Rect(0, 0, b.Dx(), by))
	for y := range out.Rect.Dy() {
		rows := min(by, b.Dy()-y*by)
		part := image.Rect(0, 0, b.Dx(), rows)
		draw.Draw(strip, part, image.White, image.Point{}, draw.Src)
		draw.Draw(strip, part, img, image.Pt(b.Min.X, b.Min.Y+y*by), draw.Over)
		average(out.Pix[y*out.Stride:(y+1)*out.Stride], strip, rows, bx)
	}
	return out
}

// average writes one row of pixels from the first rows of strip.
func average(row []byte, strip *image.RGBA, rows, bx int) {
	width := strip.Rect.Dx()
	for x := range len(row) / 4 {
		var r, g, b, n uint32
		for y := range rows {
			from := y*strip.Stride + x*bx*4
			for p := strip.Pix[from : from+min(bx, width-x*bx)*4]; len(p) >= 4; p = p[4:] {
				r, g, b, n = r+uint32(p[0]), g+uint32(p[1]), b+uint32(p[2]), n+1
			}
		}
		row[x*4], row[x*4+1], row[x*4+2], row[x*4+3] = uint8(r/n), uint8(g/n), uint8(b/n), 255
	}
}

// encode writes pixels anew, so that nothing but pixels passes. Pictures of few colours, as written pages are, become
// PNG with a palette, sharp and small; all others JPEG.
func encode(img image.Image) (made, error) {
	var out bytes.Buffer
	r := made{Type: "image/png", Width: img.Bounds().Dx(), Height: img.Bounds().Dy()}
	var err error
	if p := paletted(img); p != nil {
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, p)
	} else {
		r.Type = "image/jpeg"
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: 85})
	}
	if err != nil {
		return made{}, fmt.Errorf("encode a picture: %w", err)
	}
	r.Bytes = out.Bytes()
	return r, nil
}

// paletted returns img with a palette, or nil if it has more than 256 colours.
func paletted(img image.Image) *image.Paletted {
	rgba, ok := img.(*image.RGBA)
	if !ok {
		return nil
	}
	out := image.NewPaletted(rgba.Rect, nil)
	index := make(map[uint32]uint8, 256)
	var last uint32
	var at uint8
	for i := 0; i+3 < len(rgba.Pix); i += 4 {
		p := rgba.Pix[i : i+4 : i+4]
		c := uint32(p[0]) | uint32(p[1])<<8 | uint32(p[2])<<16 | 255<<24
		if c != last {
			n, known := index[c]
			if !known {
				if len(index) == 256 {
					return nil
				}
				n = uint8(len(index))
				index[c] = n
				out.Palette = append(out.Palette, color.RGBA{p[0], p[1], p[2], 255})
			}
			last, at = c, n
		}
		out.Pix[i/4] = at
	}
	return out
}
