package samlsp

import (
	"context"
	"fmt"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// logoutLife is how long a logout message is good for after it was issued, and how long we wait for an answer to ours.
const logoutLife = 10 * time.Minute

// Logout builds a signed LogoutRequest for s (SAML core 3.7.1), by Redirect if the IdP takes that, and remembers which
// handle its answer belongs to. The zero Dispatch comes back when the IdP has no single logout, or s was begun without
// a NameID.
func (c *connector) Logout(ctx context.Context, s store.Session, handle string) (sso.Dispatch, error) {
	if (c.idp.SLO.Redirect == "" && c.idp.SLO.Post == "") || s.NameID == "" {
		return sso.Dispatch{}, nil
	}
	location, send := c.idp.SLO.Redirect, c.byRedirect
	if location == "" {
		location, send = c.idp.SLO.Post, c.byPost
	}
	id := newID()
	el, err := c.logoutRequest(id, location, s)
	if err != nil {
		return sso.Dispatch{}, err
	}
	d, err := send(location, outgoing{field: "SAMLRequest", message: el, id: id, relay: handle})
	if err != nil {
		return sso.Dispatch{}, fmt.Errorf("build the logout request: %w", err)
	}
	if err := c.Marks.Put(ctx, c.markName("saml-logout-sent", id), []byte(handle), logoutLife); err != nil {
		return sso.Dispatch{}, fmt.Errorf("remember the logout request: %w", err)
	}
	return d, nil
}

func (c *connector) logoutRequest(id, location string, s store.Session) (*etree.Element, error) {
	ends := c.Now().UTC().Add(logoutLife)
	req := saml.LogoutRequest{
		ID: id, Version: "2.0", IssueInstant: c.Now().UTC(), NotOnOrAfter: &ends, Destination: location,
		Issuer: &saml.Issuer{Value: c.urls.EntityID},
	}
	if s.Index != "" {
		req.SessionIndex = &saml.SessionIndex{Value: s.Index}
	}
	el := req.Element()
	name := etree.NewDocument()
	if err := name.ReadFromString(s.NameID); err != nil || name.Root() == nil {
		return nil, store.Fail(store.Damaged, "", "read the session's NameID: %w", err)
	}
	el.InsertChildAt(1, name.Root()) // after the Issuer, before any SessionIndex
	return el, nil
}

// reply returns what answers the LogoutRequest id: success, or partial logout when sessions could not be ended.
func (c *connector) reply(id, relay string) func(context.Context, bool) (sso.Dispatch, error) {
	if c.idp.SLO.RedirectReply == "" && c.idp.SLO.PostReply == "" {
		return nil
	}
	return func(_ context.Context, ended bool) (sso.Dispatch, error) {
		location, send := c.idp.SLO.RedirectReply, c.byRedirect
		if location == "" {
			location, send = c.idp.SLO.PostReply, c.byPost
		}
		code := saml.StatusCode{Value: statusSuccess}
		if !ended {
			code = saml.StatusCode{Value: statusResponder, StatusCode: &saml.StatusCode{Value: statusPartial}}
		}
		resp := saml.LogoutResponse{
			ID: newID(), InResponseTo: id, Version: "2.0", IssueInstant: c.Now().UTC(), Destination: location,
			Issuer: &saml.Issuer{Value: c.urls.EntityID},
			Status: saml.Status{StatusCode: code},
		}
		d, err := send(location, outgoing{field: "SAMLResponse", message: resp.Element(), id: resp.ID, relay: relay})
		if err != nil {
			return sso.Dispatch{}, fmt.Errorf("build the logout response: %w", err)
		}
		return d, nil
	}
}
