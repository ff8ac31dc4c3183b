package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
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
	w := NewLogWriter(out, "text")
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
	w := NewLogWriter(&out, "json")
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

var errFull = errors.New("the disk is full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errFull }

func TestLogWriterTellsAtTheEnd(t *testing.T) {
	w := NewLogWriter(broken{}, "text")
	NewLog(w, "text").Info("a line")
	if err := w.Close(); !errors.Is(err, errFull) || !strings.Contains(err.Error(), "1 lines") {
		t.Errorf("Close says %v", err)
	}
}

// moody is a disk that takes at most some bytes of each write, and is full for as long as it is told.
type moody struct {
	takes  int // 0: all
	full   atomic.Bool
	silent bool // says nothing of a short write
	bytes.Buffer
}

func (m *moody) Write(p []byte) (int, error) {
	n := len(p)
	if m.takes > 0 {
		n = min(n, m.takes)
	}
	if m.full.Load() {
		return 0, errFull
	}
	m.Buffer.Write(p[:n])
	if n < len(p) && !m.silent {
		return n, errFull
	}
	return n, nil
}

// numbered are lines with their numbers.
func numbered(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

func TestLogWriterWritesWhatIsLeft(t *testing.T) {
	for _, row := range []struct {
		name string
		out  *moody
		full time.Duration // how long it is at first
	}{
		{"full for a moment", &moody{}, retryTime / 2},
		{"full for long", &moody{}, 10 * retryTime},
		{"parts of a line", &moody{takes: 5}, 0},
		{"parts of a line, without an error", &moody{takes: 5, silent: true}, 0},
		{"full and then parts", &moody{takes: 7}, 3 * retryTime},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := NewLogWriter(row.out, "text")
				row.out.full.Store(row.full > 0)
				for i := range 1000 {
					fmt.Fprintf(w, "line %d\n", i)
				}
				time.Sleep(row.full)
				row.out.full.Store(false)
				fmt.Fprintf(w, "line 1000\n")
				time.Sleep(retryTime)
				fmt.Fprintf(w, "line 1001\n")
				if err := w.Close(); err != nil {
					t.Errorf("Close says %v", err)
				}
				if got := row.out.String(); got != numbered(0, 1002) {
					t.Errorf("%d bytes are written, want %d", len(got), len(numbered(0, 1002)))
				}
			})
		})
	}
}

// TestLogWriterHealsAtTheEnd has a disk that has room again just as the log is closed.
func TestLogWriterHealsAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &moody{}
		out.full.Store(true)
		w := NewLogWriter(out, "text")
		fmt.Fprint(w, numbered(0, 10))
		synctest.Wait()
		time.AfterFunc(closeTime/2, func() { out.full.Store(false) })
		if err := w.Close(); err != nil || out.String() != numbered(0, 10) {
			t.Errorf("Close says %v, %q is written", err, out.String())
		}
	})
}

// TestLogWriterSaysWhatIsLost has a disk that is full for longer than lines can be kept. Nobody waits for it.
func TestLogWriterSaysWhatIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &moody{}
		out.full.Store(true)
		w := NewLogWriter(out, "json")
		fmt.Fprintln(w, "the first")
		synctest.Wait()
		line := strings.Repeat("x", 1023) + "\n"
		const kept = keepBytes/1024 - 1
		for range kept + 7 {
			fmt.Fprint(w, line)
		}
		out.full.Store(false)
		time.Sleep(2 * retryTime)
		fmt.Fprintln(w, "the next")
		if err := w.Close(); !errors.Is(err, errFull) || !strings.Contains(err.Error(), "7 lines") {
			t.Errorf("Close says %v", err)
		}
		lines := strings.Split(out.String(), "\n")
		if len(lines) != 1+kept+3 || lines[0] != "the first" || lines[1+kept] == "" || lines[1+kept+1] != "the next" {
			t.Fatalf("%d lines, ending in %q", len(lines), lines[max(0, len(lines)-3):])
		}
		var told struct{ Msg, Cause string }
		if err := json.Unmarshal([]byte(lines[1+kept]), &told); err != nil || told.Msg != "7 lines lost" || told.Cause != errFull.Error() {
			t.Errorf("it says %q, %v", lines[1+kept], err)
		}
	})
}
