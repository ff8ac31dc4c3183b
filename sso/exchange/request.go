package exchange

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"time"
)

// request is a request for a token (RFC 6749 4.4.2, RFC 8693 2.1) with its client's assertion (RFC 7521 4.2).
type request struct {
	grant     string
	scope     string
	scoped    bool // scope was sent
	client    string
	assertion string
	kind      string // client_assertion_type
	subject   subject
}

const (
	clientCredentials = "client_credentials"
	assertionType     = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

	maxRequest  = 640 << 10 // bytes: of the largest assertion or ID token that is taken, in a form
	requestTime = 20 * time.Second
)

// readRequest reads the form that r brings. What is in the URL is refused, where it would be logged by whoever is between, and so
// is what is sent twice (RFC 6749 3.2).
func readRequest(w http.ResponseWriter, r *http.Request, now time.Time) (q request, err error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return q, invalidRequest("the body is no form")
	}
	if r.URL.RawQuery != "" {
		return q, invalidRequest("there are parameters in the URL")
	}
	if err := http.NewResponseController(w).SetReadDeadline(now.Add(requestTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return q, fmt.Errorf("bound the reading of a request: %w", err)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	if err := r.ParseForm(); err != nil {
		return q, invalidRequest("the form cannot be read")
	}
	return requestOf(r.PostForm)
}

// requestOf is what a form asks. An empty parameter is one that was not sent (RFC 6749 3.2); a credential of another kind beside
// the assertion is one too many (RFC 6749 2.3).
func requestOf(form map[string][]string) (q request, err error) {
	one := map[string]string{}
	for name, values := range form {
		if len(values) > 1 {
			return q, invalidRequest("a parameter is repeated")
		}
		one[name] = values[0]
	}
	if one["client_secret"] != "" {
		return q, invalidRequest("a secret came with the request")
	}
	q = request{grant: one["grant_type"], scope: one["scope"], scoped: one["scope"] != "", client: one["client_id"], assertion: one["client_assertion"], kind: one["client_assertion_type"]}
	switch q.grant {
	case "":
		return q, invalidRequest("there is no grant_type")
	case clientCredentials:
		return q, nil
	case tokenExchange:
		q.subject = subjectOf(one)
		return q, nil
	}
	return q, &problem{status: http.StatusBadRequest, code: "unsupported_grant_type", err: errors.New("the grant_type is neither client_credentials nor token-exchange")}
}
