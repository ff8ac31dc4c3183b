package embed

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/departed"
	"cloudpocket/sso/dpop"
	"cloudpocket/store"
)

// Config is what a Keeper needs. All fields are.
type Config struct {
	BaseURL  string // where browsers reach us, without a slash at the end
	Records  store.Records
	Sessions store.Sessions
	Marks    store.Marks
	Admitter Admitter
	Visit    func(*http.Request) sso.Visit
	Now      func() time.Time
	Log      *slog.Logger
}

// Admitter is what an embed asks of who decides about accounts, as [sso.Admitter] has it.
type Admitter interface {
	Standing(ctx context.Context, trust store.ID, admitted sso.Admission) error
	SignedOut(ctx context.Context, s store.Session, v sso.Visit, by string) error
}

// Keeper begins, finds, renews and ends the sessions of embeds. It is safe for concurrent use.
type Keeper struct {
	Config
	codes    Codes
	proofs   dpop.Verifier
	left     departed.Notes
	asks     *sso.Allowance // requests, by address: each costs a signature
	refusals *sso.Allowance // recorded refusals, by client: each takes room in the audit for good
	senders  *sso.Allowance // the same, by client and address
}

// Route is one endpoint to mount, for the scripts of our own frames.
type Route struct {
	Method  string
	Pattern string
	Handle  func(w http.ResponseWriter, r *http.Request) error
}

const (
	// Life is how long a token is good.
	Life = 10 * time.Minute
	// Limit is how many embeds an account may have at once. One whose page was left counts until it ends by itself, and a
	// partner's site may have two in each of its pages: a person who goes through those must not lose the one in another tab.
	Limit = 60
)

// What somebody who has proved nothing may cause. A large company's people share an address.
const (
	askBurst, askEvery         = 600, 50 * time.Millisecond
	refusalBurst, refusalEvery = 100, 2 * time.Second
	senderBurst, senderEvery   = 30, 10 * time.Second
)

// New returns a Keeper.
func New(c Config) *Keeper {
	return &Keeper{
		Config: c, codes: Codes{c.Marks}, proofs: dpop.Verifier{Marks: c.Marks, Now: c.Now}, left: departed.Notes{Marks: c.Marks},
		asks: sso.NewAllowance(askBurst, askEvery, c.Now), refusals: sso.NewAllowance(refusalBurst, refusalEvery, c.Now),
		senders: sso.NewAllowance(senderBurst, senderEvery, c.Now),
	}
}

// Routes returns every endpoint.
func (k *Keeper) Routes() []Route {
	return []Route{
		{http.MethodPost, "/embed/token", k.token},
		{http.MethodPost, "/embed/renew", k.renew},
		{http.MethodPost, "/embed/end", k.end},
	}
}
