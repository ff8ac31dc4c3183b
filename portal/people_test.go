package portal_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/store"
)

// staffRoom is tenant "a" with its administrator "boss", who may do everything, and "clerk", who manages accounts, may look
// and has offices x1 and y1.
func staffRoom(t *testing.T) (w *world, boss, clerk portal.Actor) {
	t.Helper()
	w = newWorld(t)
	w.boss(t)
	boss = portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	clerk = w.add(t, "clerk", who{tenant: "a", offices: []store.ID{"x1", "y1"}, permissions: store.PermitView | store.PermitAccounts})
	return w, boss, clerk
}

func (w *world) role(t *testing.T, id store.ID, p store.Permission) {
	t.Helper()
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		return tx.Roles().Create(t.Context(), store.Role{ID: id, Name: "役割 " + string(id), Permissions: p})
	}))
}

// draftOf is what a form about an account would send unchanged.
func (w *world) draftOf(t *testing.T, id store.ID) portal.PersonDraft {
	t.Helper()
	a := w.account(t, id)
	return portal.PersonDraft{Name: a.Name, Email: a.Email, RoleID: a.RoleID, Menus: a.Permissions, Offices: a.Offices, Version: a.Version}
}

// TestGrantsNothingMore tampers with the forms of an administrator of few menus and offices.
func TestGrantsNothingMore(t *testing.T) {
	w, _, clerk := staffRoom(t)
	w.role(t, "chief", store.PermitAll)
	w.role(t, "looker", store.PermitView)
	w.add(t, "target", who{tenant: "a", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView})
	w.add(t, "colleague", who{tenant: "a", offices: []store.ID{"x1"}, permissions: store.PermitView})
	w.add(t, "sender", who{tenant: "a", offices: []store.ID{"x1"}, permissions: store.PermitDeliver})
	w.add(t, "wide", who{tenant: "a", company: "x", permissions: store.PermitView})
	for name, row := range map[string]struct {
		id     store.ID
		change func(*portal.PersonDraft)
		want   error
	}{
		"a menu that they have":             {"colleague", func(d *portal.PersonDraft) { d.RoleID, d.Menus = "", store.PermitView|store.PermitAccounts }, nil},
		"a menu that they lack":             {"colleague", func(d *portal.PersonDraft) { d.RoleID, d.Menus = "", store.PermitDeliver }, &store.Error{Kind: store.Denied, Key: "error.grant_menus"}},
		"a role of menus that they lack":    {"colleague", func(d *portal.PersonDraft) { d.RoleID = "chief" }, &store.Error{Kind: store.Denied, Key: "error.grant_menus"}},
		"a role that they could have":       {"colleague", func(d *portal.PersonDraft) { d.RoleID = "looker" }, nil},
		"a role that is nowhere":            {"colleague", func(d *portal.PersonDraft) { d.RoleID = "none" }, &store.Error{Kind: store.Invalid, Key: "error.role_unknown"}},
		"all offices":                       {"colleague", func(d *portal.PersonDraft) { d.Offices = store.OfficeScope{All: true} }, &store.Error{Kind: store.Denied, Key: "error.grant_offices"}},
		"an office that they lack":          {"colleague", func(d *portal.PersonDraft) { d.Offices.Offices = []store.ID{"x1", "x2"} }, &store.Error{Kind: store.Invalid, Key: "error.person_office"}},
		"an office of nobody":               {"colleague", func(d *portal.PersonDraft) { d.Offices.Offices = []store.ID{"none"} }, &store.Error{Kind: store.Invalid, Key: "error.person_office"}},
		"a client: another company's":       {"target", func(d *portal.PersonDraft) { d.Offices.Offices = []store.ID{"y1"} }, &store.Error{Kind: store.Invalid, Key: "error.person_office"}},
		"a client: none":                    {"target", func(d *portal.PersonDraft) { d.Offices.Offices = nil }, &store.Error{Kind: store.Invalid, Key: "error.person_no_office"}},
		"themself: a menu that they lack":   {"clerk", func(d *portal.PersonDraft) { d.RoleID, d.Menus = "", store.PermitAll }, &store.Error{Kind: store.Denied, Key: "error.grant_menus"}},
		"themself: all offices":             {"clerk", func(d *portal.PersonDraft) { d.Offices = store.OfficeScope{All: true} }, &store.Error{Kind: store.Denied, Key: "error.grant_offices"}},
		"who may do more, by name":          {"sender", func(d *portal.PersonDraft) { d.Email = "clerk@example.jp" }, &store.Error{Kind: store.Denied, Key: "error.rights_beyond"}},
		"who sees more":                     {"wide", func(d *portal.PersonDraft) { d.Name = "改姓" }, store.ErrNotFound},
		"who may do everything":             {"boss", func(d *portal.PersonDraft) { d.Menus = 0 }, store.ErrNotFound},
		"another version":                   {"target", func(d *portal.PersonDraft) { d.Version = 99 }, store.ErrConflict},
		"a name of blanks":                  {"target", func(d *portal.PersonDraft) { d.Name = " 　" }, &store.Error{Kind: store.Invalid, Key: "error.person_name"}},
		"a name that turns the text around": {"target", func(d *portal.PersonDraft) { d.Name = "a\u202eb" }, &store.Error{Kind: store.Invalid, Key: "error.person_name"}},
		"an address of two":                 {"target", func(d *portal.PersonDraft) { d.Email = "a@x.example,b@x.example" }, &store.Error{Kind: store.Invalid, Key: "error.person_email"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := w.draftOf(t, row.id)
			row.change(&d)
			before := w.account(t, row.id)
			err := w.ChangePerson(t.Context(), clerk, row.id, d)
			if row.want == nil && err != nil || row.want != nil && !errors.Is(err, row.want) {
				t.Errorf("answers %v, want %v", err, row.want)
			}
			if after := w.account(t, row.id); row.want != nil && fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("changed to %+v", after)
			}
		})
	}
	for name, d := range map[string]portal.PersonDraft{
		"staff of all menus":       {TrustID: "saml-a", Subject: "n", Name: "人", Menus: store.PermitAll, Offices: store.OfficeScope{Offices: []store.ID{"x1"}}},
		"staff of all offices":     {TrustID: "saml-a", Subject: "n", Name: "人", Menus: store.PermitView, Offices: store.OfficeScope{All: true}},
		"by a role":                {TrustID: "saml-a", Subject: "n", Name: "人", RoleID: "chief", Offices: store.OfficeScope{Offices: []store.ID{"x1"}}},
		"by another firm's trust":  {TrustID: "saml-b", Subject: "n", Name: "人", Menus: store.PermitView},
		"of a company of nobody":   {CompanyID: "none", TrustID: "saml-a", Subject: "n", Name: "人", Menus: store.PermitView, Offices: store.OfficeScope{Offices: []store.ID{"x1"}}},
		"who is registered":        {TrustID: "saml-a", Subject: "s-boss", Name: "人", Menus: store.PermitView},
		"without a subject":        {TrustID: "saml-a", Name: "人", Menus: store.PermitView},
		"with a subject of breaks": {TrustID: "saml-a", Subject: "a\nb", Name: "人", Menus: store.PermitView},
	} {
		if _, err := w.AddPerson(t.Context(), clerk, d); store.KindOf(err) != store.Denied && store.KindOf(err) != store.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestClientsMenus keeps menus of the firm from being written on a client's account, in which they would do nothing.
func TestClientsMenus(t *testing.T) {
	w, boss, _ := staffRoom(t)
	d := draft("x", "x1")
	d.Menus = store.PermitAll
	id, err := w.AddPerson(t.Context(), boss, d)
	must(t, err)
	a := w.account(t, id)
	if a.Permissions != store.PermitView || a.Origin != store.FromConsole || !a.RightsAt.Equal(w.now) {
		t.Errorf("registered is %+v", a)
	}
}

// TestPeopleInScope lists whom an administrator of few offices may know of.
func TestPeopleInScope(t *testing.T) {
	w, boss, clerk := staffRoom(t)
	w.add(t, "in", who{tenant: "a", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView})
	w.add(t, "out", who{tenant: "a", company: "x", offices: []store.ID{"x1", "x2"}, permissions: store.PermitView})
	w.add(t, "wide", who{tenant: "a", company: "x", permissions: store.PermitView})
	w.add(t, "bare", who{tenant: "a", company: "x", offices: []store.ID{}, permissions: store.PermitView})
	must(t, w.setup.AddCompany(t.Context(), "a", store.Company{ID: "z", Name: "会社 z"}))
	w.add(t, "far", who{tenant: "a", company: "z", offices: []store.ID{}, permissions: store.PermitView})
	for _, row := range []struct {
		a      portal.Actor
		filter store.AccountFilter
		want   string
	}{
		{clerk, store.AccountFilter{}, "[bare clerk in]"},
		{boss, store.AccountFilter{}, "[bare boss clerk far in out wide]"},
		{boss, store.AccountFilter{Staff: true}, "[boss clerk]"},
		{clerk, store.AccountFilter{Text: "out"}, "[]"},
	} {
		list, err := w.People(t.Context(), row.a, row.filter, store.Page{})
		must(t, err)
		ids := []store.ID{}
		for _, one := range list.Items {
			ids = append(ids, one.ID)
		}
		if fmt.Sprint(ids) != row.want {
			t.Errorf("%s sees %v of %+v, want %s", row.a.AccountID, ids, row.filter, row.want)
		}
	}
}

// TestLastAdministrator keeps somebody to manage accounts, whichever way the last one would go.
func TestLastAdministrator(t *testing.T) {
	last := &store.Error{Kind: store.Invalid, Key: "error.last_administrator"}
	w, boss, _ := staffRoom(t) // the clerk manages accounts too, but only those of x1 and y1
	lose := func() error {
		d := w.draftOf(t, "boss")
		d.RoleID, d.Menus = "", store.PermitAll&^store.PermitAccounts
		return w.ChangePerson(t.Context(), boss, "boss", d)
	}
	narrow := func() error {
		d := w.draftOf(t, "boss")
		d.Offices = store.OfficeScope{Offices: []store.ID{"x1"}}
		return w.ChangePerson(t.Context(), boss, "boss", d)
	}
	for name, try := range map[string]func() error{"menu": lose, "offices": narrow} {
		if err := try(); !errors.Is(err, last) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.role(t, "admins", store.PermitAll)
	d := w.draftOf(t, "boss")
	d.RoleID = "admins"
	must(t, w.ChangePerson(t.Context(), boss, "boss", d))
	if err := w.ChangeRole(t.Context(), boss, store.Role{ID: "admins", Name: "管理者", Permissions: store.PermitView}); !errors.Is(err, last) {
		t.Errorf("by the role: %v", err)
	}
	for name, try := range map[string]func() error{
		"disable": func() error { _, err := w.SwitchPerson(t.Context(), boss, "boss", false); return err },
		"delete":  func() error { _, err := w.DeletePerson(t.Context(), boss, "boss"); return err },
	} {
		if err := try(); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.not_yourself"}) {
			t.Errorf("%s themself: %v", name, err)
		}
	}
	must(t, w.setup.AddTrust(t.Context(), "a", store.Trust{ID: "off", Name: "IdP", Protocol: store.SAML, State: store.TrustDisabled, SAML: &store.SAMLTrust{EntityID: "https://off.example"}}))
	must(t, w.setup.AddAccount(t.Context(), "a", store.Account{ID: "asleep", TrustID: "off", Subject: "s", Name: "人", Permissions: store.PermitAll, Offices: store.OfficeScope{All: true}}))
	if err := lose(); !errors.Is(err, last) {
		t.Errorf("with one who cannot sign in: %v", err)
	}
	w.add(t, "second", who{tenant: "a", permissions: store.PermitAccounts})
	must(t, lose())
}

// TestSwitchPerson ends sessions at once, and deleting leaves the name and frees the subject.
func TestSwitchPerson(t *testing.T) {
	w, boss, clerk := staffRoom(t)
	person := w.add(t, "person", who{tenant: "a", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView})
	document, by := w.publish(t, boss, "x1")
	_, err := w.View(t.Context(), person, by["x1"])
	must(t, err)
	begin(t, w, "a", "person")
	begin(t, w, "a", "person")
	ended, err := w.SwitchPerson(t.Context(), clerk, "person", false)
	if must(t, err); ended != 2 {
		t.Errorf("%d sessions ended", ended)
	}
	if _, err := w.Inbox(t.Context(), person, store.InboxFilter{}, store.Page{}); store.KindOf(err) != store.Denied {
		t.Errorf("disabled, they get %v", err)
	}
	_, err = w.SwitchPerson(t.Context(), clerk, "person", true)
	must(t, err)
	begin(t, w, "a", "person")
	ended, err = w.DeletePerson(t.Context(), clerk, "person")
	if must(t, err); ended != 1 {
		t.Errorf("%d sessions ended", ended)
	}
	if _, err := w.PersonOf(t.Context(), boss, "person"); store.KindOf(err) != store.NotFound {
		t.Errorf("deleted, there is still %v", err)
	}
	receipts, err := w.Receipts(t.Context(), boss, document, store.Page{})
	if must(t, err); len(receipts.Items) != 1 || receipts.Items[0].AccountName != "人 person" {
		t.Errorf("the receipts are %+v", receipts.Items)
	}
	d := draft("x", "x1")
	d.Subject = "s-person"
	again, err := w.AddPerson(t.Context(), boss, d)
	if must(t, err); again == "person" {
		t.Error("the ID came back")
	}
	if _, err := w.SwitchPerson(t.Context(), boss, "person", true); store.KindOf(err) != store.NotFound {
		t.Errorf("woken up: %v", err)
	}
}

// TestKeepOut has the firm keep out whom a directory put out, who is out by its own word then.
func TestKeepOut(t *testing.T) {
	w, _, clerk := staffRoom(t)
	w.add(t, "person", who{tenant: "a", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView})
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		a, err := tx.Accounts().Get(t.Context(), "person")
		must(t, err)
		a.State, a.Dismissed = store.AccountDisabled, true
		return tx.Accounts().Update(t.Context(), a)
	}))
	_, err := w.SwitchPerson(t.Context(), clerk, "person", false)
	must(t, err)
	if a := w.account(t, "person"); a.State != store.AccountDisabled || a.Dismissed {
		t.Errorf("kept out, the person is %s, dismissed: %t", a.State, a.Dismissed)
	}
	if e := w.lastAudit(t, "account:person"); e.Detail["state"] != string(store.AccountDisabled) || e.AccountID != "clerk" {
		t.Errorf("the audit has %+v", e)
	}
}

// TestCopyRights hands on what a predecessor has, as it was looked at.
func TestCopyRights(t *testing.T) {
	w, boss, clerk := staffRoom(t)
	w.role(t, "looker", store.PermitView)
	w.add(t, "old", who{tenant: "a", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView})
	d := w.draftOf(t, "old")
	d.RoleID = "looker"
	must(t, w.ChangePerson(t.Context(), boss, "old", d))
	w.add(t, "new", who{tenant: "a", company: "x", offices: []store.ID{}, permissions: store.PermitView})
	w.add(t, "elsewhere", who{tenant: "a", company: "y", offices: []store.ID{"y1"}, permissions: store.PermitView})
	w.add(t, "wide", who{tenant: "a", company: "x", permissions: store.PermitView})
	begin(t, w, "a", "old")
	for name, row := range map[string]struct {
		a        portal.Actor
		from, to store.ID
		want     error
	}{
		"of another company":        {boss, "old", "elsewhere", &store.Error{Kind: store.Invalid, Key: "error.copy_company"}},
		"of themself":               {boss, "old", "old", &store.Error{Kind: store.Invalid, Key: "error.copy_company"}},
		"what they see too much of": {clerk, "wide", "new", store.ErrNotFound},
		"from staff to a client":    {boss, "boss", "new", &store.Error{Kind: store.Invalid, Key: "error.copy_company"}},
	} {
		if _, err := w.CopyPreview(t.Context(), row.a, row.from, row.to); !errors.Is(err, row.want) {
			t.Errorf("preview %s: %v", name, err)
		}
		if _, err := w.CopyRights(t.Context(), row.a, row.from, row.to, [2]int64{}, false); !errors.Is(err, row.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, err := w.CopyPreview(t.Context(), clerk, "old", "new")
	if must(t, err); c.Same || c.Next.Role != "役割 looker" || len(c.Next.Offices.Offices) != 1 || c.Next.Name != c.To.Name {
		t.Errorf("the preview is %+v", c)
	}
	seen := [2]int64{c.From.Version, c.To.Version}
	if _, err := w.CopyRights(t.Context(), clerk, "old", "new", [2]int64{seen[0] + 1, seen[1]}, true); !errors.Is(err, store.ErrConflict) {
		t.Errorf("of another version: %v", err)
	}
	ended, err := w.CopyRights(t.Context(), clerk, "old", "new", seen, true)
	if must(t, err); ended != 1 {
		t.Errorf("%d sessions ended", ended)
	}
	if old, next := w.account(t, "old"), w.account(t, "new"); old.State != store.AccountDisabled || next.RoleID != "looker" || !slices.Equal(next.Offices.Offices, old.Offices.Offices) {
		t.Errorf("now they are %+v and %+v", old, next)
	}
}

// TestRolesChangePeople changes what everybody may do who has a role, and says who holds one.
func TestRolesChangePeople(t *testing.T) {
	w, boss, clerk := staffRoom(t)
	id, err := w.CreateRole(t.Context(), boss, store.Role{Name: "担当", Permissions: store.PermitView | store.PermitDeliver})
	must(t, err)
	if _, err := w.CreateRole(t.Context(), boss, store.Role{Name: "担当", Permissions: store.PermitView}); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.role_taken"}) {
		t.Errorf("of the same name: %v", err)
	}
	worker := w.add(t, "worker", who{tenant: "a", permissions: store.PermitView})
	d := w.draftOf(t, "worker")
	d.RoleID = id
	must(t, w.ChangePerson(t.Context(), boss, "worker", d))
	must(t, w.MayStage(t.Context(), worker))
	if err := w.ChangeRole(t.Context(), clerk, store.Role{ID: id, Name: "担当", Permissions: store.PermitView}); store.KindOf(err) != store.Denied {
		t.Errorf("by somebody who has it not: %v", err)
	}
	must(t, w.ChangeRole(t.Context(), boss, store.Role{ID: id, Name: "担当", Permissions: store.PermitView}))
	if err := w.MayStage(t.Context(), worker); store.KindOf(err) != store.Denied {
		t.Errorf("after the role changed: %v", err)
	}
	if err := w.ChangeRole(t.Context(), boss, store.Role{ID: id, Name: "担当", Permissions: store.PermitAll}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("of an old version: %v", err)
	}
	if err := w.DeleteRole(t.Context(), boss, id); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.role_held"}) {
		t.Errorf("while somebody has it: %v", err)
	}
	_, err = w.DeletePerson(t.Context(), boss, "worker")
	must(t, err)
	must(t, w.setup.AddTrust(t.Context(), "a", store.Trust{ID: "mapped", Name: "親製品", Protocol: store.SAML, State: store.TrustEnabled, SAML: &store.SAMLTrust{EntityID: "https://m.example"},
		Mapping: store.Mapping{Roles: map[string]string{"staff": "@" + string(id)}}}))
	if err := w.DeleteRole(t.Context(), boss, id); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.role_mapped"}) {
		t.Errorf("while a trust names it: %v", err)
	}
}

// TestMappedRole lets a claim name a role of the firm.
func TestMappedRole(t *testing.T) {
	w, _, _ := staffRoom(t)
	w.role(t, "looker", store.PermitView)
	w.add(t, "person", who{tenant: "a", company: "x", offices: []store.ID{"x1"}, permissions: 0})
	trust := store.OwnedTrust{Owner: "a", Trust: store.Trust{ID: "saml-a", State: store.TrustEnabled, Mapping: store.Mapping{
		Role: store.Source{Claims: []string{"groups"}}, Roles: map[string]string{"clients": "@looker", "senders": "view,deliver", "gone": "@none"}}}}
	for _, row := range []struct {
		groups []string
		role   store.ID
		menus  store.Permission
		fails  bool
	}{
		{[]string{"clients"}, "looker", store.PermitView, false},
		{[]string{"unknown", "clients"}, "looker", store.PermitView, false},
		{[]string{"clients", "senders"}, "", store.PermitView | store.PermitDeliver, false},
		{[]string{"unknown"}, "", 0, false},
		{[]string{"gone"}, "", 0, true},
	} {
		_, err := w.Admit(t.Context(), trust, sso.Identity{Subject: "s-person", Attributes: map[string][]string{"groups": row.groups}}, sso.Visit{}, nil)
		if (err != nil) != row.fails {
			t.Errorf("%v: %v", row.groups, err)
		}
		if a := w.account(t, "person"); !row.fails && (a.RoleID != row.role || a.Permissions != row.menus) {
			t.Errorf("%v make role %q and %q", row.groups, a.RoleID, a.Permissions)
		}
	}
}

// TestPersonSeen says what somebody can see and why.
func TestPersonSeen(t *testing.T) {
	w, boss, _ := staffRoom(t)
	w.role(t, "mixed", store.PermitView|store.PermitDeliver)
	w.add(t, "person", who{tenant: "a", company: "x", permissions: store.PermitView})
	d := w.draftOf(t, "person")
	d.RoleID = "mixed"
	must(t, w.ChangePerson(t.Context(), boss, "person", d))
	w.publish(t, boss, "x1", "x2", "y1")
	begin(t, w, "a", "person")
	s, err := w.PersonOf(t.Context(), boss, "person")
	must(t, err)
	want := []portal.MenuWhy{{Menu: store.PermitView, ByRole: true}, {Menu: store.PermitDeliver, ByRole: true, Idle: true}}
	if !slices.Equal(s.Menus, want) || s.Delivered != 2 || s.Sessions != 1 || len(s.Offices) != 1 || len(s.Offices[0].Offices) != 2 || s.Trust != "IdP" || !s.TrustOn || s.Role != "役割 mixed" || s.Barred != nil {
		t.Errorf("person is seen as %+v", s)
	}
	if all, err := w.PersonOf(t.Context(), boss, "boss"); err != nil || !all.Self || len(all.Offices) != 2 {
		t.Errorf("boss is seen as %+v, %v", all, err)
	}
}
