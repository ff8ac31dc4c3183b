package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"os"
	"strconv"
	"strings"
	"time"
)

// TLS is how the connection to the mail server is secured.
type TLS string

const (
	StartTLS TLS = "starttls" // after the greeting, required (RFC 3207); the default
	Implicit TLS = "implicit" // from the first byte (RFC 8314)
	None     TLS = "none"     // not at all; only for a server on the same machine or network
)

// Config says which server sends mails, and as whom. Zero values are replaced by what is in brackets.
type Config struct {
	Host          string        // name or address of the server
	Port          int           // [587; 465 for Implicit, 25 for None]
	TLS           TLS           // [StartTLS]
	Roots         string        // PEM file with the authorities that are believed [the system's]
	User          string        // to sign in as; empty: without signing in
	PasswordRef   string        // where the password is, for Secret
	PlainPassword bool          // the password may go over a connection without TLS
	From          string        // whom mails are from: an address, or NAME <ADDRESS>
	Helo          string        // what we call ourselves [the domain of From]
	Timeout       time.Duration // for one mail, connecting and waiting for a connection included [2 min]
	Idle          time.Duration // how long a connection is kept for the next mail [10 s]
	AtOnce        int           // how many connections at a time [2]

	// Secret returns the password that PasswordRef names. It is asked at each signing in.
	Secret func(ctx context.Context, ref string) (string, error)
	Now    func() time.Time
}

// port returns the usual port, 0 for what is no way to secure mail.
func (t TLS) port() int {
	switch t {
	case StartTLS:
		return 587
	case Implicit:
		return 465
	case None:
		return 25
	}
	return 0
}

// Open returns the sender that c describes, or what is wrong with c. It does not connect.
func Open(c Config) (*SMTP, error) {
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("read the mails' sender %q: %w", c.From, err)
	}
	if _, ok := mailbox(from.Address); !ok || !printable(from.Name, "") {
		return nil, fmt.Errorf("mails cannot be sent from %q", c.From)
	}
	if c.TLS == "" {
		c.TLS = StartTLS
	}
	if c.Port == 0 {
		c.Port = c.TLS.port()
	}
	if c.Helo == "" {
		_, c.Helo, _ = strings.Cut(from.Address, "@")
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	c.Timeout, c.Idle = or(c.Timeout, 2*time.Minute), or(c.Idle, 10*time.Second)
	s := &SMTP{config: c, from: *from, address: net.JoinHostPort(c.Host, strconv.Itoa(c.Port)), turns: make(chan struct{}, or(c.AtOnce, 2))}
	s.tls = &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12}
	if c.Roots != "" {
		if s.tls.RootCAs, err = roots(c.Roots); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (c Config) check() error {
	switch {
	case c.Host == "" || strings.ContainsAny(c.Host, " /@[]\r\n\t"):
		return fmt.Errorf("%q is no mail server", c.Host)
	case c.TLS.port() == 0:
		return fmt.Errorf("%q is no way to secure mail: say %s, %s or %s", c.TLS, StartTLS, Implicit, None)
	case c.Port < 1 || c.Port > 65535:
		return fmt.Errorf("%d is no port", c.Port)
	case !isDomain(c.Helo):
		return fmt.Errorf("%q is no name to call ourselves by", c.Helo)
	case c.User != "" && (c.PasswordRef == "" || c.Secret == nil):
		return errors.New("signing in to the mail server needs a password: env:NAME or file:PATH")
	case c.User == "" && c.PasswordRef != "":
		return errors.New("the password for the mail server has no user")
	case c.User != "" && c.TLS == None && !c.PlainPassword:
		return errors.New("a password goes over TLS only, unless it is said that it may go without")
	case c.Timeout < 0 || c.Idle < 0 || c.AtOnce < 0:
		return errors.New("the limits of mail must not be negative")
	case c.Now == nil:
		return errors.New("mail needs a clock")
	}
	return nil
}

func or[T int | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

func roots(file string) (*x509.CertPool, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the authorities for mail: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(b) {
		return nil, fmt.Errorf("%s has no certificate of an authority", file)
	}
	return pool, nil
}
