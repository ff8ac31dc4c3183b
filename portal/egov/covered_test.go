package egov_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
)

// repacked is a package of p's files, changed by edit (nil data: left out), with more behind them.
func repacked(t testing.TB, p *egov.Package, edit func(*egov.File) []byte, more ...egovtest.Entry) *egov.Package {
	t.Helper()
	var entries []egovtest.Entry
	for _, f := range p.Files {
		data := f.Data
		if edit != nil {
			data = edit(f)
		}
		if data != nil {
			entries = append(entries, egovtest.Entry{Name: []byte(f.Name), Data: data})
		}
	}
	return opened(t, append(entries, more...)...)
}

func opened(t testing.TB, entries ...egovtest.Entry) *egov.Package {
	t.Helper()
	data := egovtest.Archive(entries...)
	p, err := egov.Open("package.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func entry(name, data string) egovtest.Entry {
	return egovtest.Entry{Name: []byte(name), Data: []byte(data)}
}

// What the signature says nothing about is named, whatever it is; stylesheets by what they dress.
func TestVerifyNamesWhatIsUncovered(t *testing.T) {
	a := firstAuthority()
	plain := signedPackage(t, a, egovtest.Pension, egovtest.SignOptions{})
	dressed := signedPackage(t, a, egovtest.Pension, egovtest.SignOptions{Styles: true})
	cover := plain.Cover().Name
	both := []string{cover, "7130001.xml"}
	forged := `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><p>9,999,999円</p></xsl:template></xsl:stylesheet>`
	style := func(f *egov.File) []byte {
		if f.Role == egov.RoleStylesheet {
			return []byte(forged)
		}
		return f.Data
	}
	bare := func(f *egov.File) []byte {
		if f.Role == egov.RoleStylesheet {
			return nil
		}
		return f.Data
	}
	tests := []struct {
		name              string
		pkg               *egov.Package
		status            egov.Status
		uncovered, styled []string
	}{
		{"as offices send it", plain, egov.Verified, nil, both},
		{"stylesheets signed too", dressed, egov.Verified, nil, nil},
		{"no stylesheets", repacked(t, plain, bare), egov.Verified, nil, nil},
		{"every stylesheet replaced", repacked(t, plain, style), egov.Verified, nil, both},
		{"signed stylesheets replaced", repacked(t, dressed, style), egov.Suspect, nil, both},
		{"a notice more", repacked(t, plain, nil, entry("7140001.xml", "<N7140001/>")), egov.Verified, []string{"7140001.xml"}, both},
		{"a text, a table, a picture and what cannot be shown", repacked(t, plain, nil, entry("x.csv", "a,b\n"), entry("y.txt", "text"),
			entry("z.png", "\x89PNG\r\n\x1a\n"), entry("SHFD0039.DTA", "\x00")), egov.Verified, []string{"z.png", "x.csv", "y.txt", "SHFD0039.DTA"}, both},
		{"XML that cannot be read", repacked(t, plain, nil, entry("7140001.xml", "<!DOCTYPE x><x/>")), egov.Verified, []string{"7140001.xml"}, both},
		{"a stylesheet of its own for the notice", repacked(t, dressed, nil, entry("7140001.xml", "<N7140001/>"), entry("7140001.xsl", forged)),
			egov.Verified, []string{"7140001.xml"}, []string{"7140001.xml"}},
		{"another cover", repacked(t, plain, nil, entry("999999999999999999.xml", "<DOC><BODY ID='DOCBODY'/></DOC>")), egov.Verified, []string{"999999999999999999.xml"}, both},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := verify(t, tt.pkg, a.Pool(), receipt())
			if v.Status != tt.status || !slices.Equal(v.Uncovered, tt.uncovered) || !slices.Equal(v.Styled, tt.styled) {
				t.Errorf("%s (%s), uncovered %q, styled %q; want %s, %q, %q", v.Status, v.Detail, v.Uncovered, v.Styled, tt.status, tt.uncovered, tt.styled)
			}
		})
	}
}

// What is changed outweighs what is missing: the one is an attack, the other may be a file that was left behind.
func TestVerifyTellsChangedFromMissing(t *testing.T) {
	a := firstAuthority()
	p := signedPackage(t, a, egovtest.Several, egovtest.SignOptions{})
	without := func(gone, changed string) *egov.Package {
		return repacked(t, p, func(f *egov.File) []byte {
			switch f.Name {
			case gone:
				return nil
			case changed:
				return append(bytes.Clone(f.Data), '\n')
			}
			return f.Data
		})
	}
	tests := []struct {
		name          string
		gone, changed string
		status        egov.Status
		doubt         egov.Doubt
	}{
		{"one is missing", "7130001.xml", "", egov.Unproven, egov.DoubtMissing},
		{"one is changed", "", "7200001.xml", egov.Suspect, egov.DoubtDigest},
		{"the first is missing and the second changed", "7130001.xml", "7200001.xml", egov.Suspect, egov.DoubtDigest},
		{"the first is changed and the second missing", "7200001.xml", "7130001.xml", egov.Suspect, egov.DoubtDigest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := verify(t, without(tt.gone, tt.changed), a.Pool(), receipt())
			if v.Status != tt.status || v.Doubt != tt.doubt {
				t.Fatalf("%s (%s: %s)", v.Status, v.Doubt, v.Detail)
			}
			for _, r := range v.References {
				there := r.URI != "#DOCBODY" && r.URI != tt.gone
				if r.Good != (r.URI != tt.gone && r.URI != tt.changed) || there != (r.File == r.URI) {
					t.Errorf("%+v", r)
				}
			}
		})
	}
}

// resigned is p's cover with a signature over its body and those parts.
func resigned(t testing.TB, a *egovtest.Authority, p *egov.Package, parts ...egovtest.Part) egovtest.Entry {
	t.Helper()
	cover := string(p.Cover().Data)
	body := cover[strings.Index(cover, "<BODY") : strings.Index(cover, "</BODY>")+len("</BODY>")]
	return entry(p.Cover().Name, cover[:strings.Index(cover, "<Signature")]+a.Signature(body, parts, egovtest.SignOptions{})+"</DOC>")
}

// One file under many names would be read once for each.
func TestVerifyRefusesAliases(t *testing.T) {
	a := firstAuthority()
	p := signedPackage(t, a, egovtest.Pension, egovtest.SignOptions{})
	data := p.File("7130001.xml").Data
	for _, alias := range []string{"./7130001.xml", "././7130001.xml", "%37130001.xml", "x/../7130001.xml", "7130001.XML", "７130001.xml"} {
		t.Run(alias, func(t *testing.T) {
			signed := resigned(t, a, p, egovtest.Part{URI: "7130001.xml", Data: data}, egovtest.Part{URI: alias, Data: data})
			v := verify(t, opened(t, signed, entry("7130001.xml", string(data))), a.Pool(), receipt())
			if v.Status != egov.Suspect || v.Doubt != egov.DoubtShape || !strings.Contains(v.Detail, "one file") || v.Uncovered != nil {
				t.Errorf("%s (%s: %s) %q", v.Status, v.Doubt, v.Detail, v.Uncovered)
			}
		})
	}
	t.Run("a thousand of a large one", func(t *testing.T) {
		large := entry("z.xml", "<r>"+strings.Repeat("<a b='c'>ddddddddddddd</a>", 200_000)+"</r>")
		var parts []egovtest.Part
		for i := range 999 {
			parts = append(parts, egovtest.Part{URI: strings.Repeat("./", i) + "z.xml"})
		}
		pkg := opened(t, resigned(t, a, p, parts...), large)
		begin := time.Now()
		if v := verify(t, pkg, a.Pool(), receipt()); v.Doubt != egov.DoubtShape {
			t.Errorf("%s (%s: %s)", v.Status, v.Doubt, v.Detail)
		}
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("took %s", took)
		}
	})
	t.Run("a name without end", func(t *testing.T) {
		v := verify(t, opened(t, resigned(t, a, p, egovtest.Part{URI: strings.Repeat("./", 4000) + "z.xml"})), a.Pool(), receipt())
		if v.Doubt != egov.DoubtShape || len(v.References) != 1 {
			t.Errorf("%s (%s: %s)", v.Status, v.Doubt, v.Detail)
		}
	})
}

// Whoever does not wait any more gets no verdict rather than a wrong one.
func TestVerifyEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	v, err := signedPackage(t, firstAuthority(), egovtest.Pension, egovtest.SignOptions{}).Verify(ctx, nil, receipt())
	if !errors.Is(err, context.Canceled) || v.Status != "" {
		t.Errorf("%+v, %v", v, err)
	}
}

// TestVerifyFlipsPackage: whatever byte of whatever file of a package is changed, what is said changes, or it was said
// before that the signature does not cover that file, or what is read is the same.
func TestVerifyFlipsPackage(t *testing.T) {
	a := firstAuthority()
	tests := []struct {
		name  string
		shape egovtest.Shape
		sign  egovtest.SignOptions
	}{
		{"as offices send it", egovtest.Pension, egovtest.SignOptions{}},
		{"stylesheets signed too", egovtest.Pension, egovtest.SignOptions{Styles: true}},
		{"a PDF", egovtest.PensionPDF, egovtest.SignOptions{}},
		{"a labour bureau's", egovtest.Labour, egovtest.SignOptions{}},
		{"a returned filing", egovtest.Returned, egovtest.SignOptions{}},
		{"one that cannot be shown", egovtest.Data, egovtest.SignOptions{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := signedPackage(t, a, tt.shape, tt.sign)
			before := verify(t, p, a.Pool(), receipt())
			for _, target := range p.Files {
				step := max(1, len(target.Data)/40)
				for i := 0; i < len(target.Data); i += step {
					flipped := repacked(t, p, func(f *egov.File) []byte {
						data := bytes.Clone(f.Data)
						if f == target {
							data[i] ^= 1 << (i % 7)
						}
						return data
					})
					after := verify(t, flipped, a.Pool(), receipt())
					if said(after) == said(before) && !named(p, before, target) && (target != p.Cover() || written(t, p) != written(t, flipped)) {
						t.Fatalf("byte %d of %s: still %s, and yet it says %s", i, target.Name, said(after), written(t, flipped))
					}
				}
			}
		})
	}
}

// said is what people learn of a verdict.
func said(v egov.Verdict) string {
	return fmt.Sprint(v.Status, v.Doubt, v.Uncovered, v.Styled)
}

// named reports whether v says of f that it is not covered.
func named(p *egov.Package, v egov.Verdict, f *egov.File) bool {
	dresses := func(name string) bool { return p.File(name).Stylesheet == f }
	return slices.Contains(v.Uncovered, f.Name) || slices.ContainsFunc(v.Styled, dresses)
}

// written is what a cover says where it is signed.
func written(t testing.TB, p *egov.Package) string {
	t.Helper()
	c, ok := p.Cover().Cover()
	if !ok {
		t.Fatal("no cover")
	}
	c.Secrecy, c.Stamp = "", ""
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
