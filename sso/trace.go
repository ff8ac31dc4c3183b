package sso

import (
	"slices"
	"strings"

	"cloudpocket/store"
)

// Trace is what a sign-in went through, step by step, for an administrator who wants to know why. A nil Trace records
// nothing, so connectors tell it without asking. It is shown to people and kept for a while, so it never holds a secret: no
// code, no token, no key, no whole signature.
type Trace struct {
	Checks  []Check             `json:"checks"`
	Message string              `json:"message,omitempty"` // what came, decoded, as far as it could be read: believed only if the checks passed
	Name    string              `json:"name,omitempty"`    // what it calls the person, once it was verified: the NameID or the sub
	Claims  map[string][]string `json:"claims,omitempty"`  // what it said of the person, once it was verified
	Mapped  *Mapped             `json:"mapped,omitempty"`  // what the trust's mapping made of the claims

	Unasked bool `json:"-"` // nobody who left from here brought the message: anybody can send such
}

// Check is one step: what was held against what.
type Check struct {
	Step   string `json:"step"` // such as "signature" or "audience"
	OK     bool   `json:"ok"`
	Reason Reason `json:"reason,omitempty"` // the rule that was broken
	Detail string `json:"detail"`           // what was seen; never a secret
}

// Key names the sentence that says what c means: trace.step.… of what held, trace.reason.… of what to mend otherwise.
func (c Check) Key() string {
	if !c.OK && c.Reason != "" {
		return "trace.reason." + string(c.Reason)
	}
	return "trace.step." + strings.ReplaceAll(c.Step, " ", "_")
}

// Mapped is what a trust's mapping makes of an identity.
type Mapped struct {
	Subject   string         `json:"subject"`
	TenantID  store.ID       `json:"tenant,omitempty"`
	AccountID store.ID       `json:"account,omitempty"` // empty for an account that is to be made, and for none
	New       bool           `json:"new,omitempty"`     // the account is made just in time
	Name      string         `json:"name,omitempty"`
	Email     string         `json:"email,omitempty"`
	Offices   []MappedOffice `json:"offices,omitempty"` // those claimed, known here or not
	Roles     []MappedRole   `json:"roles,omitempty"`   // those claimed, with menus or not
	Menus     string         `json:"menus,omitempty"`   // what the account may do by now

	Permissions store.Permission `json:"-"` // that Menus names
	AllOffices  bool             `json:"-"`
	Held        bool             `json:"held,omitempty"`  // the claims would have taken a firm's last administrator, whose rights stayed
	Given       string           `json:"given,omitempty"` // the menus that would be left by the claims, where the rights were held
	Fewer       bool             `json:"fewer,omitempty"` // the offices claimed would be left in place of all, where the rights were held
}

// MappedOffice is one office that was claimed.
type MappedOffice struct {
	Claim string   `json:"claim"`
	ID    store.ID `json:"id,omitempty"` // empty: no office here is called so
	Name  string   `json:"name,omitempty"`
	Other bool     `json:"other,omitempty"` // it is known, and of another company than the account
}

// MappedRole is one role that was claimed.
type MappedRole struct {
	Claim string `json:"claim"`
	Menus string `json:"menus,omitempty"` // empty: the mapping gives it none
}

// Pass records a step that held.
func (t *Trace) Pass(step, detail string) {
	if t != nil {
		t.Checks = append(t.Checks, Check{Step: step, OK: true, Detail: detail})
	}
}

// Fail records the step that did not hold, unless err is nil, and returns err.
func (t *Trace) Fail(step string, err error) error {
	if t != nil && err != nil {
		t.Checks = append(t.Checks, Check{Step: step, Reason: ReasonFor(err), Detail: err.Error()})
	}
	return err
}

// Refused records why the sign-in ended, unless the last step said so.
func (t *Trace) Refused(err error) {
	if t == nil || err == nil {
		return
	}
	if n := len(t.Checks); n > 0 && !t.Checks[n-1].OK {
		return
	}
	t.Fail(stepOf(ReasonOf(err)), err)
}

// Claimed records what a verified message calls the person and says of them.
func (t *Trace) Claimed(name string, attributes map[string][]string) {
	if t != nil {
		t.Name, t.Claims = name, attributes
	}
}

// Proof says what the message is worth to whoever looks for why.
func (t *Trace) Proof() store.Proof {
	switch {
	case t == nil:
		return store.Answered
	case t.Name != "" || len(t.Claims) > 0:
		return store.Believed
	case t.Unasked:
		return store.Unasked
	}
	return store.Answered
}

// Mapping returns where to write what the mapping makes of the claims, empty.
func (t *Trace) Mapping(subject string) *Mapped {
	m := &Mapped{Subject: subject}
	if t != nil {
		t.Mapped = m
	}
	return m
}

// Passed reports whether no step failed.
func (t *Trace) Passed() bool {
	return t != nil && !slices.ContainsFunc(t.Checks, func(c Check) bool { return !c.OK })
}

// stepOf names the step that rules outside of messages belong to.
func stepOf(r Reason) string {
	switch part, _, _ := strings.Cut(string(r), "."); part {
	case "mfa":
		return "second factor"
	case "admit":
		return "account"
	case "login":
		return "sign-in"
	case "exchange":
		return "client"
	}
	return "message"
}

// Kinds of failure that are no refusal have reasons too: something of ours or of the IdP's was away or wrong.
const (
	ReasonAway   Reason = "fault.away"   // the IdP or a store of ours cannot be reached
	ReasonSet    Reason = "fault.set_up" // the trust cannot work as it is set up
	ReasonFailed Reason = "fault.failed" // anything else: the log says what
)

// ReasonFor returns the reason to keep of a sign-in that ended with err: its own, or one for its kind.
func ReasonFor(err error) Reason {
	if r := ReasonOf(err); r != "" {
		return r
	}
	switch store.KindOf(err) {
	case store.Unavailable:
		return ReasonAway
	case store.Invalid:
		return ReasonSet
	}
	return ReasonFailed
}
