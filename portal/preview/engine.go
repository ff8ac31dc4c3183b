package preview

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

const wasmPage = 64 << 10 // bytes

// engine runs PDFium in WebAssembly. Every job gets an instance of its own, which nobody had before and nobody gets
// after; the machines that instances are made from are kept between jobs, and let go when nobody asks for a while.
type engine struct {
	config Config
	fonts  fonts

	starting sync.Mutex // one at a time: the first compiles, the others then find the code
	mu       sync.Mutex
	idle     []*machine
	all      int
	closed   bool
	rest     *time.Timer
}

// machine is a WebAssembly runtime with PDFium's code. stop ends whatever it executes, at the next branch.
type machine struct {
	pool  pdfium.Pool
	cache wazero.CompilationCache
	stop  context.CancelFunc
}

func newEngine(c Config, f fonts) *engine { return &engine{config: c, fonts: f} }

// do runs fn with a fresh instance. When the time is over the instance is stopped, its machine is thrown away, and the
// answer is a refusal; ctx ending does the same.
func (e *engine) do(ctx context.Context, fn func(pdfium.Pdfium) error) error {
	m, err := e.take()
	if err != nil {
		return unavailable(err)
	}
	ctx, cancel := context.WithTimeout(ctx, e.config.Timeout)
	defer cancel()
	alive := context.AfterFunc(ctx, m.stop)
	err = guarded("run the PDF engine", func() error { return m.run(ctx, fn) })
	if !alive() {
		e.drop(m)
		return ended(ctx, e.config.Timeout, err)
	}
	e.give(m)
	return err
}

func (m *machine) run(ctx context.Context, fn func(pdfium.Pdfium) error) error {
	in, err := m.pool.GetInstanceWithContext(ctx)
	if err != nil {
		return unavailable(fmt.Errorf("make an instance of the PDF engine: %w", err))
	}
	// Closing asks the instance itself to tidy up, which one that hostile bytes broke may fail to do; its memory goes anyway.
	defer func() { _ = guarded("close the instance", in.Close) }()
	return fn(in)
}

// take returns an idle machine or starts one.
func (e *engine) take() (*machine, error) {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil, errors.New("the PDF engine is closed")
	}
	if n := len(e.idle); n > 0 {
		m := e.idle[n-1]
		e.idle = e.idle[:n-1]
		e.mu.Unlock()
		return m, nil
	}
	e.all++
	e.mu.Unlock()
	m, err := e.start()
	if err != nil {
		e.mu.Lock()
		e.all--
		e.mu.Unlock()
	}
	return m, err
}

func (e *engine) give(m *machine) {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		e.drop(m)
		return
	}
	defer e.mu.Unlock()
	e.idle = append(e.idle, m)
	if e.rest != nil {
		e.rest.Stop()
	}
	e.rest = time.AfterFunc(e.config.Idle, e.dropIdle)
}

func (e *engine) drop(m *machine) {
	if err := m.close(); err != nil {
		e.config.Log.Warn("a PDF engine did not close", "err", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all--
}

func (e *engine) dropIdle() {
	e.mu.Lock()
	idle := e.idle
	e.idle = nil
	e.mu.Unlock()
	for _, m := range idle {
		e.drop(m)
	}
}

func (e *engine) warm(context.Context) error {
	m, err := e.take()
	if err != nil {
		return unavailable(err)
	}
	e.give(m)
	return nil
}

func (e *engine) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.all
}

func (e *engine) close() error {
	e.mu.Lock()
	e.closed = true
	if e.rest != nil {
		e.rest.Stop()
	}
	e.mu.Unlock()
	e.dropIdle()
	return nil
}

// start makes a machine. Code that was compiled before is read from the folder; code there that is damaged is thrown
// away and compiled again.
func (e *engine) start() (*machine, error) {
	e.starting.Lock()
	defer e.starting.Unlock()
	began := e.config.Now()
	m, err := e.boot()
	if err != nil {
		e.config.Log.Warn("the PDF engine did not start from its kept code; it is compiled again", "err", err)
		if err := os.RemoveAll(e.folder()); err != nil {
			return nil, fmt.Errorf("throw the compiled PDF engine away: %w", err)
		}
		m, err = e.boot()
	}
	if err == nil {
		e.config.Log.Info("the PDF engine started", "took", e.config.Now().Sub(began), "fonts", e.fonts.names())
	}
	return m, err
}

// folder is one that is ours alone, so that it may be removed.
func (e *engine) folder() string { return filepath.Join(e.config.Compiled, "pdfium") }

func (e *engine) boot() (m *machine, err error) {
	cache, err := wazero.NewCompilationCacheWithDir(e.folder())
	if err != nil {
		return nil, fmt.Errorf("open the folder for the compiled PDF engine: %w", err)
	}
	ctx, stop := context.WithCancel(experimental.WithCompilationWorkers(context.Background(), e.config.Workers))
	m = &machine{cache: cache, stop: stop}
	err = guarded("start the PDF engine", func() error {
		m.pool, err = webassembly.Init(webassembly.Config{
			Context: ctx, MaxTotal: 1, FSConfig: wazero.NewFSConfig().WithFSMount(e.fonts, "/"), RuntimeConfig: e.runtime(cache),
			Stdout: io.Discard, Stderr: io.Discard,
		})
		return err
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the PDF engine: %w", err), m.close())
	}
	return m, nil
}

// runtime bounds memory and makes an instance end with its context. PDFium needs exception handling to be on.
func (e *engine) runtime(cache wazero.CompilationCache) wazero.RuntimeConfig {
	return wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithCompilationCache(cache).WithCloseOnContextDone(true).
		WithMemoryLimitPages(uint32(min(e.config.MemoryBytes/wasmPage, 65536)))
}

func (m *machine) close() (err error) {
	m.stop()
	if m.pool != nil {
		err = guarded("close the PDF engine", m.pool.Close)
	}
	return errors.Join(err, m.cache.Close(context.Background()))
}
