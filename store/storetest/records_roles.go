package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cloudpocket/store"
)

func recordsRoles(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	clerk := store.Role{ID: "clerk", Name: "担当", Permissions: store.PermitView}
	later := day.Add(time.Hour)
	f.update(func(ctx context.Context, tx store.Tx) {
		r := tx.Roles()
		must(t, r.Create(ctx, clerk))
		must(t, r.Create(ctx, store.Role{ID: "chief", Name: "所長", Permissions: store.PermitAll}))
		isKind(t, r.Create(ctx, store.Role{ID: "clerk", Name: "別"}), store.ErrConflict)
		isKind(t, r.Create(ctx, store.Role{ID: "other", Name: "担当"}), store.ErrConflict)
		isKind(t, r.Update(ctx, store.Role{ID: "none", Name: "無"}, day), store.ErrNotFound)
		isKind(t, r.Update(ctx, store.Role{ID: "clerk", Name: "所長"}, day), store.ErrConflict)
		isKind(t, r.Update(ctx, store.Role{ID: "clerk", Name: "担当", Version: 7}, day), store.ErrConflict)
		isKind(t, r.Delete(ctx, "none"), store.ErrNotFound)
		f.setIn(ctx, tx, "staff", func(a *store.Account) { a.RoleID, a.RightsAt = "clerk", day })
		fresh := newAccount("fresh", "", everyOffice())
		fresh.RoleID = "none"
		isKind(t, tx.Accounts().Create(ctx, fresh), store.ErrNotFound)
		fresh.RoleID = "chief"
		isKind(t, tx.Accounts().Create(ctx, fresh), store.ErrInvalid)
		fresh.Permissions = store.PermitAll
		must(t, tx.Accounts().Create(ctx, fresh))
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.Roles().Delete(ctx, "clerk"), store.ErrConflict)
		clerk.Name, clerk.Permissions = "担当者", store.PermitView|store.PermitDeliver
		must(t, tx.Roles().Update(ctx, clerk, later))
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		got, err := tx.Roles().Get(ctx, "clerk")
		must(t, err)
		clerk.Accounts, clerk.Version = 1, 1
		same(t, "the role", got, clerk)
		staff, err := tx.Accounts().Get(ctx, "staff")
		must(t, err)
		same(t, "who has it", fmt.Sprint(staff.Permissions, staff.RoleID, staff.RightsAt, staff.Version), fmt.Sprint(clerk.Permissions, "clerk", later, 2))
		other, err := tx.Accounts().Get(ctx, "one")
		must(t, err)
		same(t, "who has it not", fmt.Sprint(other.Permissions, other.RightsAt.IsZero(), other.Version), "view true 0")
		all := walk(t, 1, func(p store.Page) (store.List[store.Role], error) { return tx.Roles().List(ctx, p) })
		same(t, "all", fmt.Sprint(len(all), all[0].Name, all[0].Accounts, all[1].Name), "2所長1担当者")
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		f.setIn(ctx, tx, "staff", func(a *store.Account) { a.RoleID = "" })
		must(t, tx.Roles().Delete(ctx, "clerk"))
		_, err := tx.Roles().Get(ctx, "clerk")
		isKind(t, err, store.ErrNotFound)
	})
}

// setIn changes an account within a transaction.
func (f firm) setIn(ctx context.Context, tx store.Tx, id store.ID, change func(*store.Account)) {
	f.t.Helper()
	a, err := tx.Accounts().Get(ctx, id)
	must(f.t, err)
	change(&a)
	must(f.t, tx.Accounts().Update(ctx, a))
}

// rightsAt demands that RightsAt follows role, menus and scope alone.
func rightsAt(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	for i, row := range []struct {
		name   string
		change func(*store.Account)
		moves  bool
	}{
		{"name", func(a *store.Account) { a.Name, a.Email = "改姓", "" }, false},
		{"state", func(a *store.Account) { a.State = store.AccountDisabled }, false},
		{"menus", func(a *store.Account) { a.Permissions = store.PermitAll }, true},
		{"offices", func(a *store.Account) { a.Offices = someOffices("blue-2") }, true},
		{"all offices", func(a *store.Account) { a.Offices = everyOffice() }, true},
		{"the same", func(*store.Account) {}, false},
	} {
		at := day.Add(time.Duration(i) * time.Hour)
		f.update(func(ctx context.Context, tx store.Tx) {
			before, err := tx.Accounts().Get(ctx, "one")
			must(t, err)
			f.setIn(ctx, tx, "one", func(a *store.Account) { row.change(a); a.RightsAt = at })
			after, err := tx.Accounts().Get(ctx, "one")
			must(t, err)
			if moved := !after.RightsAt.Equal(before.RightsAt); moved != row.moves || moved && !after.RightsAt.Equal(at) {
				t.Errorf("%s: from %s to %s", row.name, before.RightsAt, after.RightsAt)
			}
		})
	}
}

// accountsDeleted holds what is left of an account: nothing where nothing names it, else a name that can do nothing.
func accountsDeleted(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1")
	f.record("one", "d1-blue-1", store.Viewed, day)
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Accounts().SignedIn(ctx, "staff", day))
		for id, want := range map[store.ID]bool{"one": false, "red": true, "staff": false} {
			removed, err := tx.Accounts().Delete(ctx, id, day.Add(time.Hour))
			must(t, err)
			same(t, "removed "+string(id), removed, want)
		}
		for _, id := range []store.ID{"none", "one", "red"} {
			_, err := tx.Accounts().Delete(ctx, id, day)
			isKind(t, err, store.ErrNotFound)
		}
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		_, err := tx.Accounts().Get(ctx, "red")
		isKind(t, err, store.ErrNotFound)
		one, err := tx.Accounts().Get(ctx, "one")
		must(t, err)
		if one.State != store.AccountDeleted || one.Name != "name of one" || one.CompanyID != "blue" || one.TrustID != "" || one.Email != "" ||
			one.Permissions != 0 || one.Offices.All || len(one.Offices.Offices) > 0 || !one.RightsAt.Equal(day.Add(time.Hour)) {
			t.Errorf("what is left is %+v", one)
		}
		for _, trust := range []store.ID{"parent", ""} {
			_, err = tx.Accounts().BySubject(ctx, trust, "subject of one")
			isKind(t, err, store.ErrNotFound)
		}
		standing, err := tx.Accounts().Standing(ctx, "one")
		must(t, err)
		same(t, "it stands", standing.State, store.AccountDeleted)
		all := walk(t, 1, func(p store.Page) (store.List[store.Account], error) { return tx.Accounts().List(ctx, "", p) })
		same(t, "all", accountIDs(all), []store.ID{"all"})
		blue, err := tx.Accounts().Find(ctx, store.AccountFilter{CompanyID: "blue"}, store.Page{})
		must(t, err)
		same(t, "blue's", accountIDs(blue.Items), []store.ID{"all"})
		got, err := tx.Receipts().ByDocument(ctx, "d1", store.Page{})
		must(t, err)
		same(t, "receipts that name people", len(got.Items), 2)
	})
	same(t, "its inbox", len(f.inbox("one", store.InboxFilter{})), 0)
	f.update(func(ctx context.Context, tx store.Tx) {
		gone, err := tx.Accounts().Get(ctx, "one")
		must(t, err)
		gone.State = store.AccountActive
		isKind(t, tx.Accounts().Update(ctx, gone), store.ErrNotFound)
		isKind(t, tx.Accounts().SignedIn(ctx, "one", day), store.ErrNotFound)
		again := newAccount("again", "blue", everyOffice())
		again.Subject = "subject of one"
		must(t, tx.Accounts().Create(ctx, again))
	})
}

// accountsFound holds the finding of people by what they are called and how they stand.
func accountsFound(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.update(func(ctx context.Context, tx store.Tx) {
		taro := newAccount("taro", "blue", everyOffice())
		taro.Name, taro.Email, taro.Subject, taro.State = "田中　タロウ", "Taro@Client.example", "T-0042", store.AccountDisabled
		must(t, tx.Accounts().Create(ctx, taro))
		must(t, tx.Accounts().SignedIn(ctx, "all", day))
		must(t, tx.Roles().Create(ctx, store.Role{ID: "clerk", Name: "担当", Permissions: store.PermitView}))
		f.setIn(ctx, tx, "red", func(a *store.Account) { a.RoleID = "clerk" })
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		for name, row := range map[string]struct {
			filter store.AccountFilter
			want   string
		}{
			"all":             {store.AccountFilter{}, "[all one red staff taro]"},
			"a name":          {store.AccountFilter{Text: "田中"}, "[taro]"},
			"kana and width":  {store.AccountFilter{Text: "田中 たろう"}, "[taro]"},
			"address":         {store.AccountFilter{Text: "ｔａｒｏ@client"}, "[taro]"},
			"subject":         {store.AccountFilter{Text: "t-0042"}, "[taro]"},
			"words apart":     {store.AccountFilter{Text: "example たろう"}, "[taro]"},
			"one word is not": {store.AccountFilter{Text: "田中 次郎"}, "[]"},
			"company":         {store.AccountFilter{CompanyID: "blue"}, "[all one taro]"},
			"company, words":  {store.AccountFilter{CompanyID: "blue", Text: "one"}, "[one]"},
			"staff":           {store.AccountFilter{Staff: true}, "[staff]"},
			"disabled":        {store.AccountFilter{State: store.AccountDisabled}, "[taro]"},
			"never":           {store.AccountFilter{NeverSigned: true, State: store.AccountActive}, "[one red staff]"},
			"role":            {store.AccountFilter{RoleID: "clerk"}, "[red]"},
			"a wildcard":      {store.AccountFilter{Text: "%"}, "[]"},
		} {
			for _, size := range []int{1, 2, 50} {
				got := walk(t, size, func(p store.Page) (store.List[store.Account], error) { return tx.Accounts().Find(ctx, row.filter, p) })
				if fmt.Sprint(accountIDs(got)) != row.want {
					t.Errorf("%s, %d at a time: %v, want %s", name, size, accountIDs(got), row.want)
				}
			}
		}
	})
}

// findBound demands that a search through more people than it looks at in one go comes to the end all the same.
func findBound(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	const people = 5600
	f.update(func(ctx context.Context, tx store.Tx) {
		for i := range people {
			must(t, tx.Accounts().Create(ctx, newAccount(store.ID(fmt.Sprintf("p%04d", i)), "", everyOffice())))
		}
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		got := walk(t, 50, func(p store.Page) (store.List[store.Account], error) {
			return tx.Accounts().Find(ctx, store.AccountFilter{Text: "p5599"}, p)
		})
		same(t, "the last of many", accountIDs(got), []store.ID{"p5599"})
		first, err := tx.Accounts().Find(ctx, store.AccountFilter{Text: "p5599"}, store.Page{})
		must(t, err)
		if len(first.Items) != 0 || first.Next == "" {
			t.Errorf("the first page has %d, and goes on at %q", len(first.Items), first.Next)
		}
	})
}

// placesFound holds the finding of companies and offices, and how they end.
func placesFound(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.deliver("d1", "tax", day, "blue-1")
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Companies().Create(ctx, store.Company{ID: "bare", Name: "カラ商事", CreatedAt: day}))
		bare := newOffice("bare", "bare-1")
		bare.Codes = store.OfficeCodes{LaborInsuranceNumber: "27-3-01-000001-000"}
		must(t, tx.Offices().Create(ctx, bare))
		must(t, tx.Offices().Teach(ctx, "bare-1", store.OfficeCode{System: store.CodeLabor, Code: "1"}))
		closed, err := tx.Offices().Get(ctx, "blue-2")
		must(t, err)
		closed.ClosedAt = day
		must(t, tx.Offices().Update(ctx, closed))
		got, err := tx.Offices().Get(ctx, "blue-2")
		must(t, err)
		same(t, "it is closed", got, closed)
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		for text, want := range map[string]string{"": "[blue red bare]", "ｶﾗ": "[bare]", "EXT-RED": "[red]", "none": "[]"} {
			got := walk(t, 1, func(p store.Page) (store.List[store.Company], error) { return tx.Companies().Find(ctx, text, p) })
			ids := []store.ID{}
			for _, c := range got {
				ids = append(ids, c.ID)
			}
			same(t, "companies by "+text, fmt.Sprint(ids), want)
		}
		for _, row := range []struct {
			company store.ID
			text    string
			want    string
		}{
			{"", "", "[bare-1 blue-1 blue-2 red-1]"}, {"blue", "", "[blue-1 blue-2]"}, {"", "27301000001", "[bare-1]"}, {"", "２７－３－０１", "[bare-1]"},
			{"", "ext-red", "[red-1]"}, {"", "いろは", "[blue-1 blue-2 red-1]"}, {"red", "01イロハ", "[red-1]"}, {"blue", "blue-2", "[blue-2]"}, {"red", "blue", "[]"},
		} {
			got := walk(t, 1, func(p store.Page) (store.List[store.Office], error) {
				return tx.Offices().Find(ctx, row.company, row.text, p)
			})
			same(t, "offices by "+row.text, fmt.Sprint(officeIDs(got)), row.want)
		}
		used, err := tx.Offices().Uses(ctx, "blue-1")
		must(t, err)
		same(t, "blue-1 is used", used, store.OfficeUses{Deliveries: 1, Accounts: 1})
		company, err := tx.Companies().Uses(ctx, "blue")
		must(t, err)
		same(t, "blue is used", company, store.CompanyUses{Offices: 2, Accounts: 2})
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		isKind(t, tx.Companies().Delete(ctx, "bare"), store.ErrConflict)
		isKind(t, tx.Companies().Delete(ctx, "none"), store.ErrNotFound)
		isKind(t, tx.Offices().Delete(ctx, "blue-1"), store.ErrConflict)
		isKind(t, tx.Offices().Delete(ctx, "none"), store.ErrNotFound)
		must(t, tx.Mails().SaveOffice(ctx, store.OfficeMail{OfficeID: "bare-1", To: store.ToAll}))
		must(t, tx.Offices().Delete(ctx, "bare-1"))
		must(t, tx.Companies().Delete(ctx, "bare"))
		for _, gone := range []error{errorOf(tx.Offices().Get(ctx, "bare-1")), errorOf(tx.Companies().Get(ctx, "bare"))} {
			isKind(t, gone, store.ErrNotFound)
		}
	})
}

func errorOf[T any](_ T, err error) error { return err }
