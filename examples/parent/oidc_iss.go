package parent

import (
	"net/http"
	"strings"
)

// withIss adds iss to the error responses that the library sends to a client's redirect URI (RFC 9207, section 2).
func (p *Parent) withIss(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&issWriter{w, p.Issuer()}, r)
	})
}

type issWriter struct {
	http.ResponseWriter
	issuer string
}

func (w *issWriter) WriteHeader(status int) {
	to := w.Header().Get("Location")
	if to != "" && !strings.HasPrefix(to, w.issuer+"/") {
		w.Header().Set("Location", withQuery(to, "iss", w.issuer))
	}
	w.ResponseWriter.WriteHeader(status)
}
