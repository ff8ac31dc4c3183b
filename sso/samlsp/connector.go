package samlsp

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Config is what every SAML trust of the deployment shares.
type Config struct {
	BaseURL string    // such as https://pocket.example; every URL of ours is made from it
	Keys    []KeyPair // the first signs; all are published and all RSA ones decrypt, so that a key can roll over
	Marks   store.Marks
	Now     func() time.Time
	Log     *slog.Logger // gets what an operator should know and no refusal of a message; nil: nothing is logged
}

// URLs are a trust's endpoints, all made from the deployment's base URL and never from a request.
type URLs struct {
	EntityID string // who we are to this trust's IdP, and where the metadata that says so is
	ACS      string // POST
	SLO      string // GET (Redirect binding) and POST
}

// URLsOf returns the endpoints of trust under base.
func URLsOf(base string, trust store.ID) URLs {
	prefix := strings.TrimSuffix(base, "/") + "/sso/saml/" + string(trust)
	return URLs{EntityID: prefix + "/metadata", ACS: prefix + "/acs", SLO: prefix + "/slo"}
}

// connector implements [sso.Connector] for one version of one trust.
type connector struct {
	Config
	trust store.OwnedTrust
	saml  store.SAMLTrust
	urls  URLs
	idp   Metadata
	keys  keyring
	skew  time.Duration
}

// Open returns the connector for trust, whose protocol is SAML. A trust whose metadata cannot be used, or a
// configuration without a base URL or a key, is an error of kind Invalid.
func Open(ctx context.Context, trust store.OwnedTrust, cfg Config) (sso.Connector, error) {
	if trust.Protocol != store.SAML || trust.SAML == nil {
		return nil, store.Fail(store.Invalid, "trust.protocol", "trust %s does not speak SAML", trust.ID)
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	// Metadata that has run out since it was accepted still opens, so that logout and our own metadata work;
	// Start and Finish refuse until it is renewed.
	idp, err := ParseMetadata(trust.SAML.Metadata, MetadataOptions{EntityID: trust.SAML.EntityID, AllowPrivate: trust.SAML.AllowPrivate})
	if err != nil {
		return nil, fmt.Errorf("open trust %s: %w", trust.ID, err)
	}
	c := &connector{Config: cfg, trust: trust, saml: *trust.SAML, urls: URLsOf(cfg.BaseURL, trust.ID), idp: idp, skew: trust.SAML.Skew}
	if c.skew == 0 {
		c.skew = time.Minute
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.keys = ringOf(trust.SAML, idp, c.skew)
	return c, nil
}

func (c Config) check() error {
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || u.RawQuery != "" || u.Fragment != "" {
		return store.Fail(store.Invalid, "config.base_url", "base URL %q is not one", c.BaseURL)
	}
	if len(c.Keys) == 0 {
		return store.Fail(store.Invalid, "config.saml_key", "SAML needs a key of ours")
	}
	for _, k := range c.Keys {
		if err := k.check(); err != nil {
			return err
		}
	}
	if c.Marks == nil || c.Now == nil {
		return store.Fail(store.Internal, "", "SAML needs marks and a clock")
	}
	return nil
}

// current refuses when the IdP's metadata has run out: what it says is not vouched for any more (SAML metadata 4.3.1).
func (c *connector) current() error {
	if ends := validUntil(&c.saml, c.idp); !ends.IsZero() && c.Now().After(ends.Add(c.skew)) {
		return sso.Refuse("saml.metadata_expired", sso.KeyAway, "the IdP's metadata was valid until %s", ends.UTC().Format(time.RFC3339))
	}
	return nil
}

// Initiate refuses: SAML has no third-party-initiated login, an IdP that begins sends an unsolicited response.
func (c *connector) Initiate(context.Context, sso.Message) (sso.Attempt, error) {
	return sso.Attempt{}, sso.Refuse("saml.initiate", sso.KeyMessage, "SAML trusts have no third-party-initiated login")
}
