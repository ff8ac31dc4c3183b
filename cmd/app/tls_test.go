package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// pair is a certificate's two files.
type pair struct{ cert, key []byte }

func newPair(t *testing.T, serial int64) pair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	noError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), DNSNames: []string{"pocket.localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	noError(t, err)
	text, err := keyPEM(key)
	noError(t, err)
	return pair{pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), text}
}

// clock is a time that the test moves.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

// serial returns the serial number of the certificate that the service shows.
func serial(t *testing.T, addr string) int64 {
	t.Helper()
	conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	noError(t, err)
	defer conn.Close()
	if p := conn.ConnectionState().NegotiatedProtocol; p != "h2" {
		t.Errorf("HTTP/2 is not offered: %q", p)
	}
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

func TestCertificateIsReadAgain(t *testing.T) {
	var moved clock
	c := testConfig(t)
	dir := t.TempDir()
	c.BaseURL, c.TLSCert, c.TLSKey = "https://pocket.localhost:8443", filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	written := time.Now().Add(-time.Hour)
	put := func(p pair) {
		written = written.Add(time.Second)
		for file, text := range map[string][]byte{c.TLSCert: p.cert, c.TLSKey: p.key} {
			noError(t, os.WriteFile(file, text, 0o600))
			noError(t, os.Chtimes(file, written, written))
		}
	}
	one, two, three := newPair(t, 1), newPair(t, 2), newPair(t, 3)
	put(one)
	l := listening(t, c, moved.now)
	steps := []struct {
		name   string
		change func()
		want   int64
		logged bool
	}{
		{"as it was", func() {}, 1, false},
		{"another", func() { put(two) }, 2, false},
		{"broken", func() { put(pair{[]byte("nothing"), three.key}) }, 2, true},
		{"the key of another", func() { put(pair{three.cert, two.key}) }, 2, true},
		{"half replaced, then whole", func() { put(three) }, 3, false},
		{"gone", func() { noError(t, os.Remove(c.TLSCert)) }, 3, true},
		{"back", func() { put(one) }, 1, false},
	}
	for _, step := range steps {
		before := len(l.log.String())
		step.change()
		moved.advance(2 * recheck)
		if got := serial(t, l.addr); got != step.want {
			t.Errorf("%s: certificate %d is served, want %d", step.name, got, step.want)
		}
		if logged := strings.Contains(l.log.String()[before:], "the one before stays in use"); logged != step.logged {
			t.Errorf("%s: logged %t, want %t", step.name, logged, step.logged)
		}
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	c := testConfig(t)
	dir := t.TempDir()
	c.BaseURL, c.TLSCert, c.TLSKey = "https://pocket.localhost:8443", filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	p := newPair(t, 1)
	noError(t, os.WriteFile(c.TLSCert, p.cert, 0o600))
	noError(t, os.WriteFile(c.TLSKey, p.key, 0o600))
	l := listening(t, c, time.Now)
	for version, taken := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		conn, err := tls.Dial("tcp", l.addr, &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version})
		if (err == nil) != taken {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
		if err == nil {
			conn.Close()
		}
	}
}

func TestBrokenCertificateDoesNotStart(t *testing.T) {
	c := testConfig(t)
	c.TLSCert, c.TLSKey = filepath.Join(t.TempDir(), "none.pem"), filepath.Join(t.TempDir(), "none.pem")
	a, err := New(t.Context(), c, time.Now, slog.New(slog.DiscardHandler))
	noError(t, err)
	defer a.Close()
	if err := a.Serve(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "read the TLS certificate") {
		t.Errorf("it serves with %v", err)
	}
}
