package sso

import (
	"context"
	"net/url"
	"time"

	"cloudpocket/store"
)

// Connector speaks one trust's protocol. It is safe for concurrent use and is opened anew when the trust's version
// changes.
type Connector interface {
	// Start says where to send the browser to sign in, and notes in a what the answer will be held against.
	// An IdP that cannot be reached is an error of kind Unavailable.
	Start(ctx context.Context, a *Attempt) (Dispatch, error)
	// Finish judges a message that came to the trust's ACS or redirect URI. a is the attempt it answers, already
	// taken and bound to this browser; nil when there is none, which only a trust that accepts unsolicited
	// responses survives. Refusals have a [Reason]; the checks are told to t, which may be nil.
	Finish(ctx context.Context, m Message, a *Attempt, t *Trace) (Identity, error)
	// Vouch judges a token that a back end brings of somebody who is signed in at the IdP: an ID token, or a lone signed
	// assertion in base64url (RFC 8693 3). It is held to what Finish demands of the same token but for what ties it to a
	// browser, was issued within the last [VouchAge], and is taken once by all instances together. It is asked only for
	// clients that have proved who they are. Refusals have a [Reason]; the checks are told to t, which may be nil.
	Vouch(ctx context.Context, token string, t *Trace) (Identity, error)
	// Logout says where to send the browser to end s at the IdP as well, with handle coming back as RelayState or
	// state; the zero Dispatch when the trust has no such endpoint.
	Logout(ctx context.Context, s store.Session, handle string) (Dispatch, error)
	// LogoutMessage judges a logout message from the IdP: a front-channel request, a back-channel token, or the
	// answer to our own Logout.
	LogoutMessage(ctx context.Context, m Message) (LogoutOrder, error)
	// Initiate judges a third-party-initiated login (OIDC core 4) and returns the attempt it asks for. SAML trusts
	// refuse: theirs is an unsolicited response.
	Initiate(ctx context.Context, m Message) (Attempt, error)
	// Metadata returns the document that describes us to the IdP, and its media type; nil when the protocol has none.
	Metadata(ctx context.Context) (body []byte, mediaType string, err error)
}

// VouchAge is how old a token may be that a back end brings: no browser was on its way with it.
const VouchAge = 5 * time.Minute

// Attempt is one sign-in under way. It is kept in [store.Marks] under a name made of its Handle and the browser's
// cookie, and taken exactly once.
type Attempt struct {
	Handle    string // RelayState or state: 43 characters of base64url
	TrustID   store.ID
	RequestID string           // SAML: ID of our AuthnRequest
	Nonce     string           // OIDC
	Verifier  string           // PKCE (RFC 7636)
	ReturnTo  string           // local path to go to afterwards
	LoginHint string           // OIDC
	Force     bool             // demand a fresh authentication
	Own       bool             // the person began it on a page of ours; false: a link or a message from elsewhere did
	Contexts  []string         // requested authentication contexts beyond the trust's own
	Session   store.SessionKey // the session this browser had when it left; zero if none
	Remember  bool             // this trust becomes the browser's usual one
	Asked     int              // how many times the IdP has been asked before, for the MFA rule
	At        time.Time
	TestID    string // set when this sign-in is an administrator's test: it lets nobody in
	Draft     int64  // the revision of the trust's draft that is tested; 0: the trust as it stands
}

// Message is what the browser or the IdP brought, as it arrived.
type Message struct {
	Post     bool
	Endpoint string     // the URL of ours that it was meant for, from configuration and never from the Host header
	RawQuery string     // as received, for Redirect-binding signatures
	Query    url.Values // RawQuery parsed
	Form     url.Values // the body's fields; nil unless Post
}

// Get returns a field of the body for a POST and of the query otherwise, or "".
func (m Message) Get(name string) string {
	if m.Post {
		return m.Form.Get(name)
	}
	return m.Query.Get(name)
}

// Dispatch is where to send the browser: by redirect when Fields is nil, otherwise by a form that POSTs Fields to URL.
type Dispatch struct {
	URL    string
	Fields []Field
}

// Field is one field of a form.
type Field struct{ Name, Value string }

// LogoutOrder is a verified logout message, in our own words.
type LogoutOrder struct {
	// Subject and Indexes say which sessions of the trust end: those of Subject if Indexes is empty, else those that
	// match Subject and one of Indexes. Subject may be empty when Indexes is not (OIDC back-channel logout 2.4).
	Subject string
	Indexes []string
	// Reply answers the IdP through the browser; nil when there is nothing to answer.
	Reply func(ctx context.Context, ended bool) (Dispatch, error)
	// Unspend lets the same message be brought again, for when its order could not be carried out; nil when there is
	// nothing to undo.
	Unspend func(ctx context.Context) error
	// Answers is the handle of our own Logout that this message answers; nothing else is set then.
	Answers string
}
