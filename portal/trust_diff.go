package portal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"cloudpocket/store"
)

// TrustChange is one thing that differs between two versions of a trust. Secrets are never in it, and documents only by
// their digest.
type TrustChange struct {
	Field    string
	Old, New string // as texts; empty for nothing
}

// TrustDiff returns what differs from one version of a trust to another; 0 as the second is the draft, -1 the trust as it
// counts.
func (p *Portal) TrustDiff(ctx context.Context, a Actor, id store.ID, from, to int64) (changes []TrustChange, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) error {
		old, err := trustAt(ctx, tx, id, from)
		if err != nil {
			return err
		}
		next, err := trustAt(ctx, tx, id, to)
		if err != nil {
			return err
		}
		changes = diffTrusts(old, next)
		return nil
	})
	return changes, err
}

func trustAt(ctx context.Context, tx store.Tx, id store.ID, version int64) (store.Trust, error) {
	live, err := ownTrust(ctx, tx, id)
	if err != nil {
		return live, err
	}
	switch version {
	case -1, live.Version:
		return live, nil
	case 0:
		d, err := tx.TrustDrafts().Get(ctx, id)
		return d.Trust, err
	}
	v, err := tx.TrustDrafts().Version(ctx, id, version)
	if err != nil {
		return live, fmt.Errorf("read version %d of trust %s: %w", version, id, err)
	}
	return v.Trust, nil
}

// diffTrusts returns what differs, in a stable order.
func diffTrusts(from, to store.Trust) (changes []TrustChange) {
	old, next := trustTexts(from), trustTexts(to)
	for _, field := range trustFields() {
		if old[field] != next[field] {
			changes = append(changes, TrustChange{field, old[field], next[field]})
		}
	}
	return changes
}

// trustFields are the fields that can differ, in the order in which they are shown. They are named as the forms' are.
func trustFields() []string {
	return []string{"name", "label", "logo", "domains", "state",
		"entity_id", "metadata", "metadata_url", "signer", "refresh", "keys", "offered", "nameid", "post", "plain", "cbc",
		"issuer", "client", "method", "secret", "scopes", "acr", "max_age", "userinfo",
		"subject", "tenant", "mapped_name", "mail", "offices", "role", "group", "tenants",
		"mfa", "mfa.contexts", "mfa.methods", "mfa.age", "contexts", "force", "initiated", "private", "skew", "idle", "absolute", "limit", "jit", "allowed", "scim", "other"}
}

// trustTexts returns a trust's fields as texts.
func trustTexts(t store.Trust) map[string]string {
	all := map[string]string{
		"name": t.Name, "label": t.Label, "domains": strings.Join(t.Domains, " "), "state": string(t.State),
		"subject": sourceText(t.Mapping.Subject), "tenant": sourceText(t.Mapping.Tenant), "mapped_name": sourceText(t.Mapping.Name),
		"mail": sourceText(t.Mapping.Email), "offices": sourceText(t.Mapping.Offices), "role": sourceText(t.Mapping.Role),
		"group": tableText(t.Mapping.Roles), "tenants": tableText(t.Tenants),
		"mfa": onText(t.MFA.Required), "mfa.contexts": strings.Join(t.MFA.Contexts, " "), "mfa.methods": strings.Join(t.MFA.Methods, " "), "mfa.age": spanText(t.MFA.MaxAge),
		"idle": spanText(t.Sessions.Idle), "absolute": spanText(t.Sessions.Absolute), "limit": countText(t.Sessions.Limit),
		"jit": onText(t.JustInTime), "scim": t.SCIM.Subject, "other": restText(t),
	}
	if t.Logo != nil {
		all["logo"] = digestText(t.Logo.Data)
	}
	for _, r := range t.Allowed {
		all["allowed"] = strings.TrimSpace(all["allowed"] + " " + r.String())
	}
	maps.Copy(all, samlTexts(t.SAML))
	maps.Copy(all, oidcTexts(t.OIDC))
	return all
}

func samlTexts(s *store.SAMLTrust) map[string]string {
	if s == nil {
		return nil
	}
	return map[string]string{"entity_id": s.EntityID, "metadata": digestText(s.Metadata), "metadata_url": s.MetadataURL, "signer": digestText([]byte(s.SignerPEM)),
		"refresh": string(s.Refresh), "offered": offerText(digestText(s.Offered), s.RefusedAt), "nameid": s.NameIDFormat, "post": onText(s.PostRequests), "plain": onText(s.PlainRequests),
		"cbc": onText(s.AllowCBC), "contexts": strings.Join(s.Contexts, " "), "force": onText(s.ForceAuthn), "initiated": onText(s.IdPInitiated),
		"private": onText(s.AllowPrivate), "skew": spanText(s.Skew)}
}

// oidcTexts leaves the secret out: that it is another one shows by a digest of its reference, which is none of it.
func oidcTexts(o *store.OIDCTrust) map[string]string {
	if o == nil {
		return nil
	}
	return map[string]string{"issuer": o.Issuer, "client": o.ClientID, "method": o.AuthMethod, "secret": secretText(o.SecretRef), "scopes": strings.Join(o.Scopes, " "),
		"acr": strings.Join(o.ACRValues, " "), "max_age": spanText(o.MaxAge), "userinfo": onText(o.UserInfo), "private": onText(o.AllowPrivate), "skew": spanText(o.Skew),
		"initiated": onText(!o.NoInitiation), "refresh": string(o.Refresh), "keys": strings.Join(o.Keys, " "), "offered": offerText(strings.Join(o.Offered, " "), o.RefusedAt)}
}

// offerText is what an IdP offers; refused, nothing waits any more.
func offerText(offer string, refused time.Time) string {
	if !refused.IsZero() {
		return ""
	}
	return offer
}

// restText stands for every field that has no text of its own, so that none can differ unseen.
func restText(t store.Trust) string {
	t.ID, t.Name, t.Label, t.Protocol, t.State, t.CreatedAt, t.Version = "", "", "", "", "", time.Time{}, 0
	t.Domains, t.Allowed, t.Logo, t.JustInTime, t.Tenants = nil, nil, nil, false, nil
	t.SCIM = store.SCIMRule{}
	t.MFA, t.Sessions, t.Mapping = store.MFARule{}, store.SessionRule{}, store.Mapping{}
	if t.SAML != nil {
		known := *t.SAML
		known.EntityID, known.Metadata, known.MetadataURL, known.FetchedAt, known.SignerPEM, known.Refresh, known.Offered, known.OfferedAt, known.RefusedAt = "", nil, "", time.Time{}, "", "", nil, time.Time{}, time.Time{}
		known.NameIDFormat, known.PostRequests, known.PlainRequests, known.AllowCBC, known.Contexts, known.ForceAuthn, known.IdPInitiated = "", false, false, false, nil, false, false
		known.AllowPrivate, known.Skew, known.Vouched, known.VouchedUntil, t.SAML = false, 0, nil, time.Time{}, &known
	}
	if t.OIDC != nil {
		known := *t.OIDC
		known.Issuer, known.ClientID, known.AuthMethod, known.SecretRef, known.Scopes, known.ACRValues, known.MaxAge = "", "", "", "", nil, nil, 0
		known.UserInfo, known.AllowPrivate, known.Skew, known.NoInitiation = false, false, 0, false
		known.Refresh, known.Keys, known.Offered, known.OfferedAt, known.RefusedAt, t.OIDC = "", nil, nil, time.Time{}, time.Time{}, &known
	}
	if (t.SAML == nil || reflect.ValueOf(*t.SAML).IsZero()) && (t.OIDC == nil || reflect.ValueOf(*t.OIDC).IsZero()) {
		t.SAML, t.OIDC = nil, nil
	}
	if reflect.ValueOf(t).IsZero() {
		return ""
	}
	b, err := json.Marshal(t)
	if err != nil {
		return err.Error()
	}
	return digestText(b)
}

func sourceText(s store.Source) string {
	parts := []string{s.String()}
	if s.Strip != "" {
		parts = append(parts, "− "+s.Strip)
	}
	if s.Lookup != nil {
		parts = append(parts, tableText(s.Lookup))
	}
	return strings.Trim(strings.Join(parts, "; "), "; ")
}

func tableText[V ~string](m map[string]V) string {
	var rows []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		rows = append(rows, k+" = "+string(m[k]))
	}
	return strings.Join(rows, "; ")
}

func onText(on bool) string {
	if on {
		return "✓"
	}
	return ""
}

func spanText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func countText(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func digestText(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	sum := sha256.Sum256(b)
	return "SHA-256 " + hex.EncodeToString(sum[:8])
}

// secretText names where a secret is, and of a sealed one only that it is another one.
func secretText(ref string) string {
	if strings.HasPrefix(ref, sealed) {
		return digestText([]byte(ref))
	}
	return ref
}
