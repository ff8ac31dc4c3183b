package samlsp

import (
	"time"

	"cloudpocket/store"
)

// KeyEnd is a certificate, or a document that vouches for some, and when it ends.
type KeyEnd struct {
	What        string // "theirs", "offered", "metadata" or "ours"
	Ends        time.Time
	Fingerprint string // SHA-256 of the certificate, hexadecimal; of metadata, its entity ID
}

// KeyEnds returns what of a trust ends by itself: the IdP's certificates, those that it offers, its metadata where that
// says so, and ours. Metadata that cannot be read has none.
func KeyEnds(t store.Trust, ours []KeyPair) (all []KeyEnd) {
	if t.SAML == nil {
		return nil
	}
	read := func(what string, document []byte) {
		m, err := ParseMetadata(document, MetadataOptions{EntityID: t.SAML.EntityID, AllowPrivate: t.SAML.AllowPrivate})
		if err != nil {
			return
		}
		for i, print := range m.Fingerprints() {
			all = append(all, KeyEnd{what, m.Certificates[i].NotAfter.UTC(), print})
		}
		if what == "theirs" && !m.ValidUntil.IsZero() && (t.SAML.MetadataURL == "" || t.SAML.Refresh == store.RefreshPin) { // what is fetched is renewed long before
			all = append(all, KeyEnd{"metadata", m.ValidUntil.UTC(), m.EntityID})
		}
	}
	read("theirs", t.SAML.Metadata)
	if len(t.SAML.Offered) > 0 {
		read("offered", t.SAML.Offered)
	}
	for _, k := range ours {
		all = append(all, KeyEnd{"ours", k.Certificate.NotAfter.UTC(), trust509(k.Certificate).fingerprint})
	}
	return all
}
