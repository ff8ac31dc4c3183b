package store

import (
	"context"
	"net/netip"
	"time"
)

// Trust is what makes one parent product's IdP believed (IdP信頼設定).
type Trust struct {
	ID         ID     // appears in our entity ID, ACS and redirect URIs
	Name       string // administrators see it
	Label      string // people see it on the sign-in page; empty: not listed there
	Protocol   Protocol
	State      TrustState
	SAML       *SAMLTrust    // set when Protocol is SAML
	OIDC       *OIDCTrust    // set when Protocol is OIDC
	Mapping    Mapping       // which claims say what
	Tenants    map[string]ID // with Mapping.Tenant: the claim's value → the tenant admitted into; nothing else is
	MFA        MFARule
	Sessions   SessionRule
	JustInTime bool           // may create accounts that were not registered; default no
	Domains    []string       // of mail addresses whose people are sent here when they type one; lower case
	Allowed    []netip.Prefix // where people may come from; empty: from anywhere
	Logo       *Picture       // shown on the sign-in page beside Label
	SCIM       SCIMRule       // how what is provisioned becomes accounts
	CreatedAt  time.Time
	Version    int64 // raised by every Update; Update with another version is ErrConflict
}

// AllowsFrom reports whether people may come from address by t.
func (t Trust) AllowsFrom(address string) bool { return within(t.Allowed, address) }

// Picture is a small picture (PNG, JPEG or WebP) as it was given.
type Picture struct {
	MediaType string
	Data      []byte // at most MaxLogo bytes
}

// MaxLogo is how many bytes a trust's logo may have.
const MaxLogo = 64 << 10

// Protocol is the language a trust speaks.
type Protocol string

const (
	SAML Protocol = "saml"
	OIDC Protocol = "oidc"
)

// TrustState tells whether a trust's IdP is believed.
type TrustState string

const (
	TrustEnabled  TrustState = "enabled"
	TrustDisabled TrustState = "disabled"
)

// SAMLTrust is the SAML half of a trust. Times are durations in nanoseconds, as in Go.
type SAMLTrust struct {
	EntityID     string    // the IdP's; never changes by a refresh
	Metadata     []byte    // the IdP's metadata as last accepted (SAML metadata 2.0)
	MetadataURL  string    // where it is refreshed from; empty: never
	FetchedAt    time.Time // when Metadata was accepted
	SignerPEM    string    // when set, refreshed metadata must be signed by this certificate
	AllowPrivate bool      // MetadataURL may be a private or loopback address

	Refresh   RefreshMode
	Offered   []byte    // metadata with other keys that waits for an administrator's word (RefreshAsk)
	OfferedAt time.Time // when it was first seen
	RefusedAt time.Time // when an administrator refused it; zero: nobody did

	Vouched      []string  // SHA-256 of those certificates of Metadata that newer metadata has too, which was not taken over
	VouchedUntil time.Time // how long they are believed for that, although Metadata itself runs out

	IdPInitiated  bool          // accept responses nobody asked for
	ForceAuthn    bool          // always ask for a fresh authentication
	Contexts      []string      // RequestedAuthnContext class references; empty: none requested
	NameIDFormat  string        // requested format; empty: unspecified
	Skew          time.Duration // tolerated clock difference; 0: 60 s
	PostRequests  bool          // send AuthnRequests by POST instead of Redirect
	PlainRequests bool          // do not sign AuthnRequests
	AllowCBC      bool          // accept AES-CBC encrypted assertions (SAML's old mandatory cipher, malleable)
}

// Take makes metadata what is believed from then on; nothing waits beside it any more.
func (t *SAMLTrust) Take(metadata []byte, at time.Time) {
	t.Metadata, t.FetchedAt = metadata, at
	t.Offered, t.OfferedAt, t.RefusedAt = nil, time.Time{}, time.Time{}
	t.Vouched, t.VouchedUntil = nil, time.Time{}
}

// RefreshMode is what becomes of metadata that is fetched.
type RefreshMode string

const (
	RefreshAuto RefreshMode = ""    // it is taken over, as long as a key that is known is among it
	RefreshAsk  RefreshMode = "ask" // it is taken over while its keys stay; when they change, an administrator is asked
	RefreshPin  RefreshMode = "pin" // nothing is fetched: what was accepted stays
)

// OIDCTrust is the OIDC half of a trust.
type OIDCTrust struct {
	Issuer       string
	ClientID     string
	AuthMethod   string        // client_secret_basic, client_secret_post, private_key_jwt
	SecretRef    string        // where the client secret is: "env:NAME", "file:PATH", or sealed by the deployment's key: "sealed:…"
	Scopes       []string      // openid is always asked for
	ACRValues    []string      // requested acr_values
	MaxAge       time.Duration // requested max_age; 0: not requested
	Skew         time.Duration // tolerated clock difference; 0: 60 s
	UserInfo     bool          // merge the UserInfo endpoint's claims
	NoInitiation bool          // refuse logins that the IdP, or anybody else, asks for (OIDC core 4)

	Refresh      RefreshMode // what becomes of other keys than Keys
	Keys         []string    // thumbprints (RFC 7638, SHA-256, base64url) of the keys that are believed; empty with RefreshAsk: those found first
	Offered      []string    // thumbprints of what is published and waits for an administrator's word (RefreshAsk)
	OfferedAt    time.Time   // when it was first seen
	RefusedAt    time.Time   // when an administrator refused it; zero: nobody did
	AllowPrivate bool        // Issuer may be a private or loopback address, and plain http there
}

// MFARule says what proof of a second factor a trust must bring. The zero rule asks for none.
type MFARule struct {
	Required bool
	Contexts []string      // accepted AuthnContextClassRef or acr values
	Methods  []string      // accepted amr values (RFC 8176); any one of them is enough
	MaxAge   time.Duration // how old the authentication may be; 0: any age
}

// SessionRule bounds the sessions that begin at a trust. Zero fields take the deployment's defaults.
type SessionRule struct {
	Idle     time.Duration
	Absolute time.Duration
	Limit    int // how many sessions an account may have at once
}

// SCIMRule says how what a trust's provisioning client sends becomes accounts.
type SCIMRule struct {
	// Subject is the attribute of a user that is the account's Subject: userName or externalId. Empty: userName with SAML,
	// whose NameID usually is the login name, and externalId with OIDC, whose sub is an identifier that clients send so.
	Subject string
}

// Subjects are what SCIMRule.Subject can be.
const (
	SubjectUserName   = "userName"
	SubjectExternalID = "externalId"
)

// ProvisionedBy returns which attribute of a provisioned user is the Subject of the account.
func (t Trust) ProvisionedBy() string {
	switch {
	case t.SCIM.Subject != "":
		return t.SCIM.Subject
	case t.Protocol == OIDC:
		return SubjectExternalID
	}
	return SubjectUserName
}

// Trusts reaches the trusts that may admit into the transaction's tenant.
type Trusts interface {
	// Create adds t, owned by the tenant; ErrConflict if the ID is taken anywhere in the deployment.
	Create(ctx context.Context, t Trust) error
	// Get returns a trust that the tenant owns or is bound to by Tenants, or ErrNotFound.
	Get(ctx context.Context, id ID) (Trust, error)
	// State returns the state of a trust that the tenant owns or is bound to, without the rest of it, or ErrNotFound.
	State(ctx context.Context, id ID) (TrustState, error)
	// Into returns the enabled trusts of that protocol that the tenant owns or is bound to, by ID.
	Into(ctx context.Context, protocol Protocol) ([]ID, error)
	// Update replaces everything but ID, Protocol and CreatedAt of a trust that the tenant owns; ErrNotFound, or
	// ErrConflict when Version is not the stored one.
	Update(ctx context.Context, t Trust) error
	// Remove forgets a trust that the tenant owns, with its draft, versions, setup links and what is provisioned at it; ErrNotFound, or ErrConflict
	// when an account, of whatever tenant, stands for somebody by it.
	Remove(ctx context.Context, id ID) error
	// Users returns how many accounts, of all tenants, stand for somebody by a trust that the tenant owns; 0 by another's.
	Users(ctx context.Context, id ID) (int, error)
	// Count returns how many trusts the tenant owns.
	Count(ctx context.Context) (int, error)
	// Owns reports whether the tenant owns a trust, rather than being bound to it or to none.
	Owns(ctx context.Context, id ID) (bool, error)
	// List returns the trusts that the tenant owns, by ID.
	List(ctx context.Context, p Page) (List[Trust], error)
}

// OwnedTrust is a trust and the tenant that configured it.
type OwnedTrust struct {
	Owner ID
	Trust
}

// TrustStamp tells a trust as it is from what it was, and from another that had its ID before.
type TrustStamp struct {
	Owner     ID
	CreatedAt time.Time
	Version   int64
	State     TrustState
}

// TrustWay is a trust that a sign-in page may offer.
type TrustWay struct {
	ID   ID
	Firm string // what the tenant that owns it is called by the operator
	TrustStamp
}

// Stamp returns the stamp of t.
func (t OwnedTrust) Stamp() TrustStamp {
	return TrustStamp{t.Owner, t.CreatedAt, t.Version, t.State}
}

// Of reports whether s and other are of the same trust, whatever became of it between them.
func (s TrustStamp) Of(other TrustStamp) bool {
	return s.Owner == other.Owner && s.CreatedAt.Equal(other.CreatedAt)
}

// Equal reports whether s and other are of the same trust as it was at one time.
func (s TrustStamp) Equal(other TrustStamp) bool {
	return s.Of(other) && s.Version == other.Version && s.State == other.State
}

// Admits returns the tenant that value of the mapped tenant admits into, and whether there is one. Without a tenant
// in the mapping that is the owner.
func (t OwnedTrust) Admits(value string) (ID, bool) {
	if t.Mapping.Tenant.IsZero() {
		return t.Owner, true
	}
	id, ok := t.Tenants[value]
	return id, ok && value != ""
}

// AdmitsInto reports whether there is anything that t's IdP can say which admits into tenant.
func (t OwnedTrust) AdmitsInto(tenant ID) bool {
	if t.Mapping.Tenant.IsZero() {
		return t.Owner == tenant
	}
	for value, id := range t.Tenants {
		if id == tenant && value != "" {
			return true
		}
	}
	return false
}

// TrustDirectory finds trusts before a tenant is known: a message arrives at a URL that names the trust. It is the
// sign-in's, never a visitor's.
type TrustDirectory interface {
	// Trust returns one trust, enabled or not, or ErrNotFound.
	Trust(ctx context.Context, id ID) (OwnedTrust, error)
	// TrustStamp returns the stamp of a trust, cheaply, or ErrNotFound.
	TrustStamp(ctx context.Context, id ID) (TrustStamp, error)
	// Draft returns what a trust is to become, or ErrNotFound.
	Draft(ctx context.Context, id ID) (OwnedDraft, error)
	// SetupLink returns the setup link of that key and the tenant that owns its trust, or ErrNotFound.
	SetupLink(ctx context.Context, key SetupKey) (OwnedSetupLink, error)
	// ScimToken returns the provisioning token of that key, good or not, and the tenant that owns its trust, or ErrNotFound.
	ScimToken(ctx context.Context, key Hash) (OwnedScimToken, error)
	// TrustWays returns every enabled trust of the tenants that are active, by ID, cheaply.
	TrustWays(ctx context.Context) ([]TrustWay, error)
	// EnabledTrusts returns every enabled trust of the deployment, by ID.
	EnabledTrusts(ctx context.Context) ([]OwnedTrust, error)
}
