package app

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/admin"
	"cloudpocket/sso/oidcrp"
	"cloudpocket/sso/outbound"
	"cloudpocket/sso/samlsp"
	"cloudpocket/store"
)

// parties reads what identity providers say of themselves, for administrators who connect one.
type parties struct {
	reach outbound.Config
	now   func() time.Time
	setup portal.Setup
}

// Metadata implements [admin.Parties].
func (p parties) Metadata(ctx context.Context, t store.SAMLTrust, document []byte) (admin.SAMLParty, error) {
	o := samlsp.MetadataOptions{EntityID: t.EntityID, Now: p.now(), SignerPEM: t.SignerPEM, AllowPrivate: t.AllowPrivate}
	var m samlsp.Metadata
	var err error
	if document == nil {
		m, err = samlsp.Fetch(ctx, t.MetadataURL, o, p.reach)
	} else {
		m, err = samlsp.ParseMetadata(document, o)
	}
	if err != nil {
		return admin.SAMLParty{}, err
	}
	v := admin.SAMLParty{EntityID: m.EntityID, Document: m.Raw, SSORedirect: m.SSO.Redirect, SSOPost: m.SSO.Post, SLO: m.SLO.Redirect, WantsSigned: m.WantsSigned, ValidUntil: m.ValidUntil}
	if v.SLO == "" {
		v.SLO = m.SLO.Post
	}
	for _, c := range m.Certificates {
		v.Certificates = append(v.Certificates, admin.PartyKey{Fingerprint: fingerprint(c), Ends: c.NotAfter.UTC()})
	}
	return v, nil
}

// Issuer implements [admin.Parties].
func (p parties) Issuer(ctx context.Context, o store.OIDCTrust) (admin.OIDCParty, error) {
	d, err := oidcrp.Discover(ctx, o.Issuer, o.AllowPrivate, p.reach)
	return admin.OIDCParty(d), err
}

// Refresh implements [admin.Parties].
func (p parties) Refresh(ctx context.Context, t store.OwnedTrust) error {
	_, err := Refresher(p.setup).Refresh(ctx, t)
	return err
}

// fingerprint is a certificate's SHA-256, as IdPs' own pages show it.
func fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return strings.ReplaceAll(strings.ToUpper(fmt.Sprintf("% x", sum)), " ", ":")
}
