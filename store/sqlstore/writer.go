package sqlstore

import (
	"context"
	"database/sql"
	"sync/atomic"
)

const (
	// maxBatch is how many Updates share a commit at most: the first of them waits for the last.
	maxBatch = 128
	// maxQueue is how many Updates wait without holding up the goroutines that bring more.
	maxQueue = 1024
)

// writer hands out turns on the one connection that writes, and commits for all who had one.
type writer struct {
	conn  *sql.Conn
	queue chan *turn
	quit  chan struct{} // closed when no more turns are given
	ended chan struct{} // closed when the loop has returned
}

// turn is one Update's. Its channels hold one value each, so neither side waits for the other to look.
type turn struct {
	claimed   atomic.Bool // by whoever comes first: the writer to start it, or its owner to give it up
	start     chan error
	kept      chan bool
	committed chan error
}

func startWriter(conn *sql.Conn) *writer {
	w := &writer{conn: conn, queue: make(chan *turn, maxQueue), quit: make(chan struct{}), ended: make(chan struct{})}
	go w.run()
	return w
}

// do waits for a turn, runs fn in it on the caller's goroutine, and returns when what fn did is on disk, or undone.
func (w *writer) do(ctx context.Context, fn func(*dbtx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t := &turn{start: make(chan error, 1), kept: make(chan bool, 1), committed: make(chan error, 1)}
	select {
	case w.queue <- t:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return errClosed
	}
	if err := w.await(ctx, t); err != nil {
		return err
	}
	if err := w.use(ctx, t, fn); err != nil {
		return err
	}
	return <-t.committed
}

// await returns when t may start, or will not.
func (w *writer) await(ctx context.Context, t *turn) error {
	select {
	case err := <-t.start:
		return err
	case <-ctx.Done():
		if t.claimed.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		return <-t.start
	case <-w.ended:
		select {
		case err := <-t.start:
			return err
		default:
			return errClosed
		}
	}
}

// use runs fn and says whether to keep what it did: not when it failed, panicked or left by runtime.Goexit, nor when ctx
// was cancelled meanwhile.
func (w *writer) use(ctx context.Context, t *turn, fn func(*dbtx) error) (err error) {
	on := &dbtx{runner: w.conn, whole: true}
	kept := false
	defer func() {
		on.over.Store(true)
		t.kept <- kept
	}()
	if err = fn(on); err == nil {
		err = ctx.Err()
	}
	kept = err == nil
	return err
}

func (w *writer) run() {
	defer close(w.ended)
	for {
		select {
		case t := <-w.queue:
			w.batch(t)
		case <-w.quit:
			return
		}
	}
}

// batch commits first and whatever has queued behind it by the time it is done.
func (w *writer) batch(first *turn) {
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		w.refuse(first, fault("begin", err))
		return
	}
	var kept []*turn
	t, err := first, error(nil)
	for n := 1; t != nil; n++ {
		var keep bool
		if keep, err = w.serve(t); keep {
			kept = append(kept, t)
		}
		if t = nil; err == nil && n < maxBatch {
			t = w.waiting()
		}
	}
	err = w.finish(err, len(kept))
	for _, t := range kept {
		t.committed <- err
	}
}

// serve gives t its turn within a savepoint, and reports whether it is to be committed. An error means that the
// transaction is lost, and t with it.
func (w *writer) serve(t *turn) (keep bool, err error) {
	if !t.claimed.CompareAndSwap(false, true) {
		return false, nil
	}
	if err := w.exec("SAVEPOINT turn"); err != nil {
		t.start <- fault("set a savepoint", err)
		return false, err
	}
	t.start <- nil
	if <-t.kept {
		return true, w.exec("RELEASE SAVEPOINT turn")
	}
	if err := w.exec("ROLLBACK TO SAVEPOINT turn"); err != nil {
		return false, err
	}
	return false, w.exec("RELEASE SAVEPOINT turn")
}

func (w *writer) waiting() *turn {
	select {
	case t := <-w.queue:
		return t
	default:
		return nil
	}
}

// finish ends the transaction and returns what to tell those who were kept. SQLite itself rolls back when the disk is
// full or fails, and then there is nothing left to commit.
func (w *writer) finish(lost error, kept int) error {
	if lost == nil && kept > 0 {
		if lost = w.exec("COMMIT"); lost == nil {
			return nil
		}
	}
	w.exec("ROLLBACK") // without a transaction it fails, and none is what is wanted
	return fault("commit", lost)
}

func (w *writer) refuse(t *turn, err error) {
	if t.claimed.CompareAndSwap(false, true) {
		t.start <- err
	}
}

func (w *writer) exec(statement string) error {
	_, err := w.conn.ExecContext(context.Background(), statement)
	return err
}

// stop waits for the commit under way.
func (w *writer) stop() {
	close(w.quit)
	<-w.ended
}
