package login

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

const (
	attemptCookie = "__Host-attempt"
	trustCookie   = "__Host-trust"

	// attemptLife is how long a person may take at the IdP.
	attemptLife = 15 * time.Minute
)

// secret returns 256 random bits as 43 characters of base64url.
func secret() string {
	var b [32]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func secretShaped(s string) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return err == nil && len(b) == 32
}

// browserOf returns the value that binds attempts to r's browser, and makes one if there is none.
func browserOf(w http.ResponseWriter, r *http.Request) string {
	value := boundTo(r)
	if value == "" {
		value = secret()
	}
	http.SetCookie(w, &http.Cookie{Name: attemptCookie, Value: value, Path: "/", MaxAge: int(time.Hour / time.Second), Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode})
	return value
}

// boundTo returns the value that r's browser brings, or "".
func boundTo(r *http.Request) string {
	for _, c := range r.CookiesNamed(attemptCookie) {
		if secretShaped(c.Value) {
			return c.Value
		}
	}
	return ""
}

// attemptName is where an attempt is kept: only who has both the handle and the cookie can name it.
func attemptName(handle, browser string) string { return sso.MarkName("attempt", handle, browser) }

// keep stores a for the browser until it is taken.
func (l *Login) keep(ctx context.Context, a sso.Attempt, browser string) error {
	value, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode an attempt: %w", err)
	}
	if err := l.Marks.Put(ctx, attemptName(a.Handle, browser), value, attemptLife); err != nil {
		return fmt.Errorf("keep an attempt: %w", err)
	}
	return nil
}

// take returns the browser's attempt with that handle and forgets it; nil when there is none for this trust.
func (l *Login) take(r *http.Request, trust store.ID, handle string) (*sso.Attempt, error) {
	return attemptBy(r, trust, handle, l.Marks.Take)
}

// attemptBy is take, or a look that leaves the attempt where it is, as get has it.
func attemptBy(r *http.Request, trust store.ID, handle string, get func(context.Context, string) ([]byte, error)) (*sso.Attempt, error) {
	browser := boundTo(r)
	if browser == "" || !secretShaped(handle) {
		return nil, nil
	}
	value, err := get(r.Context(), attemptName(handle, browser))
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find an attempt: %w", err)
	}
	var a sso.Attempt
	if err := json.Unmarshal(value, &a); err != nil {
		return nil, fmt.Errorf("decode an attempt: %w", err)
	}
	if a.TrustID != trust || a.Handle != handle {
		return nil, nil
	}
	return &a, nil
}
