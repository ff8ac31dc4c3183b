package sqlstore

import (
	"context"
	"slices"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type provisioning struct{ *tx }

func provisionedOf(r records.Provisioned) store.Provisioned {
	return store.Provisioned{
		TrustID: store.ID(r.TrustID), Kind: store.ProvisionedKind(r.Kind), ID: store.ID(r.ID), Name: r.Name, ExternalID: r.ExternalID,
		Attributes: r.Attributes, CreatedAt: moment(r.CreatedAt), ModifiedAt: moment(r.ModifiedAt), Version: r.Version,
		AccountID: store.ID(r.AccountID), Subject: r.Subject, Granted: r.Granted == 1,
	}
}

func allProvisioned(rows []records.Provisioned) []store.Provisioned {
	all := make([]store.Provisioned, len(rows))
	for i, r := range rows {
		all[i] = provisionedOf(r)
	}
	return all
}

func (t provisioning) Create(ctx context.Context, p store.Provisioned) error {
	return fault("provision "+string(p.ID), t.single(ctx, func() error {
		return t.q.CreateProvisioned(ctx, records.CreateProvisionedParams{
			TenantID: t.id(), TrustID: string(p.TrustID), Kind: string(p.Kind), ID: string(p.ID), Name: p.Name, ExternalID: p.ExternalID,
			Attributes: p.Attributes, CreatedAt: micros(p.CreatedAt), ModifiedAt: micros(p.ModifiedAt), Version: p.Version,
			AccountID: string(p.AccountID), Subject: p.Subject, Granted: flag(p.Granted),
		})
	}))
}

func (t provisioning) Get(ctx context.Context, trust store.ID, kind store.ProvisionedKind, id store.ID) (store.Provisioned, error) {
	r, err := t.q.GetProvisioned(ctx, records.GetProvisionedParams{TenantID: t.id(), TrustID: string(trust), Kind: string(kind), ID: string(id)})
	return provisionedOf(r), fault("get the provisioned "+string(id), err)
}

func (t provisioning) ByName(ctx context.Context, trust store.ID, kind store.ProvisionedKind, name string) (store.Provisioned, error) {
	r, err := t.q.GetProvisionedByName(ctx, records.GetProvisionedByNameParams{TenantID: t.id(), TrustID: string(trust), Kind: string(kind), Name: name})
	return provisionedOf(r), fault("get what is provisioned by its name", err)
}

func (t provisioning) BySubject(ctx context.Context, trust store.ID, subject string) (store.Provisioned, error) {
	r, err := t.q.GetProvisionedBySubject(ctx, records.GetProvisionedBySubjectParams{TenantID: t.id(), TrustID: string(trust), Subject: subject})
	return provisionedOf(r), fault("get who is provisioned by their subject", err)
}

func (t provisioning) Update(ctx context.Context, p store.Provisioned) error {
	if _, err := t.Get(ctx, p.TrustID, p.Kind, p.ID); err != nil {
		return err
	}
	return fault("update the provisioned "+string(p.ID), t.attempt(ctx, func() error {
		n, err := t.q.UpdateProvisioned(ctx, records.UpdateProvisionedParams{
			Name: p.Name, ExternalID: p.ExternalID, Attributes: p.Attributes, ModifiedAt: micros(p.ModifiedAt), AccountID: string(p.AccountID),
			Subject: p.Subject, Granted: flag(p.Granted),
			TenantID: t.id(), TrustID: string(p.TrustID), Kind: string(p.Kind), ID: string(p.ID), Version: p.Version,
		})
		if err == nil && n == 0 {
			err = conflict("it has another version than %d", p.Version)
		}
		return err
	}))
}

func (t provisioning) Remove(ctx context.Context, trust store.ID, kind store.ProvisionedKind, id store.ID) error {
	return fault("remove the provisioned "+string(id), t.attempt(ctx, func() error {
		n, err := t.q.RemoveProvisioned(ctx, records.RemoveProvisionedParams{TenantID: t.id(), TrustID: string(trust), Kind: string(kind), ID: string(id)})
		switch {
		case err != nil:
			return err
		case n == 0:
			return missing("no such %s", kind)
		case kind == store.ProvisionedGroup:
			return t.q.EmptyGroup(ctx, records.EmptyGroupParams{TenantID: t.id(), TrustID: string(trust), GroupID: string(id)})
		}
		return t.q.LeaveGroups(ctx, records.LeaveGroupsParams{TenantID: t.id(), TrustID: string(trust), UserID: string(id)})
	}))
}

func (t provisioning) List(ctx context.Context, trust store.ID, kind store.ProvisionedKind, after store.ID, skip int) ([]store.Provisioned, error) {
	rows, err := t.q.ListProvisioned(ctx, records.ListProvisionedParams{TenantID: t.id(), TrustID: string(trust), Kind: string(kind), AfterID: string(after),
		Size: store.MaxPage, Skip: int64(skip)})
	return allProvisioned(rows), fault("list what is provisioned", err)
}

func (t provisioning) ByExternalID(ctx context.Context, trust store.ID, kind store.ProvisionedKind, external string) ([]store.Provisioned, error) {
	rows, err := t.q.ListProvisionedByExternal(ctx, records.ListProvisionedByExternalParams{TenantID: t.id(), TrustID: string(trust), Kind: string(kind),
		ExternalID: external, Size: store.MaxPage})
	return allProvisioned(rows), fault("list what is provisioned by the client's name", err)
}

func (t provisioning) Waiting(ctx context.Context, trust store.ID) ([]store.Provisioned, error) {
	rows, err := t.q.ListWaiting(ctx, records.ListWaitingParams{TenantID: t.id(), TrustID: string(trust), Size: store.MaxPage})
	return allProvisioned(rows), fault("list who is provisioned and no account", err)
}

func (t provisioning) Barred(ctx context.Context, trust store.ID) ([]store.Provisioned, error) {
	rows, err := t.q.ListBarred(ctx, records.ListBarredParams{TenantID: t.id(), TrustID: string(trust), Size: store.MaxPage})
	return allProvisioned(rows), fault("list who is provisioned and barred", err)
}

func (t provisioning) Off(ctx context.Context, trust store.ID, users []store.ID) (off []store.ID, err error) {
	for some := range slices.Chunk(users, membersAtOnce) {
		rows, err := t.q.ListOff(ctx, records.ListOffParams{TenantID: t.id(), TrustID: string(trust), UserIds: texts(some)})
		if err != nil {
			return nil, fault("list who is provisioned and switched off", err)
		}
		for _, id := range rows {
			off = append(off, store.ID(id))
		}
	}
	return off, nil
}

func (t provisioning) Count(ctx context.Context, trust store.ID, kind store.ProvisionedKind) (int, error) {
	n, err := t.q.CountProvisioned(ctx, records.CountProvisionedParams{TenantID: t.id(), TrustID: string(trust), Kind: string(kind)})
	return int(n), fault("count what is provisioned", err)
}

func (t provisioning) Join(ctx context.Context, trust store.ID, m store.Membership) error {
	return fault("join group "+string(m.Group), t.single(ctx, func() error {
		return t.q.JoinGroup(ctx, records.JoinGroupParams{TenantID: t.id(), TrustID: string(trust), GroupID: string(m.Group), UserID: string(m.User)})
	}))
}

func (t provisioning) Leave(ctx context.Context, trust store.ID, m store.Membership) error {
	n, err := t.q.LeaveGroup(ctx, records.LeaveGroupParams{TenantID: t.id(), TrustID: string(trust), GroupID: string(m.Group), UserID: string(m.User)})
	if err == nil && n == 0 {
		err = missing("user %s is not in it", m.User)
	}
	return fault("leave group "+string(m.Group), err)
}

// membersAtOnce is how many groups or users one query asks for.
const membersAtOnce = 256

func (t provisioning) Members(ctx context.Context, trust store.ID, groups []store.ID) (all []store.Membership, err error) {
	for some := range slices.Chunk(groups, membersAtOnce) {
		rows, err := t.q.ListMembers(ctx, records.ListMembersParams{TenantID: t.id(), TrustID: string(trust), GroupIds: texts(some)})
		if err != nil {
			return nil, fault("list members", err)
		}
		for _, r := range rows {
			all = append(all, store.Membership{Group: store.ID(r.GroupID), User: store.ID(r.UserID)})
		}
	}
	return all, nil
}

func (t provisioning) GroupsOf(ctx context.Context, trust store.ID, users []store.ID) (all []store.Membership, err error) {
	for some := range slices.Chunk(users, membersAtOnce) {
		rows, err := t.q.ListGroupsOf(ctx, records.ListGroupsOfParams{TenantID: t.id(), TrustID: string(trust), UserIds: texts(some)})
		if err != nil {
			return nil, fault("list the groups of users", err)
		}
		for _, r := range rows {
			all = append(all, store.Membership{Group: store.ID(r.GroupID), User: store.ID(r.UserID)})
		}
	}
	return all, nil
}

// drop forgets all that is provisioned at a trust.
func (t provisioning) drop(ctx context.Context, trust store.ID) error {
	if err := t.q.DropMembers(ctx, records.DropMembersParams{TenantID: t.id(), TrustID: string(trust)}); err != nil {
		return err
	}
	return t.q.DropProvisioned(ctx, records.DropProvisionedParams{TenantID: t.id(), TrustID: string(trust)})
}
