package portal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloudpocket/store"
)

// SetupTrust is a trust as the operator looks at it.
type SetupTrust struct {
	Owner    store.ID
	Live     store.Trust
	Draft    *store.TrustDraft // nil: none
	Changes  []TrustChange     // what the draft would change
	Missing  []TrustProblem    // why it cannot be switched on yet
	Versions []store.TrustVersion
}

// LookTrust returns a trust of whatever firm, with its newest versions.
func (s Setup) LookTrust(ctx context.Context, id store.ID) (v SetupTrust, err error) {
	owned, err := s.Records.Trust(ctx, id)
	if err != nil {
		return v, fmt.Errorf("find trust %s: %w", id, err)
	}
	v = SetupTrust{Owner: owned.Owner, Live: owned.Trust}
	err = s.Records.View(ctx, owned.Owner, func(tx store.Tx) error {
		if v.Draft, err = draftOf(ctx, tx, id); err != nil {
			return err
		}
		if v.Draft != nil {
			v.Changes, v.Missing = diffTrusts(v.Live, v.Draft.Trust), incomplete(v.Draft.Trust)
		}
		versions, err := tx.TrustDrafts().Versions(ctx, id, store.Page{Limit: store.MaxPage})
		v.Versions = versions.Items
		return err
	})
	return v, err
}

// SetupDraft is what became of a draft that the operator gave.
type SetupDraft struct {
	Draft    store.TrustDraft
	New      bool          // the trust was not there
	Saved    bool          // false: nothing differs from the draft before, or without one from the trust
	Changes  []TrustChange // from the trust as it counts
	Problems []TrustProblem
}

// GiveDraft makes a draft of what change makes of a trust's draft, or of the trust where it has none; tenant is the firm of
// one that is not there yet, which is made empty and switched off. What cannot be kept is an error that names the field; what
// is missing is a problem. dry changes nothing, and says what would be.
func (s Setup) GiveDraft(ctx context.Context, tenant, id store.ID, protocol store.Protocol, dry bool, change func(store.Trust) (store.Trust, error)) (out SetupDraft, err error) {
	owned, err := s.Records.Trust(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound) && tenant != "":
		out.New = true
	case err != nil:
		return out, fmt.Errorf("find trust %s: %w", id, err)
	case tenant != "" && tenant != owned.Owner:
		return out, store.Fail(store.Invalid, "error.trust_owner", "trust %s is not of firm %s", id, tenant)
	default:
		tenant = owned.Owner
	}
	err = s.Records.Update(ctx, tenant, func(tx store.Tx) error {
		if err := s.giveDraft(ctx, tx, &out, id, protocol, change); err != nil {
			return err
		}
		if dry {
			return errPreview
		}
		return nil
	})
	if errors.Is(err, errPreview) {
		err = nil
	}
	return out, err
}

func (s Setup) giveDraft(ctx context.Context, tx store.Tx, out *SetupDraft, id store.ID, protocol store.Protocol, change func(store.Trust) (store.Trust, error)) error {
	if out.New {
		fresh, err := s.emptyTrust(NewTrust{ID: id, Name: string(id), Protocol: protocol})
		if err != nil {
			return err
		}
		if err := tx.Trusts().Create(ctx, fresh); err != nil {
			return fmt.Errorf("create trust %s: %w", id, err)
		}
	}
	before, live, err := setupDraftOf(ctx, tx, id)
	if err != nil {
		return err
	}
	next, err := change(before.Trust)
	if err != nil {
		return err
	}
	next = forgetKeys(before.Trust, next)
	next.Domains = lookedUp(next.Domains)
	next.ID, next.Protocol, next.State, next.Version, next.CreatedAt = live.ID, live.Protocol, store.TrustEnabled, before.Version, live.CreatedAt
	if wrong, err := s.wrong(ctx, tx, next); err != nil || len(wrong) > 0 {
		return errors.Join(err, asErrors(id, wrong))
	}
	out.Draft = store.TrustDraft{Trust: next, Revision: before.Revision, ByName: s.By, At: s.Now()}
	out.Problems, out.Changes = incomplete(next), diffTrusts(live, next)
	compared := before.Trust
	compared.State = store.TrustEnabled
	if out.Saved = len(diffTrusts(compared, next)) > 0 || out.New; !out.Saved {
		out.Draft.Test = before.Test
		return nil
	}
	return s.keepDraft(ctx, tx, out, before, live)
}

// setupDraftOf returns a trust's draft, or one that begins from the trust, of whomever it admits.
func setupDraftOf(ctx context.Context, tx store.Tx, id store.ID) (d store.TrustDraft, live store.Trust, err error) {
	if live, err = ownTrust(ctx, tx, id); err != nil {
		return d, live, err
	}
	kept, err := draftOf(ctx, tx, id)
	if err != nil || kept == nil {
		return store.TrustDraft{Trust: live}, live, err
	}
	return *kept, live, nil
}

func (s Setup) keepDraft(ctx context.Context, tx store.Tx, out *SetupDraft, before store.TrustDraft, live store.Trust) (err error) {
	if before.Revision == 0 {
		if err := s.keepBase(ctx, tx, live, ""); err != nil {
			return err
		}
	}
	if out.Draft.Revision, err = tx.TrustDrafts().Save(ctx, out.Draft); err != nil {
		return fmt.Errorf("save the draft of trust %s: %w", live.ID, err)
	}
	detail := map[string]string{"by": "draft", "changed": changedFields(before.Trust, out.Draft.Trust), "tenants": boundTenants(out.Draft.Trust)}
	return tx.Audit().Append(ctx, s.event(store.DeedTrust, "trust:"+string(live.ID), detail))
}

// wrong returns what cannot be kept of a trust. The operator may name secrets of the host, private addresses and other
// firms, which have to be there.
func (s Setup) wrong(ctx context.Context, tx store.Tx, next store.Trust) ([]TrustProblem, error) {
	all := store.Account{Permissions: store.PermitAll, Offices: store.OfficeScope{All: true}}
	c := &trustCheck{tx: tx, account: all, proposal: proposal{live: next, before: next, next: next}, private: true}
	c.live.Mapping.Roles, c.before.Mapping.Roles = nil, nil // whose menus have to be there, too
	c.names()
	c.halves()
	c.mapping()
	c.roles(ctx)
	c.rules()
	c.logo()
	c.demand(len(next.Tenants) <= maxLookup, "tenants", "error.trust_lookup")
	for _, tenant := range next.Tenants {
		if _, err := s.Records.Tenants().Get(ctx, tenant); errors.Is(err, store.ErrNotFound) {
			c.demand(false, "tenants", "error.trust_tenant")
		} else if err != nil {
			return nil, fmt.Errorf("look for firm %s: %w", tenant, err)
		}
	}
	return c.problems, nil
}

// asErrors makes an error of each problem, by its field.
func asErrors(id store.ID, wrong []TrustProblem) error {
	var all []error
	for _, p := range wrong {
		all = append(all, store.Fail(store.Invalid, p.Key, "trust %s: %s cannot be so", id, p.Field))
	}
	return errors.Join(all...)
}

// DropDraft forgets what a trust was to become.
func (s Setup) DropDraft(ctx context.Context, id store.ID) error {
	return s.onTrust(ctx, id, func(tx store.Tx) (map[string]string, error) {
		d, live, err := setupDraftOf(ctx, tx, id)
		switch {
		case err != nil:
			return nil, err
		case d.Revision == 0:
			return nil, fmt.Errorf("the draft of trust %s: %w", id, store.ErrNotFound)
		case live.SAML == nil && live.OIDC == nil:
			return nil, store.Fail(store.Invalid, "error.trust_only_draft", "trust %s is nothing but its draft", id)
		}
		if err := tx.TrustDrafts().Drop(ctx, id); err != nil {
			return nil, fmt.Errorf("drop the draft of trust %s: %w", id, err)
		}
		return map[string]string{"by": "draft dropped"}, nil
	})
}

// SwitchDraftOn is [Portal.SwitchTrustOn] at the host, whatever way in it takes: whoever is there can make another.
func (s Setup) SwitchDraftOn(ctx context.Context, id store.ID, on SwitchOn) error {
	return s.onTrust(ctx, id, func(tx store.Tx) (detail map[string]string, err error) {
		d, live, err := setupDraftOf(ctx, tx, id)
		switch {
		case err != nil:
			return nil, err
		case d.Revision == 0:
			return nil, fmt.Errorf("the draft of trust %s: %w", id, store.ErrNotFound)
		}
		if on.Revision == 0 {
			on.Revision = d.Revision
		}
		if err := on.check(d); err != nil {
			return nil, err
		}
		if d.Trust, err = upToDate(ctx, tx, live, d); err != nil {
			return nil, err
		}
		if wrong, err := s.wrong(ctx, tx, d.Trust); err != nil || len(wrong) > 0 {
			return nil, errors.Join(err, asErrors(id, wrong))
		}
		return s.becomeTrust(ctx, tx, live, d, on, store.TrustVersion{ByName: s.By})
	})
}

// BackTo makes a draft of a trust as it was in a version, in place of the draft there is.
func (s Setup) BackTo(ctx context.Context, id store.ID, version int64) error {
	return s.onTrust(ctx, id, func(tx store.Tx) (map[string]string, error) {
		before, live, err := setupDraftOf(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		was, err := tx.TrustDrafts().Version(ctx, id, version)
		if err != nil {
			return nil, fmt.Errorf("read version %d of trust %s: %w", version, id, err)
		}
		if err := s.keepBase(ctx, tx, live, ""); err != nil {
			return nil, err
		}
		d := store.TrustDraft{Trust: was.Trust, Revision: before.Revision, ByName: s.By, At: s.Now()}
		d.State, d.Version = store.TrustEnabled, live.Version
		if _, err := tx.TrustDrafts().Save(ctx, d); err != nil {
			return nil, fmt.Errorf("save the draft of trust %s: %w", id, err)
		}
		return map[string]string{"by": "draft", "from version": fmt.Sprint(version), "changed": changedFields(live, was.Trust)}, nil
	})
}

// CompareTrust is [Portal.TrustDiff] at the host.
func (s Setup) CompareTrust(ctx context.Context, id store.ID, from, to int64) (changes []TrustChange, err error) {
	owned, err := s.Records.Trust(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("find trust %s: %w", id, err)
	}
	err = s.Records.View(ctx, owned.Owner, func(tx store.Tx) error {
		old, err := trustAt(ctx, tx, id, from)
		if err != nil {
			return err
		}
		next, err := trustAt(ctx, tx, id, to)
		changes = diffTrusts(old, next)
		return err
	})
	return changes, err
}

// AddSetupLink is [Portal.MakeSetupLink] at the host. A link to a trust of several firms would open nothing.
func (s Setup) AddSetupLink(ctx context.Context, id store.ID, life time.Duration) (secret string, ends time.Time, err error) {
	if life < time.Minute || life > LongestSetupLink {
		return "", ends, store.Fail(store.Invalid, "error.setup_life", "a link of %s", life)
	}
	secret, ends = setupSecret(), s.Now().Add(life)
	err = s.onTrust(ctx, id, func(tx store.Tx) (map[string]string, error) {
		if _, err := mayChange(ctx, tx, id); err != nil {
			return nil, err
		}
		if _, err := tx.SetupLinks().Revoke(ctx, id, s.Now()); err != nil {
			return nil, fmt.Errorf("revoke the links before: %w", err)
		}
		l := store.SetupLink{ID: store.NewID(s.Now()), TrustID: id, Key: store.SetupKeyOf(secret), ByName: s.By, At: s.Now(), Expires: ends}
		if err := tx.SetupLinks().Create(ctx, l); err != nil {
			return nil, fmt.Errorf("make a setup link: %w", err)
		}
		return map[string]string{"by": "setup link made", "expires": ends.UTC().Format(time.RFC3339)}, nil
	})
	if err != nil {
		return "", ends, err
	}
	return secret, ends, nil
}
