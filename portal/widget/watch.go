package widget

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"cloudpocket/portal/door"
	"cloudpocket/store"
)

const (
	// lookEvery is how often an instance looks: what has ended is known everywhere within a second.
	lookEvery = 500 * time.Millisecond
	lookTime  = 5 * time.Second // how long looking once may take
	lookers   = 16              // how many streams are looked after at a time
	recounts  = 100             // how many are counted anew each time, since each reads the records; the others wait for the next

	maxStreams  = 10_000 // of an instance
	maxOfPerson = 20     // of an account: those of frames that have gone end with them
)

// stream is one reader of events.
type stream struct {
	visit door.Visit
	news  chan struct{} // something is to be told

	mu     sync.Mutex
	counts *tally
	reason string
	seen   int64 // how far the firm's log went when it was counted; below zero: it was not
}

func newStream(v door.Visit) *stream {
	return &stream{visit: v, news: make(chan struct{}, 1), seen: -1}
}

// latest returns what there is to tell.
func (st *stream) latest() (*tally, string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.counts, st.reason
}

// counted returns how far the firm's log went when it was counted.
func (st *stream) counted() int64 {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.seen
}

// put keeps what there is to tell, in place of what was not told yet: a slow reader holds nobody up.
func (st *stream) put(n *tally, reason string, seen int64) {
	st.mu.Lock()
	if n != nil {
		st.counts, st.seen = n, seen
	}
	st.reason = reason
	st.mu.Unlock()
	select {
	case st.news <- struct{}{}:
	default:
	}
}

// person is whose streams are counted together.
type person struct{ tenant, account store.ID }

func (st *stream) person() person {
	return person{st.visit.Session.TenantID, st.visit.Session.AccountID}
}

// watch looks after the streams of an instance, for as long as there are any.
type watch struct {
	look   func(ctx context.Context, st *stream, recount bool) (*tally, string, error)
	logEnd func(ctx context.Context, tenant store.ID) (int64, error)
	log    *slog.Logger

	stopped chan struct{} // closed when the instance stops
	stop    func()
	work    sync.WaitGroup

	mu      sync.Mutex
	streams map[*stream]struct{}
	people  map[person]int
	running bool
}

func newWatch() *watch {
	wa := &watch{stopped: make(chan struct{}), streams: map[*stream]struct{}{}, people: map[person]int{}}
	wa.stop = sync.OnceFunc(func() {
		wa.mu.Lock() // nobody is taken any more once it is closed
		defer wa.mu.Unlock()
		close(wa.stopped)
	})
	return wa
}

// add has st looked after, which has its first counts then; too many streams are refused.
func (wa *watch) add(ctx context.Context, st *stream) error {
	if err := wa.take(st); err != nil {
		return err
	}
	end, err := wa.logEnd(ctx, st.visit.Session.TenantID)
	if err == nil {
		err = wa.lookAt(ctx, st, end)
	}
	if err != nil {
		wa.remove(st)
	}
	return err
}

func (wa *watch) take(st *stream) error {
	wa.mu.Lock()
	defer wa.mu.Unlock()
	select {
	case <-wa.stopped:
		return store.Fail(store.Unavailable, "", "the instance stops")
	default:
	}
	switch p := st.person(); {
	case len(wa.streams) >= maxStreams:
		return tooMany("this instance")
	case wa.people[p] >= maxOfPerson:
		return tooMany("account " + string(p.account))
	}
	wa.streams[st] = struct{}{}
	wa.people[st.person()]++
	if !wa.running {
		wa.running = true
		wa.work.Go(wa.run)
	}
	return nil
}

// remove has st looked after no more.
func (wa *watch) remove(st *stream) {
	wa.mu.Lock()
	defer wa.mu.Unlock()
	if _, there := wa.streams[st]; !there {
		return
	}
	delete(wa.streams, st)
	p := st.person()
	if wa.people[p]--; wa.people[p] == 0 {
		delete(wa.people, p)
	}
}

// run looks after all streams again and again, until there are none.
func (wa *watch) run() {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-wa.stopped:
			return
		}
		streams := wa.all()
		if streams == nil {
			return
		}
		wa.round(streams)
	}
}

// all returns the streams there are; nil when there are none, and then nobody looks any more.
func (wa *watch) all() []*stream {
	wa.mu.Lock()
	defer wa.mu.Unlock()
	wa.running = len(wa.streams) > 0
	return slices.Collect(maps.Keys(wa.streams))
}

// round looks once: at each firm's log, and at every stream.
func (wa *watch) round(streams []*stream) {
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	ends := map[store.ID]int64{}
	for _, st := range streams {
		firm := st.visit.Session.TenantID
		if _, known := ends[firm]; known {
			continue
		}
		end, err := wa.logEnd(ctx, firm)
		if err != nil {
			wa.log.Warn("look for news of a firm", "tenant", firm, "error", err)
			end = -1
		}
		ends[firm] = end
	}
	wa.lookAtAll(ctx, streams, ends)
}

// lookAtAll looks after streams, which are in no order: whoever is not counted anew this time is as likely to be the next.
func (wa *watch) lookAtAll(ctx context.Context, streams []*stream, ends map[store.ID]int64) {
	type look struct {
		st  *stream
		end int64
	}
	work, failed := make(chan look), make(chan error, len(streams))
	var all sync.WaitGroup
	for range min(lookers, len(streams)) {
		all.Go(func() {
			for one := range work {
				if err := wa.lookAt(ctx, one.st, one.end); err != nil {
					failed <- err
				}
			}
		})
	}
	left := recounts
	for _, st := range streams {
		end := ends[st.visit.Session.TenantID]
		switch news := end >= 0 && end != st.counted(); {
		case news && left == 0:
			end = -1
		case news:
			left--
		}
		work <- look{st, end}
	}
	close(work)
	all.Wait()
	if n := len(failed); n > 0 {
		wa.log.Warn("look after streams", "failed", n, "of", len(streams), "error", <-failed)
	}
}

// lookAt looks after one stream, of whose firm the log ends at end; below zero that is not known.
func (wa *watch) lookAt(ctx context.Context, st *stream, end int64) error {
	n, reason, err := wa.look(ctx, st, end >= 0 && end != st.counted())
	if err == nil && (n != nil || reason != "") {
		st.put(n, reason, end)
	}
	return err
}
