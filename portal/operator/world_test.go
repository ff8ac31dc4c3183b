package operator

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/pquerna/otp/totp"

	"cloudpocket/portal"
	"cloudpocket/store"
	"cloudpocket/store/diskblob"
	"cloudpocket/store/seal"
	"cloudpocket/store/sqlstore"
	"cloudpocket/store/sqlstore/sqltest"
)

// world is a deployment whose console is open for two hours to 10.0.0.0/8 and 2001:db8::/32, with the operator "keeper".
type world struct {
	*Console
	host Host
	now  time.Time
}

var began = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)

const secretWord = "right horse, wrong battery" // keeper's password

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dir, ctx := t.TempDir(), t.Context()
	records := sqlstore.Config{URL: sqltest.New(t, filepath.Join(dir, "records.db"))}
	r, err := sqlstore.Open(ctx, records)
	must(t, err)
	w := &world{now: began}
	clock := func() time.Time { return w.now }
	s, err := sqlstore.OpenSessions(ctx, sqlstore.SessionsConfig{Path: filepath.Join(dir, "sessions.db"), Now: clock})
	must(t, err)
	b, err := diskblob.Open(diskblob.Config{Dir: filepath.Join(dir, "blobs"), Now: clock})
	must(t, err)
	t.Cleanup(func() { r.Close(); s.Close(); b.Close() })
	keys, err := seal.Open(seal.NewKey())
	must(t, err)
	p := &portal.Portal{Records: r, Sessions: s, Blobs: b, Sealer: keys, Now: clock, Log: slog.New(slog.DiscardHandler)}
	w.Console, err = New(Config{
		Portal: p, Marks: s, URL: "http://pocket.localhost:8402", KeysEnd: func(store.Trust) time.Time { return time.Time{} },
		Hashing: &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16},
	})
	must(t, err)
	w.host = Host{p, "root@host"}
	w.open(t, 2*time.Hour)
	return w
}

func (w *world) open(t *testing.T, long time.Duration) {
	t.Helper()
	_, err := w.host.Open(t.Context(), long, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")})
	must(t, err)
}

func from(address string) portal.Visit {
	return portal.Visit{Address: address, Device: "Firefox", RequestID: "r"}
}

var (
	here    = from("10.1.2.3")
	noVisit portal.Visit // what is done at the host comes from nowhere
)

// keeper makes the operator "keeper" with a password.
func (w *world) keeper(t *testing.T) {
	t.Helper()
	secret, _, err := w.host.Init(t.Context(), "keeper")
	must(t, err)
	must(t, w.setByLink(t.Context(), secret, secretWord, secretWord, here))
}

func (w *world) setByLink(ctx context.Context, secret, next, again string, v portal.Visit) error {
	_, err := w.SetByLink(ctx, secret, next, again, v)
	return err
}

// half gives keeper's password.
func (w *world) half(t *testing.T) Who {
	t.Helper()
	token, _, err := w.Password(t.Context(), "keeper", secretWord, "", here)
	must(t, err)
	who, err := w.Who(t.Context(), token, "", here)
	must(t, err)
	return who
}

// entered signs keeper in for the first time, and returns the authenticator's secret and the recovery codes.
func (w *world) entered(t *testing.T) (who Who, secret string, codes []string, device string) {
	t.Helper()
	half := w.half(t)
	e, err := w.Enrol(t.Context(), half)
	must(t, err)
	p, codes, err := w.Enrolled(t.Context(), half, w.code(t, e.Secret))
	must(t, err)
	who, err = w.Who(t.Context(), p.Token, p.Device, here)
	must(t, err)
	return who, e.Secret, codes, p.Device
}

func (w *world) code(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, w.now)
	must(t, err)
	return code
}

// events returns what the deployment's chain holds, once it was verified.
func (w *world) events(t *testing.T) (all []store.AuditEvent) {
	t.Helper()
	must(t, w.Portal.Records.View(t.Context(), store.Deployment, func(tx store.Tx) error {
		head, err := tx.Audit().Head(t.Context())
		must(t, err)
		_, err = store.VerifyAudit(store.Deployment, tx.Audit().All(t.Context()), head)
		must(t, err)
		for e, err := range tx.Audit().All(t.Context()) {
			must(t, err)
			all = append(all, e)
		}
		return nil
	}))
	return all
}

// refusals counts the refused deeds of a kind.
func (w *world) refusals(t *testing.T, deed store.Deed) (n int) {
	t.Helper()
	for _, e := range w.events(t) {
		if e.Deed == deed && e.Outcome == store.Refused {
			n++
		}
	}
	return n
}

func (w *world) change(t *testing.T, who Who, current, next string) error {
	t.Helper()
	return w.ChangePassword(t.Context(), who, Change{current, next, next})
}

func password(n int) string { return fmt.Sprintf("quite another word %d", n) }

// operator returns keeper as kept.
func (w *world) operator(t *testing.T) store.Operator {
	t.Helper()
	all, _, err := w.host.List(t.Context())
	must(t, err)
	if len(all) != 1 {
		t.Fatalf("%d operators", len(all))
	}
	return all[0]
}
