package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// Addresses returns from where the firm's people and its clients may come. Like its trusts, that is the whole firm's.
func (p *Portal) Addresses(ctx context.Context, a Actor) (rule store.AddressRule, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) (err error) {
		rule, err = tx.Addresses().Rule(ctx)
		return err
	})
	return rule, err
}

// SaveAddresses says from where the firm's people and its clients may come. It holds at once, for sessions that stand as
// well. A rule that would keep the actor from undoing it is refused, and so is one with ranges that hardly keep anybody
// out, unless wide says that they are meant.
func (p *Portal) SaveAddresses(ctx context.Context, a Actor, rule store.AddressRule, wide bool) error {
	return p.updateTrusts(ctx, a, func(tx store.Tx, account store.Account) error {
		if !rule.Administers(a.Visit.Address) {
			return store.Fail(store.Invalid, "error.address_lockout", "the rule leaves out %q, from where account %s saves it", a.Visit.Address, account.ID).
				With("Address", a.Visit.Address)
		}
		if all := append(store.Wide(rule.Everybody), store.Wide(rule.Administration)...); len(all) > 0 && !wide {
			return store.Fail(store.Invalid, "error.address_wide", "ranges %v are wide", all).With("Ranges", store.RangesText(all, ", "))
		}
		detail, err := saveAddresses(ctx, tx, rule)
		if err != nil {
			return err
		}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedAddresses, "tenant:"+string(a.TenantID), detail))
	})
}

// SetAddresses is the way back in for whoever locked themselves out.
func (s Setup) SetAddresses(ctx context.Context, tenant store.ID, rule store.AddressRule) error {
	record := "tenant:" + string(tenant)
	err := s.Records.Update(ctx, tenant, func(tx store.Tx) error {
		detail, err := saveAddresses(ctx, tx, rule)
		if err != nil {
			return err
		}
		return tx.Audit().Append(ctx, s.event(store.DeedAddresses, record, detail))
	})
	if err != nil {
		return fmt.Errorf("save the addresses of %s: %w", record, err)
	}
	return nil
}

// AddressesOf returns tenant's rule.
func (s Setup) AddressesOf(ctx context.Context, tenant store.ID) (rule store.AddressRule, err error) {
	err = s.Records.View(ctx, tenant, func(tx store.Tx) (err error) {
		rule, err = tx.Addresses().Rule(ctx)
		return err
	})
	return rule, err
}

// saveAddresses keeps rule and returns what the audit keeps of the change.
func saveAddresses(ctx context.Context, tx store.Tx, rule store.AddressRule) (map[string]string, error) {
	before, err := tx.Addresses().Rule(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the addresses before: %w", err)
	}
	if err := tx.Addresses().Save(ctx, rule); err != nil {
		return nil, err
	}
	return map[string]string{
		"everybody": store.RangesText(rule.Everybody, " "), "everybody before": store.RangesText(before.Everybody, " "),
		"administration": store.RangesText(rule.Administration, " "), "administration before": store.RangesText(before.Administration, " "),
	}, nil
}
