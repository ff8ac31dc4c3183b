package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// ScimRefusal is what a client was refused, as often as it was for one reason.
type ScimRefusal struct {
	Why   string    // one of ScimRefusals
	Name  string    // of the user or group, where it is there; empty: it was to be added, or is gone
	At    time.Time // the last time
	Count int64
}

// ScimRefusals returns the reasons that a refusal can have. Any other is the last of them.
func ScimRefusals() []string {
	return []string{"token_over", "maker_gone", "switched_off", "beyond_maker", "nobody_left", "mutability", "uniqueness", "conflict", "other"}
}

// scimRefusedShown is how many refusals are shown, and scimRefusedLook how many events of all trusts are looked at for them.
const scimRefusedShown, scimRefusedLook = 20, 200

// scimRefused returns the events of what was refused at a trust of tenant, the latest first.
func (p *Portal) scimRefused(ctx context.Context, tenant, trust store.ID) (events []store.SystemEvent, err error) {
	f := store.SystemEventFilter{Level: store.Warning, Text: scim.Refused}
	list, err := p.eventsOf(ctx, tenant, f, store.Page{Limit: scimRefusedLook})
	if err != nil {
		return nil, err
	}
	for _, e := range list.Items {
		if e.Message == scim.Refused && e.Attributes["trust"] == string(trust) && len(events) < scimRefusedShown {
			events = append(events, e)
		}
	}
	slices.SortStableFunc(events, func(a, b store.SystemEvent) int { return b.LastAt.Compare(a.LastAt) })
	return events, nil
}

func scimRefusals(ctx context.Context, tx store.Tx, trust store.ID, events []store.SystemEvent) (all []ScimRefusal, err error) {
	for _, e := range events {
		one := ScimRefusal{Why: e.Attributes["reason"], At: e.LastAt, Count: e.Count}
		if !slices.Contains(ScimRefusals(), one.Why) {
			one.Why = "other"
		}
		if one.Name, err = provisionedName(ctx, tx, trust, e.Attributes["kind"], store.ID(e.Attributes["resource"])); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// provisionedName returns what a user or group is called, empty if there is none.
func provisionedName(ctx context.Context, tx store.Tx, trust store.ID, kind string, id store.ID) (string, error) {
	if !id.Valid() {
		return "", nil
	}
	p, err := tx.Provisioning().Get(ctx, trust, store.ProvisionedKind(kind), id)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read what was provisioned: %w", err)
	}
	r, err := resource(p)
	return short(r.DisplayName()), err
}
