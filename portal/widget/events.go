package widget

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"cloudpocket/portal/door"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

const (
	heartbeat = 15 * time.Second
	writeTime = 10 * time.Second // a reader who takes longer for one event is dropped
)

// tally is what an "unread" event says.
type tally struct {
	Unread  int `json:"unread"`
	Pending int `json:"pending"`
}

// ending is what an "ended" event says.
type ending struct {
	Reason string `json:"reason"`
}

// The reasons for which a stream's session has ended.
const (
	reasonExpired = "expired" // its time was over
	reasonEnded   = "ended"   // somebody ended it
	reasonRefused = "refused" // whom or what it stands for was switched off
)

// events tells an embed how much is unread, at once and whenever that changes, and when its session has ended
// (server-sent events, HTML 9.2). It ends without a word when the instance stops: another one goes on.
func (wi *Widget) events(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if r.Method == http.MethodHead {
		return nil
	}
	st := newStream(v)
	if err := wi.watch.add(r.Context(), st); err != nil {
		return err
	}
	defer wi.watch.remove(st)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // nginx would keep events back
	w.WriteHeader(http.StatusOK)
	// There is nobody left to tell when writing fails: the reader has gone, or is too slow.
	_ = wi.tell(r.Context(), w, st)
	return nil
}

// tell writes events until the session or the instance ends, or the reader goes.
func (wi *Widget) tell(ctx context.Context, w http.ResponseWriter, st *stream) error {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for said := (*tally)(nil); ; {
		now, reason := st.latest()
		if now != nil && (said == nil || *said != *now) {
			if err := event(w, "unread", now); err != nil {
				return err
			}
			said = now
		}
		if reason != "" {
			return event(w, "ended", ending{reason})
		}
		select {
		case <-st.news:
		case <-beat.C:
			if err := send(w, ":\n\n"); err != nil {
				return err
			}
		case <-wi.watch.stopped:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// event writes one event.
func event(w http.ResponseWriter, name string, data any) error {
	b, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("write event %s: %w", name, err)
	}
	return send(w, "event: "+name+"\ndata: "+string(b)+"\n\n")
}

// send has text reach the reader now, or fails.
func send(w http.ResponseWriter, text string) error {
	c := http.NewResponseController(w)
	// The connection's own clock runs, whatever the service's says.
	if err := c.SetWriteDeadline(time.Now().Add(writeTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("bound a write: %w", err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	return c.Flush()
}

// look returns what st is to be told: how much is unread where recount, or why its session has ended. An error of kind
// Unavailable says nothing about either.
func (wi *Widget) look(ctx context.Context, st *stream, recount bool) (n *tally, reason string, err error) {
	s, err := wi.Kept.Find(ctx, st.visit.Session.Key)
	switch {
	case errors.Is(err, store.ErrNotFound) && wi.Now().Add(lookEvery).After(st.visit.Session.Ends): // the store's clock is another
		return nil, reasonExpired, nil
	case errors.Is(err, store.ErrNotFound), err == nil && s.ID != st.visit.Session.ID:
		return nil, reasonEnded, nil
	case err != nil || !recount:
		return nil, "", err
	}
	err = wi.Portal.Stands(ctx, s, st.visit.Actor.Visit)
	if errors.Is(err, store.ErrDenied) || errors.Is(err, store.ErrNotFound) {
		return nil, reasonRefused, nil
	}
	if err != nil {
		return nil, "", err
	}
	count, err := wi.Portal.Unread(ctx, st.visit.Actor)
	if errors.Is(err, store.ErrDenied) { // nothing is delivered to such an account
		err = nil
	}
	return &tally{count.Unread, count.Pending}, "", err
}

// tooMany refuses a stream over the bounds.
func tooMany(whose string) error {
	return &route.Answered{Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": "30"},
		Err: store.Fail(store.Unavailable, "error.embed_streams", "there are too many streams of %s", whose)}
}
