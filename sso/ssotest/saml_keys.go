package ssotest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"testing"
	"time"
)

// SAMLKey is a key and its self-signed certificate.
type SAMLKey struct {
	Signer crypto.Signer
	Cert   *x509.Certificate
}

// NewSAMLKey returns a new RSA key of that many bits whose certificate is valid in a window around now.
func NewSAMLKey(t testing.TB, bits int, now time.Time) SAMLKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatalf("generate a key: %v", err)
	}
	return certify(t, key, now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
}

// NewSAMLECKey is NewSAMLKey with ECDSA on P-256.
func NewSAMLECKey(t testing.TB, now time.Time) SAMLKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatalf("generate a key: %v", err)
	}
	return certify(t, key, now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
}

// During returns k with a certificate for the same key that is valid in that window.
func (k SAMLKey) During(t testing.TB, from, until time.Time) SAMLKey {
	return certify(t, k.Signer, from, until)
}

func certify(t testing.TB, key crypto.Signer, from, until time.Time) SAMLKey {
	t.Helper()
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100))
	if err != nil {
		t.Fatalf("draw a serial number: %v", err)
	}
	tmpl := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "saml test"}, NotBefore: from, NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatalf("create a certificate: %v", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatalf("read the certificate: %v", err)
	}
	return SAMLKey{key, cert}
}

// PEM returns the certificate and the private key (PKCS #8).
func (k SAMLKey) PEM(t testing.TB) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(k.Signer)
	if err != nil {
		t.Fatalf("write the key: %v", err)
	}
	return append(k.CertPEM(), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...)
}

// CertPEM returns the certificate.
func (k SAMLKey) CertPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.Cert.Raw})
}

func (k SAMLKey) base64() string { return base64.StdEncoding.EncodeToString(k.Cert.Raw) }
