package portal_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// receive drops bytes and demands that they are in the tray.
func (w *world) receive(t *testing.T, a portal.Actor, drop store.ID, name string, data []byte) store.Package {
	t.Helper()
	pkg, err := w.Receive(t.Context(), a, drop, name, bytes.NewReader(data))
	must(t, err)
	return pkg
}

// sortAll carries out what is owed in looking into packages, once each.
func (w *world) sortAll(t *testing.T) {
	t.Helper()
	for {
		tasks, err := w.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskSort}, 500, w.now, w.now.Add(time.Minute))
		must(t, err)
		if len(tasks) == 0 {
			return
		}
		for _, task := range tasks {
			must(t, w.Sort(t.Context(), task))
		}
	}
}

// tray returns every package that a sees, by ID.
func (w *world) tray(t *testing.T, a portal.Actor, drop store.ID) map[store.ID]portal.TrayItem {
	t.Helper()
	all := map[store.ID]portal.TrayItem{}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := w.Tray(t.Context(), a, store.PackageFilter{Drop: drop}, page)
		must(t, err)
		for _, item := range list.Items {
			all[item.ID] = item
		}
		if page.After = list.Next; page.After == "" {
			return all
		}
	}
}

// generated adds n offices of company x to tenant "a", with codes as a person types them, and returns what the
// generator knows of them. No two have the same name.
func (w *world) generated(t *testing.T, g *egovtest.Generator, n int) []egovtest.Office {
	t.Helper()
	var all []egovtest.Office
	for len(all) < n {
		o := g.Office()
		if slices.ContainsFunc(all, func(other egovtest.Office) bool { return other.Name == o.Name }) {
			continue
		}
		must(t, w.setup.AddOffice(t.Context(), "a", store.Office{ID: store.ID(fmt.Sprintf("g%d", len(all))), CompanyID: "x", Name: o.Name, Codes: typed(o)}))
		all = append(all, o)
	}
	return all
}

// typed are an office's codes with hyphens, blanks and full-width digits.
func typed(o egovtest.Office) store.OfficeCodes {
	wide := strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３")
	return store.OfficeCodes{
		ReferenceCode: wide.Replace(o.District) + "－" + o.Sign, OfficeNumber: " " + o.Number, LaborInsuranceNumber: o.Labor[:2] + "-" + o.Labor[2:11] + "-" + o.Labor[11:],
		EmploymentInsuranceNumber: o.Employment[:4] + "-" + o.Employment[4:10] + "-" + o.Employment[10:], CorporateNumber: wide.Replace(o.Corporate),
	}
}

// wants says for each shape why its package is where it is. What tells neither codes nor a name waits for a person.
func wants(shape egovtest.Shape) (store.PackageState, string) {
	switch shape {
	case egovtest.Labour:
		return store.PackageReady, "package.by_labor"
	case egovtest.PensionPDF, egovtest.Encoded, egovtest.Comment, egovtest.Data, egovtest.Mismatched:
		return store.PackageReady, "package.by_name"
	case egovtest.BarePDF, egovtest.Employment:
		return store.PackageUnplaced, "package.nameless"
	case egovtest.BareDTA:
		return store.PackageRefused, "error.file_extension"
	}
	return store.PackageReady, "package.by_pension"
}

// TestEveryShapeFindsItsOffice drops two hundred packages of all shapes, some of them signed.
func TestEveryShapeFindsItsOffice(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	g := egovtest.New(1)
	authority := egovtest.NewAuthority(1)
	g.SignWith(authority)
	w.Roots = authority.Pool()
	offices := w.generated(t, g, 20)
	shapes, made := egovtest.Shapes(), map[store.ID]egovtest.Package{}
	for i := range 200 {
		o := offices[i%len(offices)]
		p := g.Package(shapes[i%len(shapes)], egovtest.Options{Office: &o, Signed: i%2 == 0})
		made[w.receive(t, boss, "drop", fmt.Sprintf("%03d-%s", i, p.Name), p.Data).ID] = p
	}
	w.sortAll(t)
	tray := w.tray(t, boss, "drop")
	for id, p := range made {
		w.checkSorted(t, tray[id], p)
	}
	if len(tray) != len(made) {
		t.Errorf("%d packages in the tray, want %d", len(tray), len(made))
	}
}

func (w *world) checkSorted(t *testing.T, item portal.TrayItem, p egovtest.Package) {
	t.Helper()
	state, reason := wants(p.Shape)
	if item.State != state || item.Reason.Key != reason || state == store.PackageReady && item.OfficeName != p.Office.Name {
		t.Errorf("%s of %s is %s at %q by %+v, want %s by %s", p.Shape, p.Office.Name, item.State, item.OfficeName, item.Reason, state, reason)
	}
	verdict := store.VerdictUnsigned
	if p.Signed {
		verdict = store.VerdictTrusted
	}
	if o := item.Origin; state != store.PackageRefused && (o.ArrivalNumber != p.Arrival || o.Signature.Verdict != verdict || o.Signature.CheckedAt != w.now || len(o.Parts) == 0 || item.Title == "") {
		t.Errorf("%s %s is %+v, called %q, want signature %s", p.Shape, p.Arrival, o, item.Title, verdict)
	}
	for _, person := range item.Persons {
		if !strings.Contains(person.Name+person.Kana, " ") {
			t.Errorf("%s names %+v", p.Shape, person)
		}
	}
}
