package admin

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// theirs reads the second step into d, the draft of the trust live, and asks the IdP where that is needed. problems are for
// whoever typed it; an error is anything else.
func (a *admin) theirs(r *http.Request, live store.Trust, d *store.TrustDraft) (typed *reading, err error) {
	typed = &reading{form: r.PostForm}
	if d.Protocol == store.OIDC {
		return typed, a.theirIssuer(r.Context(), typed, live, d)
	}
	file, err := filed(r, "metadata_file")
	if err != nil {
		return typed, err
	}
	return typed, a.theirMetadata(r.Context(), typed, live, d, file)
}

func (a *admin) theirMetadata(ctx context.Context, typed *reading, live store.Trust, d *store.TrustDraft, file []byte) error {
	t := store.SAMLTrust{}
	if d.SAML != nil {
		t = *d.SAML
	}
	before := t.MetadataURL
	t.AllowPrivate = a.PrivateIdPs || portal.AllowsPrivate(typed.text("metadata_url"), live, d.Trust)
	typed.samlHalf(&t)
	t.EntityID = typed.text("entity_id")
	d.SAML = &t
	document := typed.pasted(file)
	if len(typed.problems) > 0 {
		return nil
	}
	switch {
	case document == nil && t.MetadataURL == "" && len(t.Metadata) == 0:
		typed.wrong("metadata_url", "trust.metadata_missing", nil)
		return nil
	case document == nil && (t.MetadataURL == "" || t.MetadataURL == before) && len(t.Metadata) > 0:
		document = t.Metadata
	}
	party, err := a.Parties.Metadata(ctx, t, document)
	if err == nil {
		err = unexpired(party, a.Portal.Now())
	}
	if err != nil {
		return typed.explained(err, metadataField(document, file))
	}
	if string(party.Document) != string(t.Metadata) {
		t.Take(party.Document, a.Portal.Now())
	}
	t.EntityID = party.EntityID
	return nil
}

// metadataField is the field that a document came by.
func metadataField(document, file []byte) string {
	switch {
	case document == nil:
		return "metadata_url"
	case len(file) > 0:
		return "metadata_file"
	}
	return "metadata"
}

// unexpired refuses an IdP all of whose certificates are over: it signs with none that anybody would believe.
func unexpired(p SAMLParty, now time.Time) error {
	for _, k := range p.Certificates {
		if now.Before(k.Ends) {
			return nil
		}
	}
	return store.Fail(store.Invalid, "trust.metadata_cert_expired", "the signing certificates of %q are over", p.EntityID)
}

func (a *admin) theirIssuer(ctx context.Context, typed *reading, live store.Trust, d *store.TrustDraft) error {
	o := store.OIDCTrust{}
	if d.OIDC != nil {
		o = *d.OIDC
	}
	typed.oidcHalf(&o)
	o.AllowPrivate = a.PrivateIdPs || portal.AllowsPrivate(o.Issuer, live, d.Trust)
	d.OIDC = &o
	if len(typed.problems) > 0 {
		return nil
	}
	if _, err := a.Parties.Issuer(ctx, o); err != nil {
		return typed.explained(err, "issuer")
	}
	return nil
}

// explained notes err as a problem of a field when it has words for an administrator, and returns it otherwise.
func (f *reading) explained(err error, field string) error {
	var e *store.Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Key, "trust.") {
		return err
	}
	switch e.Key {
	case "trust.metadata_entity", "trust.metadata_several":
		field = "entity_id"
	case "trust.metadata_signer", "trust.metadata_signature":
		field = "signer"
	}
	f.wrong(field, e.Key, e.Args)
	return nil
}

// party is what the draft's IdP says of itself, nil while nothing is known of it or it cannot be asked.
func (a *admin) party(ctx context.Context, d store.TrustDraft) *page.Party {
	switch {
	case d.SAML != nil && len(d.SAML.Metadata) > 0:
		p, err := a.Parties.Metadata(ctx, *d.SAML, d.SAML.Metadata)
		if err != nil {
			return nil
		}
		return a.samlParty(p, d.SAML.FetchedAt)
	case d.OIDC != nil && d.OIDC.Issuer != "":
		p, err := a.Parties.Issuer(ctx, *d.OIDC)
		if err != nil {
			return nil
		}
		return oidcParty(p)
	}
	return nil
}

func (a *admin) samlParty(p SAMLParty, fetched time.Time) *page.Party {
	v := &page.Party{Name: p.EntityID, FetchedAt: fetched}
	v.Facts = facts("sso_redirect", p.SSORedirect, "sso_post", p.SSOPost, "slo", p.SLO)
	if p.WantsSigned {
		v.Facts = append(v.Facts, page.Fact{Key: "signed", Text: "✓"})
	}
	for _, k := range p.Certificates {
		v.Keys = append(v.Keys, a.keyEnd("theirs", k.Ends, k.Fingerprint))
	}
	if !p.ValidUntil.IsZero() {
		v.Keys = append(v.Keys, a.keyEnd("metadata", p.ValidUntil, ""))
	}
	return v
}

func (a *admin) keyEnd(what string, ends time.Time, fingerprint string) page.KeyEnd {
	left := int(ends.Sub(a.Portal.Now()).Hours() / 24)
	if ends.Before(a.Portal.Now()) {
		left = -1
	}
	return page.KeyEnd{What: what, Ends: ends, Fingerprint: inPairs(fingerprint), Left: left}
}

// inPairs writes a SHA-256 as IdPs' own pages show it, so that people can compare the two; anything else as it is.
func inPairs(fingerprint string) string {
	if len(fingerprint) != 64 {
		return fingerprint
	}
	var b strings.Builder
	for i := 0; i < len(fingerprint); i += 2 {
		if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(strings.ToUpper(fingerprint[i : i+2]))
	}
	return b.String()
}

func oidcParty(p OIDCParty) *page.Party {
	v := &page.Party{Name: p.Issuer, Facts: facts("authorization", p.Authorization, "token", p.Token, "jwks", p.JWKS, "userinfo", p.UserInfo, "end_session", p.EndSession,
		"methods", strings.Join(p.AuthMethods, ", "), "algs", strings.Join(p.Algorithms, ", "))}
	if p.PKCE {
		v.Facts = append(v.Facts, page.Fact{Key: "pkce", Text: "S256"})
	}
	return v
}

// facts are those of key and text pairs that have a text.
func facts(pairs ...string) (all []page.Fact) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all = append(all, page.Fact{Key: pairs[i], Text: pairs[i+1]})
		}
	}
	return all
}
