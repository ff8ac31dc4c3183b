package clean

import (
	"bytes"
	"context"
	"fmt"
	"io"
)

// pieceLength is how much the tree builder reads before the time is looked at again: with 400 elements open, what it does
// for each tag of a piece still takes milliseconds.
const pieceLength = 4 << 10

// input hands out a page in pieces, and ends with its context.
type input struct {
	ctx  context.Context
	rest []byte
}

func (r *input) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.rest[:min(len(r.rest), pieceLength)])
	r.rest = r.rest[n:]
	return n, nil
}

// output keeps what is written, and ends at its limit or with its context.
type output struct {
	bytes.Buffer
	ctx    context.Context
	limit  int
	looked int // how long it was when the context was last asked
}

func (w *output) may() error {
	if w.Len() > w.limit {
		return fmt.Errorf("%w: the result has more than %d bytes", ErrTooLarge, w.limit)
	}
	if w.Len()-w.looked < 64<<10 {
		return nil
	}
	w.looked = w.Len()
	return w.ctx.Err()
}

func (w *output) Write(p []byte) (int, error) {
	n, _ := w.Buffer.Write(p)
	return n, w.may()
}

func (w *output) WriteString(s string) (int, error) {
	n, _ := w.Buffer.WriteString(s)
	return n, w.may()
}

func (w *output) WriteByte(c byte) error {
	w.Buffer.WriteByte(c)
	return w.may()
}
