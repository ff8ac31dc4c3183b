package route

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"

	"cloudpocket/store"
)

type contextKey int

const (
	requestIDKey contextKey = iota
	addressKey
	langKey
)

// RequestID returns the ID of the request that ctx belongs to.
func RequestID(ctx context.Context) string { s, _ := ctx.Value(requestIDKey).(string); return s }

// Address returns the network address the request came from: the peer's, or the one that a trusted proxy reported.
func Address(ctx context.Context) string { s, _ := ctx.Value(addressKey).(string); return s }

// identify gives the request its ID and address, and writes its line in the log when it is done.
func (rt *Router) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := rt.Now()
		id := string(store.NewID(begun))
		ctx := context.WithValue(r.Context(), requestIDKey, id)
		ctx = context.WithValue(ctx, addressKey, rt.address(r))
		w.Header().Set("X-Request-Id", id)
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r.WithContext(ctx))
		rt.Log.LogAttrs(ctx, slog.LevelInfo, "request", slog.String("request_id", id), slog.String("method", r.Method),
			slog.String("path", r.URL.Path), slog.Int("status", rec.status), slog.Int64("bytes", rec.bytes),
			slog.Duration("took", rt.Now().Sub(begun)), slog.String("address", Address(ctx)))
	})
}

// guard turns a panic into an error page, and lets the server's own abort through.
func (rt *Router) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler {
				panic(cause)
			}
			rt.Log.Error("panic", "request_id", RequestID(r.Context()), "cause", cause, "stack", string(debug.Stack()))
			if rec, ok := w.(*recorder); ok && rec.wrote {
				panic(http.ErrAbortHandler)
			}
			rt.refuse(w, r, store.Fail(store.Internal, "", "panic: %v", cause))
		}()
		next.ServeHTTP(w, r)
	})
}

// address walks X-Forwarded-For from the end for as long as the hop before is a trusted proxy.
func (rt *Router) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && rt.trusts(host); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		host = hop.Unmap().String()
	}
	return host
}

func (rt *Router) trusts(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && slices.ContainsFunc(rt.Proxies, func(p netip.Prefix) bool { return p.Contains(addr.Unmap()) })
}
