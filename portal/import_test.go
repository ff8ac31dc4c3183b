package portal_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"cloudpocket/portal"
	"cloudpocket/portal/csv"
	"cloudpocket/store"
)

// plan keeps a file and plans it.
func (w *world) plan(t *testing.T, a portal.Actor, table portal.Table, file string) (store.Digest, portal.ImportPlan, error) {
	t.Helper()
	digest, err := w.KeepTable(t.Context(), a, table, strings.NewReader(file))
	if err != nil {
		return "", portal.ImportPlan{}, err
	}
	plan, err := w.PlanImport(t.Context(), a, table, digest)
	return digest, plan, err
}

// takeIn plans a file and takes it in.
func (w *world) takeIn(t *testing.T, a portal.Actor, table portal.Table, file string) portal.ImportPlan {
	t.Helper()
	digest, plan, err := w.plan(t, a, table, file)
	must(t, err)
	if plan.Refused > 0 {
		t.Fatalf("refused: %+v", plan.Problems)
	}
	_, err = w.Import(t.Context(), a, table, digest, plan.Digest)
	must(t, err)
	return plan
}

const accountsHead = "company,name,email,trust,subject,role,menus,offices\n"

// TestImportAccounts registers people from a file, in both encodings, and finds nothing to do the second time.
func TestImportAccounts(t *testing.T) {
	w, boss, _ := staffRoom(t)
	w.role(t, "looker", store.PermitView)
	ja := "氏名,顧問先,メールアドレス,サインイン元,識別子,役割,メニュー権限,事業所権限\n" +
		"髙橋 花子,x,hanako@x.example,saml-a,J-1,役割 looker,,x1 ext-x2\n" +
		"\n山田,,,saml-a,'=J-2,,\"view,deliver\",*\n"
	sjis, err := japanese.ShiftJIS.NewEncoder().String(ja)
	must(t, err)
	file, plan, err := w.plan(t, boss, portal.TableAccounts, sjis)
	if must(t, err); plan.New != 2 || plan.Changed+plan.Unchanged+plan.Refused != 0 {
		t.Fatalf("the plan is %+v", plan)
	}
	before := w.head(t, "a")
	if _, err := w.Import(t.Context(), boss, portal.TableAccounts, file, "other"); !errors.Is(err, store.ErrConflict) {
		t.Errorf("of another plan: %v", err)
	}
	_, err = w.Import(t.Context(), boss, portal.TableAccounts, file, plan.Digest)
	if must(t, err); w.head(t, "a").Seq-before.Seq != 3 {
		t.Errorf("%d events were recorded", w.head(t, "a").Seq-before.Seq)
	}
	if _, err := w.Import(t.Context(), boss, portal.TableAccounts, file, plan.Digest); !errors.Is(err, store.ErrExpired) {
		t.Errorf("a second time: %v", err)
	}
	for subject, want := range map[string]string{"J-1": "髙橋 花子 x looker view false [x1 x2] csv", "=J-2": "山田   view,deliver true [] csv"} {
		must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) error {
			a, err := tx.Accounts().BySubject(t.Context(), "saml-a", subject)
			if got := fmt.Sprint(a.Name, " ", a.CompanyID, " ", a.RoleID, " ", a.Permissions, " ", a.Offices.All, " ", a.Offices.Offices, " ", a.Origin); got != want {
				t.Errorf("%s is %q, want %q", subject, got, want)
			}
			return err
		}))
	}
	_, plan, err = w.plan(t, boss, portal.TableAccounts, "\xef\xbb\xbf"+ja)
	if must(t, err); plan.Unchanged != 2 || plan.New+plan.Changed+plan.Refused != 0 {
		t.Errorf("the second time: %+v", plan)
	}
}

// TestImportRefuses says of each row what is wrong with it, and where.
func TestImportRefuses(t *testing.T) {
	w, boss, clerk := staffRoom(t)
	w.role(t, "chief", store.PermitAll)
	w.add(t, "known", who{tenant: "a", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView})
	for name, tt := range map[string]struct {
		a      portal.Actor
		row    string
		column string
		key    string
	}{
		"a formula":               {boss, "x,=1+1,,saml-a,n,,view,x1", "name", "error.csv_formula"},
		"a formula in full width": {boss, "x,＝1,,saml-a,n,,view,x1", "name", "error.csv_formula"},
		"a tab":                   {boss, "x,\"\tx\",,saml-a,n,,view,x1", "name", "error.csv_formula"},
		"a formula as subject":    {boss, "x,人,,saml-a,-n,,view,x1", "subject", "error.csv_formula"},
		"no name":                 {boss, "x,,,saml-a,n,,view,x1", "name", "error.person_name"},
		"no company":              {boss, "z,人,,saml-a,n,,view,x1", "company", "error.csv_company"},
		"no address":              {boss, "x,人,nowhere,saml-a,n,,view,x1", "email", "error.person_email"},
		"no trust":                {boss, "x,人,,none,n,,view,x1", "trust", "error.person_trust"},
		"another firm's trust":    {boss, "x,人,,saml-b,n,,view,x1", "trust", "error.person_trust"},
		"no subject":              {boss, "x,人,,saml-a,,,view,x1", "subject", "error.account_identity"},
		"no role":                 {boss, "x,人,,saml-a,n,無い役割,,x1", "role", "error.role_unknown"},
		"no menu":                 {boss, "x,人,,saml-a,n,,fly,x1", "menus", "error.permission_unknown"},
		"no office":               {boss, "x,人,,saml-a,n,,view,x9", "offices", "error.office_nowhere"},
		"another's office":        {boss, "x,人,,saml-a,n,,view,y1", "offices", "error.person_office"},
		"offices: none":           {boss, "x,人,,saml-a,n,,view,", "offices", "error.person_no_office"},
		"another company":         {boss, "y,人,,saml-a,s-known,,view,y1", "company", "error.person_company"},
		"a menu not held":         {clerk, ",人,,saml-a,n,,deliver,x1", "menus", "error.grant_menus"},
		"a role not held":         {clerk, ",人,,saml-a,n,chief,,x1", "menus", "error.grant_menus"},
		"all offices":             {clerk, "x,人,,saml-a,n,,view,*", "offices", "error.grant_offices"},
		"an office not held":      {clerk, "x,人,,saml-a,n,,view,x2", "offices", "error.office_nowhere"},
		"somebody who sees more":  {clerk, ",人,,saml-a,s-boss,,view,x1", "subject", "error.person_known"},
	} {
		_, plan, err := w.plan(t, tt.a, portal.TableAccounts, accountsHead+"x,良い,,saml-a,good,,view,x1\n"+tt.row+"\n")
		must(t, err)
		if len(plan.Problems) != 1 || plan.New != 1 || plan.Problems[0].Row != 3 || plan.Problems[0].Column != tt.column || plan.Problems[0].Key != tt.key {
			t.Errorf("%s: %+v", name, plan)
		}
	}
	_, plan, err := w.plan(t, boss, portal.TableAccounts, accountsHead+"x,一,,saml-a,n,,view,x1\nx,二,,saml-a,n,,view,x1\n")
	if must(t, err); len(plan.Problems) != 1 || plan.Problems[0].Key != "error.csv_twice" || plan.Problems[0].Args["Row"] != 2 {
		t.Errorf("the same twice: %+v", plan)
	}
	file, plan, err := w.plan(t, boss, portal.TableAccounts, accountsHead+"x,,,saml-a,n,,view,x1\n")
	must(t, err)
	if _, err := w.Import(t.Context(), boss, portal.TableAccounts, file, plan.Digest); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.csv_refused"}) {
		t.Errorf("with a refused row: %v", err)
	}
	for name, head := range map[string]string{"error.csv_column": "company,name,trust,subject,menus,offices,shoe\n", "error.csv_column_missing": "name\n", "error.csv_form": "", "error.csv_charset": "\x81\xff\xff"} {
		if _, _, err := w.plan(t, boss, portal.TableAccounts, head); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: name}) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestImportChangedMeanwhile binds what is done to what was looked at.
func TestImportChangedMeanwhile(t *testing.T) {
	w, boss, clerk := staffRoom(t)
	w.add(t, "known", who{tenant: "a", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView})
	file, plan, err := w.plan(t, boss, portal.TableAccounts, accountsHead+"x,改姓,,saml-a,s-known,,view,x1\n")
	if must(t, err); plan.Changed != 1 {
		t.Fatalf("the plan is %+v", plan)
	}
	if _, err := w.Import(t.Context(), clerk, portal.TableAccounts, file, plan.Digest); !errors.Is(err, store.ErrExpired) {
		t.Errorf("by another: %v", err)
	}
	_, err = w.SwitchPerson(t.Context(), boss, "known", false)
	must(t, err)
	if _, err := w.Import(t.Context(), boss, portal.TableAccounts, file, plan.Digest); !errors.Is(err, &store.Error{Kind: store.Conflict, Key: "error.csv_changed"}) {
		t.Errorf("after somebody else's change: %v", err)
	}
	if a := w.account(t, "known"); a.Name != "人 known" {
		t.Errorf("they are called %q", a.Name)
	}
}

// TestImportLastAdministrator keeps a file from taking the last administrator's menu.
func TestImportLastAdministrator(t *testing.T) {
	w, boss, _ := staffRoom(t)
	w.add(t, "keeper", who{tenant: "a", permissions: store.PermitTrusts})
	file, plan, err := w.plan(t, boss, portal.TableAccounts, accountsHead+",人 boss,,saml-a,s-boss,,view,*\n")
	must(t, err)
	if _, err := w.Import(t.Context(), boss, portal.TableAccounts, file, plan.Digest); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.last_administrator"}) {
		t.Errorf("%v", err)
	}
}

// TestImportMany takes ten thousand rows in, and refuses one more.
func TestImportMany(t *testing.T) {
	w, boss, _ := staffRoom(t)
	var b strings.Builder
	b.WriteString(accountsHead)
	for i := range portal.TableRows {
		fmt.Fprintf(&b, "x,人 %d,p%d@x.example,saml-a,N-%d,,view,x1\n", i, i, i)
	}
	if plan := w.takeIn(t, boss, portal.TableAccounts, b.String()); plan.New != portal.TableRows {
		t.Errorf("the plan is %+v", plan)
	}
	if _, _, err := w.plan(t, boss, portal.TableAccounts, b.String()+"x,人,,saml-a,more,,view,x1\n"); store.KindOf(err) != store.TooLarge {
		t.Errorf("one more: %v", err)
	}
	if _, err := w.KeepTable(t.Context(), boss, portal.TableAccounts, bytes.NewReader(make([]byte, portal.TableBytes+1))); store.KindOf(err) != store.TooLarge {
		t.Errorf("too many bytes: %v", err)
	}
}

// TestImportPlaces takes companies and their offices in, by what the parent product calls them.
func TestImportPlaces(t *testing.T) {
	w, boss, clerk := staffRoom(t)
	w.takeIn(t, boss, portal.TableCompanies, "顧問先名,外部ID\n新会社,N-1\n")
	if plan := w.takeIn(t, boss, portal.TableOffices, "company,external,name,labor,state\nN-1,N-1-1,本社,13-1-01-123456-000,\nN-1,N-1-2,支店,,closed\nx,ext-x1,事業所 x1 改,,\n"); plan.New != 2 || plan.Changed != 1 {
		t.Errorf("the plan is %+v", plan)
	}
	found, err := w.Companies(t.Context(), boss, "13101123456000", store.Page{})
	if must(t, err); len(found.Offices) != 1 || found.Offices[0].ExternalID != "N-1-1" {
		t.Errorf("found is %+v", found)
	}
	for row, key := range map[string]string{"N-9,,本社": "error.csv_company", "N-1,N-1-1,本社\nN-1,N-1-1,本社": "error.csv_external_twice", "y,N-1-1,本社": "error.csv_company", "N-1,,": "error.person_name", "N-1,@a,本社": "error.csv_formula"} {
		_, plan, err := w.plan(t, boss, portal.TableOffices, "company,external,name\n"+row+"\n")
		if must(t, err); len(plan.Problems) != 1 || plan.Problems[0].Key != key {
			t.Errorf("%q: %+v", row, plan)
		}
	}
	_, plan, err := w.plan(t, boss, portal.TableCompanies, "id,external,name\nx,N-1,会社 x\n")
	if must(t, err); len(plan.Problems) != 1 || plan.Problems[0].Key != "error.external_taken" {
		t.Errorf("of another's external ID: %+v", plan)
	}
	if _, err := w.KeepTable(t.Context(), clerk, portal.TableOffices, strings.NewReader("name\n")); store.KindOf(err) != store.Denied {
		t.Errorf("without the menu: %v", err)
	}
	narrow := w.add(t, "narrow", who{tenant: "a", offices: []store.ID{"x1"}, permissions: store.PermitOffices})
	if _, _, err := w.plan(t, narrow, portal.TableCompanies, "name\n新会社\n"); store.KindOf(err) != store.Denied {
		t.Errorf("of few offices: %v", err)
	}
}

// TestExportComesBack exports every table, in both encodings and languages, and finds nothing to change in it.
func TestExportComesBack(t *testing.T) {
	w, boss, clerk := staffRoom(t)
	w.role(t, "looker", store.PermitView)
	w.takeIn(t, boss, portal.TableAccounts, accountsHead+"x,'=SUM(A1),,saml-a,'+n,役割 looker,,x1 x2\n,'-,,saml-a,m,,view,*\n")
	for _, table := range portal.Tables() {
		for _, e := range []csv.Encoding{csv.UTF8, csv.CP932} {
			for _, lang := range []string{"ja", "en"} {
				file, err := w.ExportTable(t.Context(), boss, table, lang, e)
				must(t, err)
				if slices.ContainsFunc(strings.Split(string(file), ","), func(s string) bool { return strings.HasPrefix(s, "=") }) {
					t.Errorf("%s has a formula:\n%s", table, file)
				}
				_, plan, err := w.plan(t, boss, table, string(file))
				if must(t, err); plan.New+plan.Changed+plan.Refused != 0 || plan.Unchanged == 0 {
					t.Errorf("%s %s %s: %+v of\n%s", table, e, lang, plan, file)
				}
			}
		}
	}
	mine, err := w.ExportTable(t.Context(), clerk, portal.TableAccounts, "en", csv.UTF8)
	if must(t, err); strings.Contains(string(mine), "boss") || !strings.Contains(string(mine), "clerk") {
		t.Errorf("an administrator of few offices gets\n%s", mine)
	}
	w.takeIn(t, boss, portal.TableAccounts, accountsHead+"x,𠮷野,,saml-a,y,,view,x1\n")
	if _, err := w.ExportTable(t.Context(), boss, portal.TableAccounts, "ja", csv.CP932); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.csv_unwritable"}) {
		t.Errorf("what CP932 does not have: %v", err)
	}
}

// TestImportOfTheSender reads a kept file for whoever sent it, as the table that it was sent as, and no document as one.
func TestImportOfTheSender(t *testing.T) {
	w, boss, _ := staffRoom(t)
	second := w.add(t, "second", who{tenant: "a", permissions: store.PermitAll})
	file, plan, err := w.plan(t, boss, portal.TableAccounts, accountsHead+"x,新しい人,,saml-a,n,,view,x1\n")
	must(t, err)
	if want := []portal.RowChange{{Row: 2, New: true, Name: "新しい人"}}; fmt.Sprint(plan.Changes) != fmt.Sprint(want) {
		t.Errorf("the plan would do %+v", plan.Changes)
	}
	content := accountsHead + "x,秘密,,saml-a,m,,view,x1\n"
	_, err = w.Stage(t.Context(), boss, "a.csv", strings.NewReader(content))
	must(t, err)
	document := store.DigestOf(sha256.Sum256([]byte(content)))
	for name, tt := range map[string]struct {
		a     portal.Actor
		table portal.Table
		file  store.Digest
	}{"another person": {second, portal.TableAccounts, file}, "another table": {boss, portal.TableCompanies, file}, "a document": {boss, portal.TableAccounts, document}, "nothing": {boss, portal.TableAccounts, "none"}} {
		if _, err := w.PlanImport(t.Context(), tt.a, tt.table, tt.file); !errors.Is(err, &store.Error{Kind: store.Expired, Key: "error.csv_gone"}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, plan, err = w.plan(t, boss, portal.TableAccounts, accountsHead+"x,新しい人,,saml-a,n,,view,x1\n,人 boss,boss@a.example,saml-a,s-boss,,view,*\n")
	if must(t, err); len(plan.Changes) != 2 || !slices.Equal(plan.Changes[1].Columns, []string{"email", "menus"}) {
		t.Errorf("the plan would do %+v", plan.Changes)
	}
}

// TestSetupTables does at the host what the console does, for the firm that is named alone.
func TestSetupTables(t *testing.T) {
	w, boss, _ := staffRoom(t)
	file := accountsHead + "x,新しい人,,saml-a,n,,view,x1\n"
	before := w.head(t, "a")
	plan, err := w.setup.ImportTable(t.Context(), "a", portal.TableAccounts, strings.NewReader(file), false)
	if must(t, err); plan.New != 1 || w.head(t, "a") != before {
		t.Errorf("looked at, the plan is %+v", plan)
	}
	if _, err := w.setup.ImportTable(t.Context(), "a", portal.TableAccounts, strings.NewReader(file+"x,人,,saml-b,m,,view,x1\n"), true); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.csv_refused"}) || w.head(t, "a") != before {
		t.Errorf("with another firm's trust: %v", err)
	}
	_, err = w.setup.ImportTable(t.Context(), "a", portal.TableAccounts, strings.NewReader(file), true)
	if must(t, err); w.head(t, "a").Seq-before.Seq != 2 {
		t.Errorf("%d events were recorded", w.head(t, "a").Seq-before.Seq)
	}
	theirs, err := w.setup.ExportTable(t.Context(), "a", portal.TableAccounts, csv.UTF8)
	must(t, err)
	mine, err := w.ExportTable(t.Context(), boss, portal.TableAccounts, "en", csv.UTF8)
	if must(t, err); !bytes.Equal(theirs, mine) || !strings.Contains(string(mine), "新しい人") {
		t.Errorf("the host writes out\n%s\nand an administrator of everything\n%s", theirs, mine)
	}
}
