package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// step is where in the conversation something happened.
type step string

const (
	stepConnect step = "connect"
	stepGreet   step = "greeting"
	stepTLS     step = "TLS"
	stepAuth    step = "AUTH"
	stepMail    step = "MAIL"
	stepRcpt    step = "RCPT"
	stepData    step = "DATA"
	stepEnd     step = "the end of DATA"
)

// conversation is one connection on which mails can be sent, one after the other.
type conversation struct {
	wire   *wire
	client *smtp.Client
	mails  int // that were begun
	expire *time.Timer
}

// begin connects, secures the connection and signs in.
func (s *SMTP) begin(ctx context.Context) (*conversation, error) {
	conn, err := (&net.Dialer{Timeout: 30 * time.Second}).DialContext(ctx, "tcp", s.address)
	if err != nil {
		return nil, judge(stepConnect, err)
	}
	c := &conversation{wire: &wire{Conn: conn, left: maxAnswers}}
	free := c.wire.bind(ctx)
	err = s.introduce(ctx, c)
	if !free() && err == nil {
		err = judge(stepAuth, ctx.Err())
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

func (s *SMTP) introduce(ctx context.Context, c *conversation) (err error) {
	conn := net.Conn(c.wire)
	if s.config.TLS == Implicit {
		secured := tls.Client(conn, s.tls)
		if err := secured.HandshakeContext(ctx); err != nil {
			return judge(stepTLS, err)
		}
		conn = secured
	}
	if c.client, err = smtp.NewClient(conn, s.config.Host); err != nil {
		return judge(stepGreet, err)
	}
	c.client.SkipSMTPUTF8(true) // every address is ASCII
	if err := c.client.Hello(s.config.Helo); err != nil {
		return judge(stepGreet, err)
	}
	if err := s.secure(c.client); err != nil {
		return judge(stepTLS, err)
	}
	if s.config.User == "" {
		return nil
	}
	auth, err := s.auth(ctx, c.client)
	if err == nil {
		err = c.client.Auth(auth)
	}
	return judge(stepAuth, err)
}

// errSetup is what only a change of settings, here or at the server, can mend.
var errSetup = errors.New("the settings do not fit")

func (s *SMTP) secure(client *smtp.Client) error {
	if s.config.TLS != StartTLS {
		return nil
	}
	if offered, _ := client.Extension("STARTTLS"); !offered {
		return fmt.Errorf("%w: the mail server offers no STARTTLS", errSetup)
	}
	return client.StartTLS(s.tls)
}

// auth returns the way to sign in. Over TLS the password itself is the surest; without, a proof of it is better.
func (s *SMTP) auth(ctx context.Context, client *smtp.Client) (smtp.Auth, error) {
	_, offer := client.Extension("AUTH")
	password, err := s.config.Secret(ctx, s.config.PasswordRef)
	if err != nil {
		return nil, fmt.Errorf("%w: read the password for the mail server: %w", errSetup, err)
	}
	user, host := s.config.User, s.config.Host
	ways := []struct {
		name string
		auth smtp.Auth
	}{
		{"PLAIN", smtp.PlainAuth("", user, password, host, s.config.PlainPassword)},
		{"LOGIN", smtp.LoginAuth(user, password, host, s.config.PlainPassword)},
		{"CRAM-MD5", smtp.CRAMMD5Auth(user, password)},
	}
	if s.config.TLS == None {
		slices.Reverse(ways)
	}
	offered := strings.Fields(strings.ToUpper(offer))
	for _, w := range ways {
		if slices.Contains(offered, w.name) {
			return w.auth, nil
		}
	}
	return nil, fmt.Errorf("%w: of PLAIN, LOGIN and CRAM-MD5 the mail server offers none to sign in", errSetup)
}

// deliver sends one mail. It was accepted if and only if the error is nil, or nobody knows: then the error is of stepEnd
// and has no code.
func (c *conversation) deliver(l letter) error {
	if err := c.client.Mail(l.from); err != nil {
		return judge(stepMail, err)
	}
	if err := c.client.Rcpt(l.to); err != nil {
		return judge(stepRcpt, err)
	}
	w, err := c.client.Data()
	if err != nil {
		return judge(stepData, err)
	}
	if _, err := w.Write(l.bytes); err != nil {
		return judge(stepData, err) // and no Close, which would end the mail as if it were whole
	}
	return judge(stepEnd, w.Close())
}

// end says good-bye, within a moment, and closes.
func (c *conversation) end(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	defer c.wire.bind(ctx)()
	c.client.Quit() // a server that does not say good-bye is left all the same
	c.wire.Close()
}
