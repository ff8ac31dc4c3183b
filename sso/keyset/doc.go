// Package keyset reads the public keys by which a machine of a partner proves who it is: JWK Sets (RFC 7517), given by
// hand or fetched from the partner.
//
//	keyset.go  Parse reads a set within bounds, Encode writes one, and Kept reads what was kept
//	key.go     what a single key has to be
//	fit.go     what a key can sign with
//
// # Why
//
// Administrators paste what their partner sent them, and partners now and then send the wrong half. A private key is
// refused with a sentence of its own rather than read for its public half: it has been in a mail by then, and whoever
// reads that mail is the partner.
//
// What is kept is not what was given but what was understood of it: the members that make the key, its kid, alg and use. A
// certificate chain or an address inside a key would be read by nobody, and trusted by somebody later.
package keyset
