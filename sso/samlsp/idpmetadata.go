package samlsp

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Metadata is what an IdP says about itself (SAML metadata 2.0), as far as we act on it.
type Metadata struct {
	EntityID      string
	SSO           Endpoints
	SLO           Endpoints // empty: the IdP has no single logout
	Certificates  []*x509.Certificate
	WantsSigned   bool          // the IdP takes no unsigned AuthnRequests
	NameIDFormats []string      // which ones it offers
	ValidUntil    time.Time     // the document's own end; zero if it names none
	CacheDuration time.Duration // how often it wants to be asked; 0 if it does not say
	SignedBy      string        // SHA-256 of the certificate that signed it; empty when no signer was pinned
	Raw           []byte        // the document as it came
}

// Endpoints is where one service of the IdP is, by binding; "" where it has none.
type Endpoints struct {
	Redirect, Post string
	// RedirectReply and PostReply take answers where the IdP wants those elsewhere (ResponseLocation).
	RedirectReply, PostReply string
}

// MetadataOptions says what a document is held against.
type MetadataOptions struct {
	EntityID     string    // the one to choose, and the only one allowed; empty: the document's only IdP
	Now          time.Time // zero: an expired document is read nevertheless
	SignerPEM    string    // when set, the document must be signed by this certificate
	AllowPrivate bool      // endpoints may be http
}

// metadataFault is a refusal of kind Invalid with a sentence of its own, since the reader is an administrator who can
// do something about it.
func metadataFault(rule, format string, args ...any) error {
	reason := sso.Reason("saml.metadata_" + rule)
	return &store.Error{Kind: store.Invalid, Key: "trust.metadata_" + rule, Err: sso.Refuse(reason, sso.KeyMessage, format, args...)}
}

// ParseMetadata reads an IdP's metadata: an EntityDescriptor, or the one of an EntitiesDescriptor that o.EntityID names.
// Every refusal is of kind Invalid, with a reason "saml.metadata_…" and the same rule as its message key.
func ParseMetadata(data []byte, o MetadataOptions) (Metadata, error) {
	if len(data) > metadataLimits().bytes {
		return Metadata{}, metadataFault("size", "%d bytes", len(data))
	}
	if html(data) {
		return Metadata{}, metadataFault("html", "this is a web page, not metadata")
	}
	root, err := parse(data, metadataLimits())
	if err != nil {
		return Metadata{}, metadataFault("xml", "read the document: %w", err)
	}
	signedBy, err := metadataSigner(root, o)
	if err != nil {
		return Metadata{}, err
	}
	chain, err := choose(root, o.EntityID)
	if err != nil {
		return Metadata{}, err
	}
	m, err := readEntity(chain[len(chain)-1], o)
	if err != nil {
		return Metadata{}, err
	}
	m.Raw, m.SignedBy = data, signedBy
	return m, m.lifetime(chain, o.Now)
}

// choose returns the descriptors from root down to the entity: an IdP's, and the one named if one is.
func choose(root *element, entityID string) ([]*element, error) {
	if !root.is(nsMetadata, "EntityDescriptor") && !root.is(nsMetadata, "EntitiesDescriptor") {
		return nil, metadataFault("root", "the root is %s (%s)", root.local, root.space)
	}
	var found []*element
	others := 0
	root.walk(func(e *element) error {
		switch {
		case !e.is(nsMetadata, "EntityDescriptor"):
		case e.attr("entityID") == entityID && entityID != "":
			found = append(found, e)
		case entityID == "" && e.child(nsMetadata, "IDPSSODescriptor") != nil:
			found = append(found, e)
		default:
			others++
		}
		return nil
	})
	switch {
	case len(found) == 0 && entityID != "":
		return nil, metadataFault("entity", "none of %d entities is %q", others, entityID)
	case len(found) == 0:
		return nil, metadataFault("sp_only", "none of %d entities is an identity provider", others)
	case len(found) > 1:
		return nil, metadataFault("several", "%d entities fit; name the one that is meant", len(found))
	}
	var chain []*element
	for e := found[0]; e != nil; e = e.parent {
		if !e.is(nsMetadata, "EntityDescriptor") && !e.is(nsMetadata, "EntitiesDescriptor") {
			return nil, metadataFault("root", "an EntityDescriptor inside a %s", e.local)
		}
		chain = append([]*element{e}, chain...)
	}
	return chain, nil
}

func readEntity(e *element, o MetadataOptions) (Metadata, error) {
	m := Metadata{EntityID: e.attr("entityID")}
	if m.EntityID == "" || len(m.EntityID) > 1024 {
		return m, metadataFault("entity", "the entity ID is missing or too long")
	}
	role, err := idpRole(e)
	if err != nil {
		return m, err
	}
	m.WantsSigned = truth(role.attr("WantAuthnRequestsSigned"))
	role.each(nsMetadata, "NameIDFormat", func(f *element) error {
		m.NameIDFormats = append(m.NameIDFormats, f.allText())
		return nil
	})
	if m.SSO, err = readEndpoints(role, "SingleSignOnService", o.AllowPrivate); err != nil {
		return m, err
	}
	if m.SSO.Redirect == "" && m.SSO.Post == "" {
		return m, metadataFault("endpoint", "no SingleSignOnService by Redirect or POST")
	}
	if m.SLO, err = readEndpoints(role, "SingleLogoutService", o.AllowPrivate); err != nil {
		return m, err
	}
	m.Certificates, err = signingCertificates(role)
	return m, err
}

// idpRole returns the entity's IDPSSODescriptor for SAML 2.0.
func idpRole(e *element) (*element, error) {
	var role *element
	err := e.each(nsMetadata, "IDPSSODescriptor", func(r *element) error {
		if !supports(r.attr("protocolSupportEnumeration"), saml2) {
			return nil
		}
		if role != nil {
			return metadataFault("several", "the entity has several IdP roles")
		}
		role = r
		return nil
	})
	if err == nil && role == nil {
		err = metadataFault("sp_only", "%s is not an identity provider for SAML 2.0", e.attr("entityID"))
	}
	return role, err
}

// signingCertificates returns the distinct certificates whose keys are for signing and good enough to be believed.
func signingCertificates(role *element) ([]*x509.Certificate, error) {
	var certs []*x509.Certificate
	seen, weak := map[string]bool{}, 0
	err := role.each(nsMetadata, "KeyDescriptor", func(k *element) error {
		if use := k.attr("use"); use != "" && use != "signing" {
			return nil
		}
		return k.walk(func(e *element) error {
			if !e.is(nsSignature, "X509Certificate") {
				return nil
			}
			cert, err := certificateOf(e)
			switch {
			case err != nil:
				return err
			case !usable(cert.PublicKey):
				weak++
			case !seen[string(cert.Raw)]:
				seen[string(cert.Raw)] = true
				certs = append(certs, cert)
			}
			return nil
		})
	})
	switch {
	case err != nil:
		return nil, err
	case len(certs) == 0:
		return nil, metadataFault("keys", "no certificate to verify signatures with (%d too weak)", weak)
	case len(certs) > 16:
		return nil, metadataFault("keys", "%d certificates", len(certs))
	}
	return certs, nil
}

func certificateOf(e *element) (*x509.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(squeeze(e.allText()))
	if err != nil {
		return nil, metadataFault("keys", "a certificate is not base64: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, metadataFault("keys", "read a certificate: %w", err)
	}
	return cert, nil
}

// lifetime sets the earliest end and the shortest cache time that the descriptors around the entity name, and refuses
// a document that has run out.
func (m *Metadata) lifetime(chain []*element, now time.Time) error {
	role, err := idpRole(chain[len(chain)-1])
	if err != nil {
		return err
	}
	for _, e := range append(chain, role) {
		if v, ok := e.lookup("validUntil"); ok {
			t, ok := instant(v)
			if !ok {
				return metadataFault("expired", "validUntil %q is no time", v)
			}
			if m.ValidUntil.IsZero() || t.Before(m.ValidUntil) {
				m.ValidUntil = t
			}
		}
		if d, ok := duration(e.attr("cacheDuration")); ok && (m.CacheDuration == 0 || d < m.CacheDuration) {
			m.CacheDuration = d
		}
	}
	if !now.IsZero() && !m.ValidUntil.IsZero() && !now.Before(m.ValidUntil) {
		return metadataFault("expired", "valid until %s", m.ValidUntil.Format(time.RFC3339))
	}
	return nil
}

// Ends returns when nobody can sign in by m any more, unless it is renewed before: at its validUntil, or when the last of
// its certificates expires.
func (m Metadata) Ends() time.Time {
	var ends time.Time
	for _, c := range m.Certificates {
		if c.NotAfter.After(ends) {
			ends = c.NotAfter
		}
	}
	if !m.ValidUntil.IsZero() && m.ValidUntil.Before(ends) {
		return m.ValidUntil
	}
	return ends.UTC()
}

// metadataSigner verifies the document's signature by the pinned certificate and returns that one's fingerprint. It
// must be on the root: a signature on a part says nothing about which part is chosen. Without a pinned certificate a
// signature means nothing and is not looked at.
func metadataSigner(root *element, o MetadataOptions) (string, error) {
	if o.SignerPEM == "" {
		return "", nil
	}
	block, _ := pem.Decode([]byte(o.SignerPEM))
	if block == nil {
		return "", metadataFault("signer", "the pinned signer is not PEM")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil || !usable(cert.PublicKey) {
		return "", metadataFault("signer", "the pinned signer cannot be used (%v)", err)
	}
	el, err := only("metadata_signature", root, nsSignature, "Signature")
	if err != nil {
		return "", metadataFault("signature", "the document is not signed: %w", err)
	}
	s, err := signatureOf(root, el)
	if err != nil {
		return "", metadataFault("signature", "read the signature: %w", err)
	}
	at := o.Now
	if at.IsZero() { // it was judged when it was accepted
		at = cert.NotAfter
	}
	if _, err := (keyring{certs: []trusted{trust509(cert)}}).verify(s, at); err != nil {
		return "", metadataFault("signature", "verify the signature: %w", err)
	}
	return trust509(cert).fingerprint, nil
}

func truth(s string) bool { return s == "true" || s == "1" }
