package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Why a request was not made or not finished. Errors of the client match them with errors.Is.
var (
	ErrPrivate  = errors.New("the address is not a public one")
	ErrPlain    = errors.New("the connection would not be encrypted")
	ErrRedirect = errors.New("the redirect may not be followed")
	ErrTooLarge = errors.New("the response is too large")
)

// Config says what a client may reach. Zero fields take the defaults named.
type Config struct {
	AllowPrivate bool          // private and loopback addresses may be reached, and by plain http
	PrivateHost  string        // with AllowPrivate: the host that may be at such an address alone; empty: any
	AnyPrivate   bool          // what [Config.From] allows is not for the host alone that is named to it
	Timeout      time.Duration // of a whole exchange, redirects and body included; 0: 10 s
	MaxBytes     int64         // of a response body after decompression; 0: 1 MiB
	Roots        *x509.CertPool
	// Resolve returns the addresses of a host; nil: the system's resolver.
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	// Connect opens a connection to an address that was judged; nil: a TCP dial.
	Connect func(ctx context.Context, to netip.AddrPort) (net.Conn, error)
}

const (
	defaultTimeout  = 10 * time.Second
	defaultMaxBytes = 1 << 20
	maxHeaderBytes  = 64 << 10
	maxRedirects    = 3
)

// Client returns a client that keeps to c. It is safe for concurrent use and keeps its own connections.
func Client(c Config) *http.Client {
	c = c.withDefaults()
	transport := &http.Transport{
		DialContext:            c.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.Roots},
		TLSHandshakeTimeout:    c.Timeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        time.Minute,
		ForceAttemptHTTP2:      true,
	}
	return &http.Client{Transport: guard{c, transport}, CheckRedirect: checkRedirect, Timeout: c.Timeout}
}

// From returns c for what begins at address. Where that may be a private one, what it leads to may not, by redirects or by
// what documents name, unless it is at the same host: an administrator chooses the path, and the IdP what stands there.
func (c Config) From(address string, private bool) Config {
	u, err := url.Parse(address)
	c.AllowPrivate, c.PrivateHost = private && err == nil && u.Hostname() != "", ""
	if c.AllowPrivate && !c.AnyPrivate {
		c.PrivateHost = u.Hostname()
	}
	return c
}

func (c Config) withDefaults() Config {
	if c.Timeout <= 0 {
		c.Timeout = defaultTimeout
	}
	if c.MaxBytes <= 0 {
		c.MaxBytes = defaultMaxBytes
	}
	if c.Resolve == nil {
		c.Resolve = resolve
	}
	if c.Connect == nil {
		c.Connect = func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", to.String())
		}
	}
	return c
}

// resolve asks the system, but for names below localhost, which are loopback whatever the system says (RFC 6761 6.3).
// Browsers take them so too, which is what lets several products be tried on one machine.
func resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if strings.HasSuffix(strings.TrimSuffix(host, "."), ".localhost") {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}, nil
	}
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// checkRedirect follows a few redirects of plain questions. A request that carries a credential or a body goes where
// it was sent or nowhere: a redirect would hand the secret to whoever the answer names.
func checkRedirect(req *http.Request, via []*http.Request) error {
	first := via[0]
	switch {
	case len(via) > maxRedirects:
		return fmt.Errorf("%w: more than %d in a row", ErrRedirect, maxRedirects)
	case first.Method != http.MethodGet && first.Method != http.MethodHead:
		return fmt.Errorf("%w: the request was a %s", ErrRedirect, first.Method)
	case first.Header.Get("Authorization") != "":
		return fmt.Errorf("%w: the request carried a credential", ErrRedirect)
	}
	return nil
}
