package app

import (
	"context"
	"encoding/json"
	"net/http"
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

// ready asks every dependency. What is wrong with one is in the log: this page is public.
func (h *health) ready(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), pingTime)
	defer cancel()
	parts, status := map[string]string{"status": "ok"}, http.StatusOK
	for name, ping := range h.parts {
		parts[name] = "ok"
		if err := ping(ctx); err != nil {
			h.log(name, err)
			parts[name], parts["status"], status = "away", "away", http.StatusServiceUnavailable
		}
	}
	if h.draining.Load() {
		parts["status"], status = "stopping", http.StatusServiceUnavailable
	}
	return answer(w, status, parts)
}

func answer(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(body)
}
