package diskblob

import (
	"container/list"
	"context"
	"crypto/sha256"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"cloudpocket/store"
)

// identity is what the file system says of a file. It changes when the bytes do.
type identity struct {
	device, inode uint64
	size          int64
	modified      time.Time
	changed       time.Time
}

// settled is how long ago a file must have changed for a later change to show in its times, on any file system.
const settled = 2 * time.Second

// verify returns f's FileInfo once its bytes are known to be those of p, or an error of kind Damaged. Of several callers
// that ask for the same file at once, one reads it.
func (s *Store) verify(ctx context.Context, f *os.File, p place) (fs.FileInfo, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fault("stat", err)
	}
	if s.verified.holds(p, info, s.now().Add(-s.every)) {
		return info, nil
	}
	leave, err := s.busy.enter(ctx, p)
	if err != nil {
		return nil, err
	}
	defer leave()
	if s.verified.holds(p, info, s.now().Add(-s.every)) {
		return info, nil
	}
	if err := check(ctx, f, info, p.digest); err != nil {
		s.verified.forget(p)
		return nil, err
	}
	s.verified.remember(p, info, s.now())
	return info, nil
}

// check reads all of f and goes back to its start.
func check(ctx context.Context, f *os.File, info fs.FileInfo, d store.Digest) error {
	if !info.Mode().IsRegular() {
		return store.Fail(store.Damaged, "", "it is not a file but %s", info.Mode())
	}
	sum := sha256.New()
	n, err := io.CopyBuffer(sum, &patient{ctx, f}, make([]byte, 128<<10))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fault("read", err)
	}
	got := store.DigestOf([sha256.Size]byte(sum.Sum(nil)))
	if got != d || n != info.Size() {
		return store.Fail(store.Damaged, "", "its %d bytes have the digest %s", n, got)
	}
	after, err := f.Stat()
	if err != nil {
		return fault("stat", err)
	}
	if before, ok := identify(info); ok {
		if now, _ := identify(after); now.size != before.size || !now.modified.Equal(before.modified) {
			return store.Fail(store.Damaged, "", "it was written to while it was read")
		}
	}
	_, err = f.Seek(0, io.SeekStart)
	return fault("rewind", err)
}

// patient reads until ctx ends.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}

// verified remembers which files were found to be sound, up to limit of them; the least recently opened goes first.
type verified struct {
	mu    sync.Mutex
	limit int
	byUse *list.List // of *sound
	at    map[place]*list.Element
}

type sound struct {
	place
	identity
	when time.Time
}

func newVerified(limit int) *verified {
	return &verified{limit: limit, byUse: list.New(), at: map[place]*list.Element{}}
}

// holds reports whether the file at p was verified since then and is still the same.
func (v *verified) holds(p place, info fs.FileInfo, since time.Time) bool {
	id, ok := identify(info)
	v.mu.Lock()
	defer v.mu.Unlock()
	e := v.at[p]
	if e == nil || !ok {
		return false
	}
	known := e.Value.(*sound)
	if known.identity != id || known.when.Before(since) {
		return false
	}
	v.byUse.MoveToFront(e)
	return true
}

func (v *verified) remember(p place, info fs.FileInfo, now time.Time) {
	id, ok := identify(info)
	if !ok || now.Sub(id.changed) < settled {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if e := v.at[p]; e != nil {
		v.byUse.Remove(e)
	}
	v.at[p] = v.byUse.PushFront(&sound{p, id, now})
	for v.byUse.Len() > v.limit {
		delete(v.at, v.byUse.Remove(v.byUse.Back()).(*sound).place)
	}
}

func (v *verified) forget(p place) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if e := v.at[p]; e != nil {
		v.byUse.Remove(e)
		delete(v.at, p)
	}
}

// gate lets one caller at a time through to a blob.
type gate struct {
	mu     sync.Mutex
	inside map[place]chan struct{}
}

// enter waits until nobody is inside and returns how to leave, or ctx's error.
func (g *gate) enter(ctx context.Context, p place) (leave func(), err error) {
	for {
		done, entered := g.try(p)
		if entered {
			return func() { g.leave(p, done) }, nil
		}
		select {
		case <-done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (g *gate) try(p place) (done chan struct{}, entered bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if done := g.inside[p]; done != nil {
		return done, false
	}
	if g.inside == nil {
		g.inside = map[place]chan struct{}{}
	}
	done = make(chan struct{})
	g.inside[p] = done
	return done, true
}

func (g *gate) leave(p place, done chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.inside, p)
	close(done)
}
