package mail

import (
	"context"
	"errors"
	"net"
	"time"
)

// maxAnswers is how many bytes a server may say about one mail, handshakes included. Its lines have no limit of their own.
const maxAnswers = 256 << 10

var errTalkative = errors.New("the mail server says too much")

// wire is the bare connection below TLS.
type wire struct {
	net.Conn
	left int // bytes that may still be read
}

func (w *wire) Read(p []byte) (int, error) {
	if w.left <= 0 {
		return 0, errTalkative
	}
	n, err := w.Conn.Read(p[:min(len(p), w.left)])
	w.left -= n
	return n, err
}

// bind lets the end of ctx interrupt every wait on the connection, for good: a deadline in the past needs no clock. What
// it returns ends that and reports whether the connection can still be used.
func (w *wire) bind(ctx context.Context) func() bool {
	return context.AfterFunc(ctx, func() { w.SetDeadline(time.Unix(1, 0)) })
}
