package portal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"cloudpocket/store"
)

// SwitchOn is how a draft becomes the trust.
type SwitchOn struct {
	Revision int64  // of the draft that was looked at
	Note     string // why; compulsory where it was not tested
	Untested bool   // although no test of it passed
}

// SwitchTrustOn makes the draft the trust, switched on. Unless its present revision passed a test, that has to be said on
// purpose, with a reason, and stands in the audit. Sessions that hold go on.
func (p *Portal) SwitchTrustOn(ctx context.Context, a Actor, id store.ID, on SwitchOn) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		live, err := mayChange(ctx, tx, id)
		if err != nil {
			return err
		}
		d, err := tx.TrustDrafts().Get(ctx, id)
		if err != nil {
			return fmt.Errorf("read the draft of trust %s: %w", id, err)
		}
		if err := on.check(d); err != nil {
			return err
		}
		if d.Trust, err = upToDate(ctx, tx, live, d); err != nil {
			return err
		}
		if problems := p.refuse(ctx, tx, account, proposal{live, live, d.Trust, d.Trust}); len(problems) > 0 {
			return store.Fail(store.Denied, problems[0].Key, "trust %s: %s may not be switched on by %s", id, problems[0].Field, account.ID)
		}
		if !looksAlike(live, d.Trust) {
			if err := notBeyond(ctx, tx, account, live, d.Trust); err != nil {
				return err
			}
		}
		if err := provesWay(ctx, tx, a.Visit.Address, live, d); err != nil {
			return err
		}
		v := store.TrustVersion{By: account.ID, ByName: account.Name}
		return keepsWay(ctx, tx, a.Visit.Address, func() error {
			detail, err := p.becomeTrust(ctx, tx, live, d, on, v)
			if err != nil {
				return err
			}
			return p.auditTrust(ctx, tx, a, account, id, detail)
		})
	})
}

// check demands that a draft may be switched on so, whoever does it.
func (on SwitchOn) check(d store.TrustDraft) error {
	switch missing := incomplete(d.Trust); {
	case d.Revision != on.Revision:
		return store.Fail(store.Conflict, "error.trust_draft_changed", "the draft of trust %s has revision %d, not %d", d.ID, d.Revision, on.Revision)
	case len(missing) > 0:
		return store.Fail(store.Invalid, missing[0].Key, "trust %s lacks %s", d.ID, missing[0].Field)
	case !d.Tested() && !on.Untested:
		return store.Fail(store.Invalid, "error.trust_untested", "no test of revision %d of trust %s passed", d.Revision, d.ID)
	case !d.Tested() && strings.TrimSpace(on.Note) == "":
		return store.Fail(store.Invalid, "error.trust_note", "trust %s is switched on untested without a reason", d.ID)
	case utf8.RuneCountInString(on.Note) > noteRunes || !plainText(strings.ReplaceAll(strings.ReplaceAll(on.Note, "\r", ""), "\n", "")):
		return store.Fail(store.Invalid, "error.note_too_long", "a note of %d bytes", len(on.Note))
	}
	return nil
}

// becomeTrust makes a draft the trust and keeps it as a version by v, and returns what the audit is told.
func (p *Portal) becomeTrust(ctx context.Context, tx store.Tx, live store.Trust, d store.TrustDraft, on SwitchOn, v store.TrustVersion) (map[string]string, error) {
	next := d.Trust
	next.State, next.Version = store.TrustEnabled, live.Version
	if err := tx.Trusts().Update(ctx, next); err != nil {
		return nil, fmt.Errorf("switch trust %s on: %w", d.ID, err)
	}
	if err := p.remap(ctx, tx, live, next, v); err != nil {
		return nil, err
	}
	next.Version++
	v.Trust, v.At, v.Note, v.Untested = next, p.Now(), strings.TrimSpace(on.Note), !d.Tested()
	if err := tx.TrustDrafts().Keep(ctx, v); err != nil {
		return nil, fmt.Errorf("keep version %d of trust %s: %w", next.Version, d.ID, err)
	}
	if err := tx.TrustDrafts().Drop(ctx, d.ID); err != nil {
		return nil, fmt.Errorf("drop the draft of trust %s: %w", d.ID, err)
	}
	return map[string]string{"by": "switched on", "version": fmt.Sprint(next.Version), "tested": fmt.Sprint(d.Tested()), "note": v.Note, "changed": changedFields(live, next)}, nil
}

// SwitchTrustOff stops believing a trust and ends every session that it vouched for before it returns. The last way in for
// administrators stays.
func (p *Portal) SwitchTrustOff(ctx context.Context, a Actor, id store.ID, note string) (ended int, err error) {
	var by store.Account
	err = p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		by = account
		live, err := mayChange(ctx, tx, id)
		if err != nil || live.State == store.TrustDisabled {
			return err
		}
		live.State = store.TrustDisabled
		err = keepsWay(ctx, tx, a.Visit.Address, func() error { return tx.Trusts().Update(ctx, live) })
		if err != nil {
			return fmt.Errorf("switch trust %s off: %w", id, err)
		}
		return p.auditTrust(ctx, tx, a, account, id, map[string]string{"by": "switched off", "state": string(live.State), "note": short(note)})
	})
	if err != nil {
		return 0, err
	}
	return p.end(ctx, store.SessionSelector{TrustID: id}, func(s store.Session) store.AuditEvent {
		if s.TenantID == a.TenantID {
			return p.event(a, by, store.DeedRevoke, sessionRecord(s), map[string]string{"account": string(s.AccountID), "by": "trust disabled"})
		}
		return store.AuditEvent{At: p.Now(), Deed: store.DeedRevoke, Outcome: store.Allowed, TrustID: id, Record: sessionRecord(s),
			Detail: map[string]string{"account": string(s.AccountID), "by": "trust disabled by its owner"}}
	})
}

// RemoveTrust forgets a trust that is switched off and by which nobody comes in, with its draft, versions and sign-ins.
func (p *Portal) RemoveTrust(ctx context.Context, a Actor, id store.ID) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		live, err := mayChange(ctx, tx, id)
		if err != nil {
			return err
		}
		if live.State == store.TrustEnabled {
			return store.Fail(store.Invalid, "error.trust_on", "trust %s is switched on", id)
		}
		users, err := tx.Trusts().Users(ctx, id)
		if err != nil {
			return fmt.Errorf("count the accounts of trust %s: %w", id, err)
		}
		err = tx.Trusts().Remove(ctx, id)
		if users > 0 || errors.Is(err, store.ErrConflict) {
			return store.Fail(store.Invalid, "error.trust_used", "trust %s has %d accounts", id, users).With("Count", users)
		}
		if err != nil {
			return fmt.Errorf("remove trust %s: %w", id, err)
		}
		return p.auditTrust(ctx, tx, a, account, id, map[string]string{"by": "removed"})
	})
}
