package route

import (
	"net/http"
	"net/url"

	"github.com/gorilla/mux"
)

// Named is Plain for an endpoint whose variables are IDs that others made up: one may hold a slash, or be "..", where it is sent
// percent-encoded (RFC 3986 2.2).
func (rt *Router) Named(method, pattern string, h Handler) {
	rt.Plain(method, pattern, h)
	rt.named.Handle(pattern, rt.plain(h)).Methods(method)
}

// findNamed answers a request whose path is encoded in another way than it would be by itself, if it is for a route of Named.
func (rt *Router) findNamed(w http.ResponseWriter, r *http.Request) bool {
	var match mux.RouteMatch
	if r.URL.RawPath == "" || !rt.named.Match(r, &match) || match.MatchErr != nil {
		return false
	}
	vars := make(map[string]string, len(match.Vars))
	for name, v := range match.Vars {
		plain, err := url.PathUnescape(v)
		if err != nil {
			return false
		}
		vars[name] = plain
	}
	match.Handler.ServeHTTP(w, mux.SetURLVars(r, vars))
	return true
}
