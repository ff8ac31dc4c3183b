// Package exchange gives API clients access tokens (OAuth 2.0, RFC 6749 4.4).
//
//	grant.go      what a token grants, how it is kept, and who comes with one
//
// # Why
//
// A token is random and means nothing by itself: what it grants is kept with its hash among the marks, which expire by
// themselves and are shared by every instance. Nobody who reads what is kept can use it, and there is no key that makes one.
//
// A token says what its client was given. Whether the client still stands, may come from there and still has these scopes is
// asked in the transaction of every deed: switching it off ends what its tokens can do at once.
package exchange
