// Package hook tells webhooks what happened: one signed request each (Standard Webhooks 1.0).
//
//   - sign.go: the secret, and the signature that a request carries
//   - send.go: [Sender.Send] makes the request; failure.go: what an answer, or none, means
//
// # What it does not do
//
// It keeps no queue and tries nothing twice: when a request goes, and when again, is the outbox's to say.
//
// # Why
//
// A firm's administrator names the address, so that it is reached as an identity provider's is: by a client that judges
// each connection (sso/outbound). Redirects are not followed at all. The signature is for one receiver, and one that has
// moved can be told so by its owner.
//
// What went wrong is one of a few words, for the console. An error of this package never has the address in it: what
// follows its host is as secret as a password with many products.
package hook
