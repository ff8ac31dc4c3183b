package portal

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"cloudpocket/store"
)

// How long a setup link can be opened, at most, and how long somebody who opened it may fill in their half.
const (
	LongestSetupLink = 14 * 24 * time.Hour
	setupLinkOpen    = time.Hour
)

// MakeSetupLink returns the secret of a new link by which somebody without an account fills in the identity provider's half
// of a trust's draft. It is shown once, opened once, and takes the place of the links made before.
func (p *Portal) MakeSetupLink(ctx context.Context, a Actor, trust store.ID, life time.Duration) (secret string, err error) {
	if life < time.Minute || life > LongestSetupLink {
		return "", store.Fail(store.Invalid, "error.setup_life", "a link of %s", life)
	}
	secret = setupSecret()
	err = p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		if _, err := mayChange(ctx, tx, trust); err != nil {
			return err
		}
		if _, err := tx.SetupLinks().Revoke(ctx, trust, p.Now()); err != nil {
			return fmt.Errorf("revoke the links before: %w", err)
		}
		l := store.SetupLink{ID: store.NewID(p.Now()), TrustID: trust, Key: store.SetupKeyOf(secret), By: account.ID, ByName: account.Name, At: p.Now(), Expires: p.Now().Add(life)}
		if err := tx.SetupLinks().Create(ctx, l); err != nil {
			return fmt.Errorf("make a setup link: %w", err)
		}
		return p.auditTrust(ctx, tx, a, account, trust, map[string]string{"by": "setup link made", "expires": l.Expires.UTC().Format(time.RFC3339)})
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// setupSecret returns 256 random bits as 43 characters of base64url.
func setupSecret() string {
	var b [32]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// RevokeSetupLink makes a trust's links worth nothing, opened ones too.
func (p *Portal) RevokeSetupLink(ctx context.Context, a Actor, trust store.ID) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		if _, err := mayChange(ctx, tx, trust); err != nil {
			return err
		}
		n, err := tx.SetupLinks().Revoke(ctx, trust, p.Now())
		if err != nil {
			return fmt.Errorf("revoke the setup links of trust %s: %w", trust, err)
		}
		return p.auditTrust(ctx, tx, a, account, trust, map[string]string{"by": "setup link revoked", "links": fmt.Sprint(n)})
	})
}

// SetupHalf is what somebody with a setup link sees and fills in: nothing of the firm but what its trust is called.
type SetupHalf struct {
	TrustID store.ID
	Trust   string // its name
	Firm    string
	Draft   store.TrustDraft // of the trust nothing but the identity provider's half
	Live    store.Trust      // the same half as it counts
	Ends    time.Time
}

// SetupLinkStands reports whether a link with that secret can be opened still, which looking at it does not do; ErrExpired
// or ErrNotFound otherwise.
func (p *Portal) SetupLinkStands(ctx context.Context, secret string) error {
	_, err := p.unopened(ctx, secret)
	return err
}

func (p *Portal) unopened(ctx context.Context, secret string) (store.OwnedSetupLink, error) {
	l, err := p.Records.SetupLink(ctx, store.SetupKeyOf(secret))
	switch {
	case err != nil:
		return l, fmt.Errorf("find a setup link: %w", err)
	case l.Key != store.SetupKeyOf(secret) || !l.Opened.IsZero() || !l.Revoked.IsZero() || !p.Now().Before(l.Expires):
		return l, store.Fail(store.Expired, "error.setup_link", "setup link %s of trust %s is over", l.ID, l.TrustID)
	}
	return l, p.subscribed(ctx, l.Owner)
}

// OpenSetupLink spends a link and returns the secret of what it was opened for, which one browser holds for an hour.
func (p *Portal) OpenSetupLink(ctx context.Context, secret string, from Visit) (grant string, ends time.Time, err error) {
	l, err := p.unopened(ctx, secret)
	if err != nil {
		return "", ends, err
	}
	grant, ends = setupSecret(), p.Now().Add(setupLinkOpen)
	err = p.Records.Update(ctx, l.Owner, func(tx store.Tx) error {
		if err := tx.SetupLinks().Open(ctx, l.ID, p.Now(), store.SetupKeyOf(grant), ends); errors.Is(err, store.ErrNotFound) {
			return store.Fail(store.Expired, "error.setup_link", "setup link %s was opened meanwhile", l.ID)
		} else if err != nil {
			return fmt.Errorf("open a setup link: %w", err)
		}
		return p.auditSetup(ctx, tx, l, from, "setup link opened", "")
	})
	if err != nil {
		return "", ends, err
	}
	return grant, ends, nil
}

func (p *Portal) auditSetup(ctx context.Context, tx store.Tx, l store.OwnedSetupLink, from Visit, by, changed string) error {
	e := store.AuditEvent{At: p.Now(), Deed: store.DeedTrust, Outcome: store.Allowed, Name: "setup link " + string(l.ID), TrustID: l.TrustID, Record: "trust:" + string(l.TrustID),
		Address: from.Address, RequestID: from.RequestID, Detail: map[string]string{"by": by, "changed": changed}}
	if err := tx.Audit().Append(ctx, e); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	return nil
}

// opened returns the link that grant was given for, while it is good.
func (p *Portal) opened(ctx context.Context, grant string) (store.OwnedSetupLink, error) {
	l, err := p.Records.SetupLink(ctx, store.SetupKeyOf(grant))
	if err != nil {
		return l, fmt.Errorf("find an opened setup link: %w", err)
	}
	if err := p.granted(l.SetupLink, grant); err != nil {
		return l, err
	}
	return l, p.subscribed(ctx, l.Owner)
}

// granted demands that l was opened for grant, and is good still.
func (p *Portal) granted(l store.SetupLink, grant string) error {
	if l.Grant != store.SetupKeyOf(grant) || l.Opened.IsZero() || !l.Revoked.IsZero() || !p.Now().Before(l.Ends) {
		return store.Fail(store.Expired, "error.setup_link", "setup link %s of trust %s is over", l.ID, l.TrustID)
	}
	return nil
}

// stillGranted is granted of the link as it is by now: somebody may have revoked it since it was found.
func (p *Portal) stillGranted(ctx context.Context, tx store.Tx, id store.ID, grant string) error {
	l, err := tx.SetupLinks().Get(ctx, id)
	if err != nil {
		return fmt.Errorf("read setup link %s: %w", id, err)
	}
	return p.granted(l, grant)
}

// SetupHalf returns what a grant lets its holder see.
func (p *Portal) SetupHalf(ctx context.Context, grant string) (h SetupHalf, err error) {
	l, err := p.opened(ctx, grant)
	if err != nil {
		return h, err
	}
	firm, err := p.Records.Tenants().Get(ctx, l.Owner)
	if err != nil {
		return h, fmt.Errorf("read the firm of a setup link: %w", err)
	}
	err = p.Records.View(ctx, l.Owner, func(tx store.Tx) error {
		d, live, err := setupDraft(ctx, tx, l.TrustID)
		theirs := theirHalf(store.TrustDraft{Trust: live}).Trust
		h = SetupHalf{TrustID: l.TrustID, Trust: d.Name, Firm: firm.Name, Draft: theirHalf(d), Live: theirs, Ends: l.Ends}
		return err
	})
	return h, err
}

// setupDraft returns a trust's draft, or one that begins from the trust.
func setupDraft(ctx context.Context, tx store.Tx, id store.ID) (d store.TrustDraft, live store.Trust, err error) {
	if live, err = mayChange(ctx, tx, id); err != nil {
		return d, live, err
	}
	kept, err := draftOf(ctx, tx, id)
	if err != nil || kept != nil {
		if kept != nil {
			d = *kept
		}
		return d, live, err
	}
	return store.TrustDraft{Trust: live}, live, nil
}

// theirHalf is a draft without anything but what its identity provider's own administrator knows.
func theirHalf(d store.TrustDraft) store.TrustDraft {
	half := store.TrustDraft{Revision: d.Revision, Trust: store.Trust{ID: d.ID, Name: d.Name, Protocol: d.Protocol}}
	if s := d.SAML; s != nil {
		half.SAML = &store.SAMLTrust{EntityID: s.EntityID, Metadata: s.Metadata, MetadataURL: s.MetadataURL, FetchedAt: s.FetchedAt, AllowPrivate: s.AllowPrivate}
	}
	if o := d.OIDC; o != nil {
		half.OIDC = &store.OIDCTrust{Issuer: o.Issuer, ClientID: o.ClientID, AuthMethod: o.AuthMethod, SecretRef: o.SecretRef, AllowPrivate: o.AllowPrivate}
	}
	return half
}

// FillSetupHalf puts the identity provider's half that half has onto the draft, and nothing else of it: not whom the trust
// admits, not what its claims mean, and nothing counts before an administrator tested it and switched it on. Another
// Revision than the stored one is ErrConflict.
func (p *Portal) FillSetupHalf(ctx context.Context, grant string, half store.TrustDraft, from Visit) (problems []TrustProblem, err error) {
	l, err := p.opened(ctx, grant)
	if err != nil {
		return nil, err
	}
	err = p.Records.Update(ctx, l.Owner, func(tx store.Tx) error {
		if err := p.stillGranted(ctx, tx, l.ID, grant); err != nil {
			return err
		}
		before, live, err := setupDraft(ctx, tx, l.TrustID)
		if err != nil {
			return err
		}
		if before.Revision == 0 {
			if err := p.keepBase(ctx, tx, live, ""); err != nil {
				return err
			}
		}
		d := p.withHalf(live, before, half)
		d.Trust = forgetSecret(forgetKeys(before.Trust, d.Trust), live, before.Trust)
		d.By, d.ByName, d.At, d.Revision, d.State = "", "setup link "+string(l.ID), p.Now(), half.Revision, store.TrustEnabled
		if problems = p.refuse(ctx, tx, store.Account{}, proposal{live, before.Trust, before.Trust, d.Trust}); len(problems) > 0 {
			return nil
		}
		if _, err := tx.TrustDrafts().Save(ctx, d); err != nil {
			return fmt.Errorf("save the draft of trust %s: %w", d.ID, err)
		}
		return p.auditSetup(ctx, tx, l, from, "setup link filled in", changedFields(before.Trust, d.Trust))
	})
	return problems, err
}

// withHalf returns a draft of the trust live with their half of another. Whether that may be at a private address is not
// theirs to say.
func (p *Portal) withHalf(live store.Trust, d, half store.TrustDraft) store.TrustDraft {
	if theirs := half.SAML; theirs != nil && d.Protocol == store.SAML {
		s := store.SAMLTrust{Refresh: store.RefreshAsk}
		if d.SAML != nil {
			s = *d.SAML
		}
		s.EntityID, s.MetadataURL = theirs.EntityID, theirs.MetadataURL
		s.Take(theirs.Metadata, theirs.FetchedAt)
		s.AllowPrivate = p.PrivateIdPs || AllowsPrivate(s.MetadataURL, live, d.Trust)
		d.SAML = &s
	}
	if theirs := half.OIDC; theirs != nil && d.Protocol == store.OIDC {
		o := store.OIDCTrust{}
		if d.OIDC != nil {
			o = *d.OIDC
		}
		o.Issuer, o.ClientID, o.AuthMethod, o.SecretRef = theirs.Issuer, theirs.ClientID, theirs.AuthMethod, theirs.SecretRef
		o.AllowPrivate = p.PrivateIdPs || AllowsPrivate(o.Issuer, live, d.Trust)
		d.OIDC = &o
	}
	return d
}

// SealSetupSecret returns the reference of a client secret that the holder of a grant gives.
func (p *Portal) SealSetupSecret(ctx context.Context, grant, secret string) (string, error) {
	l, err := p.opened(ctx, grant)
	if err != nil {
		return "", err
	}
	if secret == "" || len(secret) > maxSecret || !plainText(secret) {
		return "", store.Fail(store.Invalid, "error.trust_secret", "a secret of %d bytes", len(secret))
	}
	return SealSecret(p.Sealer, l.TrustID, secret)
}
