package samlsp

import (
	"context"
	"encoding/base64"
	"fmt"
	"runtime/debug"
	"time"

	"cloudpocket/sso"
)

// Finish judges a response that was POSTed to the ACS (SAML profiles 4.1.4.3). Every rule has a reason of its own; the
// steps are told to t in the order they are taken, and none runs before those above it have passed.
func (c *connector) Finish(ctx context.Context, m sso.Message, a *sso.Attempt, t *sso.Trace) (id sso.Identity, err error) {
	defer c.guard(ctx, "response", &err)
	r := &response{connector: c, attempt: a, now: c.Now(), recipients: []string{c.urls.ACS}}
	return r.judge(t, []step{
		{"metadata", r.checkTrust},
		{"message", func() (string, error) { return r.receive(m) }},
		{"shape", r.checkShape},
		{"signature", r.checkSignatures},
		{"status", r.checkStatus},
		{"decryption", r.open},
		{"destination", r.checkEnvelope},
		{"issuer", r.checkIssuers},
		{"request", r.checkRequest},
		{"conditions", r.checkConditions},
		{"confirmation", r.checkConfirmation},
		{"subject", r.readSubject},
		{"authentication", r.readAuthentication},
		{"attributes", r.readAttributes},
		{"replay", func() (string, error) { return r.spend(ctx) }},
	})
}

// step is one thing that is judged; take returns what was seen, for the trace, or a refusal.
type step struct {
	name string
	take func() (string, error)
}

// judge takes steps in order until one fails, and returns the identity that they found.
func (r *response) judge(t *sso.Trace, steps []step) (sso.Identity, error) {
	defer r.tell(t)
	for _, s := range steps {
		detail, err := s.take()
		if err != nil {
			return sso.Identity{}, t.Fail(s.name, err)
		}
		t.Pass(s.name, detail)
	}
	return r.identity, nil
}

// tell gives t what the message looks like, and the claims in it once they were read from what is signed.
func (r *response) tell(t *sso.Trace) {
	if t != nil {
		t.Message = r.shown()
		t.Claimed(r.identity.NameSubject, r.identity.Attributes)
	}
}

// guard turns a panic into a refusal. A message that can cause one is hostile or a fault of ours; an operator has to
// know either way.
func (c *connector) guard(ctx context.Context, what string, err *error) {
	if p := recover(); p != nil {
		c.Log.ErrorContext(ctx, "a SAML message caused a panic", "trust", c.trust.ID, "message", what, "panic", p, "stack", string(debug.Stack()))
		*err = refuse("panic", "judging the %s: %v", what, p)
	}
}

// response is one response being judged.
type response struct {
	*connector
	attempt    *sso.Attempt
	now        time.Time
	recipients []string // whom a confirmation may be for

	root       *element
	survey     *survey
	signatures map[*element]*signature // by the element they are on
	envelope   verified                // the Response; zero unless it is signed
	inner      *element                // the Assertion or EncryptedAssertion as it arrived
	assertion  verified                // the Assertion that identity is read from
	opened     *element                // what was inside an EncryptedAssertion

	identity sso.Identity
	ends     time.Time // when the assertion can no longer be used
}

func (r *response) checkTrust() (string, error) {
	return fmt.Sprintf("%d certificates of %s", len(r.keys.certs), r.idp.EntityID), r.current()
}

// receive holds the message to the POST binding (SAML bindings 3.5) and parses it.
func (r *response) receive(m sso.Message) (string, error) {
	if !m.Post {
		return "", refuse("binding", "a response that was not POSTed")
	}
	if m.Endpoint != r.urls.ACS {
		return "", refuse("endpoint", "the message came to %q, not to the ACS", m.Endpoint)
	}
	if err := r.checkRelayState(m); err != nil {
		return "", err
	}
	data, err := posted(m, "SAMLResponse")
	if err != nil {
		return "", err
	}
	r.root, err = parse(data, messageLimits())
	return fmt.Sprintf("%d bytes", len(data)), err
}

// posted returns the message in the form field of that name, which must be there once and alone.
func posted(m sso.Message, field string) ([]byte, error) {
	values := m.Form[field]
	if len(values) != 1 || len(m.Form["SAMLRequest"])+len(m.Form["SAMLResponse"]) != 1 {
		return nil, refuse("parameter", "%d values of %s", len(values), field)
	}
	if len(values[0]) > messageLimits().bytes*3/2 {
		return nil, malformed("size", "%d characters of base64", len(values[0]))
	}
	data, err := base64.StdEncoding.Strict().DecodeString(values[0])
	if err != nil {
		return nil, refuse("base64", "%s is not base64: %w", field, err)
	}
	return data, nil
}

// checkShape holds the whole document to the one shape that a sign-in response has, before any of it is believed.
func (r *response) checkShape() (string, error) {
	if !r.root.is(nsProtocol, "Response") {
		return "", refuse("root", "the root is %s (%s)", r.root.local, r.root.space)
	}
	var err error
	if r.survey, err = look(r.root); err != nil {
		return "", err
	}
	if len(r.survey.responses) != 1 {
		return "", refuse("response_count", "%d Responses", len(r.survey.responses))
	}
	if err := r.checkAssertionPlace(); err != nil {
		return "", err
	}
	if err := r.checkSignaturePlaces(); err != nil {
		return "", err
	}
	err = model("response_shape", r.root, []name{
		{nsAssertion, "Issuer"}, {nsSignature, "Signature"}, {nsProtocol, "Extensions"}, {nsProtocol, "Status"},
		{nsAssertion, "Assertion"}, {nsAssertion, "EncryptedAssertion"}}, nil)
	if err != nil {
		return "", err
	}
	if _, err := only("response_shape", r.root, nsProtocol, "Status"); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d signatures", len(r.survey.signatures)), nil
}

// checkAssertionPlace wants exactly one assertion, plain or encrypted, as a direct child. A response whose status is
// not success may have none.
func (r *response) checkAssertionPlace() error {
	for _, a := range r.survey.assertions {
		if a.parent != r.root {
			return refuse("assertion_place", "an %s inside %s", a.local, parentName(a))
		}
	}
	switch n := len(r.survey.assertions); {
	case n > 1:
		return refuse("assertion_count", "%d assertions", n)
	case n == 1:
		r.inner = r.survey.assertions[0]
	case r.succeeded():
		return refuse("assertion_missing", "a successful response without an assertion")
	}
	return nil
}

// checkSignaturePlaces wants each signature directly in the Response or in its Assertion, one in each at most, and every
// one of them in the shape that SAML allows.
func (r *response) checkSignaturePlaces() error {
	r.signatures = make(map[*element]*signature, 2)
	for _, s := range r.survey.signatures {
		if s.parent != r.root && (r.inner == nil || s.parent != r.inner || r.inner.local != "Assertion") {
			return refuse("signature_place", "a Signature inside %s", parentName(s))
		}
		if err := r.keepSignature(s); err != nil {
			return err
		}
	}
	return nil
}

func (r *response) keepSignature(el *element) (err error) {
	if r.signatures[el.parent] != nil {
		return refuse("signature_count", "several Signatures in %s", el.parent.local)
	}
	r.signatures[el.parent], err = signatureOf(el.parent, el)
	return err
}

func parentName(e *element) string {
	if e.parent == nil {
		return "nothing"
	}
	return e.parent.local
}

// checkSignatures verifies every signature there is. One that covers the assertion is required, but that of an
// encrypted assertion may be inside.
func (r *response) checkSignatures() (string, error) {
	detail := "the response is not signed"
	if s := r.signatures[r.root]; s != nil {
		v, err := r.keys.verify(s, r.now)
		if err != nil {
			return "", err
		}
		r.envelope = v
		detail = "the response is signed by " + v.by.fingerprint
	}
	if r.inner == nil || r.inner.local == "EncryptedAssertion" {
		return detail, nil
	}
	inside, err := r.verifyAssertion(r.inner)
	return detail + inside, err
}

// verifyAssertion sets the assertion that identity is read from: by its own signature if it has one, else by that of
// the response around it.
func (r *response) verifyAssertion(el *element) (string, error) {
	if s := r.signatures[el]; s != nil {
		v, err := r.keys.verify(s, r.now)
		if err != nil {
			return "", err
		}
		r.assertion = v
		return ", the assertion by " + v.by.fingerprint, nil
	}
	if r.envelope.element == nil {
		return "", refuse("signature_missing", "neither the response nor the assertion is signed")
	}
	r.assertion = r.envelope.inside(el)
	return "", nil
}

// open decrypts an encrypted assertion and holds what was inside to the same rules as if it had stood in the message.
func (r *response) open() (string, error) {
	if r.inner.local == "Assertion" {
		return "not encrypted", nil
	}
	err := inOrder("encrypted_shape", r.inner, name{nsEncrypted, "EncryptedData"}, name{nsEncrypted, "EncryptedKey"})
	if err != nil {
		return "", err
	}
	plain, err := r.decrypt(r.inner)
	if err != nil {
		return "", err
	}
	root, err := parse(plain, messageLimits())
	if err != nil {
		return "", err
	}
	r.opened = root
	if !root.is(nsAssertion, "Assertion") {
		return "", refuse("encrypted_content", "inside is %s (%s)", root.local, root.space)
	}
	outside := len(r.survey.signatures)
	if err := r.survey.add(root); err != nil {
		return "", err
	}
	if n := len(r.survey.assertions); n != 2 || len(r.survey.responses) != 1 {
		return "", refuse("assertion_place", "%d assertions with the encrypted one", n)
	}
	for _, s := range r.survey.signatures[outside:] {
		if s.parent != root {
			return "", refuse("signature_place", "a Signature inside %s", parentName(s))
		}
		if err := r.keepSignature(s); err != nil {
			return "", err
		}
	}
	detail, err := r.verifyAssertion(root)
	return "decrypted" + detail, err
}
