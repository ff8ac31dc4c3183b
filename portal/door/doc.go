// Package door finds out whose request it is, for the surfaces that people see: it is the only way in to a page.
//
//	door.go    a request with its session, or the way to sign in
//	shell.go   what stands around a visitor's pages
//	request.go what handlers read of a request and send a browser on with
//	answer.go  answers for scripts
//
// # Why
//
// Clients, the firm and its administrators are shown different pages by different packages, which never import one
// another. That somebody is signed in, and what a person gets who is not, is the same for all of them and is decided here.
// What they may do is not: that is the portal's.
package door
