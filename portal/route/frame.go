package route

import (
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/gorilla/mux"

	"cloudpocket/store"
)

// FramePrefix is where pages are for frames of ours in the pages of partners. Behind it stands their address in the portal.
const FramePrefix = "/embed/at"

// Landed is the header of an answer to a frame's script that leads to a local address, as Location leads a browser.
const Landed = "Embed-Location"

// Frame mounts what the script of our own frame in a partner's page asks for. A request that names another origin is
// refused, the language is the one that the script asks for, a redirect is told to the script instead of followed by the browser,
// and errors are fragments of a page, or problem documents (RFC 9457) where those are asked for. No cookie is looked at here.
func (rt *Router) Frame(method, pattern string, h Handler) {
	rt.mount(method, pattern, rt.frame(h))
}

func (rt *Router) frame(h Handler) http.Handler {
	return rt.guard(rt.refuseFrame, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rt.headers(w, machinePolicy)
		arrivalOf(r.Context()).lang = accepted(r.Header.Get("Accept-Language"))
		err := rt.ours(r)
		if err == nil {
			err = h(&landing{ResponseWriter: w}, r)
		}
		if err != nil {
			rt.refuseFrame(w, r, err)
		}
	}))
}

// ours refuses a request that another origin's page made. Browsers say so by Sec-Fetch-Site (Fetch Metadata), and by Origin
// where something is written.
func (rt *Router) ours(r *http.Request) error {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return store.Fail(store.Denied, "error.cross_origin", "a frame's request is %.20q", site)
	}
	if origin := r.Header.Values("Origin"); len(origin) > 1 || len(origin) == 1 && origin[0] != rt.Origin {
		return store.Fail(store.Denied, "error.cross_origin", "a frame's request is of origin %.100q", origin)
	}
	return nil
}

// refuseFrame answers the script in the form that it asks for.
func (rt *Router) refuseFrame(w http.ResponseWriter, r *http.Request, err error) {
	accept := r.Header.Get("Accept")
	if strings.HasPrefix(accept, "application/json") || strings.HasPrefix(accept, "application/problem+json") {
		rt.problem(w, r, err)
		return
	}
	rt.refuseBy(w, r, err, func(v ErrorView) {
		v.Embedded = true
		rt.Errors.Error(w, inPortal(r), v)
	})
}

// inPortal returns r as if it were for the same page of the portal.
func inPortal(r *http.Request) *http.Request {
	local, found := strings.CutPrefix(r.URL.Path, FramePrefix)
	if !found {
		return r
	}
	same, at := *r, *r.URL
	at.Path, at.RawPath = local, ""
	same.URL = &at
	return &same
}

// Framed has h answer a frame's request as if it were for the same page of the portal: what a page says of where it is, is of
// use there.
func Framed(h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error { return h(w, inPortal(r)) }
}

// Leads reports whether a GET of that path of the portal leads to a page that frames are shown.
func (rt *Router) Leads(local string) bool {
	at := FramePrefix + local
	if path.Clean(at) != strings.TrimSuffix(at, "/") {
		return false
	}
	var found mux.RouteMatch
	r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: at}}
	if !rt.mux.Match(r, &found) || found.MatchErr != nil || found.Route == nil {
		return false
	}
	pattern, err := found.Route.GetPathTemplate()
	return err == nil && strings.HasPrefix(pattern, FramePrefix+"/")
}

// Again hands a request to the route that its path has now, as the same request: it keeps its ID, its line in the log and
// its guard.
func (rt *Router) Again(w http.ResponseWriter, r *http.Request) { rt.find(w, r) }

// landing turns a redirect into an answer that a script can read: a browser would follow it by itself, without the token.
type landing struct {
	http.ResponseWriter
	landed bool // nothing follows
	begun  bool
}

func (w *landing) WriteHeader(status int) {
	h := w.Header()
	if !w.begun && status >= 300 && status < 400 && status != http.StatusNotModified {
		w.landed = true
		if at := h.Get("Location"); local(at) {
			h.Set(Landed, at)
		}
		for _, name := range []string{"Location", "Content-Type", "Content-Length"} {
			h.Del(name)
		}
		status = http.StatusNoContent
	}
	w.begun = w.begun || status >= 200
	w.ResponseWriter.WriteHeader(status)
}

func (w *landing) Write(p []byte) (int, error) {
	w.begun = true
	if w.landed {
		return len(p), nil
	}
	return w.ResponseWriter.Write(p)
}

// ReadFrom keeps files going out by sendfile.
func (w *landing) ReadFrom(src io.Reader) (int64, error) {
	w.begun = true
	if w.landed {
		return io.Copy(io.Discard, src)
	}
	return io.Copy(w.ResponseWriter, src)
}

// Unwrap lets http.ResponseController reach the writer below.
func (w *landing) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// local reports whether a Location leads to a path of ours.
func local(at string) bool {
	return strings.HasPrefix(at, "/") && !strings.HasPrefix(at, "//") && !strings.HasPrefix(at, `/\`)
}
