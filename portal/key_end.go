package portal

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cloudpocket/store"
)

// KeyEnd is a key of a trust, or a document that vouches for keys, and when it ends.
type KeyEnd struct {
	What        string    // "theirs", "offered", "moved", "offer" for the document that is, "metadata", "ours", or "scim" for a token
	Ends        time.Time // zero: at no time that is known
	Fingerprint string
}

// KeyWarning is a key that ends soon, or has ended.
type KeyWarning struct {
	TrustID store.ID
	Trust   string // its name
	Days    int    // until it ends; 0 on the last day, less when it is over
	KeyEnd
}

// warnDays are how many days ahead administrators are told that a key ends: once for each.
func warnDays() []int { return []int{1, 7, 30, 60} }

const daily = "daily" // the subject of the task: there is one for each tenant

// KeysEnding returns the keys of the firm's enabled trusts that end within sixty days or have ended, the nearest first.
func (p *Portal) KeysEnding(ctx context.Context, a Actor) (all []KeyWarning, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) (err error) {
		all, err = p.keysEnding(ctx, tx)
		return err
	})
	return all, err
}

// KeysOffered is a trust whose IdP shows other keys than those that are believed, which wait for an administrator's word.
type KeysOffered struct {
	TrustID store.ID
	Trust   string // its name
	Since   time.Time
}

// KeysOffered returns the firm's enabled trusts with keys that wait for a word, by ID.
func (p *Portal) KeysOffered(ctx context.Context, a Actor) (all []KeysOffered, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) error {
		return eachTrust(ctx, tx, func(t store.Trust) {
			if since := offeredSince(t); t.State == store.TrustEnabled && !since.IsZero() {
				all = append(all, KeysOffered{t.ID, t.Name, since})
			}
		})
	})
	return all, err
}

// offeredSince is when other keys of t were first seen; zero: none wait, or they were refused.
func offeredSince(t store.Trust) time.Time {
	switch {
	case !refusedAt(t).IsZero():
	case t.SAML != nil && len(t.SAML.Offered) > 0:
		return t.SAML.OfferedAt
	case t.OIDC != nil && len(t.OIDC.Offered) > 0:
		return t.OIDC.OfferedAt
	}
	return time.Time{}
}

// refusedAt is when an administrator refused what t is offered; zero: nobody did.
func refusedAt(t store.Trust) time.Time {
	switch {
	case t.SAML != nil:
		return t.SAML.RefusedAt
	case t.OIDC != nil:
		return t.OIDC.RefusedAt
	}
	return time.Time{}
}

func (p *Portal) keysEnding(ctx context.Context, tx store.Tx) (all []KeyWarning, err error) {
	if p.KeyEnds == nil {
		return nil, nil
	}
	var trusts []store.Trust
	if err := eachTrust(ctx, tx, func(t store.Trust) { trusts = append(trusts, t) }); err != nil {
		return nil, err
	}
	for _, t := range trusts {
		token, err := p.tokenEnding(ctx, tx, t)
		if err != nil {
			return nil, err
		}
		all = append(append(all, p.endingOf(t)...), token...)
	}
	slices.SortFunc(all, func(a, b KeyWarning) int {
		return cmp.Or(a.Ends.Compare(b.Ends), cmp.Compare(a.TrustID, b.TrustID), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	return all, nil
}

// eachTrust tells fn every trust that the tenant owns.
func eachTrust(ctx context.Context, tx store.Tx, fn func(store.Trust)) error {
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Trusts().List(ctx, page)
		if err != nil {
			return fmt.Errorf("list trusts for their keys: %w", err)
		}
		for _, t := range list.Items {
			fn(t)
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}

// endingOf returns what of t ends soon. Of several of the IdP's certificates those that have ended say nothing: they are
// what was before.
func (p *Portal) endingOf(t store.Trust) (all []KeyWarning) {
	if t.State != store.TrustEnabled {
		return nil
	}
	now, ends := p.Now(), p.KeyEnds(t)
	live := slices.ContainsFunc(ends, func(k KeyEnd) bool { return k.What == "theirs" && k.Ends.After(now) })
	for _, k := range ends {
		if days := int(k.Ends.Sub(now).Hours()) / 24; k.What != "offered" && k.What != "offer" && !k.Ends.IsZero() && days <= slices.Max(warnDays()) && !(k.What == "theirs" && live && !k.Ends.After(now)) {
			all = append(all, KeyWarning{t.ID, t.Name, days, k})
		}
	}
	return all
}

// OweKeyWarnings has the keys of each of these tenants looked at every day.
func (s Setup) OweKeyWarnings(ctx context.Context, tenants []store.ID) error {
	for _, tenant := range tenants {
		err := s.Records.Update(ctx, tenant, func(tx store.Tx) error {
			return s.owe(ctx, tx, store.TaskKeys, daily, s.nextDigest(s.Now()))
		})
		if err != nil {
			return fmt.Errorf("owe tenant %s a look at its keys: %w", tenant, err)
		}
	}
	return nil
}

// WarnKeys mails the administrators of trusts that keys end, once for each key and number of days, and owes the next
// day's look.
func (p *Portal) WarnKeys(ctx context.Context, t store.Task) error {
	tenant, err := p.Records.Tenants().Get(ctx, t.TenantID)
	if err != nil {
		return fmt.Errorf("read the tenant: %w", err)
	}
	return p.carryOut(ctx, t, func(tx store.Tx) error {
		if err := p.owe(ctx, tx, store.TaskKeys, daily, p.nextDigest(p.Now())); err != nil || tenant.State != store.TenantActive {
			return err
		}
		ending, err := p.keysEnding(ctx, tx)
		if err != nil || len(ending) == 0 {
			return err
		}
		return p.tellKeepers(ctx, tx, store.MailKeysEnding, aboutKeys(ending)...)
	})
}

// aboutKeys names each key with the days that it is told of now: whoever was told of the same is not told again.
func aboutKeys(ending []KeyWarning) (all []string) {
	for _, w := range ending {
		for _, days := range warnDays() {
			if w.Days <= days {
				all = append(all, w.What+" "+w.Fingerprint+" "+w.Ends.UTC().Format(time.RFC3339)+" "+strconv.Itoa(days))
				break
			}
		}
	}
	return all
}

// tellKeepers mails those who may change trusts, as viewTrusts has it, each once about each thing; what is new together is one mail.
func (p *Portal) tellKeepers(ctx context.Context, tx store.Tx, kind store.MailKind, about ...string) error {
	return eachAccount(ctx, tx, func(a store.Account) error {
		if a.State != store.AccountActive || !a.Offices.All || !Permissions(a).Has(store.PermitTrusts) {
			return nil
		}
		return p.tellOnce(ctx, tx, a.ID, kind, about)
	})
}

// tellOnce owes a mail about those things that the account was not mailed about before. The mails themselves remember: a
// thing's ID is that of the mail about it, and what goes along with another is noted as a mail that needs no sending.
func (p *Portal) tellOnce(ctx context.Context, tx store.Tx, to store.ID, kind store.MailKind, about []string) error {
	takes, err := p.takesMails(ctx, tx, to)
	if err != nil || !takes {
		return err
	}
	sent := false
	for _, thing := range about {
		sum := sha256.Sum256([]byte(string(to) + "\x00" + string(kind) + "\x00" + thing))
		m := store.Mail{ID: store.ID(hex.EncodeToString(sum[:13])), Kind: kind, AccountID: to}
		_, err := tx.Mails().Get(ctx, m.ID)
		if there, err := unlessThere(err); there || err != nil {
			if err != nil {
				return fmt.Errorf("look for a mail: %w", err)
			}
			continue
		}
		if sent {
			if err := p.noteMail(ctx, tx, m); err != nil {
				return err
			}
			continue
		}
		if err := p.oweMail(ctx, tx, m, p.Now().Truncate(mailRest).Add(mailRest)); err != nil {
			return err
		}
		sent = true
	}
	return nil
}

// noteMail keeps a mail that another one of the same moment says as well.
func (p *Portal) noteMail(ctx context.Context, tx store.Tx, m store.Mail) error {
	m.State, m.CreatedAt = store.MailWaiting, p.Now()
	if err := tx.Mails().Create(ctx, m); err != nil {
		return fmt.Errorf("create a mail: %w", err)
	}
	if err := tx.Mails().Finish(ctx, m.ID, store.MailDropped, p.Now(), "it goes along with another"); err != nil {
		return fmt.Errorf("finish a mail: %w", err)
	}
	return nil
}

// OfferKeys keeps a trust whose IdP has other keys now, which wait for an administrator's word, if the trust still has that
// version, and tells the administrators.
func (s Setup) OfferKeys(ctx context.Context, t store.OwnedTrust, detail map[string]string) error {
	return s.change(ctx, t.Owner, store.DeedTrust, "trust:"+string(t.ID), detail, func(tx store.Tx) error {
		if err := tx.Trusts().Update(ctx, t.Trust); err != nil {
			return err
		}
		return s.tellKeepers(ctx, tx, store.MailKeysOffered, string(t.ID)+" "+strings.Join(offerOf(s.keysOf(t.Trust)), " "))
	})
}
