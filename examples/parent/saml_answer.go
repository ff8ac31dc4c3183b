package parent

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
)

// Names of the SAML attributes in assertions.
const (
	AttributeSubject = "urn:oasis:names:tc:SAML:attribute:subject-id" // User.Subject
	AttributeName    = "urn:oid:2.16.840.1.113730.3.1.241"            // displayName: User.Name
	AttributeMail    = "urn:oid:0.9.2342.19200300.100.1.3"            // mail: User.Email
	AttributeTenant  = "tenant"                                       // User.Tenant
	AttributeOffices = "offices"                                      // User.Offices, one value each
	AttributeRole    = "role"                                         // User.Role
)

// assertionLife is how long an assertion may be presented.
const assertionLife = 5 * time.Minute

// answer sends the Response with an assertion about u (SAML profiles 4.1.4.2), through the browser.
func (p *Parent) answer(w http.ResponseWriter, r *http.Request, req *saml.IdpAuthnRequest, s session, u User, class string) error {
	service, md, err := p.services.find(r.Context(), req.ServiceProviderMetadata.EntityID)
	if err != nil {
		return &fault{http.StatusBadGateway, "error.service_away", err}
	}
	req.Now = p.instant()
	req.Assertion = p.assertion(req, s, u, class)
	signature, err := p.signature(req.Assertion.Element())
	if err != nil {
		return err
	}
	req.Assertion.Signature = signature
	req.AssertionEl = req.Assertion.Element()
	if service.Encrypt {
		if req.AssertionEl, err = encrypted(req.AssertionEl, md); err != nil {
			return &fault{http.StatusBadGateway, "error.service_away", err}
		}
	}
	filled, err := req.PostBinding()
	if err != nil {
		return fmt.Errorf("making the response: %w", err)
	}
	p.sessions.change(s.id, func(s session) session { return s.withSAML(md.EntityID) })
	return p.forward(w, r, responseForm(filled.URL, filled.SAMLResponse, filled.RelayState))
}

func responseForm(to, encoded, relay string) form {
	f := form{URL: to, Fields: []field{{"SAMLResponse", encoded}}}
	if relay != "" {
		f.Fields = append(f.Fields, field{"RelayState", relay})
	}
	return f
}

// answerNo sends a Response that says why there is no assertion (SAML core 3.2.2.2).
func (p *Parent) answerNo(w http.ResponseWriter, r *http.Request, req *saml.IdpAuthnRequest, v verdict) error {
	why := saml.StatusNoPassive
	if v == cannot {
		why = saml.StatusNoAuthnContext
	}
	m := &response{saml.Response{
		ID: newMessageID(), InResponseTo: req.Request.ID, Version: "2.0", IssueInstant: p.instant(),
		Destination: req.ACSEndpoint.Location, Issuer: p.issuer(),
		Status: saml.Status{StatusCode: saml.StatusCode{
			Value: saml.StatusResponder, StatusCode: &saml.StatusCode{Value: why},
		}},
	}}
	signature, err := p.signature(m.Element())
	if err != nil {
		return err
	}
	m.sign(signature)
	text, err := render(m.Element())
	if err != nil {
		return err
	}
	return p.forward(w, r, responseForm(req.ACSEndpoint.Location, base64.StdEncoding.EncodeToString(text), req.RelayState))
}

// assertion is what we say about u.
func (p *Parent) assertion(req *saml.IdpAuthnRequest, s session, u User, class string) *saml.Assertion {
	ends := s.ends.UTC().Truncate(time.Millisecond)
	return &saml.Assertion{
		ID: newMessageID(), IssueInstant: req.Now, Version: "2.0", Issuer: *p.issuer(),
		Subject: &saml.Subject{
			NameID: p.nameID(u, req.ServiceProviderMetadata.EntityID),
			SubjectConfirmations: []saml.SubjectConfirmation{{
				Method: "urn:oasis:names:tc:SAML:2.0:cm:bearer",
				SubjectConfirmationData: &saml.SubjectConfirmationData{
					InResponseTo: req.Request.ID, NotOnOrAfter: req.Now.Add(assertionLife), Recipient: req.ACSEndpoint.Location,
				},
			}},
		},
		Conditions: &saml.Conditions{
			NotBefore: req.Now, NotOnOrAfter: req.Now.Add(assertionLife),
			AudienceRestrictions: []saml.AudienceRestriction{{Audience: saml.Audience{Value: req.ServiceProviderMetadata.EntityID}}},
		},
		AuthnStatements: []saml.AuthnStatement{{
			AuthnInstant: s.at.UTC().Truncate(time.Millisecond), SessionIndex: s.index, SessionNotOnOrAfter: &ends,
			AuthnContext: saml.AuthnContext{AuthnContextClassRef: &saml.AuthnContextClassRef{Value: class}},
		}},
		AttributeStatements: []saml.AttributeStatement{{Attributes: attributes(u)}},
	}
}

// nameID names u to a service, for good (SAML core 8.3.7).
func (p *Parent) nameID(u User, entityID string) *saml.NameID {
	return &saml.NameID{
		Format: string(saml.PersistentNameIDFormat), NameQualifier: p.EntityID(), SPNameQualifier: entityID, Value: u.Subject,
	}
}

func attributes(u User) []saml.Attribute {
	all := []saml.Attribute{
		attribute(AttributeSubject, "subject-id", u.Subject),
		attribute(AttributeName, "displayName", u.Name),
		attribute(AttributeMail, "mail", u.Email),
		attribute(AttributeTenant, "", u.Tenant),
		attribute(AttributeRole, "", u.Role),
	}
	if len(u.Offices) > 0 {
		all = append(all, attribute(AttributeOffices, "", u.Offices...))
	}
	return all
}

func attribute(name, friendly string, values ...string) saml.Attribute {
	format := "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
	if friendly == "" {
		format = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
	}
	a := saml.Attribute{Name: name, FriendlyName: friendly, NameFormat: format}
	for _, v := range values {
		a.Values = append(a.Values, saml.AttributeValue{Type: "xs:string", Value: v})
	}
	return a
}

// encrypted wraps a signed assertion for the service's encryption key: AES-GCM, with the key under RSA-OAEP.
func encrypted(assertion *etree.Element, md *saml.EntityDescriptor) (*etree.Element, error) {
	certs := certificates(md, "encryption")
	if len(certs) == 0 {
		return nil, fmt.Errorf("service %q has no encryption certificate", md.EntityID)
	}
	text, err := render(assertion)
	if err != nil {
		return nil, err
	}
	data, err := encrypter(gcmFor(md)).Encrypt(certs[0], text, nil)
	if err != nil {
		return nil, fmt.Errorf("encrypting for %q: %w", md.EntityID, err)
	}
	data.CreateAttr("Type", "http://www.w3.org/2001/04/xmlenc#Element")
	el := etree.NewElement("saml:EncryptedAssertion")
	el.CreateAttr("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion")
	el.AddChild(data)
	return el, nil
}
