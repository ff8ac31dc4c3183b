// Package operator holds what those who run the deployment may do in their console, and how they sign in there. It decides
// permission for the operator's surface as package portal does for people: whoever proved both factors may do all of it,
// and none of it reaches a document.
//
//	host.go      deeds of whoever is at the host: operators, one-time links, opening and closing
//	console.go   the console's deeds, and what they need
//	window.go    whether the console is open, and to whom
//	signin.go    the password, then the second factor
//	tries.go     how long whoever fails has to wait
//	work.go      how many passwords are compared at once
//	password.go  what a password may be, and how it is changed
//	common.go    passwords that everybody thinks of
//	totp.go      one-time passwords by time
//	passkey.go   WebAuthn
//	recovery.go  codes for when the second factor is lost
//	session.go   sessions, and whose a request is
//	firms.go     firms, their contracts and their trusts
//	audit.go     what was done here
//	events.go    warnings and errors of the service
//
// # How a sign-in goes
//
// The password begins a session that opens nothing but the second step; the second factor, a passkey or a one-time
// password, replaces it by one that opens the console. Who has no second factor yet sets one up in that place. A passkey
// stands beside the password and never instead of it: what is known and what is held are both asked for.
//
// # Why
//
// An attempt is counted before the password is compared, in a transaction of its own: many at once cannot slip past the
// count. One that succeeds gives its count back.
//
// Attempts are counted for the account and the network they come from, and for the network whatever it tries, so that a
// stranger's failures make the stranger wait. A browser in which the operator signed in before, or used a one-time link,
// carries a sealed cookie and is counted by itself: nobody else's failures reach it, and it does not wait until strangers'
// passwords have been compared. Whoever has no such browser left asks for a link at the host. One-time passwords are
// counted for the account as well, whatever the network; only who knows the password comes that far. An attempt that has
// to wait is not recorded: what strangers do must not fill the chain.
//
// Of a warning of the service operators see what was logged and which records it is about. What else was logged with it
// can name a file, and stays at the host.
//
// What operators do to a firm is in the firm's own chain as well as in the deployment's.
package operator
