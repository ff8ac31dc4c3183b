package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/sso/outbound"
	"cloudpocket/sso/samlsp"
	"cloudpocket/store"
)

type trustAdd struct {
	SAML trustAddSAML `cmd:"" name:"saml" help:"Over SAML 2.0, by the identity provider's metadata."`
	OIDC trustAddOIDC `cmd:"" name:"oidc" help:"Over OpenID Connect, by its issuer."`
}

// trustCommon is what both protocols share.
type trustCommon struct {
	ofTenant     `embed:""`
	BaseURL      string            `help:"Where people reach the service; for the URLs that are printed." env:"CLOUDPOCKET_BASE_URL" default:"http://pocket.localhost:8400"`
	Name         string            `help:"Administrators see it. Default: the ID."`
	Label        string            `help:"People see it on the sign-in page. Empty: not offered there."`
	Subject      string            `help:"Claim that names the person. Default: NameID, or sub."`
	TenantClaim  string            `help:"Claim that names the firm, where one trust serves several."`
	Tenants      map[string]string `help:"With --tenant-claim: the claim's value and the firm it stands for, such as 0012=firm-a."`
	NameClaim    string            `help:"Claim with the person's name."`
	EmailClaim   string            `help:"Claim with the person's e-mail address."`
	OfficesClaim string            `help:"Claim with the offices the person may see, by the parent product's IDs."`
	RoleClaim    string            `help:"Claim with the person's roles."`
	Roles        map[string]string `help:"With --role-claim: a role and its menus, such as 'manager=view,deliver'." mapsep:";"`
	MFAContexts  []string          `name:"mfa-context" help:"Demand a second factor: accepted authentication contexts (AuthnContextClassRef, acr)."`
	MFAMethods   []string          `name:"mfa-method" help:"Demand a second factor: accepted methods (amr)."`
	MFAAge       time.Duration     `name:"mfa-age" help:"With a second factor: how old the authentication may be."`
	Idle         time.Duration     `help:"A session of this trust ends when it is not used for this long. 0: the service's own."`
	Absolute     time.Duration     `help:"A session of this trust ends this long after sign-in. 0: the service's own."`
	Limit        int               `help:"How many sessions an account of this trust may have at once. 0: the service's own number."`
	JustInTime   bool              `help:"Let people in who are not registered, with the offices and roles that the claims give them."`
	Skew         time.Duration     `help:"Tolerated clock difference. 0: one minute."`
	Private      bool              `help:"The identity provider may be at a private address."`
	Disabled     bool              `help:"Add it disabled, to be tested first."`
	ID           string            `arg:"" help:"Short ID; it appears in the URLs that the identity provider is told."`
}

func (c *trustCommon) trust(protocol store.Protocol) store.Trust {
	t := store.Trust{
		ID: store.ID(c.ID), Name: c.Name, Label: c.Label, Protocol: protocol, State: store.TrustEnabled, JustInTime: c.JustInTime,
		Mapping:  store.Mapping{Subject: store.Claim(c.Subject), Tenant: store.Claim(c.TenantClaim), Name: store.Claim(c.NameClaim), Email: store.Claim(c.EmailClaim), Offices: store.Claim(c.OfficesClaim), Role: store.Claim(c.RoleClaim), Roles: c.Roles},
		MFA:      store.MFARule{Required: len(c.MFAContexts)+len(c.MFAMethods) > 0, Contexts: c.MFAContexts, Methods: c.MFAMethods, MaxAge: c.MFAAge},
		Sessions: store.SessionRule{Idle: c.Idle, Absolute: c.Absolute, Limit: c.Limit},
		Tenants:  map[string]store.ID{},
	}
	if t.Name == "" {
		t.Name = c.ID
	}
	if c.Disabled {
		t.State = store.TrustDisabled
	}
	for value, id := range c.Tenants {
		t.Tenants[value] = store.ID(id)
	}
	return t
}

// check refuses combinations that would let nobody in, or the wrong people.
func (c *trustCommon) check() error {
	switch {
	case (c.TenantClaim == "") != (len(c.Tenants) == 0):
		return errors.New("--tenant-claim and --tenants belong together: the claim, and which of its values stands for which firm")
	case c.MFAAge != 0 && len(c.MFAContexts)+len(c.MFAMethods) == 0:
		return errors.New("--mfa-age needs --mfa-context or --mfa-method: which proof is accepted")
	case c.JustInTime && c.OfficesClaim == "":
		return errors.New("--just-in-time needs --offices-claim: without it nobody could be told which company they belong to")
	case (c.RoleClaim == "") != (len(c.Roles) == 0):
		return errors.New("--role-claim and --roles belong together: the claim, and which menus each of its values gives")
	}
	for role, menus := range c.Roles {
		if _, err := store.ParsePermission(menus); err != nil {
			return fmt.Errorf("read role %q of --roles: %w", role, err)
		}
	}
	return nil
}

func (c *trustCommon) add(t *terminal, one store.Trust) error {
	if err := c.check(); err != nil {
		return err
	}
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		if err := s.AddTrust(t.ctx, store.ID(c.Tenant), one); err != nil {
			err = advise(err, store.NotFound, "There is no firm %s: see `cloudpocket tenant list`.", c.Tenant)
			return advise(err, store.Conflict, "A trust's ID is its own in the whole deployment, since it is part of its URLs: choose another.")
		}
		fmt.Fprintf(t.out, "Trust %s is %s. Tell its identity provider:\n", one.ID, one.State)
		printURLs(t, c.BaseURL, one)
		return nil
	})
}

type trustAddSAML struct {
	trustCommon   `embed:""`
	Metadata      string   `required:"" help:"The identity provider's metadata: a URL, which is refreshed, or a file."`
	EntityID      string   `help:"Which entity of the metadata. Needed only if it describes several."`
	Signer        string   `help:"PEM file of the certificate that refreshed metadata must be signed by." type:"path"`
	IdPInitiated  bool     `name:"idp-initiated" help:"Accept sign-ins that begin at the identity provider."`
	ForceAuthn    bool     `help:"Demand a fresh authentication at every sign-in."`
	Contexts      []string `name:"context" help:"Authentication contexts to request."`
	NameIDFormat  string   `name:"nameid-format" help:"NameID format to request."`
	PostRequests  bool     `help:"Send requests by POST instead of Redirect."`
	PlainRequests bool     `help:"Do not sign requests."`
	AllowCBC      bool     `name:"allow-cbc" help:"Accept assertions encrypted with AES-CBC, which can be tampered with."`
}

func (c *trustAddSAML) Run(t *terminal) error {
	m, url, signer, err := c.metadata(t)
	if err != nil {
		return fmt.Errorf("--metadata %s: %w", c.Metadata, err)
	}
	one := c.trust(store.SAML)
	one.SAML = &store.SAMLTrust{
		EntityID: m.EntityID, Metadata: m.Raw, MetadataURL: url, FetchedAt: time.Now(), SignerPEM: signer, AllowPrivate: c.Private,
		IdPInitiated: c.IdPInitiated, ForceAuthn: c.ForceAuthn, Contexts: c.Contexts, NameIDFormat: c.NameIDFormat, Skew: c.Skew,
		PostRequests: c.PostRequests, PlainRequests: c.PlainRequests, AllowCBC: c.AllowCBC,
	}
	fmt.Fprintf(t.out, "Identity provider %s, certificates (SHA-256):\n", m.EntityID)
	for i, print := range m.Fingerprints() {
		fmt.Fprintf(t.out, "  %s until %s\n", print, m.Certificates[i].NotAfter.UTC().Format(time.DateOnly))
	}
	return c.add(t, one)
}

// metadata reads the identity provider's metadata; url is empty when it came from a file.
func (c *trustAddSAML) metadata(t *terminal) (m samlsp.Metadata, url, signer string, err error) {
	o := samlsp.MetadataOptions{EntityID: c.EntityID, Now: time.Now(), AllowPrivate: c.Private}
	if c.Signer != "" {
		text, err := os.ReadFile(c.Signer)
		if err != nil {
			return m, "", "", fmt.Errorf("read the signer's certificate: %w", err)
		}
		o.SignerPEM = string(text)
	}
	if strings.HasPrefix(c.Metadata, "https://") || strings.HasPrefix(c.Metadata, "http://") {
		m, err = samlsp.Fetch(t.ctx, c.Metadata, o, outbound.Config{})
		return m, c.Metadata, o.SignerPEM, err
	}
	text, err := os.ReadFile(c.Metadata)
	if err != nil {
		return m, "", "", fmt.Errorf("read the metadata: %w", err)
	}
	m, err = samlsp.ParseMetadata(text, o)
	return m, "", o.SignerPEM, err
}

type trustAddOIDC struct {
	trustCommon `embed:""`
	Issuer      string        `required:"" help:"The issuer, exactly as the identity provider states it."`
	ClientID    string        `required:"" help:"Our client ID there."`
	AuthMethod  string        `help:"How we authenticate there." enum:"client_secret_basic,client_secret_post,private_key_jwt" default:"private_key_jwt"`
	Secret      string        `help:"Where the client secret is: env:NAME or file:PATH, as the service sees it. The secret itself is never stored."`
	Scopes      []string      `help:"Scopes beside openid." default:"profile,email"`
	ACRValues   []string      `name:"acr" help:"Authentication contexts to request."`
	MaxAge      time.Duration `help:"Oldest authentication to request."`
	UserInfo    bool          `name:"userinfo" help:"Take claims from the UserInfo endpoint too."`
}

func (c *trustAddOIDC) Run(t *terminal) error {
	if err := c.checkClient(); err != nil {
		return err
	}
	one := c.trust(store.OIDC)
	one.OIDC = &store.OIDCTrust{
		Issuer: c.Issuer, ClientID: c.ClientID, AuthMethod: c.AuthMethod, SecretRef: c.Secret, Scopes: c.Scopes, ACRValues: c.ACRValues,
		MaxAge: c.MaxAge, Skew: c.Skew, UserInfo: c.UserInfo, AllowPrivate: c.Private,
	}
	return c.add(t, one)
}

func (c *trustAddOIDC) checkClient() error {
	issuer, err := url.Parse(c.Issuer)
	place, name, _ := strings.Cut(c.Secret, ":")
	switch {
	case err != nil || issuer.Host == "" || issuer.RawQuery != "" || issuer.Fragment != "":
		return fmt.Errorf("--issuer %q is not a URL of scheme, host and path", c.Issuer)
	case issuer.Scheme != "https" && (issuer.Scheme != "http" || !c.Private):
		return fmt.Errorf("--issuer %q must begin with https://; with --private, http:// is taken too", c.Issuer)
	case (c.AuthMethod == "private_key_jwt") != (c.Secret == ""):
		return errors.New("--secret belongs to --auth-method client_secret_basic and client_secret_post, and only to them")
	case c.Secret != "" && (name == "" || place != "env" && place != "file"):
		return errors.New("--secret says where the secret is, env:NAME or file:PATH; the secret itself must not be given here")
	}
	return nil
}

// printURLs prints what the other side has to be told.
func printURLs(t *terminal, base string, one store.Trust) {
	root := strings.TrimRight(base, "/") + "/sso/" + string(one.Protocol) + "/" + string(one.ID)
	urls := [][2]string{{"metadata, entity ID", root + "/metadata"}, {"assertion consumer service", root + "/acs"}, {"single logout service", root + "/slo"}}
	if one.Protocol == store.OIDC {
		urls = [][2]string{{"redirect URI", root + "/callback"}, {"initiate login URI", root + "/initiate"}, {"back-channel logout URI", root + "/backchannel-logout"},
			{"post-logout redirect URI", root + "/signed-out"}, {"JWKS", root + "/jwks"}}
	}
	urls = append(urls, [2]string{"link for the parent product's pages", strings.TrimRight(base, "/") + "/sso/" + string(one.ID) + "/start?to=/"})
	for _, u := range urls {
		fmt.Fprintf(t.out, "  %-36s %s\n", u[0], u[1])
	}
}
