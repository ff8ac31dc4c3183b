package portal

import (
	"context"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Visit is where a request comes from, for the audit. It is what a sign-in calls so, under the name that surfaces use.
type Visit = sso.Visit

// Stands returns an error when the person of a session may no longer be here, or not come from where they do.
func (p *Portal) Stands(ctx context.Context, s store.Session, v Visit) error {
	return p.view(ctx, ActorOf(s, v), Self, func(store.Tx, store.Account) error { return nil })
}
