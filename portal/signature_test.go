package portal_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"slices"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// TestSignatureIsKept: what a signature does not cover is kept with the package, and with the document that it becomes.
func TestSignatureIsKept(t *testing.T) {
	authority := egovtest.NewAuthority(1)
	g := egovtest.New(1)
	g.SignWith(authority)
	made := g.Package(egovtest.Pension, egovtest.Options{Signed: true})
	cover := made.Arrival + ".xml"
	forged := []byte(`<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><html><body>9,999,999円</body></html></xsl:template></xsl:stylesheet>`)
	good := []store.Reference{{Good: true}, {Path: "7130001.xml", Good: true}}
	both := []string{cover, "7130001.xml"}
	asSent := func(f *egov.File) []byte { return f.Data }
	tests := []struct {
		name  string
		edit  func(*egov.File) []byte // nil data: left out
		more  []egovtest.Entry
		roots *x509.CertPool
		want  store.Signature
	}{
		{"as it was sent", asSent, nil, authority.Pool(), store.Signature{Verdict: store.VerdictTrusted, References: good, Styled: both}},
		{"by an authority that is not known", asSent, nil, nil, store.Signature{Verdict: store.VerdictUnknown, Reason: "authority", References: good, Styled: both}},
		{"stylesheets replaced, a notice and a table added", func(f *egov.File) []byte {
			if f.Role == egov.RoleStylesheet {
				return forged
			}
			return f.Data
		}, []egovtest.Entry{{Name: []byte("7140001.xml"), Data: []byte("<N7140001/>")}, {Name: []byte("x.csv"), Data: []byte("a,b\n")}}, authority.Pool(),
			store.Signature{Verdict: store.VerdictTrusted, References: good, Styled: both, Uncovered: []string{"7140001.xml", "x.csv"}}},
		{"a notice changed", func(f *egov.File) []byte {
			if f.Name == "7130001.xml" {
				return append(bytes.Clone(f.Data), '\n')
			}
			return f.Data
		}, nil, authority.Pool(), store.Signature{Verdict: store.VerdictTampered, Reason: "digest", References: []store.Reference{{Good: true}, {Path: "7130001.xml"}}, Styled: both}},
		{"a notice left out", func(f *egov.File) []byte {
			if f.Name == "7130001.xml" {
				return nil
			}
			return f.Data
		}, nil, authority.Pool(), store.Signature{Verdict: store.VerdictUnproven, Reason: "missing", References: []store.Reference{{Good: true}, {URI: "7130001.xml"}}, Styled: both[:1]}},
		{"the signature's value changed", func(f *egov.File) []byte {
			return bytes.Replace(f.Data, []byte("<SignatureValue>"), []byte("<SignatureValue>AAAA"), 1)
		}, nil, authority.Pool(), store.Signature{Verdict: store.VerdictTampered, Reason: "signature"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.boss(t)
			w.Roots = tt.roots
			p, err := egov.Open(made.Name, bytes.NewReader(made.Data), int64(len(made.Data)), egov.Limits{})
			must(t, err)
			var entries []egovtest.Entry
			for _, f := range p.Files {
				if data := tt.edit(f); data != nil {
					entries = append(entries, egovtest.Entry{Name: []byte(f.Name), Data: data})
				}
			}
			boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
			item := w.drop(t, boss, made.Name, egovtest.Archive(append(entries, tt.more...)...))
			got := item.Origin.Signature
			if got.Verdict != tt.want.Verdict || got.Reason != tt.want.Reason || !slices.Equal(got.References, tt.want.References) ||
				!slices.Equal(got.Uncovered, tt.want.Uncovered) || !slices.Equal(got.Styled, tt.want.Styled) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// A sorting that is given up leaves the package for the next, without a verdict that was not reached.
func TestSortEndsWithItsContext(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	g := egovtest.New(1)
	g.SignWith(egovtest.NewAuthority(1))
	made := g.Package(egovtest.Pension, egovtest.Options{Signed: true})
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	id := w.receive(t, boss, "drop", made.Name, made.Data).ID
	ctx, cancel := context.WithCancel(t.Context())
	w.Blobs = leaving{w.Blobs, cancel}
	err := w.Sort(ctx, store.Task{TenantID: "a", Kind: store.TaskSort, Subject: string(id), DueAt: time.Time{}})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	item, err := w.PackageOf(t.Context(), boss, id)
	must(t, err)
	if item.State != store.PackageReceived || item.Origin.Signature.Verdict != "" {
		t.Errorf("%s, %+v", item.State, item.Origin.Signature)
	}
}

// leaving ends a context once a blob is open.
type leaving struct {
	store.Blobs
	cancel context.CancelFunc
}

func (c leaving) Open(ctx context.Context, tenant store.ID, d store.Digest) (store.Blob, error) {
	b, err := c.Blobs.Open(ctx, tenant, d)
	c.cancel()
	return b, err
}

// Whoever asks for the content alone gets it without the words of a stylesheet that nobody signed, and each part says
// what the signature says of it.
func TestPlainLeavesTheStylesheetOut(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	authority := egovtest.NewAuthority(1)
	w.Roots = authority.Pool()
	g := egovtest.New(1)
	g.SignWith(authority)
	made := g.Package(egovtest.Pension, egovtest.Options{Signed: true})
	p, err := egov.Open(made.Name, bytes.NewReader(made.Data), int64(len(made.Data)), egov.Limits{})
	must(t, err)
	entries := []egovtest.Entry{{Name: []byte("7140001.xml"), Data: []byte("<N7140001/>")}}
	for _, f := range p.Files {
		data := f.Data
		if f.Role == egov.RoleStylesheet {
			data = []byte(`<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><html><body>9,999,999円</body></html></xsl:template></xsl:stylesheet>`)
		}
		entries = append(entries, egovtest.Entry{Name: []byte(f.Name), Data: data})
	}
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	from := portal.Source{Package: w.drop(t, boss, made.Name, egovtest.Archive(entries...)).ID}
	for _, tt := range []struct {
		n     int
		plain bool
		says  store.Coverage
		forms bool // the stylesheet's words are there
	}{
		{1, false, store.CoverageGood, true}, {1, true, store.CoverageGood, false},
		{2, false, store.CoverageGood, true}, {2, true, store.CoverageGood, false},
		{3, false, store.CoverageOutside, false},
	} {
		l, err := w.Read(t.Context(), boss, from, tt.n, portal.Manner{Lang: "ja", Plain: tt.plain})
		must(t, err)
		forged := bytes.Contains(l.Page.HTML, []byte("9,999,999円"))
		if forged != tt.forms || l.Styled() != tt.forms || l.Plain() != tt.plain || l.Part.Says != tt.says || tt.plain && l.Reason != "look.reason.plain" {
			t.Errorf("part %d, plain %t: says %q, styled %t, reason %q, forged %t", tt.n, tt.plain, l.Part.Says, l.Styled(), l.Reason, forged)
		}
	}
}
