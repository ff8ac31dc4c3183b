// Package sso answers "who are they, and who says so?". It holds the words that every protocol shares; the protocols
// themselves live in packages below it.
//
// # How a sign-in flows
//
//	browser → login (start) → Connector.Start → the IdP → login (ACS or callback)
//	        → Connector.Finish: a Message becomes an Identity, or a Refusal
//	        → Admitter: an Identity becomes an Admission (an account of one tenant), or a Refusal
//	        → session → back to where the person was going
//
// A partner's back end brings somebody the same way, without a browser: package exchange has Connector.Vouch judge their
// token, asks the MFA rule and the Admitter, and gives a code that package embed takes for a session in the partner's page.
//
// A [Connector] speaks one trust's protocol and decides about messages alone. It knows no accounts and sets no cookies.
// The [Admitter] knows accounts and no protocol. Everything in between (pending attempts, browser binding, the MFA
// rule, sessions) is package login's.
//
// # Why
//
// Connectors get a [Message] rather than an *http.Request: what arrived, as it arrived, and the URL of ours that it
// was meant for. They cannot be misled by Host or forwarding headers, and a test needs no server.
//
// A refusal carries a reason of its own for every rule. The person reads one sentence; the log and the trace say which
// rule it was.
package sso
