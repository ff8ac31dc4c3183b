package portal

import (
	"context"
	"crypto/x509"
	"log/slog"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Portal carries out the deeds. All fields of the first block are needed.
type Portal struct {
	Records  store.Records
	Sessions store.Sessions
	Blobs    store.Blobs
	Now      func() time.Time
	Log      *slog.Logger

	Scanning   bool // files wait for the malware scanner; false: the operator said that nothing is scanned
	Mailing    bool // there is a server to send mails by; without one, none are owed
	DigestHour int  // at which hour in Japan the day's mails go out, 0 to 23

	Gate  *Gate  // bounds how much is unpacked at once; nil: nothing does
	Looks *Looks // what parts look like; nil: it is made every time, and without pictures

	Sealer store.Sealer // encrypts the secrets that records keep; nil: none can be kept

	PDFText PDFText // reads PDFs, to look for individual numbers; nil: they are not looked at

	KeyEnds func(store.Trust) []KeyEnd // when keys of a trust end; nil: nobody knows

	PrivateIdPs bool // administrators may name identity providers at private addresses

	Roots *x509.CertPool // certification authorities whose signatures on documents are believed; nil: none
	Kick  func()         // called after a commit that added tasks, for work to begin at once; nil: nobody waits
}

// Actor is who asks: an account that a trusted IdP vouched for, in one session.
type Actor struct {
	TenantID  store.ID
	AccountID store.ID
	TrustID   store.ID
	Client    store.ID    // the API client that acts by itself, in nobody's name; then there is no account
	Scopes    store.Scope // of Client: what its token was given
	Once      Once        // of Client: what it asks for is done once; zero: as often as it is asked for
	Embed     store.Embed // of an account whose session is an embed's: in whose page it acts; zero for a browser's
	Visit     sso.Visit
}

// ActorOf returns the actor of a session.
func ActorOf(s store.Session, v sso.Visit) Actor {
	return Actor{TenantID: s.TenantID, AccountID: s.AccountID, TrustID: s.TrustID, Embed: s.Embed, Visit: v}
}

// view runs fn with the actor's account, as it is now, on a snapshot.
func (p *Portal) view(ctx context.Context, a Actor, need store.Permission, fn func(store.Tx, store.Account) error) error {
	return p.Records.View(ctx, a.TenantID, func(tx store.Tx) error {
		s, err := permit(ctx, tx, a, need)
		if err != nil {
			return err
		}
		return fn(tx, s.Account)
	})
}

// update is view for a transaction that writes.
func (p *Portal) update(ctx context.Context, a Actor, need store.Permission, fn func(store.Tx, store.Account) error) error {
	return p.Records.Update(ctx, a.TenantID, func(tx store.Tx) error {
		s, err := permit(ctx, tx, a, need)
		if err != nil {
			return err
		}
		return fn(tx, s.Account)
	})
}

// event returns the AuditEvent of an allowed deed of account on record.
func (p *Portal) event(a Actor, account store.Account, deed store.Deed, record string, detail map[string]string) store.AuditEvent {
	return store.AuditEvent{
		At: p.Now(), Deed: deed, Outcome: store.Allowed, Record: record, Detail: a.embedded(detail),
		AccountID: account.ID, Name: account.Name, TrustID: a.TrustID,
		Address: a.Visit.Address, RequestID: a.Visit.RequestID,
	}
}
