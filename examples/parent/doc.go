// Package parent is a stand-in for the parent product: the HR and accounting portal that people are signed in to before
// they open an official document. It is a SAML 2.0 identity provider, an OpenID Connect provider and a small portal
// with a sign-in page, all in one http.Handler that keeps everything in memory. It is for demonstrations and tests and
// is marked as such on every page; it must never guard anything real.
//
// # Map
//
//	config, keys        what it is told, and the keys it signs with
//	parent              the handler, its routes and its life
//	expiring, session   what it remembers, for how long
//	level               authentication contexts: how strong, and under which name
//	flow                "somebody has to be signed in for this": from a request, over the sign-in pages, to its answer
//	signin, home        what people see
//	embed               a service's pages within ours, for codes that we exchange ID tokens for
//	saml_*              identity provider: requests in, signed (and encrypted) assertions out, metadata of the services
//	oidc_*              OpenID provider: authorisation code with PKCE, tokens, UserInfo
//	logout, saml_logout, oidc_logout
//	                    one sign-out, told to every service: by browser over SAML, directly over OIDC
//	page, words         templates, styles, Japanese and English
//
// # A sign-in asked for by a service
//
//	AuthnRequest or authorisation request → flow → /continue: is the session good enough for this flow?
//	  no  → /signin, /signin/code → /continue
//	  yes → signed Response through the browser, or a code for the token endpoint
//
// # Why
//
// It imports nothing of the service that it is parent to, and the service imports nothing of it. What the two know of
// each other goes over the wire, as it does with a real parent product.
//
// crewjam/saml reads and matches AuthnRequests and renders responses. Three things are done here instead: it verifies
// no signatures on requests, has no single logout, and its AES-GCM encryption writes an unusable ciphertext (the text
// is replaced by zeros and the nonce is left out), so [gcm] takes that cipher's place in its key transport.
//
// zitadel/oidc serves through its Server interface rather than its storage interface. The latter takes the time from
// the machine; here every token, code and session goes by Config.Now, so that tests can let hours pass. Authorisation
// responses carry iss (RFC 9207) and discovery says so, which the library does not do by itself.
//
// A message that arrives as a cross-site POST comes without our SameSite=Lax cookie. It is therefore parked under a
// random name and the browser sent to /continue with GET, where the cookie is there.
//
// A one-time code may be used more than once within its 30 seconds, and the sign-in page can show it: this stand-in
// proves that a second factor is reported, not that it is strong.
package parent
