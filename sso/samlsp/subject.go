package samlsp

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"cloudpocket/sso"
)

// checkConfirmation wants a bearer confirmation that holds (SAML profiles 4.1.4.2). Of several the first that holds
// counts; what the first one broke is the reason when none does.
func (r *response) checkConfirmation() (string, error) {
	subject, err := only("subject", r.assertion.element, nsAssertion, "Subject")
	if err != nil {
		return "", err
	}
	var first error
	held := false
	err = subject.each(nsAssertion, "SubjectConfirmation", func(sc *element) error {
		ends, err := r.confirm(sc)
		switch {
		case ends.After(r.now.Add(maxLife)):
			return refuse("confirmation_far", "a confirmation is good until %s", stamp(ends))
		case err == nil:
			held = true
		case first == nil:
			first = err
		}
		if ends.After(r.ends) {
			r.ends = ends // remembered for as long as any of them could be used
		}
		return nil
	})
	switch {
	case err != nil || held:
		return strings.Join(r.recipients, " or "), err
	case first != nil:
		return "", first
	}
	return "", refuse("confirmation_missing", "the subject has no confirmation")
}

// confirm holds one confirmation to the bearer rules and returns its end.
func (r *response) confirm(sc *element) (time.Time, error) {
	var ends time.Time
	if m := sc.attr("Method"); m != methodBearer {
		return ends, refuse("confirmation_method", "confirmation method %q", m)
	}
	if err := inOrder("confirmation_shape", sc, name{nsAssertion, "SubjectConfirmationData"}); err != nil {
		return ends, err
	}
	data, err := only("confirmation_data", sc, nsAssertion, "SubjectConfirmationData")
	if err != nil {
		return ends, err
	}
	if _, ok := data.lookup("NotOnOrAfter"); !ok {
		return ends, refuse("confirmation_end_missing", "the confirmation has no NotOnOrAfter")
	}
	if ends, err = r.checkWindow("confirmation", data); err != nil {
		return ends, err
	}
	return ends, r.checkRecipient(data)
}

func (r *response) checkRecipient(data *element) error {
	recipient, ok := data.lookup("Recipient")
	if !ok {
		return refuse("recipient_missing", "the confirmation has no Recipient")
	}
	if !slices.Contains(r.recipients, recipient) {
		return refuse("recipient", "the assertion is for %q", recipient)
	}
	to, answers := data.lookup("InResponseTo")
	switch {
	case r.attempt == nil && answers:
		return sso.Refuse("saml.in_response_to_unknown", sso.KeyStale, "the assertion answers %q", to)
	case r.attempt != nil && !answers:
		return sso.Refuse("saml.in_response_to_missing", sso.KeyStale, "the assertion answers no request")
	case r.attempt != nil && to != r.attempt.RequestID:
		return sso.Refuse("saml.in_response_to", sso.KeyStale, "the assertion answers %q, pending is %q", to, r.attempt.RequestID)
	}
	return nil
}

// readSubject reads the one name of the subject, plain or encrypted.
func (r *response) readSubject() (string, error) {
	subject, err := only("subject", r.assertion.element, nsAssertion, "Subject")
	if err != nil {
		return "", err
	}
	err = inOrder("name_id_count", subject, name{nsAssertion, "NameID"}, name{nsAssertion, "EncryptedID"}, name{nsAssertion, "SubjectConfirmation"})
	if err != nil {
		return "", err
	}
	el, err := r.nameID(subject)
	if err != nil {
		return "", err
	}
	value, err := el.text()
	if err != nil {
		return "", err
	}
	if err := checkName(value); err != nil {
		return "", err
	}
	r.identity.Subject, r.identity.NameSubject = value, value
	r.identity.NameID = string(canonical(nil, el, nil, nil))
	return value, nil
}

// nameID returns the one NameID in el, decrypted if need be.
func (c *connector) nameID(el *element) (*element, error) {
	plain, err := optional("name_id_count", el, nsAssertion, "NameID")
	if err != nil {
		return nil, err
	}
	encrypted, err := optional("name_id_count", el, nsAssertion, "EncryptedID")
	switch {
	case err != nil:
		return nil, err
	case (plain == nil) == (encrypted == nil):
		return nil, refuse("name_id_count", "%s has no name, or two", el.local)
	case plain != nil:
		return plain, nil
	}
	return c.openName(encrypted)
}

// openName decrypts an EncryptedID, whose content is a NameID and nothing else.
func (c *connector) openName(encrypted *element) (*element, error) {
	data, err := c.decrypt(encrypted)
	if err != nil {
		return nil, err
	}
	el, err := parse(data, messageLimits())
	if err != nil {
		return nil, err
	}
	if !el.is(nsAssertion, "NameID") {
		return nil, refuse("encrypted_content", "inside is %s (%s)", el.local, el.space)
	}
	_, err = look(el)
	return el, err
}

// checkName refuses names that two programs, or two people, could read differently. What remains is compared byte for
// byte and never folded, trimmed or normalised.
func checkName(s string) error {
	switch {
	case s == "":
		return refuse("name_id_empty", "the name is empty")
	case utf8.RuneCountInString(s) > 256: // SAML core 8.3.7
		return refuse("name_id_length", "a name of %d bytes", len(s))
	case strings.TrimSpace(s) != s:
		return refuse("name_id_space", "white space around the name %q", s)
	case strings.ContainsFunc(s, invisible):
		return refuse("name_id_characters", "an invisible character in the name %q", s)
	case !norm.NFC.IsNormalString(s):
		return refuse("name_id_normal", "the name %+q is not in Unicode's composed form", s)
	}
	return nil
}

func invisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) || (unicode.Is(unicode.Zs, r) && r != ' ' && r != '\u3000')
}
