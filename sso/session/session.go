package session

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"cloudpocket/store"
)

// Config says where sessions are kept, how long they last and how many there may be.
type Config struct {
	Store    store.Sessions   // required
	BaseURL  string           // where browsers reach us, such as https://pocket.example; required
	Idle     time.Duration    // end without use, unless the trust has a rule of its own; 30 min if 0
	Absolute time.Duration    // end in any case, unless the trust has a rule of its own; 12 h if 0
	Limit    int              // sessions that an account may have at once; none if 0
	Now      func() time.Time // time.Now if nil
	Log      *slog.Logger     // told when a use cannot be noted and when the limit ends a session; nil: nobody is
}

// Keeper begins, finds and ends the sessions of browsers. It is safe for concurrent use.
type Keeper struct {
	store    store.Sessions
	cookie   cookie
	idle     time.Duration
	absolute time.Duration
	limit    int
	now      func() time.Time
	log      *slog.Logger
}

// New returns a Keeper, or an error if c.Store is missing, a time or the limit is negative, or c.BaseURL is one over which cookies
// would travel in the clear: plain http is accepted for localhost, names below it, and loopback addresses alone.
func New(c Config) (*Keeper, error) {
	if c.Store == nil {
		return nil, errors.New("sessions have no store")
	}
	if c.Idle < 0 || c.Absolute < 0 {
		return nil, fmt.Errorf("sessions end after %s without use and %s at most", c.Idle, c.Absolute)
	}
	if c.Limit < 0 {
		return nil, fmt.Errorf("an account may have %d sessions", c.Limit)
	}
	kind, err := cookieFor(c.BaseURL)
	if err != nil {
		return nil, err
	}
	k := &Keeper{store: c.Store, cookie: kind, idle: cmp.Or(c.Idle, 30*time.Minute), absolute: cmp.Or(c.Absolute, 12*time.Hour), limit: c.Limit, now: c.Now, log: c.Log}
	if k.now == nil {
		k.now = time.Now
	}
	if k.log == nil {
		k.log = slog.New(slog.DiscardHandler)
	}
	return k, nil
}

// cookieFor chooses the cookie for the base URL. Browsers take Secure cookies from http://localhost and names below it,
// which they know never leave the machine, but not all of them do from http://127.0.0.1.
func cookieFor(base string) (cookie, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return cookie{}, fmt.Errorf("the base URL %q cannot be read", base)
	}
	host := strings.ToLower(u.Hostname())
	ip := net.ParseIP(host)
	switch {
	case u.Scheme == "https", u.Scheme == "http" && (host == "localhost" || strings.HasSuffix(host, ".localhost")):
		return cookie{name: "__Host-session", secure: true}, nil
	case u.Scheme == "http" && ip != nil && ip.IsLoopback():
		return cookie{name: "session"}, nil
	}
	return cookie{}, fmt.Errorf("the base URL %q is neither https nor this machine's own", base)
}
