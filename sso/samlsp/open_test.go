package samlsp_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"cloudpocket/sso"
	"cloudpocket/sso/samlsp"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

func TestOpenRefuses(t *testing.T) {
	w := ssotest.NewSAMLQuickWorld(t)
	for _, row := range []struct {
		name   string
		change func(s *store.OwnedTrust, c *samlsp.Config)
		kind   store.Kind
	}{
		{"an OIDC trust", func(s *store.OwnedTrust, _ *samlsp.Config) { s.Protocol = store.OIDC }, store.Invalid},
		{"a trust without its SAML half", func(s *store.OwnedTrust, _ *samlsp.Config) { s.SAML = nil }, store.Invalid},
		{"broken metadata", func(s *store.OwnedTrust, _ *samlsp.Config) { s.SAML.Metadata = []byte("x") }, store.Invalid},
		{"metadata of another entity", func(s *store.OwnedTrust, _ *samlsp.Config) { s.SAML.EntityID = "https://other.example" }, store.Invalid},
		{"no base URL", func(_ *store.OwnedTrust, c *samlsp.Config) { c.BaseURL = "" }, store.Invalid},
		{"a base URL with a query", func(_ *store.OwnedTrust, c *samlsp.Config) { c.BaseURL += "?x" }, store.Invalid},
		{"no keys", func(_ *store.OwnedTrust, c *samlsp.Config) { c.Keys = nil }, store.Invalid},
		{"a key without its certificate", func(_ *store.OwnedTrust, c *samlsp.Config) { c.Keys[0].Certificate = nil }, store.Invalid},
		{"no marks", func(_ *store.OwnedTrust, c *samlsp.Config) { c.Marks = nil }, store.Internal},
		{"no clock", func(_ *store.OwnedTrust, c *samlsp.Config) { c.Now = nil }, store.Internal},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := w.Setup()
			s.Keys = [][]byte{w.SP.PEM(t)}
			cfg := config(t, s)
			row.change(&s.Trust, &cfg)
			if c, err := samlsp.Open(t.Context(), s.Trust, cfg); err == nil || c != nil || store.KindOf(err) != row.kind {
				t.Errorf("opened %v, %v", c, err)
			}
		})
	}
}

func TestExpiredMetadataStillOpens(t *testing.T) {
	w := ssotest.NewSAMLQuickWorld(t)
	s := w.Setup()
	s.Trust.SAML.Metadata = bytes.Replace(s.Trust.SAML.Metadata, []byte(" entityID="), []byte(` validUntil="2026-03-01T00:00:00Z" entityID=`), 1)
	c := w.Open(t, open, s)
	_, err := c.Start(t.Context(), w.Attempt())
	ssotest.WantRefused(t, err, "saml.metadata_expired")
	if _, _, err := c.Metadata(t.Context()); err != nil {
		t.Errorf("our own metadata: %v", err)
	}
}

func TestMetadataEnds(t *testing.T) {
	w := ssotest.NewSAMLQuickWorld(t)
	soon := w.EC.During(t, w.Now, w.Now.AddDate(0, 0, 7))
	for _, row := range []struct {
		name, attr string
		keys       []ssotest.SAMLKey
		want       time.Time
	}{
		{"with the certificate", "", []ssotest.SAMLKey{soon}, w.Now.AddDate(0, 0, 7)},
		{"with the last certificate", "", []ssotest.SAMLKey{soon, w.Forger}, w.Now.AddDate(1, 0, 0)},
		{"by validUntil", ` validUntil="2026-03-04T00:00:00Z"`, []ssotest.SAMLKey{soon}, time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)},
	} {
		t.Run(row.name, func(t *testing.T) {
			data := bytes.Replace(w.Metadata(w.EntityID, row.keys...), []byte(" entityID="), []byte(row.attr+" entityID="), 1)
			m, err := samlsp.ParseMetadata(data, samlsp.MetadataOptions{Now: w.Now})
			if err != nil || !m.Ends().Equal(row.want) {
				t.Errorf("ends %s, want %s: %v", m.Ends(), row.want, err)
			}
		})
	}
}

func TestParseKeyPair(t *testing.T) {
	w := ssotest.NewSAMLQuickWorld(t)
	weak := ssotest.NewSAMLKey(t, 1024, w.Now)
	block := func(typ string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: typ, Bytes: der}) }
	broken := func(typ string) []byte { return block(typ, []byte("x")) }
	sec1, err := x509.MarshalECPrivateKey(w.EC.Signer.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		pem  []byte
		ok   bool
	}{
		{"RSA", w.SP.PEM(t), true},
		{"ECDSA", w.EC.PEM(t), true},
		{"RSA in PKCS #1", append(block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(w.SP.Signer.(*rsa.PrivateKey))), w.SP.CertPEM()...), true},
		{"ECDSA in SEC 1", append(block("EC PRIVATE KEY", sec1), w.EC.CertPEM()...), true},
		{"certificate after the key", append(pemOf(t, w.SP, "PRIVATE KEY"), w.SP.CertPEM()...), true},
		{"chain", append(w.SP.PEM(t), w.EC.CertPEM()...), true},
		{"nothing", nil, false},
		{"key only", pemOf(t, w.SP, "PRIVATE KEY"), false},
		{"certificate only", w.SP.CertPEM(), false},
		{"certificate of another", append(w.EC.CertPEM(), pemOf(t, w.SP, "PRIVATE KEY")...), false},
		{"1,024 bits", weak.PEM(t), false},
		{"something else", append(w.SP.PEM(t), broken("OPENSSH PRIVATE KEY")...), false},
		{"broken key", append(w.SP.CertPEM(), broken("PRIVATE KEY")...), false},
		{"broken certificate", broken("CERTIFICATE"), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			k, err := samlsp.ParseKeyPair(row.pem)
			if (err == nil) != row.ok {
				t.Fatalf("got %v", err)
			}
			if row.ok && (k.Key == nil || k.Certificate == nil) {
				t.Errorf("half a pair: %+v", k)
			}
			if !row.ok && !errors.Is(err, store.ErrInvalid) {
				t.Errorf("kind of %v", err)
			}
		})
	}
}

// pemOf returns the block of that type in k's PEM.
func pemOf(t *testing.T, k ssotest.SAMLKey, typ string) []byte {
	t.Helper()
	for b, rest := pem.Decode(k.PEM(t)); b != nil; b, rest = pem.Decode(rest) {
		if b.Type == typ {
			return pem.EncodeToMemory(b)
		}
	}
	t.Fatalf("no %s", typ)
	return nil
}

// TestSecondOpinion asks goxmldsig about messages that are accepted, and about the same ones damaged.
func TestSecondOpinion(t *testing.T) {
	w := ssotest.NewSAMLWorld(t)
	v := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{w.IdP.Cert}})
	v.Clock = dsig.NewFakeClockAt(w.Now)
	for _, mode := range []ssotest.SAMLMode{ssotest.SignedResponse, ssotest.SignedAssertion, ssotest.SignedBoth} {
		for _, damaged := range []bool{false, true} {
			a := w.Attempt()
			data := w.Seal(t, mode, w.Response(a), ssotest.Sealing{})
			if damaged {
				data = bytes.Replace(data, []byte("taro@"), []byte("jiro@"), 1)
			}
			doc := etree.NewDocument()
			if err := doc.ReadFromBytes(data); err != nil {
				t.Fatal(err)
			}
			signed := doc.Root()
			if mode == ssotest.SignedAssertion {
				signed = signed.SelectElement("Assertion")
			}
			_, theirs := v.Validate(signed)
			_, ours := w.Open(t, open, w.Setup()).Finish(t.Context(), w.Post(data, a), a, nil)
			if (theirs == nil) != (ours == nil) || (ours == nil) == damaged {
				t.Errorf("%s, damaged %t: goxmldsig says %v, we say %v", mode, damaged, theirs, ours)
			}
			if damaged && sso.ReasonOf(ours) != "saml.signature_digest_mismatch" {
				t.Errorf("%s: refused for %v", mode, ours)
			}
		}
	}
}

// TestSignWithECDSA wants the signature value that XML Signature 1.1, 6.4.3 has: r and s, 32 bytes each.
func TestSignWithECDSA(t *testing.T) {
	w := ssotest.NewSAMLQuickWorld(t)
	s := w.Setup()
	s.Keys = [][]byte{w.EC.PEM(t)}
	d, err := open(t, s).Start(t.Context(), w.Attempt())
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	signed, _, _ := strings.Cut(u.RawQuery, "&Signature=")
	value, err := base64.StdEncoding.DecodeString(u.Query().Get("Signature"))
	if err != nil || len(value) != 64 {
		t.Fatalf("a signature of %d bytes: %v", len(value), err)
	}
	sum := sha256.Sum256([]byte(signed))
	r, q := new(big.Int).SetBytes(value[:32]), new(big.Int).SetBytes(value[32:])
	if !ecdsa.Verify(w.EC.Signer.Public().(*ecdsa.PublicKey), sum[:], r, q) || !strings.Contains(signed, "ecdsa-sha256") {
		t.Error("the signature does not verify")
	}
}
