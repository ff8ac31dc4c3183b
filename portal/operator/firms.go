package operator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// Firm is what an operator sees of a firm: how much of what there is, never what it is.
type Firm struct {
	store.Tenant
	Accounts   int
	LastSignIn time.Time // zero: nobody of it has signed in as far back as was looked
	Stored     int64     // bytes of files
	Trusts     []FirmTrust
}

// FirmTrust is a trust of a firm.
type FirmTrust struct {
	ID       store.ID
	Name     string
	Protocol store.Protocol
	State    store.TrustState
	KeysEnd  time.Time // zero: unknown
}

// Firms returns a page of the firms.
func (c *Console) Firms(ctx context.Context, w Who, p store.Page) (store.List[store.Tenant], error) {
	if !w.Session.Proved {
		return store.List[store.Tenant]{}, unproved()
	}
	return c.Portal.Records.Tenants().List(ctx, p)
}

// Firm returns one firm, and records that it was looked at.
func (c *Console) Firm(ctx context.Context, w Who, id store.ID) (f Firm, err error) {
	if !w.Session.Proved {
		return f, unproved()
	}
	if f.Tenant, err = c.Portal.Records.Tenants().Get(ctx, id); err != nil {
		return f, err
	}
	if err := c.look(ctx, w, "tenant:"+string(id), "firm"); err != nil {
		return f, err
	}
	err = c.Portal.Records.View(ctx, id, func(tx store.Tx) error {
		if err := each(func(p store.Page) (store.List[store.Trust], error) { return tx.Trusts().List(ctx, p) }, func(t store.Trust) {
			f.Trusts = append(f.Trusts, FirmTrust{t.ID, t.Name, t.Protocol, t.State, c.KeysEnd(t)})
		}); err != nil {
			return fmt.Errorf("list the trusts of firm %s: %w", id, err)
		}
		if err := each(func(p store.Page) (store.List[store.Account], error) { return tx.Accounts().List(ctx, "", p) }, func(store.Account) { f.Accounts++ }); err != nil {
			return fmt.Errorf("count the accounts of firm %s: %w", id, err)
		}
		f.LastSignIn, err = lastSignIn(ctx, tx)
		return err
	})
	if err != nil {
		return f, err
	}
	err = c.Portal.Blobs.Walk(ctx, id, func(b store.BlobInfo) error { f.Stored += b.Size; return nil })
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return f, err
}

// each reads a list to its end.
func each[T any](list func(store.Page) (store.List[T], error), fn func(T)) error {
	for page := (store.Page{Limit: store.MaxPage}); ; {
		one, err := list(page)
		if err != nil {
			return err
		}
		for _, item := range one.Items {
			fn(item)
		}
		if page.After = one.Next; page.After == "" {
			return nil
		}
	}
}

// lastSignIn looks at one page of attempts: beyond that many refused ones nothing is said.
func lastSignIn(ctx context.Context, tx store.Tx) (time.Time, error) {
	list, err := tx.Audit().List(ctx, store.AuditFilter{Deed: store.DeedSignIn}, store.Page{Limit: store.MaxPage})
	if err != nil {
		return time.Time{}, fmt.Errorf("look for the last sign-in: %w", err)
	}
	for _, e := range list.Items {
		if e.Outcome == store.Allowed {
			return e.At, nil
		}
	}
	return time.Time{}, nil
}

// AddFirm creates a firm.
func (c *Console) AddFirm(ctx context.Context, w Who, id store.ID, name string) error {
	return c.atFirm(ctx, w, id, map[string]string{"by": "add"}, func(s portal.Setup) error {
		return s.AddTenant(ctx, store.Tenant{ID: id, Name: name})
	})
}

// SwitchFirm suspends a firm or lets it in again.
func (c *Console) SwitchFirm(ctx context.Context, w Who, id store.ID, state store.TenantState) error {
	if state != store.TenantActive && state != store.TenantSuspended {
		return store.Fail(store.Invalid, "error.form", "a firm cannot be %q", state)
	}
	return c.atFirm(ctx, w, id, map[string]string{"state": string(state)}, func(s portal.Setup) error {
		_, err := s.SwitchTenant(ctx, id, state)
		return err
	})
}

// SetContract sets the first and the last day of a firm's contract, each of which may be open.
func (c *Console) SetContract(ctx context.Context, w Who, id store.ID, from, until store.Date) error {
	detail := map[string]string{"from": string(from), "until": string(until)}
	return c.atFirm(ctx, w, id, detail, func(s portal.Setup) error { return s.SetContract(ctx, id, from, until) })
}

// SwitchTrust enables or disables a trust of a firm. Unlike the firm's own administrators an operator may disable the last
// one that works.
func (c *Console) SwitchTrust(ctx context.Context, w Who, firm, trust store.ID, state store.TrustState) error {
	if state != store.TrustEnabled && state != store.TrustDisabled {
		return store.Fail(store.Invalid, "error.form", "a trust cannot be %q", state)
	}
	owned, err := c.Portal.Records.Trust(ctx, trust)
	if err != nil || owned.Owner != firm {
		return fmt.Errorf("trust %s of firm %s: %w", trust, firm, errors.Join(err, store.ErrNotFound))
	}
	return c.atFirm(ctx, w, firm, map[string]string{"trust": string(trust), "state": string(state)}, func(s portal.Setup) error {
		_, err := s.SwitchTrust(ctx, trust, state)
		return err
	})
}

// atFirm carries out a deed on a firm. It is recorded here before it is done, and again when it was not: nothing is done
// that is not in the deployment's chain, and what is done is in the firm's as well.
func (c *Console) atFirm(ctx context.Context, w Who, id store.ID, detail map[string]string, fn func(portal.Setup) error) error {
	if !w.Session.Proved {
		return unproved()
	}
	detail["firm"] = string(id)
	record := func(outcome store.Outcome) error {
		return c.Portal.Records.Update(ctx, store.Deployment, func(tx store.Tx) error {
			e := event(c.Portal.Now(), w.Operator, w.Visit, store.DeedOperatorFirm, outcome, detail)
			e.Record = "tenant:" + string(id)
			return tx.Audit().Append(ctx, e)
		})
	}
	if err := record(store.Allowed); err != nil {
		return err
	}
	err := fn(portal.Setup{Portal: c.Portal, By: "operator " + w.Operator.Name, Visit: w.Visit})
	if err == nil {
		return nil
	}
	detail["failed"] = store.KindOf(err).String()
	return errors.Join(err, record(store.Refused))
}
