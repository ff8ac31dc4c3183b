package mail_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"cloudpocket/portal/mail"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("JST", 9*3600))

const password = "correct horse 電池"

// received is one mail that the server took.
type received struct {
	from string
	to   []string
	user string // who had signed in
	utf8 bool   // SMTPUTF8 was asked for
	data []byte
}

// server is a real SMTP server. What it answers can be set by step.
type server struct {
	host  string
	port  int
	roots string // file

	mutex       sync.Mutex
	mails       []received
	connections int
	answer      map[string]error // by step: mail, rcpt, data
	mechanisms  []string
}

type serve struct {
	tls        mail.TLS
	names      []string // in the certificate
	mechanisms []string
	insecure   bool // offers AUTH without TLS
}

func start(t *testing.T, how serve) *server {
	t.Helper()
	if how.names == nil {
		how.names = []string{"127.0.0.1"}
	}
	certificate, roots := certify(t, how.names)
	s := &server{roots: roots, answer: map[string]error{}, mechanisms: how.mechanisms}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.locate(l)
	l = &door{Listener: l, server: s}
	backend := smtp.NewServer(smtp.BackendFunc(s.session))
	backend.Domain = "mx.example.jp"
	backend.AllowInsecureAuth = how.insecure
	backend.ErrorLog = discard{}
	backend.EnableSMTPUTF8 = true
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	switch how.tls {
	case mail.StartTLS:
		backend.TLSConfig = config
	case mail.Implicit:
		l = tls.NewListener(l, config)
	}
	t.Cleanup(func() { backend.Close() })
	go backend.Serve(l)
	return s
}

// door counts who comes in.
type door struct {
	net.Listener
	server *server
}

func (d *door) Accept() (net.Conn, error) {
	conn, err := d.Listener.Accept()
	if err == nil {
		d.server.mutex.Lock()
		d.server.connections++
		d.server.mutex.Unlock()
	}
	return conn, err
}

type discard struct{}

func (discard) Printf(string, ...any) {}
func (discard) Println(...any)        {}

func (s *server) locate(l net.Listener) {
	a := l.Addr().(*net.TCPAddr)
	s.host, s.port = "127.0.0.1", a.Port
}

func (s *server) session(*smtp.Conn) (smtp.Session, error) {
	return &session{server: s}, nil
}

func (s *server) set(step string, err error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.answer[step] = err
}

func (s *server) say(step string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.answer[step]
}

func (s *server) got() []received {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]received(nil), s.mails...)
}

type session struct {
	server *server
	now    received
	user   string
}

func (c *session) Mail(from string, o *smtp.MailOptions) error {
	c.now = received{from: from, user: c.user, utf8: o.UTF8}
	return c.server.say("mail")
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.now.to = append(c.now.to, to)
	return c.server.say("rcpt")
}

func (c *session) Data(r io.Reader) (err error) {
	if c.now.data, err = io.ReadAll(r); err != nil {
		return err
	}
	if err := c.server.say("data"); err != nil {
		return err
	}
	c.server.mutex.Lock()
	defer c.server.mutex.Unlock()
	c.server.mails = append(c.server.mails, c.now)
	return nil
}

func (c *session) Reset()        {}
func (c *session) Logout() error { return nil }

func (c *session) AuthMechanisms() []string { return c.server.mechanisms }

func (c *session) Auth(mechanism string) (sasl.Server, error) {
	check := func(user, word string) error {
		if user != "pocket" || word != password {
			return smtp.ErrAuthFailed
		}
		c.user = user
		return nil
	}
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, user, word string) error { return check(user, word) }), nil
	case sasl.Login:
		return &login{check: check}, nil
	case "CRAM-MD5":
		return &cram{check: func() error { return check("pocket", password) }}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

// certify returns a certificate for names and a file with the authority behind it.
func certify(t *testing.T, names []string) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// to returns a sender that believes s and goes without TLS or password unless change says so.
func to(t *testing.T, s *server, change func(*mail.Config)) *mail.SMTP {
	t.Helper()
	config := mail.Config{
		Host: s.host, Port: s.port, TLS: mail.None, Roots: s.roots, From: "クラウドポケット <no-reply@pocket.example.jp>",
		Timeout: 20 * time.Second, Now: func() time.Time { return noon },
		Secret: func(_ context.Context, ref string) (string, error) {
			if ref != "env:MAIL" {
				return "", fmt.Errorf("there is no %s", ref)
			}
			return password, nil
		},
	}
	if change != nil {
		change(&config)
	}
	sender, err := mail.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.Close)
	return sender
}

func signIn(c *mail.Config) { c.User, c.PasswordRef = "pocket", "env:MAIL" }

// scripted is a server whose every answer is given: by the first word that the client says, "greeting" and "end" (of
// DATA). "hang" waits for ever, "drop" closes the connection, "" says nothing and goes on.
func scripted(t *testing.T, answers map[string]string) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &server{}
	s.locate(l)
	_, s.roots = certify(t, []string{"127.0.0.1"})
	full := map[string]string{
		"greeting": "220 ready", "EHLO": "250-mx\r\n250 8BITMIME", "HELO": "250 mx", "MAIL": "250 ok", "RCPT": "250 ok",
		"DATA": "354 go", "end": "250 taken", "RSET": "250 ok", "QUIT": "221 bye", "AUTH": "235 ok", "STARTTLS": "220 go",
	}
	for k, v := range answers {
		full[k] = v
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.mutex.Lock()
			s.connections++
			s.mutex.Unlock()
			go s.play(t.Context(), conn, full)
		}
	}()
	return s
}

func (s *server) play(ctx context.Context, conn net.Conn, answers map[string]string) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	word, data := "greeting", bytes.Buffer{}
	for {
		switch a := answers[word]; a {
		case "hang":
			<-ctx.Done()
			return
		case "drop":
			return
		default:
			if word == "end" && strings.HasPrefix(a, "2") { // first, so that whoever hears the answer finds it
				s.mutex.Lock()
				s.mails = append(s.mails, received{data: bytes.Clone(data.Bytes())})
				s.mutex.Unlock()
			}
			if _, err := io.WriteString(conn, a+"\r\n"); err != nil {
				return
			}
		}
		reading := word == "DATA" && strings.HasPrefix(answers[word], "354")
		data.Reset()
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			if !reading {
				word = strings.ToUpper(strings.Fields(line + " x")[0])
				break
			}
			if line == ".\r\n" {
				word = "end"
				break
			}
			data.WriteString(line)
			if answers["within"] == "drop" && data.Len() > 1000 {
				return
			}
		}
	}
}

// login is the server's half of LOGIN.
type login struct {
	check func(user, word string) error
	step  int
	user  string
}

func (l *login) Next(response []byte) ([]byte, bool, error) {
	l.step++
	switch l.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		l.user = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.user, string(response))
}

// cram is the server's half of CRAM-MD5 (RFC 2195).
type cram struct {
	check func() error
	asked bool
}

const challenge = "<1896.697170952@mx.example.jp>"

func (c *cram) Next(response []byte) ([]byte, bool, error) {
	if !c.asked {
		c.asked = true
		return []byte(challenge), false, nil
	}
	if string(response) != "pocket "+digest(challenge) {
		return nil, true, smtp.ErrAuthFailed
	}
	return nil, true, c.check()
}

func code(code int, words string) error {
	enhanced, rest, _ := strings.Cut(words, " ")
	parts := strings.Split(enhanced, ".")
	if len(parts) != 3 {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: words}
	}
	var e smtp.EnhancedCode
	for i, p := range parts {
		e[i], _ = strconv.Atoi(p)
	}
	return &smtp.SMTPError{Code: code, EnhancedCode: e, Message: rest}
}
