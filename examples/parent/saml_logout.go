package parent

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/crewjam/saml"
)

// samlLogout takes logout messages: a service's request, or its answer to ours (SAML core 3.7).
func (p *Parent) samlLogout(w http.ResponseWriter, r *http.Request) error {
	if r.FormValue("SAMLResponse") != "" {
		return p.logoutAnswered(w, r)
	}
	m, err := readMessage(r, "SAMLRequest")
	if err != nil {
		return &fault{http.StatusBadRequest, "error.request", err}
	}
	order, err := p.logoutOrder(r.Context(), m)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return &fault{http.StatusForbidden, "error.unknown_service", err}
	case errors.Is(err, errRequest):
		return &fault{http.StatusBadRequest, "error.request", err}
	case err != nil:
		return &fault{http.StatusBadGateway, "error.service_away", err}
	}
	return p.startLogout(w, r, p.ordered(order), order.Issuer.Value, "", func(w http.ResponseWriter, r *http.Request, partial bool) error {
		return p.answerLogout(w, r, order, m.relay, partial)
	})
}

// logoutOrder is a LogoutRequest. The library's type holds one session index; the standard allows many.
type logoutOrder struct {
	ID           string       `xml:",attr"`
	Version      string       `xml:",attr"`
	IssueInstant time.Time    `xml:",attr"`
	NotOnOrAfter time.Time    `xml:",attr"`
	Destination  string       `xml:",attr"`
	Issuer       *saml.Issuer `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
	NameID       string       `xml:"urn:oasis:names:tc:SAML:2.0:assertion NameID"`
	Indexes      []string     `xml:"urn:oasis:names:tc:SAML:2.0:protocol SessionIndex"`
}

// logoutOrder reads and verifies a LogoutRequest, which must be signed, for us, at most five minutes old and new.
func (p *Parent) logoutOrder(ctx context.Context, m message) (logoutOrder, error) {
	var unproved, order logoutOrder
	if err := parseXML(m.xml, &unproved); err != nil {
		return order, fmt.Errorf("%w: %w", errRequest, err)
	}
	if unproved.Issuer == nil {
		return order, fmt.Errorf("%w: it has no issuer", errRequest)
	}
	text, err := p.verified(ctx, m, unproved.Issuer.Value, true)
	if err != nil {
		return order, err
	}
	if err := parseXML(text, &order); err != nil {
		return order, fmt.Errorf("%w: %w", errRequest, err)
	}
	return order, p.checkOrder(order)
}

func (p *Parent) checkOrder(o logoutOrder) error {
	now := p.cfg.Now()
	switch {
	case o.Issuer == nil || o.ID == "" || o.Version != "2.0":
		return fmt.Errorf("%w: issuer, ID or version is missing", errRequest)
	case o.Destination != p.URL(pathSLO):
		return fmt.Errorf("%w: it is for %q", errRequest, o.Destination)
	case now.Sub(o.IssueInstant).Abs() > 5*time.Minute:
		return fmt.Errorf("%w: it was issued at %s", errRequest, o.IssueInstant)
	case !o.NotOnOrAfter.IsZero() && !now.Before(o.NotOnOrAfter):
		return fmt.Errorf("%w: it was good until %s", errRequest, o.NotOnOrAfter)
	}
	key := "logout " + o.Issuer.Value + " " + o.ID
	if _, again := p.seen.get(key); again {
		return fmt.Errorf("%w: it was here before", errRequest)
	}
	p.seen.put(key, struct{}{}, now.Add(15*time.Minute))
	return nil
}

// ordered returns the sessions that a service's order ends: those of the person at that service, and of the named
// indexes if any are named.
func (p *Parent) ordered(o logoutOrder) []session {
	login := p.loginOf(o.NameID)
	return p.sessions.all(func(s session) bool {
		return login != "" && s.login == login && slices.Contains(s.saml, o.Issuer.Value) &&
			(len(o.Indexes) == 0 || slices.Contains(o.Indexes, s.index))
	})
}

func (p *Parent) answerLogout(w http.ResponseWriter, r *http.Request, o logoutOrder, relay string, partial bool) error {
	_, md, err := p.services.find(r.Context(), o.Issuer.Value)
	if err != nil {
		return &fault{http.StatusBadGateway, "error.service_away", err}
	}
	to, ok := logoutEndpoint(md, true)
	if !ok {
		return p.afterSignOut("")(w, r, partial)
	}
	m := &logoutResponse{saml.LogoutResponse{
		ID: newMessageID(), InResponseTo: o.ID, Version: "2.0", IssueInstant: p.instant(), Destination: to.url,
		Issuer: p.issuer(), Status: logoutStatus(partial),
	}}
	return p.dispatch(w, r, to, "SAMLResponse", m, relay)
}

func logoutStatus(partial bool) saml.Status {
	if partial {
		return saml.Status{StatusCode: saml.StatusCode{
			Value: saml.StatusResponder, StatusCode: &saml.StatusCode{Value: saml.StatusPartialLogout},
		}}
	}
	return saml.Status{StatusCode: saml.StatusCode{Value: saml.StatusSuccess}}
}

// logoutRequestTo makes our request to a service, and says where it goes.
func (p *Parent) logoutRequestTo(ctx context.Context, t told) (*logoutRequest, endpoint, error) {
	_, md, err := p.services.find(ctx, t.entityID)
	if err != nil {
		return nil, endpoint{}, err
	}
	to, ok := logoutEndpoint(md, false)
	if !ok {
		return nil, endpoint{}, fmt.Errorf("service %q takes no logout requests", t.entityID)
	}
	u, ok := p.user(t.login)
	if !ok {
		return nil, endpoint{}, fmt.Errorf("no user has the login %q", t.login)
	}
	now := p.instant()
	ends := now.Add(5 * time.Minute)
	return &logoutRequest{saml.LogoutRequest{
		ID: newMessageID(), Version: "2.0", IssueInstant: now, NotOnOrAfter: &ends, Destination: to.url,
		Issuer: p.issuer(), NameID: p.nameID(u, t.entityID), SessionIndex: &saml.SessionIndex{Value: t.index},
	}}, to, nil
}

// logoutAnswered takes a service's answer to our request and goes on. An answer that cannot be believed counts as "not
// signed out there", since the person must not be left in between.
func (p *Parent) logoutAnswered(w http.ResponseWriter, r *http.Request) error {
	m, err := readMessage(r, "SAMLResponse")
	if err != nil {
		return &fault{http.StatusBadRequest, "error.request", err}
	}
	l, ok := p.logouts.take(m.relay)
	if !ok {
		return &fault{http.StatusGone, "error.expired", nil}
	}
	if err := p.checkAnswer(r.Context(), m, l); err != nil {
		p.cfg.Log.Warn("a service did not sign out", "service", l.of, "error", err)
		l.partial = true
	}
	return p.stepLogout(w, r, l)
}

func (p *Parent) checkAnswer(ctx context.Context, m message, l logout) error {
	text, err := p.verified(ctx, m, l.of, true)
	if err != nil {
		return err
	}
	var answer saml.LogoutResponse
	if err := parseXML(text, &answer); err != nil {
		return err
	}
	switch {
	case answer.Issuer == nil || answer.Issuer.Value != l.of:
		return errors.New("the answer is somebody else's")
	case answer.InResponseTo != l.asked:
		return fmt.Errorf("the answer is to %q, asked was %q", answer.InResponseTo, l.asked)
	case answer.Status.StatusCode.Value != saml.StatusSuccess:
		return fmt.Errorf("the answer is %q", answer.Status.StatusCode.Value)
	}
	return nil
}
