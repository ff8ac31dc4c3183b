package sso

import (
	"fmt"
	"slices"
	"time"

	"cloudpocket/store"
)

// SkewOf returns how far the clock of t's IdP may be off ours.
func SkewOf(t store.Trust) time.Duration {
	switch {
	case t.SAML != nil && t.SAML.Skew > 0:
		return t.SAML.Skew
	case t.OIDC != nil && t.OIDC.Skew > 0:
		return t.OIDC.Skew
	}
	return time.Minute
}

// Seen is what a trace says of how the person proved who they are.
func (c AuthContext) Seen() string { return fmt.Sprintf("context %q, methods %q", c.Class, c.Methods) }

// CheckMFA holds an authentication context against a trust's rule. A refusal has reason "mfa.context", "mfa.method",
// "mfa.time_missing" or "mfa.age"; skew is the tolerated clock difference.
func CheckMFA(rule store.MFARule, c AuthContext, now time.Time, skew time.Duration) error {
	if !rule.Required {
		return nil
	}
	if len(rule.Contexts) > 0 || len(rule.Methods) > 0 {
		byContext := slices.Contains(rule.Contexts, c.Class)
		byMethod := slices.ContainsFunc(c.Methods, func(m string) bool { return slices.Contains(rule.Methods, m) })
		switch {
		case byContext || byMethod:
		case len(rule.Contexts) > 0:
			return Refuse("mfa.context", KeyMFA, "context %q with methods %q is none of %q or %q", c.Class, c.Methods, rule.Contexts, rule.Methods)
		default:
			return Refuse("mfa.method", KeyMFA, "methods %q include none of %q", c.Methods, rule.Methods)
		}
	} else {
		return Refuse("mfa.rule", KeyMFA, "the trust demands a second factor but accepts no context and no method")
	}
	return checkAge(rule.MaxAge, c.At, now, skew)
}

func checkAge(max time.Duration, at, now time.Time, skew time.Duration) error {
	switch {
	case max == 0:
		return nil
	case at.IsZero():
		return Refuse("mfa.time_missing", KeyMFA, "the IdP did not say when the person authenticated")
	case at.After(now.Add(skew)):
		return Refuse("mfa.time_future", KeyMFA, "authenticated at %s, which is yet to come", at.UTC().Format(time.RFC3339))
	case now.Sub(at) > max+skew:
		return Refuse("mfa.age", KeyMFA, "authenticated at %s, more than %s ago", at.UTC().Format(time.RFC3339), max)
	}
	return nil
}
