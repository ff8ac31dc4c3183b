package portal

import (
	"context"
	"fmt"
	"strings"

	"cloudpocket/store"
)

// SaveTrustDraft keeps what a trust is to become. What is missing is a problem that is returned and does not keep the draft
// from being saved: it is filled in step by step. What is wrong is one as well, and then nothing is saved and the draft
// returned is the one given. Another Revision than the stored one is ErrConflict.
func (p *Portal) SaveTrustDraft(ctx context.Context, a Actor, d store.TrustDraft) (saved store.TrustDraft, problems []TrustProblem, err error) {
	err = p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		saved, problems = d, nil
		live, err := mayChange(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		before, err := draftOf(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		d.By, d.ByName, d.At = account.ID, account.Name, p.Now()
		d.Protocol, d.CreatedAt, d.State, d.Domains = live.Protocol, live.CreatedAt, store.TrustEnabled, lookedUp(d.Domains)
		if before == nil {
			before = &store.TrustDraft{Trust: live}
			if err := p.keepBase(ctx, tx, live, ""); err != nil {
				return err
			}
		}
		d.Trust, d.Version = forgetSecret(forgetKeys(before.Trust, d.Trust), live, before.Trust), before.Version
		if problems = p.refuse(ctx, tx, account, proposal{live, before.Trust, before.Trust, d.Trust}); len(problems) > 0 {
			return nil
		}
		problems = incomplete(d.Trust)
		if d.Revision, err = tx.TrustDrafts().Save(ctx, d); err != nil {
			return fmt.Errorf("save the draft of trust %s: %w", d.ID, err)
		}
		saved, saved.Test = d, before.Test
		return p.auditTrust(ctx, tx, a, account, d.ID, map[string]string{"by": "draft", "changed": changedFields(before.Trust, d.Trust)})
	})
	return saved, problems, err
}

// changedFields names what differs, for the audit.
func changedFields(from, to store.Trust) string {
	var names []string
	for _, c := range diffTrusts(from, to) {
		names = append(names, c.Field)
	}
	return strings.Join(names, " ")
}

// DropTrustDraft forgets what a trust was to become. The draft of one that was never switched on stays: it is all there is.
func (p *Portal) DropTrustDraft(ctx context.Context, a Actor, id store.ID) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		live, err := mayChange(ctx, tx, id)
		if err != nil {
			return err
		}
		if live.SAML == nil && live.OIDC == nil {
			return store.Fail(store.Invalid, "error.trust_only_draft", "trust %s is nothing but its draft", id)
		}
		if err := tx.TrustDrafts().Drop(ctx, id); err != nil {
			return fmt.Errorf("drop the draft of trust %s: %w", id, err)
		}
		return p.auditTrust(ctx, tx, a, account, id, map[string]string{"by": "draft dropped"})
	})
}

// BackToVersion makes a draft of a trust as it was, in place of the draft there is. Nothing counts before it is tested and
// switched on. What is given to firms and menus by it must be the actor's to give, as in any draft.
func (p *Portal) BackToVersion(ctx context.Context, a Actor, id store.ID, version int64) (saved store.TrustDraft, err error) {
	err = p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		live, err := mayChange(ctx, tx, id)
		if err != nil {
			return err
		}
		was, err := tx.TrustDrafts().Version(ctx, id, version)
		if err != nil {
			return fmt.Errorf("read version %d of trust %s: %w", version, id, err)
		}
		before, err := draftOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := p.keepBase(ctx, tx, live, ""); err != nil {
			return err
		}
		saved = store.TrustDraft{Trust: was.Trust, By: account.ID, ByName: account.Name, At: p.Now()}
		saved.State, saved.Version = store.TrustEnabled, live.Version
		kept := live
		if before != nil {
			saved.Revision, kept = before.Revision, before.Trust
		}
		if problems := p.refuse(ctx, tx, account, proposal{live, was.Trust, kept, was.Trust}); len(problems) > 0 {
			return store.Fail(store.Denied, problems[0].Key, "version %d of trust %s: %s", version, id, problems[0].Field)
		}
		if saved.Revision, err = tx.TrustDrafts().Save(ctx, saved); err != nil {
			return fmt.Errorf("save the draft of trust %s: %w", id, err)
		}
		return p.auditTrust(ctx, tx, a, account, id, map[string]string{"by": "draft", "from version": fmt.Sprint(version), "changed": changedFields(live, was.Trust)})
	})
	return saved, err
}

// MayTestTrust returns the draft that the actor may test.
func (p *Portal) MayTestTrust(ctx context.Context, a Actor, id store.ID) (d store.TrustDraft, problems []TrustProblem, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) error {
		if _, err := mayChange(ctx, tx, id); err != nil {
			return err
		}
		if d, err = tx.TrustDrafts().Get(ctx, id); err != nil {
			return fmt.Errorf("read the draft of trust %s: %w", id, err)
		}
		problems = incomplete(d.Trust)
		return nil
	})
	return d, problems, err
}
