package session

import (
	"context"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// keepToLimit ends the sessions of begun's account that began first, until no more than the limit stand, the rule's where
// it has one, and tells over of each. begun is not among them, and embeds are not counted. One that somebody else ends at the same time is theirs to
// tell of.
func (k *Keeper) keepToLimit(ctx context.Context, begun store.Session, rule store.SessionRule, over func(store.Session)) error {
	limit := k.limit
	if rule.Limit > 0 {
		limit = rule.Limit
	}
	if limit == 0 {
		return nil
	}
	others, err := k.store.Of(ctx, begun.TenantID, begun.AccountID)
	if err != nil {
		return fmt.Errorf("list the sessions of account %s: %w", begun.AccountID, err)
	}
	others = slices.DeleteFunc(others, func(s store.Session) bool { return s.Key == begun.Key || s.Embedded() })
	for _, old := range others[min(limit-1, len(others)):] {
		ended, err := k.store.End(ctx, store.SessionSelector{TenantID: old.TenantID, AccountID: old.AccountID, ID: old.ID})
		k.tell(ended, limit, over)
		if err != nil {
			return fmt.Errorf("end session %s, one too many: %w", old.ID, err)
		}
	}
	return nil
}

// tell says which sessions ended for the limit's sake.
func (k *Keeper) tell(ended []store.Session, limit int, over func(store.Session)) {
	for _, s := range ended {
		k.log.Info("ended a session over the limit", "tenant", s.TenantID, "account", s.AccountID, "session", s.ID, "limit", limit)
		if over != nil {
			over(s)
		}
	}
}
