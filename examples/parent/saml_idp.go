package parent

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
)

// EntityID is our SAML name, which is also where our metadata is.
func (p *Parent) EntityID() string { return p.URL(pathMetadata) }

// MetadataURL is where our SAML metadata is.
func (p *Parent) MetadataURL() string { return p.URL(pathMetadata) }

func (p *Parent) identityProvider() *saml.IdentityProvider {
	address := func(path string) url.URL {
		u, err := url.Parse(p.URL(path))
		if err != nil { // the base URL was parsed before
			return url.URL{Path: path}
		}
		return *u
	}
	return &saml.IdentityProvider{
		Key: p.keys.saml, Certificate: p.keys.cert, SignatureMethod: dsig.RSASHA256SignatureMethod,
		MetadataURL: address(pathMetadata), SSOURL: address(pathSSO), LogoutURL: address(pathSLO),
		ServiceProviderProvider: byEntityID{p},
	}
}

// byEntityID finds services for the library, which knows os.ErrNotExist by identity only.
type byEntityID struct{ p *Parent }

func (b byEntityID) GetServiceProvider(r *http.Request, id string) (*saml.EntityDescriptor, error) {
	_, md, err := b.p.services.find(r.Context(), id)
	if errors.Is(err, os.ErrNotExist) {
		return nil, os.ErrNotExist
	}
	return md, err
}

// Metadata returns our SAML metadata, good for seven days.
func (p *Parent) Metadata() ([]byte, error) {
	md := p.idp.Metadata()
	md.ValidUntil = p.instant().Add(7 * 24 * time.Hour)
	md.CacheDuration = time.Hour
	d := &md.IDPSSODescriptors[0]
	d.KeyDescriptors = d.KeyDescriptors[:1] // signing; nothing is ever encrypted for us
	d.NameIDFormats = []saml.NameIDFormat{saml.PersistentNameIDFormat}
	d.SingleLogoutServices = []saml.Endpoint{
		{Binding: saml.HTTPRedirectBinding, Location: p.URL(pathSLO)},
		{Binding: saml.HTTPPostBinding, Location: p.URL(pathSLO)},
	}
	text, err := xml.MarshalIndent(md, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing metadata: %w", err)
	}
	return append([]byte(xml.Header), text...), nil
}

func (p *Parent) samlMetadata(w http.ResponseWriter, _ *http.Request) error {
	text, err := p.Metadata()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	if _, err := w.Write(text); err != nil {
		return fmt.Errorf("sending metadata: %w", err)
	}
	return nil
}

// wanted is what the library does not read out of an AuthnRequest.
type wanted struct {
	Issuer  *saml.Issuer `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
	Context struct {
		Comparison string   `xml:",attr"`
		Classes    []string `xml:"urn:oasis:names:tc:SAML:2.0:assertion AuthnContextClassRef"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:protocol RequestedAuthnContext"`
	Subject struct {
		NameID string `xml:"urn:oasis:names:tc:SAML:2.0:assertion NameID"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:assertion Subject"`
}

// samlSignIn takes an AuthnRequest (SAML core 3.4).
func (p *Parent) samlSignIn(w http.ResponseWriter, r *http.Request) error {
	m, err := readMessage(r, "SAMLRequest")
	if err != nil {
		return &fault{http.StatusBadRequest, "error.request", err}
	}
	req, want, err := p.authnRequest(r, m)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return &fault{http.StatusForbidden, "error.unknown_service", err}
	case errors.Is(err, errRequest):
		return &fault{http.StatusBadRequest, "error.request", err}
	case err != nil:
		return &fault{http.StatusBadGateway, "error.service_away", err}
	}
	http.Redirect(w, r, p.park(p.samlFlow(req, want)), http.StatusSeeOther)
	return nil
}

// errRequest is the kind of error that a service's message causes.
var errRequest = errors.New("the request is not valid")

// authnRequest reads, verifies and matches an AuthnRequest.
func (p *Parent) authnRequest(r *http.Request, m message) (*saml.IdpAuthnRequest, wanted, error) {
	var want wanted
	if err := parseXML(m.xml, &want); err != nil {
		return nil, want, fmt.Errorf("%w: %w", errRequest, err)
	}
	if want.Issuer == nil {
		return nil, want, fmt.Errorf("%w: it has no issuer", errRequest)
	}
	text, err := p.verified(r.Context(), m, want.Issuer.Value, false)
	if err != nil {
		return nil, want, err
	}
	req, err := saml.NewIdpAuthnRequest(p.idp, r)
	if err != nil {
		return nil, want, fmt.Errorf("%w: %w", errRequest, err)
	}
	req.RequestBuffer, req.RelayState, req.Now = text, m.relay, p.cfg.Now()
	if err := req.Validate(); err != nil {
		return nil, want, fmt.Errorf("%w: %w", errRequest, err)
	}
	want = wanted{}
	if err := parseXML(text, &want); err != nil {
		return nil, want, fmt.Errorf("%w: %w", errRequest, err)
	}
	return req, want, nil
}

// verified returns what of m the service signed. A message without a signature is returned whole when it need not have
// one.
func (p *Parent) verified(ctx context.Context, m message, entityID string, must bool) ([]byte, error) {
	s, md, err := p.services.find(ctx, entityID)
	if err != nil {
		return nil, err
	}
	text, err := m.verify(certificates(md, "signing"), p.cfg.Now())
	if errors.Is(err, errUnsigned) && !must && !signsRequests(md) {
		return m.xml, nil
	}
	if err != nil && !errors.Is(err, errUnsigned) && s.forget() {
		if md, err = s.metadata(ctx); err != nil {
			return nil, err
		}
		text, err = m.verify(certificates(md, "signing"), p.cfg.Now())
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errRequest, err)
	}
	return text, nil
}

// samlFlow is the flow that ends in a Response to req.
func (p *Parent) samlFlow(req *saml.IdpAuthnRequest, want wanted) flow {
	asked := request{want.Context.Classes, want.Context.Comparison}
	f := flow{
		service: hostOf(req.ACSEndpoint.Location), hint: p.loginOf(want.Subject.NameID),
		need: asked.need(), strict: !p.cfg.LaxContexts,
		force: req.Request.ForceAuthn != nil && *req.Request.ForceAuthn, passive: req.Request.IsPassive != nil && *req.Request.IsPassive,
	}
	f.resume = func(w http.ResponseWriter, r *http.Request, s session, u User) error {
		return p.answer(w, r, req, s, u, asked.answer(s.level))
	}
	f.refuse = func(w http.ResponseWriter, r *http.Request, v verdict) error {
		return p.answerNo(w, r, req, v)
	}
	return f
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func (p *Parent) loginOf(subject string) string {
	for _, u := range p.everyone() {
		if subject != "" && u.Subject == subject {
			return u.Login
		}
	}
	return ""
}

// launch sends a Response that nobody asked for to a service (IdP-initiated, SAML profiles 4.1.5), with the path in
// RelayState. The form's fields are sp, the position of the service, and to.
func (p *Parent) launch(w http.ResponseWriter, r *http.Request) error {
	s, u, ok := p.current(r)
	if !ok {
		http.Redirect(w, r, "/signin", http.StatusSeeOther)
		return nil
	}
	to := r.PostFormValue("to")
	i, err := strconv.Atoi(r.PostFormValue("sp"))
	all := p.services.list()
	if err != nil || i < 0 || i >= len(all) || !localPath(to) {
		return &fault{http.StatusBadRequest, "error.request", err}
	}
	md, err := all[i].metadata(r.Context())
	if err != nil {
		return &fault{http.StatusBadGateway, "error.service_away", err}
	}
	req := &saml.IdpAuthnRequest{IDP: p.idp, HTTPRequest: r, RelayState: to, ServiceProviderMetadata: md}
	if !postEndpoint(req) {
		return &fault{http.StatusBadGateway, "error.service_away", errors.New("the service takes no POSTed responses")}
	}
	return p.answer(w, r, req, s, u, s.level.class())
}

// postEndpoint fills in where req's service takes POSTed responses, its default if it has one.
func postEndpoint(req *saml.IdpAuthnRequest) bool {
	for i := range req.ServiceProviderMetadata.SPSSODescriptors {
		d := &req.ServiceProviderMetadata.SPSSODescriptors[i]
		for j := range d.AssertionConsumerServices {
			e := &d.AssertionConsumerServices[j]
			if e.Binding != saml.HTTPPostBinding {
				continue
			}
			if req.ACSEndpoint == nil || (e.IsDefault != nil && *e.IsDefault) {
				req.ACSEndpoint, req.SPSSODescriptor = e, d
			}
		}
	}
	return req.ACSEndpoint != nil
}
