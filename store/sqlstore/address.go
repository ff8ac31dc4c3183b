package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type addresses struct{ *tx }

func (t addresses) Rule(ctx context.Context) (store.AddressRule, error) {
	row, err := t.q.GetAddressRule(ctx, t.id())
	if errors.Is(err, sql.ErrNoRows) {
		return store.AddressRule{}, nil
	}
	if err != nil {
		return store.AddressRule{}, fault("get the address rule", err)
	}
	return addressRuleOf(row.Everybody, row.Administration)
}

func (t addresses) Save(ctx context.Context, r store.AddressRule) error {
	return fault("save the address rule", t.q.SaveAddressRule(ctx, records.SaveAddressRuleParams{
		TenantID: t.id(), Everybody: store.RangesText(r.Everybody, " "), Administration: store.RangesText(r.Administration, " "),
	}))
}

// placesOf reads the rule as the query of a standing puts it together; "" when there is none.
func placesOf(both string) (store.AddressRule, error) {
	if both == "" || both == "|" {
		return store.AddressRule{}, nil
	}
	everybody, administration, _ := strings.Cut(both, "|")
	return addressRuleOf(everybody, administration)
}

// addressRuleOf reads the two lists of a rule. What cannot be read must not let anybody in, so it is an error.
func addressRuleOf(everybody, administration string) (r store.AddressRule, err error) {
	if r.Everybody, err = store.ParseRanges(everybody); err == nil {
		r.Administration, err = store.ParseRanges(administration)
	}
	if err != nil {
		return r, store.Fail(store.Damaged, "", "read an address rule: %w", err)
	}
	return r, nil
}
