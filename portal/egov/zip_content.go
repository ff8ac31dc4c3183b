package egov

import (
	"bufio"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"
	"slices"
)

// ratioFree is how many bytes may come out of an entry before its ratio counts: a page of blanks compresses well.
const ratioFree = 1 << 20

// budget is how many bytes may still come out; packages of one upload share a parent.
type budget struct {
	left   int64
	parent *budget
	reason Reason // why there are no more
}

// take returns why n more bytes are too many, or "".
func (b *budget) take(n int64) Reason {
	for ; b != nil; b = b.parent {
		if b.left -= n; b.left < 0 {
			return b.reason
		}
	}
	return ""
}

// content unpacks one entry. It counts the bytes that truly come out, whatever the headers claim, and stops at the
// first too many. Memory grows with what came out, never with a claim.
func (a *archive) content(e *entry, b *budget) ([]byte, error) {
	packed := bufio.NewReader(io.NewSectionReader(a.src, e.data, e.packed))
	var r io.Reader = packed
	if e.method == methodDeflate {
		r = flate.NewReader(packed)
	}
	w := &unpacking{entry: e, budget: b, ratio: a.limits.Ratio, out: make([]byte, 0, min(e.size, ratioFree))}
	if _, err := io.Copy(w, r); err != nil {
		return nil, a.contentRefusal(e, err)
	}
	// A deflate stream that ends early leaves bytes that other readers might take for something.
	if _, err := packed.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, a.refuse(e.name, RefusedSize, "its stream ends before its bytes do")
	}
	switch {
	case int64(len(w.out)) != e.size:
		return nil, a.refuse(e.name, RefusedSize, "%d bytes, said to be %d", len(w.out), e.size)
	case crc32.ChecksumIEEE(w.out) != e.crc:
		return nil, a.refuse(e.name, RefusedChecksum, "")
	}
	return w.out, nil
}

func (a *archive) contentRefusal(e *entry, err error) error {
	var reason Reason
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &reason):
		return a.refuse(e.name, reason, "after the bytes allowed")
	case errors.As(err, &corrupt):
		return a.refuse(e.name, RefusedStructure, "%v", err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return a.refuse(e.name, RefusedTruncated, "%v", err)
	}
	return err
}

// Error lets a Reason travel through io.Copy.
func (r Reason) Error() string { return string(r) }

// unpacking is the io.Writer that holds what comes out to the limits.
type unpacking struct {
	entry  *entry
	budget *budget
	ratio  int64
	out    []byte
}

func (w *unpacking) Write(p []byte) (int, error) {
	n := int64(len(w.out) + len(p))
	switch reason := w.budget.take(int64(len(p))); {
	case n > w.entry.size:
		return 0, RefusedSize
	case n > ratioFree && n/max(w.entry.packed, 1) >= w.ratio:
		return 0, RefusedRatio
	case reason != "":
		return 0, reason
	}
	if n > int64(cap(w.out)) { // double, but never past what the entry says or may have
		room := max(n, min(2*int64(cap(w.out)), w.entry.size, n+w.budget.left))
		w.out = slices.Grow(w.out, int(room)-len(w.out))
	}
	w.out = append(w.out, p...)
	return len(p), nil
}
