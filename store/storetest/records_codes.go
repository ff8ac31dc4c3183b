package storetest

import (
	"context"
	"fmt"
	"testing"

	"cloudpocket/store"
)

func officesByCode(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	labor := store.NewOfficeCode(store.CodeLabor, "13-1-01-123456-000")
	pension := store.NewOfficeCode(store.CodePension, "０１／ｲﾛﾊ", "12345")
	old := store.OfficeCode{System: store.CodeLabor, Code: "999"}
	check := func(what string, code store.OfficeCode, want ...store.ID) {
		t.Helper()
		f.view(func(ctx context.Context, tx store.Tx) {
			all, err := tx.Offices().ByCode(ctx, code)
			must(t, err)
			same(t, what, officeIDs(all), want)
		})
	}
	check("carried by three", labor, "blue-1", "blue-2", "red-1")
	check("carried, written in another way", pension, "blue-1", "blue-2", "red-1")
	check("another system's", store.OfficeCode{System: store.CodeEmployment, Code: labor.Code})
	check("no code", store.OfficeCode{})
	f.update(func(ctx context.Context, tx store.Tx) {
		o := newOffice("blue", "blue-1")
		o.Codes = store.OfficeCodes{LaborInsuranceNumber: "９９９"}
		must(t, tx.Offices().Update(ctx, o))
		o = newOffice("blue", "blue-2")
		o.Codes.ReferenceCode = ""
		o.ExternalID = "ext-red-1"
		isKind(t, tx.Offices().Update(ctx, o), store.ErrConflict)
		must(t, tx.Offices().Teach(ctx, "red-1", old))
		must(t, tx.Offices().Teach(ctx, "red-1", old))
		must(t, tx.Offices().Teach(ctx, "red-1", labor))
		isKind(t, tx.Offices().Teach(ctx, "none", old), store.ErrNotFound)
		isKind(t, tx.Offices().Teach(ctx, "red-1", store.OfficeCode{}), store.ErrInvalid)
	})
	check("after one ceased to carry it, and one was taught it too", labor, "blue-2", "red-1")
	check("after an update that was a conflict", pension, "blue-2", "red-1")
	check("carried by one, taught to another", old, "blue-1", "red-1")
	f.update(func(ctx context.Context, tx store.Tx) {
		taught, err := tx.Offices().Taught(ctx, "red-1")
		must(t, err)
		same(t, "what it was taught", taught, []store.OfficeCode{labor, old})
		taught, err = tx.Offices().Taught(ctx, "blue-1")
		must(t, err)
		same(t, "what it carries is not taught", len(taught), 0)
		teachings := func(p store.Page) (all string, next store.Cursor) {
			list, err := tx.Offices().Teachings(ctx, p)
			must(t, err)
			for _, one := range list.Items {
				all += fmt.Sprintln(one.Office.ID, one.Office.CompanyID, one.Office.Name, one.Code)
			}
			return all, list.Next
		}
		first, next := teachings(store.Page{Limit: 1})
		second, end := teachings(store.Page{Limit: 1, After: next})
		same(t, "what all were taught, by pages", first+second, fmt.Sprintln("red-1 red office red-1", labor)+fmt.Sprintln("red-1 red office red-1", old))
		same(t, "after the last page", end, store.Cursor(""))
		red := newOffice("red", "red-1")
		red.Codes = store.OfficeCodes{}
		must(t, tx.Offices().Update(ctx, red))
		must(t, tx.Offices().Unteach(ctx, "blue-1", old))
		must(t, tx.Offices().Unteach(ctx, "none", old))
	})
	check("taught codes outlast the office's own", labor, "blue-2", "red-1")
	check("what is carried is not untaught", old, "blue-1", "red-1")
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Offices().Unteach(ctx, "red-1", labor))
		must(t, tx.Offices().Unteach(ctx, "red-1", labor))
	})
	check("untaught", labor, "blue-2")
}

func officesByName(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	f.update(func(ctx context.Context, tx store.Tx) {
		for _, o := range []store.Office{
			{ID: "a", CompanyID: "red", Name: "blue"}, {ID: "z", CompanyID: "blue", Name: "blue"}, {ID: "bare", CompanyID: "red"},
		} {
			must(t, tx.Offices().Create(ctx, o))
		}
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		for name, want := range map[string][]store.ID{
			"blue": {"a", "blue-1", "blue-2", "z"}, "office blue-1": {"blue-1"}, "red": {"a", "bare", "red-1"}, "Blue": nil, "": nil,
		} {
			all, err := tx.Offices().ByName(ctx, name)
			must(t, err)
			same(t, "by the name "+name, officeIDs(all), want)
		}
	})
}
