package samlsp_test

import (
	"strings"
	"testing"

	"cloudpocket/sso/samlsp"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

// TestDescribeBeforeTheIdP demands our metadata for a trust that has nothing of its IdP yet: the IdP wants ours first.
func TestDescribeBeforeTheIdP(t *testing.T) {
	w := ssotest.NewSAMLQuickWorld(t)
	s := w.Setup()
	s.Keys = [][]byte{w.SP.PEM(t)}
	s.Trust.SAML, s.Trust.State = nil, store.TrustDisabled
	body, media, err := samlsp.Describe(t.Context(), s.Trust, config(t, s))
	if err != nil || media != "application/samlmetadata+xml" {
		t.Fatal(media, err)
	}
	for _, want := range []string{w.URL("acs"), w.URL("slo"), w.URL("metadata"), "SPSSODescriptor", "SignatureValue"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("our metadata lacks %s:\n%s", want, body)
		}
	}
	s.Trust.Protocol = store.OIDC
	if _, _, err := samlsp.Describe(t.Context(), s.Trust, config(t, s)); store.KindOf(err) != store.Invalid {
		t.Errorf("metadata for an OIDC trust: %v", err)
	}
}
