package samlsp

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"cloudpocket/store"
)

// metadataCache is how often an IdP should ask again: a new key is published that long before it signs.
const metadataCache = 6 * time.Hour

// Metadata returns our EntityDescriptor for this trust's IdP (SAML metadata 2.4.4), signed by the first key. It is valid
// for as long as that key's certificate: many IdPs take it by hand once and never look again, so an end of its own would
// only cut them off.
func (c *connector) Metadata(context.Context) ([]byte, string, error) {
	id := newID()
	raw, err := xml.Marshal(c.descriptor(id))
	if err != nil {
		return nil, "", fmt.Errorf("write our metadata: %w", err)
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		return nil, "", fmt.Errorf("read our metadata: %w", err)
	}
	root := doc.Root()
	if err := c.Keys[0].signXML(root, id, 0); err != nil {
		return nil, "", fmt.Errorf("sign our metadata: %w", err)
	}
	body, err := write(root)
	return body, "application/samlmetadata+xml", err
}

// Describe returns our metadata for trust, whose own half may be missing: an IdP that is set up wants ours first.
func Describe(ctx context.Context, trust store.OwnedTrust, cfg Config) ([]byte, string, error) {
	if trust.Protocol != store.SAML {
		return nil, "", store.Fail(store.Invalid, "trust.protocol", "trust %s does not speak SAML", trust.ID)
	}
	if err := cfg.check(); err != nil {
		return nil, "", err
	}
	c := &connector{Config: cfg, trust: trust, urls: URLsOf(cfg.BaseURL, trust.ID)}
	if trust.SAML != nil {
		c.saml = *trust.SAML
	}
	return c.Metadata(ctx)
}

func (c *connector) descriptor(id string) saml.EntityDescriptor {
	yes, signs := true, !c.saml.PlainRequests
	slo := func(binding string) saml.Endpoint {
		return saml.Endpoint{Binding: binding, Location: c.urls.SLO, ResponseLocation: c.urls.SLO}
	}
	role := saml.SPSSODescriptor{
		AuthnRequestsSigned:  &signs,
		WantAssertionsSigned: &yes,
		AssertionConsumerServices: []saml.IndexedEndpoint{
			{Binding: saml.HTTPPostBinding, Location: c.urls.ACS, Index: 0, IsDefault: &yes},
		},
	}
	role.ProtocolSupportEnumeration = saml2
	role.KeyDescriptors = c.keyDescriptors()
	role.SingleLogoutServices = []saml.Endpoint{slo(saml.HTTPRedirectBinding), slo(saml.HTTPPostBinding)}
	if c.saml.NameIDFormat != "" {
		role.NameIDFormats = []saml.NameIDFormat{saml.NameIDFormat(c.saml.NameIDFormat)}
	}
	return saml.EntityDescriptor{
		ID:               id,
		EntityID:         c.urls.EntityID,
		ValidUntil:       c.Keys[0].Certificate.NotAfter.UTC(),
		CacheDuration:    metadataCache,
		SPSSODescriptors: []saml.SPSSODescriptor{role},
	}
}

// keyDescriptors publishes every key for signing, so that an IdP knows the next one before it is used, and every RSA
// key for encryption, with the ciphers that are accepted, best first.
func (c *connector) keyDescriptors() []saml.KeyDescriptor {
	methods := []saml.EncryptionMethod{
		{Algorithm: cipherAES256GCM}, {Algorithm: cipherAES192GCM}, {Algorithm: cipherAES128GCM},
		{Algorithm: transportOAEP11}, {Algorithm: transportOAEP},
	}
	if c.saml.AllowCBC {
		methods = append(methods, saml.EncryptionMethod{Algorithm: nsEncrypted + "aes256-cbc"}, saml.EncryptionMethod{Algorithm: nsEncrypted + "aes128-cbc"})
	}
	var out []saml.KeyDescriptor
	for _, k := range c.Keys {
		info := saml.KeyInfo{X509Data: saml.X509Data{X509Certificates: []saml.X509Certificate{
			{Data: base64.StdEncoding.EncodeToString(k.Certificate.Raw)},
		}}}
		out = append(out, saml.KeyDescriptor{Use: "signing", KeyInfo: info})
		if keyKind(k.Key.Public()) == "rsa" {
			out = append(out, saml.KeyDescriptor{Use: "encryption", KeyInfo: info, EncryptionMethods: methods})
		}
	}
	return out
}
