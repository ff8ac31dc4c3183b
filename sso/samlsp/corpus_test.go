package samlsp_test

import (
	"testing"

	"cloudpocket/sso"
	"cloudpocket/sso/samlsp"
	"cloudpocket/sso/ssotest"
)

func open(t testing.TB, s ssotest.SAMLSetup) sso.Connector {
	t.Helper()
	c, err := samlsp.Open(t.Context(), s.Trust, config(t, s))
	if err != nil {
		t.Fatalf("open the connector: %v", err)
	}
	return c
}

func config(t testing.TB, s ssotest.SAMLSetup) samlsp.Config {
	t.Helper()
	cfg := samlsp.Config{BaseURL: s.BaseURL, Marks: s.Marks, Now: s.Now}
	for _, pem := range s.Keys {
		k, err := samlsp.ParseKeyPair(pem)
		if err != nil {
			t.Fatalf("read a key: %v", err)
		}
		cfg.Keys = append(cfg.Keys, k)
	}
	return cfg
}

func TestCorpus(t *testing.T) { ssotest.SAMLCorpus(t, open) }

func TestLogoutCorpus(t *testing.T) { ssotest.SAMLLogoutCorpus(t, open) }

func TestConnector(t *testing.T) { ssotest.SAMLConnector(t, open) }

func TestMetadataCorpus(t *testing.T) {
	ssotest.SAMLMetadataCorpus(t, func(in ssotest.SAMLMetadataInput) (string, error) {
		m, err := samlsp.ParseMetadata(in.Data, samlsp.MetadataOptions{EntityID: in.EntityID, Now: in.Now, SignerPEM: in.SignerPEM, AllowPrivate: in.AllowPrivate})
		return m.EntityID, err
	})
}

func TestVouchCorpus(t *testing.T) { ssotest.SAMLVouchCorpus(t, open) }
