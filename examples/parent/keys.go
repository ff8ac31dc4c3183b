package parent

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// Keys are the signing keys as PEM. Keep them over restarts, or every trust has to be set up anew.
type Keys struct {
	SAML []byte // PKCS #8 RSA key, then its certificate
	OIDC []byte // PKCS #8 RSA key

	Client []byte // PKCS #8 key on P-256, by which we prove to services who we are; empty: a new one
}

func (k Keys) empty() bool { return len(k.SAML) == 0 && len(k.OIDC) == 0 }

// GenerateKeys returns new 2048-bit RSA keys. The certificate is good for ten years from now.
func GenerateKeys(now time.Time) (Keys, error) {
	samlKey, samlPEM, err := newKey()
	if err != nil {
		return Keys{}, err
	}
	_, oidcPEM, err := newKey()
	if err != nil {
		return Keys{}, err
	}
	clientPEM, err := newClientKey()
	if err != nil {
		return Keys{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "Parent Portal (stand-in) SAML signing"},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(10, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, samlKey.Public(), samlKey)
	if err != nil {
		return Keys{}, fmt.Errorf("making the SAML certificate: %w", err)
	}
	samlPEM = append(samlPEM, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})...)
	return Keys{SAML: samlPEM, OIDC: oidcPEM, Client: clientPEM}, nil
}

func newClientKey() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encoding a key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

func newKey() (*rsa.PrivateKey, []byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, fmt.Errorf("making a key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, fmt.Errorf("encoding a key: %w", err)
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// LoadOrCreateKeys returns the keys in folder dir, saml.pem, oidc.pem and client.pem, and makes the folder and the keys when
// none is there. One of the first two without the other is an error; the third is made where it is missing.
func LoadOrCreateKeys(dir string) (Keys, error) {
	keys, err := loadKeys(dir)
	if err == nil && len(keys.Client) == 0 {
		if keys.Client, err = newClientKey(); err != nil {
			return Keys{}, err
		}
		return keys, saveKeys(dir, keys)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return keys, err
	}
	if !keys.empty() {
		return Keys{}, fmt.Errorf("reading keys in %s: one of the two files is missing: %w", dir, err)
	}
	if keys, err = GenerateKeys(time.Now()); err != nil {
		return Keys{}, err
	}
	return keys, saveKeys(dir, keys)
}

func loadKeys(dir string) (Keys, error) {
	samlPEM, err1 := os.ReadFile(filepath.Join(dir, "saml.pem"))
	oidcPEM, err2 := os.ReadFile(filepath.Join(dir, "oidc.pem"))
	clientPEM, err3 := os.ReadFile(filepath.Join(dir, "client.pem"))
	if errors.Is(err3, fs.ErrNotExist) {
		err3 = nil // a folder of before there were such keys
	}
	return Keys{SAML: samlPEM, OIDC: oidcPEM, Client: clientPEM}, errors.Join(err1, err2, err3)
}

func saveKeys(dir string, k Keys) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the key folder: %w", err)
	}
	for name, body := range map[string][]byte{"saml.pem": k.SAML, "oidc.pem": k.OIDC, "client.pem": k.Client} {
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
			return fmt.Errorf("keeping a key: %w", err)
		}
	}
	return nil
}

// keyring is Keys, parsed.
type keyring struct {
	saml *rsa.PrivateKey
	cert *x509.Certificate
	oidc *rsa.PrivateKey
	kid  string

	client *ecdsa.PrivateKey
}

// clientKid names our key among those that services know of us.
const clientKid = "parent-1"

func (k Keys) parse() (keyring, error) {
	samlKey, rest, err := parseKey(k.SAML)
	if err != nil {
		return keyring{}, fmt.Errorf("reading the SAML key: %w", err)
	}
	block, _ := pem.Decode(rest)
	if block == nil {
		return keyring{}, errors.New("reading the SAML key: no certificate follows it")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return keyring{}, fmt.Errorf("reading the SAML certificate: %w", err)
	}
	if !samlKey.PublicKey.Equal(cert.PublicKey) {
		return keyring{}, errors.New("the SAML certificate is not the key's")
	}
	oidcKey, _, err := parseKey(k.OIDC)
	if err != nil {
		return keyring{}, fmt.Errorf("reading the OIDC key: %w", err)
	}
	sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(&oidcKey.PublicKey))
	clientKey, err := parseClientKey(k.Client)
	if err != nil {
		return keyring{}, fmt.Errorf("reading the client key: %w", err)
	}
	return keyring{samlKey, cert, oidcKey, base64.RawURLEncoding.EncodeToString(sum[:12]), clientKey}, nil
}

// parseClientKey reads a key on P-256, or makes one of nothing.
func parseClientKey(text []byte) (*ecdsa.PrivateKey, error) {
	if len(text) == 0 {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM block")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("parsing PKCS #8: %w", err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, fmt.Errorf("%T is not a key on P-256", parsed)
	}
	return key, nil
}

func parseKey(text []byte) (*rsa.PrivateKey, []byte, error) {
	block, rest := pem.Decode(bytes.TrimSpace(text))
	if block == nil {
		return nil, nil, errors.New("no PEM block")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("parsing PKCS #8: %w", err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, nil, fmt.Errorf("%T is not an RSA key", parsed)
	}
	return key, rest, nil
}
