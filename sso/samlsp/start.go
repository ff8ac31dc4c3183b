package samlsp

import (
	"context"
	"fmt"
	"slices"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"cloudpocket/sso"
)

// Start builds an AuthnRequest (SAML core 3.4.1), signed unless the trust says otherwise, and notes its ID in a. The
// relay state is a's handle. Metadata of the IdP that has run out is a refusal.
func (c *connector) Start(ctx context.Context, a *sso.Attempt) (sso.Dispatch, error) {
	if err := c.current(); err != nil {
		return sso.Dispatch{}, err
	}
	location, post := c.idp.SSO.Redirect, false
	if location == "" || (c.saml.PostRequests && c.idp.SSO.Post != "") {
		location, post = c.idp.SSO.Post, true
	}
	a.RequestID = newID()
	o := outgoing{field: "SAMLRequest", message: c.authnRequest(a, location), id: a.RequestID, relay: a.Handle, plain: c.saml.PlainRequests && !c.idp.WantsSigned}
	send := c.byRedirect
	if post {
		send = c.byPost
	}
	d, err := send(location, o)
	if err != nil {
		return sso.Dispatch{}, fmt.Errorf("build the authentication request: %w", err)
	}
	return d, nil
}

func (c *connector) authnRequest(a *sso.Attempt, location string) *etree.Element {
	yes := true
	policy := &saml.NameIDPolicy{AllowCreate: &yes}
	if c.saml.NameIDFormat != "" {
		policy.Format = &c.saml.NameIDFormat
	}
	req := saml.AuthnRequest{
		ID:                          a.RequestID,
		Version:                     "2.0",
		IssueInstant:                c.Now().UTC(),
		Destination:                 location,
		Issuer:                      &saml.Issuer{Value: c.urls.EntityID},
		NameIDPolicy:                policy,
		ProtocolBinding:             bindingPost,
		AssertionConsumerServiceURL: c.urls.ACS,
	}
	if c.saml.ForceAuthn || a.Force {
		req.ForceAuthn = &yes
	}
	el := req.Element()
	if contexts := c.contexts(a); len(contexts) > 0 {
		el.AddChild(requested(contexts))
	}
	return el
}

// contexts returns the authentication contexts to ask for: the trust's own and the attempt's.
func (c *connector) contexts(a *sso.Attempt) []string {
	out := slices.Clone(c.saml.Contexts)
	for _, x := range a.Contexts {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// requested returns a RequestedAuthnContext; any one of contexts satisfies it (SAML core 3.3.2.2.1).
func requested(contexts []string) *etree.Element {
	el := etree.NewElement("samlp:RequestedAuthnContext")
	el.CreateAttr("Comparison", "exact")
	for _, x := range contexts {
		el.CreateElement("saml:AuthnContextClassRef").SetText(x)
	}
	return el
}
