package scan

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
)

// chunk is how many bytes go to clamd at once; its own buffer holds as many.
const chunk = 128 << 10

// Scan streams r to clamd and returns its verdict. Without one the error is of kind store.Unavailable and says by its
// key whether clamd is away, the stream too long or the answer strange; what r itself returns comes back wrapped.
// It waits for a turn while AtOnce others are under way. Reads of r are not interrupted by ctx, everything else is.
func (c *Clamd) Scan(ctx context.Context, r io.Reader) (Verdict, error) {
	select {
	case c.turns <- struct{}{}:
		defer func() { <-c.turns }()
	case <-ctx.Done():
		return Verdict{}, fail(KeyAway, "wait for a turn at clamd: %w", context.Cause(ctx))
	}
	w, err := c.dial(ctx)
	if err != nil {
		return Verdict{}, err
	}
	defer w.Close()
	if err := c.stream(w, r); err != nil {
		return Verdict{}, err
	}
	reply, err := w.reply(c.config.Answer)
	if err != nil {
		return Verdict{}, err
	}
	return verdict(reply)
}

// stream sends r as INSTREAM wants it: the command, each chunk after its length (4 bytes, big endian), a zero length.
// Only a stream that is sent whole gets that zero, without which clamd gives no verdict.
func (c *Clamd) stream(w *wire, r io.Reader) error {
	if err := c.send(w, []byte("zINSTREAM\x00")); err != nil {
		return err
	}
	buffer := make([]byte, 4+chunk)
	for left := c.config.MaxBytes; ; {
		n, err := fill(r, buffer[4:])
		if err != nil && err != io.EOF {
			return fmt.Errorf("read what is to be scanned: %w", err)
		}
		if left -= int64(n); left < 0 {
			return fail(KeyTooLarge, "it is longer than the %d bytes that are sent to clamd", c.config.MaxBytes)
		}
		if n > 0 {
			binary.BigEndian.PutUint32(buffer, uint32(n))
			if err := c.send(w, buffer[:4+n]); err != nil {
				return err
			}
		}
		if err != nil {
			return c.send(w, make([]byte, 4))
		}
	}
}

// fill reads until b is full or r has ended, which io.EOF alone says: any other error of r, one about an end that came too
// early among them, is no end.
func fill(r io.Reader, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var some int
		some, err = r.Read(b[n:])
		n += some
	}
	return n, err
}

// Whole returns a reader of what is size bytes long, which fails with io.ErrUnexpectedEOF where r ends before, or goes on:
// a verdict on a part of a file is none on the file.
func Whole(r io.Reader, size int64) io.Reader { return &whole{r, size} }

type whole struct {
	io.Reader
	left int64
}

func (w *whole) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	if w.left -= int64(n); w.left < 0 || err == io.EOF && w.left != 0 {
		err = fmt.Errorf("%d bytes are missing: %w", w.left, io.ErrUnexpectedEOF)
	}
	return n, err
}

// send writes b. clamd may have stopped reading in order to complain; then its complaint is the error.
func (c *Clamd) send(w *wire, b []byte) error {
	err := w.write(c.config.Stall, b)
	if err == nil || w.ctx.Err() != nil {
		return err
	}
	if reply, unheard := w.reply(c.config.Stall); unheard == nil && len(reply) > 0 {
		if _, complaint := verdict(reply); complaint != nil {
			return complaint
		}
	}
	return err
}
