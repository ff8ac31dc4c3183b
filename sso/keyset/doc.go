// Package keyset reads the public keys by which a machine of a partner proves who it is: JWK Sets (RFC 7517), given by
// hand or fetched from the partner.
//
//	keyset.go  Parse reads a set that is given, Published one that is fetched or was kept, both within bounds; Encode writes one
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
//
// One rule says which keys are good enough, however they came. It differs in what becomes of a set that has others too. Whoever gives
// one is there to read what is wrong with it, so that it is refused. Who publishes one does so for many, with keys for encryption and
// kinds that we never heard of beside those that we need, and nobody is there: refused for one key, all that were fetched before would be
// believed for another day, the one among them that was withdrawn for a reason.
package keyset
