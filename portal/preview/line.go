package preview

import (
	"errors"
	"sync"
	"time"

	"cloudpocket/store"
)

const readTimeout = time.Minute

// line is where previews wait to be made: as many at a time as there are turns, and no more behind them than it holds.
type line struct {
	turns chan struct{}
	limit int

	mu      sync.Mutex
	waits   map[cacheKey]*wait
	tenants map[store.ID]int
	closed  bool
	work    sync.WaitGroup
}

// wait is one preview under way and everybody who waits for it. made and err are set before done is closed.
type wait struct {
	key  cacheKey
	done chan struct{}
	made made
	err  error
}

func newLine(workers, queue int) *line {
	return &line{turns: make(chan struct{}, workers), limit: workers + queue, waits: map[cacheKey]*wait{}, tenants: map[store.ID]int{}}
}

// join returns the wait for key and whether the caller is the first, who has the work done. A full line answers busy at
// once; half of it is already full for a tenant who holds that half, so that one cannot keep the others out.
func (l *line) join(key cacheKey) (w *wait, first bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, false, unavailable(errors.New("previews are closed"))
	}
	if w := l.waits[key]; w != nil {
		return w, false, nil
	}
	if len(l.waits) >= l.limit || l.tenants[key.tenant] >= (l.limit+1)/2 {
		return nil, false, busy(len(l.waits))
	}
	w = &wait{key: key, done: make(chan struct{})}
	l.waits[key] = w
	l.tenants[key.tenant]++
	l.work.Add(1)
	return w, true, nil
}

func (l *line) leave(w *wait) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.waits, w.key)
	if l.tenants[w.key.tenant]--; l.tenants[w.key.tenant] == 0 {
		delete(l.tenants, w.key.tenant)
	}
	close(w.done)
	l.work.Done()
}

func (l *line) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.waits)
}

// close lets nobody join any more and waits until everybody has left.
func (l *line) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.work.Wait()
}
