package sqlstore

import (
	"context"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type roles struct{ *tx }

func (t roles) Create(ctx context.Context, r store.Role) error {
	return fault("create role "+string(r.ID), t.single(ctx, func() error {
		return t.q.CreateRole(ctx, records.CreateRoleParams{
			TenantID: t.id(), ID: string(r.ID), Name: r.Name, Permissions: int64(r.Permissions), Version: r.Version,
		})
	}))
}

func (t roles) Get(ctx context.Context, id store.ID) (store.Role, error) {
	row, err := t.q.GetRole(ctx, records.GetRoleParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.Role{}, fault("get role "+string(id), err)
	}
	r := roleOf(row)
	r.Accounts, err = t.holders(ctx, id)
	return r, err
}

// holders counts the accounts that have a role.
func (t roles) holders(ctx context.Context, id store.ID) (int, error) {
	n, err := t.q.CountRole(ctx, records.CountRoleParams{TenantID: t.id(), RoleID: string(id)})
	return int(n), fault("count who has role "+string(id), err)
}

func (t roles) Update(ctx context.Context, r store.Role, at time.Time) error {
	old, err := t.Get(ctx, r.ID)
	if err != nil {
		return err
	}
	return fault("update role "+string(r.ID), t.attempt(ctx, func() error {
		n, err := t.q.UpdateRole(ctx, records.UpdateRoleParams{
			Name: r.Name, Permissions: int64(r.Permissions), TenantID: t.id(), ID: string(r.ID), Version: r.Version,
		})
		if err != nil {
			return err
		}
		if n == 0 {
			return conflict("it has version %d, not %d", old.Version, r.Version)
		}
		return t.q.GiveRole(ctx, records.GiveRoleParams{
			Permissions: int64(r.Permissions), At: micros(at), TenantID: t.id(), RoleID: string(r.ID),
		})
	}))
}

func (t roles) Delete(ctx context.Context, id store.ID) error {
	n, err := t.holders(ctx, id)
	if err != nil {
		return err
	}
	if n > 0 {
		return fault("delete role "+string(id), conflict("%d accounts have it", n))
	}
	gone, err := t.q.RemoveRole(ctx, records.RemoveRoleParams{TenantID: t.id(), ID: string(id)})
	if err == nil && gone == 0 {
		err = missing("no such role")
	}
	return fault("delete role "+string(id), err)
}

func (t roles) List(ctx context.Context, p store.Page) (store.List[store.Role], error) {
	arg := records.ListRolesParams{TenantID: t.id(), Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listRoles, &arg.AfterName); err != nil {
		return store.List[store.Role]{}, err
	}
	rows, err := t.q.ListRoles(ctx, arg)
	if err != nil {
		return store.List[store.Role]{}, fault("list roles", err)
	}
	list := listOf(rows, p.Size(), roleOf, func(r records.Role) store.Cursor { return cursorOf(listRoles, r.Name) })
	for i := range list.Items {
		if list.Items[i].Accounts, err = t.holders(ctx, list.Items[i].ID); err != nil {
			return list, err
		}
	}
	return list, nil
}

func roleOf(r records.Role) store.Role {
	return store.Role{ID: store.ID(r.ID), Name: r.Name, Permissions: store.Permission(r.Permissions), Version: r.Version}
}
