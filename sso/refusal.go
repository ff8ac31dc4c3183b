package sso

import (
	"errors"
	"fmt"

	"cloudpocket/store"
)

// Reason names the rule that a message broke, such as "saml.audience" or "oidc.nonce". There is one per rule; logs,
// traces and tests tell refusals apart by it.
type Reason string

// Refuse returns a refusal: an error of kind Denied whose sentence for the person is key and whose cause, for the log,
// starts with reason.
func Refuse(reason Reason, key, format string, args ...any) error {
	return &store.Error{Kind: store.Denied, Key: key, Err: &refused{reason, fmt.Errorf(format, args...)}}
}

type refused struct {
	reason Reason
	err    error
}

func (r *refused) Error() string { return string(r.reason) + ": " + r.err.Error() }
func (r *refused) Unwrap() error { return r.err }

// ReasonOf returns the reason of the outermost refusal in err's chain, "" if it is none.
func ReasonOf(err error) Reason {
	var r *refused
	if errors.As(err, &r) {
		return r.reason
	}
	return ""
}

// The sentences a refused person can read. Which rule was broken is not among them: that is in the log, under the
// reference that the page shows.
const (
	KeyMessage     = "signin.message_refused" // the message is not valid
	KeyStale       = "signin.stale"           // too old, answered already, or not from this browser: start again
	KeyClock       = "signin.clock"           // the two clocks disagree
	KeyFailed      = "signin.failed_at_idp"   // the IdP itself said no
	KeyMFA         = "signin.mfa_required"    // a second factor is required and was not proved
	KeyUnknown     = "signin.not_registered"  // the person is not registered here
	KeyDisabled    = "signin.disabled"        // the account or the trust is disabled
	KeyTenant      = "signin.tenant_refused"  // the trust may not admit into that tenant
	KeyAddress     = "signin.address_refused" // the person comes from where nobody may
	KeyUnsolicited = "signin.unsolicited"     // nobody asked, and the trust does not allow that
	KeyAway        = "signin.idp_away"        // the IdP, or a store of ours, cannot be reached
)
