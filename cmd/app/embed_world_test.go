package app

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/sso/dpop"
	"cloudpocket/sso/embed"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

// partnerOrigin is that of the pages in which embeds of tests are.
const partnerOrigin = "https://hr.example"

// shown is an embed: its session, its token, and the key of that.
type shown struct {
	*ssotest.Prover
	store.Session
	token string
	base  string
	now   func() time.Time
}

// embedded begins an embed of s in a page of the partner's, by a client of the firm.
func (a *App) embedded(t *testing.T, client store.ID, s store.Session) *shown {
	t.Helper()
	var b [32]byte
	rand.Read(b[:])
	e := &shown{ssotest.NewProver(t), s, "cpe_" + base64.RawURLEncoding.EncodeToString(b[:]), a.config.BaseURL, a.now}
	now := a.now().UTC().Truncate(time.Microsecond)
	e.Key, e.ID, e.Began, e.Seen, e.Idle = store.KeyOf(e.token), store.NewID(now), now, now, embed.Life
	if e.Ends.IsZero() {
		e.Ends = now.Add(embed.Life)
	}
	e.Embed.ClientID, e.Embed.Thumbprint = client, e.Thumbprint()
	if e.Embed.Origin == "" {
		e.Embed.Origin = partnerOrigin
	}
	noError(t, a.Stores.Sessions.Begin(t.Context(), e.Session))
	return e
}

// framer registers a client of the firm that may embed.
func framer(t *testing.T, s portal.Setup, tenant store.ID) store.ID {
	t.Helper()
	c, err := s.AddClient(t.Context(), tenant, portal.ClientDraft{Name: "人事", KeysURL: "https://hr.example/jwks", Scopes: store.ScopeEmbed,
		Offices: store.OfficeScope{All: true}, Origins: []string{partnerOrigin}})
	noError(t, err)
	return c.ID
}

// prove has r come with the embed's token and a proof for it.
func (e *shown) prove(t *testing.T, r *http.Request) {
	t.Helper()
	r.Header.Set("Authorization", "DPoP "+e.token)
	r.Header.Set(dpop.Header, e.Proof(t, r.Method, e.base+r.URL.Path, e.token, e.now()))
}
