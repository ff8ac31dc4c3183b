package app

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"cloudpocket/store"
)

const (
	// keepEvery is how often what was taken is kept, and pruneEvery how often what is old is removed.
	keepEvery  = 2 * time.Second
	pruneEvery = time.Hour
	// foldTime is how long an event that comes again is the same one with a count.
	foldTime = 10 * time.Minute
	// maxOpen is how many different events are counted on at a time, maxOfFirm how many of them of one firm, and maxCauses how
	// many that differ by their cause alone. What comes beside them is told by its number: at most that many rows are made
	// in foldTime, whatever comes, and no firm's leave the others no room.
	maxOpen   = 200
	maxOfFirm = 60
	maxCauses = 10
	// keepTime bounds one write, and closeKeepTime the last one.
	keepTime      = 10 * time.Second
	closeKeepTime = 3 * time.Second
	// pruneSize is how many events are removed in one transaction.
	pruneSize = 1000
	// EventsKept is how long events are kept unless it is said otherwise, and eventsLeast the least that can be said.
	EventsKept  = 35 * 24 * time.Hour
	eventsLeast = 31 * 24 * time.Hour
)

// lostEvents tells by its count how many events are in the log of the host alone.
const lostEvents = "events came too fast to be kept; the log of the host has them"

// variousCauses is what stands for the causes that are too many to tell apart.
const variousCauses = "others, which the log of the host has"

// eventKeeper keeps what was taken: events that are alike as one with a count. While it cannot, it goes on counting and
// keeps them when it can. It is used by one goroutine at a time.
type eventKeeper struct {
	*eventTaker
	to    store.Records
	kept  time.Duration
	log   *slog.Logger // which must not lead back to the taker
	open  map[eventKey]*openEvent
	firms map[store.ID]store.ID // whose each trust is
	away  bool                  // the last write failed
}

// eventKey is what makes two events alike.
type eventKey struct {
	level          store.EventLevel
	message, cause string
	tenant, trust  store.ID
}

// openEvent is an event that is counted on.
type openEvent struct {
	store.SystemEvent
	changed bool // since it was kept
}

func newEventKeeper(t *eventTaker, to store.Records, kept time.Duration, log *slog.Logger) *eventKeeper {
	return &eventKeeper{eventTaker: t, to: to, kept: cmp.Or(kept, EventsKept), log: log, open: map[eventKey]*openEvent{}, firms: map[store.ID]store.ID{}}
}

// run keeps events, and removes old ones, until ctx ends.
func (k *eventKeeper) run(ctx context.Context) {
	tick, prune := time.NewTicker(keepEvery), time.NewTicker(pruneEvery)
	defer tick.Stop()
	defer prune.Stop()
	k.prune(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-prune.C:
			k.prune(ctx)
		case <-tick.C:
			k.keep(ctx, keepTime)
		}
	}
}

// close keeps what is left.
func (k *eventKeeper) close() { k.keep(context.Background(), closeKeepTime) }

// keep writes what was taken since it was called last, within a time.
func (k *eventKeeper) keep(ctx context.Context, within time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	k.gather(ctx)
	batch := k.changed()
	if len(batch) == 0 {
		return
	}
	err := k.to.SystemEvents().Keep(ctx, batch)
	if err == nil {
		k.settle()
	}
	if failed := err != nil; failed != k.away { // told once, not every time
		k.away = failed
		k.log.Warn("whether events of the service are kept has changed", "kept", !failed, "error", err)
	}
}

// gather folds what was taken into the events that are counted on.
func (k *eventKeeper) gather(ctx context.Context) {
	now, lost := k.now(), k.dropped.Swap(0)
	for key, e := range k.open {
		if old := now.Sub(e.At) >= foldTime || e.At.After(now.Add(foldTime)); old && !e.changed {
			delete(k.open, key)
		}
	}
	for range len(k.queue) {
		e := <-k.queue
		mask(&e)
		e.TenantID = k.firmOf(ctx, e.Attributes)
		if !k.fold(e) {
			lost++
		}
	}
	if lost > 0 {
		k.fold(store.SystemEvent{At: now, LastAt: now, Count: lost, Level: store.Warning, Message: lostEvents, Attributes: map[string]string{}, Instance: k.instance})
	}
}

// fold counts e with the event that is like it, or begins to count it where there is room.
func (k *eventKeeper) fold(e store.SystemEvent) bool {
	key := keyOf(e)
	if _, ok := k.open[key]; !ok && k.causes(key) >= maxCauses {
		key.cause = variousCauses
		e.Attributes = map[string]string{"error": variousCauses}
		if key.trust != "" {
			e.Attributes["trust"] = string(key.trust)
		}
	}
	if like, ok := k.open[key]; ok {
		like.Count += e.Count
		like.changed = true
		if e.LastAt.After(like.LastAt) {
			like.LastAt = e.LastAt
		}
		return true
	}
	if !k.room(e) {
		return false
	}
	e.ID = store.NewID(k.now())
	k.open[key] = &openEvent{e, true}
	return true
}

// room reports whether e can be counted on besides what is.
func (k *eventKeeper) room(e store.SystemEvent) bool {
	if e.TenantID == "" {
		return len(k.open) < maxOpen || e.Message == lostEvents
	}
	n := 0
	for one := range k.open {
		if one.tenant == e.TenantID {
			n++
		}
	}
	return len(k.open) < maxOpen && n < maxOfFirm
}

// keyOf returns what e has in common with those that are like it. A trust counts only where it is known whose it is: others
// can be named by anybody.
func keyOf(e store.SystemEvent) eventKey {
	key := eventKey{level: e.Level, message: e.Message, cause: causeOf(e), tenant: e.TenantID}
	if e.TenantID != "" {
		key.trust = store.ID(e.Attributes["trust"])
	}
	return key
}

// causeOf is what an event says of why, and of what.
func causeOf(e store.SystemEvent) string {
	why := cmp.Or(e.Attributes["error"], e.Attributes["cause"], e.Attributes["err"], e.Attributes["fault"], e.Attributes["reason"])
	return why + "\n" + e.Attributes["resource"]
}

// causes returns how many events are counted on that are like key but for the cause.
func (k *eventKeeper) causes(key eventKey) (n int) {
	for one := range k.open {
		if one.cause = key.cause; one == key {
			n++
		}
	}
	return n
}

// maxFirms bounds how many trusts it is remembered of whose they are.
const maxFirms = 1000

// firmOf returns the tenant that an event says it is about, or whose trust it names; empty: it is not known.
func (k *eventKeeper) firmOf(ctx context.Context, attributes map[string]string) store.ID {
	if tenant := store.ID(attributes["tenant"]); tenant.Valid() {
		return tenant
	}
	trust := store.ID(attributes["trust"])
	if !trust.Valid() || k.away {
		return ""
	}
	if firm, ok := k.firms[trust]; ok {
		return firm
	}
	t, err := k.to.Trust(ctx, trust)
	if err != nil && store.KindOf(err) != store.NotFound {
		return ""
	}
	if len(k.firms) >= maxFirms {
		clear(k.firms)
	}
	k.firms[trust] = t.Owner
	return t.Owner
}

// changed returns what has to be written, the first that came first.
func (k *eventKeeper) changed() (batch []store.SystemEvent) {
	for _, e := range k.open {
		if e.changed {
			batch = append(batch, e.SystemEvent)
		}
	}
	slices.SortFunc(batch, func(a, b store.SystemEvent) int { return a.At.Compare(b.At) })
	return batch
}

func (k *eventKeeper) settle() {
	for _, e := range k.open {
		e.changed = false
	}
}

// prune removes the events that came last before k.kept ago.
func (k *eventKeeper) prune(ctx context.Context) {
	for {
		n, err := k.to.SystemEvents().Prune(ctx, k.now().Add(-k.kept), pruneSize)
		if err != nil && ctx.Err() == nil {
			k.log.Warn("old events of the service are not removed", "error", err)
		}
		if err != nil || n < pruneSize {
			return
		}
	}
}
