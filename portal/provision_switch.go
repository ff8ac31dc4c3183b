package portal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// switched tells what is provisioned that the firm has put an account, as it was, into another state. A client reads that,
// so it has another version; and what it reads as not active it may send back with whatever else it changes. So whom the firm
// lets in counts as active until the client says otherwise anew.
func switched(ctx context.Context, tx store.Tx, was store.Account, to store.AccountState, at time.Time) error {
	p, err := tx.Provisioning().BySubject(ctx, was.TrustID, was.Subject)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look whether the person is provisioned: %w", err)
	}
	r, err := resource(p)
	if err != nil {
		return err
	}
	if to == store.AccountActive && !r.Active() {
		if p.Attributes, err = activated(r.Attributes); err != nil {
			return err
		}
	}
	p.ModifiedAt = at
	if err := tx.Provisioning().Update(ctx, p); err != nil {
		return fmt.Errorf("save what is provisioned as %s: %w", p.ID, err)
	}
	return nil
}

func activated(said scim.Attributes) (string, error) {
	said["active"] = true
	text, err := said.JSON()
	if err != nil {
		return "", fmt.Errorf("encode what is provisioned: %w", err)
	}
	return text, nil
}
