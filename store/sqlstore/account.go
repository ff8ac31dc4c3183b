package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type accounts struct{ *tx }

func (t accounts) Create(ctx context.Context, a store.Account) error {
	if err := t.holdsRole(ctx, a); err != nil {
		return err
	}
	return fault("create account "+string(a.ID), t.attempt(ctx, func() error {
		err := t.q.CreateAccount(ctx, records.CreateAccountParams{
			TenantID: t.id(), ID: string(a.ID), CompanyID: companyParam(a.CompanyID), TrustID: string(a.TrustID),
			Subject: a.Subject, Name: a.Name, Email: a.Email, Permissions: int64(a.Permissions),
			AllOffices: flag(a.Offices.All), State: string(a.State), CreatedAt: micros(a.CreatedAt),
			LastSignInAt: micros(a.LastSignInAt), Version: a.Version,
			RoleID: string(a.RoleID), RightsAt: micros(a.RightsAt), Origin: string(a.Origin),
			Dismissed: flag(a.Dismissed && a.State == store.AccountDisabled),
		})
		if err != nil {
			return err
		}
		if err := t.listOffices(ctx, a); err != nil {
			return err
		}
		_, err = t.changes(ctx)(t.q.OpenReceiptsOfAccount(ctx, records.OpenReceiptsOfAccountParams{TenantID: t.id(), AccountID: string(a.ID)}))
		return err
	}))
}

// holdsRole demands that the role of a is there, and that its menus are those of a.
func (t accounts) holdsRole(ctx context.Context, a store.Account) error {
	if a.RoleID == "" {
		return nil
	}
	row, err := t.q.GetRole(ctx, records.GetRoleParams{TenantID: t.id(), ID: string(a.RoleID)})
	if err != nil {
		return fault("get the role of account "+string(a.ID), err)
	}
	if row.Permissions != int64(a.Permissions) {
		return store.Fail(store.Invalid, "", "account %s has the menus %q, its role %s has others", a.ID, a.Permissions, a.RoleID)
	}
	return nil
}

// listOffices writes down which offices a's scope lists.
func (t accounts) listOffices(ctx context.Context, a store.Account) error {
	for _, office := range listed(a.Offices) {
		err := t.q.AddAccountOffice(ctx, records.AddAccountOfficeParams{
			TenantID: t.id(), AccountID: string(a.ID), OfficeID: string(office),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// listed returns what s lists, sorted and without repeats; nothing when s is all.
func listed(s store.OfficeScope) []store.ID {
	if s.All {
		return nil
	}
	return slices.Compact(slices.Sorted(slices.Values(s.Offices)))
}

func (t accounts) Get(ctx context.Context, id store.ID) (store.Account, error) {
	row, err := t.q.GetAccount(ctx, records.GetAccountParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.Account{}, fault("get account "+string(id), err)
	}
	return t.scoped(ctx, row)
}

func (t accounts) Standing(ctx context.Context, id store.ID) (store.Standing, error) {
	row, err := t.q.GetStanding(ctx, records.GetStandingParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.Standing{}, fault("get the standing of account "+string(id), err)
	}
	s := store.Standing{Account: accountOf(row.Account), Trust: store.TrustState(row.TrustState), Tenant: store.TenantState(row.TenantState), Firm: row.Firm}
	if s.Places, err = placesOf(row.Places); err != nil {
		return store.Standing{}, err
	}
	if err := readText(row.TrustAllowed, &s.Allowed); err != nil {
		return store.Standing{}, fault("read from where the trust of account "+string(id)+" lets people come", err)
	}
	for office := range strings.SplitSeq(row.Offices, ",") {
		if office != "" {
			s.Offices.Offices = append(s.Offices.Offices, store.ID(office))
		}
	}
	slices.Sort(s.Offices.Offices)
	return s, nil
}

func (t accounts) BySubject(ctx context.Context, trust store.ID, subject string) (store.Account, error) {
	row, err := t.q.GetAccountBySubject(ctx, records.GetAccountBySubjectParams{
		TenantID: t.id(), TrustID: string(trust), Subject: subject,
	})
	if err != nil {
		return store.Account{}, fault("get an account by its subject", err)
	}
	return t.scoped(ctx, row)
}

func (t accounts) scoped(ctx context.Context, row records.Account) (store.Account, error) {
	all, err := t.withOffices(ctx, []store.Account{accountOf(row)})
	if err != nil {
		return store.Account{}, err
	}
	return all[0], nil
}

// withOffices fills in what the scopes of all list, in one query.
func (t accounts) withOffices(ctx context.Context, all []store.Account) ([]store.Account, error) {
	place := map[string]int{}
	var ids []store.ID
	for i, a := range all {
		if !a.Offices.All {
			place[string(a.ID)] = i
			ids = append(ids, a.ID)
		}
	}
	if len(ids) == 0 {
		return all, nil
	}
	rows, err := t.q.GetAccountOffices(ctx, records.GetAccountOfficesParams{TenantID: t.id(), AccountIds: texts(ids)})
	if err != nil {
		return nil, fault("get the offices of accounts", err)
	}
	for _, r := range rows {
		a := &all[place[r.AccountID]]
		a.Offices.Offices = append(a.Offices.Offices, store.ID(r.OfficeID))
	}
	return all, nil
}

func (t accounts) Update(ctx context.Context, a store.Account) error {
	old, err := t.Get(ctx, a.ID)
	if err != nil {
		return err
	}
	if old.State == store.AccountDeleted {
		return fault("update account "+string(a.ID), missing("it was deleted"))
	}
	if err := t.holdsRole(ctx, a); err != nil {
		return err
	}
	same := old.Offices.All == a.Offices.All && slices.Equal(old.Offices.Offices, listed(a.Offices))
	if same && old.Permissions == a.Permissions && old.RoleID == a.RoleID {
		a.RightsAt = old.RightsAt
	}
	return fault("update account "+string(a.ID), t.attempt(ctx, func() error {
		n, err := t.q.UpdateAccount(ctx, records.UpdateAccountParams{
			Name: a.Name, Email: a.Email, Permissions: int64(a.Permissions), AllOffices: flag(a.Offices.All),
			State: string(a.State), RoleID: string(a.RoleID), RightsAt: micros(a.RightsAt),
			Dismissed: flag(a.Dismissed && a.State == store.AccountDisabled),
			TenantID:  t.id(), ID: string(a.ID), Version: a.Version,
		})
		if err != nil {
			return err
		}
		if n == 0 {
			return conflict("it has version %d, not %d", old.Version, a.Version)
		}
		if same && old.State == a.State {
			return nil
		}
		return t.fit(ctx, a)
	}))
}

func (t accounts) Identify(ctx context.Context, id store.ID, subject string) error {
	return fault("identify account "+string(id), t.attempt(ctx, func() error {
		n, err := t.q.IdentifyAccount(ctx, records.IdentifyAccountParams{Subject: subject, TenantID: t.id(), ID: string(id)})
		if err == nil && n == 0 {
			err = missing("no such account")
		}
		return err
	}))
}

func (t accounts) Delete(ctx context.Context, id store.ID, at time.Time) (removed bool, err error) {
	err = t.attempt(ctx, func() error { return t.remove(ctx, id) })
	if err == nil || !errors.Is(meaning(err), store.ErrNotFound) {
		return err == nil, fault("remove account "+string(id), err)
	}
	return false, fault("delete account "+string(id), t.attempt(ctx, func() error {
		n, err := t.q.BuryAccount(ctx, records.BuryAccountParams{At: micros(at), TenantID: t.id(), ID: string(id)})
		if err != nil {
			return err
		}
		if n == 0 {
			return missing("no such account")
		}
		return t.fit(ctx, store.Account{ID: id})
	}))
}

// remove removes an account for good: NotFound when it has signed in, or when something refers to it, which every other
// record does by a foreign key.
func (t accounts) remove(ctx context.Context, id store.ID) error {
	if err := t.q.ClearAccountOffices(ctx, records.ClearAccountOfficesParams{TenantID: t.id(), AccountID: string(id)}); err != nil {
		return err
	}
	if err := t.q.RemoveMailSetting(ctx, records.RemoveMailSettingParams{TenantID: t.id(), AccountID: string(id)}); err != nil {
		return err
	}
	n, err := t.q.RemoveAccount(ctx, records.RemoveAccountParams{TenantID: t.id(), ID: string(id)})
	if err == nil && n == 0 {
		return missing("it is not there, or has signed in")
	}
	return err
}

// fit replaces a's list of offices and makes its receipts follow.
func (t accounts) fit(ctx context.Context, a store.Account) error {
	err := t.q.ClearAccountOffices(ctx, records.ClearAccountOfficesParams{TenantID: t.id(), AccountID: string(a.ID)})
	if err != nil {
		return err
	}
	if err := t.listOffices(ctx, a); err != nil {
		return err
	}
	if _, err := t.changes(ctx)(t.q.HideReceiptsOutOfReach(ctx, records.HideReceiptsOutOfReachParams{TenantID: t.id(), AccountID: string(a.ID)})); err != nil {
		return err
	}
	if _, err := t.changes(ctx)(t.q.ShowReceiptsInReach(ctx, records.ShowReceiptsInReachParams{TenantID: t.id(), AccountID: string(a.ID)})); err != nil {
		return err
	}
	_, err = t.changes(ctx)(t.q.OpenReceiptsOfAccount(ctx, records.OpenReceiptsOfAccountParams{TenantID: t.id(), AccountID: string(a.ID)}))
	return err
}

func (t accounts) Holders(ctx context.Context, menus store.Permission) ([]store.Account, error) {
	rows, err := t.q.ListAccountHolders(ctx, records.ListAccountHoldersParams{TenantID: t.id(), Menus: int64(menus)})
	if err != nil {
		return nil, fault("list who holds "+menus.String(), err)
	}
	all := make([]store.Account, len(rows))
	for i, r := range rows {
		all[i] = accountOf(r)
	}
	slices.SortFunc(all, func(a, b store.Account) int { return cmp.Compare(a.ID, b.ID) })
	return t.withOffices(ctx, all)
}

func (t accounts) MenusBy(ctx context.Context, trust store.ID) (staff, clients store.Permission, err error) {
	rows, err := t.q.ListTrustMenus(ctx, records.ListTrustMenusParams{TrustID: string(trust), TenantID: t.id()})
	for _, r := range rows {
		if r.Staff == 1 {
			staff |= store.Permission(r.Permissions)
		} else {
			clients |= store.Permission(r.Permissions)
		}
	}
	return staff, clients, fault("list the menus of who comes in by trust "+string(trust), err)
}

func (t accounts) SignedIn(ctx context.Context, id store.ID, at time.Time) error {
	n, err := t.q.SignedIn(ctx, records.SignedInParams{At: micros(at), TenantID: t.id(), ID: string(id)})
	if err == nil && n == 0 {
		err = missing("no such account")
	}
	return fault("note a sign-in of account "+string(id), err)
}

func (t accounts) List(ctx context.Context, company store.ID, p store.Page) (store.List[store.Account], error) {
	var name, id string
	if err := readCursor(p.After, listAccounts, &name, &id); err != nil {
		return store.List[store.Account]{}, err
	}
	rows, err := t.rows(ctx, company, name, id, int64(p.Size()+1))
	if err != nil {
		return store.List[store.Account]{}, fault("list accounts", err)
	}
	list := listOf(rows, p.Size(), accountOf, func(r records.Account) store.Cursor { return cursorOf(listAccounts, r.Name, r.ID) })
	list.Items, err = t.withOffices(ctx, list.Items)
	return list, err
}

func (t accounts) Find(ctx context.Context, f store.AccountFilter, p store.Page) (store.List[store.Account], error) {
	from := records.Account{}
	if err := readCursor(p.After, listAccounts, &from.Name, &from.ID); err != nil {
		return store.List[store.Account]{}, err
	}
	next := func(after *records.Account) ([]records.Account, error) {
		if after == nil {
			after = &from
		}
		return t.rows(ctx, f.CompanyID, after.Name, after.ID, findChunk)
	}
	list, err := found(p, next, passing(f), accountOf, func(r records.Account) store.Cursor { return cursorOf(listAccounts, r.Name, r.ID) })
	if err != nil {
		return list, fault("find accounts", err)
	}
	list.Items, err = t.withOffices(ctx, list.Items)
	return list, err
}

// passing returns what tells whether f lets an account through.
func passing(f store.AccountFilter) func(records.Account) bool {
	words := worded(f.Text)
	return func(r records.Account) bool {
		switch {
		case f.Staff && r.CompanyID.Valid, f.State != "" && r.State != string(f.State), f.RoleID != "" && r.RoleID != string(f.RoleID),
			f.NeverSigned && r.LastSignInAt != 0:
			return false
		}
		return words(r.Name, r.Email, r.Subject, r.ID)
	}
}

func (t accounts) rows(ctx context.Context, company store.ID, name, id string, size int64) ([]records.Account, error) {
	if company == "" {
		return t.q.ListAccounts(ctx, records.ListAccountsParams{TenantID: t.id(), AfterName: name, AfterID: id, Size: size})
	}
	return t.q.ListAccountsOfCompany(ctx, records.ListAccountsOfCompanyParams{
		TenantID: t.id(), CompanyID: companyParam(company), AfterName: name, AfterID: id, Size: size,
	})
}

func companyParam(id store.ID) sql.NullString {
	return sql.NullString{String: string(id), Valid: id != ""}
}

func accountOf(r records.Account) store.Account {
	return store.Account{
		ID: store.ID(r.ID), CompanyID: store.ID(r.CompanyID.String), TrustID: store.ID(r.TrustID), Subject: r.Subject,
		Name: r.Name, Email: r.Email, Permissions: store.Permission(r.Permissions),
		Offices: store.OfficeScope{All: r.AllOffices == 1}, State: store.AccountState(r.State),
		CreatedAt: moment(r.CreatedAt), LastSignInAt: moment(r.LastSignInAt), Version: r.Version,
		RoleID: store.ID(r.RoleID), RightsAt: moment(r.RightsAt), Origin: store.AccountOrigin(r.Origin), Dismissed: r.Dismissed == 1,
	}
}
