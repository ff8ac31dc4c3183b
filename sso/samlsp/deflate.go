package samlsp

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
)

func deflate(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("deflate: %w", err)
	}
	if _, err := w.Write(data); err != nil {
		return nil, fmt.Errorf("deflate: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("deflate: %w", err)
	}
	return b.Bytes(), nil
}

// inflate returns what data (RFC 1951) holds, up to limit bytes; more is a refusal, however small data is.
func inflate(data []byte, limit int) ([]byte, error) {
	in := bytes.NewReader(data)
	r := flate.NewReader(in)
	out, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	switch {
	case err != nil:
		return nil, refuse("deflate", "inflate the message: %w", err)
	case len(out) > limit:
		return nil, refuse("deflate_size", "the message inflates to more than %d bytes", limit)
	case in.Len() > 0:
		return nil, refuse("deflate", "%d bytes follow the deflated message", in.Len())
	}
	return out, nil
}
