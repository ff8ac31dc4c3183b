package exchange

import (
	"log/slog"
	"net/http"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

// Config is what the endpoints need. All fields but Reach are.
type Config struct {
	BaseURL string // where clients reach us, without a slash at the end; it names us as an issuer
	Records store.Records
	Marks   store.Marks
	Reach   outbound.Config // how keys are fetched
	Visit   func(*http.Request) sso.Visit
	Now     func() time.Time
	Log     *slog.Logger
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
	refusals *sso.Allowance // recorded refusals, by client: each takes room in the audit for good
	senders  *sso.Allowance // the same, by client and address
}

// TokenPath is where tokens are given, below the base URL.
const TokenPath = "/oauth/token"

// What somebody who has proved nothing may cause, and how many tokens one client may have.
const (
	askBurst, askEvery         = 120, 500 * time.Millisecond
	giveBurst, giveEvery       = 60, 2 * time.Second
	refusalBurst, refusalEvery = 100, 2 * time.Second
	senderBurst, senderEvery   = 30, 10 * time.Second
)

// New returns the endpoints.
func New(c Config) *Service {
	return &Service{
		Config: c, tokens: Tokens{c.Marks}, fetched: newFetched(c.Reach, c.Now, c.Log),
		asks: sso.NewAllowance(askBurst, askEvery, c.Now), gives: sso.NewAllowance(giveBurst, giveEvery, c.Now),
		refusals: sso.NewAllowance(refusalBurst, refusalEvery, c.Now), senders: sso.NewAllowance(senderBurst, senderEvery, c.Now),
	}
}

// Routes returns every endpoint.
func (s *Service) Routes() []Route {
	return []Route{
		{http.MethodPost, TokenPath, s.token},
		{http.MethodGet, MetadataPath, s.metadata},
	}
}

// token answers a request for an access token (RFC 6749 4.4).
func (s *Service) token(w http.ResponseWriter, r *http.Request) error {
	v := s.Visit(r)
	if !s.asks.Take(sso.Network(v.Address)) {
		return s.refuse(w, v, errBusy)
	}
	q, err := readRequest(w, r, s.Now())
	if err != nil {
		return s.refuse(w, v, err)
	}
	given, err := s.give(r.Context(), q, v)
	if err != nil {
		return s.refuse(w, v, err)
	}
	return write(w, http.StatusOK, given)
}
