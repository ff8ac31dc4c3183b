// Package dpop verifies proofs of possession (RFC 9449): that whoever sends a request has the private key that a token was given
// for.
//
//	dpop.go    what a proof has to say, for whom it is, and that it comes once
//	parse.go   reads a proof: its exact form, its key, its claims
//	key.go     the one kind of key that is believed, and its thumbprint (RFC 7638)
//
// # Why
//
// The only prover is the script of our own frame, with a key that the browser made and does not give away. So one algorithm is
// enough (ES256), and a proof has exactly the members that such a script writes: what else a header can say (other keys, where to
// fetch some, extensions) is refused rather than passed over.
//
// The URL that a proof is for is made from the configured base URL: a request's Host and forwarding headers are whoever sends it's
// to choose.
//
// A proof is remembered by its hash, together with its key's, for as long as it would pass. Nobody can spend another's proof
// without having it.
package dpop
