package portal_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// fed is a world in which the trust "fed" of tenant "a" is provisioned.
type fed struct {
	*world
	scim.Directory
}

func newFed(t *testing.T, change func(*store.Trust)) *fed {
	t.Helper()
	w := newWorld(t)
	must(t, w.setup.AddCompany(t.Context(), "a", store.Company{ID: "z", Name: "会社 z", ExternalID: "ext-z"}))
	must(t, w.setup.AddOffice(t.Context(), "a", store.Office{ID: "z1", CompanyID: "z", Name: "z1", ExternalID: "ext-z1"}))
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		return tx.Roles().Create(t.Context(), store.Role{ID: "chief", Name: "主任", Permissions: store.PermitView | store.PermitReceipts})
	}))
	trust := store.Trust{ID: "fed", Name: "親製品", Protocol: store.SAML, State: store.TrustEnabled, SAML: &store.SAMLTrust{EntityID: "https://fed.example", Metadata: []byte("<a/>")},
		Mapping: store.Mapping{Roles: map[string]string{"Desk": "view,deliver", "Readers": "view", "Chiefs": "@chief"}}}
	if change != nil {
		change(&trust)
	}
	must(t, w.setup.AddTrust(t.Context(), "a", trust))
	token, _, err := w.setup.AddScimToken(t.Context(), "fed", "Entra", 24*time.Hour)
	must(t, err)
	d, err := w.OpenDirectory(t.Context(), "fed", token, sso.Visit{Address: "192.0.2.9", RequestID: "r"})
	must(t, err)
	return &fed{w, d}
}

// user describes a user with a company and offices of our own extension.
func user(name, company string, offices ...any) scim.Attributes {
	return scim.Attributes{"userName": name, scim.Extension: scim.Attributes{"company": company, "offices": offices}}
}

// create provisions a user and returns its ID.
func (f *fed) create(t *testing.T, a scim.Attributes) string {
	t.Helper()
	r, err := f.Create(t.Context(), scim.Resource{Kind: scim.KindUser, Attributes: a})
	must(t, err)
	return r.ID
}

// set changes attributes of a user.
func (f *fed) set(t *testing.T, id string, to scim.Attributes) error {
	_, err := f.Change(t.Context(), scim.KindUser, id, func(r scim.Resource) (scim.Attributes, error) {
		for name, v := range to {
			r.Attributes[name] = v
		}
		return r.Attributes, nil
	})
	return err
}

// group provisions a group with members.
func (f *fed) group(t *testing.T, name string, members ...string) (string, error) {
	list := []any{}
	for _, m := range members {
		list = append(list, scim.Attributes{"value": m})
	}
	r, err := f.Create(t.Context(), scim.Resource{Kind: scim.KindGroup, Attributes: scim.Attributes{"displayName": name, "members": list}})
	return r.ID, err
}

// who is the account of a subject; the zero one for nobody.
func (f *fed) who(t *testing.T, subject string) (a store.Account) {
	t.Helper()
	must(t, f.Records.View(t.Context(), "a", func(tx store.Tx) (err error) {
		if a, err = tx.Accounts().BySubject(t.Context(), "fed", subject); errors.Is(err, store.ErrNotFound) {
			err = nil
		}
		return err
	}))
	return a
}

// known registers somebody of the trust as the firm does.
func (f *fed) known(t *testing.T, subject string, company store.ID, p store.Permission) store.ID {
	t.Helper()
	id := f.fresh()
	must(t, f.setup.AddAccount(t.Context(), "a", store.Account{ID: id, CompanyID: company, TrustID: "fed", Subject: subject, Name: "人", Permissions: p, Offices: store.OfficeScope{All: true}}))
	return id
}

// made registers somebody of the firm's own, with all offices, as from does.
func (f *fed) made(t *testing.T, subject string, from store.AccountOrigin, p store.Permission) store.ID {
	t.Helper()
	id := f.fresh()
	must(t, f.setup.AddAccount(t.Context(), "a", store.Account{ID: id, TrustID: "fed", Subject: subject, Name: "人", Permissions: p, Origin: from, Offices: store.OfficeScope{All: true}}))
	return id
}

// removed removes a user.
func (f *fed) removed(t *testing.T, id string) error {
	return f.Remove(t.Context(), scim.KindUser, id, func(scim.Resource) error { return nil })
}

// TestProvisionPlaces demands who becomes an account, and where.
func TestProvisionPlaces(t *testing.T) {
	for _, row := range []struct {
		name    string
		said    scim.Attributes
		trust   func(*store.Trust)
		subject string
		want    string // company, offices and menus; empty: no account
	}{
		{"a company and an office of it", user("u", "ext-z", "ext-z1"), nil, "u", "z [z1] "},
		{"an office of another company is left out", user("u", "ext-z", "ext-z1", "ext-x1"), nil, "u", "z [z1] "},
		{"all of the company", user("u", "ext-z", "*"), nil, "u", "z all "},
		{"no office", user("u", "ext-z"), nil, "u", "z [] "},
		{"offices alone say the company", user("u", "", "ext-x1", "ext-x2"), nil, "u", "x [x1 x2] "},
		{"offices of two companies say none", user("u", "", "ext-x1", "ext-z1"), nil, "u", ""},
		{"a company that is not known", user("u", "ext-none", "ext-x1"), nil, "u", ""},
		{"nothing", user("u", ""), nil, "u", ""},
		{"all offices without a company", user("u", "", "*"), nil, "u", ""},
		{"not active", scim.Attributes{"userName": "u", "active": false, scim.Extension: scim.Attributes{"company": "ext-z"}}, nil, "u", ""},
		{"the standard's organization and department", scim.Attributes{"userName": "u", scim.Enterprise: scim.Attributes{"organization": "ext-z", "department": "ext-z1"}}, nil, "u", "z [z1] "},
		{"a department that is no office", scim.Attributes{"userName": "u", scim.Enterprise: scim.Attributes{"organization": "ext-z", "department": "総務部"}}, nil, "u", "z [] "},
		{"menus where no group decides", user("u", "ext-z"), func(t *store.Trust) { t.Mapping.Roles = nil }, "u", "z [] view"},
		{"by the external ID", scim.Attributes{"userName": "u", "externalId": "e", scim.Extension: scim.Attributes{"company": "ext-z"}}, func(t *store.Trust) { t.SCIM.Subject = store.SubjectExternalID }, "e", "z [] "},
		{"without the external ID", user("u", "ext-z"), func(t *store.Trust) { t.SCIM.Subject = store.SubjectExternalID }, "u", ""},
		{"OIDC, whose subjects are external IDs", scim.Attributes{"userName": "u", "externalId": "e", scim.Extension: scim.Attributes{"company": "ext-z"}}, func(t *store.Trust) {
			t.Protocol, t.SAML, t.OIDC = store.OIDC, nil, &store.OIDCTrust{Issuer: "https://fed.example", ClientID: "c"}
		}, "e", "z [] "},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFed(t, row.trust)
			f.create(t, row.said)
			a, got := f.who(t, row.subject), ""
			if a.ID != "" {
				offices := fmt.Sprint(a.Offices.Offices)
				if a.Offices.All {
					offices = "all"
				}
				got = fmt.Sprintf("%s %s %s", a.CompanyID, offices, a.Permissions)
			}
			if got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

// TestProvisionGivesNothingElse demands that groups give what the trust's mapping names, and nothing that is said gives more.
func TestProvisionGivesNothingElse(t *testing.T) {
	for _, row := range []struct {
		group, menus string
		role         store.ID
		client       string // what a client's member may do
	}{
		{"Readers", "", "", "view"}, // only a menu of the firm's own makes somebody the firm's
		{"Desk", "view,deliver", "", "view"},
		{"Chiefs", "view,receipts", "chief", "view"},
		{"desk", "", "", ""}, {"view,trusts", "", "", ""}, {"trusts", "", "", ""}, {"@chief", "", "", ""}, {"*", "", "", ""},
	} {
		t.Run(row.group, func(t *testing.T) {
			f := newFed(t, nil)
			said := user("staff", "", "*")
			said["roles"], said["entitlements"] = []any{scim.Attributes{"value": "trusts"}}, []any{scim.Attributes{"value": "view,trusts"}}
			staff, client := f.create(t, said), f.create(t, user("client", "ext-z"))
			_, err := f.group(t, row.group, staff, client)
			must(t, err)
			a, c := f.who(t, "staff"), f.who(t, "client")
			if a.Permissions.String() != row.menus || a.RoleID != row.role || a.Offices.All || a.ID != "" && !a.Staff() {
				t.Errorf("the firm's own is %+v", a)
			}
			if got := portal.Permissions(c).String(); got != row.client || c.CompanyID != "z" {
				t.Errorf("the client may %q, want %q", got, row.client)
			}
		})
	}
}

// TestProvisionKeepsTheLastAdministrator demands that no client takes the last administrator away, however it tries.
func TestProvisionKeepsTheLastAdministrator(t *testing.T) {
	for _, row := range []struct {
		name string
		do   func(t *testing.T, f *fed, id string) error
	}{
		{"deactivated", func(t *testing.T, f *fed, id string) error { return f.set(t, id, scim.Attributes{"active": false}) }},
		{"removed", func(t *testing.T, f *fed, id string) error {
			return f.Remove(t.Context(), scim.KindUser, id, func(scim.Resource) error { return nil })
		}},
		{"in a group of less", func(t *testing.T, f *fed, id string) error { _, err := f.group(t, "Readers", id); return err }},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFed(t, nil)
			boss := f.made(t, "boss", store.FromSCIM, store.PermitAll)
			id := f.create(t, scim.Attributes{"userName": "boss"})
			var refused *scim.Error
			if err := row.do(t, f, id); !errors.As(err, &refused) || refused.Status != 403 {
				t.Errorf("answers %v", err)
			}
			r, err := f.Get(t.Context(), scim.KindUser, id)
			if a := f.who(t, "boss"); err != nil || !r.Active() || a.State != store.AccountActive || a.Permissions != store.PermitAll || a.ID != boss {
				t.Errorf("something was changed: %+v, %v", a, err)
			}
			f.known(t, "second", "", store.PermitAll)
			must(t, row.do(t, f, id))
			if a := f.who(t, "boss"); a.State == store.AccountActive && a.Permissions == store.PermitAll {
				t.Error("with another administrator nothing was changed")
			}
		})
	}
}

// TestProvisionLeavesTheFirmsOwn demands what stays the firm's to say of an account that was provisioned, or that it registered.
func TestProvisionLeavesTheFirmsOwn(t *testing.T) {
	f := newFed(t, nil)
	ctx := t.Context()
	kept := f.known(t, "kept", "z", store.PermitView)
	id := f.create(t, scim.Attributes{"userName": "kept", "displayName": "新しい名前"})
	if a := f.who(t, "kept"); a.ID != kept || a.Name != "新しい名前" || !a.Offices.All || a.Permissions != store.PermitView {
		t.Errorf("taken over as %+v", a)
	}
	_, err := f.setup.SwitchAccount(ctx, "a", kept, store.AccountDisabled)
	must(t, err)
	must(t, f.set(t, id, scim.Attributes{"active": true, "title": "部長"}))
	must(t, f.set(t, id, scim.Attributes{"active": false}))
	must(t, f.set(t, id, scim.Attributes{"active": true}))
	if f.who(t, "kept").State != store.AccountDisabled {
		t.Error("whom the firm disabled was let in again")
	}
	must(t, f.set(t, id, user("kept", "ext-z", "ext-z1")))
	_, err = f.group(t, "Chiefs", id)
	must(t, err)
	if a := f.who(t, "kept"); a.ID != kept || !a.Offices.All || a.Permissions != store.PermitView || a.RoleID != "" {
		t.Errorf("the client gave whom the firm registered %+v", a)
	}
	must(t, f.Remove(ctx, scim.KindUser, id, func(scim.Resource) error { return nil }))
	if a := f.who(t, "kept"); a.ID != kept || a.State != store.AccountDisabled {
		t.Errorf("whom the firm registered is %+v", a)
	}
	id = f.create(t, user("made", "ext-z"))
	_, err = f.setup.DeleteAccount(ctx, "a", f.who(t, "made").ID)
	must(t, err)
	must(t, f.set(t, id, scim.Attributes{"title": "課長"}))
	if f.who(t, "made").ID != "" {
		t.Error("whom the firm deleted came back by a change")
	}
	must(t, f.Remove(ctx, scim.KindUser, id, func(scim.Resource) error { return nil }))
	f.create(t, user("made", "ext-z"))
	if f.who(t, "made").ID == "" {
		t.Error("whom the client added anew is not there")
	}
}

// TestProvisionRenames demands whose account may become that of whoever the trust calls by another name.
func TestProvisionRenames(t *testing.T) {
	for _, row := range []struct {
		from    store.AccountOrigin
		menus   store.Permission
		renamed bool
	}{
		{store.FromSCIM, store.PermitView, true},
		{store.FromSCIM, store.PermitAll &^ (store.PermitAccounts | store.PermitTrusts), true},
		{store.FromSCIM, store.PermitAccounts, false},
		{store.FromSCIM, store.PermitTrusts, false},
		{store.FromConsole, store.PermitView, false},
		{store.FromConsole, store.PermitAll, false},
		{store.FromClaims, store.PermitView, false},
	} {
		t.Run(fmt.Sprint(row.from, " ", row.menus), func(t *testing.T) {
			f := newFed(t, nil)
			f.known(t, "second", "", store.PermitAll)
			account := f.made(t, "one", row.from, row.menus)
			id := f.create(t, scim.Attributes{"userName": "one"})
			err := f.set(t, id, scim.Attributes{"userName": "other", "displayName": "別人"})
			if row.renamed {
				must(t, err)
				if a := f.who(t, "other"); a.ID != account || f.who(t, "one").ID != "" {
					t.Errorf("renamed, the account is %+v", a)
				}
				return
			}
			var refused *scim.Error
			if !errors.As(err, &refused) || refused.Status != 409 || refused.Type != scim.Mutability {
				t.Errorf("answers %v", err)
			}
			r, err := f.Get(t.Context(), scim.KindUser, id)
			if a := f.who(t, "one"); err != nil || r.DisplayName() != "one" || a.ID != account || a.Name == "別人" || f.who(t, "other").ID != "" {
				t.Errorf("refused, it changed %+v, %v", a, err)
			}
			must(t, f.set(t, id, scim.Attributes{"userName": "other", "active": false}))
			if a := f.who(t, "one"); a.ID != account || a.State != store.AccountDisabled || f.who(t, "other").ID != "" {
				t.Errorf("with another name the account of whoever went is %+v", a)
			}
		})
	}
}

// TestProvisionLetsGoUnderATakenName demands that whoever the client puts out is out, though the name that comes with it is
// another's.
func TestProvisionLetsGoUnderATakenName(t *testing.T) {
	for name, take := range map[string]func(t *testing.T, f *fed){
		"whom the firm registered": func(t *testing.T, f *fed) { f.known(t, "taken", "z", store.PermitView) },
		"another user's":           func(t *testing.T, f *fed) { f.create(t, user("taken", "ext-z")) },
		"another user's who waits": func(t *testing.T, f *fed) { f.create(t, user("taken", "ext-none")) },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFed(t, nil)
			id := f.create(t, user("u", "ext-z"))
			account := f.who(t, "u").ID
			begin(t, f.world, "a", account)
			take(t, f)
			taken := f.who(t, "taken")
			var refused *scim.Error
			if err := f.set(t, id, scim.Attributes{"userName": "taken"}); !errors.As(err, &refused) || refused.Type != scim.Uniqueness {
				t.Errorf("while they stay, answers %v", err)
			}
			must(t, f.set(t, id, scim.Attributes{"userName": "taken", "active": false}))
			if a := f.who(t, "u"); a.ID != account || a.State != store.AccountDisabled {
				t.Errorf("the account is %+v", a)
			}
			if a := f.who(t, "taken"); a.ID != taken.ID || a.State != taken.State {
				t.Errorf("who has the name is %+v", a)
			}
			if open, err := f.Sessions.Of(t.Context(), "a", account); err != nil || len(open) > 0 {
				t.Errorf("sessions %v, %v", open, err)
			}
		})
	}
}

// TestProvisionRegistersWhoWaited demands that whoever waits is registered when they are sent again, the same as before, once
// what kept them from it is mended.
func TestProvisionRegistersWhoWaited(t *testing.T) {
	f := newFed(t, nil)
	said := user("u", "ext-new")
	said["externalId"] = "e"
	id := f.create(t, said)
	must(t, f.set(t, id, said))
	if a := f.who(t, "u"); a.ID != "" {
		t.Fatalf("of a company that is not known there is %+v", a)
	}
	must(t, f.setup.AddCompany(t.Context(), "a", store.Company{ID: "n", Name: "会社 n", ExternalID: "ext-new"}))
	must(t, f.set(t, id, said))
	a := f.who(t, "u")
	if a.CompanyID != "n" {
		t.Fatalf("sent again the account is %+v", a)
	}
	before, err := f.Get(t.Context(), scim.KindUser, id)
	must(t, err)
	must(t, f.set(t, id, said))
	if r, err := f.Get(t.Context(), scim.KindUser, id); err != nil || r.Version != before.Version || !r.Modified.Equal(before.Modified) {
		t.Errorf("sent once more it has version %d, %v", r.Version, err)
	}
	f.refreshed(t, "fed", func(t *store.Trust) { t.SCIM.Subject = store.SubjectExternalID })
	must(t, f.set(t, id, said))
	if other := f.who(t, "e"); other.ID != a.ID {
		t.Errorf("recognised by something else it is %+v", other)
	}
}

// TestProvisionKeepsOutWhomTheFirmDisabled demands that no way of the client's leads whom the firm disabled in again.
func TestProvisionKeepsOutWhomTheFirmDisabled(t *testing.T) {
	off, on := scim.Attributes{"active": false}, scim.Attributes{"active": true}
	for name, try := range map[string]func(t *testing.T, f *fed, id string){
		"removed and added": func(t *testing.T, f *fed, id string) {
			must(t, f.removed(t, id))
			f.create(t, user("u", "ext-z"))
		},
		"moved": func(t *testing.T, f *fed, id string) { must(t, f.set(t, id, user("u", "ext-v"))) },
		"off and on": func(t *testing.T, f *fed, id string) {
			must(t, f.set(t, id, off))
			must(t, f.set(t, id, on))
		},
		"renamed": func(t *testing.T, f *fed, id string) {
			if err := f.set(t, id, scim.Attributes{"userName": "other"}); err == nil {
				t.Error("renamed, the name is another's to have")
			}
		},
	} {
		for _, before := range []string{"while on", "while off"} {
			t.Run(name+" "+before, func(t *testing.T) {
				f := newFed(t, nil)
				must(t, f.setup.AddCompany(t.Context(), "a", store.Company{ID: "v", Name: "会社 v", ExternalID: "ext-v"}))
				id := f.create(t, user("u", "ext-z"))
				if before == "while off" {
					must(t, f.set(t, id, off))
				}
				_, err := f.setup.SwitchAccount(t.Context(), "a", f.who(t, "u").ID, store.AccountDisabled)
				must(t, err)
				must(t, f.set(t, id, on))
				try(t, f, id)
				if a := f.who(t, "u"); a.ID == "" || a.State != store.AccountDisabled || a.Dismissed {
					t.Errorf("the account is %+v", a)
				}
			})
		}
	}
}

// TestProvisionTakesBack demands that whoever the client removed and adds anew is in again, and that it reads who is not.
func TestProvisionTakesBack(t *testing.T) {
	f := newFed(t, nil)
	account := f.known(t, "u", "z", store.PermitView)
	must(t, f.removed(t, f.create(t, user("u", ""))))
	if a := f.who(t, "u"); a.State != store.AccountDisabled || !a.Dismissed {
		t.Errorf("removed, the account is %+v", a)
	}
	id := f.create(t, user("u", ""))
	if a := f.who(t, "u"); a.ID != account || a.State != store.AccountActive || a.Permissions != store.PermitView {
		t.Errorf("added anew, the account is %+v", a)
	}
	_, err := f.setup.SwitchAccount(t.Context(), "a", account, store.AccountDisabled)
	must(t, err)
	r, err := f.Get(t.Context(), scim.KindUser, id)
	if err != nil || r.Active() {
		t.Errorf("whom the firm disabled is read as %+v, %v", r, err)
	}
	boss := f.add(t, f.fresh(), who{tenant: "a", permissions: store.PermitAll})
	v, err := f.ScimTokens(t.Context(), boss, "fed")
	if err != nil || len(v.Waiting) != 1 || v.Waiting[0].Why != portal.WaitFirm {
		t.Errorf("waiting: %+v, %v", v.Waiting, err)
	}
	_, err = f.setup.SwitchAccount(t.Context(), "a", account, store.AccountActive)
	must(t, err)
	if r, err = f.Get(t.Context(), scim.KindUser, id); err != nil || !r.Active() {
		t.Errorf("let in again they are read as %+v, %v", r, err)
	}
}

// TestProvisionFindsWhoIsRegisteredLater demands that whoever the directory puts out is out, whenever and by whom they were
// registered.
func TestProvisionFindsWhoIsRegisteredLater(t *testing.T) {
	out := scim.Attributes{"active": false}
	for name, before := range map[string]func(t *testing.T, f *fed) string{
		"waiting": func(t *testing.T, f *fed) string { return f.create(t, user("u", "ext-none")) },
		"waiting and not active": func(t *testing.T, f *fed) string {
			id := f.create(t, user("u", "ext-none"))
			must(t, f.set(t, id, out))
			return id
		},
		"deleted by the firm": func(t *testing.T, f *fed) string {
			id := f.create(t, user("u", "ext-z"))
			_, err := f.setup.DeleteAccount(t.Context(), "a", f.who(t, "u").ID)
			must(t, err)
			return id
		},
	} {
		for how, leave := range map[string]func(t *testing.T, f *fed, id string) error{
			"deactivated": func(t *testing.T, f *fed, id string) error { return f.set(t, id, out) },
			"removed":     func(t *testing.T, f *fed, id string) error { return f.removed(t, id) },
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				f := newFed(t, nil)
				id := before(t, f)
				account := f.known(t, "u", "z", store.PermitView)
				begin(t, f.world, "a", account)
				must(t, leave(t, f, id))
				if a := f.who(t, "u"); a.ID != account || a.State != store.AccountDisabled {
					t.Errorf("the account is %+v", a)
				}
				if open, err := f.Sessions.Of(t.Context(), "a", account); err != nil || len(open) > 0 {
					t.Errorf("sessions %v, %v", open, err)
				}
			})
		}
	}
}

// TestProvisionKnowsWhoIsRegisteredByHand demands that whoever the firm registers itself waits no more and is read as active,
// and why others wait.
func TestProvisionKnowsWhoIsRegisteredByHand(t *testing.T) {
	f := newFed(t, nil)
	boss := f.add(t, f.fresh(), who{tenant: "a", permissions: store.PermitAll})
	waits, deleted, barred := f.create(t, user("w", "ext-none")), f.create(t, user("d", "ext-z")), f.create(t, user("b", "ext-none"))
	_, err := f.setup.DeleteAccount(t.Context(), "a", f.who(t, "d").ID)
	must(t, err)
	_, err = f.setup.SwitchAccount(t.Context(), "a", f.known(t, "b", "z", store.PermitView), store.AccountDisabled)
	must(t, err)
	wants := func(when, want string) {
		t.Helper()
		v, err := f.ScimTokens(t.Context(), boss, "fed")
		must(t, err)
		var why []string
		for _, w := range v.Waiting {
			why = append(why, w.Login+" "+string(w.Why))
		}
		slices.Sort(why)
		got := fmt.Sprint(why)
		for _, id := range []string{waits, deleted, barred} {
			r, err := f.Get(t.Context(), scim.KindUser, id)
			must(t, err)
			got += fmt.Sprint(" ", r.Active())
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", when, got, want)
		}
	}
	wants("before", "[b firm d deleted w place] true false true")
	f.known(t, "w", "z", store.PermitView)
	f.known(t, "d", "z", store.PermitView)
	wants("registered", "[b firm] true true true")
	for _, id := range []string{waits, deleted, barred} {
		must(t, f.set(t, id, scim.Attributes{"active": true}))
	}
	wants("sent again", "[b firm] true true false")
}

// TestProvisionReadsTheFirmsWord demands that what a client reads of whom the firm switches has another version, and that it
// puts nobody out by sending back what it read while they were out.
func TestProvisionReadsTheFirmsWord(t *testing.T) {
	for name, byWhom := range map[string]func(t *testing.T, f *fed, boss portal.Actor, account store.ID, on bool) error{
		"in the console": func(t *testing.T, f *fed, boss portal.Actor, account store.ID, on bool) error {
			_, err := f.SwitchPerson(t.Context(), boss, account, on)
			return err
		},
		"at the host": func(t *testing.T, f *fed, _ portal.Actor, account store.ID, on bool) error {
			state := store.AccountDisabled
			if on {
				state = store.AccountActive
			}
			_, err := f.setup.SwitchAccount(t.Context(), "a", account, state)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFed(t, nil)
			boss := f.add(t, f.fresh(), who{tenant: "a", permissions: store.PermitAll})
			id := f.create(t, user("u", "ext-z"))
			account, version := f.who(t, "u").ID, int64(0)
			reads := func(when string, active bool) {
				t.Helper()
				r, err := f.Get(t.Context(), scim.KindUser, id)
				must(t, err)
				if r.Active() != active || r.Version == version {
					t.Errorf("%s they are read as active %t in version %d after %d", when, r.Active(), r.Version, version)
				}
				version = r.Version
			}
			sendsBack := func(title string) { // reads the whole, changes one thing, and puts it back
				t.Helper()
				r, err := f.Get(t.Context(), scim.KindUser, id)
				must(t, err)
				r.Attributes["title"] = title
				must(t, f.set(t, id, r.Attributes))
			}
			reads("at first", true)
			must(t, byWhom(t, f, boss, account, false))
			reads("disabled", false)
			sendsBack("部長")
			reads("sent back", false)
			must(t, byWhom(t, f, boss, account, true))
			reads("let in again", true)
			sendsBack("課長")
			if a := f.who(t, "u"); a.State != store.AccountActive {
				t.Errorf("sent back they are %+v", a)
			}
			must(t, f.set(t, id, scim.Attributes{"active": false}))
			if a := f.who(t, "u"); a.State != store.AccountDisabled || !a.Dismissed {
				t.Errorf("put out anew they are %+v", a)
			}
			_, err := f.DeletePerson(t.Context(), boss, account)
			must(t, err)
			reads("deleted", false)
		})
	}
}

// TestProvisionMoves demands that somebody who changes companies gets another account, and that nobody takes another's name.
func TestProvisionMoves(t *testing.T) {
	f := newFed(t, nil)
	must(t, f.setup.AddCompany(t.Context(), "a", store.Company{ID: "v", Name: "会社 v", ExternalID: "ext-v"}))
	id := f.create(t, user("u", "ext-z", "*"))
	first := f.who(t, "u")
	must(t, f.set(t, id, user("u", "ext-v", "*")))
	if a := f.who(t, "u"); a.ID == first.ID || a.CompanyID != "v" {
		t.Errorf("after the move the account is %+v", a)
	}
	f.known(t, "taken", "z", store.PermitView)
	f.create(t, user("other", "ext-z"))
	for _, name := range []string{"taken", "OTHER"} {
		var refused *scim.Error
		if err := f.set(t, id, scim.Attributes{"userName": name}); !errors.As(err, &refused) || refused.Status != 409 || refused.Type != scim.Uniqueness {
			t.Errorf("to become %s is answered %v", name, err)
		}
	}
	if a := f.who(t, "u"); a.CompanyID != "v" {
		t.Errorf("a refused change left %+v", a)
	}
}

// TestProvisionedOutOfJustInTime demands that who is not active does not come in as somebody new.
func TestProvisionedOutOfJustInTime(t *testing.T) {
	f := newFed(t, func(t *store.Trust) {
		t.JustInTime, t.Mapping = true, store.Mapping{Offices: store.Claim("office")}
	})
	owned, err := f.Records.Trust(t.Context(), "fed")
	must(t, err)
	admit := func() error {
		_, err := f.Admit(t.Context(), owned, sso.Identity{Subject: "u", Attributes: map[string][]string{"office": {"ext-z1"}}}, sso.Visit{}, nil)
		return err
	}
	id := f.create(t, scim.Attributes{"userName": "u", "active": false})
	if err := admit(); store.KindOf(err) != store.Denied {
		t.Errorf("somebody who is not active is answered %v", err)
	}
	must(t, f.set(t, id, scim.Attributes{"active": true}))
	must(t, admit())
	must(t, f.set(t, id, scim.Attributes{"active": false}))
	if a := f.who(t, "u"); a.State != store.AccountDisabled || a.Origin != store.FromClaims {
		t.Errorf("the account that came by itself is %+v", a)
	}
}

// TestProvisionedGroupsFollowTheMapping demands that members have what the trust's mapping names now, from the moment that it
// counts.
func TestProvisionedGroupsFollowTheMapping(t *testing.T) {
	f := newFed(t, nil)
	id := f.create(t, user("u", "ext-z"))
	_, err := f.group(t, "Readers", id)
	must(t, err)
	boss := f.add(t, f.fresh(), who{tenant: "a", permissions: store.PermitAll})
	for i, row := range []struct {
		roles map[string]string
		want  store.Permission
		role  store.ID
	}{
		{map[string]string{"Desk": "view,deliver"}, 0, ""},
		{map[string]string{"Readers": "@chief"}, store.PermitView | store.PermitReceipts, "chief"},
		{map[string]string{"Readers": "view"}, store.PermitView, ""},
	} {
		d := store.TrustDraft{Trust: f.trust(t, "fed")}
		d.Mapping.Roles = row.roles
		saved, problems := f.save(t, boss, d)
		if len(problems) > 0 || f.who(t, "u").Permissions == row.want {
			t.Fatalf("draft %d has %v, and the member has %q before it counts", i, problems, f.who(t, "u").Permissions)
		}
		must(t, f.SwitchTrustOn(t.Context(), boss, "fed", portal.SwitchOn{Revision: saved.Revision, Untested: true, Note: "対応を変える"}))
		if a := f.who(t, "u"); a.Permissions != row.want || a.RoleID != row.role {
			t.Errorf("mapping %d: the member has %q by role %q, want %q", i, a.Permissions, a.RoleID, row.want)
		}
	}
}
