package session

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"

	"cloudpocket/store"
)

// cookie is how the token travels: as __Host-session, or plainly on a loopback address without TLS.
type cookie struct {
	name   string
	secure bool
}

const (
	tokenBytes = 32
	tokenText  = (tokenBytes*8 + 5) / 6 // as base64url
	maxCookies = 4                      // of the name; a browser has one
)

// newToken returns 256 random bits as base64url.
func newToken() string {
	var b [tokenBytes]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// set gives the browser a token. It has no Max-Age: the browser forgets it when it is closed.
func (c cookie) set(w http.ResponseWriter, token string) {
	http.SetCookie(w, &http.Cookie{Name: c.name, Value: token, Path: "/", Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// clear takes the token from the browser.
func (c cookie) clear(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: c.name, Path: "/", MaxAge: -1, Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// key returns the key of the one token that r brings, and whether it brings exactly one that can be a token.
func (c cookie) key(r *http.Request) (store.SessionKey, bool) {
	found := r.CookiesNamed(c.name)
	if len(found) != 1 {
		return store.SessionKey{}, false
	}
	return keyOf(found[0])
}

// keys returns the keys of all tokens that r brings, up to maxCookies.
func (c cookie) keys(r *http.Request) (keys []store.SessionKey) {
	for _, one := range r.CookiesNamed(c.name) {
		if key, ok := keyOf(one); ok && len(keys) < maxCookies {
			keys = append(keys, key)
		}
	}
	return keys
}

func keyOf(c *http.Cookie) (store.SessionKey, bool) {
	if len(c.Value) != tokenText || c.Quoted {
		return store.SessionKey{}, false
	}
	var b [tokenBytes]byte
	if _, err := base64.RawURLEncoding.Strict().Decode(b[:], []byte(c.Value)); err != nil {
		return store.SessionKey{}, false
	}
	return store.KeyOf(c.Value), true
}
