package egov_test

import (
	"crypto/x509"
	"testing"
	"time"

	"cloudpocket/portal/egov"
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
			v := openSample(t, "0000-API-002.zip").Verify(tt.roots, tt.now)
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
