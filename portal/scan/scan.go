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
		n, err := io.ReadFull(r, buffer[4:])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
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
