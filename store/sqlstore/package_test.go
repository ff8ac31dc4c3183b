package sqlstore

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"cloudpocket/store"
)

// What was found in a package is stored under names that stay, whatever the program calls them.
func TestStoredPackage(t *testing.T) {
	const reason = `{"Key":"reason.code","Args":{"Code":"131"}}`
	const found = `{"origin":{"ArrivalNumber":"202611220000000001","DocumentNumber":"第1号","IssuedOn":"2026-11-20","Author":"機構","Notices":["N7100001"],
		"Signature":{"Verdict":"trusted","CheckedAt":"2026-11-22T00:30:00Z","Signer":"CN=a","Issuer":"CN=b","Serial":"0a","Reason":"r"},
		"Parts":[{"Path":"kagami.xml","Role":"cover","Title":"鑑","Notice":"","Size":9}]},
		"persons":[{"Position":0,"Notice":"N7100001","Number":"1","Name":"青木","Kana":"アオキ"}],"codes":[{"System":"labor","Code":"131"}]}`
	s, ctx := openTest(t, sqliteConfig(t)), t.Context()
	smallFirm(t, s, 0)
	must(t, s.Update(ctx, "firm", func(tx store.Tx) error { return tx.Packages().Create(ctx, store.Package{ID: "p"}) }))
	update := func(reason, found string) {
		t.Helper()
		must(t, s.back.write(ctx, func(on *dbtx) error {
			_, err := on.ExecContext(ctx, "UPDATE packages SET reason = ?1, found = ?2", reason, found)
			return err
		}))
	}
	get := func() (p store.Package, err error) {
		err = s.View(ctx, "firm", func(tx store.Tx) (err error) { p, err = tx.Packages().Get(ctx, "p"); return err })
		return p, err
	}
	update(reason, found)
	got, err := get()
	must(t, err)
	want := store.Package{
		ID: "p", Reason: store.Reason{Key: "reason.code", Args: map[string]string{"Code": "131"}},
		Origin: store.Origin{
			ArrivalNumber: "202611220000000001", DocumentNumber: "第1号", IssuedOn: "2026-11-20", Author: "機構", Notices: []string{"N7100001"},
			Signature: store.Signature{
				Verdict: store.VerdictTrusted, CheckedAt: benchTime, Signer: "CN=a", Issuer: "CN=b", Serial: "0a", Reason: "r",
			},
			Parts: []store.Part{{Path: "kagami.xml", Role: store.PartCover, Title: "鑑", Size: 9}},
		},
		Persons: []store.Person{{Notice: "N7100001", Number: "1", Name: "青木", Kana: "アオキ"}},
		Codes:   []store.OfficeCode{{System: store.CodeLabor, Code: "131"}},
	}
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		t.Errorf("got\n%s, want\n%s", g, w)
	}
	update(reason, `{"origin":`)
	if _, err := get(); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("what cannot be read: %v", err)
	}
}

// A time within JSON comes back as one in a column does: in UTC, to the microsecond.
func TestStoredTime(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 30, 0, 123456789, time.FixedZone("JST", 9*3600))
	origin, parts, err := originText(store.Origin{Author: "機構", Signature: store.Signature{CheckedAt: at}})
	must(t, err)
	got, err := originOf(origin, parts)
	must(t, err)
	if want := time.Date(2026, 11, 22, 0, 30, 0, 123456000, time.UTC); got.Signature.CheckedAt != want {
		t.Errorf("got %v, want %v", got.Signature.CheckedAt, want)
	}
	if origin, parts, err := originText(store.Origin{}); origin != "" || parts != "" || err != nil {
		t.Errorf("the origin of what a person made is %q, %q, %v", origin, parts, err)
	}
}
