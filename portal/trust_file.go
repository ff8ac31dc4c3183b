package portal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"cloudpocket/store"
)

// MaxTrustFile is how many bytes a trust's file may have: metadata of large federations is about a megabyte.
const MaxTrustFile = 8 << 20

// trustFormat is what a trust's file says that it is.
const trustFormat = "cloudpocket trust 1"

// keptSecret stands for a client secret that is sealed in the records: a file has none.
const keptSecret = "sealed"

// TrustFile is a trust as a file says it, which people keep beside their other configuration: named by field, in one order,
// without secrets and without what only time brings, so that a trust that did not change is the same file.
type TrustFile struct {
	Format     string              `json:"format"`
	ID         store.ID            `json:"id"`
	Protocol   store.Protocol      `json:"protocol"`
	Name       string              `json:"name"`
	Label      string              `json:"label,omitempty"`
	Logo       *logoFile           `json:"logo,omitempty"`
	Domains    []string            `json:"domains,omitempty"`
	SAML       *samlFile           `json:"saml,omitempty"`
	OIDC       *oidcFile           `json:"oidc,omitempty"`
	Mapping    mappingFile         `json:"mapping"`
	Tenants    map[string]store.ID `json:"tenants,omitempty"`
	MFA        mfaFile             `json:"mfa"`
	Sessions   sessionsFile        `json:"sessions"`
	JustInTime bool                `json:"just_in_time"`
	Allowed    []netip.Prefix      `json:"allowed,omitempty"`
	SCIM       scimFile            `json:"scim"`
}

type logoFile struct {
	MediaType string `json:"media_type"`
	Data      []byte `json:"data"`
}

type samlFile struct {
	EntityID      string            `json:"entity_id"`
	Metadata      string            `json:"metadata"`
	MetadataURL   string            `json:"metadata_url,omitempty"`
	Signer        string            `json:"signer,omitempty"`
	Refresh       store.RefreshMode `json:"refresh,omitempty"`
	AllowPrivate  bool              `json:"allow_private"`
	IdPInitiated  bool              `json:"idp_initiated"`
	ForceAuthn    bool              `json:"force_authn"`
	Contexts      []string          `json:"contexts,omitempty"`
	NameIDFormat  string            `json:"nameid_format,omitempty"`
	Skew          fileSpan          `json:"skew"`
	PostRequests  bool              `json:"post_requests"`
	PlainRequests bool              `json:"plain_requests"`
	AllowCBC      bool              `json:"allow_cbc"`
}

type oidcFile struct {
	Issuer       string            `json:"issuer"`
	ClientID     string            `json:"client_id"`
	AuthMethod   string            `json:"auth_method"`
	Secret       string            `json:"secret,omitempty"`
	Scopes       []string          `json:"scopes,omitempty"`
	ACRValues    []string          `json:"acr_values,omitempty"`
	MaxAge       fileSpan          `json:"max_age"`
	Skew         fileSpan          `json:"skew"`
	UserInfo     bool              `json:"userinfo"`
	NoInitiation bool              `json:"no_initiation"`
	Refresh      store.RefreshMode `json:"refresh,omitempty"`
	Keys         []string          `json:"keys,omitempty"`
	AllowPrivate bool              `json:"allow_private"`
}

type mappingFile struct {
	Subject sourceFile        `json:"subject,omitzero"`
	Tenant  sourceFile        `json:"tenant,omitzero"`
	Name    sourceFile        `json:"name,omitzero"`
	Email   sourceFile        `json:"email,omitzero"`
	Offices sourceFile        `json:"offices,omitzero"`
	Role    sourceFile        `json:"role,omitzero"`
	Roles   map[string]string `json:"roles,omitempty"`
}

// sourceFile is a store.Source without its older form, in which a field that nobody knows would go unnoticed.
type sourceFile struct {
	Fixed  string            `json:"fixed,omitempty"`
	Claims []string          `json:"claims,omitempty"`
	Strip  string            `json:"strip,omitempty"`
	Lookup map[string]string `json:"lookup,omitempty"`
}

type mfaFile struct {
	Required bool     `json:"required"`
	Contexts []string `json:"contexts,omitempty"`
	Methods  []string `json:"methods,omitempty"`
	MaxAge   fileSpan `json:"max_age"`
}

type sessionsFile struct {
	Idle     fileSpan `json:"idle"`
	Absolute fileSpan `json:"absolute"`
	Limit    int      `json:"limit"`
}

type scimFile struct {
	Subject string `json:"subject,omitempty"`
}

// fileSpan is a duration as people write it, such as "20m".
type fileSpan time.Duration

func (s fileSpan) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

func (s *fileSpan) UnmarshalText(b []byte) error {
	d, err := time.ParseDuration(string(b))
	*s = fileSpan(d)
	return err
}

// FileOf returns the file of a trust.
func FileOf(t store.Trust) TrustFile {
	m := t.Mapping
	f := TrustFile{Format: trustFormat, ID: t.ID, Protocol: t.Protocol, Name: t.Name, Label: t.Label, Domains: t.Domains, Tenants: t.Tenants, JustInTime: t.JustInTime, Allowed: t.Allowed,
		Mapping: mappingFile{sourceFile(m.Subject), sourceFile(m.Tenant), sourceFile(m.Name), sourceFile(m.Email), sourceFile(m.Offices), sourceFile(m.Role), m.Roles},
		MFA:     mfaFile{t.MFA.Required, t.MFA.Contexts, t.MFA.Methods, fileSpan(t.MFA.MaxAge)}, SCIM: scimFile(t.SCIM),
		Sessions: sessionsFile{fileSpan(t.Sessions.Idle), fileSpan(t.Sessions.Absolute), t.Sessions.Limit}}
	if t.Logo != nil {
		f.Logo = &logoFile{t.Logo.MediaType, t.Logo.Data}
	}
	if s := t.SAML; s != nil {
		f.SAML = &samlFile{s.EntityID, string(s.Metadata), s.MetadataURL, s.SignerPEM, s.Refresh, s.AllowPrivate, s.IdPInitiated, s.ForceAuthn, s.Contexts, s.NameIDFormat, fileSpan(s.Skew), s.PostRequests, s.PlainRequests, s.AllowCBC}
	}
	if o := t.OIDC; o != nil {
		ref := o.SecretRef
		if strings.HasPrefix(ref, sealed) {
			ref = keptSecret
		}
		f.OIDC = &oidcFile{o.Issuer, o.ClientID, o.AuthMethod, ref, o.Scopes, o.ACRValues, fileSpan(o.MaxAge), fileSpan(o.Skew), o.UserInfo, o.NoInitiation, o.Refresh, o.Keys, o.AllowPrivate}
	}
	return f
}

// Onto returns what the file makes of a trust: what files do not say stays, as far as it is about the same identity
// provider.
func (f TrustFile) Onto(before store.Trust, now time.Time) store.Trust {
	m := f.Mapping
	t := store.Trust{ID: f.ID, Protocol: f.Protocol, Name: f.Name, Label: f.Label, Domains: f.Domains, Tenants: f.Tenants, JustInTime: f.JustInTime, Allowed: f.Allowed,
		State: before.State, CreatedAt: before.CreatedAt, Version: before.Version, SCIM: store.SCIMRule(f.SCIM),
		Mapping:  store.Mapping{Subject: store.Source(m.Subject), Tenant: store.Source(m.Tenant), Name: store.Source(m.Name), Email: store.Source(m.Email), Offices: store.Source(m.Offices), Role: store.Source(m.Role), Roles: m.Roles},
		MFA:      store.MFARule{Required: f.MFA.Required, Contexts: f.MFA.Contexts, Methods: f.MFA.Methods, MaxAge: time.Duration(f.MFA.MaxAge)},
		Sessions: store.SessionRule{Idle: time.Duration(f.Sessions.Idle), Absolute: time.Duration(f.Sessions.Absolute), Limit: f.Sessions.Limit}}
	if f.Logo != nil {
		t.Logo = &store.Picture{MediaType: f.Logo.MediaType, Data: f.Logo.Data}
	}
	if f.SAML != nil {
		t.SAML = f.SAML.onto(before.SAML, now)
	}
	if f.OIDC != nil {
		t.OIDC = f.OIDC.onto(before.OIDC)
	}
	return t
}

func (f samlFile) onto(before *store.SAMLTrust, now time.Time) *store.SAMLTrust {
	s := &store.SAMLTrust{EntityID: f.EntityID, Metadata: []byte(f.Metadata), MetadataURL: f.MetadataURL, FetchedAt: now, SignerPEM: f.Signer, AllowPrivate: f.AllowPrivate, Refresh: f.Refresh,
		IdPInitiated: f.IdPInitiated, ForceAuthn: f.ForceAuthn, Contexts: f.Contexts, NameIDFormat: f.NameIDFormat, Skew: time.Duration(f.Skew), PostRequests: f.PostRequests, PlainRequests: f.PlainRequests, AllowCBC: f.AllowCBC}
	if before != nil && bytes.Equal(before.Metadata, s.Metadata) && before.EntityID == s.EntityID {
		s.FetchedAt, s.Offered, s.OfferedAt, s.RefusedAt = before.FetchedAt, before.Offered, before.OfferedAt, before.RefusedAt
		s.Vouched, s.VouchedUntil = before.Vouched, before.VouchedUntil
	}
	return s
}

func (f oidcFile) onto(before *store.OIDCTrust) *store.OIDCTrust {
	o := &store.OIDCTrust{Issuer: f.Issuer, ClientID: f.ClientID, AuthMethod: f.AuthMethod, SecretRef: f.Secret, Scopes: f.Scopes, ACRValues: f.ACRValues, MaxAge: time.Duration(f.MaxAge), Skew: time.Duration(f.Skew),
		UserInfo: f.UserInfo, NoInitiation: f.NoInitiation, Refresh: f.Refresh, Keys: f.Keys, AllowPrivate: f.AllowPrivate}
	if f.Secret == keptSecret {
		o.SecretRef = ""
		if before != nil && before.Issuer == f.Issuer && strings.HasPrefix(before.SecretRef, sealed) {
			o.SecretRef = before.SecretRef
		}
	}
	if before != nil && before.Issuer == o.Issuer {
		o.Offered, o.OfferedAt, o.RefusedAt = before.Offered, before.OfferedAt, before.RefusedAt
	}
	return o
}

// Write writes the file.
func (f TrustFile) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(f); err != nil {
		return fmt.Errorf("write the file of trust %s: %w", f.ID, err)
	}
	return nil
}

// ReadTrustFile reads the file of a trust. What it does not know, or reads twice, is an error: a rule that is misspelled
// must not be one that does not hold.
func ReadTrustFile(r io.Reader) (f TrustFile, err error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxTrustFile+1))
	switch {
	case err != nil:
		return f, fmt.Errorf("read the file of a trust: %w", err)
	case len(b) > MaxTrustFile:
		return f, store.Fail(store.TooLarge, "error.trust_file", "a trust's file has more than %d bytes", MaxTrustFile)
	}
	if err := onceEach(b); err != nil {
		return f, store.Fail(store.Invalid, "error.trust_file", "the file is no trust: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return TrustFile{}, store.Fail(store.Invalid, "error.trust_file", "the file is no trust: %w", err)
	}
	if err := f.check(); err != nil {
		return TrustFile{}, store.Fail(store.Invalid, "error.trust_file", "the file is no trust: %w", err)
	}
	return f, nil
}

// check demands what makes a file a trust's; what a trust may say is checked where it is saved.
func (f TrustFile) check() error {
	switch {
	case f.Format != trustFormat:
		return fmt.Errorf("its format is %.40q, not %q", f.Format, trustFormat)
	case !f.ID.Valid():
		return fmt.Errorf("the ID %.80q is none", string(f.ID))
	case f.Protocol != store.SAML && f.Protocol != store.OIDC:
		return fmt.Errorf("the protocol %.40q is neither %s nor %s", string(f.Protocol), store.SAML, store.OIDC)
	case f.SAML != nil && f.Protocol != store.SAML || f.OIDC != nil && f.Protocol != store.OIDC:
		return fmt.Errorf("it has the half of another protocol than %s", f.Protocol)
	}
	if f.OIDC == nil || f.OIDC.Secret == "" || f.OIDC.Secret == keptSecret {
		return nil
	}
	if where, name, _ := strings.Cut(f.OIDC.Secret, ":"); name == "" || where != "env" && where != "file" {
		return errors.New("oidc.secret says where the secret is, env:NAME or file:PATH, or that it is sealed; the secret itself must not be in the file")
	}
	return nil
}

// deepest is how many levels a trust's file may have; its own form has four.
const deepest = 8

// onceEach demands one value in which no object says the same twice, as the decoder would take the last.
func onceEach(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if err := onceIn(d, "", 0); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows it")
	}
	return nil
}

func onceIn(d *json.Decoder, of string, level int) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	open, is := token.(json.Delim)
	switch {
	case !is:
		return nil
	case level == deepest:
		return fmt.Errorf("it has more than %d levels", deepest)
	}
	said := map[string]bool{}
	for d.More() {
		key := of
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			key = fmt.Sprint(name)
			if !slices.Contains([]string{"tenants", "roles", "lookup"}, of) {
				key = strings.ToLower(key) // whose own the letters are not, the decoder takes either for the field
			}
			if said[key] {
				return fmt.Errorf("it says %.80q twice", name)
			}
			said[key] = true
		}
		if err := onceIn(d, key, level+1); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}
