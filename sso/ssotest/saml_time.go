package ssotest

import (
	"time"

	"cloudpocket/sso"
)

// timeVectors puts every instant one second beyond the skew of a minute, at its edge, far off, and where no instant is.
func timeVectors(w *SAMLWorld) []samlVector {
	const second, skew = time.Second, time.Minute
	at := func(d time.Duration) string { return SAMLTime(w.Now.Add(d)) }
	var vs []samlVector
	add := func(name, value string, want sso.Reason, put func(r *SAMLResponse, v string)) {
		v := samlVector{name: name, knobs: set(func(r *SAMLResponse) { put(r, value) })}
		if want != "" {
			v.want = reasons(want)
		}
		vs = append(vs, v)
	}
	for _, f := range []struct {
		name             string
		future, unusable sso.Reason
		put              func(r *SAMLResponse, v string)
	}{
		{"response issued", "saml.issue_future", "saml.issue_instant", func(r *SAMLResponse, v string) { r.IssueInstant = v }},
		{"assertion issued", "saml.issue_future", "saml.issue_instant", func(r *SAMLResponse, v string) { r.Assertions[0].IssueInstant = v }},
		{"authenticated", "saml.authn_future", "saml.authn_instant", func(r *SAMLResponse, v string) { r.Assertions[0].AuthnInstant = v }},
		{"conditions begin", "saml.conditions_early", "", func(r *SAMLResponse, v string) { r.Assertions[0].NotBefore = v }},
		{"confirmation begins", "saml.confirmation_early", "", func(r *SAMLResponse, v string) { r.Assertions[0].Confirmations[0].NotBefore = v }},
	} {
		add(f.name+" at the skew", at(skew), "", f.put)
		add(f.name+" past the skew", at(skew+second), f.future, f.put)
		add(f.name+" far ahead", "2999-01-01T00:00:00Z", f.future, f.put)
		add(f.name+" missing", "", f.unusable, f.put)
	}
	for _, f := range []struct {
		name               string
		past, missing, far sso.Reason
		put                func(r *SAMLResponse, v string)
	}{
		{"conditions end", "saml.conditions_late", "", "saml.conditions_far", func(r *SAMLResponse, v string) { r.Assertions[0].NotBefore, r.Assertions[0].NotOnOrAfter = "", v }},
		{"confirmation ends", "saml.confirmation_late", "saml.confirmation_end_missing", "saml.confirmation_far", func(r *SAMLResponse, v string) { r.Assertions[0].Confirmations[0].NotOnOrAfter = v }},
		{"session ends", "saml.session_ended", "", "", func(r *SAMLResponse, v string) { r.Assertions[0].SessionEnds = v }},
	} {
		add(f.name+" inside the skew", at(-skew+second), "", f.put)
		add(f.name+" at the skew", at(-skew), f.past, f.put)
		add(f.name+" past the skew", at(-skew-second), f.past, f.put)
		add(f.name+" far ahead", "2999-01-01T00:00:00Z", f.far, f.put)
		add(f.name+" missing", "", f.missing, f.put)
	}
	return append(vs, badInstants()...)
}

// badInstants are values that are no time, or nobody's.
func badInstants() []samlVector {
	var vs []samlVector
	for name, value := range map[string]string{
		"text": "yesterday", "without a zone": "2026-03-02T09:00:00", "date only": "2026-03-02", "seconds": "1772442000", "spaces": " 2026-03-02T09:00:00Z ",
	} {
		vs = append(vs,
			samlVector{name: "issued, " + name, want: reasons("saml.issue_instant"), knobs: set(func(r *SAMLResponse) { r.IssueInstant = value })},
			samlVector{name: "conditions end, " + name, want: reasons("saml.conditions_instant"), knobs: set(func(r *SAMLResponse) { r.Assertions[0].NotOnOrAfter = value })},
			samlVector{name: "confirmation ends, " + name, want: reasons("saml.confirmation_instant"), knobs: first(func(c *SAMLConfirmation) { c.NotOnOrAfter = value })},
			samlVector{name: "session ends, " + name, want: reasons("saml.session_instant"), knobs: set(func(r *SAMLResponse) { r.Assertions[0].SessionEnds = value })},
			samlVector{name: "authenticated, " + name, want: reasons("saml.authn_instant"), knobs: set(func(r *SAMLResponse) { r.Assertions[0].AuthnInstant = value })})
	}
	return append(vs, samlVector{name: "conditions end before they begin", want: reasons("saml.conditions_instant"), knobs: set(func(r *SAMLResponse) {
		a := &r.Assertions[0]
		a.NotBefore, a.NotOnOrAfter = a.NotOnOrAfter, a.NotBefore
		a.NotBefore = "2026-03-02T09:00:30Z"
		a.NotOnOrAfter = "2026-03-02T09:00:10Z"
	})})
}
