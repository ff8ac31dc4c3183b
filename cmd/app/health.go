package app

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// health answers whether the service runs (/healthz) and whether it can work (/readyz).
type health struct {
	parts    map[string]func(context.Context) error
	draining atomic.Bool
	log      func(part string, err error)
}

// pingTime bounds each dependency's answer.
const pingTime = 2 * time.Second

func (h *health) alive(w http.ResponseWriter, _ *http.Request) error {
	return answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

// ready asks every dependency, all at once so that one which hangs is not held against the others. What is wrong with
// one is in the log: this page is public.
func (h *health) ready(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), pingTime)
	defer cancel()
	parts, status := h.ask(ctx), http.StatusOK
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

// ask returns what every dependency says, and "ok" for the whole.
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
