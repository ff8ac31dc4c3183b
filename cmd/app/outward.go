package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/hook"
	"cloudpocket/portal/job"
	"cloudpocket/portal/mail"
	"cloudpocket/portal/scan"
	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

// ScanOff is the word by which an operator says that nothing is scanned.
const ScanOff = "off"

// SMTPConfig is the server that mails are sent by. Without a host, there are no mails.
type SMTPConfig struct {
	Host          string `help:"Mail server that mails to people are sent by. Empty: no mails are sent." env:"CLOUDPOCKET_SMTP_HOST"`
	Port          int    `help:"Its port. 0: 587, with --smtp-tls=implicit 465, with none 25." env:"CLOUDPOCKET_SMTP_PORT" default:"0"`
	TLS           string `name:"tls" help:"How the connection to it is secured: starttls (required, not tried), implicit or none." env:"CLOUDPOCKET_SMTP_TLS" enum:"starttls,implicit,none" default:"starttls"`
	Roots         string `help:"PEM file with the authorities that its certificate may be of. Empty: the system's." env:"CLOUDPOCKET_SMTP_ROOTS" type:"path"`
	User          string `help:"Whom to sign in as. Empty: without signing in." env:"CLOUDPOCKET_SMTP_USER"`
	Password      string `help:"Where the password is: env:NAME or file:PATH." env:"CLOUDPOCKET_SMTP_PASSWORD"`
	PlainPassword bool   `help:"Let the password go over a connection without TLS." env:"CLOUDPOCKET_SMTP_PLAIN_PASSWORD"`
	From          string `help:"Whom mails are from: an address, or NAME <ADDRESS>." env:"CLOUDPOCKET_SMTP_FROM"`
	DigestHour    int    `name:"digest-hour" help:"At which hour in Japan the day's mail goes out to those who want one a day, 0 to 23." env:"CLOUDPOCKET_SMTP_DIGEST_HOUR" default:"8"`
}

// outward is what files pass and mails go through. What is not configured is nil.
type outward struct {
	scanner *scan.Clamd
	post    *mail.SMTP
}

// checkScan demands that the operator said what becomes of malware.
func (c Config) checkScan() error {
	switch c.Scan {
	case "":
		return store.Fail(store.Invalid, "config.scan", "nobody said whether files are scanned for malware")
	case ScanOff:
		return nil
	}
	if _, err := scan.Open(scan.Config{Address: c.Scan}); err != nil {
		return store.Fail(store.Invalid, "config.scan", "%w", err)
	}
	return nil
}

func (c Config) checkMail() error {
	switch {
	case c.SMTP.DigestHour < 0 || c.SMTP.DigestHour > 23:
		return store.Fail(store.Invalid, "config.smtp", "%d is no hour", c.SMTP.DigestHour)
	case c.SMTP.Host == "" && (c.SMTP.From != "" || c.SMTP.User != ""):
		return store.Fail(store.Invalid, "config.smtp", "mails have a sender or a user, and no server")
	case c.SMTP.Host == "":
		return nil
	}
	post, err := mail.Open(c.mail(time.Now))
	if err != nil {
		return store.Fail(store.Invalid, "config.smtp", "%w", err)
	}
	post.Close()
	return nil
}

func (c Config) mail(now func() time.Time) mail.Config {
	m := c.SMTP
	return mail.Config{Host: m.Host, Port: m.Port, TLS: mail.TLS(m.TLS), Roots: m.Roots, User: m.User, PasswordRef: m.Password,
		PlainPassword: m.PlainPassword, From: m.From, Secret: secret, Now: now}
}

// openOutward opens what is configured, and says what is not.
func (a *App) openOutward() (err error) {
	if a.config.Scan == ScanOff {
		a.log.Warn("files are not scanned for malware: --scan=off")
	} else if a.out.scanner, err = scan.Open(scan.Config{Address: a.config.Scan}); err != nil {
		return fmt.Errorf("open the scanner: %w", err)
	}
	if a.config.SMTP.Host == "" {
		a.log.Warn("no mails are sent: there is no --smtp-host")
	} else if a.out.post, err = mail.Open(a.config.mail(a.now)); err != nil {
		return fmt.Errorf("open the mail server: %w", err)
	}
	a.Portal.Scanning, a.Portal.Mailing, a.Portal.DigestHour = a.out.scanner != nil, a.out.post != nil, a.config.SMTP.DigestHour
	return nil
}

// outwardWork adds to the runner's work what the way out needs. Without a scanner or a mail server nobody takes their
// tasks: those that are left from before wait.
func (a *App) outwardWork(handlers map[store.TaskKind]job.Handler) error {
	handlers[store.TaskRelease] = job.Release(a.Portal)
	handlers[store.TaskExpire] = job.Expire(a.Portal)
	handlers[store.TaskRemind] = job.Remind(a.Portal)
	handlers[store.TaskTell] = job.Tell(a.Portal)
	handlers[store.TaskWebhook] = job.Webhook(a.Portal, hook.New(outbound.Config{AllowPrivate: a.config.PrivateIdPs}, a.now), a.now)
	if a.out.scanner != nil {
		handlers[store.TaskScan] = job.Scan(a.Portal, a.out.scanner)
	}
	if a.out.post == nil {
		return nil
	}
	words, err := mail.OpenWords()
	if err != nil {
		return fmt.Errorf("load the words of mails: %w", err)
	}
	handlers[store.TaskMail] = job.Mail(job.Mailer{Outbox: a.Portal, Post: a.out.post, Words: words, BaseURL: a.config.BaseURL})
	return nil
}

// releaseHeld has made what a scanner kept waiting that is not asked any more: since it was switched off, nothing else
// would come by to make it.
func (a *App) releaseHeld(ctx context.Context) {
	ids, err := a.tenantIDs(ctx)
	n := 0
	if err == nil {
		n, err = portal.Setup{Portal: a.Portal}.ReleaseHeld(ctx, ids)
	}
	switch {
	case err != nil && ctx.Err() == nil:
		a.log.Warn("release what waited for the scanner", "error", err)
	case n > 0:
		a.log.Warn("what waited for the scanner is delivered unscanned", "deliveries", n)
	}
}

// watchOutward has /readyz tell of the scanner and the mail server. Neither makes the service unready: what is delivered
// can be read without them, and what is not waits.
func (a *App) watchOutward(h *health) {
	h.beside = map[string]func(context.Context) error{"scanner": errSwitchedOff, "mail": errSwitchedOff}
	if a.out.scanner != nil {
		h.beside["scanner"] = a.out.scanner.Ping
	}
	if a.out.post != nil {
		h.beside["mail"] = seldom(a.out.post.Ping, a.now)
	}
}

// errOff is the state of what the operator does without.
var errOff = errors.New("switched off")

func errSwitchedOff(context.Context) error { return errOff }
