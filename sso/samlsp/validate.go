package samlsp

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"cloudpocket/sso"
)

// maxLife is how far ahead an assertion's end may be. Nobody needs more, and spent assertions are remembered that long.
const maxLife = 24 * time.Hour

// checkRelayState wants the attempt's own handle. An unsolicited response has none of ours: what it brings may be a
// place here, and anything else is refused rather than passed on to whoever might redirect to it.
func (r *response) checkRelayState(m sso.Message) error {
	values := m.Form["RelayState"]
	if len(values) > 1 {
		return refuse("parameter", "%d values of RelayState", len(values))
	}
	relay := m.Get("RelayState")
	switch {
	case len(relay) > 80: // SAML bindings 3.5.3
		return refuse("relay_state_size", "RelayState of %d bytes", len(relay))
	case r.attempt != nil && relay != r.attempt.Handle:
		return sso.Refuse("saml.relay_state", sso.KeyStale, "RelayState %q is not this attempt's", relay)
	case r.attempt == nil && relay != "" && !local(relay) && !strings.HasPrefix(relay, strings.TrimSuffix(r.BaseURL, "/")+"/"):
		return refuse("relay_state", "RelayState %q is no place here", relay)
	}
	return nil
}

// local reports whether s is a path on this host and cannot be taken for anything else.
func local(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") &&
		!strings.ContainsAny(s, "\\\r\n\t")
}

func (r *response) succeeded() bool {
	status := r.root.child(nsProtocol, "Status")
	if status == nil {
		return false
	}
	code := status.child(nsProtocol, "StatusCode")
	return code != nil && code.attr("Value") == statusSuccess
}

// checkStatus refuses what the IdP itself refused (SAML core 3.2.2.2).
func (r *response) checkStatus() (string, error) {
	status, err := only("response_shape", r.root, nsProtocol, "Status")
	if err != nil {
		return "", err
	}
	code, err := only("status", status, nsProtocol, "StatusCode")
	if err != nil {
		return "", err
	}
	if code.attr("Value") == statusSuccess {
		return "success", nil
	}
	return "", sso.Refuse("saml.status", sso.KeyFailed, "the IdP says %s", describeStatus(status, code))
}

// describeStatus returns the codes, outermost first, and the start of the message.
func describeStatus(status, code *element) string {
	var b strings.Builder
	for ; code != nil; code = code.child(nsProtocol, "StatusCode") {
		fmt.Fprintf(&b, "%.120q ", code.attr("Value"))
	}
	if m := status.child(nsProtocol, "StatusMessage"); m != nil {
		fmt.Fprintf(&b, "(%.200q)", m.allText())
	}
	return b.String()
}

// checkEnvelope holds the Response's own attributes and the Assertion's version and time to the profile.
func (r *response) checkEnvelope() (string, error) {
	destination, ok := r.root.lookup("Destination")
	if !ok {
		return "", refuse("destination_missing", "the response has no Destination")
	}
	if destination != r.urls.ACS {
		return "", refuse("destination", "the response is for %q", destination)
	}
	for _, e := range []*element{r.root, r.assertion.element} {
		if _, err := r.checkMade(e); err != nil {
			return "", err
		}
	}
	return destination, nil
}

// checkMade holds e to the attributes that responses and assertions share, and returns when it was issued.
func (r *response) checkMade(e *element) (time.Time, error) {
	if v := e.attr("Version"); v != "2.0" {
		return time.Time{}, refuse("version", "%s has version %q", e.local, v)
	}
	if !ncName(e.attr("ID")) {
		return time.Time{}, refuse("id_syntax", "%s has ID %q", e.local, e.attr("ID"))
	}
	return r.checkIssuedAt(e, r.now)
}

func (c *connector) checkIssuedAt(e *element, now time.Time) (time.Time, error) {
	at, ok := instant(e.attr("IssueInstant"))
	if !ok {
		return at, refuse("issue_instant", "%s has IssueInstant %q", e.local, e.attr("IssueInstant"))
	}
	if at.After(now.Add(c.skew)) {
		return at, sso.Refuse("saml.issue_future", sso.KeyClock, "%s was issued at %s, it is %s", e.local, stamp(at), stamp(now))
	}
	return at, nil
}

// checkIssuers wants the trust's entity ID in the Assertion, and in the Response if it names one at all.
func (r *response) checkIssuers() (string, error) {
	el, err := optional("response_issuer", r.root, nsAssertion, "Issuer")
	if err != nil {
		return "", err
	}
	if el != nil {
		if err := r.checkIssuer("response_issuer", el); err != nil {
			return "", err
		}
	} else if r.envelope.element != nil {
		return "", refuse("response_issuer", "a signed response without an Issuer") // SAML profiles 4.1.4.2
	}
	return r.checkAsserter()
}

// checkAsserter wants the trust's entity ID in the Assertion.
func (r *response) checkAsserter() (string, error) {
	el, err := only("issuer", r.assertion.element, nsAssertion, "Issuer")
	if err != nil {
		return "", err
	}
	return r.idp.EntityID, r.checkIssuer("issuer", el)
}

func (c *connector) checkIssuer(rule string, el *element) error {
	text, err := el.text()
	if err != nil {
		return err
	}
	if text != c.idp.EntityID {
		return refuse(rule, "issued by %q", text)
	}
	if f := el.attr("Format"); f != "" && f != formatEntity {
		return refuse(rule, "issuer of format %q", f)
	}
	return nil
}

// checkRequest ties the response to the browser's own pending request, or to none where the trust allows that.
func (r *response) checkRequest() (string, error) {
	to, answers := r.root.lookup("InResponseTo")
	switch a := r.attempt; {
	case a == nil && answers:
		return "", sso.Refuse("saml.in_response_to_unknown", sso.KeyStale, "an answer to %q, which is not pending in this browser", to)
	case a == nil && !r.saml.IdPInitiated:
		return "", sso.Refuse("saml.unsolicited", sso.KeyUnsolicited, "nobody asked for this response")
	case a == nil:
		return "unsolicited", nil
	case a.TrustID != r.trust.ID:
		return "", sso.Refuse("saml.attempt_trust", sso.KeyStale, "the pending attempt is with trust %s", a.TrustID)
	case !answers || a.RequestID == "":
		return "", sso.Refuse("saml.in_response_to_missing", sso.KeyStale, "the response answers no request")
	case to != a.RequestID:
		return "", sso.Refuse("saml.in_response_to", sso.KeyStale, "an answer to %q, pending is %q", to, a.RequestID)
	}
	return to, nil
}

// checkConditions holds the assertion to its own conditions (SAML core 2.5.1). One that is not understood is a refusal.
func (r *response) checkConditions() (string, error) {
	err := model("assertion_shape", r.assertion.element,
		[]name{{nsAssertion, "Issuer"}, {nsSignature, "Signature"}, {nsAssertion, "Subject"}, {nsAssertion, "Conditions"}, {nsAssertion, "Advice"}},
		[]name{{nsAssertion, "AuthnStatement"}, {nsAssertion, "AttributeStatement"}})
	if err != nil {
		return "", err
	}
	el, err := only("conditions", r.assertion.element, nsAssertion, "Conditions")
	if err != nil {
		return "", err
	}
	err = model("condition_unknown", el, nil,
		[]name{{nsAssertion, "AudienceRestriction"}, {nsAssertion, "OneTimeUse"}, {nsAssertion, "ProxyRestriction"}})
	if err != nil {
		return "", err
	}
	ends, err := r.checkWindow("conditions", el)
	if err != nil {
		return "", err
	}
	if r.ends = ends; ends.After(r.now.Add(maxLife)) {
		return "", sso.Refuse("saml.conditions_far", sso.KeyMessage, "the assertion is good until %s", stamp(ends))
	}
	return r.checkAudiences(el)
}

// checkAudiences wants our entity ID in every AudienceRestriction, of which there is at least one (2.5.1.4).
func (r *response) checkAudiences(conditions *element) (string, error) {
	n := 0
	err := conditions.each(nsAssertion, "AudienceRestriction", func(restriction *element) error {
		n++
		found := false
		var seen []string
		err := restriction.each(nsAssertion, "Audience", func(a *element) error {
			text, err := a.text()
			found = found || text == r.urls.EntityID
			seen = append(seen, text)
			return err
		})
		if err == nil && !found {
			err = refuse("audience", "the assertion is for %.400q, not for %q", seen, r.urls.EntityID)
		}
		return err
	})
	if err == nil && n == 0 {
		err = refuse("audience_missing", "the assertion names no audience")
	}
	return r.urls.EntityID, err
}

// checkWindow holds now to el's NotBefore and NotOnOrAfter, with skew at both ends; the second is returned, zero if
// there is none.
func (r *response) checkWindow(rule string, el *element) (time.Time, error) {
	var begins, ends time.Time
	if v, ok := el.lookup("NotBefore"); ok {
		if begins, ok = instant(v); !ok {
			return ends, refuse(rule+"_instant", "NotBefore %q", v)
		}
		if r.now.Add(r.skew).Before(begins) {
			return ends, sso.Refuse(sso.Reason("saml."+rule+"_early"), sso.KeyClock, "good from %s on, it is %s", stamp(begins), stamp(r.now))
		}
	}
	if v, ok := el.lookup("NotOnOrAfter"); ok {
		if ends, ok = instant(v); !ok {
			return ends, refuse(rule+"_instant", "NotOnOrAfter %q", v)
		}
		if !r.now.Add(-r.skew).Before(ends) {
			return ends, sso.Refuse(sso.Reason("saml."+rule+"_late"), sso.KeyStale, "good until %s, it is %s", stamp(ends), stamp(r.now))
		}
		if !begins.Before(ends) {
			return ends, refuse(rule+"_instant", "NotBefore %s is not before NotOnOrAfter %s", stamp(begins), stamp(ends))
		}
	}
	return ends, nil
}
