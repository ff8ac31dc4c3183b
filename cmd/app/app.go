package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/admin"
	"cloudpocket/portal/api"
	"cloudpocket/portal/developers"
	"cloudpocket/portal/door"
	"cloudpocket/portal/job"
	"cloudpocket/portal/office"
	"cloudpocket/portal/page"
	"cloudpocket/portal/preview"
	"cloudpocket/portal/route"
	"cloudpocket/portal/widget"
	"cloudpocket/sso"
	"cloudpocket/sso/embed"
	"cloudpocket/sso/exchange"
	"cloudpocket/sso/login"
	"cloudpocket/sso/oidcrp"
	"cloudpocket/sso/outbound"
	"cloudpocket/sso/samlsp"
	"cloudpocket/sso/scim"
	"cloudpocket/sso/session"
	"cloudpocket/sso/trust"
	"cloudpocket/store"
)

// App is the service, put together.
type App struct {
	Portal *portal.Portal
	Stores *Stores

	config Config
	now    func() time.Time
	log    *slog.Logger
	router *route.Router

	operators *route.Router // of the operator's console; nil: it is never opened here
	console   consoleServer

	embeds   *widget.Widget
	previews *preview.Maker
	runs     *job.Runner
	out      outward
	health   *health
	events   *eventKeeper
	work     sync.WaitGroup
}

// New opens the stores and wires everything. The caller closes the App, after Serve has returned.
func New(ctx context.Context, c Config, now func() time.Time, log *slog.Logger) (*App, error) {
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if err := c.Check(); err != nil {
		return nil, fmt.Errorf("check the configuration: %w", err)
	}
	if c.Migrate {
		if err := Migrate(ctx, c.StoreConfig); err != nil {
			return nil, err
		}
	}
	stores, err := OpenStores(ctx, c.StoreConfig, now)
	if err != nil {
		return nil, err
	}
	taken := newEventTaker(now)
	a := &App{Stores: stores, config: c, now: now, log: slog.New(taken.beside(log.Handler())), events: newEventKeeper(taken, stores.Records, c.EventsKept, log)}
	if err := a.wire(); err != nil {
		stores.Close()
		return nil, err
	}
	return a, nil
}

// wire is the whole of how the parts know each other.
func (a *App) wire() error {
	s := a.Stores
	roots, err := signatureRoots(a.config.SignatureRoots)
	if err != nil {
		return err
	}
	a.Portal = &portal.Portal{Records: s.Records, Sessions: s.Sessions, Blobs: s.Blobs, Sealer: s.Sealer, Now: a.now, Log: a.log, Roots: roots, PrivateIdPs: a.config.PrivateIdPs}
	if err := a.openOutward(); err != nil {
		return err
	}
	if err := a.openPictures(); err != nil {
		return err
	}
	if a.runs, err = a.runner(); err != nil {
		return err
	}
	a.Portal.Kick = a.runs.Kick
	pages, err := page.New(page.Config{Start: login.StartPath, SignIn: "/sign-in?choose=1", Log: a.log})
	if err != nil {
		return fmt.Errorf("load the pages: %w", err)
	}
	openers, describers, err := a.openers()
	if err != nil {
		return err
	}
	sessions, err := session.New(session.Config{Store: s.Sessions, BaseURL: a.config.BaseURL, Now: a.now, Idle: a.config.SessionIdle, Absolute: a.config.SessionAbsolute, Limit: a.config.SessionLimit, Log: a.log})
	if err != nil {
		return fmt.Errorf("prepare the sessions: %w", err)
	}
	registry := trust.NewRegistry(s.Records, openers)
	signIn := login.New(login.Config{
		BaseURL: a.config.BaseURL, Trusts: registry, Describe: describers, Sessions: sessions, Marks: s.Marks, Admitter: a.Portal, Pages: pages,
		Visit: visit, Now: a.now, Log: a.log,
	}, route.Var)
	return a.mount(pages, sessions, signIn)
}

// mount is the one list of what is served.
func (a *App) mount(pages *page.Pages, sessions *session.Keeper, signIn *login.Login) error {
	proxies, err := a.config.proxies()
	if err != nil {
		return err
	}
	rt := route.New(route.Config{Errors: pages, Sentence: pages.Sentence, Log: a.log, Now: a.now, Proxies: proxies, Secure: a.config.secure(), Origin: a.config.BaseURL})
	a.health = &health{
		parts: map[string]func(context.Context) error{"records": a.Stores.Records.Ping, "sessions": a.Stores.Sessions.Ping, "blobs": a.Stores.Blobs.Ping},
		now:   a.now,
		log:   func(part string, err error) { a.log.Error("not ready", "part", part, "error", err) },
	}
	a.watchOutward(a.health)
	rt.Plain(http.MethodGet, "/healthz", a.health.alive)
	rt.Plain(http.MethodGet, "/readyz", a.health.ready)
	rt.Assets("/assets/", pages.Assets)
	for _, one := range signIn.Routes() {
		mountSignIn(rt, one)
	}
	provisioning := scim.New(scim.Config{BaseURL: a.config.BaseURL, Opener: a.Portal, Visit: visit, Now: a.now, Log: a.log}, route.Var)
	for _, one := range provisioning.Routes() {
		rt.Plain(one.Method, one.Pattern, one.Handle)
	}
	for _, one := range a.tokenRoutes(signIn.Trusts) {
		rt.Plain(one.Method, one.Pattern, one.Handle)
	}
	manual := developers.Config{Pages: pages, BaseURL: a.config.BaseURL}
	api.Mount(rt, api.Config{Portal: a.Portal, Tokens: exchange.Tokens{Marks: a.Stores.Marks}, Visit: visit, Now: a.now, Pages: pages, Frame: manual.Frame()})
	printer, err := a.printer()
	if err != nil {
		return err
	}
	keeper := a.embedKeeper()
	mountEmbeds(rt, keeper)
	if a.embeds, err = a.openEmbeds(pages, sessions, keeper); err != nil {
		return err
	}
	office.Mount(rt, office.Config{Printer: printer, Portal: a.Portal, Sessions: sessions, Embeds: a.embeds.Door, Pages: pages, SignIn: "/sign-in"})
	admin.Mount(rt, admin.Config{
		Portal: a.Portal, Pages: pages, Door: &door.Door{Portal: a.Portal, Sessions: sessions, Pages: pages, SignIn: "/sign-in"},
		BaseURL: a.config.BaseURL, Marks: a.Stores.Marks, PrivateIdPs: a.config.PrivateIdPs,
		Parties: parties{reach: a.reach(), now: a.now, setup: portal.Setup{Portal: a.Portal, By: "metadata refresh"}},
	})
	developers.Mount(rt, manual)
	a.embeds.Mount(rt)
	a.router = rt
	return a.mountOperators(pages, proxies)
}

// tokenRoutes are where API clients get access tokens and embed codes. Keys of theirs within the network that we run in are asked for only where
// identity providers may be there too.
func (a *App) tokenRoutes(trusts *trust.Registry) []exchange.Route {
	return exchange.New(exchange.Config{BaseURL: a.config.BaseURL, Records: a.Stores.Records, Marks: a.Stores.Marks,
		Trusts: trusts, Admitter: a.Portal, Codes: embed.Codes{Marks: a.Stores.Marks},
		Reach: outbound.Config{AllowPrivate: a.config.PrivateIdPs}, Visit: visit, Now: a.now, Log: a.log}).Routes()
}

func mountSignIn(rt *route.Router, one login.Route) {
	mount := map[login.Kind]func(string, string, route.Handler){login.Browser: rt.Browser, login.Message: rt.Message, login.Plain: rt.Plain}[one.Kind]
	mount(one.Method, one.Pattern, one.Handle)
}

// openers say how a trust of each protocol is opened, and how we are described to its IdP.
func (a *App) openers() (map[store.Protocol]trust.Opener, map[store.Protocol]login.Describer, error) {
	pairs, err := samlKeysLater(a.config.SAMLKeys, a.config.Data, a.now)
	if err != nil {
		return nil, nil, err
	}
	signers, err := oidcKeys(a.config.OIDCKeys, a.config.Data)
	if err != nil {
		return nil, nil, err
	}
	saml := samlsp.Config{BaseURL: a.config.BaseURL, Marks: a.Stores.Marks, Now: a.now, Log: a.log}
	oidc := oidcrp.Config{BaseURL: a.config.BaseURL, Keys: signers, Marks: a.Stores.Marks, Secret: secret, Now: a.now, Log: a.log, Outbound: a.reach()}
	keyed := func() (c samlsp.Config, err error) {
		c = saml
		c.Keys, err = pairs()
		return c, err
	}
	a.Portal.KeyEnds = func(t store.Trust) []portal.KeyEnd { return keyEnds(t, pairs) }
	return map[store.Protocol]trust.Opener{
			store.SAML: func(ctx context.Context, t store.OwnedTrust) (sso.Connector, error) {
				c, err := keyed()
				if err != nil {
					return nil, err
				}
				return samlsp.Open(ctx, t, c)
			},
			store.OIDC: func(ctx context.Context, t store.OwnedTrust) (sso.Connector, error) {
				c := oidc
				c.Secret = clientSecret(a.Stores.Sealer, t.ID)
				return oidcrp.Open(ctx, t, c)
			},
		}, map[store.Protocol]login.Describer{
			store.SAML: func(ctx context.Context, t store.OwnedTrust) ([]byte, string, error) {
				c, err := keyed()
				if err != nil {
					return nil, "", err
				}
				return samlsp.Describe(ctx, t, c)
			},
			store.OIDC: func(ctx context.Context, t store.OwnedTrust) ([]byte, string, error) {
				return oidcrp.Describe(ctx, t, oidc)
			},
		}, nil
}

// secret reads the secret that a reference names: env:NAME or file:PATH.
func secret(_ context.Context, ref string) (string, error) {
	kind, where, _ := strings.Cut(ref, ":")
	switch kind {
	case "env":
		if secret := os.Getenv(where); secret != "" {
			return secret, nil
		}
		return "", fmt.Errorf("the environment has no variable %s for a secret", where)
	case "file":
		text, err := os.ReadFile(where)
		return strings.TrimSpace(string(text)), err
	}
	return "", errors.New("a secret is named by env:NAME or file:PATH") // what it is may be the secret itself
}

// clientSecret reads the client secrets of one trust: those that its administrators gave are sealed in the reference
// itself, for that trust alone.
func clientSecret(s store.Sealer, trust store.ID) func(context.Context, string) (string, error) {
	return func(ctx context.Context, ref string) (string, error) {
		if text, is, err := portal.UnsealSecret(s, trust, ref); is {
			return text, err
		}
		return secret(ctx, ref)
	}
}

// visit says where a request comes from.
func visit(r *http.Request) sso.Visit {
	return sso.Visit{Address: route.Address(r.Context()), Device: r.UserAgent(), RequestID: route.RequestID(r.Context())}
}

// Handler is the service without a listener.
func (a *App) Handler() http.Handler { return a.router }

// Background starts what goes on besides answering, until ctx ends.
func (a *App) Background(ctx context.Context) {
	a.work.Go(func() {
		setup := portal.Setup{Portal: a.Portal, By: "metadata refresh"}
		both := refreshers{Refresher(setup), KeyRefresher(setup)}
		trust.KeepFresh(ctx, a.Stores.Records, both, a.config.MetadataRefresh, a.log)
	})
	a.work.Go(func() { a.keepSwept(ctx) })
	a.work.Go(func() { a.runs.Run(ctx) })
	a.work.Go(func() { a.releaseHeld(ctx) })
	a.work.Go(func() { a.keepWatch(ctx) })
	a.work.Go(func() { a.keepConsole(ctx) })
	a.work.Go(func() { a.oweInventories(ctx) })
	a.work.Go(func() { a.events.run(ctx) })
}

// reach says how identity providers are asked.
func (a *App) reach() outbound.Config { return outbound.Config{AnyPrivate: a.config.PrivateIdPs} }

// Refresher fetches metadata of SAML trusts and keeps it by setup's deeds.
func Refresher(setup portal.Setup) *samlsp.Refresher {
	return &samlsp.Refresher{Reach: outbound.Config{AnyPrivate: setup.PrivateIdPs}, Now: setup.Now, Log: setup.Log,
		Save: func(ctx context.Context, t store.OwnedTrust, m samlsp.Metadata, at time.Time, change samlsp.Change) error {
			saml := *t.SAML
			saml.Take(m.Raw, at)
			t.SAML = &saml
			return setup.RefreshTrust(ctx, t, refreshed(change))
		},
		Offer: func(ctx context.Context, t store.OwnedTrust, m samlsp.Metadata, at time.Time, change samlsp.Change) error {
			saml := *t.SAML
			saml.Offered, saml.OfferedAt, saml.RefusedAt = m.Raw, at, time.Time{}
			t.SAML = &saml
			return setup.OfferKeys(ctx, t, refreshed(change))
		},
		Renew: func(ctx context.Context, t store.OwnedTrust, m samlsp.Metadata) error {
			saml := *t.SAML
			saml.Offered, t.SAML = m.Raw, &saml
			return setup.RefreshTrust(ctx, t, nil)
		}}
}

// KeyRefresher looks at the keys of OIDC trusts and keeps them by setup's deeds.
func KeyRefresher(setup portal.Setup) *oidcrp.Refresher {
	return &oidcrp.Refresher{Config: oidcrp.Config{Now: setup.Now, Log: setup.Log, Outbound: outbound.Config{AnyPrivate: setup.PrivateIdPs}}, Save: setup.RefreshTrust, Offer: setup.OfferKeys}
}

// refreshers are several, one for each protocol.
type refreshers []trust.Refresher

// RefreshDue has each refresh what is due of its own.
func (all refreshers) RefreshDue(ctx context.Context, trusts []store.OwnedTrust) (n int) {
	for _, r := range all {
		n += r.RefreshDue(ctx, trusts)
	}
	return n
}

// keyEnds returns when a trust's keys end, and ours where they can be read.
func keyEnds(t store.Trust, pairs func() ([]samlsp.KeyPair, error)) (all []portal.KeyEnd) {
	if t.SAML == nil {
		return nil
	}
	ours, err := pairs()
	if err != nil {
		ours = nil // whoever signs in with them is told
	}
	for _, k := range samlsp.KeyEnds(t, ours) {
		all = append(all, portal.KeyEnd(k))
	}
	return all
}

// refreshed is what the audit keeps of a metadata refresh; nil when nothing changed.
func refreshed(c samlsp.Change) map[string]string {
	if !c.Document {
		return nil
	}
	return map[string]string{"by": "metadata refresh", "keys added": strings.Join(c.AddedKeys, " "), "keys removed": strings.Join(c.RemovedKeys, " "),
		"keys kept": fmt.Sprint(c.KeptKeys), "all keys replaced": fmt.Sprint(c.KeysReplaced()), "offered": fmt.Sprint(c.Offered), "endpoints changed": fmt.Sprint(c.Endpoints)}
}

const (
	sweepEvery = time.Hour
	orphanAge  = 24 * time.Hour // longer than any upload lasts
)

// keepSwept removes, now and then, what uploads left behind that were never published.
func (a *App) keepSwept(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := a.sweep(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("sweep orphaned files", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *App) sweep(ctx context.Context) error {
	before := a.now().Add(-orphanAge)
	if _, err := a.Stores.Blobs.Sweep(ctx, before); err != nil {
		return err
	}
	ids, err := a.tenantIDs(ctx)
	if err != nil {
		return err
	}
	n, err := portal.Setup{Portal: a.Portal}.Sweep(ctx, ids, func(b store.BlobInfo) bool { return b.At.Before(before) })
	if n > 0 {
		a.log.Info("swept orphaned files", "count", n)
	}
	return err
}

func (a *App) tenantIDs(ctx context.Context) ([]store.ID, error) {
	tenants, err := a.Stores.AllTenants(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]store.ID, len(tenants))
	for i, t := range tenants {
		ids[i] = t.ID
	}
	return ids, nil
}

// Close waits for the background to end, whose context the caller has ended, and closes the stores.
func (a *App) Close() error {
	a.embeds.Close()
	a.work.Wait()
	if a.out.post != nil {
		a.out.post.Close()
	}
	a.events.close()
	return errors.Join(a.previews.Close(), a.Stores.Close())
}

// Version returns what the binary was built from.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "cloudpocket, version unknown"
	}
	v := "cloudpocket " + info.Main.Version + ", " + info.GoVersion
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v += ", " + s.Value
		}
	}
	return v
}
