package route

import (
	"log/slog"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/gorilla/mux"
)

// Handler answers a request, or says by its error why it does not. It returns an error only before it has written.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Config is what a Router needs.
type Config struct {
	Errors ErrorPage // writes error pages for people
	// Sentence says in words what machines are told; nil: they get the key alone.
	Sentence func(ErrorView) string
	Log      *slog.Logger
	Now      func() time.Time
	Proxies  []netip.Prefix // whose X-Forwarded-For is believed
	Secure   bool           // served over https: HSTS is sent
	// Origin is that of the service, such as https://pocket.example.jp; "": frames are refused what names any.
	Origin string
}

// Router mounts handlers by kind. It is an http.Handler.
type Router struct {
	Config
	mux    *mux.Router
	named  *mux.Router // the routes of Named, by the path as it was sent
	origin *http.CrossOriginProtection
	front  http.Handler
	always http.Header            // that every answer carries
	fixed  map[place]http.Handler // the routes without variables, which need no search

	secrets []*regexp.Regexp // paths that end in a secret; the first group is what comes before it
}

// place is where a route without variables is.
type place struct{ method, path string }

// New returns a Router without routes.
func New(c Config) *Router {
	rt := &Router{Config: c, mux: mux.NewRouter(), named: mux.NewRouter().UseEncodedPath(), origin: http.NewCrossOriginProtection(), always: always(c.Secure), fixed: map[place]http.Handler{}}
	rt.mux.NotFoundHandler = rt.browser(notFound)
	rt.mux.MethodNotAllowedHandler = rt.browser(notFound)
	rt.front = rt.identify(http.HandlerFunc(rt.find))
	return rt
}

func (rt *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) { rt.front.ServeHTTP(w, r) }

// find hands a request to its route: the one at its very path, or else the first whose pattern it matches.
func (rt *Router) find(w http.ResponseWriter, r *http.Request) {
	if h, ok := rt.fixed[place{r.Method, r.URL.Path}]; ok {
		h.ServeHTTP(w, r)
		return
	}
	if rt.findNamed(w, r) {
		return
	}
	rt.mux.ServeHTTP(w, r)
}

// Browser mounts a page. A GET route also answers HEAD.
func (rt *Router) Browser(method, pattern string, h Handler) {
	rt.mount(method, pattern, rt.browser(h))
}

// Message mounts an endpoint that identity providers send messages to.
func (rt *Router) Message(method, pattern string, h Handler) {
	rt.mount(method, pattern, rt.message(h))
}

// Plain mounts an endpoint for machines.
func (rt *Router) Plain(method, pattern string, h Handler) {
	rt.mount(method, pattern, rt.plain(h))
}

// Shared mounts what pages of other origins may load, which is the same for everybody: the frame around an embed, and the
// script that makes it. Until h says for whom, nobody may frame or embed it.
func (rt *Router) Shared(method, pattern string, h Handler) {
	rt.mount(method, pattern, rt.shared(h))
}

// Assets mounts immutable public files below a prefix. How long they are kept is for h to say.
func (rt *Router) Assets(prefix string, h http.Handler) {
	with := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rt.headers(w, machinePolicy)
		h.ServeHTTP(w, r)
	})
	rt.mux.PathPrefix(prefix).Methods(http.MethodGet, http.MethodHead).Handler(rt.guard(rt.refuse, with))
}

// Walk calls fn for every route: its method and pattern.
func (rt *Router) Walk(fn func(method, pattern string)) error {
	return rt.mux.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		pattern, err := route.GetPathTemplate()
		if err != nil {
			return err
		}
		methods, err := route.GetMethods()
		if err != nil {
			return err
		}
		for _, m := range methods {
			fn(m, pattern)
		}
		return nil
	})
}

// mount adds a route. What its pattern calls {secret} is never in the log.
func (rt *Router) mount(method, pattern string, h http.Handler) {
	methods := []string{method}
	if method == http.MethodGet {
		methods = append(methods, http.MethodHead)
	}
	rt.mux.Handle(pattern, h).Methods(methods...)
	rt.conceal(pattern)
	if strings.Contains(pattern, "{") {
		return
	}
	for _, m := range methods {
		rt.fixed[place{m, pattern}] = h
	}
}

// Var returns a variable of the route's pattern, "" when there is none.
func Var(r *http.Request, name string) string { return mux.Vars(r)[name] }
