package parent

import (
	"crypto/rand"
	"sync"
	"time"
)

// expiring remembers values for a while. Values are handed out as they were put; change one by putting it again.
type expiring[T any] struct {
	now   func() time.Time
	mu    sync.Mutex
	items map[string]expiringItem[T]
}

type expiringItem[T any] struct {
	value T
	until time.Time
}

func newExpiring[T any](now func() time.Time) *expiring[T] {
	return &expiring[T]{now: now, items: map[string]expiringItem[T]{}}
}

// put remembers value under key until a time, and forgets what is over.
func (e *expiring[T]) put(key string, value T, until time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	for k, item := range e.items {
		if !now.Before(item.until) {
			delete(e.items, k)
		}
	}
	e.items[key] = expiringItem[T]{value, until}
}

// get returns the value under key, if it is still remembered.
func (e *expiring[T]) get(key string) (T, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.find(key)
}

// take is get, once.
func (e *expiring[T]) take(key string) (T, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	value, ok := e.find(key)
	delete(e.items, key)
	return value, ok
}

func (e *expiring[T]) find(key string) (T, bool) {
	item, ok := e.items[key]
	if !ok || !e.now().Before(item.until) {
		var none T
		return none, false
	}
	return item.value, true
}

// change replaces the value under key with what f makes of it, and reports whether there was one.
func (e *expiring[T]) change(key string, f func(T) T) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	item, ok := e.items[key]
	if !ok || !e.now().Before(item.until) {
		return false
	}
	e.items[key] = expiringItem[T]{f(item.value), item.until}
	return true
}

// all returns the remembered values for which keep holds.
func (e *expiring[T]) all(keep func(T) bool) []T {
	e.mu.Lock()
	defer e.mu.Unlock()
	var values []T
	for _, item := range e.items {
		if e.now().Before(item.until) && keep(item.value) {
			values = append(values, item.value)
		}
	}
	return values
}

// clear forgets everything.
func (e *expiring[T]) clear() {
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.items)
}

// random returns a name that cannot be guessed: 130 bits or more, 26 letters and digits.
func random() string { return rand.Text() }
