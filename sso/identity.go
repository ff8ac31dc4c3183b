package sso

import "time"

// Identity is what a trusted IdP vouched for at one sign-in, after everything was verified (認証結果).
type Identity struct {
	Subject    string              // the mapped subject: what accounts are known by
	Attributes map[string][]string // SAML attributes by Name, or OIDC claims; values in the IdP's order
	Context    AuthContext

	// For logout. NameSubject is what logout messages will name: the NameID's value or the ID token's sub.
	NameSubject string
	Index       string    // SAML SessionIndex or OIDC sid
	NameID      string    // SAML: the NameID element, serialised
	IDToken     string    // OIDC: the ID token, for id_token_hint
	SessionEnds time.Time // the IdP's own end of the session (SessionNotOnOrAfter); zero if it named none
}

// AuthContext is how and when the person proved who they are.
type AuthContext struct {
	Class   string    // SAML AuthnContextClassRef or OIDC acr
	Methods []string  // OIDC amr (RFC 8176)
	At      time.Time // SAML AuthnInstant or OIDC auth_time; zero if the IdP did not say
}

// First returns the first value of an attribute, or "" when there is none or name is empty.
func (i Identity) First(name string) string {
	if v := i.Attributes[name]; name != "" && len(v) > 0 {
		return v[0]
	}
	return ""
}
