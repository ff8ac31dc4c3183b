package portal_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// by is the directory of "fed" as a token opens it that somebody makes who has these menus.
func (f *fed) by(t *testing.T, maker store.ID, menus store.Permission) *fed {
	t.Helper()
	a := f.add(t, maker, who{tenant: "a", permissions: menus})
	secret, _, err := f.MakeScimToken(t.Context(), a, "fed", "L", 24*time.Hour)
	must(t, err)
	d, err := f.OpenDirectory(t.Context(), "fed", secret, sso.Visit{Address: "203.0.113.9", RequestID: "r"})
	must(t, err)
	return &fed{f.world, d}
}

// beyondMaker is what a token is answered that would have to do with more than whoever made it.
func beyondMaker(err error) bool {
	var refused *scim.Error
	return errors.As(err, &refused) && refused.Status == 403 && refused.Reason == "beyond_maker"
}

// TestOldTokenReachesNoFurther demands that a token has to do with nobody who may do more than whoever made it may now,
// whatever was given since it was made.
func TestOldTokenReachesNoFurther(t *testing.T) {
	const lesser = store.PermitTrusts | store.PermitAccounts | store.PermitView
	mapped := func(t *store.Trust) {
		t.Mapping.Roles = map[string]string{"Desk": "view,deliver", "Readers": "view"}
	}
	for name, do := range map[string]func(t *testing.T, f *fed, deliverer, chief, desk string) error{
		"hands a deliverer's account on": func(t *testing.T, f *fed, deliverer, _, _ string) error {
			return f.set(t, deliverer, scim.Attributes{"userName": "l2"})
		},
		"calls a deliverer otherwise": func(t *testing.T, f *fed, deliverer, _, _ string) error {
			return f.set(t, deliverer, scim.Attributes{"displayName": "別人"})
		},
		"puts a deliverer out": func(t *testing.T, f *fed, deliverer, _, _ string) error {
			return f.set(t, deliverer, scim.Attributes{"active": false})
		},
		"moves a deliverer": func(t *testing.T, f *fed, deliverer, _, _ string) error {
			return f.set(t, deliverer, user("x", "ext-z"))
		},
		"removes a deliverer": func(t *testing.T, f *fed, deliverer, _, _ string) error { return f.removed(t, deliverer) },
		"gives somebody a group of deliverers": func(t *testing.T, f *fed, deliverer, _, desk string) error {
			id := f.create(t, user("l3", ""))
			_, err := f.Change(t.Context(), scim.KindGroup, desk, func(scim.Resource) (scim.Attributes, error) {
				return scim.Attributes{"displayName": "Desk", "members": []any{scim.Attributes{"value": deliverer}, scim.Attributes{"value": id}}}, nil
			})
			return errors.Join(err, f.removed(t, id))
		},
		"empties a group of deliverers": func(t *testing.T, f *fed, _, _, desk string) error {
			return f.Remove(t.Context(), scim.KindGroup, desk, func(scim.Resource) error { return nil })
		},
		"puts out whoever the firm registered": func(t *testing.T, f *fed, _, _, _ string) error {
			_, err := f.Create(t.Context(), scim.Resource{Kind: scim.KindUser, Attributes: scim.Attributes{"userName": "second", "active": false}})
			return err
		},
		"lets somebody in again": func(t *testing.T, f *fed, _, chief, _ string) error {
			return f.set(t, chief, scim.Attributes{"active": true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFed(t, func(t *store.Trust) { t.Mapping.Roles = map[string]string{"Readers": "view"} })
			f.boss(t)
			old, full := f.by(t, "lesser", lesser), f.by(t, "full", store.PermitAll)
			f.refreshed(t, "fed", mapped)
			deliverer := f.create(t, user("x", ""))
			desk, err := f.group(t, "Desk", deliverer)
			must(t, err)
			f.known(t, "chief", "", store.PermitAll)
			f.known(t, "second", "", store.PermitAll)
			chief := f.create(t, scim.Attributes{"userName": "chief", "active": false})
			before := fmt.Sprint(f.who(t, "x"), f.who(t, "chief"), f.who(t, "second"))
			if err := do(t, old, deliverer, chief, desk); !beyondMaker(err) {
				t.Errorf("answers %v", err)
			}
			if after := fmt.Sprint(f.who(t, "x"), f.who(t, "chief"), f.who(t, "second")); after != before {
				t.Errorf("changed\n%s\nto\n%s", before, after)
			}
			if a := f.who(t, "l3"); a.ID != "" {
				t.Errorf("registered %+v", a)
			}
			must(t, do(t, full, deliverer, chief, desk))
		})
	}
}

// TestTokenEndsWithItsMaker demands that a directory that was opened already does nothing any more once whoever made its
// token is gone.
func TestTokenEndsWithItsMaker(t *testing.T) {
	f := newFed(t, nil)
	f.boss(t)
	by := f.by(t, "maker", store.PermitAll)
	id := by.create(t, user("u", "ext-z"))
	_, err := f.setup.SwitchAccount(t.Context(), "a", "maker", store.AccountDisabled)
	must(t, err)
	var refused *scim.Error
	if err := by.set(t, id, scim.Attributes{"active": false}); !errors.As(err, &refused) || refused.Status != 403 || refused.Reason != "maker_gone" {
		t.Errorf("answers %v", err)
	}
	must(t, f.set(t, id, scim.Attributes{"active": false}))
	view, err := f.ScimTokens(t.Context(), f.keeper(t), "fed")
	must(t, err)
	if len(view.Over) != 1 || len(view.Tokens) < 2 {
		t.Errorf("of %d tokens these are shown as refused: %v", len(view.Tokens), view.Over)
	}
}
