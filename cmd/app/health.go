package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// health answers whether the service runs (/healthz) and whether it can work (/readyz).
type health struct {
	parts    map[string]func(context.Context) error
	beside   map[string]func(context.Context) error // what is told of, and makes nothing unready; errOff: it is not wanted
	draining atomic.Bool
	now      func() time.Time
	log      func(part string, err error)

	mu    sync.Mutex // never held while a part is asked
	asked map[string]*asking
}

// asking is one question to a part. There is never more than one under way for each, however many wait for it.
type asking struct {
	done  chan struct{} // closed when it is answered; said and ended are set then
	hangs chan struct{} // closed when it should have been
	said  error
	ended time.Time
}

const (
	pingTime  = 2 * time.Second       // bounds each dependency's answer
	hangTime  = pingTime + pingTime/4 // when one that does not heed that is given up, after those that do have said why
	readyLife = time.Second           // how long an answer holds: /readyz is public, and asking writes to every store
)

// errHangs says of a part that it was asked and has not answered, not even when it was told to give up.
var errHangs = errors.New("no answer for " + hangTime.String() + ", nor does it give up")

func (h *health) alive(w http.ResponseWriter, _ *http.Request) error {
	return answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

// ready tells what the dependencies said within readyLife. What is wrong with one is in the log: this page is public.
func (h *health) ready(w http.ResponseWriter, r *http.Request) error {
	parts, status := h.ask(r.Context()), http.StatusOK
	for name, state := range parts {
		if _, beside := h.beside[name]; !beside && state != "ok" {
			parts["status"], status = "away", http.StatusServiceUnavailable
		}
	}
	if h.draining.Load() {
		parts["status"], status = "stopping", http.StatusServiceUnavailable
	}
	return answer(w, status, parts)
}

// ask returns what each dependency says, with "ok" for the whole. All are asked at once, so that one which hangs is not
// held against the others. What has not answered when ctx ends, or within hangTime, is away.
func (h *health) ask(ctx context.Context) map[string]string {
	under := map[string]*asking{}
	for _, group := range []map[string]func(context.Context) error{h.parts, h.beside} {
		for name, ping := range group {
			under[name] = h.begin(ctx, name, ping)
		}
	}
	parts := map[string]string{"status": "ok"}
	for name, a := range under {
		parts[name] = a.await(ctx, name)
	}
	return parts
}

// begin returns what the part was asked last, which may be under way still, or asks it anew when that is too long ago or
// the clock was set back since. Whoever gives up waiting does not end the asking, which is for all; a file system call
// knows no end at all, and so it goes on in a goroutine of its own.
func (h *health) begin(ctx context.Context, name string, ping func(context.Context) error) *asking {
	h.mu.Lock()
	defer h.mu.Unlock()
	if last := h.asked[name]; last != nil && h.holds(last) {
		return last
	}
	if h.asked == nil {
		h.asked = map[string]*asking{}
	}
	a := &asking{done: make(chan struct{}), hangs: make(chan struct{})}
	h.asked[name] = a
	go h.question(context.WithoutCancel(ctx), name, ping, a)
	return a
}

// holds reports whether what was asked is still to be waited for, or was answered within readyLife. The time counts from
// the end of asking: otherwise those who waited for a dependency that hangs would ask again one after the other.
func (h *health) holds(a *asking) bool {
	select {
	case <-a.done:
		age := h.now().Sub(a.ended)
		return age >= 0 && age < readyLife
	default:
		return true
	}
}

// question asks one part, and sets what a says when it has answered. That it hangs is logged when that is noticed: it
// may never answer.
func (h *health) question(ctx context.Context, name string, ping func(context.Context) error, a *asking) {
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	late := time.AfterFunc(hangTime, func() {
		close(a.hangs)
		h.log(name, errHangs)
	})
	err := ping(ctx)
	late.Stop()
	if err != nil && !errors.Is(err, errOff) {
		h.log(name, err)
	}
	a.said, a.ended = err, h.now()
	close(a.done)
}

// await returns what a part says once it has answered, and "away" when ctx ends before or it hangs.
func (a *asking) await(ctx context.Context, name string) string {
	select {
	case <-a.done:
	case <-a.hangs:
	case <-ctx.Done():
	}
	select {
	case <-a.done:
		if a.said == nil {
			return "ok"
		}
		if errors.Is(a.said, errOff) {
			return "off"
		}
	default:
	}
	return "away" + waits(name)
}

// waits says what waits while a part is away.
func waits(part string) string {
	switch part {
	case "scanner":
		return ": new deliveries wait for it"
	case "mail":
		return ": mails wait for it"
	}
	return ""
}

// seldomLife is how long the answer of what should not be asked often holds: a mail server counts connections.
const seldomLife = 30 * time.Second

// seldom returns ping, asked once in seldomLife.
func seldom(ping func(context.Context) error, now func() time.Time) func(context.Context) error {
	var mu sync.Mutex
	var last error
	var asked time.Time
	return func(ctx context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		if age := now().Sub(asked); age < 0 || age >= seldomLife {
			last, asked = ping(ctx), now()
		}
		return last
	}
}

func answer(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(body)
}
