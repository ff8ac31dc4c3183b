package operator

import (
	"context"
	"errors"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// closed is the answer to whoever comes while the console is not open to them. Whether it is open to others is not said.
func closed() error {
	return store.Fail(store.NotFound, "", "the console is not open to this address")
}

// admits returns an error of kind NotFound unless the console is open to the visit's address.
func admits(ctx context.Context, tx store.Tx, now time.Time, v portal.Visit) error {
	w, err := tx.Operators().Window(ctx)
	if err != nil {
		return err
	}
	if !w.Open(now) || !w.Contains(addressOf(v)) {
		return closed()
	}
	return nil
}

// Window returns for how long and to whom the console is open. When its time is over that is recorded, once, by whichever
// instance asks first, and every session ends.
func Window(ctx context.Context, p *portal.Portal) (w store.Window, err error) {
	err = p.Records.View(ctx, store.Deployment, func(tx store.Tx) error {
		w, err = tx.Operators().Window(ctx)
		return err
	})
	if err != nil || w.Closed || w.Until.IsZero() || w.Open(p.Now()) {
		return w, err
	}
	err = p.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
		if w, err = tx.Operators().Window(ctx); err != nil || w.Closed || w.Open(p.Now()) {
			return err
		}
		w, err = shut(ctx, tx, w, store.AuditEvent{At: p.Now(), Name: w.By}, "time")
		return err
	})
	return w, err
}

// shut closes the window and ends every session; e says who did, by says how.
func shut(ctx context.Context, tx store.Tx, w store.Window, e store.AuditEvent, by string) (store.Window, error) {
	w.Closed = true
	if e.At.Before(w.Until) {
		w.Until = e.At
	}
	n, err := tx.Operators().EndAll(ctx, "")
	if err = errors.Join(err, tx.Operators().SaveWindow(ctx, w)); err != nil {
		return w, err
	}
	e.Deed, e.Outcome = store.DeedOperatorClose, store.Allowed
	e.Detail = map[string]string{"by": by, "sessions": number(n)}
	return w, tx.Audit().Append(ctx, e)
}
