package ssotest

import (
	"context"
	"sync"
	"time"

	"cloudpocket/store"
)

// MemoryMarks is a [store.Marks] in memory, for tests of one process.
type MemoryMarks struct {
	now   func() time.Time
	mu    sync.Mutex
	marks map[string]mark
}

type mark struct {
	value []byte
	ends  time.Time
}

// NewMarks returns empty marks that expire by now.
func NewMarks(now func() time.Time) *MemoryMarks {
	return &MemoryMarks{now: now, marks: map[string]mark{}}
}

// Put implements [store.Marks].
func (m *MemoryMarks) Put(_ context.Context, name string, value []byte, ttl time.Duration) error {
	if ttl <= 0 || len(name) > 200 || len(value) > 16<<10 {
		return store.Fail(store.Invalid, "", "mark %q of %d bytes for %s", name, len(value), ttl)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, taken := m.find(name); taken {
		return store.Fail(store.Conflict, "", "mark %q is taken", name)
	}
	m.marks[name] = mark{append([]byte(nil), value...), m.now().Add(ttl)}
	return nil
}

// Set implements [store.Marks].
func (m *MemoryMarks) Set(ctx context.Context, name string, value []byte, ttl time.Duration) error {
	if _, err := m.Take(ctx, name); err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	return m.Put(ctx, name, value, ttl)
}

// Take implements [store.Marks].
func (m *MemoryMarks) Take(ctx context.Context, name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok := m.find(name)
	if !ok {
		return nil, store.Fail(store.NotFound, "", "no mark %q", name)
	}
	delete(m.marks, name)
	return value, nil
}

// Peek implements [store.Marks].
func (m *MemoryMarks) Peek(_ context.Context, name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if value, ok := m.find(name); ok {
		return value, nil
	}
	return nil, store.Fail(store.NotFound, "", "no mark %q", name)
}

// Len returns how many marks there are, expired ones included.
func (m *MemoryMarks) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.marks)
}

func (m *MemoryMarks) find(name string) ([]byte, bool) {
	k, ok := m.marks[name]
	return k.value, ok && m.now().Before(k.ends)
}
