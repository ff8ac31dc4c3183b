// Package embed lets people be signed in inside a partner's page: a one-use code becomes a token that is worth nothing without
// the key of the frame that it was given to (RFC 9449).
//
//	grant.go   codes: what one stands for, given once and taken once
package embed
