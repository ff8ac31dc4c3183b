package page

import (
	"net/http"
	"strconv"
	"time"
)

// Trust is the page of one trust.
type Trust struct {
	TrustFrame
	Label    string
	Accounts int  // that come in by it
	Last     bool // the firm's last one by which an administrator can come in
	Shared   bool // it lets people into other firms too: only the operator changes it
	Tested   bool // the draft, as it is
	DraftBy  string
	DraftAt  time.Time
	Changes  []Change // what the draft would change
	Keys     []KeyEnd
	Offered  []KeyEnd  // theirs that wait for a word
	Offer    string    // what was shown, which the answer has to name
	Refused  time.Time // when somebody refused it; zero: it waits
	Versions []TrustVersion
	Missing  []Problem // what the draft still lacks
	Link     SetupLink
	Signs    LastSignIns
	Fetches  bool // there is an address to fetch from
	Problem  *Problem
}

// TrustVersion is how the trust was from At on.
type TrustVersion struct {
	Version  int64
	At       time.Time
	By, Note string
	Untested bool
	Current  bool
}

// Change is one thing that differs.
type Change struct {
	Field    string // its name is the message "trusts.f." + Field, where there is one
	Old, New string
}

// SetupLink is what is known of the link by which somebody outside fills in their half.
type SetupLink struct {
	URL   string // only in the one answer that makes it
	Ends  time.Time
	Used  time.Time
	Lives bool // one is there that can be revoked
}

// Trust shows the page; with a problem in it the status is 422.
func (p *Pages) Trust(w http.ResponseWriter, r *http.Request, s Shell, v Trust) error {
	s.Current = PlaceTrusts
	status := http.StatusOK
	if v.Problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return p.show(w, r, status, "trust", s, v)
}

// SignIns is the address of the attempts, and SCIM of the provisioning.
func (v Trust) SignIns() string { return trustPath(v.ID, "sign-ins") }
func (v Trust) SCIM() string    { return trustPath(v.ID, "scim") }

// At is the address of a deed on the trust.
func (v Trust) At(deed string) string { return trustPath(v.ID, deed) }

// Diff is the address of the difference between a version and the trust as it is.
func (v Trust) Diff(version int64) string {
	return link(trustPath(v.ID, "diff"), "from", strconv.FormatInt(version, 10))
}

// Ending is the key in use that ends first, if that is soon.
func (v Trust) Ending() *KeyEnd {
	var first *KeyEnd
	for i, k := range v.Keys {
		if k.Soon() && (first == nil || k.Ends.Before(first.Ends)) {
			first = &v.Keys[i]
		}
	}
	return first
}

// TrustDiff is how two versions of a trust differ.
type TrustDiff struct {
	TrustFrame
	From, To int64 // To 0: the draft
	Changes  []Change
}

// TrustDiff shows it.
func (p *Pages) TrustDiff(w http.ResponseWriter, r *http.Request, s Shell, v TrustDiff) error {
	s.Current = PlaceTrusts
	return p.show(w, r, http.StatusOK, "trustdiff", s, v)
}

// TrustTry is the last step: try the draft, and switch it on.
type TrustTry struct {
	TrustFrame
	Revision int64
	Passed   bool      // the last test, of the draft as it is
	At       time.Time // of the last test; zero before the first
	Stale    bool      // the draft was changed since
	SignIn   string    // the address of the last test's trace
	Missing  []Problem
	Changes  []Change
	Note     string
	Untested bool
	Problem  *Problem
}

// TrustTry shows the step; with a problem in it the status is 422.
func (p *Pages) TrustTry(w http.ResponseWriter, r *http.Request, s Shell, v TrustTry) error {
	s.Current, v.Step = PlaceTrusts, "test"
	status := http.StatusOK
	if v.Problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return p.show(w, r, status, "trusttry", s, v)
}

// On is the address of switching on, and Begin of beginning a test.
func (v TrustTry) On() string    { return trustPath(v.ID, "on") }
func (v TrustTry) Begin() string { return trustPath(v.ID, "try") }
