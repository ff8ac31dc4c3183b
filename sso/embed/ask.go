package embed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"cloudpocket/store"
)

// ask is a frame's request for a token.
type ask struct {
	Client   store.ID `json:"client"`
	Origin   string   `json:"origin"` // of the page around the frame
	Code     string   `json:"code"`   // empty: it comes by cookie
	Verifier string   `json:"verifier"`
}

const (
	maxAsk    = 4 << 10 // bytes
	maxOrigin = 300     // bytes
	askTime   = 10 * time.Second

	// CookieName is the cookie in which the popup leaves its code for a frame that it cannot reach otherwise.
	CookieName = "__Host-embed"
)

// readAsk reads what r asks. A code in the URL is refused, where it would be logged by whoever is between.
func readAsk(w http.ResponseWriter, r *http.Request, now time.Time) (q ask, err error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return q, invalidRequest("the body is no JSON")
	}
	if r.URL.RawQuery != "" {
		return q, invalidRequest("there are parameters in the URL")
	}
	if err := http.NewResponseController(w).SetReadDeadline(now.Add(askTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return q, fmt.Errorf("bound the reading of a request: %w", err)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAsk))
	if err != nil {
		return q, invalidRequest("the body cannot be read, or has more than %d bytes", maxAsk)
	}
	if q, err = parseAsk(body); err != nil {
		return q, err
	}
	if c, err := r.Cookie(CookieName); q.Code == "" && err == nil {
		q.Code = c.Value
		forget(w)
	}
	return q, nil
}

// parseAsk reads the body of such a request: its members and no others.
func parseAsk(body []byte) (q ask, err error) {
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	if !utf8.Valid(body) || d.Decode(&q) != nil || d.More() {
		return ask{}, invalidRequest("the body is not one object of the members that we know")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return ask{}, invalidRequest("the body goes on after its object")
	}
	switch {
	case !q.Client.Valid():
		return ask{}, invalidRequest("client is no client's ID")
	case q.Origin == "" || len(q.Origin) > maxOrigin:
		return ask{}, invalidRequest("origin has %d bytes", len(q.Origin))
	case q.Verifier != "" && !verifierShaped(q.Verifier):
		return ask{}, invalidRequest("verifier is none")
	}
	return q, nil
}

// verifierShaped reports whether text can be a verifier (RFC 7636 4.1).
func verifierShaped(text string) bool {
	return len(text) >= 43 && len(text) <= 128 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~") == ""
}

// Leave gives the browser a code by cookie, for a frame of ours in a page of another site.
func Leave(w http.ResponseWriter, code string) {
	http.SetCookie(w, &http.Cookie{Name: CookieName, Value: code, Path: "/", MaxAge: 60, Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode})
}

// forget takes the code from the browser.
func forget(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: CookieName, Path: "/", MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode})
}
