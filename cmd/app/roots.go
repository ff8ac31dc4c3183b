package app

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"

	"cloudpocket/store"
)

// signatureRoots reads the certification authorities whose signatures on official documents are believed. A file without
// a certificate, or with something else in it, is an error: a root that is missing unnoticed would make every signature
// one of an unknown authority.
func signatureRoots(files []string) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	for _, name := range files {
		rest, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read signature roots: %w", err)
		}
		n := 0
		for block, left := pem.Decode(rest); block != nil; block, left = pem.Decode(left) {
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil || block.Type != "CERTIFICATE" {
				return nil, store.Fail(store.Invalid, "config.signature_roots", "%s holds a %s that is no certificate: %v", name, block.Type, err)
			}
			pool.AddCert(c)
			n, rest = n+1, left
		}
		if n == 0 || len(bytes.TrimSpace(rest)) > 0 {
			return nil, store.Fail(store.Invalid, "config.signature_roots", "%s has %d certificates in PEM, and %d bytes that are none", name, n, len(bytes.TrimSpace(rest)))
		}
	}
	return pool, nil
}
