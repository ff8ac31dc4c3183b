package egov_test

import (
	"bytes"
	"crypto/x509"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
)

// samplePool holds the demonstration authority of the e-Gov test site.
func samplePool(t testing.TB) *x509.CertPool {
	t.Helper()
	cert, err := x509.ParseCertificate(sample(t, "demo-official-status-ca.der"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return pool
}

// verify checks a package's signature.
func verify(t testing.TB, p *egov.Package, roots *x509.CertPool, now time.Time) egov.Verdict {
	t.Helper()
	v, err := p.Verify(t.Context(), roots, now)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// signingPeriod is a day on which the sample's certificates were valid.
func signingPeriod() time.Time { return time.Date(2015, 3, 9, 12, 0, 0, 0, time.UTC) }

func TestVerifySample(t *testing.T) {
	tests := []struct {
		name   string
		roots  *x509.CertPool
		now    time.Time
		status egov.Status
		doubt  egov.Doubt
	}{
		{"root configured", samplePool(t), signingPeriod(), egov.Verified, ""},
		{"root unknown", x509.NewCertPool(), signingPeriod(), egov.Untrusted, egov.DoubtAuthority},
		{"no roots", nil, signingPeriod(), egov.Untrusted, egov.DoubtAuthority},
		{"expired", samplePool(t), time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), egov.Untrusted, egov.DoubtExpired},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := verify(t, openSample(t, "0000-API-002.zip"), tt.roots, tt.now)
			if v.Status != tt.status || v.Doubt != tt.doubt {
				t.Fatalf("%s (%s, %s), want %s (%s)", v.Status, v.Doubt, v.Detail, tt.status, tt.doubt)
			}
			if len(v.References) != 1 || v.References[0] != (egov.Reference{URI: "#DOCBODY", Good: true}) {
				t.Errorf("references %+v", v.References)
			}
			if s := v.Signer; s.LocalName != "日本国政府 テスト省 テスト用証明書０１Ａ" || s.Serial == "" ||
				s.Subject != "CN=testEE 01A,OU=Test,O=Japanese Government,C=JP" {
				t.Errorf("signer %q %q", s.LocalName, s.Subject)
			}
			if !v.At.Equal(tt.now) {
				t.Errorf("at %v", v.At)
			}
		})
	}
}

// receipt is a day on which the test authority's signer is valid.
func receipt() time.Time { return time.Date(2026, 6, 15, 3, 0, 0, 0, time.UTC) }

// Making keys takes a while; an authority never changes.
var (
	firstAuthority  = sync.OnceValue(func() *egovtest.Authority { return egovtest.NewAuthority(1) })
	secondAuthority = sync.OnceValue(func() *egovtest.Authority { return egovtest.NewAuthority(2) })
)

// signedPackage makes a package of that shape with a signature.
func signedPackage(t testing.TB, a *egovtest.Authority, shape egovtest.Shape, o egovtest.SignOptions) *egov.Package {
	t.Helper()
	g := egovtest.New(11)
	g.SignWith(a)
	return open(t, g.Package(shape, egovtest.Options{Signed: true, Sign: o, Persons: g.Persons(2)}))
}

// beside are the files that come with a shape and that its cover cannot sign: the message lies around the signed package.
func beside(shape egovtest.Shape) []string {
	if shape == egovtest.Returned {
		return []string{"返戻のお知らせ.txt"}
	}
	return nil
}

func TestVerifyGenerated(t *testing.T) {
	a, other := firstAuthority(), secondAuthority()
	tests := []struct {
		name   string
		shape  egovtest.Shape
		sign   egovtest.SignOptions
		status egov.Status
		doubt  egov.Doubt
		refs   int
	}{
		{"notice", egovtest.Pension, egovtest.SignOptions{}, egov.Verified, "", 2},
		{"two notices", egovtest.Several, egovtest.SignOptions{}, egov.Verified, "", 3},
		{"percent-encoded reference", egovtest.Labour, egovtest.SignOptions{}, egov.Verified, "", 2},
		{"decomposed name", egovtest.Encoded, egovtest.SignOptions{}, egov.Verified, "", 2},
		{"nested", egovtest.Returned, egovtest.SignOptions{}, egov.Verified, "", 2},
		{"with comments", egovtest.Pension, egovtest.SignOptions{Comments: true}, egov.Verified, "", 2},
		{"no transform", egovtest.Pension, egovtest.SignOptions{Transform: "-"}, egov.Verified, "", 2},
		{"canonicalisation said", egovtest.Pension, egovtest.SignOptions{Transform: "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"}, egov.Verified, "", 2},
		{"root sent along", egovtest.Pension, egovtest.SignOptions{WithRoot: true}, egov.Verified, "", 2},
		{"another transform", egovtest.Pension, egovtest.SignOptions{Transform: "http://www.w3.org/TR/1999/REC-xpath-19991116"}, egov.Unproven, egov.DoubtAlgorithm, 2},
		{"SHA-1", egovtest.Pension, egovtest.SignOptions{Hash: "sha1"}, egov.Unproven, egov.DoubtAlgorithm, 0},
		{"the authority itself", egovtest.Pension, egovtest.SignOptions{ByRoot: true}, egov.Unproven, egov.DoubtCertificate, 2},
		{"no certificate", egovtest.Pension, egovtest.SignOptions{NoCert: true}, egov.Unproven, egov.DoubtCertificate, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := verify(t, signedPackage(t, a, tt.shape, tt.sign), a.Pool(), receipt())
			if v.Status != tt.status || v.Doubt != tt.doubt || len(v.References) != tt.refs || v.Status == egov.Verified && !slices.Equal(v.Uncovered, beside(tt.shape)) {
				t.Errorf("%s (%s, %s) %+v uncovered %q", v.Status, v.Doubt, v.Detail, v.References, v.Uncovered)
			}
		})
	}
	t.Run("another authority", func(t *testing.T) {
		v := verify(t, signedPackage(t, other, egovtest.Pension, egovtest.SignOptions{WithRoot: true}), a.Pool(), receipt())
		if v.Status != egov.Untrusted || v.Doubt != egov.DoubtAuthority {
			t.Errorf("%s (%s)", v.Status, v.Doubt)
		}
	})
	t.Run("unsigned", func(t *testing.T) {
		p := open(t, egovtest.New(1).Package(egovtest.Pension, egovtest.Options{}))
		if v := verify(t, p, a.Pool(), receipt()); v.Status != egov.Unsigned || v.Doubt != "" || v.Uncovered != nil {
			t.Errorf("%+v", v)
		}
	})
}

func partsOf(p *egov.Package) func(string) ([]byte, bool) {
	return func(uri string) ([]byte, bool) {
		if f := p.File(uri); f != nil {
			return f.Data, true
		}
		return nil, false
	}
}

func TestVerifyRefusesForgeries(t *testing.T) {
	a := firstAuthority()
	p := signedPackage(t, a, egovtest.Pension, egovtest.SignOptions{})
	cover := string(p.Cover().Data)
	begin, end := strings.Index(cover, "<BODY"), strings.Index(cover, "</BODY>")+len("</BODY>")
	body := cover[begin:end]
	forged := strings.Replace(body, "標記について", "全額を納付すること", 1)
	unnamed := strings.Replace(forged, ` ID="DOCBODY"`, "", 1)
	signature := cover[strings.Index(cover, "<Signature"):strings.Index(cover, "</DOC>")]
	swap := func(old, new string) string {
		t.Helper()
		if !strings.Contains(cover, old) {
			t.Fatalf("no %q in the cover", old)
		}
		return strings.Replace(cover, old, new, 1)
	}
	tests := []struct {
		name, cover string
		doubt       egov.Doubt
	}{
		{"changed text", swap(body, forged), egov.DoubtDigest},
		{"a forged body ahead", swap(body, unnamed+body), egov.DoubtShape},
		{"a forged body behind", swap(body, body+unnamed), egov.DoubtShape},
		{"a forged body of the same ID", swap(body, forged+body), egov.DoubtShape},
		{"a forged body in a namespace", swap(body, strings.Replace(forged, "<BODY", `<BODY xmlns="urn:x"`, 1)+body), egov.DoubtShape},
		{"the signed body inside the signature", strings.Replace(swap(body, forged), "<KeyInfo>", "<Object>"+body+"</Object><KeyInfo>", 1), egov.DoubtShape},
		{"the signed body behind KeyInfo", strings.Replace(swap(body, forged), "</KeyInfo>", "</KeyInfo><Object>"+body+"</Object>", 1), egov.DoubtShape},
		{"the signed body inside the front", swap("<STAMP>", body+"<STAMP>"), egov.DoubtShape},
		{"the ID on another element", strings.Replace(swap(body, unnamed), "<FRONT>", `<FRONT ID="DOCBODY">`, 1), egov.DoubtShape},
		{"the ID again as Id", swap("<FRONT>", `<FRONT Id="DOCBODY">`), egov.DoubtShape},
		{"the ID again as xml:id", swap("<FRONT>", `<FRONT xml:id="DOCBODY">`), egov.DoubtShape},
		{"two signatures", swap("</DOC>", signature+"</DOC>"), egov.DoubtShape},
		{"a signature below", strings.Replace(strings.Replace(cover, signature, "", 1), "</BODY>", signature+"</BODY>", 1), egov.DoubtShape},
		{"a piece of a signature elsewhere", swap("<STAMP>", `<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#"/><STAMP>`), egov.DoubtShape},
		{"a root of another name", strings.NewReplacer("<DOC ", "<DOCS ", "</DOC>", "</DOCS>").Replace(cover), egov.DoubtShape},
		{"a document type", swap("<DOC ", "<!DOCTYPE DOC><DOC "), egov.DoubtDocument},
		{"no value", swap("<SignatureValue>", "<SignatureValue/><!--"), egov.DoubtDocument},
		{"an empty value", regexp.MustCompile(`<SignatureValue>[^<]*<`).ReplaceAllString(cover, "<SignatureValue><"), egov.DoubtShape},
		{"a changed reference", swap(`URI="7130001.xml"`, `URI="7130002.xml"`), egov.DoubtSignature},
		{"a reference taken away", regexp.MustCompile(`<Reference URI="7130001.*?</Reference>`).ReplaceAllString(cover, ""), egov.DoubtSignature},
		{"the body's reference taken away", regexp.MustCompile(`<Reference URI="#DOC.*?</Reference>`).ReplaceAllString(cover, ""), egov.DoubtSignature},
		{"a digest with MD5", swap("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#md5"), egov.DoubtAlgorithm},
		{"HMAC", swap("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#hmac-sha1"), egov.DoubtAlgorithm},
		{"exclusive canonicalisation", swap("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2001/10/xml-exc-c14n#"), egov.DoubtAlgorithm},
		{"an instruction in the body", swap("<MAINTXT>", "<?x y?><MAINTXT>"), egov.DoubtDigest},
		{"another namespace in scope", swap("<DOC ", `<DOC xmlns:x="urn:x" `), egov.DoubtSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.cover == cover {
				t.Fatal("nothing was forged")
			}
			if v := egov.Verify([]byte(tt.cover), partsOf(p), a.Pool(), receipt()); v.Status != tt.doubt.Status() || v.Doubt != tt.doubt {
				t.Errorf("%s (%s: %s), want %s", v.Status, v.Doubt, v.Detail, tt.doubt)
			}
		})
	}
	t.Run("a changed attachment", func(t *testing.T) {
		v := egov.Verify([]byte(cover), func(string) ([]byte, bool) { return []byte("<N7130001/>"), true }, a.Pool(), receipt())
		if v.Status != egov.Suspect || v.Doubt != egov.DoubtDigest || !v.References[0].Good || v.References[1].Good {
			t.Errorf("%s (%s) %+v", v.Status, v.Doubt, v.References)
		}
	})
	t.Run("a missing attachment", func(t *testing.T) {
		v := egov.Verify([]byte(cover), func(string) ([]byte, bool) { return nil, false }, a.Pool(), receipt())
		if v.Status != egov.Unproven || v.Doubt != egov.DoubtMissing {
			t.Errorf("%s (%s)", v.Status, v.Doubt)
		}
	})
	t.Run("a comment hides nothing", func(t *testing.T) {
		v := egov.Verify([]byte(swap("標記について", "標記<!-- -->について")), partsOf(p), a.Pool(), receipt())
		if v.Status != egov.Verified {
			t.Errorf("%s (%s)", v.Status, v.Doubt)
		}
	})
}

// A signature over attachments alone, by the right signer, says nothing of the body.
func TestVerifyNeedsTheBody(t *testing.T) {
	a := firstAuthority()
	p := signedPackage(t, a, egovtest.Pension, egovtest.SignOptions{})
	cover := string(p.Cover().Data)
	begin := strings.Index(cover, "<Signature")
	for _, uri := range []string{"", "#xpointer(/)", "#OTHER", "7130001.xml"} {
		t.Run(uri, func(t *testing.T) {
			signed := a.SignatureOver(egovtest.Part{URI: uri, Data: p.File("7130001.xml").Data})
			v := egov.Verify([]byte(cover[:begin]+signed+"</DOC>"), partsOf(p), a.Pool(), receipt())
			if v.Status != egov.Suspect || v.Doubt != egov.DoubtShape {
				t.Errorf("%s (%s: %s)", v.Status, v.Doubt, v.Detail)
			}
		})
	}
}

// One URI in two References could mean two things.
func TestVerifyRefusesTheSameURITwice(t *testing.T) {
	a := firstAuthority()
	p := signedPackage(t, a, egovtest.Pension, egovtest.SignOptions{})
	cover := string(p.Cover().Data)
	part := egovtest.Part{URI: "7130001.xml", Data: p.File("7130001.xml").Data}
	v := egov.Verify([]byte(cover[:strings.Index(cover, "<Signature")]+a.SignatureOver(part, part)+"</DOC>"), partsOf(p), a.Pool(), receipt())
	if v.Status != egov.Suspect || v.Doubt != egov.DoubtShape || !strings.Contains(v.Detail, "twice") {
		t.Errorf("%s (%s: %s)", v.Status, v.Doubt, v.Detail)
	}
}

// TestVerifyFlips: whatever byte of a signed cover is changed, it does not verify, or what is read of it is the same.
// FRONT is not signed by the profile, so its two words are left out.
func TestVerifyFlips(t *testing.T) {
	a := firstAuthority()
	generated := signedPackage(t, a, egovtest.Pension, egovtest.SignOptions{})
	tests := []struct {
		name  string
		pkg   *egov.Package
		roots *x509.CertPool
		now   time.Time
	}{
		{"generated", generated, a.Pool(), receipt()},
		{"sample", openSample(t, "0000-API-002.xml"), samplePool(t), signingPeriod()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			original := tt.pkg.Cover()
			want := readCover(t, tt.pkg, original.Data)
			good := 0
			for i := range original.Data {
				data := bytes.Clone(original.Data)
				data[i] ^= 1 << (i % 7)
				v := egov.Verify(data, partsOf(tt.pkg), tt.roots, tt.now)
				if v.Status != egov.Verified && v.Status != egov.Untrusted {
					continue
				}
				good++
				if diff := gocmp.Diff(want, readCover(t, tt.pkg, data)); diff != "" {
					t.Fatalf("byte %d: %s, and yet %s", i, v.Status, diff)
				}
			}
			// Outside of body, SignedInfo, value and certificate there is little: the prolog, FRONT and line feeds.
			if good > len(original.Data)/3 {
				t.Errorf("%d of %d changes verify", good, len(original.Data))
			}
		})
	}
}

func readCover(t *testing.T, p *egov.Package, data []byte) egov.Cover {
	t.Helper()
	name := p.Cover().Name
	opened, err := egov.Open(name, bytes.NewReader(data), int64(len(data)), egov.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	c, ok := opened.Files[0].Cover()
	if !ok {
		t.Fatalf("%s is no cover any more", name)
	}
	c.Secrecy, c.Stamp = "", ""
	return c
}
