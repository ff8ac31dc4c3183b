package parent

import "slices"

// level is how strongly somebody proved who they are.
type level int

const (
	levelNone level = iota
	levelPassword
	levelSecond
	levelImpossible // stronger than anything offered here
)

// Authentication contexts as reported in AuthnContextClassRef and acr.
const (
	ContextPassword = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport" // a password alone
	ContextMFA      = "https://refeds.org/profile/mfa"                                    // a password and a one-time code
)

// levelOf returns the level that a context class stands for, levelImpossible if it is not known here.
func levelOf(class string) level {
	switch class {
	case ContextPassword,
		"urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
		"urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified":
		return levelPassword
	case ContextMFA,
		"urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken",
		"urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract",
		"http://schemas.microsoft.com/claims/multipleauthn":
		return levelSecond
	}
	return levelImpossible
}

// class is the context that l is reported as when nobody asked for a certain one.
func (l level) class() string {
	if l >= levelSecond {
		return ContextMFA
	}
	return ContextPassword
}

// methods are the amr values of l (RFC 8176).
func (l level) methods() []string {
	if l >= levelSecond {
		return []string{"pwd", "otp", "mfa"}
	}
	return []string{"pwd"}
}

// request is which contexts a service asked for, and how the answer must compare (SAML core 3.3.2.2.1). The zero
// request asks for nothing.
type request struct {
	Classes    []string
	Comparison string // exact when empty, minimum, maximum, better
}

// need is the least level that satisfies the request.
func (q request) need() level {
	if len(q.Classes) == 0 {
		return levelPassword
	}
	switch q.Comparison {
	case "better":
		return min(slices.Max(q.levels())+1, levelImpossible)
	case "maximum":
		return levelPassword
	default:
		return slices.Min(q.levels())
	}
}

func (q request) levels() []level {
	levels := make([]level, len(q.Classes))
	for i, c := range q.Classes {
		levels[i] = levelOf(c)
	}
	return levels
}

// answer is the class to report for somebody who reached l, which satisfies the request if l can.
func (q request) answer(l level) string {
	switch {
	case len(q.Classes) == 0 || q.Comparison == "minimum" || q.Comparison == "better":
		return l.class()
	case q.Comparison == "maximum":
		return min(l, slices.Max(q.levels())).class()
	}
	best, found := levelNone, l.class()
	for _, c := range q.Classes {
		if at := levelOf(c); at <= l && at > best {
			best, found = at, c
		}
	}
	return found
}
