package samlsp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"cloudpocket/store"
)

// KeyPair is one key of ours and the certificate it is published in.
type KeyPair struct {
	Key         crypto.Signer // *rsa.PrivateKey of 2048 bits or more, or *ecdsa.PrivateKey
	Certificate *x509.Certificate
}

// ParseKeyPair reads a certificate and its private key from PEM, in any order. An RSA key under 2048 bits, a key of
// another kind, or one that does not belong to the certificate is an error of kind Invalid.
func ParseKeyPair(data []byte) (KeyPair, error) {
	var k KeyPair
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		var err error
		if block.Type == "CERTIFICATE" {
			if k.Certificate == nil { // the first is the key's own; what follows is its chain
				k.Certificate, err = x509.ParseCertificate(block.Bytes)
			}
		} else {
			k.Key, err = parseKey(block)
		}
		if err != nil {
			return KeyPair{}, store.Fail(store.Invalid, "config.saml_key", "read the %s of a SAML key: %w", block.Type, err)
		}
	}
	return k, k.check()
}

func parseKey(block *pem.Block) (crypto.Signer, error) {
	switch block.Type {
	case "PRIVATE KEY":
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, err
		}
		if s, ok := key.(crypto.Signer); ok {
			return s, nil
		}
		return nil, fmt.Errorf("a %T cannot sign", key)
	case "RSA PRIVATE KEY":
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		return x509.ParseECPrivateKey(block.Bytes)
	}
	return nil, fmt.Errorf("neither a private key nor a certificate")
}

func (k KeyPair) check() error {
	if k.Key == nil || k.Certificate == nil {
		return store.Fail(store.Invalid, "config.saml_key", "a SAML key needs a private key and a certificate")
	}
	if !usable(k.Key.Public()) {
		return store.Fail(store.Invalid, "config.saml_key", "a SAML key must be RSA of %d bits or more, or ECDSA", minRSA)
	}
	pub, ok := k.Key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !pub.Equal(k.Certificate.PublicKey) {
		return store.Fail(store.Invalid, "config.saml_key", "the certificate of a SAML key is for another key")
	}
	return nil
}

// keyKind returns "rsa" or "ecdsa", or "" for a key that is too weak or of another kind.
func keyKind(pub crypto.PublicKey) string {
	switch key := pub.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() >= minRSA {
			return "rsa"
		}
	case *ecdsa.PublicKey:
		if key.Curve.Params().BitSize >= 256 {
			return "ecdsa"
		}
	}
	return ""
}
