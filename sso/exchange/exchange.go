package exchange

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/embed"
	"cloudpocket/sso/outbound"
	"cloudpocket/sso/trust"
	"cloudpocket/store"
)

// Config is what the endpoints need. All fields but Reach are.
type Config struct {
	BaseURL  string // where clients reach us, without a slash at the end; it names us as an issuer
	Records  store.Records
	Marks    store.Marks
	Trusts   *trust.Registry
	Admitter sso.Admitter
	Codes    Codes
	Reach    outbound.Config // how keys are fetched
	Visit    func(*http.Request) sso.Visit
	Now      func() time.Time
	Log      *slog.Logger
}

// Codes gives embed codes.
type Codes interface {
	// Give returns a new code for g, good once and for [embed.CodeLife].
	Give(ctx context.Context, g embed.Grant) (code string, err error)
}

// Route is one endpoint to mount, for machines.
type Route struct {
	Method  string
	Pattern string
	Handle  func(w http.ResponseWriter, r *http.Request) error
}

// Service holds the endpoints.
type Service struct {
	Config
	tokens   Tokens
	fetched  *fetched
	asks     *sso.Allowance // requests, by address: each costs a signature
	gives    *sso.Allowance // tokens, by client: each takes room in the store
	codes    *sso.Allowance // embed codes, by client: each is a sign-in
	refusals *sso.Allowance // recorded refusals, by client: each takes room in the audit for good
	senders  *sso.Allowance // the same, by client and address
	networks *sso.Allowance // recorded networks that clients come from, by client, for the same reason
}

// TokenPath is where tokens are given, below the base URL.
const TokenPath = "/oauth/token"

// What somebody who has proved nothing may cause, and how many tokens and codes one client may have. A partner's back end asks
// from one address for everybody who looks at its pages, of whom each needs a code every ten minutes: these are 12,000 people.
const (
	askBurst, askEvery         = 600, 50 * time.Millisecond
	giveBurst, giveEvery       = 60, 2 * time.Second
	codeBurst, codeEvery       = 600, 50 * time.Millisecond
	refusalBurst, refusalEvery = 100, 2 * time.Second
	senderBurst, senderEvery   = 30, 10 * time.Second
	networkBurst, networkEvery = 100, time.Minute
)

// New returns the endpoints.
func New(c Config) *Service {
	return &Service{
		Config: c, tokens: Tokens{c.Marks}, fetched: newFetched(c.Reach, c.Now, c.Log),
		asks: sso.NewAllowance(askBurst, askEvery, c.Now), gives: sso.NewAllowance(giveBurst, giveEvery, c.Now), codes: sso.NewAllowance(codeBurst, codeEvery, c.Now),
		refusals: sso.NewAllowance(refusalBurst, refusalEvery, c.Now), senders: sso.NewAllowance(senderBurst, senderEvery, c.Now),
		networks: sso.NewAllowance(networkBurst, networkEvery, c.Now),
	}
}

// Routes returns every endpoint.
func (s *Service) Routes() []Route {
	return []Route{
		{http.MethodPost, TokenPath, s.token},
		{http.MethodGet, MetadataPath, s.metadata},
	}
}

// token answers a request for an access token (RFC 6749 4.4) or for a token's exchange (RFC 8693 2).
func (s *Service) token(w http.ResponseWriter, r *http.Request) error {
	v := s.Visit(r)
	if !s.asks.Take(sso.Network(v.Address)) {
		return s.refuse(w, v, errBusy)
	}
	q, err := readRequest(w, r, s.Now())
	if err != nil {
		return s.refuse(w, v, err)
	}
	var answer any
	if q.grant == tokenExchange {
		answer, err = s.exchange(r.Context(), q, v)
	} else {
		answer, err = s.give(r.Context(), q, v)
	}
	if err != nil {
		return s.refuse(w, v, err)
	}
	return write(w, http.StatusOK, answer)
}
