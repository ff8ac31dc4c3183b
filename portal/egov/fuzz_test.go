package egov_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
)

// small keeps a fuzzer from spending its time on unpacking.
func small() egov.Limits {
	return egov.Limits{Unpacked: 1 << 20, Package: 1 << 20, Total: 4 << 20, Packages: 50, Entries: 100}
}

// FuzzOpen: whatever the bytes, an upload is read or refused; what was read is whole and within the limits.
func FuzzOpen(f *testing.F) {
	for _, name := range []string{"0000-API-001.zip", "0000-API-002.zip", "comment.zip"} {
		f.Add(name, sample(f, name))
	}
	g := egovtest.New(1)
	for _, shape := range egovtest.Shapes() {
		p := g.Package(shape, egovtest.Options{Persons: g.Persons(1)})
		f.Add(p.Name, p.Data)
	}
	for _, h := range egovtest.HostileArchives() {
		if len(h.Data) < 4<<10 {
			f.Add("x.zip", h.Data)
		}
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		total := 0
		for p, err := range egov.Packages(name, bytes.NewReader(data), int64(len(data)), small()) {
			if (p == nil) == (err == nil) {
				t.Fatal("neither a package nor an error, or both")
			}
			if err == nil {
				total += checkPackage(t, p)
			}
		}
		if total > 4<<20 {
			t.Errorf("%d bytes came out", total)
		}
	})
}

// checkPackage reads everything of p and returns its size.
func checkPackage(t *testing.T, p *egov.Package) int {
	t.Helper()
	size := 0
	names := map[string]bool{}
	for _, file := range p.Files {
		size += len(file.Data)
		if names[file.Name] || file.Role == "" || !utf8.ValidString(file.Name) || strings.HasPrefix(file.Name, "/") || strings.Contains(file.Name, "..") && strings.Contains("/"+file.Name+"/", "/../") {
			t.Errorf("file %q, role %q", file.Name, file.Role)
		}
		names[file.Name] = true
		if _, ok := file.Outline(); ok != (file.Role == egov.RoleCover || file.Role == egov.RoleNotice) {
			t.Errorf("%s: outline %v of a %s", file.Name, ok, file.Role)
		}
	}
	p.Summary()
	verify(t, p, nil, receipt())
	return size
}

func FuzzCover(f *testing.F) {
	g := egovtest.New(2)
	for _, shape := range egovtest.Shapes() {
		p := g.Package(shape, egovtest.Options{})
		if opened, err := egov.Open(p.Name, bytes.NewReader(p.Data), int64(len(p.Data)), egov.Limits{}); err == nil && opened.Cover() != nil {
			f.Add(opened.Cover().Data)
		}
	}
	f.Add(sample(f, "0000-API-002.xml"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := egov.Open("202601010000000001.xml", bytes.NewReader(data), int64(len(data)), small())
		if err != nil {
			return
		}
		if c, ok := p.Files[0].Cover(); ok && (c.Title == "" || !utf8.ValidString(c.Title+c.To.String()+c.Number)) {
			t.Errorf("%+v", c)
		}
		p.Files[0].Outline()
	})
}

func FuzzNotice(f *testing.F) {
	g := egovtest.New(3)
	for _, shape := range []egovtest.Shape{egovtest.BareXML} {
		f.Add(g.Package(shape, egovtest.Options{}).Data)
	}
	for _, shape := range []egovtest.Shape{egovtest.BonusNotice, egovtest.ElderNotice, egovtest.Returned, egovtest.FilingCopy} {
		p := g.Package(shape, egovtest.Options{Persons: g.Persons(2)})
		opened, err := egov.Open(p.Name, bytes.NewReader(p.Data), int64(len(p.Data)), egov.Limits{})
		if err != nil {
			f.Fatal(err)
		}
		for _, n := range opened.Notices() {
			f.Add(n.Data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := egov.Open("7100001.xml", bytes.NewReader(data), int64(len(data)), small())
		if err != nil {
			return
		}
		n, ok := p.Files[0].Notice()
		if !ok {
			return
		}
		if n.Title == "" {
			t.Errorf("a notice of %d persons without a title", len(n.Persons))
		}
	})
}

func FuzzDates(f *testing.F) {
	for _, s := range []string{"令和08年01月22日", "令和８年６月１日", "15/02/26", "R8.6.1", "9-080601", "平成二十四年十二月三十一日", "20260601", "元年"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := egov.ParseDate(s)
		if !d.Known() {
			if d.Era != "" || d.Year != 0 || d.Month {
				t.Errorf("%q: unknown, and yet %+v", s, d)
			}
			return
		}
		if y := d.Time.Year(); y < 1868 || y > 9999 || d.Era != "" && (d.Year < 1 || d.Year > 99) {
			t.Errorf("%q: %+v", s, d)
		}
		layout := "2006年1月2日"
		if d.Month {
			layout = "2006年1月"
		}
		if again := egov.ParseDate(d.Time.Format(layout)); !again.Time.Equal(d.Time) || again.Month != d.Month {
			t.Errorf("%q is %v, and %v when written anew", s, d.Time, again.Time)
		}
	})
}

// FuzzVerify: no change to a signed cover verifies with another content than was signed.
func FuzzVerify(f *testing.F) {
	a := firstAuthority()
	g := egovtest.New(11)
	g.SignWith(a)
	made := g.Package(egovtest.PensionPDF, egovtest.Options{Signed: true})
	p, err := egov.Open(made.Name, bytes.NewReader(made.Data), int64(len(made.Data)), egov.Limits{})
	if err != nil {
		f.Fatal(err)
	}
	signed := p.Cover()
	want, _ := signed.Cover()
	f.Add(signed.Data)
	f.Add(sample(f, "0000-API-002.xml"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if v := egov.Verify(data, partsOf(p), a.Pool(), receipt()); v.Status != egov.Verified {
			return
		}
		opened, err := egov.Open(signed.Name, bytes.NewReader(data), int64(len(data)), egov.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got, ok := opened.Files[0].Cover()
		if !ok || got.Title != want.Title || got.Date.Text != want.Date.Text || got.To != want.To || got.Number != want.Number {
			t.Errorf("verified, and says %+v", got)
		}
	})
}
