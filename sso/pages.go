package sso

import (
	"net/http"

	"cloudpocket/store"
)

// Pages shows a person the few pages that signing in needs. The surface above implements it; errors are not among
// them, since every error is answered in one place.
type Pages interface {
	// SignIn offers the ways in.
	SignIn(w http.ResponseWriter, r *http.Request, e Entrance) error
	// Forward sends the browser on with a form that submits itself, and has a button where scripts are off.
	Forward(w http.ResponseWriter, r *http.Request, d Dispatch) error
	// SignedOut says that the session has ended. complete is false when the IdP could not be told, so that the person
	// knows to sign out there too.
	SignedOut(w http.ResponseWriter, r *http.Request, complete bool) error
	// Switch asks the person whether another account may take the place of the one they are signed in with.
	Switch(w http.ResponseWriter, r *http.Request, s Switch) error
	// Tested says that a test sign-in is over and where its trace is.
	Tested(w http.ResponseWriter, r *http.Request, over TestOver) error
}

// TestOver is a test of a trust that is over.
type TestOver struct {
	TrustID store.ID // empty, as SignIn is, where there is no such trust any more
	SignIn  store.ID // has the trace
	Passed  bool
}

// Switch is a sign-in that would end the session of another account, which the person may not expect.
type Switch struct {
	Now, New     Person
	NowBy, NewBy string // the labels of the trusts that vouch for them; empty if a trust has none
	Answer       string // local path to POST the field "choice" to: SwitchContinue or SwitchStay
}

// The two answers.
const (
	SwitchContinue = "continue"
	SwitchStay     = "stay"
)

// Entrance is what the sign-in page offers.
type Entrance struct {
	Choices  []Choice
	ReturnTo string  // the local path that the person was going to
	Find     string  // local path to POST the fields "mail", a mail address, and "to" to; empty: no address leads anywhere
	Sought   string  // the address that was typed
	Missed   bool    // it leads nowhere
	Found    *Choice // what it leads to: POST it with "trust" set to TrustID to go there; nil: nothing was typed, or Missed
}

// Choice is one trust on the sign-in page.
type Choice struct {
	TrustID store.ID
	Label   string // what its administrators call it; may be empty where an address led to it
	Firm    string // whose it is, as the operator calls them: what no administrator can write
	Logo    string // local address of a picture; empty: none
}
