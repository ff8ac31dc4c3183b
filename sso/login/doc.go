// Package login is the sign-in's endpoints: it starts attempts, receives what identity providers send, begins and ends
// sessions.
//
//	start.go     /sign-in, /sso/{trust}/start          → an attempt, and off to the IdP
//	finish.go    ACS and callback                      → Connector.Finish → MFA rule → Admitter → session
//	initiate.go  OIDC third-party-initiated login
//	logout.go    /sign-out, single logout, back-channel logout
//	test.go      an administrator's test of a trust: the same flow, traced, letting nobody in
//	attempt.go   pending attempts: one use, bound to the browser
//	target.go    where a person may be sent afterwards: into this service alone
//
// # Why
//
// A pending attempt is kept under a name made of its handle and the browser's cookie. Another browser that brings the
// handle computes another name and finds nothing, so it can neither use the attempt nor spend it.
//
// The cookie that binds attempts is SameSite=None, since the ACS receives a cross-site POST; the session cookie stays
// Lax. It is one cookie for all of a browser's tabs.
//
// Handlers here return errors and give a [Route] each; how errors are answered, and how a route is protected, is for the
// surface that mounts them.
package login
