package mail_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/portal/mail"
	"cloudpocket/store"
)

func digest(challenge string) string {
	h := hmac.New(md5.New, []byte(password))
	h.Write([]byte(challenge))
	return hex.EncodeToString(h.Sum(nil))
}

var japanese = mail.Message{
	ID: "01hzx5k9mail", To: "worker@client.example.jp", Subject: "【みなと社会保険労務士法人】新しい公文書が届いています。次のページからサインインして、内容をご確認ください",
	Text: "公文書が届いています。\n\n.\n..dots\nhttps://pocket.example.jp/\n",
	HTML: "<p>公文書が<b>届いて</b>います。</p>\n",
}

var english = mail.Message{ID: "01hzx5k9mai2", To: "a..b.@docomo.example.jp", Subject: "Something waits", Text: "Caf\u00e9 = \"1\"\n" + strings.Repeat("long ", 60) + "\n"}

// parsed is what a reader of mail sees.
type parsed struct {
	header netmail.Header
	parts  map[string]string // by media type
	coded  map[string]string // transfer encodings
}

func parse(t *testing.T, data []byte) parsed {
	t.Helper()
	for i, line := range bytes.Split(data, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n") || bytes.ContainsFunc(line, func(r rune) bool { return r > '~' }) {
			t.Fatalf("line %d is not fit for mail: %q", i, line)
		}
	}
	m, err := netmail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%v in %q", err, data)
	}
	p := parsed{header: m.Header, parts: map[string]string{}, coded: map[string]string{}}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if kind != "multipart/alternative" {
		p.add(t, kind, params, m.Header.Get("Content-Transfer-Encoding"), m.Body)
		return p
	}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return p
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, params, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		p.add(t, kind, params, part.Header.Get("Content-Transfer-Encoding"), part)
	}
}

func (p parsed) add(t *testing.T, kind string, params map[string]string, coding string, body io.Reader) {
	t.Helper()
	switch coding {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	default:
		t.Fatalf("%s is coded as %q", kind, coding)
	}
	b, err := io.ReadAll(body)
	if err != nil || !strings.EqualFold(params["charset"], "utf-8") {
		t.Fatalf("%s: %v, charset %q", kind, err, params["charset"])
	}
	p.parts[kind], p.coded[kind] = string(b), coding
}

func (p parsed) word(t *testing.T, header string) string {
	t.Helper()
	s, err := (&mime.WordDecoder{}).DecodeHeader(p.header.Get(header))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

func TestWhatArrives(t *testing.T) {
	s := start(t, serve{tls: mail.StartTLS})
	sender := to(t, s, func(c *mail.Config) { c.TLS = mail.StartTLS })
	for _, m := range []mail.Message{japanese, english} {
		if err := sender.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	got := s.got()
	if len(got) != 2 {
		t.Fatalf("%d mails arrived", len(got))
	}
	p := parse(t, got[0].data)
	for header, want := range map[string]string{
		"Subject": japanese.Subject, "From": `クラウドポケット <no-reply@pocket.example.jp>`, "To": "<worker@client.example.jp>",
		"Message-Id": "<01hzx5k9mail@pocket.example.jp>", "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All",
		"Date": "Sun, 22 Nov 2026 12:00:00 +0900", "Mime-Version": "1.0", "User-Agent": "", "X-Mailer": "", "Bcc": "",
	} {
		if p.word(t, header) != want {
			t.Errorf("%s is %q; want %q", header, p.word(t, header), want)
		}
	}
	if got[0].utf8 || got[0].from != "no-reply@pocket.example.jp" || len(got[0].to) != 1 || got[0].to[0] != japanese.To {
		t.Errorf("the envelope is %+v", got[0])
	}
	if p.parts["text/plain"] != crlf(japanese.Text) || p.parts["text/html"] != crlf(japanese.HTML) || p.coded["text/plain"] != "base64" {
		t.Errorf("the parts are %q, coded %q", p.parts, p.coded)
	}
	p = parse(t, got[1].data)
	if p.parts["text/plain"] != crlf(english.Text) || p.coded["text/plain"] != "quoted-printable" || p.header.Get("Subject") != english.Subject {
		t.Errorf("the second mail is %q, coded %q, %q", p.parts, p.coded, p.header)
	}
	if a, err := netmail.ParseAddress(p.header.Get("To")); err != nil || a.Address != english.To || got[1].to[0] != english.To {
		t.Errorf("an address with two dots arrives as %q and %q: %v", p.header.Get("To"), got[1].to, err)
	}
}

func TestSecured(t *testing.T) {
	tests := []struct {
		name       string
		tls        mail.TLS
		mechanisms []string
		change     func(*mail.Config)
		user       string
	}{
		{"STARTTLS", mail.StartTLS, nil, nil, ""},
		{"implicit TLS", mail.Implicit, nil, nil, ""},
		{"no TLS, said", mail.None, nil, nil, ""},
		{"STARTTLS and PLAIN", mail.StartTLS, []string{"CRAM-MD5", "LOGIN", "PLAIN"}, signIn, "pocket"},
		{"implicit TLS and LOGIN", mail.Implicit, []string{"LOGIN"}, signIn, "pocket"},
		{"implicit TLS and CRAM-MD5", mail.Implicit, []string{"CRAM-MD5"}, signIn, "pocket"},
		{"no TLS and PLAIN, both said", mail.None, []string{"PLAIN"}, func(c *mail.Config) { signIn(c); c.PlainPassword = true }, "pocket"},
		{"no TLS and LOGIN, both said", mail.None, []string{"LOGIN"}, func(c *mail.Config) { signIn(c); c.PlainPassword = true }, "pocket"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := start(t, serve{tls: test.tls, mechanisms: test.mechanisms, insecure: test.tls != mail.StartTLS})
			sender := to(t, s, func(c *mail.Config) {
				c.TLS = test.tls
				if test.change != nil {
					test.change(c)
				}
			})
			if err := sender.Send(t.Context(), japanese); err != nil {
				t.Fatal(err)
			}
			if got := s.got(); len(got) != 1 || got[0].user != test.user {
				t.Fatalf("got %+v", got)
			}
		})
	}
}

// failure fails unless err is a Failure with these marks and the kind and key that go with them.
func failure(t *testing.T, err error, permanent, address, setup bool) *mail.Failure {
	t.Helper()
	var f *mail.Failure
	if !errors.As(err, &f) {
		t.Fatalf("got %v", err)
	}
	if f.Permanent != permanent || f.Address != address || f.Setup != setup {
		t.Fatalf("got %+v (%v)", *f, err)
	}
	want := &store.Error{Kind: store.Unavailable, Key: mail.KeyAway}
	switch {
	case permanent && address:
		want = &store.Error{Kind: store.Invalid, Key: mail.KeyAddress}
	case permanent:
		want = &store.Error{Kind: store.Invalid, Key: mail.KeyRefused}
	case setup:
		want.Key = mail.KeySettings
	}
	if !errors.Is(err, want) {
		t.Fatalf("got %v; want %v", err, want)
	}
	if strings.Contains(err.Error(), password) {
		t.Fatalf("the password is in %v", err)
	}
	return f
}

func TestRefusals(t *testing.T) {
	long := strings.Repeat("あ", 500)
	tests := []struct {
		step                      string
		code                      int
		words                     string
		permanent, address, setup bool
		want                      string
	}{
		{"mail", 450, "4.7.1 slow down", false, false, false, "4.7.1 slow down"},
		{"mail", 421, "4.3.2 closing", false, false, false, "4.3.2 closing"},
		{"mail", 550, "5.7.1 who are you", false, false, true, "5.7.1 who are you"},
		{"mail", 530, "5.7.0 sign in first", false, false, true, "5.7.0 sign in first"},
		{"mail", 552, "5.3.4 too large", true, false, false, "5.3.4 too large"},
		{"rcpt", 451, "4.7.1 greylisted", false, false, false, "4.7.1 greylisted"},
		{"rcpt", 452, "4.2.2 mailbox full", false, false, false, "4.2.2 mailbox full"},
		{"rcpt", 552, "5.2.2 mailbox full", false, false, false, "5.2.2 mailbox full"},
		{"rcpt", 550, "5.1.1 no such user", true, true, false, "5.1.1 no such user"},
		{"rcpt", 550, "User unknown", true, true, false, "User unknown"},
		{"rcpt", 553, "5.1.3 bad address", true, true, false, "5.1.3 bad address"},
		{"rcpt", 554, "5.7.1 relay access denied", true, false, false, "5.7.1 relay access denied"},
		{"rcpt", 550, "5.1.1 <b>no</b>\x1b[31m \u202eevil\x00 " + long, true, true, false, ""},
		{"data", 451, "4.3.0 disk full", false, false, false, "4.3.0 disk full"},
		{"data", 554, "5.6.0 looks like spam", true, false, false, "5.6.0 looks like spam"},
		{"data", 550, "5.1.1 no such user after all", true, true, false, "5.1.1 no such user after all"},
	}
	s := start(t, serve{tls: mail.StartTLS})
	sender := to(t, s, func(c *mail.Config) { c.TLS = mail.StartTLS })
	for _, test := range tests {
		t.Run(fmt.Sprintf("%d to %s, %.12s", test.code, test.step, test.words), func(t *testing.T) {
			s.set(test.step, code(test.code, test.words))
			err := sender.Send(t.Context(), japanese)
			s.set(test.step, nil)
			f := failure(t, err, test.permanent, test.address, test.setup)
			if f.Code != test.code || test.want != "" && f.Words != test.want {
				t.Errorf("got %d %q", f.Code, f.Words)
			}
			if strings.ContainsAny(f.Words, "\x1b\x00\u202e\n") || len([]rune(f.Words)) > 200 {
				t.Errorf("%q is not safe to show", f.Words)
			}
			if err := sender.Send(t.Context(), english); err != nil {
				t.Errorf("the next mail does not go: %v", err)
			}
		})
	}
	if n := len(s.got()); n != len(tests) {
		t.Errorf("%d mails arrived; want %d", n, len(tests))
	}
}

func TestSettingsThatDoNotFit(t *testing.T) {
	starttls := func(c *mail.Config) { c.TLS = mail.StartTLS }
	tests := []struct {
		name   string
		serve  serve
		change func(*mail.Config)
		says   string
	}{
		{"wrong password", serve{tls: mail.StartTLS, mechanisms: []string{"PLAIN"}}, func(c *mail.Config) {
			starttls(c)
			signIn(c)
			c.Secret = func(context.Context, string) (string, error) { return "wrong", nil }
		}, "535 5.7.8"},
		{"no password", serve{tls: mail.StartTLS, mechanisms: []string{"PLAIN"}}, func(c *mail.Config) {
			starttls(c)
			signIn(c)
			c.PasswordRef = "env:NONE"
		}, "there is no env:NONE"},
		{"nothing to sign in by", serve{tls: mail.StartTLS, mechanisms: []string{"GSSAPI"}}, func(c *mail.Config) { starttls(c); signIn(c) }, "offers none"},
		{"no AUTH at all", serve{tls: mail.StartTLS}, func(c *mail.Config) { starttls(c); signIn(c) }, "offers none"},
		{"no STARTTLS", serve{tls: mail.None}, starttls, "offers no STARTTLS"},
		{"a certificate for another", serve{tls: mail.StartTLS, names: []string{"other.example.jp"}}, starttls, "certificate"},
		{"a certificate for another, implicit", serve{tls: mail.Implicit, names: []string{"other.example.jp"}}, func(c *mail.Config) { c.TLS = mail.Implicit }, "certificate"},
		{"an authority that is not believed", serve{tls: mail.StartTLS}, func(c *mail.Config) { starttls(c); c.Roots = "" }, "authority"},
		{"TLS to a server without", serve{tls: mail.None}, func(c *mail.Config) { c.TLS = mail.Implicit }, "TLS"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := start(t, test.serve)
			err := to(t, s, test.change).Send(t.Context(), japanese)
			failure(t, err, false, false, true)
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v; want %q in it", err, test.says)
			}
			if len(s.got()) != 0 {
				t.Error("a mail arrived")
			}
		})
	}
}

func TestAnswersAtEveryStep(t *testing.T) {
	starttls := func(c *mail.Config) { c.TLS = mail.StartTLS }
	plain := func(c *mail.Config) { signIn(c); c.PlainPassword = true }
	auth := "250-mx\r\n250 AUTH PLAIN"
	tests := []struct {
		name                      string
		answers                   map[string]string
		change                    func(*mail.Config)
		permanent, address, setup bool
		code                      int
	}{
		{"421 greets", map[string]string{"greeting": "421 busy"}, nil, false, false, false, 421},
		{"554 greets", map[string]string{"greeting": "554 no mail here"}, nil, false, false, true, 554},
		{"nonsense greets", map[string]string{"greeting": "HTTP/1.1 400 Bad Request"}, nil, false, false, false, 0},
		{"451 to EHLO and HELO", map[string]string{"EHLO": "451 later", "HELO": "451 later"}, nil, false, false, false, 451},
		{"550 to EHLO and HELO", map[string]string{"EHLO": "550 no", "HELO": "550 no"}, nil, false, false, true, 550},
		{"HELO only, TLS wanted", map[string]string{"EHLO": "502 what"}, starttls, false, false, true, 0},
		{"454 to STARTTLS", map[string]string{"EHLO": "250-mx\r\n250 STARTTLS", "STARTTLS": "454 later"}, starttls, false, false, false, 454},
		{"501 to STARTTLS", map[string]string{"EHLO": "250-mx\r\n250 STARTTLS", "STARTTLS": "501 no"}, starttls, false, false, true, 501},
		{"454 to AUTH", map[string]string{"EHLO": auth, "AUTH": "454 later"}, plain, false, false, false, 454},
		{"534 to AUTH", map[string]string{"EHLO": auth, "AUTH": "534 weak"}, plain, false, false, true, 534},
		{"drop at AUTH", map[string]string{"EHLO": auth, "AUTH": "drop"}, plain, false, false, false, 0},
		{"451 to DATA", map[string]string{"DATA": "451 later"}, nil, false, false, false, 451},
		{"503 to DATA", map[string]string{"DATA": "503 what"}, nil, false, false, true, 503},
		{"554 to DATA", map[string]string{"DATA": "554 no"}, nil, true, false, false, 554},
		{"250 to DATA", map[string]string{"DATA": "250 eh"}, nil, false, false, false, 0},
		{"drop at the greeting", map[string]string{"greeting": "drop"}, nil, false, false, false, 0},
		{"drop at MAIL", map[string]string{"MAIL": "drop"}, nil, false, false, false, 0},
		{"drop at RCPT", map[string]string{"RCPT": "drop"}, nil, false, false, false, 0},
		{"drop at DATA", map[string]string{"DATA": "drop"}, nil, false, false, false, 0},
		{"drop within DATA", map[string]string{"within": "drop"}, nil, false, false, false, 0},
		{"drop at the end of DATA", map[string]string{"end": "drop"}, nil, false, false, false, 0},
		{"endless answer", map[string]string{"MAIL": "250-" + strings.Repeat("a", 1<<20)}, nil, false, false, false, 0},
		{"endless answers", map[string]string{"EHLO": strings.Repeat("250-a\r\n", 1<<17)}, nil, false, false, false, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := scripted(t, test.answers)
			m := japanese
			m.Text = strings.Repeat("公文書が届いています。\n", 1000)
			sender := to(t, s, test.change)
			err := sender.Send(t.Context(), m)
			f := failure(t, err, test.permanent, test.address, test.setup)
			if f.Code != test.code || strings.Contains(err.Error(), "says too much") != strings.HasPrefix(test.name, "endless") {
				t.Errorf("got code %d (%v)", f.Code, err)
			}
			failure(t, sender.Send(t.Context(), m), test.permanent, test.address, test.setup)
			if s.mutex.Lock(); f.Code == 0 && s.connections != 2 {
				t.Errorf("%d connections; want another one when nobody knows what the first one says next", s.connections)
			}
			s.mutex.Unlock()
			if len(s.got()) != 0 {
				t.Error("a mail arrived")
			}
		})
	}
}

func TestServerThatHangs(t *testing.T) {
	for _, at := range []string{"greeting", "EHLO", "MAIL", "RCPT", "DATA", "end"} {
		t.Run(at, func(t *testing.T) {
			s := scripted(t, map[string]string{at: "hang"})
			err := to(t, s, func(c *mail.Config) { c.Timeout = 100 * time.Millisecond }).Send(t.Context(), japanese)
			failure(t, err, false, false, false)
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v; want the deadline in it", err)
			}
			gone := errors.New("the service stops")
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(50*time.Millisecond, func() { cancel(gone) })
			if err = to(t, s, nil).Send(ctx, japanese); !errors.Is(err, gone) {
				t.Errorf("got %v; want the caller's cause in it", err)
			}
			failure(t, err, false, false, false)
		})
	}
	s := scripted(t, map[string]string{"EHLO": "250-mx\r\n250 STARTTLS", "STARTTLS": "220 go\r\nhang"})
	err := to(t, s, func(c *mail.Config) { c.TLS, c.Timeout = mail.StartTLS, 100*time.Millisecond }).Send(t.Context(), japanese)
	var f *mail.Failure
	if !errors.As(err, &f) || f.Permanent {
		t.Errorf("no TLS after STARTTLS: got %v", err)
	}
}

func TestNobodyListens(t *testing.T) {
	err := to(t, &server{host: "127.0.0.1", port: 1}, nil).Send(t.Context(), japanese)
	failure(t, err, false, false, false)
	err = to(t, &server{host: "mail.invalid", port: 25}, nil).Send(t.Context(), japanese)
	failure(t, err, false, false, false)
}

func TestSentAgainIsTheSameMail(t *testing.T) {
	s := scripted(t, map[string]string{"end": "drop"})
	failure(t, to(t, s, nil).Send(t.Context(), japanese), false, false, false)
	taking := start(t, serve{tls: mail.None})
	for range 2 {
		if err := to(t, taking, nil).Send(t.Context(), japanese); err != nil {
			t.Fatal(err)
		}
	}
	got := taking.got()
	a, b := parse(t, got[0].data), parse(t, got[1].data)
	if id := a.header.Get("Message-Id"); id == "" || id != b.header.Get("Message-Id") {
		t.Errorf("the Message-IDs are %q and %q", id, b.header.Get("Message-Id"))
	}
}

func TestABurstSharesConnections(t *testing.T) {
	s := start(t, serve{tls: mail.StartTLS})
	sender := to(t, s, func(c *mail.Config) { c.TLS, c.AtOnce = mail.StartTLS, 3 })
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			m := japanese
			m.ID = store.ID(fmt.Sprintf("mail-%d", i))
			if err := sender.Send(t.Context(), m); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	ids := map[string]bool{}
	for _, r := range s.got() {
		ids[parse(t, r.data).header.Get("Message-Id")] = true
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(ids) != 60 || s.connections > 3 {
		t.Errorf("%d different mails over %d connections; want 60 over at most 3", len(ids), s.connections)
	}
}

func TestAConnectionThatDiedMeanwhileIsReplaced(t *testing.T) {
	for _, rset := range []string{"drop", "421 idle too long", "hang"} {
		s := scripted(t, map[string]string{"RSET": rset})
		sender := to(t, s, func(c *mail.Config) { c.Timeout = 300 * time.Millisecond })
		if err := sender.Send(t.Context(), japanese); err != nil {
			t.Fatal(err)
		}
		err := sender.Send(t.Context(), english)
		if rset == "hang" {
			failure(t, err, false, false, false)
			err = sender.Send(t.Context(), english)
		}
		if err != nil || len(s.got()) != 2 || s.connections != 2 {
			t.Errorf("%s: got %v, %d mails, %d connections", rset, err, len(s.got()), s.connections)
		}
	}
}

func TestAnIdleConnectionEnds(t *testing.T) {
	s := scripted(t, nil)
	sender := to(t, s, func(c *mail.Config) { c.Idle = 20 * time.Millisecond })
	for n := range 2 {
		if err := sender.Send(t.Context(), japanese); err != nil {
			t.Fatal(err)
		}
		time.Sleep(200 * time.Millisecond)
		s.mutex.Lock()
		if s.connections != n+1 {
			t.Errorf("%d connections after %d mails", s.connections, n+1)
		}
		s.mutex.Unlock()
	}
	sender.Close()
	if err := sender.Send(t.Context(), japanese); err != nil {
		t.Errorf("after Close: %v", err)
	}
}

func TestNothingGetsIntoTheHeaders(t *testing.T) {
	s := start(t, serve{tls: mail.None})
	sender := to(t, s, nil)
	addresses := []string{
		"", "nobody", "@x.jp", "a@", "a@localhost", "a@b..jp", "a@-b.jp", "a b@x.jp", "a@x.jp\r\nBcc: b@y.jp", "a@x.jp\n", "a@x.jp>", "<a@x.jp>",
		"Name <a@x.jp>", "a@x.jp,b@y.jp", "a@x.jp b@y.jp", "\"a\"@x.jp", "a@[127.0.0.1]", "a(c)@x.jp", "山田@x.jp", "a@例え.jp", "a@x.jp\x00",
		"a@x.jp NOTIFY=NEVER", strings.Repeat("a", 65) + "@x.jp", "a@" + strings.Repeat("a", 64) + ".jp", "a@b@x.jp", "a;b@x.jp",
	}
	for _, a := range addresses {
		m := japanese
		m.To = a
		failure(t, sender.Send(t.Context(), m), true, true, false)
	}
	bad := map[string]func(*mail.Message){
		"subject with CRLF":      func(m *mail.Message) { m.Subject = "a\r\nBcc: b@y.jp" },
		"subject with LF":        func(m *mail.Message) { m.Subject = "a\nb" },
		"subject with U+2028":    func(m *mail.Message) { m.Subject = "a\u2028b" },
		"subject with NEL":       func(m *mail.Message) { m.Subject = "a\u0085b" },
		"subject that is not":    func(m *mail.Message) { m.Subject = "" },
		"subject without an end": func(m *mail.Message) { m.Subject = strings.Repeat("あ", 201) },
		"subject not in UTF-8":   func(m *mail.Message) { m.Subject = "a\xff" },
		"text with NUL":          func(m *mail.Message) { m.Text = "a\x00" },
		"text with CR":           func(m *mail.Message) { m.Text = "a\r.\r" },
		"text without an end":    func(m *mail.Message) { m.Text = strings.Repeat("a", 65<<10) },
		"HTML with ESC":          func(m *mail.Message) { m.HTML = "\x1b" },
		"ID with a line":         func(m *mail.Message) { m.ID = "a\r\nb" },
		"ID with a bracket":      func(m *mail.Message) { m.ID = "a>b" },
		"no ID":                  func(m *mail.Message) { m.ID = "" },
	}
	for name, change := range bad {
		t.Run(name, func(t *testing.T) {
			m := japanese
			change(&m)
			failure(t, sender.Send(t.Context(), m), true, false, false)
		})
	}
	if len(s.got()) != 0 || s.connections != 0 {
		t.Errorf("the server heard of it: %d mails, %d connections", len(s.got()), s.connections)
	}
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	good := mail.Config{Host: "mx.example.jp", From: "a@example.jp", Now: time.Now}
	if _, err := mail.Open(good); err != nil {
		t.Fatal(err)
	}
	empty := t.TempDir() + "/empty.pem"
	if err := os.WriteFile(empty, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	bad := map[string]func(*mail.Config){
		"no host":                func(c *mail.Config) { c.Host = "" },
		"a URL":                  func(c *mail.Config) { c.Host = "smtp://mx.example.jp" },
		"unknown TLS":            func(c *mail.Config) { c.TLS = "opportunistic" },
		"bad port":               func(c *mail.Config) { c.Port = 70000 },
		"no sender":              func(c *mail.Config) { c.From = "" },
		"sender with a line":     func(c *mail.Config) { c.From = "a@example.jp\r\nBcc: b@y.jp" },
		"sender's name likewise": func(c *mail.Config) { c.From = "=?utf-8?q?a=0D=0AX:_y?= <a@example.jp>" },
		"helo with a space":      func(c *mail.Config) { c.Helo = "a b" },
		"user without password":  func(c *mail.Config) { c.User = "u" },
		"password without user":  func(c *mail.Config) { c.PasswordRef = "env:A" },
		"password without TLS": func(c *mail.Config) {
			signIn(c)
			c.TLS = mail.None
			c.Secret = func(context.Context, string) (string, error) { return "", nil }
		},
		"no roots":      func(c *mail.Config) { c.Roots = "/nonexistent" },
		"empty roots":   func(c *mail.Config) { c.Roots = empty },
		"negative time": func(c *mail.Config) { c.Timeout = -1 },
		"no clock":      func(c *mail.Config) { c.Now = nil },
	}
	for name, change := range bad {
		t.Run(name, func(t *testing.T) {
			c := good
			change(&c)
			if _, err := mail.Open(c); err == nil {
				t.Error("it is taken")
			}
		})
	}
}

func TestAConnectionDoesNotLastForEver(t *testing.T) {
	s := scripted(t, nil)
	sender := to(t, s, nil)
	for range 101 {
		if err := sender.Send(t.Context(), japanese); err != nil {
			t.Fatal(err)
		}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.connections != 2 || len(s.mails) != 101 {
		t.Errorf("%d mails over %d connections", len(s.mails), s.connections)
	}
}
