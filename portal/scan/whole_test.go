package scan_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"cloudpocket/portal/scan"
)

// broken ends with an error of its own after what it holds.
type broken struct {
	io.Reader
	err error
}

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = b.err
	}
	return n, err
}

// TestHalfAFile has sources that end too early, or too late, before a scanner that finds everything clean.
func TestHalfAFile(t *testing.T) {
	c := open(t, stand(t, says("stream: OK\x00")), nil)
	text := func() io.Reader { return strings.NewReader("half of a file") }
	tests := []struct {
		name string
		r    io.Reader
		ok   bool
	}{
		{"whole", scan.Whole(text(), 14), true},
		{"cut, and it says so", broken{text(), io.ErrUnexpectedEOF}, false},
		{"cut, and it ends", scan.Whole(text(), 28), false},
		{"longer than it was", scan.Whole(text(), 7), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := c.Scan(t.Context(), tt.r)
			if tt.ok != (err == nil) || !tt.ok && !errors.Is(err, io.ErrUnexpectedEOF) || v != (scan.Verdict{}) {
				t.Errorf("%+v, %v", v, err)
			}
		})
	}
}
