package app

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

func TestSignatureRoots(t *testing.T) {
	one, other := egovtest.NewAuthority(1).Root.Raw, egovtest.NewAuthority(2).Root.Raw
	certificate := func(der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	for _, row := range []struct {
		name  string
		files []string
		roots int // -1: refused
	}{
		{"none", nil, 0},
		{"one", []string{certificate(one)}, 1},
		{"two in a file, with words", []string{"# 官職認証局\n" + certificate(one) + "\n" + certificate(other) + "\n"}, 2},
		{"two files", []string{certificate(one), certificate(other)}, 2},
		{"empty file", []string{""}, -1},
		{"second file without one", []string{certificate(one), "\n"}, -1},
		{"not PEM", []string{string(one)}, -1},
		{"a key", []string{string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: one}))}, -1},
		{"a certificate that is none", []string{certificate([]byte("x"))}, -1},
		{"cut off", []string{certificate(one) + certificate(other)[:300]}, -1},
	} {
		t.Run(row.name, func(t *testing.T) {
			var names []string
			for _, content := range row.files {
				names = append(names, filepath.Join(t.TempDir(), "roots.pem"))
				noError(t, os.WriteFile(names[len(names)-1], []byte(content), 0o600))
			}
			pool, err := signatureRoots(names)
			switch {
			case row.roots < 0 && store.KindOf(err) != store.Invalid:
				t.Errorf("taken, or refused with %v", err)
			case row.roots >= 0 && (err != nil || counted(pool, one, other) != row.roots):
				t.Errorf("%d with %v, want %d", counted(pool, one, other), err, row.roots)
			}
		})
	}
	if _, err := signatureRoots([]string{"no-such-file.pem"}); err == nil {
		t.Error("a file that is not there is taken")
	}
}

// counted returns how many of these certificates the pool believes.
func counted(pool *x509.CertPool, certificates ...[]byte) (n int) {
	for _, der := range certificates {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			panic(err)
		}
		if _, err := c.Verify(x509.VerifyOptions{Roots: pool, CurrentTime: c.NotBefore.Add(time.Hour), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err == nil {
			n++
		}
	}
	return n
}
