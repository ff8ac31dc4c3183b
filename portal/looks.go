package portal

import (
	"container/list"
	"context"
	"runtime/debug"
	"sync"
	"time"

	"cloudpocket/portal/egov/render"
	"cloudpocket/store"
)

// Pictures shows files that are no XML: pages of PDFs, images, texts, tables. A file that cannot be shown is an error with
// the key of a sentence that says why.
type Pictures interface {
	// Show tells what there is to show of a file.
	Show(ctx context.Context, c Content) (Shown, error)
	// Picture returns a page of a PDF, counted from 1, or an image as its page 1, in width pixels or the next wider.
	Picture(ctx context.Context, c Content, page, width int) (Picture, error)
}

// Content is bytes to show: whose they are, what they are called, and how to reach them.
type Content struct {
	Tenant store.ID
	Digest store.Digest
	Name   string
	Open   func(context.Context) (store.Blob, error)
}

// Shown is what there is to show of a file, by its Form.
type Shown struct {
	Form      Form
	Pages     []Size     // FormPages: those that can be asked for; FormImage: one
	Count     int        // FormPages: how many the file has
	Lines     []string   // FormText
	Rows      [][]string // FormTable
	Columns   int        // FormTable: of the longest row
	Truncated bool       // there is more than is shown
}

// Size is a page's size in points, an image's in pixels.
type Size struct{ Width, Height float64 }

// Picture is a page or an image to show.
type Picture struct {
	Type          string // media type
	Width, Height int    // pixels
	Bytes         []byte
}

// lookKey says of what a look is. Without a path it is what a file has inside.
type lookKey struct {
	tenant   store.ID
	digest   store.Digest
	path     string
	lang     string
	plain    bool
	first    int // links are numbers in the document
	unlinked bool
}

// look is what is kept.
type look struct {
	page    render.Page
	persons int // whom a notice names
	parts   []store.Part
}

// size is roughly what it takes in memory.
func (l look) size() int64 { return int64(len(l.page.HTML)) + 200*int64(len(l.parts)) + 1000 }

// Looks makes what parts look like, each once and few at a time, and keeps it in memory. Nobody waits for long: neither
// behind those of another tenant, who has at most half of the places, nor for a page that does not come. The nil Looks makes each every time, and shows no
// pictures.
type Looks struct {
	pictures Pictures
	limit    int64         // bytes
	places   *Gate         // as many as are made at once
	patience time.Duration // how long one making may take, with waiting for a place

	mu     sync.Mutex
	kept   map[lookKey]*list.Element // of *keptLook
	recent *list.List                // the most recently used first
	bytes  int64
	making map[lookKey]*making
}

type keptLook struct {
	key  lookKey
	look look
}

// making is a look that others may wait for too.
type making struct {
	done chan struct{}
	look look
	err  error
}

const (
	// madeAtOnce is how many pages are made at a time, two of them for one tenant: each may take a processor and its budget
	// of memory.
	madeAtOnce = 4
	// madeLater is how many more may wait for that, half of them for one tenant.
	madeLater = 60
	// madeWithin is how long a page may take: its budget several times over, since it shares the processors.
	madeWithin = 30 * time.Second
)

// NewLooks returns Looks that keep at most limit bytes. Without pictures, files that need them are for download only.
func NewLooks(pictures Pictures, limit int64) *Looks {
	return &Looks{pictures: pictures, limit: limit, places: NewGate(madeAtOnce, madeLater, madeWithin), patience: madeWithin, kept: map[lookKey]*list.Element{}, recent: list.New(), making: map[lookKey]*making{}}
}

// get returns what is kept under key, or makes it. What was begun is finished, and kept, though whoever asked went away.
// When there is too much to make, or it takes too long, that is an error of kind Unavailable.
func (l *Looks) get(ctx context.Context, key lookKey, produce func(context.Context) (look, error)) (look, error) {
	if l == nil {
		return produce(ctx)
	}
	l.mu.Lock()
	if e, ok := l.kept[key]; ok {
		l.recent.MoveToFront(e)
		l.mu.Unlock()
		return e.Value.(*keptLook).look, nil
	}
	m, ok := l.making[key]
	if !ok {
		m = &making{done: make(chan struct{})}
		l.making[key] = m
		go l.produce(context.WithoutCancel(ctx), key, m, produce)
	}
	l.mu.Unlock()
	slow := time.NewTimer(l.patience)
	defer slow.Stop()
	select {
	case <-slow.C:
		return look{}, crowded("a look of %s is not made within %s", key.digest, l.patience)
	case <-m.done:
		return m.look, m.err
	case <-ctx.Done():
		return look{}, ctx.Err()
	}
}

func (l *Looks) produce(ctx context.Context, key lookKey, m *making, produce func(context.Context) (look, error)) {
	defer close(m.done)
	defer l.keep(key, m)
	m.err = store.Fail(store.Internal, "", "making a look of %s ended without an answer", key.digest)
	defer func() {
		if fault := recover(); fault != nil { // its words may be a document's
			m.err = store.Fail(store.Internal, "", "making a look of %s: a fault of type %T\n%s", key.digest, fault, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	leave, err := l.places.enter(ctx, key.tenant, 1)
	if err != nil {
		m.err = err
		return
	}
	defer leave()
	m.look, m.err = produce(ctx)
}

// keep ends a making, and lets what was not used for longest go while there is too much.
func (l *Looks) keep(key lookKey, m *making) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.making, key)
	if m.err != nil || m.look.size() > l.limit {
		return
	}
	l.kept[key] = l.recent.PushFront(&keptLook{key, m.look})
	l.bytes += m.look.size()
	for l.bytes > l.limit {
		last := l.recent.Remove(l.recent.Back()).(*keptLook)
		delete(l.kept, last.key)
		l.bytes -= last.look.size()
	}
}
