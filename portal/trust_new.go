package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// NewTrust is what a trust begins with.
type NewTrust struct {
	ID       store.ID // part of its URLs; empty: one is made
	Name     string
	Protocol store.Protocol
}

// maxTrusts is how many trusts the administrators of a firm may make it have: every one is asked for at each sign-in page, and
// has an ID that no other firm can have.
const maxTrusts = 100

// NewTrust makes a trust that is switched off and has no identity provider yet, so that its URLs are there to be told to
// one, and its first draft. An ID that is taken anywhere is an error of kind Invalid,
// and so is a trust more than maxTrusts.
func (p *Portal) NewTrust(ctx context.Context, a Actor, n NewTrust) (id store.ID, err error) {
	err = p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		fresh, err := p.emptyTrust(n)
		if err != nil {
			return err
		}
		id = fresh.ID
		if err := mayHaveMore(ctx, tx); err != nil {
			return err
		}
		if err := tx.Trusts().Create(ctx, fresh); errors.Is(err, store.ErrConflict) {
			return store.Fail(store.Invalid, "error.trust_id_taken", "create a trust: %w", err).With("Name", string(id))
		} else if err != nil {
			return fmt.Errorf("create a trust: %w", err)
		}
		d := store.TrustDraft{Trust: safeDefaults(fresh), By: account.ID, ByName: account.Name, At: p.Now()}
		if _, err := tx.TrustDrafts().Save(ctx, d); err != nil {
			return fmt.Errorf("begin a draft: %w", err)
		}
		return p.auditTrust(ctx, tx, a, account, id, map[string]string{"by": "begun", "protocol": string(n.Protocol)})
	})
	return id, err
}

// mayHaveMore demands that the firm may have one more trust.
func mayHaveMore(ctx context.Context, tx store.Tx) error {
	n, err := tx.Trusts().Count(ctx)
	if err != nil {
		return fmt.Errorf("count the trusts: %w", err)
	}
	if n >= maxTrusts {
		return store.Fail(store.Invalid, "error.trust_too_many", "the firm has %d trusts", n).With("Max", maxTrusts)
	}
	return nil
}

func (p *Portal) emptyTrust(n NewTrust) (store.Trust, error) {
	if n.ID == "" {
		n.ID = store.NewID(p.Now())
	}
	switch {
	case !n.ID.Valid():
		return store.Trust{}, store.Fail(store.Invalid, "error.trust_id", "ID %q", n.ID)
	case !nameable(n.Name):
		return store.Trust{}, store.Fail(store.Invalid, "error.trust_name", "name %q", n.Name)
	case n.Protocol != store.SAML && n.Protocol != store.OIDC:
		return store.Trust{}, store.Fail(store.Invalid, "error.trust_protocol", "protocol %q", n.Protocol)
	}
	return store.Trust{ID: n.ID, Name: n.Name, Protocol: n.Protocol, State: store.TrustDisabled, CreatedAt: p.Now()}, nil
}

// safeDefaults are what a draft begins with: nobody is let in who is not registered, nothing that was not asked for, and
// keys that change are asked about.
func safeDefaults(t store.Trust) store.Trust {
	t.State = store.TrustEnabled
	switch t.Protocol {
	case store.SAML:
		t.SAML = &store.SAMLTrust{Refresh: store.RefreshAsk}
	case store.OIDC:
		t.OIDC = &store.OIDCTrust{AuthMethod: "client_secret_basic", Scopes: []string{"profile", "email"}}
	}
	return t
}

// auditTrust appends the AuditEvent of a deed on a trust.
func (p *Portal) auditTrust(ctx context.Context, tx store.Tx, a Actor, account store.Account, id store.ID, detail map[string]string) error {
	if err := tx.Audit().Append(ctx, p.event(a, account, store.DeedTrust, "trust:"+string(id), detail)); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	return nil
}
