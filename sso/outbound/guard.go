package outbound

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// guard judges each request before it is sent, those that follow a redirect included, and bounds each response.
type guard struct {
	Config
	next http.RoundTripper
}

type plainKey struct{}

// RoundTrip implements [http.RoundTripper].
func (g guard) RoundTrip(req *http.Request) (*http.Response, error) {
	switch {
	case req.URL.Scheme == "https":
	case req.URL.Scheme == "http" && g.AllowPrivate:
		req = req.WithContext(context.WithValue(req.Context(), plainKey{}, true))
	default:
		return nil, fmt.Errorf("%w: the scheme is %q", ErrPlain, req.URL.Scheme)
	}
	res, err := g.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if res.ContentLength > g.MaxBytes {
		res.Body.Close()
		return nil, fmt.Errorf("%w: %d bytes, at most %d are read", ErrTooLarge, res.ContentLength, g.MaxBytes)
	}
	res.Body = &bounded{res.Body, g.MaxBytes}
	return res, nil
}

// bounded fails where [io.LimitReader] would cut: half a document must not be taken for a whole one.
type bounded struct {
	io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n - 1, ErrTooLarge
	}
	return n, err
}
