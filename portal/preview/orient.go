package preview

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is how a JPEG wants to be turned: EXIF 2.3 tag 274, 1 to 8.
type orientation uint16

const upright orientation = 1

// sideways tells whether width and height change places.
func (o orientation) sideways() bool { return o >= 5 }

// apply returns img turned upright.
func (o orientation) apply(img *image.RGBA) *image.RGBA {
	if o == upright {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if o.sideways() {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			fx, fy := o.from(x, y, w, h)
			copy(out.Pix[out.PixOffset(x, y):][:4], img.Pix[img.PixOffset(fx, fy):][:4])
		}
	}
	return out
}

// from returns which pixel of an image of w by h belongs at x, y of the upright one.
func (o orientation) from(x, y, w, h int) (int, int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8:
		return w - 1 - y, x
	}
	return x, y
}

// lookIntoJPEG walks the segments before the picture: which way is up, and whether it is progressive (SOF2, SOF10; ITU-T
// T.81 table B.1). What cannot be read is upright; the decoder will judge it.
func lookIntoJPEG(b []byte) (o orientation, progressive bool) {
	o = upright
	for b = b[2:]; len(b) >= 4 && b[0] == 0xff; {
		marker := b[1]
		if marker == 0xff { // padding
			b = b[1:]
			continue
		}
		n := int(binary.BigEndian.Uint16(b[2:4]))
		if marker == 0xda || n < 2 || len(b) < 2+n { // the picture begins
			return o, progressive
		}
		segment := b[4 : 2+n]
		switch marker {
		case 0xc2, 0xca:
			progressive = true
		case 0xe1:
			if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok {
				o = exif(tiff)
			}
		}
		b = b[2+n:]
	}
	return o, progressive
}

// exif returns the orientation from the first directory of a TIFF, or upright.
func exif(b []byte) orientation {
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(b, []byte("II")) {
		order = binary.LittleEndian
	}
	if len(b) < 8 || order.Uint16(b[2:]) != 42 {
		return upright
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return upright
	}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < 12 {
			return upright
		}
		if o := orientation(order.Uint16(entries[8:])); order.Uint16(entries) == 274 && order.Uint16(entries[2:]) == 3 && o >= 1 && o <= 8 {
			return o
		}
		entries = entries[12:]
	}
	return upright
}
