// Package samlsp speaks SAML 2.0 as a service provider: [Open] turns a trust into an [sso.Connector].
//
// # How a response is judged
//
// Finish takes these steps in order, and none runs before those above it have passed:
//
//	bytes    size, base64, UTF-8, no document type, instruction, comment or CDATA, depth, counts   xml_parse.go
//	shape    one Response, one assertion, signatures where SAML has them, IDs that are unique      shape.go, response.go
//	verify   each signature, against the trust's own certificates                                  signature.go, verify.go
//	decrypt  RSA-OAEP and AES-GCM, then the first three steps again on what was inside             decrypt.go
//	validate issuers, status, addressee, time, audience, request, subject, context                 validate.go, subject.go
//	spend    the assertion's ID is marked as used in store.Marks                                   replay.go
//
// Vouch takes a lone assertion, which an API client brings, the same way: what a response says around one is missing, so the
// assertion is signed itself, issued within five minutes and confirmed for the ACS or the token endpoint (vouch.go).
//
// Logout messages take the same first three steps (logout_message.go); a Redirect-binding signature is verified over
// the query as it was received (redirect.go). What we send is built in start.go, logout.go and spmetadata.go and signed
// in sign.go. The IdP's metadata is read in idpmetadata.go, fetched in fetch.go and kept fresh by [Refresher].
//
// It does not set cookies, hold pending attempts, apply the MFA rule or know accounts: see package login.
//
// # Why
//
// Messages are parsed by a parser of our own and canonicalised by our own code, once each, rather than by general
// libraries. Wrapping attacks live in the gap between the bytes that are verified and the bytes that are read. Here
// there is none: the tree that is canonicalised for the digest is, node for node, the tree that identity is read
// from, and no two trees have the same canonical form. So what has the signed digest is what the IdP signed, whatever
// the parser made of the bytes; a mistake in the parser can refuse a good message but not admit a forged one. The
// parser takes only the small part of XML that SAML messages are written in, so there is nothing to round-trip. The
// libraries remain as a second opinion: in the tests goxmldsig's canonical form and verdict and encoding/xml's tokens
// are held against ours, over the corpus and under fuzzing.
//
// A signature is looked for where SAML puts it, a direct child of what it signs, and nowhere else; nothing is ever
// found by its ID. A Signature, Assertion or Response in any other place is a refusal, not something to skip.
//
// Certificates come from the accepted metadata alone. KeyInfo is never read. Every certificate is tried, which is
// how a key rolls over. One that has expired is not believed: SAML's metadata profile would allow it, but a lapsed
// certificate means that nobody looks after that key any more; the refusal says so in so many words
// ("saml.certificate_expired"). Metadata past its validUntil is refused likewise.
//
// Our own unsigned requests are possible (PlainRequests) because some IdPs know no signed ones; logout messages are
// always signed and must always be.
//
// A NameID is compared byte for byte, so it must be one that people and programs read alike: composed form, no
// invisible characters, no white space around it.
package samlsp
