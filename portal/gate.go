package portal

import (
	"context"
	"slices"
	"sync"
	"time"

	"cloudpocket/portal/egov"
	"cloudpocket/store"
)

// Gate bounds what is under way at once by its weight, and keeps one tenant from taking it all: of the room and of the
// line before it half is the most that one has. Who waits comes in by turns, but nobody waits behind others of a tenant who
// has its half. It is safe for concurrent use; the nil Gate lets everybody in.
type Gate struct {
	room     int64
	line     int           // how many may wait
	patience time.Duration // how long

	mu      sync.Mutex
	inside  int64
	of      map[store.ID]int64 // inside, by tenant
	waiting []*turn
}

// turn is one who waits. in is closed when the weight is counted as inside.
type turn struct {
	tenant store.ID
	weight int64
	in     chan struct{}
}

// NewGate returns a Gate with room for that much weight, before which that many may wait for that long.
func NewGate(room int64, line int, patience time.Duration) *Gate {
	return &Gate{room: room, line: line, patience: patience, of: map[store.ID]int64{}}
}

func half(n int64) int64 { return (n + 1) / 2 }

// enter waits until there is room for weight and returns what gives it back, which may be called more than once. What is
// heavier than a tenant's half counts as that half: it comes in alone. A line that is full, or too slow, is an error of
// kind Unavailable.
func (g *Gate) enter(ctx context.Context, tenant store.ID, weight int64) (leave func(), err error) {
	if g == nil {
		return func() {}, nil
	}
	t, err := g.queue(tenant, weight, int64(g.line))
	if err != nil {
		return nil, err
	}
	slow := time.NewTimer(g.patience)
	defer slow.Stop()
	return g.wait(ctx, t, slow.C)
}

// enterLate is enter for work that nobody watches: it waits as long as ctx does, however long the line.
func (g *Gate) enterLate(ctx context.Context, tenant store.ID, weight int64) (leave func(), err error) {
	if g == nil {
		return func() {}, nil
	}
	t, err := g.queue(tenant, weight, 1<<30)
	if err != nil {
		return nil, err
	}
	return g.wait(ctx, t, nil)
}

func (g *Gate) queue(tenant store.ID, weight, line int64) (*turn, error) {
	t := &turn{tenant: tenant, weight: max(1, min(weight, half(g.room))), in: make(chan struct{})}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, t)
	g.admit()
	all, own := int64(len(g.waiting)), int64(0)
	for _, w := range g.waiting {
		if w.tenant == tenant {
			own++
		}
	}
	if g.waits(t) && (all > line || own > half(line)) {
		g.drop(t)
		return nil, crowded("%d wait already, %d of them of one tenant", all-1, own-1)
	}
	return t, nil
}

func (g *Gate) waits(t *turn) bool { return slices.Contains(g.waiting, t) }

func (g *Gate) drop(t *turn) {
	g.waiting = slices.DeleteFunc(g.waiting, func(w *turn) bool { return w == t })
}

// admit lets in who is first, and who is behind others that wait for nothing but their own tenant.
func (g *Gate) admit() {
	full := map[store.ID]bool{}
	g.waiting = slices.DeleteFunc(g.waiting, func(t *turn) bool {
		switch {
		case full[""] || full[t.tenant]:
			return false
		case g.of[t.tenant]+t.weight > half(g.room):
			full[t.tenant] = true
			return false
		case g.inside+t.weight > g.room:
			full[""] = true // all the others wait for the one who is first
			return false
		}
		g.inside += t.weight
		g.of[t.tenant] += t.weight
		close(t.in)
		return true
	})
}

func (g *Gate) wait(ctx context.Context, t *turn, slow <-chan time.Time) (func(), error) {
	select {
	case <-t.in:
		return sync.OnceFunc(func() { g.leave(t) }), nil
	case <-ctx.Done():
		g.giveUp(t)
		return nil, crowded("wait for a turn: %w", context.Cause(ctx))
	case <-slow:
		g.giveUp(t)
		return nil, crowded("no turn within %s", g.patience)
	}
}

func (g *Gate) leave(t *turn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside -= t.weight
	if g.of[t.tenant] -= t.weight; g.of[t.tenant] == 0 {
		delete(g.of, t.tenant)
	}
	g.admit()
}

// giveUp takes t out of the line, or out again if its turn came just then.
func (g *Gate) giveUp(t *turn) {
	g.mu.Lock()
	if g.waits(t) {
		g.drop(t)
		g.admit()
		g.mu.Unlock()
		return
	}
	g.mu.Unlock()
	g.leave(t)
}

// crowded is the refusal of what would have to wait too long.
func crowded(format string, args ...any) error {
	return store.Fail(store.Unavailable, "error.crowded", format, args...)
}

// What unpacking takes in memory: what comes out of a package, and while its XML is a tree some twenty times its bytes, up
// to what egov allows one package.
const (
	treeWeight = 20
	treeMost   = 176 << 20
	leastClaim = 1 << 20
)

// weightOf is what reading a package whole takes in memory, in bytes.
func weightOf(claim int64) int64 { return max(leastClaim, claim+min(treeWeight*claim, treeMost)) }

// claim is what a file says that may come out of it, and whether there are archives in it.
func claim(name string, blob store.Blob) (unpacked int64, nested bool) {
	return egov.Claim(name, readerAt{blob}, blob.Size(), egov.Limits{})
}
