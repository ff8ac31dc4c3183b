package app

import (
	"io"
	"log/slog"
	"sync"
)

// gatherBytes is how much may wait to be written; past it, whoever logs waits too. Nothing is dropped.
const gatherBytes = 1 << 20

// LogWriter writes lines to another writer from a goroutine of its own: what comes while one write is under way goes
// out with the next, so that a request does not wait for the disk that its line goes to. Lines keep their order.
type LogWriter struct {
	out io.Writer

	mu     sync.Mutex
	change sync.Cond
	lines  []byte // waiting
	spare  []byte
	closed bool
	done   chan struct{}
	err    error
}

// NewLogWriter returns a LogWriter to out. The caller closes it, and then everything is written that came before.
func NewLogWriter(out io.Writer) *LogWriter {
	w := &LogWriter{out: out, done: make(chan struct{})}
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

func (w *LogWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.lines) > gatherBytes && !w.closed {
		w.change.Wait()
	}
	if w.closed {
		return 0, io.ErrClosedPipe
	}
	w.lines = append(w.lines, line...)
	w.change.Broadcast()
	return len(line), nil
}

func (w *LogWriter) run() {
	defer close(w.done)
	for w.step() {
	}
}

// step waits for lines and writes them; it reports whether there may be more.
func (w *LogWriter) step() bool {
	w.mu.Lock()
	for len(w.lines) == 0 && !w.closed {
		w.change.Wait()
	}
	lines := w.lines
	w.lines = w.spare[:0]
	more := !w.closed || len(lines) > 0
	w.mu.Unlock()
	_, err := w.out.Write(lines)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spare = lines
	if err != nil && w.err == nil {
		w.err = err
	}
	w.change.Broadcast()
	return more
}

// Close writes what waits, and returns the first error that a write met.
func (w *LogWriter) Close() error {
	w.mu.Lock()
	w.closed = true
	w.change.Broadcast()
	w.mu.Unlock()
	<-w.done
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}
