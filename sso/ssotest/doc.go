// Package ssotest holds connectors to what a hostile sign-in looks like. It is for tests alone.
//
// [SAMLCorpus] forges messages from valid ones: every vector is made from each way of protecting a response (response
// signed, assertion signed, both, encrypted) and names the reasons that a connector may refuse it for; every valid
// variant must be accepted. [SAMLConnector] is what any SAML connector must do besides: start, replay, isolation of
// trusts, logout both ways, our metadata. [SAMLMetadataCorpus] does the same for the metadata of IdPs.
// [SAMLVouchCorpus] and [OIDCVouch] hold a connector to the same vectors where an API client brings the assertion or ID token alone.
// [SAMLWorld] builds the parties and seals messages, for tests of a package's own. The OIDC files mirror this.
// [Prover] makes proofs of possession, good and forged.
//
// # Why
//
// The messages are signed and encrypted here with other code than the connector verifies with: canonical forms are
// goxmldsig's and the trees are etree's. Were both sides ours, a mistake could cancel itself out.
//
// A vector asks for the reason, not merely for an error. A forged message that is refused because of a typing mistake
// in the vector would otherwise pass for years.
package ssotest
