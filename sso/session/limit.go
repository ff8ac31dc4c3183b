package session

import (
	"context"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// keepToLimit ends the sessions of begun's account that began first, until no more than the limit stand. begun is not
// among them.
func (k *Keeper) keepToLimit(ctx context.Context, begun store.Session) error {
	if k.limit == 0 {
		return nil
	}
	others, err := k.store.Of(ctx, begun.TenantID, begun.AccountID)
	if err != nil {
		return fmt.Errorf("list the sessions of account %s: %w", begun.AccountID, err)
	}
	others = slices.DeleteFunc(others, func(s store.Session) bool { return s.Key == begun.Key })
	for _, old := range others[min(k.limit-1, len(others)):] {
		if err := k.store.EndKey(ctx, old.Key); err != nil {
			return fmt.Errorf("end session %s, one too many: %w", old.ID, err)
		}
		k.log.Info("ended a session over the limit", "tenant", old.TenantID, "account", old.AccountID, "session", old.ID, "limit", k.limit)
	}
	return nil
}
