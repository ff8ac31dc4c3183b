package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cloudpocket/store"
)

// Setup carries out what the operator does from the host's command line: it asks for no permission, since whoever can
// open the records already has them, and audits every change as the operator's. It reaches no document, but to export them.
type Setup struct {
	*Portal
	By    string // who, for the audit, such as "operator@host"
	Visit Visit  // where it is done from; zero: at the host
}

// AddTenant creates a tenant, whose audit begins with that.
func (s Setup) AddTenant(ctx context.Context, t store.Tenant) error {
	if err := named(t.ID, t.Name); err != nil {
		return err
	}
	t.State, t.CreatedAt = store.TenantActive, s.Now()
	e := s.event(store.DeedTenant, "tenant:"+string(t.ID), map[string]string{"by": "add", "state": string(t.State)})
	if err := s.Records.Tenants().Create(ctx, t, e); err != nil {
		return fmt.Errorf("create tenant %s: %w", t.ID, err)
	}
	if err := s.OweKeyWarnings(ctx, []store.ID{t.ID}); err != nil {
		return err
	}
	return s.OweInventories(ctx, []store.ID{t.ID})
}

// SwitchTenant lets a tenant's people in again, or suspends them all: nobody of it does anything from the commit on, and
// its sessions have ended before it returns, each of which is audited.
func (s Setup) SwitchTenant(ctx context.Context, id store.ID, state store.TenantState) (ended int, err error) {
	detail := map[string]string{"state": string(state)}
	err = s.change(ctx, id, store.DeedTenant, "tenant:"+string(id), detail, func(tx store.Tx) error {
		return tx.SetTenantState(ctx, state)
	})
	if err != nil || state == store.TenantActive {
		return 0, err
	}
	trusts, err := s.vouching(ctx, id)
	if err != nil {
		return 0, err
	}
	for _, trust := range trusts {
		n, failed := s.end(ctx, store.SessionSelector{TenantID: id, TrustID: trust}, "tenant suspended")
		ended += n
		err = errors.Join(err, failed) // the other trusts' sessions must end all the same
	}
	return ended, err
}

// SetContract sets the first and the last day of a tenant's contract; "" for one that is open.
func (s Setup) SetContract(ctx context.Context, id store.ID, from, until store.Date) error {
	for _, d := range []store.Date{from, until} {
		if _, err := time.Parse(time.DateOnly, string(d)); d != "" && err != nil {
			return store.Fail(store.Invalid, "error.contract_date", "day %q: %w", d, err)
		}
	}
	if from != "" && until != "" && until < from {
		return store.Fail(store.Invalid, "error.contract_order", "a contract from %s until %s", from, until)
	}
	detail := map[string]string{"by": "contract", "from": string(from), "until": string(until)}
	return s.change(ctx, id, store.DeedTenant, "tenant:"+string(id), detail, func(tx store.Tx) error {
		return tx.SetTenantContract(ctx, from, until)
	})
}

// vouching returns the trusts that vouch for anybody of tenant, its own or lent: every session is by one of these.
func (s Setup) vouching(ctx context.Context, tenant store.ID) (trusts []store.ID, err error) {
	err = s.Records.View(ctx, tenant, func(tx store.Tx) error {
		for page := (store.Page{Limit: store.MaxPage}); ; {
			list, err := tx.Accounts().List(ctx, "", page)
			if err != nil {
				return fmt.Errorf("list the accounts of tenant %s: %w", tenant, err)
			}
			for _, a := range list.Items {
				if !slices.Contains(trusts, a.TrustID) {
					trusts = append(trusts, a.TrustID)
				}
			}
			if page.After = list.Next; page.After == "" {
				return nil
			}
		}
	})
	return trusts, err
}

// end ends the sessions that sel selects and records each, with by for the reason, as [Portal.end] does. What was
// switched off is committed before: nothing is done in a session that could not be ended.
func (s Setup) end(ctx context.Context, sel store.SessionSelector, by string) (int, error) {
	return s.Portal.end(ctx, sel, func(ended store.Session) store.AuditEvent {
		return s.event(store.DeedRevoke, sessionRecord(ended), map[string]string{"account": string(ended.AccountID), "by": by})
	})
}

// AddCompany creates a company of tenant.
func (s Setup) AddCompany(ctx context.Context, tenant store.ID, c store.Company) error {
	if err := named(c.ID, c.Name); err != nil {
		return err
	}
	c.CreatedAt = s.Now()
	return s.change(ctx, tenant, store.DeedCompany, "company:"+string(c.ID), map[string]string{"by": "add"}, func(tx store.Tx) error {
		return tx.Companies().Create(ctx, c)
	})
}

// AddOffice creates an office of a company of tenant. Its codes are kept in the form that documents are read in, where they
// have it, and packages that wait for an office with one of them are looked into again. One that an office of another
// company is registered with is refused.
func (s Setup) AddOffice(ctx context.Context, tenant store.ID, o store.Office) error {
	if err := named(o.ID, o.Name); err != nil {
		return err
	}
	o.CreatedAt, o.Codes = s.Now(), normalCodes(o.Codes)
	return s.change(ctx, tenant, store.DeedOffice, "office:"+string(o.ID), map[string]string{"by": "add", "company": string(o.CompanyID)}, func(tx store.Tx) error {
		forgot, err := registerCodes(ctx, tx, o, nil)
		if err != nil {
			return err
		}
		if err := tx.Offices().Create(ctx, o); err != nil {
			return err
		}
		if err := s.allForgotten(ctx, tx, s.event, forgot); err != nil {
			return err
		}
		return s.sortAgain(ctx, tx, o.Codes.List())
	})
}

// AddAccount registers a person of tenant, whom trust knows as subject.
func (s Setup) AddAccount(ctx context.Context, tenant store.ID, a store.Account) error {
	if err := named(a.ID, a.Name); err != nil {
		return err
	}
	if a.Subject == "" || a.TrustID == "" {
		return store.Fail(store.Invalid, "error.account_identity", "account %s without trust or subject", a.ID)
	}
	a.State, a.CreatedAt, a.RightsAt = store.AccountActive, s.Now(), s.Now()
	if a.Origin == "" {
		a.Origin = store.FromHost
	}
	return s.change(ctx, tenant, store.DeedAccount, "account:"+string(a.ID), accountDetail(a), func(tx store.Tx) error {
		if _, err := tx.Trusts().State(ctx, a.TrustID); err != nil {
			return fmt.Errorf("trust %s cannot admit into this tenant: %w", a.TrustID, err)
		}
		for _, id := range a.Offices.Offices {
			o, err := tx.Offices().Get(ctx, id)
			if err != nil {
				return fmt.Errorf("office %s: %w", id, err)
			}
			if !a.Reaches(o) {
				return store.Fail(store.Invalid, "error.office_unknown", "office %s is not of company %s", id, a.CompanyID)
			}
		}
		return tx.Accounts().Create(ctx, a)
	})
}

// SwitchAccount enables or disables an account. Disabling ends its sessions before it returns, each of which is audited;
// the deeds ask the records, so nothing can be done between the commit and that either.
func (s Setup) SwitchAccount(ctx context.Context, tenant, id store.ID, state store.AccountState) (ended int, err error) {
	detail := map[string]string{"state": string(state)}
	err = s.change(ctx, tenant, store.DeedAccount, "account:"+string(id), detail, func(tx store.Tx) error {
		a, err := tx.Accounts().Get(ctx, id)
		if err != nil {
			return err
		}
		was := a
		a.State, a.Dismissed = state, false
		if err := tx.Accounts().Update(ctx, a); err != nil || was.State == state {
			return err
		}
		return switched(ctx, tx, was, state, s.Now())
	})
	if err != nil || state == store.AccountActive {
		return 0, err
	}
	return s.end(ctx, store.SessionSelector{TenantID: tenant, AccountID: id}, "account disabled")
}

// DeleteAccount deletes an account as [Portal.DeletePerson] does, and ends its sessions before it returns. That it is the
// last administrator's is no obstacle: whoever is on the host can register another.
func (s Setup) DeleteAccount(ctx context.Context, tenant, id store.ID) (ended int, err error) {
	detail := map[string]string{"state": string(store.AccountDeleted)}
	err = s.change(ctx, tenant, store.DeedAccount, "account:"+string(id), detail, func(tx store.Tx) error {
		was, err := tx.Accounts().Get(ctx, id)
		if err != nil {
			return err
		}
		if _, err := tx.Accounts().Delete(ctx, id, s.Now()); err != nil {
			return err
		}
		return switched(ctx, tx, was, store.AccountDeleted, s.Now())
	})
	if err != nil {
		return 0, err
	}
	return s.end(ctx, store.SessionSelector{TenantID: tenant, AccountID: id}, "account deleted")
}

// AddTrust creates a trust owned by tenant.
func (s Setup) AddTrust(ctx context.Context, tenant store.ID, t store.Trust) error {
	if err := named(t.ID, t.Name); err != nil {
		return err
	}
	t.CreatedAt, t.Version = s.Now(), 1 // which 0 is not, that stands for a draft where versions are compared
	detail := map[string]string{"state": string(t.State), "protocol": string(t.Protocol), "tenants": boundTenants(t)}
	return s.change(ctx, tenant, store.DeedTrust, "trust:"+string(t.ID), detail, func(tx store.Tx) error {
		if err := tx.Trusts().Create(ctx, t); err != nil {
			return err
		}
		made, err := tx.Trusts().Get(ctx, t.ID)
		if err != nil {
			return fmt.Errorf("read trust %s again: %w", t.ID, err)
		}
		return s.keepBase(ctx, tx, made, s.By)
	})
}

func boundTenants(t store.Trust) string {
	var ids []string
	for _, id := range t.Tenants {
		ids = append(ids, string(id))
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), " ")
}

// SwitchTrust enables or disables a trust. Disabling ends every session it vouched for before it returns, each of which
// is audited in its tenant.
func (s Setup) SwitchTrust(ctx context.Context, id store.ID, state store.TrustState) (ended int, err error) {
	owned, err := s.Records.Trust(ctx, id)
	if err != nil {
		return 0, fmt.Errorf("find trust %s: %w", id, err)
	}
	detail := map[string]string{"state": string(state)}
	err = s.change(ctx, owned.Owner, store.DeedTrust, "trust:"+string(id), detail, func(tx store.Tx) error {
		t, err := tx.Trusts().Get(ctx, id)
		if err != nil {
			return err
		}
		t.State = state
		return tx.Trusts().Update(ctx, t)
	})
	if err != nil || state == store.TrustEnabled {
		return 0, err
	}
	return s.end(ctx, store.SessionSelector{TrustID: id}, "trust disabled")
}

// RefreshTrust keeps metadata that was fetched for a SAML trust, if the trust still has that version. What is new is
// audited; that nothing is, is not.
func (s Setup) RefreshTrust(ctx context.Context, t store.OwnedTrust, detail map[string]string) error {
	write := func(tx store.Tx) error { return tx.Trusts().Update(ctx, t.Trust) }
	if len(detail) == 0 {
		return s.Records.Update(ctx, t.Owner, write)
	}
	return s.change(ctx, t.Owner, store.DeedTrust, "trust:"+string(t.ID), detail, write)
}

// change runs fn in one transaction of tenant with its AuditEvent.
func (s Setup) change(ctx context.Context, tenant store.ID, deed store.Deed, record string, detail map[string]string, fn func(store.Tx) error) error {
	err := s.Records.Update(ctx, tenant, func(tx store.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return tx.Audit().Append(ctx, s.event(deed, record, detail))
	})
	if err != nil {
		return fmt.Errorf("save %s: %w", record, err)
	}
	return nil
}

// event is the AuditEvent of what the operator does.
func (s Setup) event(deed store.Deed, record string, detail map[string]string) store.AuditEvent {
	return store.AuditEvent{At: s.Now(), Deed: deed, Outcome: store.Allowed, Name: s.By, Record: record, Detail: detail,
		Address: s.Visit.Address, RequestID: s.Visit.RequestID}
}

// VerifyAudit walks tenant's chain to its head, and returns the head.
func (s Setup) VerifyAudit(ctx context.Context, tenant store.ID) (head store.AuditHead, err error) {
	err = s.Records.View(ctx, tenant, func(tx store.Tx) error {
		want, err := tx.Audit().Head(ctx)
		if err != nil {
			return fmt.Errorf("read the head of the chain: %w", err)
		}
		head, err = store.VerifyAudit(tenant, tx.Audit().All(ctx), want)
		return err
	})
	return head, err
}

// named demands an ID and a name that can be shown.
func named(id store.ID, name string) error {
	if !id.Valid() {
		return store.Fail(store.Invalid, "error.id", "ID %q", id).With("ID", string(id))
	}
	if strings.TrimSpace(name) == "" || !plainText(name) {
		return store.Fail(store.Invalid, "error.name", "name %q", name)
	}
	return nil
}

// Sweep removes what uploads left behind that were given up, and staged files older than age that neither a document nor
// a package of the tray holds. It returns how many of each.
func (s Setup) Sweep(ctx context.Context, tenants []store.ID, age func(store.BlobInfo) bool) (removed int, err error) {
	for _, tenant := range tenants {
		n, err := s.sweepTenant(ctx, tenant, age)
		removed += n
		if err != nil {
			return removed, fmt.Errorf("sweep tenant %s: %w", tenant, err)
		}
	}
	return removed, nil
}

func (s Setup) sweepTenant(ctx context.Context, tenant store.ID, old func(store.BlobInfo) bool) (removed int, err error) {
	err = s.Blobs.Walk(ctx, tenant, func(b store.BlobInfo) error {
		if !old(b) {
			return nil
		}
		used, err := s.uses(ctx, tenant, b.Digest)
		if err != nil || used {
			return err
		}
		gone, err := s.sweepBlob(ctx, tenant, b.Digest, old)
		if gone {
			removed++
		}
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return removed, err
}

func (s Setup) uses(ctx context.Context, tenant store.ID, d store.Digest) (used bool, err error) {
	err = s.Records.View(ctx, tenant, func(tx store.Tx) (err error) {
		used, err = held(ctx, tx, d)
		return err
	})
	return used, err
}

// held reports whether a document or a package of the tray has these bytes.
func held(ctx context.Context, tx store.Tx, d store.Digest) (bool, error) {
	used, err := tx.Documents().Uses(ctx, d)
	if err != nil || used {
		return used, err
	}
	return tx.Packages().Uses(ctx, d)
}

// sweepBlob removes one blob if it is old and neither a document nor a package holds it. It does so inside an Update that writes nothing,
// which keeps Publish waiting: one that comes after it finds the blob gone and says so, instead of making a document
// without its bytes. The same bytes uploaded again are a new blob, which is not old.
func (s Setup) sweepBlob(ctx context.Context, tenant store.ID, d store.Digest, old func(store.BlobInfo) bool) (gone bool, err error) {
	err = s.Records.Update(ctx, tenant, func(tx store.Tx) error {
		used, err := held(ctx, tx, d)
		if err != nil || used {
			return err
		}
		now, err := s.Blobs.Stat(ctx, tenant, d)
		if errors.Is(err, store.ErrNotFound) {
			return nil // another instance was quicker
		}
		if err != nil || !old(now) {
			return err
		}
		gone = true
		return s.Blobs.Delete(ctx, tenant, d)
	})
	return gone, err
}
