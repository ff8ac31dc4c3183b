package samlsp

import (
	"slices"
	"time"

	"cloudpocket/store"
)

// KeyEnd is a certificate, or a document that vouches for some, and when it ends.
type KeyEnd struct {
	What        string // "theirs", "offered", "moved", "offer", "metadata" or "ours"
	Ends        time.Time
	Fingerprint string // SHA-256 of the certificate, hexadecimal; of metadata, believed or offered, its entity ID; of what moved, its new address
}

// KeyEnds returns what of a trust ends by itself: the IdP's certificates, those that it offers, its metadata where that
// says so, and ours. Metadata that cannot be read has none. What is offered names the addresses that it moves, too, which
// have no end.
func KeyEnds(t store.Trust, ours []KeyPair) (all []KeyEnd) {
	if t.SAML == nil {
		return nil
	}
	read := func(what string, document []byte) {
		m, err := parseOf(t.SAML, document)
		if err != nil {
			return
		}
		for i, print := range m.Fingerprints() {
			all = append(all, KeyEnd{what, m.Certificates[i].NotAfter.UTC(), print})
		}
		switch {
		case m.ValidUntil.IsZero():
		case what == "offered":
			all = append(all, KeyEnd{"offer", m.ValidUntil.UTC(), m.EntityID})
		case !renewed(t.SAML, m): // what is renewed is so long before
			all = append(all, KeyEnd{"metadata", validUntil(t.SAML, m).UTC(), m.EntityID})
		}
	}
	read("theirs", t.SAML.Metadata)
	if len(t.SAML.Offered) > 0 {
		read("offered", t.SAML.Offered)
		all = append(all, moved(t.SAML)...)
	}
	for _, k := range ours {
		all = append(all, KeyEnd{"ours", k.Certificate.NotAfter.UTC(), trust509(k.Certificate).fingerprint})
	}
	return all
}

// renewed reports whether t's metadata m lives on by being fetched: it is taken over, or one of its keys is vouched for.
func renewed(t *store.SAMLTrust, m Metadata) bool {
	if t.MetadataURL == "" || t.Refresh == store.RefreshPin {
		return false
	}
	next, err := parseOf(t, t.Offered)
	return len(t.Offered) == 0 || err == nil && compare(m, next).KeptKeys > 0
}

// moved returns the addresses that what is offered has, and what is believed has not.
func moved(t *store.SAMLTrust) (all []KeyEnd) {
	now, _ := parseOf(t, t.Metadata)
	next, err := parseOf(t, t.Offered)
	if err != nil {
		return nil
	}
	for _, address := range newAddresses(now, next) {
		all = append(all, KeyEnd{What: "moved", Fingerprint: address})
	}
	return all
}

// newAddresses returns those of next that now has not, sorted.
func newAddresses(now, next Metadata) (all []string) {
	known := append(now.SSO.all(), now.SLO.all()...)
	for _, address := range append(next.SSO.all(), next.SLO.all()...) {
		if address != "" && !slices.Contains(known, address) && !slices.Contains(all, address) {
			all = append(all, address)
		}
	}
	slices.Sort(all)
	return all
}

func (e Endpoints) all() []string {
	return []string{e.Redirect, e.Post, e.RedirectReply, e.PostReply}
}

// parseOf reads a document of a trust that was accepted or offered before, whatever its date.
func parseOf(t *store.SAMLTrust, document []byte) (Metadata, error) {
	return ParseMetadata(document, MetadataOptions{EntityID: t.EntityID, AllowPrivate: t.AllowPrivate})
}
