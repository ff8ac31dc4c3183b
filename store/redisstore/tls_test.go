package redisstore

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestTLS runs the suite over TLS as a user with a password, and checks that neither an unknown certificate nor a wrong
// password gets through.
func TestTLS(t *testing.T) {
	if suiteAgain(t) {
		return
	}
	cert, key := certificate(t)
	port := freePort(t)
	startServer(t, "--tls-port", port, "--tls-cert-file", cert, "--tls-key-file", key, "--tls-auth-clients", "no",
		"--user", "web", "on", ">s3cret", "~*", "&*", "+@all", "--user", "default", "off")
	open := func(url string) Config {
		c, err := ParseURL(url)
		must(t, err)
		return c
	}
	url := "rediss://web:s3cret@127.0.0.1:" + port + "?ca=" + cert
	good := open(url)
	must(t, mustOpen(t, good).Ping(t.Context()))
	allAway(t, mustOpen(t, open("rediss://web:s3cret@127.0.0.1:"+port)), "Find", "Begin")
	allAway(t, mustOpen(t, open("rediss://web:wrong@127.0.0.1:"+port+"?ca="+cert)), "Find", "Begin")
	allAway(t, mustOpen(t, open("redis://web:s3cret@127.0.0.1:"+port)), "Find", "Begin")
	suite(t, url)
}

// certificate writes a self-signed certificate for 127.0.0.1 and its key, and returns the two files.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "redis"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	must(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	must(t, err)
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	must(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	must(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), 0o600))
	return cert, key
}
