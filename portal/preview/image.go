package preview

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"

	"cloudpocket/store"
)

// Image returns a JPEG, PNG or GIF (its first picture) upright, in the next of [Widths] or smaller: an image is never
// made larger than it is. Refusals: KeyDamaged, KeyTooLarge, KeyTooSlow; now: KeyBusy, KeyUnavailable.
func (m *Maker) Image(ctx context.Context, f File, width int) (Picture, error) {
	width = step(width)
	return m.picture(ctx, f, fmt.Sprintf("image-%d", width), func(_ context.Context, b []byte) (image.Image, error) {
		return m.shrunk(b, width)
	})
}

func (m *Maker) shrunk(b []byte, width int) (image.Image, error) {
	kind, err := kindOf(b)
	if err != nil {
		return nil, err
	}
	c, err := kind.config(bytes.NewReader(b))
	if err != nil {
		return nil, damaged("read the size of an image: %w", err)
	}
	turn, progressive := upright, false
	if kind.name == "jpeg" {
		turn, progressive = lookIntoJPEG(b)
	}
	if err := m.affordable(c, progressive); err != nil {
		return nil, err
	}
	img, err := kind.decode(bytes.NewReader(b))
	if err != nil {
		return nil, damaged("decode an image: %w", err)
	}
	w, h := c.Width, c.Height
	if turn.sideways() {
		w, h = h, w
	}
	w, h, err = fitImage(w, h, width, m.config.MaxPixels/10)
	if err != nil {
		return nil, err
	}
	if turn.sideways() {
		w, h = h, w
	}
	return turn.apply(scale(img, w, h)), nil
}

// affordable refuses, before anything is decoded, what would take too many pixels or too much memory.
func (m *Maker) affordable(c image.Config, progressive bool) error {
	pixels := int64(c.Width) * int64(c.Height)
	if c.Width < 1 || c.Height < 1 {
		return damaged("an image of %d by %d pixels", c.Width, c.Height)
	}
	if pixels > m.config.MaxPixels || pixels*bytesPerPixel(c.ColorModel, progressive) > m.config.MemoryBytes {
		return tooLarge("an image of %d by %d pixels", c.Width, c.Height)
	}
	return nil
}

// bytesPerPixel is what image's decoders take at most. A progressive JPEG keeps four bytes for each of up to three
// coefficients beside its pixels.
func bytesPerPixel(model color.Model, progressive bool) int64 {
	switch {
	case progressive:
		return 15
	case model == color.RGBA64Model || model == color.NRGBA64Model:
		return 8
	}
	return 4
}

// format is one of the three kinds of image.
type format struct {
	name   string
	config func(*bytes.Reader) (image.Config, error)
	decode func(*bytes.Reader) (image.Image, error)
}

// kindOf tells by the first bytes: a name is only a claim, and the three are the only decoders that may run.
func kindOf(b []byte) (format, error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return format{"jpeg", func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) }, func(r *bytes.Reader) (image.Image, error) { return jpeg.Decode(r) }}, nil
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return format{"png", func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) }, func(r *bytes.Reader) (image.Image, error) { return png.Decode(r) }}, nil
	case bytes.HasPrefix(b, []byte("GIF8")):
		return format{"gif", func(r *bytes.Reader) (image.Config, error) { return gif.DecodeConfig(r) }, func(r *bytes.Reader) (image.Image, error) { return gif.Decode(r) }}, nil
	}
	return format{}, store.Fail(store.Invalid, KeyDamaged, "neither JPEG nor PNG nor GIF")
}
