package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/sso/samlsp"
	"cloudpocket/store"
)

type trust struct {
	Add     trustAdd     `cmd:"" help:"Believe an identity provider."`
	List    trustList    `cmd:"" help:"List the trusts of every firm."`
	Show    trustShow    `cmd:"" help:"Show one trust, and the URLs that its identity provider needs."`
	Disable trustDisable `cmd:"" aliases:"off" help:"Stop believing a trust and end the sessions that it vouched for."`
	Enable  trustEnable  `cmd:"" help:"Believe a trust again."`
	Refresh trustRefresh `cmd:"" help:"Fetch a SAML trust's metadata now."`
	Test    trustTest    `cmd:"" help:"Go through a sign-in and print what was received and why it was accepted or refused."`

	ScimToken trustScimToken `cmd:"" help:"Make, list and revoke the tokens by which machines provision the accounts of a trust."`
	Draft     trustDraft     `cmd:"" help:"What a trust is to become."`
	On        trustOn        `cmd:"" help:"Make a trust what its draft says, and believe it."`
	Versions  trustVersions  `cmd:"" help:"List what a trust was, and since when."`
	Diff      trustDiff      `cmd:"" help:"Say what differs between versions of a trust, or its draft."`
	Back      trustBack      `cmd:"" help:"Make a draft of a trust as it was."`
	Export    trustExport    `cmd:"" help:"Write a trust as a file, to be kept beside other configuration."`
	Import    trustImport    `cmd:"" help:"Make a draft of what a file says."`
	SetupLink trustSetupLink `cmd:"" help:"Make a link by which the identity provider's administrator fills in their half of the draft."`
}

type trustList struct {
	app.StoreConfig `embed:""`
}

func (c *trustList) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(_ portal.Setup, stores *app.Stores) error {
		tenants, err := stores.AllTenants(t.ctx)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, tenant := range tenants {
			trusts, err := stores.TrustsOf(t.ctx, tenant.ID)
			if err != nil {
				return err
			}
			for _, one := range trusts {
				rows = append(rows, []string{string(one.ID), string(tenant.ID), string(one.Protocol), string(one.State), one.Name})
			}
		}
		return table(t.out, []string{"ID", "FIRM", "PROTOCOL", "STATE", "NAME"}, rows)
	})
}

type trustShow struct {
	app.StoreConfig `embed:""`
	BaseURL         string `help:"Where people reach the service; for the URLs that are printed." env:"CLOUDPOCKET_BASE_URL" default:"http://pocket.localhost:8400"`
	ID              string `arg:"" help:"The trust's ID."`
}

func (c *trustShow) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(_ portal.Setup, stores *app.Stores) error {
		one, err := stores.Records.Trust(t.ctx, store.ID(c.ID))
		if err != nil {
			return advise(err, store.NotFound, "There is no trust %s: see `cloudpocket trust list`.", c.ID)
		}
		known := slices.Concat(basics(one), samlFacts(one.SAML), oidcFacts(one.OIDC), rules(one.Trust))
		if err := facts(t.out, known); err != nil {
			return err
		}
		fmt.Fprintln(t.out, "\nIts identity provider needs:")
		printURLs(t, c.BaseURL, one.Trust)
		return nil
	})
}

func basics(t store.OwnedTrust) []fact {
	return []fact{{"trust", string(t.ID)}, {"firm", string(t.Owner)}, {"protocol", string(t.Protocol)}, {"state", string(t.State)}, {"name", t.Name},
		{"label on the sign-in page", t.Label}, {"since", moment(t.CreatedAt)}, {"version", fmt.Sprint(t.Version)}}
}

func samlFacts(s *store.SAMLTrust) []fact {
	if s == nil {
		return nil
	}
	known := []fact{{"entity ID", s.EntityID}, {"metadata from", s.MetadataURL}, {"metadata accepted", moment(s.FetchedAt)}, {"metadata signer pinned", yes(s.SignerPEM != "")}}
	if m, err := samlsp.ParseMetadata(s.Metadata, samlsp.MetadataOptions{EntityID: s.EntityID, SignerPEM: s.SignerPEM, AllowPrivate: s.AllowPrivate}); err != nil {
		known = append(known, fact{"metadata", "cannot be read: " + plain(err)})
	} else {
		known = append(known, fact{"signs in at", cmp.Or(m.SSO.Redirect, m.SSO.Post)}, fact{"metadata valid until", moment(m.ValidUntil)})
		for i, print := range m.Fingerprints() {
			known = append(known, fact{"certificate", print + " until " + m.Certificates[i].NotAfter.UTC().Format(time.DateOnly)})
		}
	}
	return append(known, fact{"identity provider may begin", yes(s.IdPInitiated)}, fact{"fresh authentication", yes(s.ForceAuthn)}, fact{"contexts requested", strings.Join(s.Contexts, " ")},
		fact{"NameID format", s.NameIDFormat}, fact{"clock difference", span(s.Skew)}, fact{"requests by POST", yes(s.PostRequests)}, fact{"requests unsigned", yes(s.PlainRequests)},
		fact{"AES-CBC accepted", yes(s.AllowCBC)}, fact{"private address", yes(s.AllowPrivate)})
}

func oidcFacts(o *store.OIDCTrust) []fact {
	if o == nil {
		return nil
	}
	return []fact{{"issuer", o.Issuer}, {"client ID", o.ClientID}, {"authentication there", o.AuthMethod}, {"secret", secretPlace(o.SecretRef)}, {"scopes", strings.Join(append([]string{"openid"}, o.Scopes...), " ")},
		{"contexts requested", strings.Join(o.ACRValues, " ")}, {"oldest authentication", span(o.MaxAge)}, {"clock difference", span(o.Skew)}, {"UserInfo", yes(o.UserInfo)}, {"private address", yes(o.AllowPrivate)}}
}

// secretPlace says where a client secret is. What is sealed says nothing to anybody.
func secretPlace(ref string) string {
	if kind, _, _ := strings.Cut(ref, ":"); kind == "sealed" {
		return "sealed"
	}
	return ref
}

// rules are what holds for both protocols.
func rules(t store.Trust) []fact {
	m := t.Mapping
	known := []fact{{"claim: subject", m.Subject.String()}, {"claim: firm", m.Tenant.String()}, {"claim: name", m.Name.String()}, {"claim: e-mail", m.Email.String()}, {"claim: offices", m.Offices.String()}, {"claim: role", m.Role.String()}}
	for _, role := range slices.Sorted(maps.Keys(m.Roles)) {
		known = append(known, fact{"role " + role, m.Roles[role]})
	}
	for _, value := range slices.Sorted(maps.Keys(t.Tenants)) {
		known = append(known, fact{"firm " + value, string(t.Tenants[value])})
	}
	factor := "not demanded"
	if t.MFA.Required {
		factor = "demanded"
	}
	return append(known, fact{"second factor", factor}, fact{"accepted contexts", strings.Join(t.MFA.Contexts, " ")}, fact{"accepted methods", strings.Join(t.MFA.Methods, " ")},
		fact{"its oldest authentication", span(t.MFA.MaxAge)}, fact{"session idle", span(t.Sessions.Idle)}, fact{"session in all", span(t.Sessions.Absolute)}, fact{"sessions at once", number(t.Sessions.Limit)}, fact{"unregistered people", yes(t.JustInTime)})
}

// yes writes what is switched on, and nothing for what is not.
func yes(on bool) string {
	if on {
		return "yes"
	}
	return ""
}

type trustSwitch struct {
	app.StoreConfig `embed:""`
	ID              string `arg:"" help:"The trust's ID."`
}

func (c *trustSwitch) to(t *terminal, state store.TrustState) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		n, err := s.SwitchTrust(t.ctx, store.ID(c.ID), state)
		if err != nil {
			err = advise(err, store.NotFound, "There is no trust %s: see `cloudpocket trust list`.", c.ID)
			return advise(err, store.Unavailable, switchAgain)
		}
		return switched(t, "Trust", c.ID, string(state), n)
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
