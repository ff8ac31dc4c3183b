package app

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"cloudpocket/store"
)

// StoreConfig is where things are kept. Every command takes it.
type StoreConfig struct {
	Data     string   `help:"Folder for what is kept on this machine: the SQLite files, the documents' files, keys." env:"CLOUDPOCKET_DATA" default:"data" type:"path"`
	Database string   `help:"PostgreSQL URL for the records (postgres://…). Empty: SQLite in the data folder." env:"CLOUDPOCKET_DATABASE"`
	SealKeys []string `name:"seal-key" help:"File with the key that encrypts the secrets which the records keep; the first seals, all open. Default: one that is made in the data folder. With several instances all need the same." env:"CLOUDPOCKET_SEAL_KEYS" type:"path"`
	Redis    string   `help:"Redis URL for the sessions (redis://, rediss://, redis+sentinel://, redis+cluster://). Empty: SQLite in the data folder." env:"CLOUDPOCKET_REDIS"`
}

// Config is what serve takes.
type Config struct {
	StoreConfig `embed:""`

	Listen   string   `help:"Address and port to listen on." env:"CLOUDPOCKET_LISTEN" default:"127.0.0.1:8400"`
	BaseURL  string   `help:"Where people reach the service, such as https://pocket.example.jp. IdPs are told URLs made from it." env:"CLOUDPOCKET_BASE_URL" default:"http://pocket.localhost:8400"`
	TLSCert  string   `help:"Certificate chain (PEM) to serve TLS with; read again when it changes." env:"CLOUDPOCKET_TLS_CERT" type:"path"`
	TLSKey   string   `help:"Private key (PEM) of the certificate." env:"CLOUDPOCKET_TLS_KEY" type:"path"`
	Proxies  []string `help:"Addresses or ranges of reverse proxies whose X-Forwarded-For is believed." env:"CLOUDPOCKET_PROXIES"`
	SAMLKeys []string `name:"saml-key" help:"PEM file with our SAML certificate and key; the first signs, all are published. Default: one that is made in the data folder." env:"CLOUDPOCKET_SAML_KEYS" type:"path"`
	OIDCKeys []string `name:"oidc-key" help:"PEM file with our key for private_key_jwt; the first signs, all are published. Default: one that is made in the data folder." env:"CLOUDPOCKET_OIDC_KEYS" type:"path"`

	SignatureRoots []string `name:"signature-root" help:"PEM file with certificates of certification authorities that sign official documents. Without one, a signature that is right is shown as one of an unknown authority." env:"CLOUDPOCKET_SIGNATURE_ROOTS" type:"path"`

	OperatorConfig `embed:""`

	PrivateIdPs bool `name:"private-idps" help:"Let administrators connect IdPs, API clients' key sets and webhooks at private and loopback addresses, and OpenID providers and webhooks there over plain http, and register pages of http://localhost to embed in. Otherwise the service asks no address that they name within the network it runs in, and where the operator allows one trust a private address, that host alone." env:"CLOUDPOCKET_PRIVATE_IDPS"`

	SessionIdle     time.Duration `help:"A session ends when it is not used for this long." env:"CLOUDPOCKET_SESSION_IDLE" default:"30m"`
	SessionAbsolute time.Duration `help:"A session ends this long after sign-in." env:"CLOUDPOCKET_SESSION_ABSOLUTE" default:"10h"`
	SessionLimit    int           `help:"How many sessions an account may have at once; another sign-in ends the oldest. 0: any number." env:"CLOUDPOCKET_SESSION_LIMIT" default:"20"`
	MetadataRefresh time.Duration `help:"How often metadata addresses of SAML trusts are looked at." env:"CLOUDPOCKET_METADATA_REFRESH" default:"10m"`
	StopDelay       time.Duration `help:"How long the service goes on answering after it is told to stop, while /readyz says so, for load balancers to notice." env:"CLOUDPOCKET_STOP_DELAY" default:"0s"`
	Drain           time.Duration `help:"How long running requests may take to finish when the service is told to stop." env:"CLOUDPOCKET_DRAIN" default:"30s"`
	TaskLease       time.Duration `help:"How long work that an instance has begun is kept from the others. After an instance died, others begin its work again this much later." env:"CLOUDPOCKET_TASK_LEASE" default:"1m"`
	Scan            string        `help:"Malware scanner that files pass before they are delivered: clamd at tcp://HOST:PORT or unix:///PATH, or the word off to deliver without. One of them must be said." env:"CLOUDPOCKET_SCAN"`
	SMTP            SMTPConfig    `embed:"" prefix:"smtp-"`

	Chromium string   `help:"Headless Chromium that makes PDFs of official documents. Empty: people print from their own browser." env:"CLOUDPOCKET_CHROMIUM"`
	Fonts    []string `name:"fonts" help:"Folders with Japanese fonts, for pictures of PDFs that bring none of their own. Default: the system's." env:"CLOUDPOCKET_FONTS" type:"path"`

	PreviewCode string `name:"preview-code" help:"Folder for the PDF engine's machine code, which is compiled once and executed: nobody else may write there. Default: in the data folder." env:"CLOUDPOCKET_PREVIEW_CODE" type:"path"`

	Migrate    bool          `help:"Bring the database's schema up to date before serving." env:"CLOUDPOCKET_MIGRATE" default:"true" negatable:""`
	EventsKept time.Duration `help:"How long warnings and errors of the service are kept for administrators and operators to look at, from when they came last. Not less than 744h, which is a month." env:"CLOUDPOCKET_EVENTS_KEPT" default:"840h"`

	LogFormat string `help:"Log lines as text or json." env:"CLOUDPOCKET_LOG_FORMAT" enum:"text,json" default:"text"`
}

// OperatorConfig is where the operator's console is.
type OperatorConfig struct {
	OperatorListen string `help:"Address and port of the operator's console, to listen on while it is open. Empty: it is never opened here." env:"CLOUDPOCKET_OPERATOR_LISTEN" default:"127.0.0.1:8402"`
	OperatorURL    string `name:"operator-url" help:"Where operators reach their console, such as https://pocket-admin.example.jp:8402. Default: the base URL's host with the console's port." env:"CLOUDPOCKET_OPERATOR_URL"`
}

// URL returns where operators reach their console, of a service at base.
func (c OperatorConfig) URL(base string) string {
	if c.OperatorURL != "" {
		return strings.TrimRight(c.OperatorURL, "/")
	}
	u, err := url.Parse(base)
	_, port, bad := net.SplitHostPort(c.OperatorListen)
	if err != nil || bad != nil {
		return base
	}
	return u.Scheme + "://" + net.JoinHostPort(u.Hostname(), port)
}

// Check returns what is wrong with c in words an operator can act on; an error of kind Invalid.
func (c Config) Check() error {
	if err := checkBaseURL(c.BaseURL); err != nil {
		return err
	}
	switch {
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return store.Fail(store.Invalid, "config.tls", "a TLS certificate and its key must be given together")
	case c.SessionLimit < 0:
		return store.Fail(store.Invalid, "config.session_limit", "an account cannot have %d sessions", c.SessionLimit)
	case c.SessionIdle < time.Minute || c.SessionAbsolute < c.SessionIdle:
		return store.Fail(store.Invalid, "config.session", "sessions of %s idle and %s in all", c.SessionIdle, c.SessionAbsolute)
	case c.Drain < 0 || c.StopDelay < 0:
		return store.Fail(store.Invalid, "config.stop", "stopping takes a delay of %s and then %s; neither can be less than nothing", c.StopDelay, c.Drain)
	case c.TaskLease < 0:
		return store.Fail(store.Invalid, "config.task_lease", "work cannot be kept for %s", c.TaskLease)
	case c.EventsKept != 0 && c.EventsKept < eventsLeast:
		return store.Fail(store.Invalid, "config.events_kept", "warnings and errors are kept for %s at least, not %s", eventsLeast, c.EventsKept)
	case c.MetadataRefresh < time.Second:
		return store.Fail(store.Invalid, "config.metadata_refresh", "metadata cannot be looked at every %s", c.MetadataRefresh)
	}
	if _, err := c.proxies(); err != nil {
		return err
	}
	if err := c.checkScan(); err != nil {
		return err
	}
	if c.OperatorListen != "" {
		if err := checkBaseURL(c.OperatorConfig.URL(c.BaseURL)); err != nil {
			return fmt.Errorf("the operator's console: %w", err)
		}
	}
	return c.checkMail()
}

// checkBaseURL demands an origin that browsers keep our cookies for. What may hold a password is not repeated.
func checkBaseURL(base string) error {
	u, err := url.Parse(base)
	switch {
	case err == nil && u.User != nil:
		return store.Fail(store.Invalid, "config.base_url", "the base URL must not name a user")
	case err != nil || u.Hostname() == "" || u.Scheme+"://"+u.Host != base || (u.Scheme != "https" && u.Scheme != "http"):
		return store.Fail(store.Invalid, "config.base_url", "base URL %q must be a scheme and a host, without a path", base)
	case strings.ToLower(u.Host) != u.Host || u.Port() == map[string]string{"https": "443", "http": "80"}[u.Scheme]:
		return store.Fail(store.Invalid, "config.base_url", "base URL %q must be written as browsers do, in lower case and without the usual port: frames' requests are held to it", base)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return store.Fail(store.Invalid, "config.base_url", "base URL %q must be https: browsers keep our cookies from plain http", base)
	}
	return nil
}

// loopback reports whether browsers take host for this machine, where they keep Secure cookies without TLS.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

func (c Config) proxies() ([]netip.Prefix, error) {
	var ranges []netip.Prefix
	for _, s := range c.Proxies {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			addr, err := netip.ParseAddr(s)
			if err != nil {
				return nil, store.Fail(store.Invalid, "config.proxies", "proxy %q is neither an address nor a range: %w", s, err)
			}
			p = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		}
		ranges = append(ranges, p)
	}
	return ranges, nil
}

func (c Config) secure() bool { return strings.HasPrefix(c.BaseURL, "https://") }

// String keeps what may hold a password out of anything that prints a configuration.
func (c StoreConfig) String() string {
	return fmt.Sprintf("data %s, database %t, redis %t", c.Data, c.Database != "", c.Redis != "")
}
