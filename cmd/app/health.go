package app

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
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

	mu    sync.Mutex // held while the dependencies are asked, so that they are asked once however many wait
	last  map[string]string
	asked time.Time
}

const (
	pingTime  = 2 * time.Second // bounds each dependency's answer
	readyLife = time.Second     // how long an answer holds: /readyz is public, and asking writes to every store
)

func (h *health) alive(w http.ResponseWriter, _ *http.Request) error {
	return answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

// ready tells what the dependencies said within readyLife. What is wrong with one is in the log: this page is public.
func (h *health) ready(w http.ResponseWriter, r *http.Request) error {
	parts, status := h.recent(r.Context()), http.StatusOK
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

// recent returns what ask returned, the caller's to change. The time counts from the end of asking: otherwise those who
// waited for a dependency that hangs would ask again one after the other. Whoever gives up waiting does not end the
// asking, which is for all.
func (h *health) recent(ctx context.Context) map[string]string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if age := h.now().Sub(h.asked); h.last == nil || age < 0 || age >= readyLife {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pingTime)
		defer cancel()
		h.last = h.ask(ctx)
		h.asked = h.now()
	}
	return maps.Clone(h.last)
}

// ask asks every dependency, all at once so that one which hangs is not held against the others, and returns what each
// says, with "ok" for the whole.
func (h *health) ask(ctx context.Context) map[string]string {
	var (
		all   sync.WaitGroup
		mu    sync.Mutex
		parts = map[string]string{"status": "ok"}
	)
	ask := func(name string, ping func(context.Context) error) {
		state := "ok"
		switch err := ping(ctx); {
		case errors.Is(err, errOff):
			state = "off"
		case err != nil:
			h.log(name, err)
			state = "away" + waits(name)
		}
		mu.Lock()
		defer mu.Unlock()
		parts[name] = state
	}
	for _, group := range []map[string]func(context.Context) error{h.parts, h.beside} {
		for name, ping := range group {
			all.Go(func() { ask(name, ping) })
		}
	}
	all.Wait()
	return parts
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
