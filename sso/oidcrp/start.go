package oidcrp

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// forcedAge is the max_age that accompanies prompt=login. How fresh the authentication is is judged by the attempt's
// own time; this only makes the OP tell.
const forcedAge = 5 * time.Minute

// Start implements [sso.Connector]: the authorization request (OIDC core 3.1.2.1) with a new nonce and PKCE verifier,
// both noted in a. a.Handle is the state.
func (c *connector) Start(ctx context.Context, a *sso.Attempt) (d sso.Dispatch, err error) {
	defer c.guard("start", &err)
	if a.Handle == "" {
		return sso.Dispatch{}, store.Fail(store.Internal, "", "start at trust %s: the attempt has no handle", c.trust.ID)
	}
	p, _, err := c.provider.get(ctx)
	if err != nil {
		return sso.Dispatch{}, err
	}
	if !p.speaksS256() {
		return sso.Dispatch{}, sso.Refuse(reasonPKCE, sso.KeyMessage, "the OP knows the code challenges %q, without S256", p.challenges)
	}
	a.Nonce, a.Verifier = random(), random()
	if a.At.IsZero() {
		a.At = c.Now()
	}
	cfg := oauth2.Config{ClientID: c.oidc.ClientID, Endpoint: p.oauth(oauth2.AuthStyleInParams), RedirectURL: c.urls.callback, Scopes: c.scopes()}
	return sso.Dispatch{URL: cfg.AuthCodeURL(a.Handle, c.options(a)...)}, nil
}

func (c *connector) options(a *sso.Attempt) []oauth2.AuthCodeOption {
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(a.Verifier)}
	set := func(name, value string) {
		if value != "" {
			options = append(options, oauth2.SetAuthURLParam(name, value))
		}
	}
	set("nonce", a.Nonce)
	set("acr_values", strings.Join(c.contexts(a), " "))
	set("login_hint", a.LoginHint)
	if age := c.askedAge(a); age > 0 {
		set("max_age", strconv.FormatInt(int64(age/time.Second), 10))
	}
	if a.Force {
		set("prompt", "login")
	}
	return options
}

// scopes returns the trust's scopes with openid before them.
func (c *connector) scopes() []string {
	return unique("openid", c.oidc.Scopes)
}

// contexts returns the acr_values in order of preference: what the attempt asks for beyond the usual comes first, as
// OPs take the first that they can satisfy.
func (c *connector) contexts(a *sso.Attempt) []string {
	return unique("", slices.Concat(a.Contexts, c.oidc.ACRValues))
}

func unique(first string, rest []string) (out []string) {
	for _, s := range slices.Concat([]string{first}, rest) {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// askedAge returns the max_age that is asked of the OP, which makes auth_time required: the trust's, the one that its
// MFA rule needs, and the one that goes with a forced authentication, whichever is shortest; 0 for none.
func (c *connector) askedAge(a *sso.Attempt) (age time.Duration) {
	shorten := func(d time.Duration) {
		if d > 0 && (age == 0 || d < age) {
			age = max(d, time.Second)
		}
	}
	shorten(c.oidc.MaxAge)
	if c.trust.MFA.Required {
		shorten(c.trust.MFA.MaxAge)
	}
	if a.Force {
		shorten(forcedAge)
	}
	return age
}

// random returns 256 random bits as 43 characters of base64url, the form of an RFC 7636 verifier.
func random() string {
	var b [32]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}
