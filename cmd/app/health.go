package app

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// health answers whether the service runs (/healthz) and whether it can work (/readyz).
type health struct {
	parts    map[string]func(context.Context) error
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
	for _, state := range parts {
		if state != "ok" {
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
	for name, ping := range h.parts {
		all.Go(func() {
			state := "ok"
			if err := ping(ctx); err != nil {
				h.log(name, err)
				state = "away"
			}
			mu.Lock()
			defer mu.Unlock()
			parts[name] = state
		})
	}
	all.Wait()
	return parts
}

func answer(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(body)
}
