package app

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"
)

const (
	// gatherBytes is how much may wait to be written while the one before is under way; past it, whoever logs waits too.
	gatherBytes = 1 << 20
	// keepBytes is how much is kept while writing fails; past it, new lines are lost and counted.
	keepBytes = 4 << 20
	// retryTime is how long a write that failed waits to be tried again, and closeTime when the log is being closed,
	// where it is given up after closeTries.
	retryTime  = time.Second
	closeTime  = 100 * time.Millisecond
	closeTries = 3
)

// LogWriter writes lines to another writer from a goroutine of its own: what comes while one write is under way goes
// out with the next, so that a request does not wait for the disk that its line goes to. Lines keep their order.
//
// What a write did not take is tried again a second later. Only when writing keeps failing are lines lost, those past
// keepBytes, and a line that says how many comes before the next that gets through. A service that cannot log still
// works: nobody waits for a writer that fails, only for one that is slow.
//
// A crash, or a second signal, which ends the process at once, takes with it what was not written by then: what was
// logged during one write, or since writing began to fail. The audit is in the records and does not come this way.
type LogWriter struct {
	out     io.Writer
	format  string
	closing chan struct{}
	done    chan struct{}

	mu      sync.Mutex
	change  sync.Cond
	lines   []byte // waiting
	spare   []byte
	writing int  // bytes that are being written
	failing bool // the last write left something
	lost    int  // lines that were not kept and of which none tells yet
	missing int  // lines that were not kept
	closed  bool
	err     error // the first that a write met
}

// NewLogWriter returns a LogWriter to out, whose own lines are of that format, text or JSON. The caller closes it.
func NewLogWriter(out io.Writer, format string) *LogWriter {
	w := &LogWriter{out: out, format: format, closing: make(chan struct{}), done: make(chan struct{})}
	w.change.L = &w.mu
	go w.run()
	return w
}

// NewLog returns a logger to w, whose lines are text or JSON.
func NewLog(w io.Writer, format string) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// Write takes one line. It fails after Close alone.
func (w *LogWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.lines) > gatherBytes && !w.failing && !w.closed {
		w.change.Wait()
	}
	if w.closed {
		return 0, io.ErrClosedPipe
	}
	if w.failing && w.writing+len(w.lines)+len(line) > keepBytes {
		w.lost++
		w.missing++
		return len(line), nil
	}
	w.tellLost()
	w.lines = append(w.lines, line...)
	w.change.Broadcast()
	return len(line), nil
}

// tellLost adds a line about those that were lost, if any were.
func (w *LogWriter) tellLost() {
	if w.lost == 0 {
		return
	}
	var line bytes.Buffer
	NewLog(&line, w.format).Warn(fmt.Sprintf("%d lines lost", w.lost), "cause", w.err)
	w.lines = append(w.lines, line.Bytes()...)
	w.lost = 0
}

// run writes until all is written after Close, or given up.
func (w *LogWriter) run() {
	defer close(w.done)
	for tries := 0; tries < closeTries; {
		lines := w.take()
		if len(lines) == 0 {
			return
		}
		n, err := w.out.Write(lines)
		if w.settle(lines, n, err) {
			tries = 0
		} else if w.pause() {
			tries++
		}
	}
}

// take waits for lines and returns them, none when the writer was closed and all are written.
func (w *LogWriter) take() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.lines) == 0 && !w.closed {
		w.change.Wait()
	}
	lines := w.lines
	w.lines, w.writing = w.spare[:0], len(lines)
	return lines
}

// settle keeps what a write left before what came since, and reports whether the write took any.
func (w *LogWriter) settle(lines []byte, n int, err error) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil && n < len(lines) {
		err = io.ErrShortWrite
	}
	if w.err == nil {
		w.err = err
	}
	w.writing, w.failing = 0, n < len(lines)
	if w.failing {
		w.lines, w.spare = append(lines[n:], w.lines...), w.lines
	} else {
		w.spare = lines
		w.tellLost()
	}
	w.change.Broadcast()
	return n > 0
}

// pause waits until a write is tried again, and reports whether it is for the last times.
func (w *LogWriter) pause() bool {
	select {
	case <-time.After(retryTime):
		return false
	case <-w.closing:
		time.Sleep(closeTime)
		return true
	}
}

// Close writes what waits. It returns an error when lines were lost, now or before, with the first that a write met.
func (w *LogWriter) Close() error {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.closing)
	}
	w.change.Broadcast()
	w.mu.Unlock()
	<-w.done
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := w.missing + bytes.Count(w.lines, []byte("\n")); n > 0 {
		return fmt.Errorf("%d lines of the log are lost: %w", n, w.err)
	}
	return nil
}
