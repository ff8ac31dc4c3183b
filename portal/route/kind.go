package route

import (
	"fmt"
	"maps"
	"net/http"

	"cloudpocket/store"
)

// policy is what pages of ours may load: only ourselves. form-action is left to the few pages that post elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; frame-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// machinePolicy is for what is no page.
const machinePolicy = "default-src 'none'; frame-ancestors 'none'"

func (rt *Router) browser(h Handler) http.Handler {
	return rt.guard(rt.refuse, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rt.headers(w, policy)
		if err := rt.origin.Check(r); err != nil {
			rt.refuse(w, r, store.Fail(store.Denied, "error.cross_origin", "cross-origin write: %w", err))
			return
		}
		rt.language(w, r)
		if err := h(w, r); err != nil {
			rt.refuse(w, r, err)
		}
	}))
}

func (rt *Router) message(h Handler) http.Handler {
	return rt.guard(rt.refuse, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rt.headers(w, policy)
		rt.language(w, r)
		if err := h(w, r); err != nil {
			rt.refuse(w, r, err)
		}
	}))
}

// shared is for what pages of other origins may load. It is the same for everybody: no cookie is looked at, and none is set.
func (rt *Router) shared(h Handler) http.Handler {
	return rt.guard(rt.refuse, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rt.headers(w, policy)
		lang := r.URL.Query().Get("lang")
		if !known(lang) {
			lang = accepted(r.Header.Get("Accept-Language"))
		}
		arrivalOf(r.Context()).lang = lang
		if err := h(w, r); err != nil {
			rt.refuse(w, r, err)
		}
	}))
}

func (rt *Router) plain(h Handler) http.Handler {
	return rt.guard(rt.problem, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rt.headers(w, machinePolicy)
		if err := h(w, r); err != nil {
			rt.problem(w, r, err)
		}
	}))
}

// headers sets what every answer carries, from lists that all answers share: they are replaced, never changed.
func (rt *Router) headers(w http.ResponseWriter, csp string) {
	h := w.Header()
	h.Set("Content-Security-Policy", csp)
	maps.Copy(h, rt.always)
}

func always(secure bool) http.Header {
	h := http.Header{}
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=63072000")
	}
	return h
}

func notFound(http.ResponseWriter, *http.Request) error {
	return fmt.Errorf("no such route: %w", store.ErrNotFound)
}
