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
	"io"
)

// Image returns a JPEG, PNG or GIF (its first picture) upright, in the next of [Widths] or smaller: an image is never
// made larger than it is. Refusals: KeyDamaged, KeyTooLarge, KeyTooSlow; now: KeyBusy, KeyUnavailable.
func (m *Maker) Image(ctx context.Context, f File, width int) (Picture, error) {
	width = step(width)
	return m.picture(ctx, f, fmt.Sprintf("image-%d", width), func(ctx context.Context, b []byte) (image.Image, error) {
		return m.shrunk(ctx, b, width)
	})
}

func (m *Maker) shrunk(ctx context.Context, b []byte, width int) (image.Image, error) {
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
	ctx, cancel := context.WithTimeout(ctx, m.config.Timeout)
	defer cancel()
	img, err := kind.decode(&watched{ctx, bytes.NewReader(b)})
	if err != nil {
		return nil, ended(ctx, m.config.Timeout, damaged("decode an image: %w", err))
	}
	w, h := fitImage(img.Bounds().Size(), width, turn.sideways(), m.config.MaxPixels/10)
	return turn.apply(scale(img, w, h)), nil
}

// watched ends a decoder whose time is over: a progressive JPEG may have any number of scans over the same few pixels.
type watched struct {
	ctx context.Context
	*bytes.Reader
}

func (w *watched) Read(b []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.Reader.Read(b)
}

func (w *watched) ReadByte() (byte, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.Reader.ReadByte()
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
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// kindOf tells by the first bytes: a name is only a claim, and the three are the only decoders that may run.
func kindOf(b []byte) (format, error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return format{"jpeg", jpeg.DecodeConfig, jpeg.Decode}, nil
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return format{"png", png.DecodeConfig, png.Decode}, nil
	case bytes.HasPrefix(b, []byte("GIF8")):
		return format{"gif", gif.DecodeConfig, gif.Decode}, nil
	}
	return format{}, damaged("neither JPEG nor PNG nor GIF")
}
