package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/sso/login"
	"cloudpocket/sso/outbound"
	"cloudpocket/sso/samlsp"
	"cloudpocket/store"
)

type trust struct {
	Add     trustAdd     `cmd:"" help:"Believe an identity provider."`
	List    trustList    `cmd:"" help:"List the trusts of every firm."`
	Show    trustShow    `cmd:"" help:"Show one trust, and the URLs that its identity provider needs."`
	Disable trustDisable `cmd:"" help:"Stop believing a trust and end the sessions that it vouched for."`
	Enable  trustEnable  `cmd:"" help:"Believe a trust again."`
	Test    trustTest    `cmd:"" help:"Go through a sign-in and print what was received and why it was accepted or refused."`
}

type trustAdd struct {
	SAML trustAddSAML `cmd:"" name:"saml" help:"Over SAML 2.0, by the identity provider's metadata."`
	OIDC trustAddOIDC `cmd:"" name:"oidc" help:"Over OpenID Connect, by its issuer."`
}

// trustCommon is what both protocols share.
type trustCommon struct {
	app.StoreConfig `embed:""`
	BaseURL         string            `help:"Where people reach the service; for the URLs that are printed." env:"CLOUDPOCKET_BASE_URL" default:"http://pocket.localhost:8400"`
	Tenant          string            `required:"" help:"The firm's ID."`
	Name            string            `help:"Administrators see it. Default: the ID."`
	Label           string            `help:"People see it on the sign-in page. Empty: not offered there."`
	Subject         string            `help:"Claim that names the person. Default: NameID, or sub."`
	TenantClaim     string            `help:"Claim that names the firm, where one trust serves several."`
	Tenants         map[string]string `help:"With --tenant-claim: the claim's value and the firm it stands for, such as 0012=firm-a."`
	NameClaim       string            `help:"Claim with the person's name."`
	EmailClaim      string            `help:"Claim with the person's e-mail address."`
	OfficesClaim    string            `help:"Claim with the offices the person may see, by the parent product's IDs."`
	RoleClaim       string            `help:"Claim with the person's roles."`
	Roles           map[string]string `help:"With --role-claim: a role and its menus, such as 'manager=view,deliver'." mapsep:";"`
	MFAContexts     []string          `name:"mfa-context" help:"Demand a second factor: accepted authentication contexts (AuthnContextClassRef, acr)."`
	MFAMethods      []string          `name:"mfa-method" help:"Demand a second factor: accepted methods (amr)."`
	MFAAge          time.Duration     `name:"mfa-age" help:"With a second factor: how old the authentication may be."`
	Idle            time.Duration     `help:"A session of this trust ends when it is not used for this long. 0: the service's own."`
	Absolute        time.Duration     `help:"A session of this trust ends this long after sign-in. 0: the service's own."`
	JustInTime      bool              `help:"Let people in who are not registered, with the offices and roles that the claims give them."`
	Skew            time.Duration     `help:"Tolerated clock difference. 0: one minute."`
	Private         bool              `help:"The identity provider may be at a private address."`
	Disabled        bool              `help:"Add it disabled, to be tested first."`
	ID              string            `arg:"" help:"Short ID; it appears in the URLs that the identity provider is told."`
}

func (c *trustCommon) trust(protocol store.Protocol) store.Trust {
	t := store.Trust{
		ID: store.ID(c.ID), Name: c.Name, Label: c.Label, Protocol: protocol, State: store.TrustEnabled, JustInTime: c.JustInTime,
		Mapping:  store.Mapping{Subject: c.Subject, Tenant: c.TenantClaim, Name: c.NameClaim, Email: c.EmailClaim, Offices: c.OfficesClaim, Role: c.RoleClaim, Roles: c.Roles},
		MFA:      store.MFARule{Required: len(c.MFAContexts)+len(c.MFAMethods) > 0, Contexts: c.MFAContexts, Methods: c.MFAMethods, MaxAge: c.MFAAge},
		Sessions: store.SessionRule{Idle: c.Idle, Absolute: c.Absolute},
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
		return errors.New("--role-claim and --roles belong together")
	}
	for role, menus := range c.Roles {
		if _, err := store.ParsePermission(menus); err != nil {
			return fmt.Errorf("role %q: %w", role, err)
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
			return err
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
		return err
	}
	one := c.trust(store.SAML)
	one.SAML = &store.SAMLTrust{
		EntityID: m.EntityID, Metadata: m.Raw, MetadataURL: url, FetchedAt: time.Now(), SignerPEM: signer, AllowPrivate: c.Private,
		IdPInitiated: c.IdPInitiated, ForceAuthn: c.ForceAuthn, Contexts: c.Contexts, NameIDFormat: c.NameIDFormat, Skew: c.Skew,
		PostRequests: c.PostRequests, PlainRequests: c.PlainRequests, AllowCBC: c.AllowCBC,
	}
	fmt.Fprintf(t.out, "Identity provider %s, certificates (SHA-256): %s\n", m.EntityID, strings.Join(m.Fingerprints(), ", "))
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
	if (c.AuthMethod == "private_key_jwt") != (c.Secret == "") {
		return errors.New("--secret belongs to client_secret_basic and client_secret_post, and only to them")
	}
	one := c.trust(store.OIDC)
	one.OIDC = &store.OIDCTrust{
		Issuer: c.Issuer, ClientID: c.ClientID, AuthMethod: c.AuthMethod, SecretRef: c.Secret, Scopes: c.Scopes, ACRValues: c.ACRValues,
		MaxAge: c.MaxAge, Skew: c.Skew, UserInfo: c.UserInfo, AllowPrivate: c.Private,
	}
	return c.add(t, one)
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

type trustList struct {
	app.StoreConfig `embed:""`
}

func (c *trustList) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, stores *app.Stores) error {
		tenants, err := stores.AllTenants(t.ctx)
		if err != nil {
			return err
		}
		for _, tenant := range tenants {
			trusts, err := stores.TrustsOf(t.ctx, tenant.ID)
			if err != nil {
				return err
			}
			for _, one := range trusts {
				fmt.Fprintf(t.out, "%s\t%s\t%s\t%s\t%s\n", tenant.ID, one.ID, one.Protocol, one.State, one.Name)
			}
		}
		return nil
	})
}

type trustShow struct {
	app.StoreConfig `embed:""`
	BaseURL         string `help:"Where people reach the service; for the URLs that are printed." env:"CLOUDPOCKET_BASE_URL" default:"http://pocket.localhost:8400"`
	ID              string `arg:"" help:"The trust's ID."`
}

func (c *trustShow) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, stores *app.Stores) error {
		one, err := stores.Records.Trust(t.ctx, store.ID(c.ID))
		if err != nil {
			return err
		}
		if one.SAML != nil {
			one.SAML.Metadata = nil // long, and read best as the file it was
		}
		text, err := json.MarshalIndent(one, "", "  ")
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%s\n\nIts identity provider needs:\n", text)
		printURLs(t, c.BaseURL, one.Trust)
		return nil
	})
}

type trustSwitch struct {
	app.StoreConfig `embed:""`
	ID              string `arg:"" help:"The trust's ID."`
}

func (c *trustSwitch) to(t *terminal, state store.TrustState) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		n, err := s.SwitchTrust(t.ctx, store.ID(c.ID), state)
		if err == nil {
			fmt.Fprintf(t.out, "Trust %s is %s; %d sessions ended.\n", c.ID, state, n)
		}
		return err
	})
}

type trustDisable struct {
	trustSwitch `embed:""`
}

func (c *trustDisable) Run(t *terminal) error { return c.to(t, store.TrustDisabled) }

type trustEnable struct {
	trustSwitch `embed:""`
}

func (c *trustEnable) Run(t *terminal) error { return c.to(t, store.TrustEnabled) }

type trustTest struct {
	app.StoreConfig `embed:""`
	BaseURL         string        `help:"Where people reach the service, which must be running." env:"CLOUDPOCKET_BASE_URL" default:"http://pocket.localhost:8400"`
	Wait            time.Duration `help:"How long to wait for the sign-in." default:"10m"`
	ID              string        `arg:"" help:"The trust's ID."`
}

// poll is how often a test asks whether it is over.
const poll = 500 * time.Millisecond

func (c *trustTest) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, stores *app.Stores) error {
		if _, err := stores.Records.Trust(t.ctx, store.ID(c.ID)); err != nil {
			return err
		}
		path, id, err := login.NewTest(t.ctx, stores.Marks, store.ID(c.ID))
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "Open this in a browser and sign in; nobody is let in by it:\n  %s%s\n", strings.TrimRight(c.BaseURL, "/"), path)
		return c.wait(t, stores.Marks, id)
	})
}

func (c *trustTest) wait(t *terminal, marks store.Marks, id string) error {
	deadline := time.After(c.Wait)
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		select {
		case <-t.ctx.Done():
			return t.ctx.Err()
		case <-deadline:
			return fmt.Errorf("no sign-in within %s", c.Wait)
		case <-tick.C:
		}
		trace, err := login.TestResult(t.ctx, marks, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		return printTrace(t, trace)
	}
}

func printTrace(t *terminal, trace sso.Trace) error {
	for _, c := range trace.Checks {
		sign := "✓"
		if !c.OK {
			sign = "✗"
		}
		fmt.Fprintf(t.out, "%s %-16s %s\n", sign, c.Step, c.Detail)
	}
	if slices.ContainsFunc(trace.Checks, func(c sso.Check) bool { return !c.OK }) {
		return errors.New("the sign-in would be refused")
	}
	fmt.Fprintln(t.out, "The sign-in would be let in.")
	return nil
}
