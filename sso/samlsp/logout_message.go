package samlsp

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// LogoutMessage judges a LogoutRequest, or the LogoutResponse to our own request, that came to the SLO endpoint by
// either binding (SAML core 3.7, profiles 4.4). Both must be signed. A response whose status is not success is a refusal
// with reason "saml.logout_status"; our own session has ended all the same.
func (c *connector) LogoutMessage(ctx context.Context, m sso.Message) (order sso.LogoutOrder, err error) {
	defer c.guard(ctx, "logout message", &err)
	in := &logoutMessage{connector: c, now: c.Now()}
	if err := in.receive(m); err != nil {
		return sso.LogoutOrder{}, err
	}
	if err := in.checkEnvelope(); err != nil {
		return sso.LogoutOrder{}, err
	}
	if in.root.local == "LogoutResponse" {
		return in.answer(ctx)
	}
	return in.order(ctx)
}

// maxForeignRelay is the longest relay state of the IdP's that is sent back to it, in bytes. The standard says 80, which
// some IdPs take lightly; it goes nowhere but to where it came from.
const maxForeignRelay = 1024

// logoutMessage is one logout message being judged; root is verified once receive has returned.
type logoutMessage struct {
	*connector
	now    time.Time
	root   *element
	issued time.Time
	relay  string
}

// receive parses the message and verifies its signature, wherever its binding has that.
func (in *logoutMessage) receive(m sso.Message) error {
	if m.Endpoint != in.urls.SLO {
		return refuse("endpoint", "the message came to %q, not to the SLO endpoint", m.Endpoint)
	}
	local, field := "LogoutRequest", "SAMLRequest"
	if m.Get("SAMLResponse") != "" {
		local, field = "LogoutResponse", "SAMLResponse"
	}
	var err error
	if m.Post {
		err = in.receivePost(m, field, local)
	} else {
		err = in.receiveRedirect(m, field, local)
	}
	if err != nil {
		return err
	}
	if len(in.relay) > maxForeignRelay {
		return refuse("relay_state_size", "RelayState of %d bytes", len(in.relay))
	}
	return nil
}

func (in *logoutMessage) receivePost(m sso.Message, field, local string) error {
	if len(m.Form["RelayState"]) > 1 {
		return refuse("parameter", "%d values of RelayState", len(m.Form["RelayState"]))
	}
	in.relay = m.Get("RelayState")
	data, err := posted(m, field)
	if err != nil {
		return err
	}
	signatures, err := in.read(data, local)
	if err != nil {
		return err
	}
	if len(signatures) == 0 {
		return refuse("signature_missing", "the %s is not signed", local)
	}
	s, err := signatureOf(in.root, signatures[0])
	if err != nil {
		return err
	}
	v, err := in.keys.verify(s, in.now)
	in.root = v.element
	return err
}

func (in *logoutMessage) receiveRedirect(m sso.Message, field, local string) error {
	r, err := readRedirect(m, field)
	if err != nil {
		return err
	}
	if _, err := in.keys.signer(r.scheme, []byte(r.signed), r.signature, in.now); err != nil {
		return err
	}
	in.relay = r.relay
	signatures, err := in.read(r.message, local)
	if err == nil && len(signatures) > 0 {
		err = refuse("signature_place", "a Signature inside a redirected %s", local) // bindings 3.4.4.1: removed before
	}
	return err
}

// read parses data into root, which must be a local, and returns the signatures directly in it; elsewhere there are none.
func (in *logoutMessage) read(data []byte, local string) ([]*element, error) {
	root, err := parse(data, messageLimits())
	if err != nil {
		return nil, err
	}
	if !root.is(nsProtocol, local) {
		return nil, refuse("root", "the root is %s (%s)", root.local, root.space)
	}
	s, err := look(root)
	if err != nil {
		return nil, err
	}
	for _, el := range s.signatures {
		if el.parent != root {
			return nil, refuse("signature_place", "a Signature inside %s", parentName(el))
		}
	}
	if len(s.signatures) > 1 {
		return nil, refuse("signature_count", "several Signatures in %s", local)
	}
	in.root = root
	return s.signatures, nil
}

// checkEnvelope holds what requests and responses have in common to the trust and the clock.
func (in *logoutMessage) checkEnvelope() error {
	if v := in.root.attr("Version"); v != "2.0" {
		return refuse("version", "%s has version %q", in.root.local, v)
	}
	if !ncName(in.root.attr("ID")) {
		return refuse("id_syntax", "%s has ID %q", in.root.local, in.root.attr("ID"))
	}
	issuer, err := only("issuer", in.root, nsAssertion, "Issuer")
	if err != nil {
		return err
	}
	if err := in.checkIssuer("issuer", issuer); err != nil {
		return err
	}
	switch d, ok := in.root.lookup("Destination"); {
	case !ok:
		return refuse("destination_missing", "the %s has no Destination", in.root.local)
	case d != in.urls.SLO:
		return refuse("destination", "the %s is for %q", in.root.local, d)
	}
	if in.issued, err = in.checkIssuedAt(in.root, in.now); err != nil {
		return err
	}
	if in.now.Sub(in.issued) > logoutLife+in.skew {
		return sso.Refuse("saml.logout_old", sso.KeyStale, "the %s was issued at %s, it is %s", in.root.local, stamp(in.issued), stamp(in.now))
	}
	return in.checkEnd()
}

func (in *logoutMessage) checkEnd() error {
	v, ok := in.root.lookup("NotOnOrAfter")
	if !ok {
		return nil
	}
	ends, ok := instant(v)
	if !ok {
		return refuse("logout_instant", "NotOnOrAfter %q", v)
	}
	if !in.now.Add(-in.skew).Before(ends) {
		return sso.Refuse("saml.logout_late", sso.KeyStale, "the %s was good until %s, it is %s", in.root.local, stamp(ends), stamp(in.now))
	}
	return nil
}

// order reads a LogoutRequest: whose sessions end, and which of them.
func (in *logoutMessage) order(ctx context.Context) (sso.LogoutOrder, error) {
	none := sso.LogoutOrder{}
	err := inOrder("logout_shape", in.root, name{nsAssertion, "Issuer"}, name{nsSignature, "Signature"}, name{nsProtocol, "Extensions"},
		name{nsAssertion, "NameID"}, name{nsAssertion, "EncryptedID"}, name{nsProtocol, "SessionIndex"})
	if err != nil {
		return none, err
	}
	el, err := in.nameID(in.root)
	if err != nil {
		return none, err
	}
	order := sso.LogoutOrder{Reply: in.reply(in.root.attr("ID"), in.relay)}
	if order.Subject, err = el.text(); err != nil {
		return none, err
	}
	if err := checkName(order.Subject); err != nil {
		return none, err
	}
	err = in.root.each(nsProtocol, "SessionIndex", func(e *element) error {
		text, err := e.text()
		if err == nil && text == "" {
			err = refuse("session_index", "an empty SessionIndex")
		}
		order.Indexes = append(order.Indexes, text)
		return err
	})
	if err != nil {
		return none, err
	}
	order.Unspend = in.unspend
	return order, in.spend(ctx)
}

// unspend forgets the request, so that the IdP can send it again.
func (in *logoutMessage) unspend(ctx context.Context) error {
	_, err := in.Marks.Take(ctx, in.markName("saml-logout", in.root.attr("ID")))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("forget a logout request: %w", err)
	}
	return nil
}

// spend remembers the request for as long as it could be sent again.
func (in *logoutMessage) spend(ctx context.Context) error {
	id := in.root.attr("ID")
	err := in.markSeen(ctx, "saml-logout", id, in.issued.Add(logoutLife+in.skew).Sub(in.now))
	if errors.Is(err, store.ErrConflict) {
		return sso.Refuse("saml.replay", sso.KeyStale, "logout request %q was used before", id)
	}
	return err
}

// answer reads a LogoutResponse and ties it to the request of ours that it answers, once.
func (in *logoutMessage) answer(ctx context.Context) (sso.LogoutOrder, error) {
	none := sso.LogoutOrder{}
	to := in.root.attr("InResponseTo")
	if to == "" {
		return none, sso.Refuse("saml.in_response_to_missing", sso.KeyStale, "the logout response answers no request")
	}
	handle, err := in.Marks.Take(ctx, in.markName("saml-logout-sent", to))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return none, sso.Refuse("saml.in_response_to", sso.KeyStale, "the logout response answers %q, which is not pending", to)
	case err != nil:
		return none, fmt.Errorf("find the logout request %s: %w", to, err)
	case subtle.ConstantTimeCompare(handle, []byte(in.relay)) != 1:
		return none, sso.Refuse("saml.relay_state", sso.KeyStale, "RelayState %q is not that of our request", in.relay)
	}
	status, err := only("logout_shape", in.root, nsProtocol, "Status")
	if err != nil {
		return none, err
	}
	code, err := only("logout_shape", status, nsProtocol, "StatusCode")
	if err != nil {
		return none, err
	}
	if code.attr("Value") != statusSuccess || code.child(nsProtocol, "StatusCode") != nil {
		return none, sso.Refuse("saml.logout_status", sso.KeyFailed, "the IdP says %s", describeStatus(status, code))
	}
	return sso.LogoutOrder{Answers: string(handle)}, nil
}
