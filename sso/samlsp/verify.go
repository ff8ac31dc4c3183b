package samlsp

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"time"

	"cloudpocket/sso"
)

// verified is an element that a trusted key signed. Only verify makes one, and only from it is anything read that
// decides who a person is. The signature covers everything in it but omit, the Signature element itself.
type verified struct {
	*element
	omit *element
	by   *trusted
}

// inside returns a direct child of v as verified: what covers the parent covers the child.
func (v verified) inside(c *element) verified { return verified{element: c, by: v.by} }

// trusted is one certificate of the IdP.
type trusted struct {
	cert        *x509.Certificate
	fingerprint string    // SHA-256 of the certificate, hexadecimal
	until       time.Time // how long it is vouched for; zero: as long as the certificate says
}

func trust509(cert *x509.Certificate) trusted {
	sum := sha256.Sum256(cert.Raw)
	return trusted{cert: cert, fingerprint: hex.EncodeToString(sum[:])}
}

// keyring is the certificates that a trust believes. KeyInfo in a message is never looked at.
type keyring struct {
	certs []trusted
	skew  time.Duration
}

// verify returns the element that s covers. Every certificate is tried, so that a key can roll over without KeyInfo.
func (k keyring) verify(s *signature, now time.Time) (verified, error) {
	info := canonical(make([]byte, 0, 8<<10), s.info, nil, s.infoPrefixes) // room for the body of most messages
	by, err := k.signer(s.scheme, info, s.value, now)
	if err != nil {
		return verified{}, err
	}
	body := canonical(info[:0], s.owner, s.el, s.prefixes)
	if !bytes.Equal(sum(s.digest, body), s.digestValue) {
		return verified{}, refuse("signature_digest_mismatch", "%s is not what was signed", s.owner.local)
	}
	return verified{s.owner, s.el, by}, nil
}

// signer returns the certificate whose key made signature over data.
//
// A certificate that has expired, or is not valid yet, is not believed: an IdP that lets one lapse has lost track of
// its keys, and [Metadata.Ends] tells long before. That it would have fit is the reason given, so that nobody looks for
// a forged message where there is a forgotten renewal.
func (k keyring) signer(s scheme, data, signature []byte, now time.Time) (*trusted, error) {
	var lapsed *trusted
	for i := range k.certs {
		c := &k.certs[i]
		if !s.verifies(c.cert.PublicKey, data, signature) {
			continue
		}
		if !c.until.IsZero() && now.After(c.until.Add(k.skew)) {
			return nil, sso.Refuse("saml.metadata_expired", sso.KeyAway, "signed with certificate %s, which the IdP's metadata has no more since %s", c.fingerprint, c.until.UTC().Format(time.RFC3339))
		}
		if now.After(c.cert.NotAfter.Add(k.skew)) || now.Before(c.cert.NotBefore.Add(-k.skew)) {
			lapsed = c
			continue
		}
		return c, nil
	}
	if lapsed != nil {
		return nil, refuse("certificate_expired", "signed with certificate %s, which is valid from %s until %s",
			lapsed.fingerprint, lapsed.cert.NotBefore.UTC().Format(time.RFC3339), lapsed.cert.NotAfter.UTC().Format(time.RFC3339))
	}
	return nil, refuse("signature", "none of the trust's %d certificates made this signature", len(k.certs))
}

// usable reports whether pub is a key that signatures are believed from.
func usable(pub crypto.PublicKey) bool { return keyKind(pub) != "" }
