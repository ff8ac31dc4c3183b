// Package oidcrp speaks OpenID Connect as a relying party: [Open] makes a trust's [sso.Connector].
//
// # How a sign-in flows
//
//	Start   discovery (cached) → authorization URL: code, PKCE S256, state, nonce
//	Finish  shape of the message → state → RFC 9207 iss → error → code exchange
//	        → signature (the OP's keys, cached) → the rules for ID tokens, one by one → UserInfo → Identity
//
//	Vouch   signature → the same rules but the nonce's → one use: an ID token that an API client brings
//
// The rules stand in lists ([sso.Trace] shows them in that order): what every token of the OP must satisfy in
// token.go, what an ID token must in idtoken.go, what a logout token must in logouttoken.go. reason.go names the
// reason that each gives when it is broken.
//
// # Files
//
//   - json.go reads objects strictly; claims.go flattens them into attributes.
//   - metadata.go judges the discovery document; cached.go keeps what was fetched; keys.go verifies signatures.
//   - exchange.go redeems codes; clientauth.go proves who we are; userinfo.go asks for more claims.
//   - vouch.go judges ID tokens that come without a browser.
//   - logout.go sends browsers off and takes them back; initiate.go judges third-party-initiated logins.
//
// It knows no accounts and sets no cookies, keeps no state of a sign-in outside the [sso.Attempt], and decides
// nothing about a second factor: [sso.CheckMFA] does, with the context found here.
//
// # Why
//
// go-oidc leaves to its caller most of what tells one token from another, and its errors are text. So the rules are
// ours, each with a reason of its own, and go-oidc is asked for a second opinion about issuer, audience and at_hash
// once they all held. Its remote key set fetches once per token with an unknown key, so the key set is ours too.
//
// JSON is read by a reader that refuses repeated names and names that differ in case alone: two readers that choose
// differently between "sub" and "SUB" are two identities in one token.
//
// Only the authorization code is asked for, returned in the query. Tokens then come from the OP over TLS and never
// through a browser, and the code is worth nothing without the PKCE verifier that stays here.
//
// Client assertions carry the issuer as their only audience, a plain string, as RFC 7523bis and FAPI 2.0 demand and
// newer servers (Keycloak since 26.2) enforce. Servers that know only the older OpenID wording, the token endpoint,
// answer invalid_client; they are asked once more in their own words, and that is remembered. An assertion is sent to
// the token endpoint alone, so neither wording lets one OP use what was meant for another.
//
// A fresh authentication is asked for with prompt=login and a small positive max_age. max_age=0 would say the same,
// but servers turn it into the prompt and then leave out auth_time, which is the only proof.
//
// Logout tokens may carry typ "logout+jwt", "JWT" or none. The standard only recommends the first and deployed
// servers send all three; an ID token cannot pass for one, as it has a nonce and no logout event.
package oidcrp
