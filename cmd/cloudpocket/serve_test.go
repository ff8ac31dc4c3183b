package main

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/alecthomas/kong"
)

var errFull = errors.New("the disk is full")

// TestServeTellsThatItCouldNotLog stops a service none of whose log was written.
func TestServeTellsThatItCouldNotLog(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	parser, err := newParser(&commands{}, kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse([]string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--stop-delay", "0s", "--scan", "off"})
	if err != nil {
		t.Fatal(err)
	}
	// It is told to stop once it has begun to log.
	begun := writerFunc(func(p []byte) (int, error) { stop(); return 0, errFull })
	if err := parsed.Run(&terminal{ctx, io.Discard, begun}); !errors.Is(err, errFull) {
		t.Errorf("serve ends with %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
