package app

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"time"

	"cloudpocket/sso/samlsp"
	"cloudpocket/store/seal"
)

// samlKeyYears is how long a certificate that we make ourselves is good. IdPs pin it; its name does not matter.
const samlKeyYears = 10

// samlKeysLater returns the key pairs when they are first asked for, which is when a SAML trust is. Making one takes as
// long as everything else at a start. Those that are there already are read now: what is wrong with them is known at once.
func samlKeysLater(files []string, data string, now func() time.Time) (func() ([]samlsp.KeyPair, error), error) {
	later := untilGood(func() ([]samlsp.KeyPair, error) { return samlKeys(files, data, now()) }, now)
	if _, err := os.Stat(samlKeyFile(data)); len(files) == 0 && errors.Is(err, fs.ErrNotExist) {
		return later, nil
	}
	_, err := later()
	return later, err
}

// failedTime is how long what could not be got is not tried again: making a key takes long, and all wait for it.
const failedTime = 5 * time.Second

// untilGood returns a function that calls get until it succeeds, and from then on returns what it got: a disk that was
// full for a moment must not be an error for ever. Callers wait for one another; for failedTime after get failed, they
// have its error at once.
func untilGood[T any](get func() (T, error), now func() time.Time) func() (T, error) {
	var (
		mu     sync.Mutex
		got    T
		good   bool
		failed error
		at     time.Time
	)
	return func() (T, error) {
		mu.Lock()
		defer mu.Unlock()
		if good {
			return got, nil
		}
		if since := now().Sub(at); failed != nil && since >= 0 && since < failedTime {
			return got, failed
		}
		value, err := get()
		if err == nil {
			got, good = value, true
		}
		failed, at = err, now()
		return value, err
	}
}

func samlKeyFile(data string) string { return filepath.Join(data, "keys", "saml.pem") }

// samlKeys reads the key pairs in files, or the one in the data folder, which it makes when there is none.
func samlKeys(files []string, data string, now time.Time) ([]samlsp.KeyPair, error) {
	if len(files) == 0 {
		file := samlKeyFile(data)
		if err := ensure(file, func() ([]byte, error) { return newSAMLKey(now) }); err != nil {
			return nil, fmt.Errorf("make our SAML key: %w", err)
		}
		files = []string{file}
	}
	var pairs []samlsp.KeyPair
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read our SAML key: %w", err)
		}
		pair, err := samlsp.ParseKeyPair(text)
		if err != nil {
			return nil, fmt.Errorf("our SAML key %s: %w", file, err)
		}
		pairs = append(pairs, pair)
	}
	return pairs, nil
}

func newSAMLKey(now time.Time) ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "Cloud Pocket"}, NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(samlKeyYears, 0, 0)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	text, err := keyPEM(key)
	return append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), text...), err
}

// oidcKeys reads the keys in files, or the one in the data folder, which it makes when there is none.
func oidcKeys(files []string, data string) ([]crypto.Signer, error) {
	if len(files) == 0 {
		file := filepath.Join(data, "keys", "oidc.pem")
		if err := ensure(file, newOIDCKey); err != nil {
			return nil, fmt.Errorf("make our OIDC key: %w", err)
		}
		files = []string{file}
	}
	var keys []crypto.Signer
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read our OIDC key: %w", err)
		}
		block, _ := pem.Decode(text)
		if block == nil {
			return nil, fmt.Errorf("our OIDC key %s is not PEM", file)
		}
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("our OIDC key %s is not a PKCS #8 private key: %w", file, err)
		}
		signer, ok := key.(crypto.Signer)
		if !ok {
			return nil, fmt.Errorf("our OIDC key %s cannot sign", file)
		}
		keys = append(keys, signer)
	}
	return keys, nil
}

// sealKeys reads the keys that seal secrets in files, or the one in the data folder, which it makes when there is none.
func sealKeys(files []string, data string) (*seal.Keys, error) {
	if len(files) == 0 {
		file := filepath.Join(data, "keys", "seal.key")
		if err := ensure(file, func() ([]byte, error) { return seal.NewKey(), nil }); err != nil {
			return nil, fmt.Errorf("make the key that seals secrets: %w", err)
		}
		files = []string{file}
	}
	var texts [][]byte
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read a key that seals secrets: %w", err)
		}
		texts = append(texts, text)
	}
	return seal.Open(texts...)
}

func newOIDCKey() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return keyPEM(key)
}

func keyPEM(key any) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), err
}

// ensure writes what content returns to file, readable by us alone, unless it is there. Of several processes that start
// at once one wins, and a file is never seen half written.
func ensure(file string, content func() ([]byte, error)) error {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	text, err := content()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(text)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), file); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
