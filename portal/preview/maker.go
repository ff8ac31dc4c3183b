package preview

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"cloudpocket/store"
)

// Maker makes previews and keeps them. It is safe for concurrent use.
type Maker struct {
	config Config
	fonts  fonts
	cache  *cache
	engine *engine
	line   *line

	ctx  context.Context // ends with Close, and everything under way with it
	stop context.CancelFunc
}

// Open returns a Maker. It looks for fonts and starts nothing: the PDF engine comes with the first PDF, or with
// [Maker.Warm]. ctx bounds opening alone.
func Open(ctx context.Context, c Config) (*Maker, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	made := filepath.Join(c.Cache, "made")
	for _, dir := range []string{c.Cache, made, c.Compiled} {
		if err := private(dir); err != nil {
			return nil, err
		}
	}
	f, err := findFonts(ctx, c.Fonts)
	if err != nil {
		return nil, err
	}
	m := &Maker{config: c, fonts: f, cache: newCache(made, c), engine: newEngine(c, f), line: newLine(c.Workers, c.Queue)}
	m.ctx, m.stop = context.WithCancel(context.Background())
	if len(f) == 0 {
		c.Log.Warn("no Japanese font was found: PDFs that do not bring theirs are shown without their Japanese text", "folders", c.Fonts)
	}
	return m, nil
}

// Close stops what is under way and releases the PDF engine. Previews asked for afterwards are Unavailable unless they
// are kept already.
func (m *Maker) Close() error {
	m.stop()
	m.line.close()
	m.cache.wait()
	return m.engine.close()
}

// Status is what health and the log say about previews.
type Status struct {
	Fonts   []string // the Japanese fonts found; none means that Japanese text may be missing from PDF pages
	Engines int      // PDF engines in memory
	Making  int      // previews being made or waiting
}

// Status returns the state at this moment.
func (m *Maker) Status() Status {
	return Status{Fonts: m.fonts.names(), Engines: m.engine.count(), Making: m.line.count()}
}

// Warm starts the PDF engine, so that its machine code is compiled and kept before the first person asks: seconds and
// about 300 MiB of memory once for every version, a fraction of a second from then on.
func (m *Maker) Warm(ctx context.Context) error {
	if m.ctx.Err() != nil {
		return unavailable(errors.New("previews are closed"))
	}
	return m.engine.warm(ctx)
}

// Forget removes every kept preview of a file from this machine's folder, as is due when the file itself is erased.
func (m *Maker) Forget(tenant store.ID, d store.Digest) error { return m.cache.forget(tenant, d) }

// result returns what of f, from the cache or made now. Callers who want the same at the same time share the work, which
// goes on when one of them turns away. source tells of failures to read f; they are not remembered.
func (m *Maker) result(ctx context.Context, f File, what string, make func(context.Context, []byte) (made, error)) (made, error) {
	if !f.Tenant.Valid() || !f.Digest.Valid() || f.Open == nil {
		return made{}, fmt.Errorf("a file to preview needs a tenant, a digest and bytes: %q, %q", f.Tenant, f.Digest)
	}
	key := cacheKey{f.Tenant, f.Digest, what}
	if r, err, ok := m.cache.get(key); ok {
		return r, err
	}
	w, first, err := m.line.join(key)
	if err != nil {
		return made{}, err
	}
	if first {
		go m.run(w, f, make)
	}
	select {
	case <-w.done:
		return w.made, w.err
	case <-ctx.Done():
		return made{}, fmt.Errorf("wait for a preview: %w", ctx.Err())
	}
}

func (m *Maker) run(w *wait, f File, make func(context.Context, []byte) (made, error)) {
	defer m.line.leave(w)
	select {
	case m.line.turns <- struct{}{}:
		defer func() { <-m.line.turns }()
	case <-m.ctx.Done():
		w.err = unavailable(errors.New("previews are closed"))
		return
	}
	// Another process, or a moment that lies between looking and joining, may have made it.
	if r, err, ok := m.cache.get(w.key); ok {
		w.made, w.err = r, err
		return
	}
	w.made, w.err = m.make(f, make)
	m.cache.put(w.key, w.made, w.err)
}

// make reads and makes, each within its own time: a slow store is no fault of the file's.
func (m *Maker) make(f File, make func(context.Context, []byte) (made, error)) (r made, err error) {
	reading, cancel := context.WithTimeout(m.ctx, readTimeout)
	defer cancel()
	b, err := f.read(reading, m.config.FileBytes)
	if err != nil {
		return made{}, err
	}
	err = guarded("make a preview", func() error {
		r, err = make(m.ctx, b)
		return err
	})
	return r, err
}
