package login

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/departed"
	"cloudpocket/sso/session"
	"cloudpocket/sso/trust"
	"cloudpocket/store"
)

// Config is what the endpoints need. All fields are.
type Config struct {
	BaseURL  string // where people reach this service, without a slash at the end
	Trusts   *trust.Registry
	Describe map[store.Protocol]Describer // says what we are to an IdP
	Sessions *session.Keeper
	Marks    store.Marks
	Admitter sso.Admitter
	Pages    sso.Pages
	Visit    func(*http.Request) sso.Visit
	Now      func() time.Time
	Log      *slog.Logger
}

// Describer returns the document that describes us to a trust's IdP, and its media type; nil when there is none. The trust
// may lack its IdP's half.
type Describer func(ctx context.Context, t store.OwnedTrust) (body []byte, mediaType string, err error)

// Kind is how a route is to be protected.
type Kind uint8

const (
	Browser Kind = iota // a page of ours: cross-origin writes are refused
	Message             // receives messages across origins; the message is its own protection
	Plain               // for machines
)

// Route is one endpoint to mount.
type Route struct {
	Kind    Kind
	Method  string
	Pattern string // with {trust}, {id} or {secret} as variables; the last is never logged
	Handle  func(w http.ResponseWriter, r *http.Request) error
}

// Login holds the endpoints.
type Login struct {
	Config
	variable func(r *http.Request, name string) string
	starts   *sso.Allowance // attempts, by address: each takes room in the store
	finds    *sso.Allowance // addresses that are typed, by address: they tell which domains are known
	refusals *sso.Allowance // recorded refusals, by trust: each takes room in the audit for good
	senders  *sso.Allowance // the same, by trust and address
	answers  *sso.Allowance // recorded refusals of what answers an attempt of ours, by trust
	repliers *sso.Allowance // the same, by trust and address
}

// What somebody who has proved nothing may cause. A large company's people share an address.
const (
	startBurst, startEvery     = 300, 200 * time.Millisecond
	findBurst, findEvery       = 60, 2 * time.Second
	refusalBurst, refusalEvery = 100, 2 * time.Second
	senderBurst, senderEvery   = 30, 10 * time.Second
)

// New returns the endpoints; variable reads a variable of a mounted pattern.
func New(c Config, variable func(r *http.Request, name string) string) *Login {
	return &Login{
		Config: c, variable: variable,
		starts: sso.NewAllowance(startBurst, startEvery, c.Now), finds: sso.NewAllowance(findBurst, findEvery, c.Now),
		refusals: sso.NewAllowance(refusalBurst, refusalEvery, c.Now), senders: sso.NewAllowance(senderBurst, senderEvery, c.Now),
		answers: sso.NewAllowance(refusalBurst, refusalEvery, c.Now), repliers: sso.NewAllowance(senderBurst, senderEvery, c.Now),
	}
}

// Routes returns every endpoint.
func (l *Login) Routes() []Route {
	return []Route{
		{Browser, "GET", "/sign-in", l.signIn},
		{Browser, "POST", findPath, wholePage(l.findTrust)},
		{Browser, "GET", "/sso/{trust}/start", wholePage(l.start)},
		{Plain, "GET", "/sso/{trust}/logo", l.logo},
		{Browser, "GET", "/sso/test/{secret}", wholePage(l.startTest)},
		{Browser, "GET", arrivedPath + "{id}", wholePage(l.arrived)},
		{Browser, "POST", arrivedPath + "{id}", l.choose},
		{Browser, "POST", "/sign-out", l.signOut},
		{Browser, "GET", "/signed-out", l.signedOut},

		{Message, "POST", "/sso/saml/{trust}/acs", wholePage(l.acs)},
		{Message, "GET", "/sso/saml/{trust}/slo", l.samlLogout},
		{Message, "POST", "/sso/saml/{trust}/slo", l.samlLogout},
		{Plain, "GET", "/sso/saml/{trust}/metadata", l.samlMetadata},

		{Message, "GET", "/sso/oidc/{trust}/callback", wholePage(l.callback)},
		{Message, "GET", "/sso/oidc/{trust}/initiate", wholePage(l.initiate)},
		{Message, "POST", "/sso/oidc/{trust}/initiate", wholePage(l.initiate)},
		{Message, "GET", "/sso/oidc/{trust}/signed-out", l.oidcSignedOut},
		{Plain, "POST", "/sso/oidc/{trust}/backchannel-logout", l.backchannelLogout},
		{Plain, "GET", "/sso/oidc/{trust}/jwks", l.oidcMetadata},
	}
}

func (l *Login) departed() departed.Notes { return departed.Notes{Marks: l.Marks} }

// found is a trust, its connector, the visit that came for it, and what that went through.
type found struct {
	store.OwnedTrust
	sso.Connector
	visit   sso.Visit
	trace   *sso.Trace
	answers bool // the message answers an attempt of this browser
}

// find returns the enabled trust that r names.
func (l *Login) find(r *http.Request, protocol store.Protocol) (found, error) {
	f, err := l.findAny(r, protocol, store.ID(l.variable(r, "trust")))
	if err == nil && f.State != store.TrustEnabled {
		err = disabled(f)
	}
	return f, err
}

func disabled(f found) error {
	return sso.Refuse("login.trust_disabled", sso.KeyDisabled, "trust %s is %s", f.ID, f.State)
}

// findAny returns a trust whether it is enabled or not.
func (l *Login) findAny(r *http.Request, protocol store.Protocol, id store.ID) (found, error) {
	t, c, err := l.Trusts.Find(r.Context(), protocol, id)
	return found{OwnedTrust: t, Connector: c, visit: l.Visit(r), trace: &sso.Trace{}}, err
}

// message returns what r brought, for the endpoint with that name of the trust.
func (l *Login) message(w http.ResponseWriter, r *http.Request) (sso.Message, error) {
	m := sso.Message{Post: r.Method == http.MethodPost, Endpoint: l.BaseURL + r.URL.Path, RawQuery: r.URL.RawQuery, Query: r.URL.Query()}
	if !m.Post {
		return m, nil
	}
	if err := http.NewResponseController(w).SetReadDeadline(l.Now().Add(messageTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return m, fmt.Errorf("bound the reading of a message: %w", err)
	}
	r.Body = http.MaxBytesReader(w, r.Body, messageBytes)
	if err := r.ParseForm(); err != nil {
		return m, sso.Refuse("login.form", sso.KeyMessage, "read the form: %w", err)
	}
	m.Form = r.PostForm
	return m, nil
}

// What a message may weigh (base64 of the largest document that a connector takes, and more) and how long it may take to
// arrive. Whoever sends it has proved nothing yet.
const (
	messageBytes = 3 << 19
	messageTime  = 20 * time.Second
)
