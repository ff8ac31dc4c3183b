package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// ChooseScimSubject puts onto a trust's draft which attribute of a provisioned user says whom the person is at sign-ins. It
// counts once the draft is switched on, as all that decides who somebody is. With problems nothing is saved.
func (p *Portal) ChooseScimSubject(ctx context.Context, a Actor, trust store.ID, subject string) (problems []TrustProblem, err error) {
	err = p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		live, err := mayChange(ctx, tx, trust)
		if err != nil {
			return err
		}
		before, err := draftOf(ctx, tx, trust)
		if err != nil {
			return err
		}
		if before == nil {
			before = &store.TrustDraft{Trust: live}
		}
		d := *before
		d.SCIM.Subject, d.State, d.By, d.ByName, d.At = subject, store.TrustEnabled, account.ID, account.Name, p.Now()
		if problems = p.refuse(ctx, tx, account, proposal{live, before.Trust, before.Trust, d.Trust}); len(problems) > 0 {
			return nil
		}
		if _, err := tx.TrustDrafts().Save(ctx, d); err != nil {
			return fmt.Errorf("save the draft of trust %s: %w", trust, err)
		}
		return p.auditTrust(ctx, tx, a, account, trust, map[string]string{"by": "draft", "changed": changedFields(before.Trust, d.Trust)})
	})
	return problems, err
}
