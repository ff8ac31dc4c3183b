package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"cloudpocket/portal/admin"
	"cloudpocket/portal/operator"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/sso/samlsp"
	"cloudpocket/store"
)

// mountOperators prepares the operator's console, on a router of its own.
func (a *App) mountOperators(pages *page.Pages, proxies []netip.Prefix) error {
	if a.config.OperatorListen == "" {
		return nil
	}
	where := a.config.OperatorConfig.URL(a.config.BaseURL)
	console, err := operator.New(operator.Config{Portal: a.Portal, Marks: a.Stores.Marks, URL: where, KeysEnd: a.keysEnd})
	if err != nil {
		return fmt.Errorf("prepare the operator's console: %w", err)
	}
	rt := route.New(route.Config{Errors: pages, Log: a.log, Now: a.now, Proxies: proxies, Secure: a.config.secure()})
	rt.Assets(page.AssetPrefix, pages.Assets)
	admin.MountOperator(rt, admin.OperatorConfig{
		Console: console, Pages: pages, Health: a.health.ask, Owed: a.Stores.Records.Queue().Owed,
		Window: a.window, Now: a.now, Version: Version(),
	})
	a.operators, a.console.app = rt, a
	return nil
}

// window is how the console is open, as the records say.
func (a *App) window(ctx context.Context) (store.Window, error) {
	return operator.Window(ctx, a.Portal)
}

// keysEnd returns when nobody can sign in by a SAML trust any more; of an OIDC trust nothing is known.
func (a *App) keysEnd(t store.Trust) time.Time {
	if t.SAML == nil {
		return time.Time{}
	}
	m, err := samlsp.ParseMetadata(t.SAML.Metadata, samlsp.MetadataOptions{EntityID: t.SAML.EntityID, AllowPrivate: true})
	if err != nil {
		return time.Time{}
	}
	return m.Ends()
}

const (
	windowEvery = time.Second     // how often the records are asked whether the console is open
	windowTime  = 5 * time.Second // bounds their answer
)

// keepConsole listens for operators while the records say that their console is open, and does not otherwise: whoever
// opens or closes it at the host does so on every instance. When its time is over it is closed at that moment, also while
// the records are away or do not answer.
func (a *App) keepConsole(ctx context.Context) {
	if a.operators == nil {
		return
	}
	c := &a.console
	defer c.close()
	for {
		c.keep()
		c.ask(ctx)
		select {
		case <-ctx.Done():
			return
		case <-time.After(c.atMost(windowEvery)):
		}
	}
}

// consoleServer is the listener of the console, while there is one.
type consoleServer struct {
	app    *App
	server *http.Server
	failed chan struct{} // closed when the server has ended
	is     atomic.Pointer[store.Window]
}

func (c *consoleServer) window() store.Window {
	if w := c.is.Load(); w != nil {
		return *w
	}
	return store.Window{}
}

// ask asks the records how the console is open, and keeps to it. While they do not answer what they said last holds.
func (c *consoleServer) ask(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, c.atMost(windowTime))
	defer cancel()
	w, err := c.app.window(ctx)
	if err != nil {
		return
	}
	c.is.Store(&w)
	c.keep()
}

// atMost is d, or what is left until the console has to be closed.
func (c *consoleServer) atMost(d time.Duration) time.Duration {
	if c.server == nil {
		return d
	}
	return max(0, min(d, c.window().Until.Sub(c.app.now())))
}

// keep opens or closes the listener as the window says.
func (c *consoleServer) keep() {
	open := c.window().Open(c.app.now())
	if c.server != nil {
		select {
		case <-c.failed:
			c.close()
		default:
		}
	}
	switch {
	case open && c.server == nil:
		if err := c.open(); err != nil {
			c.app.log.Error("open the operator's console", "error", err)
		}
	case !open && c.server != nil:
		c.close()
		c.app.log.Info("the operator's console is closed")
	}
}

func (c *consoleServer) open() error {
	server, err := c.app.server(c.app.operators)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.app.config.OperatorListen)
	if err != nil {
		return err
	}
	proxies, err := c.app.config.proxies()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	c.server, c.failed = server, make(chan struct{})
	ended, log := c.failed, c.app.log
	c.app.log.Info("the operator's console is open", "address", listener.Addr().String(), "until", c.window().Until)
	go func() {
		defer close(ended)
		if err := serveOn(server, sieve{listener, c, proxies}); !errors.Is(err, http.ErrServerClosed) {
			log.Error("serve the operator's console", "error", err)
		}
	}()
	return nil
}

// close cuts off every connection, also of requests that are running.
func (c *consoleServer) close() {
	if c.server == nil {
		return
	}
	if err := c.server.Close(); err != nil {
		c.app.log.Warn("close the operator's console", "error", err)
	}
	<-c.failed
	c.server = nil
}

// sieve accepts connections from where the window is open to, and from proxies, whose clients are looked at later. Others
// are closed before a byte of theirs is read.
type sieve struct {
	net.Listener
	console *consoleServer
	proxies []netip.Prefix
}

func (s sieve) Accept() (net.Conn, error) {
	for {
		conn, err := s.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if s.lets(conn.RemoteAddr()) {
			return conn, nil
		}
		conn.Close()
	}
}

func (s sieve) lets(remote net.Addr) bool {
	at, err := netip.ParseAddrPort(remote.String())
	if err != nil {
		return false
	}
	addr := at.Addr().Unmap().WithZone("")
	return s.console.window().Contains(addr) || slices.ContainsFunc(s.proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}
