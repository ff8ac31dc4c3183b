package portal

import (
	"bytes"
	"context"
	"image"
	_ "image/jpeg" // so that a logo's measures can be read
	_ "image/png"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	_ "golang.org/x/image/webp"

	"cloudpocket/store"
)

// TrustProblem is what is wrong with a draft, or missing from it. Field is the form field that it belongs to, Key the
// sentence for the person.
type TrustProblem struct {
	Field string
	Key   string
	Args  map[string]any
}

// How much of everything a trust may have.
const (
	maxClaims  = 20
	maxLookup  = 2000
	maxRules   = 200 // roles, domains, address ranges
	maxLabel   = 60  // characters
	logoPixels = 512
	longestDay = 24 * time.Hour
	longestAge = 30 * longestDay
)

// proposal is what a trust is to become, and what it is held against.
type proposal struct {
	live   store.Trust // as it counts
	before store.Trust // what next was made of: what stood there or in live may stay
	kept   store.Trust // the draft as it is kept, live without one: it may be at a private address by the operator's leave
	next   store.Trust
}

// refuse returns what account may not make of a trust, and what cannot be kept.
func (p *Portal) refuse(ctx context.Context, tx store.Tx, account store.Account, next proposal) []TrustProblem {
	c := &trustCheck{tx: tx, account: account, proposal: next, private: p.PrivateIdPs}
	c.names()
	c.halves()
	c.mapping()
	c.roles(ctx)
	c.tenants()
	c.rules()
	c.logo()
	return c.problems
}

// trustCheck collects the problems of one draft.
type trustCheck struct {
	proposal
	tx       store.Tx
	account  store.Account
	private  bool
	problems []TrustProblem
}

func (c *trustCheck) demand(holds bool, field, key string) {
	if !holds {
		c.problems = append(c.problems, TrustProblem{Field: field, Key: key})
	}
}

func (c *trustCheck) names() {
	c.demand(nameable(c.next.Name), "name", "error.trust_name")
	c.demand(plainText(c.next.Label) && utf8.RuneCountInString(c.next.Label) <= maxLabel, "label", "error.trust_label")
}

// halves holds the protocol's own half: addresses and secrets of the host are the operator's to name.
func (c *trustCheck) halves() {
	if s := c.next.SAML; s != nil {
		c.demand(c.next.Protocol == store.SAML, "protocol", "error.trust_protocol")
		c.demand(!s.AllowPrivate || c.mayStayPrivate(s.MetadataURL), "metadata_url", "error.trust_private")
		c.demand(s.MetadataURL == "" || webAddress(s.MetadataURL, s.AllowPrivate), "metadata_url", "trust.metadata_address")
		c.demand(s.Skew >= 0 && s.Skew <= 5*time.Minute, "skew", "error.trust_skew")
	}
	if o := c.next.OIDC; o != nil {
		c.demand(c.next.Protocol == store.OIDC, "protocol", "error.trust_protocol")
		c.demand(!o.AllowPrivate || c.mayStayPrivate(o.Issuer), "issuer", "error.trust_private")
		c.demand(o.Issuer == "" || webAddress(o.Issuer, o.AllowPrivate), "issuer", "trust.discovery_address")
		c.demand(slices.Contains([]string{"client_secret_basic", "client_secret_post", "private_key_jwt"}, o.AuthMethod), "method", "error.trust_method")
		c.demand(strings.HasPrefix(o.SecretRef, sealed) || slices.Contains([]string{"", secretRef(c.live), secretRef(c.before)}, o.SecretRef), "secret", "error.trust_secret_ref")
		c.demand(o.Skew >= 0 && o.Skew <= 5*time.Minute, "skew", "error.trust_skew")
		c.demand(o.MaxAge >= 0 && o.MaxAge <= longestAge, "max_age", "error.trust_age")
	}
}

// mayStayPrivate reports whether the operator lets address be a private one: any, or that of the trust as it counts or of the
// draft as it is kept, which nobody else could have made so.
func (c *trustCheck) mayStayPrivate(address string) bool {
	return c.private || AllowsPrivate(address, c.live, c.kept)
}

// AllowsPrivate reports whether the leave of one of trusts to be at a private address is for address too. It was given for
// one host: with another, whoever edits a trust could have anything within our network asked.
func AllowsPrivate(address string, trusts ...store.Trust) bool {
	return slices.ContainsFunc(trusts, func(t store.Trust) bool { return leaveFor(t, address) })
}

// leaveFor is [AllowsPrivate] of one trust.
func leaveFor(t store.Trust, address string) bool {
	given, allowed := "", false
	switch {
	case t.SAML != nil:
		given, allowed = t.SAML.MetadataURL, t.SAML.AllowPrivate
	case t.OIDC != nil:
		given, allowed = t.OIDC.Issuer, t.OIDC.AllowPrivate
	}
	return allowed && (address == "" || origin(address) != "" && origin(address) == origin(given))
}

// origin is the scheme, host and port of an address, "" of what is none.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + strings.ToLower(u.Host)
}

func secretRef(t store.Trust) string {
	if t.OIDC == nil {
		return ""
	}
	return t.OIDC.SecretRef
}

// webAddress reports whether s is an address that the service may ask.
func webAddress(s string, private bool) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && u.User == nil && u.Fragment == "" && (u.Scheme == "https" || u.Scheme == "http" && private)
}

func (c *trustCheck) mapping() {
	m := c.next.Mapping
	c.demand(m.Subject.Fixed == "", "subject.kind", "error.trust_subject_fixed")
	for i, s := range m.Sources() {
		field := []string{"subject", "tenant", "name", "mail", "offices", "role"}[i]
		c.demand(len(s.Claims) <= maxClaims && !slices.Contains(s.Claims, ""), field+".claims", "error.trust_claims")
		c.demand(len(s.Lookup) <= maxLookup, field+".lookup", "error.trust_lookup")
		c.demand(plainText(s.Fixed), field+".fixed", "error.trust_text")
	}
}

// roles demands that nobody grants by a claim what they could not grant by hand.
func (c *trustCheck) roles(ctx context.Context) {
	c.demand(len(c.next.Mapping.Roles) <= maxRules, "group", "error.trust_roles")
	for _, value := range slices.Sorted(maps.Keys(c.next.Mapping.Roles)) {
		menus := c.next.Mapping.Roles[value]
		if menus == c.live.Mapping.Roles[value] || menus == c.before.Mapping.Roles[value] {
			continue
		}
		_, granted, err := mapRole(ctx, c.tx, menus)
		switch {
		case err != nil:
			c.problems = append(c.problems, TrustProblem{"group", "error.trust_role", map[string]any{"Name": value}})
		case granted&^Permissions(c.account) != 0:
			c.problems = append(c.problems, TrustProblem{"group", "error.trust_role_beyond", map[string]any{"Name": value}})
		}
	}
}

// tenants demands that a trust is bound to no other firm: that is the operator's. Whether there is such a firm is not told.
func (c *trustCheck) tenants() {
	c.demand(len(c.next.Tenants) <= maxLookup, "tenants", "error.trust_lookup")
	for _, tenant := range c.next.Tenants {
		if tenant != c.tx.Tenant() {
			c.demand(false, "tenants", "error.trust_tenant")
			return
		}
	}
}

func (c *trustCheck) rules() {
	t := c.next
	c.demand(t.MFA.MaxAge >= 0 && t.MFA.MaxAge <= longestAge, "mfa.age", "error.trust_age")
	c.demand(!t.MFA.Required || len(t.MFA.Contexts)+len(t.MFA.Methods) > 0, "mfa", "error.trust_mfa")
	c.demand(t.Sessions.Idle >= 0 && (t.Sessions.Idle == 0 || t.Sessions.Idle >= time.Minute) && t.Sessions.Idle <= longestDay, "idle", "error.trust_session")
	c.demand(t.Sessions.Absolute >= 0 && t.Sessions.Absolute <= longestAge && (t.Sessions.Absolute == 0 || t.Sessions.Absolute >= t.Sessions.Idle), "absolute", "error.trust_session")
	c.demand(t.Sessions.Limit >= 0 && t.Sessions.Limit <= 100, "limit", "error.trust_limit")
	c.demand(!t.JustInTime || !t.Mapping.Offices.IsZero(), "jit", "error.trust_jit")
	c.demand(slices.Contains([]string{"", store.SubjectUserName, store.SubjectExternalID}, t.SCIM.Subject), "scim", "error.trust_scim")
	c.demand(len(t.Allowed) <= maxRules && !slices.ContainsFunc(t.Allowed, misfit), "allowed", "error.trust_allowed")
	c.demand(len(t.Domains) <= maxRules && !slices.ContainsFunc(t.Domains, func(d string) bool { return !domainName(d) }), "domains", "error.trust_domain")
}

// misfit reports whether r is no range that anybody could come from: an IPv4 range that is written as an IPv6 one has no
// address in it.
func misfit(r netip.Prefix) bool {
	return !r.IsValid() || r != r.Masked() || r.Addr().Is4In6()
}

// logo demands a picture of a kind that every browser shows, by what it holds and not by what it says.
func (c *trustCheck) logo() {
	l := c.next.Logo
	if l == nil {
		return
	}
	kind := http.DetectContentType(l.Data)
	c.demand(len(l.Data) <= store.MaxLogo && kind == l.MediaType && slices.Contains([]string{"image/png", "image/jpeg", "image/webp"}, kind), "logo", "error.trust_logo")
	if measures, _, err := image.DecodeConfig(bytes.NewReader(l.Data)); err != nil || measures.Width > logoPixels || measures.Height > logoPixels {
		c.demand(false, "logo", "error.trust_logo")
	}
}

// incomplete returns what a trust lacks to be used at all.
func incomplete(t store.Trust) (missing []TrustProblem) {
	lack := func(lacks bool, field, key string) {
		if lacks {
			missing = append(missing, TrustProblem{Field: field, Key: key})
		}
	}
	switch t.Protocol {
	case store.SAML:
		lack(t.SAML == nil || len(t.SAML.Metadata) == 0 || t.SAML.EntityID == "", "metadata_url", "trust.metadata_missing")
	case store.OIDC:
		lack(t.OIDC == nil || t.OIDC.Issuer == "", "issuer", "error.trust_no_issuer")
		lack(t.OIDC == nil || t.OIDC.ClientID == "", "client", "error.trust_no_client")
		lack(t.OIDC != nil && t.OIDC.AuthMethod != "private_key_jwt" && t.OIDC.SecretRef == "", "secret", "error.trust_no_secret")
	}
	lack(t.OIDC != nil && t.OIDC.Refresh == store.RefreshPin && len(t.OIDC.Keys) == 0, "refresh", "error.trust_pin")
	lack(t.Mapping.Tenant.IsZero() != (len(t.Tenants) == 0), "tenants", "error.trust_tenant_values")
	// A table without a claim is for groups that are provisioned.
	lack(!t.Mapping.Role.IsZero() && len(t.Mapping.Roles) == 0, "group", "error.trust_role_values")
	return missing
}
