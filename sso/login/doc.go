// Package login is the sign-in's endpoints: it starts attempts, receives what identity providers send, begins and ends
// sessions.
//
//	start.go     /sign-in, /sso/{trust}/start          → an attempt, and off to the IdP
//	find.go      which trust a mail address leads to, and the trusts' logos
//	finish.go    ACS and callback                      → Connector.Finish → MFA rule → Admitter → session
//	arrive.go    a sign-in whose message is judged: looked at where the session's cookie is seen, and asked about
//	frame.go     where a sign-in goes on: in a page of its own, which the person sees
//	pending.go   what such a sign-in brought, kept for as long as the question stands
//	initiate.go  OIDC third-party-initiated login
//	logout.go    /sign-out, single logout, back-channel logout
//	prepare.go   an administrator's test of a trust or of its draft: its link, and what came of it
//	test.go      the test itself: the same flow, traced, letting nobody in
//	trace.go     what a test went through, cut to what can be kept
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
// Anybody can have a browser bring a sign-in: a page that posts its owner's own valid assertion, or that leads to a trust
// whose IdP answers by itself. If that took the place of somebody's session without a word, they would go on working,
// and typing, in an account that is not theirs. So a sign-in counts as the person's own only when a page of ours began
// it, and only against the session that they had there; any other may take the place of a session of the same account, or
// of none, but of another account's only once the person said so. The ACS cannot decide that: across sites the session's
// Lax cookie does not come with a POST. It keeps what was verified, under the browser's cookie, and sends the browser on to
// an address of ours by GET, which Lax cookies do come with. That is so for all sign-ins but those that a page of ours
// began and a GET brought back, which is such an address already. What stands in the address is a name and no secret:
// without the cookie it finds nothing. The question belongs here and not to connectors, which set no cookies, nor to the
// session, which knows no pages.
//
// A mail address leads to the trust that claims its domain, and only where one alone does: a firm that claims another's
// gains nothing by it but that both have to be chosen by hand. Which domains are claimed can be found out by trying, slowly;
// who has an address there cannot, since only the domain is looked at.
//
// Two things stay as they are. Where nobody is signed in, somebody else's sign-in comes in without a question: most
// sign-ins begin elsewhere, at the parent product, and a question at each would soon be answered unread; every page names
// who is signed in instead. And a form is carried out in the session that the browser has when it is sent: one that was left
// open until its session ended, in a browser that was brought another account's sign-in since, is sent as that account.
// To refuse it, every form would have to name the account that it was opened by. That is for the pages and the surface
// that takes their forms to do: a sign-in knows no forms.
//
// An IdP may sign somebody out while they sign in: what package departed notes is looked at once the session has begun.
//
// Where the session's cookie cannot be seen, no session begins. In a hidden frame of somebody's page an IdP that answers by
// itself would sign the person in again and again: sign-ins that they never made, in the audit, until the limit ends the
// session they work in. So a sign-in goes on in a page of its own: a browser that says otherwise is refused at each step,
// and one that does not say must bring a cookie as Lax as the session's before it is let in, which no frame of another site
// does. Nothing of ours runs in frames today, and no IdP needs us in one but to sign people out, which may go on there.
// Whoever embeds our pages one day must come in by a way of its own, and not by a hole in this one. What a browser fetches
// ahead of the person, or makes ready behind the page they look at, is as unseen as a frame, though it says that it is a
// page and brings every cookie: no step goes on there either.
//
// Handlers here return errors and give a [Route] each; how errors are answered, and how a route is protected, is for the
// surface that mounts them.
package login
