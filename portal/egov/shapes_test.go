package egov_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
)

func open(t testing.TB, p egovtest.Package) *egov.Package {
	t.Helper()
	got, err := egov.Open(p.Name, bytes.NewReader(p.Data), int64(len(p.Data)), egov.Limits{})
	if err != nil {
		t.Fatalf("open %s (%s): %v", p.Name, p.Shape, err)
	}
	return got
}

func codesOf(o egovtest.Office) egov.Codes {
	reference, _ := egov.ReferenceCode(o.District + "-" + o.Sign)
	return egov.Codes{ReferenceCode: reference, OfficeNumber: o.Number}
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02")
}

// facts are those of a summary that the generator knows.
type facts struct {
	Arrival, Number, Title, Day, Deadline string
	Kinds, Persons                        []string
}

func factsOf(s egov.Summary) facts {
	f := facts{Arrival: s.Arrival, Number: s.Number, Title: s.Title, Day: day(s.Date.Time)}
	for _, d := range s.Deadlines {
		f.Deadline = day(d.Time)
	}
	for _, k := range s.Kinds {
		f.Kinds = append(f.Kinds, k.Code)
	}
	for _, p := range s.Persons {
		f.Persons = append(f.Persons, p.Number+" "+p.Name+" "+p.Kana)
	}
	return f
}

func wantedFacts(p egovtest.Package) facts {
	f := facts{Arrival: p.Arrival, Number: p.Number, Title: p.Title, Day: day(p.Day), Deadline: day(p.Deadline), Kinds: p.Kinds}
	for range max(1, len(p.Kinds)) {
		for _, person := range p.Persons {
			kana := egov.Plain(person.Kana)
			name := egov.Plain(person.Name)
			if name == "" {
				name = kana
			}
			f.Persons = append(f.Persons, person.Number+" "+name+" "+kana)
		}
	}
	return f
}

func TestShapes(t *testing.T) {
	for seed := range uint64(5) {
		g := egovtest.New(seed)
		for _, shape := range egovtest.Shapes() {
			t.Run(string(shape), func(t *testing.T) {
				made := g.Package(shape, egovtest.Options{})
				p := open(t, made)
				want, got := wantedFacts(made), factsOf(p.Summary())
				switch shape {
				case egovtest.BareXML:
					want.Number, want.Title = got.Number, egov.KindOf("7100001").Japanese
				case egovtest.BarePDF:
					want.Title = "雇用保険被保険者資格取得等確認通知書"
				case egovtest.BareDTA:
					want.Title = "SHFD0039.DTA"
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
				checkFiles(t, made, p)
				checkOffice(t, made, p.Summary())
			})
		}
	}
}

func checkFiles(t *testing.T, made egovtest.Package, p *egov.Package) {
	t.Helper()
	var names []string
	for _, f := range p.Files {
		names = append(names, f.Name)
		if f.Problem != nil {
			t.Errorf("%s: %v", f.Name, f.Problem)
		}
	}
	want := slices.Clone(made.Files)
	slices.Sort(names)
	slices.Sort(want)
	if made.Shape != egovtest.BareXML && !slices.Equal(names, want) {
		t.Errorf("files %q, want %q", names, want)
	}
}

func checkOffice(t *testing.T, made egovtest.Package, s egov.Summary) {
	t.Helper()
	want := codesOf(made.Office)
	switch made.Shape {
	case egovtest.Labour:
		want = egov.Codes{LaborInsuranceNumber: made.Office.Labor}
	case egovtest.FilingCopy:
		want.CorporateNumber = made.Office.Corporate
	case egovtest.PensionPDF, egovtest.Encoded, egovtest.Employment, egovtest.Data, egovtest.Comment, egovtest.Mismatched,
		egovtest.BarePDF, egovtest.BareDTA:
		if len(s.Codes) != 0 {
			t.Errorf("codes %+v of a package without", s.Codes)
		}
		return
	}
	if diff := cmp.Diff([]egov.Codes{want}, s.Codes); diff != "" {
		t.Error(diff)
	}
}

func TestRolesAndLinks(t *testing.T) {
	tests := []struct {
		shape egovtest.Shape
		want  []string // role name(stylesheet by match) → link
	}{
		{egovtest.Pension, []string{"cover ARRIVAL.xml (kagami.xsl exact)", "  → 7130001.xml", "notice 7130001.xml (7130001.xsl exact)",
			"stylesheet 7130001.xsl", "stylesheet kagami.xsl"}},
		{egovtest.PensionPDF, []string{"cover ARRIVAL.xml (kagami.xsl exact)", "  → 7130001.pdf", "pdf 7130001.pdf", "stylesheet kagami.xsl"}},
		{egovtest.Several, []string{"cover ARRIVAL.xml (kagami.xsl exact)", "  → 7130001.xml", "  → 7200001.xml",
			"notice 7130001.xml (7130001.xsl exact)", "notice 7200001.xml (7200001.xsl exact)",
			"stylesheet 7130001.xsl", "stylesheet 7200001.xsl", "stylesheet kagami.xsl"}},
		{egovtest.Returned, []string{"cover ARRIVAL.xml (kagami.xsl exact)", "  → henrei.xml", "notice henrei.xml (henrei.xsl exact)",
			"text 返戻のお知らせ.txt", "stylesheet henrei.xsl", "stylesheet kagami.xsl"}},
		{egovtest.Labour, []string{"cover ARRIVAL.xml (鑑文書表示用スタイルシート.xsl decoded)", "  → 01_控え文書.pdf",
			"pdf 01_控え文書.pdf", "stylesheet 鑑文書表示用スタイルシート.xsl"}},
		{egovtest.Data, []string{"cover ARRIVAL.xml (kagami.xsl exact)", "  → SHFD0039.DTA", "opaque SHFD0039.DTA", "stylesheet kagami.xsl"}},
		{egovtest.Mismatched, []string{"cover ARRIVAL.xml (スタイルシート1.xsl only)", "stylesheet スタイルシート1.xsl"}},
		{egovtest.Missing, []string{"cover ARRIVAL.xml", "  → 7140001.xml", "notice 7140001.xml"}},
		{egovtest.Encoded, []string{"cover ARRIVAL.xml (kagami.xsl exact)", "  → ガイド_通知書.pdf", "pdf ガイド_通知書.pdf", "stylesheet kagami.xsl"}},
	}
	for _, tt := range tests {
		t.Run(string(tt.shape), func(t *testing.T) {
			made := egovtest.New(1).Package(tt.shape, egovtest.Options{})
			if diff := cmp.Diff(tt.want, describe(open(t, made), made.Arrival)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func describe(p *egov.Package, arrival string) []string {
	var lines []string
	for _, f := range p.Files {
		l := string(f.Role) + " " + f.Name
		if f.Stylesheet != nil {
			l += " (" + f.Stylesheet.Name + " " + string(f.Match) + ")"
		}
		lines = append(lines, strings.ReplaceAll(l, arrival, "ARRIVAL"))
		for _, link := range f.Links {
			if link.File == nil {
				lines = append(lines, "  → nothing: "+link.Ref)
				continue
			}
			lines = append(lines, "  → "+link.File.Name)
		}
	}
	return lines
}

func TestPackages(t *testing.T) {
	g := egovtest.New(7)
	var made []egovtest.Package
	for _, shape := range egovtest.Shapes() {
		made = append(made, g.Package(shape, egovtest.Options{}))
	}
	data := egovtest.Upload(made...)
	found := map[string]bool{}
	count := 0
	for p, err := range egov.Packages("6月分.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{}) {
		if err != nil {
			t.Fatal(err)
		}
		count++
		found[p.Summary().Arrival] = true
		raw := p.Raw != nil
		if asMade := slices.ContainsFunc(made, func(m egovtest.Package) bool { return bytes.Equal(m.Data, p.Raw) }); raw != asMade || raw != (p.Path != "6月分.zip") {
			t.Errorf("%s comes with its archive: %t, as it was made: %t", p.Path, raw, asMade)
		}
	}
	// The bare files lie loose in the archive: the XML makes its top a package, which the bare PDF and data file share.
	if want := len(made) - 2; count != want {
		t.Errorf("%d packages, want %d", count, want)
	}
	for _, m := range made {
		if m.Arrival != "" && !found[m.Arrival] {
			t.Errorf("%s (%s) was not found", m.Arrival, m.Shape)
		}
	}
}

// One package that is refused does not keep the others from being read.
func TestPackagesGoOnAfterARefusal(t *testing.T) {
	g := egovtest.New(3)
	a, b, c := g.Package(egovtest.Pension, egovtest.Options{}), g.Package(egovtest.Pension, egovtest.Options{}), g.Package(egovtest.Labour, egovtest.Options{})
	b.Data = b.Data[:len(b.Data)-30]
	data := egovtest.Upload(a, b, c)
	var got []string
	for p, err := range egov.Packages("all.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{}) {
		if err != nil {
			got = append(got, err.(*egov.Refusal).Entry)
			continue
		}
		got = append(got, p.Name)
	}
	want := []string{a.Arrival, "all.zip!/" + b.Name, c.Arrival}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := egov.Open("all.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{}); err == nil {
		t.Error("Open took an upload of several packages")
	}
}
