package route

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"

	"cloudpocket/store"
)

// arrival is what is known of a request from when it came in; its context holds one.
type arrival struct{ id, address, lang string }

type arrivalKey struct{}

// arrivalOf returns an empty one for a request that did not come in through a Router.
func arrivalOf(ctx context.Context) *arrival {
	if a, ok := ctx.Value(arrivalKey{}).(*arrival); ok {
		return a
	}
	return &arrival{}
}

// RequestID returns the ID of the request that ctx belongs to.
func RequestID(ctx context.Context) string { return arrivalOf(ctx).id }

// Address returns the network address the request came from: the peer's, or the one that a trusted proxy reported.
func Address(ctx context.Context) string { return arrivalOf(ctx).address }

// identify gives the request its ID and address, and writes its line in the log when it is done.
func (rt *Router) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := rt.Now()
		a := &arrival{id: string(store.NewID(begun)), address: rt.address(r)}
		ctx := context.WithValue(r.Context(), arrivalKey{}, a)
		w.Header().Set("X-Request-Id", a.id)
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		defer func() { // also of an answer that is cut off
			rt.Log.LogAttrs(ctx, slog.LevelInfo, "request", slog.String("request_id", a.id), slog.String("method", r.Method),
				slog.String("path", rt.logged(r.URL.Path)), slog.Int("status", rec.status), slog.Int64("bytes", rec.bytes),
				slog.Duration("took", rt.Now().Sub(begun)), slog.String("address", a.address))
		}()
		next.ServeHTTP(rec, r.WithContext(ctx))
	})
}

// guard hands a panic to answer as an error, and lets the server's own abort through.
func (rt *Router) guard(answer func(http.ResponseWriter, *http.Request, error), next http.Handler) http.Handler {
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
			if wrote(w) {
				panic(http.ErrAbortHandler)
			}
			answer(w, r, store.Fail(store.Internal, "", "panic: %v", cause))
		}()
		next.ServeHTTP(w, r)
	})
}

// wrote reports whether an answer has begun already.
func wrote(w http.ResponseWriter) bool {
	for {
		switch under := w.(type) {
		case *recorder:
			return under.wrote
		case interface{ Unwrap() http.ResponseWriter }:
			w = under.Unwrap()
		default:
			return false
		}
	}
}

// address walks X-Forwarded-For from the end for as long as the hop before is a trusted proxy.
func (rt *Router) address(r *http.Request) string {
	at, ok := addressOf(r.RemoteAddr)
	if !ok {
		return r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && rt.trusts(at); i-- {
		hop, ok := addressOf(strings.TrimSpace(hops[i]))
		if !ok {
			break
		}
		at = hop
	}
	return at.String()
}

// addressOf reads an address with or without a port, which some proxies add. A zone names an interface of the machine
// that wrote it, so it means nothing here.
func addressOf(s string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(s)
	if err != nil {
		var with netip.AddrPort
		with, err = netip.ParseAddrPort(s)
		addr = with.Addr()
	}
	return addr.Unmap().WithZone(""), err == nil
}

func (rt *Router) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(rt.Proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}
