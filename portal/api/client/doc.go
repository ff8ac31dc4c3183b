// Package client is how a program of the parent product, or of a partner, drives the service: it pushes packages and documents,
// keeps companies and offices as the parent calls them, and follows who has seen what.
//
//	client.go   a Client, and how a request is sent until it is answered
//	token.go    its access tokens, by private_key_jwt
//	problem.go  what the service says when it refuses
//	push.go     packages, one, a hundred, or a night's
//	places.go   companies and offices
//	document.go documents and deliveries
//	receipt.go  what changed since the last time
//	form.go     the forms that bring files
//	webhook.go  whether a webhook's message is the service's
//
// # Why
//
// The types are those of package gen, which is made from the same document as the service's: nothing is said twice.
//
// Whatever is sent may be sent again. Packages go into a drop, in which the same file is the same package; documents go under
// an Idempotency-Key, which is made up when there is none. So the client sends again by itself whatever had no answer, or
// one that says to come later.
package client
