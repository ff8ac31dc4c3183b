package app

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/store"
)

// clamd returns the address of a real clamd.
func clamd(t *testing.T) string {
	t.Helper()
	address := os.Getenv("CLOUDPOCKET_TEST_CLAMD")
	if address == "" {
		t.Fatal("CLOUDPOCKET_TEST_CLAMD is not set: run the tests by .ci/test")
	}
	return address
}

// letter is a mail as it arrived.
type letter struct {
	to, id, subject string
	text            string // every part of it, decoded
}

// postbox is a mail server that keeps what it gets, and knows no "nobody@…".
type postbox struct {
	port    int
	mu      sync.Mutex
	letters []letter
}

func newPostbox(t *testing.T) *postbox {
	t.Helper()
	p := &postbox{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	noError(t, err)
	p.port = l.Addr().(*net.TCPAddr).Port
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &posting{box: p}, nil }))
	s.Domain = "mx.example.jp"
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return p
}

type posting struct {
	box *postbox
	to  string
}

func (s *posting) Mail(string, *smtp.MailOptions) error { return nil }
func (s *posting) Reset()                               {}
func (s *posting) Logout() error                        { return nil }

func (s *posting) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "nobody@") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	s.to = to
	return nil
}

func (s *posting) Data(r io.Reader) error {
	l, err := readLetter(r)
	if err != nil {
		return err
	}
	l.to = s.to
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.letters = append(s.box.letters, l)
	return nil
}

func readLetter(r io.Reader) (l letter, err error) {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return l, err
	}
	l.id = m.Header.Get("Message-ID")
	if l.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return l, err
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil {
			return l, err
		}
		var body io.Reader = part
		switch strings.ToLower(part.Header.Get("Content-Transfer-Encoding")) {
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, part)
		case "quoted-printable":
			body = quotedprintable.NewReader(part)
		}
		b, err := io.ReadAll(body)
		if err != nil {
			return l, err
		}
		l.text += string(b) + "\n"
	}
}

// got returns the mails to an address whose subject says so.
func (p *postbox) got(to, subject string) (all []letter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.letters {
		if l.to == to && strings.Contains(l.subject, subject) {
			all = append(all, l)
		}
	}
	return all
}

// hasty is a clock that can be put forward.
type hasty struct{ ahead atomic.Int64 }

func (c *hasty) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *hasty) forward(d time.Duration) { c.ahead.Add(int64(d)) }
func (c *hasty) config(t *testing.T, p *postbox) Config {
	t.Helper()
	config := testConfig(t)
	config.Scan = clamd(t)
	config.SMTP = SMTPConfig{Host: "127.0.0.1", Port: p.port, TLS: "none", From: "Cloud Pocket <pocket@example.jp>", DigestHour: 8}
	return config
}

// people adds to the firm of staff what mails go to: sato's address, and a client with one.
func outwardPeople(t *testing.T, a *App, clientAddress string) portal.Actor {
	t.Helper()
	l := &live{App: a}
	l.staff(t)
	noError(t, a.Stores.Records.Update(t.Context(), "aoba", func(tx store.Tx) error {
		sato, err := tx.Accounts().Get(t.Context(), "sato")
		noError(t, err)
		sato.Email = "sato@firm.example"
		return tx.Accounts().Update(t.Context(), sato)
	}))
	s := portal.Setup{Portal: a.Portal, By: "test"}
	noError(t, s.AddAccount(t.Context(), "aoba", store.Account{ID: "suzuki", CompanyID: "sakura", Name: "鈴木健一", Email: clientAddress, TrustID: "op", Subject: "c",
		Permissions: store.PermitView, Offices: store.OfficeScope{All: true}}))
	return portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: "op"}
}

// publishOne publishes a file for the head office.
func publishOne(t *testing.T, a *App, by portal.Actor, name string, content []byte, change func(*portal.Draft)) (document, delivery store.ID) {
	t.Helper()
	f, err := a.Portal.Stage(t.Context(), by, name, bytes.NewReader(content))
	noError(t, err)
	d := portal.Draft{Title: "標準報酬決定通知書 田中花子", Kind: "other", Files: []portal.StagedFile{f}, Offices: []store.ID{"honsha"}, Deliver: true}
	if change != nil {
		change(&d)
	}
	document, err = a.Portal.Publish(t.Context(), by, d)
	noError(t, err)
	doc, err := a.Portal.DeskDocument(t.Context(), by, document)
	noError(t, err)
	return document, doc.Deliveries[0].ID
}

func stateOf(t *testing.T, a *App, id store.ID) (d store.Delivery) {
	t.Helper()
	noError(t, a.Stores.Records.View(t.Context(), "aoba", func(tx store.Tx) (err error) {
		d, err = tx.Deliveries().Get(t.Context(), id)
		return err
	}))
	return d
}

func soon(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not in time:", what)
		}
	}
}

// TestFromPublishingToTheAlert follows a document by a real scanner and a real mail server: scanned, delivered, told of,
// reminded of, ended, and the firm told that nobody had opened it.
func TestFromPublishingToTheAlert(t *testing.T) {
	box, time := newPostbox(t), &hasty{}
	l := listening(t, time.config(t, box), time.now)
	sato := outwardPeople(t, l.App, "suzuki@sakura.example")
	rule := portal.DefaultRule("other")
	rule.ExpireDays = 2
	noError(t, l.Portal.SaveRule(t.Context(), sato, rule))
	_, id := publishOne(t, l.App, sato, "田中花子.txt", []byte("本文"), nil)
	soon(t, "scanned and delivered", func() bool { return stateOf(t, l.App, id).State == store.DeliveryDelivered })
	time.forward(2 * minute)
	soon(t, "a mail that it is there", func() bool { return len(box.got("suzuki@sakura.example", "新しい公文書")) == 1 })
	soon(t, "that mail's task is done", func() bool { return owed(t, l.App, store.TaskMail) == 0 })
	time.forward(day)
	soon(t, "its reminder is owed", func() bool { return owed(t, l.App, store.TaskMail) == 1 })
	time.forward(2 * minute)
	soon(t, "a reminder", func() bool { return len(box.got("suzuki@sakura.example", "まだ開かれていない")) == 1 })
	time.forward(day)
	soon(t, "its end", func() bool { return stateOf(t, l.App, id).State == store.DeliveryExpired })
	time.forward(2 * minute)
	soon(t, "the firm's mail", func() bool { return len(box.got("sato@firm.example", "一度も開かれない")) == 1 })
	alerts, err := l.Portal.Alerts(t.Context(), sato)
	noError(t, err)
	if len(alerts.Unopened) != 1 {
		t.Errorf("the alerts are %+v", alerts)
	}
	saysNothingPersonal(t, box, id)
}

const (
	minute = time.Minute
	day    = 24 * time.Hour
)

// saysNothingPersonal demands mails in both languages with nothing of whom and what they are about.
func saysNothingPersonal(t *testing.T, box *postbox, delivery store.ID) {
	t.Helper()
	box.mu.Lock()
	defer box.mu.Unlock()
	if len(box.letters) != 3 {
		t.Errorf("%d mails", len(box.letters))
	}
	for _, l := range box.letters {
		for _, secret := range []string{"田中", "花子", "標準報酬", "鈴木", "Head office", "Sakura", "本文", string(delivery)} {
			if strings.Contains(l.subject+l.text, secret) {
				t.Errorf("a mail says %q: %s\n%s", secret, l.subject, l.text)
			}
		}
		if !strings.Contains(l.text, "Please sign in") || !strings.Contains(l.text, "サインイン") || !strings.Contains(l.text, testBase+"/") || strings.Index(l.text, "サインイン") > strings.Index(l.text, "Please sign in") {
			t.Errorf("a mail says: %s", l.text)
		}
	}
}

// owed counts the tasks of a kind that are owed within a day.
func owed(t *testing.T, a *App, kind store.TaskKind) int {
	t.Helper()
	tasks, err := a.Stores.Records.Queue().Owed(t.Context(), a.now().Add(time.Hour))
	noError(t, err)
	return tasks[kind]
}

// eicar is EICAR's test file, put together here so that no scanner stops this source.
func eicar() []byte {
	return []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!` + `$H+H*`)
}

// TestFoundInAnArchive demands that a harmful file in a ZIP is delivered to nobody and opened by nobody.
func TestFoundInAnArchive(t *testing.T) {
	box, time := newPostbox(t), &hasty{}
	l := listening(t, time.config(t, box), time.now)
	sato := outwardPeople(t, l.App, "suzuki@sakura.example")
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	inside, err := z.Create("notice.com")
	noError(t, err)
	_, err = inside.Write(eicar())
	noError(t, err)
	noError(t, z.Close())
	document, id := publishOne(t, l.App, sato, "a.zip", archive.Bytes(), nil)
	soon(t, "a finding", func() bool {
		d, err := l.Portal.DeskDocument(t.Context(), sato, document)
		return err == nil && len(d.Withheld) == 1 && slices.Equal(d.Deliveries[0].For, []portal.Hold{portal.HoldFound})
	})
	d, err := l.Portal.DeskDocument(t.Context(), sato, document)
	noError(t, err)
	if _, _, err := l.Portal.DeskFile(t.Context(), sato, document, d.Document.Files[0].ID); !errors.Is(err, &store.Error{Kind: store.Denied, Key: "error.file_quarantined"}) {
		t.Errorf("the firm opens it: %v", err)
	}
	time.forward(2 * minute)
	soon(t, "the firm's mail", func() bool { return len(box.got("sato@firm.example", "ウイルス検査")) == 1 })
	if s := stateOf(t, l.App, id).State; s != store.DeliveryScheduled || len(box.got("suzuki@sakura.example", "")) > 0 {
		t.Errorf("it is %s, and the client got %v", s, box.letters)
	}
}

// TestScannerAway demands that what is not scanned waits, also across a restart, and is delivered once the scanner is there.
func TestScannerAway(t *testing.T) {
	c := testConfig(t)
	c.Scan = "tcp://127.0.0.1:1"
	away := listening(t, c, time.Now)
	sato := outwardPeople(t, away.App, "")
	_, id := publishOne(t, away.App, sato, "a.txt", []byte("本文"), nil)
	soon(t, "an attempt to scan", func() bool { return strings.Contains(away.log.String(), "kind=scan") })
	if s := stateOf(t, away.App, id).State; s != store.DeliveryScheduled {
		t.Errorf("without a scanner it is %s", s)
	}
	away.stop()
	noError(t, <-away.ended)
	c.Scan = clamd(t)
	back := listening(t, c, (&hasty{}).later(2*time.Hour))
	soon(t, "delivered once the scanner is there", func() bool { return stateOf(t, back.App, id).State == store.DeliveryDelivered })
}

func (c *hasty) later(d time.Duration) func() time.Time {
	c.forward(d)
	return c.now
}

// TestRestartBetweenScanAndRelease ends the service after the verdict and before the delivery: the next one delivers.
func TestRestartBetweenScanAndRelease(t *testing.T) {
	c := testConfig(t)
	c.Scan = clamd(t)
	idle, err := New(t.Context(), c, time.Now, slog.New(slog.DiscardHandler)) // nothing carries out its work
	noError(t, err)
	sato := outwardPeople(t, idle, "")
	document, id := publishOne(t, idle, sato, "a.txt", []byte("本文"), nil)
	doc, err := idle.Portal.DeskDocument(t.Context(), sato, document)
	noError(t, err)
	noError(t, idle.Portal.Scanned(t.Context(), "aoba", doc.Document.Files[0].Digest, portal.ScanVerdict{}))
	if s := stateOf(t, idle, id).State; s != store.DeliveryScheduled {
		t.Fatalf("before the restart it is %s", s)
	}
	noError(t, idle.Close())
	l := listening(t, c, time.Now)
	soon(t, "delivered after the restart", func() bool { return stateOf(t, l.App, id).State == store.DeliveryDelivered })
}

// TestReleasedOnce has two instances release the same deliveries at the same time.
func TestReleasedOnce(t *testing.T) {
	for name, postgres := range map[string]bool{"SQLite": false, "PostgreSQL": true} {
		t.Run(name, func(t *testing.T) {
			c, ahead := testConfig(t), &hasty{}
			if postgres {
				c.Database = interop.Postgres(t)
			}
			var both []*App
			for range 2 {
				a, err := New(t.Context(), c, ahead.now, slog.New(slog.DiscardHandler))
				noError(t, err)
				t.Cleanup(func() { a.Close() })
				both = append(both, a)
			}
			sato := outwardPeople(t, both[0], "suzuki@sakura.example")
			both[0].Portal.Mailing, both[1].Portal.Mailing = true, true
			var ids []store.ID
			for i := range 10 {
				_, id := publishOne(t, both[0], sato, "a.txt", fmt.Append(nil, i), func(d *portal.Draft) { d.DueAt = ahead.now().Add(time.Minute) })
				ids = append(ids, id)
			}
			ahead.forward(2 * time.Minute)
			var all sync.WaitGroup
			for _, id := range ids {
				for _, a := range both {
					all.Go(func() {
						if err := a.Portal.Release(context.WithoutCancel(t.Context()), store.Task{TenantID: "aoba", Kind: store.TaskRelease, Subject: string(id)}); err != nil {
							t.Error(err)
						}
					})
				}
			}
			all.Wait()
			noError(t, both[0].Stores.Records.View(t.Context(), "aoba", func(tx store.Tx) error {
				events, err := tx.Audit().List(t.Context(), store.AuditFilter{Deed: store.DeedDeliver}, store.Page{Limit: store.MaxPage})
				if len(events.Items) != len(ids) {
					t.Errorf("%d deliveries were made, of %d", len(events.Items), len(ids))
				}
				return err
			}))
			for _, id := range ids {
				if d := stateOf(t, both[1], id); d.State != store.DeliveryDelivered {
					t.Errorf("%s is %s", id, d.State)
				}
			}
		})
	}
}

// TestBadAddress shows the firm what a mail server said of an address.
func TestBadAddress(t *testing.T) {
	box, time := newPostbox(t), &hasty{}
	l := listening(t, time.config(t, box), time.now)
	sato := outwardPeople(t, l.App, "nobody@sakura.example")
	publishOne(t, l.App, sato, "a.txt", []byte("本文"), nil)
	soon(t, "a mail is owed", func() bool { return owed(t, l.App, store.TaskMail) == 1 })
	time.forward(2 * minute)
	soon(t, "a bounce", func() bool {
		list, err := l.Portal.Bounced(t.Context(), sato, store.Page{})
		return err == nil && len(list.Items) == 1 && strings.HasPrefix(list.Items[0].Failure, "550 ") && strings.Contains(list.Items[0].Failure, "no such user")
	})
}
