package samlsp

import (
	"fmt"
	"strings"
	"time"

	"cloudpocket/sso"
)

// readAuthentication reads the one AuthnStatement: how and when the person proved who they are.
func (r *response) readAuthentication() (string, error) {
	el, err := only("authn_statement", r.assertion.element, nsAssertion, "AuthnStatement")
	if err != nil {
		return "", err
	}
	at, ok := instant(el.attr("AuthnInstant"))
	if !ok {
		return "", refuse("authn_instant", "AuthnInstant %q", el.attr("AuthnInstant"))
	}
	if at.After(r.now.Add(r.skew)) {
		return "", sso.Refuse("saml.authn_future", sso.KeyClock, "authenticated at %s, it is %s", stamp(at), stamp(r.now))
	}
	if err := r.readSessionEnd(el); err != nil {
		return "", err
	}
	context, err := only("authn_context", el, nsAssertion, "AuthnContext")
	if err != nil {
		return "", err
	}
	class, err := optional("authn_context", context, nsAssertion, "AuthnContextClassRef")
	if err != nil {
		return "", err
	}
	if class != nil {
		text, err := class.text()
		if err != nil {
			return "", err
		}
		r.identity.Context.Class = strings.TrimSpace(text)
	}
	r.identity.Context.At = at
	r.identity.Index = el.attr("SessionIndex")
	return fmt.Sprintf("%s at %s", r.identity.Context.Class, at.Format(time.RFC3339)), nil
}

func (r *response) readSessionEnd(el *element) error {
	v, ok := el.lookup("SessionNotOnOrAfter")
	if !ok {
		return nil
	}
	ends, ok := instant(v)
	if !ok {
		return refuse("session_instant", "SessionNotOnOrAfter %q", v)
	}
	if !r.now.Add(-r.skew).Before(ends) {
		return sso.Refuse("saml.session_ended", sso.KeyStale, "the IdP's session ended at %s", stamp(ends))
	}
	r.identity.SessionEnds = ends
	return nil
}

// readAttributes reads every attribute under its Name, and under its FriendlyName where that can mean nothing else.
// Then the trust's mapping may say that one of them, and not the NameID, is the subject.
func (r *response) readAttributes() (string, error) {
	byName, friendly := map[string][]string{}, map[string]string{}
	err := r.assertion.each(nsAssertion, "AttributeStatement", func(st *element) error {
		if err := inOrder("attribute_shape", st, name{nsAssertion, "Attribute"}); err != nil {
			return err
		}
		return st.each(nsAssertion, "Attribute", func(a *element) error { return readAttribute(a, byName, friendly) })
	})
	if err != nil {
		return "", err
	}
	for nick, full := range friendly {
		if _, taken := byName[nick]; !taken && full != "" {
			byName[nick] = byName[full]
		}
	}
	r.identity.Attributes = byName
	return fmt.Sprintf("%d names", len(byName)), r.mapSubject()
}

// readAttribute adds a's values. A value that is markup rather than text is left out, unless it is a NameID, which is
// how eduPersonTargetedID is written. A nickname that two attributes share is marked as nobody's.
func readAttribute(a *element, byName map[string][]string, friendly map[string]string) error {
	full := a.attr("Name")
	if full == "" {
		return refuse("attribute_shape", "an Attribute without a Name")
	}
	values := byName[full]
	if values == nil {
		values = make([]string, 0, len(a.children))
	}
	err := a.each(nsAssertion, "AttributeValue", func(v *element) error {
		if n := v.child(nsAssertion, "NameID"); n != nil {
			v = n
		}
		if text, err := v.text(); err == nil {
			values = append(values, text)
		}
		return nil
	})
	byName[full] = values
	if nick := a.attr("FriendlyName"); nick != "" && nick != full {
		if other, shared := friendly[nick]; shared && other != full {
			full = ""
		}
		friendly[nick] = full
	}
	return err
}

// mapSubject takes the subject from where the trust's mapping says, which must be exactly one value.
func (r *response) mapSubject() error {
	from := r.trust.Mapping.Subject
	if from.IsZero() {
		return nil
	}
	values, _ := from.Values(r.identity.Attributes)
	if len(values) != 1 {
		return refuse("subject_attribute", "attribute %q, which is the subject, has %d values", from, len(values))
	}
	r.identity.Subject = values[0]
	return checkName(values[0])
}
