package admin

import (
	"context"
	"time"

	"cloudpocket/store"
)

// Parties reads what identity providers say of themselves. What is wrong is an error of kind Invalid whose message key is a
// sentence for an administrator, "trust.metadata_…" or "trust.discovery_…"; who cannot be reached is of kind Unavailable.
type Parties interface {
	// Metadata reads a SAML IdP's document, or fetches the one at t.MetadataURL when document is nil, and holds it against
	// t's other fields.
	Metadata(ctx context.Context, t store.SAMLTrust, document []byte) (SAMLParty, error)
	// Issuer fetches an OP's discovery document.
	Issuer(ctx context.Context, o store.OIDCTrust) (OIDCParty, error)
	// Refresh fetches the metadata of a SAML trust now, and keeps it as its refresh mode has it.
	Refresh(ctx context.Context, t store.OwnedTrust) error
}

// SAMLParty is a SAML IdP as its metadata has it.
type SAMLParty struct {
	EntityID                  string
	Document                  []byte
	SSORedirect, SSOPost, SLO string
	WantsSigned               bool
	ValidUntil                time.Time // zero: no end
	Certificates              []PartyKey
}

// PartyKey is a certificate it signs with.
type PartyKey struct {
	Fingerprint string // SHA-256
	Ends        time.Time
}

// OIDCParty is an OP as its discovery document has it.
type OIDCParty struct {
	Issuer                                           string
	Authorization, Token, JWKS, UserInfo, EndSession string
	AuthMethods, Algorithms                          []string
	PKCE                                             bool
}
