package portal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// How long a provisioning token may be good, and how many of a trust may be at once: a new one stands beside an old one
// while the other side is told.
const (
	ShortestScimToken = time.Hour
	LongestScimToken  = 2 * 366 * 24 * time.Hour
	scimTokensAtOnce  = 10
)

// MakeScimToken returns the secret of a new token by which a machine provisions the accounts of a trust, and what is kept
// of it. The secret is kept nowhere. A token can give whatever menus the trust's mapping names, and switches off and on
// whoever comes in by the trust, so its maker must manage accounts and hold the menus of both. What is given later it
// reaches as far as its maker does then.
func (p *Portal) MakeScimToken(ctx context.Context, a Actor, trust store.ID, name string, life time.Duration) (secret string, made store.ScimToken, err error) {
	secret = scimSecret()
	err = p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		t, err := ownTrust(ctx, tx, trust)
		if err != nil {
			return err
		}
		if err := mayProvision(ctx, tx, account, t); err != nil {
			return err
		}
		made = store.ScimToken{TrustID: trust, Key: store.ScimKeyOf(secret), Name: name, By: account.ID, ByName: account.Name}
		if made, err = p.addScimToken(ctx, tx, made, life); err != nil {
			return err
		}
		return p.auditTrust(ctx, tx, a, account, trust, scimDetail("provisioning token made", made))
	})
	if err != nil {
		return "", store.ScimToken{}, err
	}
	return secret, made, nil
}

// mayProvision demands that account manages accounts, and holds every menu that a token of t gives or takes: those of who
// comes in by t, those that its mapping gives by the name of a group, and where no group decides, what clients' people have
// without one.
func mayProvision(ctx context.Context, tx store.Tx, account store.Account, t store.Trust) error {
	if !Permissions(account).Has(store.PermitAccounts) {
		return store.Fail(store.Denied, "error.scim_token_accounts", "account %s manages no accounts", account.ID)
	}
	given, err := givenBy(ctx, tx, t)
	if err != nil {
		return err
	}
	if missing := (given | usualBy(t)) &^ Permissions(account); missing != 0 {
		return store.Fail(store.Denied, "error.scim_token_beyond", "trust %s gives %q, which account %s has not", t.ID, missing, account.ID)
	}
	return nil
}

// addScimToken keeps a token that is good for that long from now on.
func (p *Portal) addScimToken(ctx context.Context, tx store.Tx, t store.ScimToken, life time.Duration) (store.ScimToken, error) {
	now := p.Now()
	t.ID, t.At, t.Expires = store.NewID(now), now, now.Add(life)
	all, err := tx.ScimTokens().List(ctx, t.TrustID)
	if err != nil {
		return t, fmt.Errorf("list the tokens of trust %s: %w", t.TrustID, err)
	}
	switch {
	case !nameable(t.Name):
		return t, store.Fail(store.Invalid, "error.scim_token_name", "a token's name of %d bytes", len(t.Name))
	case life < ShortestScimToken || life > LongestScimToken:
		return t, store.Fail(store.Invalid, "error.scim_token_life", "a token for %s", life)
	case standingTokens(all, now) >= scimTokensAtOnce:
		return t, store.Fail(store.Invalid, "error.scim_token_many", "trust %s has %d tokens", t.TrustID, scimTokensAtOnce).With("Count", scimTokensAtOnce)
	}
	if err := tx.ScimTokens().Create(ctx, t); err != nil {
		return t, fmt.Errorf("make a provisioning token: %w", err)
	}
	return t, nil
}

func scimDetail(by string, t store.ScimToken) map[string]string {
	return map[string]string{"by": by, "token": string(t.ID), "name": t.Name, "expires": t.Expires.UTC().Format(time.RFC3339)}
}

// scimPrefix begins every provisioning token, so that one that lies around is known for what it is.
const scimPrefix = "cps_"

// scimSecret returns a new token: 256 random bits behind the prefix.
func scimSecret() string { return scimPrefix + setupSecret() }

// ScimView is how a trust's accounts are provisioned.
type ScimView struct {
	Trust  store.Trust
	Rule   store.SCIMRule    // as its draft has it, if there is one
	Tokens []store.ScimToken // the newest first, those that are over among them
	May    int               // how many tokens more there may be
	Over   []store.ID        // of the tokens that stand those whose maker could not make them any more: they are refused

	Users, Groups int           // that were provisioned
	Waiting       []ScimWaiting // users who are no accounts: the first of them
	More          bool          // there are others

	Refused []ScimRefusal // what was refused lately, the latest first
}

// ScimTokens returns the provisioning tokens of a trust and what is beside them.
func (p *Portal) ScimTokens(ctx context.Context, a Actor, trust store.ID) (v ScimView, err error) {
	refused, err := p.scimRefused(ctx, a.TenantID, trust)
	if err != nil {
		return v, err
	}
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) error {
		t, err := ownTrust(ctx, tx, trust)
		if err != nil {
			return err
		}
		draft, err := draftOf(ctx, tx, trust)
		if err != nil {
			return err
		}
		v = ScimView{Trust: t, Rule: t.SCIM}
		if draft != nil {
			v.Rule = draft.SCIM
		}
		if v.Tokens, err = tx.ScimTokens().List(ctx, trust); err != nil {
			return fmt.Errorf("list the tokens of trust %s: %w", trust, err)
		}
		v.May = scimTokensAtOnce - standingTokens(v.Tokens, p.Now())
		if v.Over, err = orphaned(ctx, tx, v.Tokens, p.Now()); err != nil {
			return err
		}
		if v.Refused, err = scimRefusals(ctx, tx, trust, refused); err != nil {
			return err
		}
		return scimWaiting(ctx, tx, &v)
	})
	return v, err
}

// orphaned returns which of the tokens that stand are refused for who made them.
func orphaned(ctx context.Context, tx store.Tx, all []store.ScimToken, now time.Time) (over []store.ID, err error) {
	for _, t := range all {
		if !t.Stands(now) {
			continue
		}
		_, err := makersMenus(ctx, tx, t)
		var gone *scim.Error
		if errors.As(err, &gone) {
			over = append(over, t.ID)
		} else if err != nil {
			return nil, err
		}
	}
	return over, nil
}

func standingTokens(all []store.ScimToken, now time.Time) (n int) {
	for _, t := range all {
		if t.Stands(now) {
			n++
		}
	}
	return n
}

// RevokeScimToken makes a token of a trust worth nothing from the commit on. One that is so already stays as it is.
func (p *Portal) RevokeScimToken(ctx context.Context, a Actor, trust, id store.ID) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		if _, err := ownTrust(ctx, tx, trust); err != nil {
			return err
		}
		t, err := p.revokeScimToken(ctx, tx, trust, id)
		if err != nil || !t.Revoked.IsZero() {
			return err
		}
		return p.auditTrust(ctx, tx, a, account, trust, scimDetail("provisioning token revoked", t))
	})
}

// revokeScimToken revokes a token of trust and returns it as it was.
func (p *Portal) revokeScimToken(ctx context.Context, tx store.Tx, trust, id store.ID) (store.ScimToken, error) {
	t, err := tx.ScimTokens().Get(ctx, id)
	if err == nil && t.TrustID != trust {
		err = fmt.Errorf("it is of trust %s: %w", t.TrustID, store.ErrNotFound)
	}
	if err != nil {
		return t, fmt.Errorf("read provisioning token %s: %w", id, err)
	}
	if !t.Revoked.IsZero() {
		return t, nil
	}
	if err := tx.ScimTokens().Revoke(ctx, id, p.Now()); err != nil {
		return t, fmt.Errorf("revoke provisioning token %s: %w", id, err)
	}
	return t, nil
}
