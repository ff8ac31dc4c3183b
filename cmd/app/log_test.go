package app

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// slow is a writer that holds every write until it is let go.
type slow struct {
	let chan struct{}
	bytes.Buffer
	writes int
}

func (s *slow) Write(p []byte) (int, error) {
	<-s.let
	s.writes++
	return s.Buffer.Write(p)
}

func TestLogWriterGathers(t *testing.T) {
	out := &slow{let: make(chan struct{}, 1000)}
	w := NewLogWriter(out)
	for i := range 100 {
		fmt.Fprintf(w, "line %d\n", i)
	}
	close(out.let)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i, line := range lines {
		if line != fmt.Sprintf("line %d", i) {
			t.Fatalf("line %d is %q", i, line)
		}
	}
	if len(lines) != 100 || out.writes > 10 {
		t.Errorf("%d lines in %d writes", len(lines), out.writes)
	}
}

func TestLogWriterLosesNothing(t *testing.T) {
	var out bytes.Buffer
	w := NewLogWriter(&out)
	log := NewLog(w, "json")
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 500 {
				log.Info("a line", "with", strings.Repeat("x", 500))
			}
		})
	}
	all.Wait()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n"); n != 8000 {
		t.Errorf("%d lines, want 8000", n)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestLogWriterTellsAtTheEnd(t *testing.T) {
	w := NewLogWriter(broken{})
	NewLog(w, "text").Info("a line")
	if err := w.Close(); err == nil {
		t.Error("the error is lost")
	}
}
