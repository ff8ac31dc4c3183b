package sqlstore

import (
	"context"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

// tenants reaches the one table that is not a tenant's.
type tenants struct{ s *Store }

func (t tenants) Create(ctx context.Context, n store.Tenant, events ...store.AuditEvent) error {
	if err := t.s.open(); err != nil {
		return err
	}
	return t.s.back.write(ctx, func(on *dbtx) error {
		q := records.New(on)
		err := q.CreateTenant(ctx, records.CreateTenantParams{
			ID: string(n.ID), Name: n.Name, State: string(n.State), CreatedAt: micros(n.CreatedAt),
			ContractFrom: string(n.ContractFrom), ContractUntil: string(n.ContractUntil),
		})
		if err == nil {
			err = q.CreateAuditHead(ctx, records.CreateAuditHeadParams{TenantID: string(n.ID), Hash: store.Hash{}.String()})
		}
		if err != nil {
			return fault("create tenant "+string(n.ID), err)
		}
		chain := auditLog{newTx(n.ID, on, t.s.back.spoils())}
		for _, e := range events {
			if err := chain.Append(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetTenantState switches the transaction's own tenant.
func (t *tx) SetTenantState(ctx context.Context, s store.TenantState) error {
	n, err := t.q.SetTenantState(ctx, records.SetTenantStateParams{State: string(s), ID: t.id()})
	if err == nil && n == 0 {
		err = missing("no such tenant")
	}
	return fault("switch tenant "+t.id(), err)
}

// SetTenantContract sets the transaction's own tenant's contract.
func (t *tx) SetTenantContract(ctx context.Context, from, until store.Date) error {
	n, err := t.q.SetTenantContract(ctx, records.SetTenantContractParams{ContractFrom: string(from), ContractUntil: string(until), ID: t.id()})
	if err == nil && n == 0 {
		err = missing("no such tenant")
	}
	return fault("set the contract of tenant "+t.id(), err)
}

func (t tenants) Get(ctx context.Context, id store.ID) (store.Tenant, error) {
	row, err := t.s.alone().GetTenant(ctx, string(id))
	if err != nil {
		return store.Tenant{}, fault("get tenant "+string(id), err)
	}
	return tenantOf(row), nil
}

func (t tenants) List(ctx context.Context, p store.Page) (store.List[store.Tenant], error) {
	arg := records.ListTenantsParams{Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listTenants, &arg.AfterID); err != nil {
		return store.List[store.Tenant]{}, err
	}
	rows, err := t.s.alone().ListTenants(ctx, arg)
	if err != nil {
		return store.List[store.Tenant]{}, fault("list tenants", err)
	}
	return listOf(rows, p.Size(), tenantOf, func(r records.Tenant) store.Cursor { return cursorOf(listTenants, r.ID) }), nil
}

func tenantOf(r records.Tenant) store.Tenant {
	return store.Tenant{ID: store.ID(r.ID), Name: r.Name, State: store.TenantState(r.State), CreatedAt: moment(r.CreatedAt),
		ContractFrom: store.Date(r.ContractFrom), ContractUntil: store.Date(r.ContractUntil)}
}
