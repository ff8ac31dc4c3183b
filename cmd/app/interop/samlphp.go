package interop

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"embed"
	"encoding/json"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

//go:embed php
var samlFiles embed.FS

const (
	// SAMLPassword is the class of a password over a protected connection (SAML authn-context 3.4.3).
	SAMLPassword = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
	// SAMLPersistent and SAMLEmail are NameID formats (SAML core 8.3).
	SAMLPersistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
	SAMLEmail      = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
)

// SAMLConfig is how SimpleSAMLphp behaves. The zero value signs responses and assertions, names people by their
// attribute uid as a persistent NameID, and states SAMLPassword.
type SAMLConfig struct {
	People                map[string]Person // by user name
	EncryptAssertions     bool              // needs an encryption certificate in the service's metadata
	RequireSignedRequests bool              // refuse AuthnRequests without a valid signature
	UnsignedResponse      bool              // sign the assertion alone
	AuthnContext          string            // AuthnContextClassRef of every response
	NameIDFormat          string
	NameIDAttribute       string // the attribute that NameIDs are made of; it has exactly one value
}

// Person is somebody who can sign in with a password.
type Person struct {
	Password   string
	Attributes map[string][]string
}

// SAMLProvider is a running SimpleSAMLphp.
type SAMLProvider struct {
	process
	dir string
}

// SimpleSAMLphp starts Debian's SimpleSAMLphp as a SAML 2.0 identity provider at idp.localhost. It trusts no service
// until told by [SAMLProvider.Trust].
func SimpleSAMLphp(t testing.TB, c SAMLConfig) *SAMLProvider {
	t.Helper()
	home := variable(t, "CLOUDPOCKET_TEST_SIMPLESAMLPHP")
	p := &SAMLProvider{process: process{t: t, name: "SimpleSAMLphp"}, dir: t.TempDir()}
	p.lay()
	p.Rekey()
	p.command = func(port int) *exec.Cmd {
		p.Configure(c)
		// The compiled-code cache would answer with old metadata for up to two seconds.
		cmd := exec.Command("php", "-d", "opcache.revalidate_freq=0", "-d", "display_errors=stderr", "-d", "error_reporting=E_ALL&~E_DEPRECATED",
			"-S", address(port), "-t", filepath.Join(home, "www"))
		cmd.Env = append(os.Environ(), "SIMPLESAMLPHP_CONFIG_DIR="+p.dir)
		return cmd
	}
	p.ready = func() error {
		body, err := fetch(p.MetadataURL())
		if err == nil && !bytes.Contains(body, []byte(p.EntityID())) {
			err = fmt.Errorf("another server answers on port %d", p.port)
		}
		return err
	}
	p.start()
	return p
}

// URL returns the provider's base URL, with a slash at the end.
func (p *SAMLProvider) URL() string { return fmt.Sprintf("http://idp.localhost:%d/", p.port) }

// EntityID returns the provider's entity ID, which is the URL of its metadata.
func (p *SAMLProvider) EntityID() string { return p.MetadataURL() }

// MetadataURL returns where its metadata is.
func (p *SAMLProvider) MetadataURL() string { return p.URL() + "saml2/idp/metadata.php" }

// InitiateURL returns where a browser starts a sign-in that the service did not ask for (SAML profiles 4.1.5).
func (p *SAMLProvider) InitiateURL(serviceEntityID, relayState string) string {
	q := url.Values{"spentityid": {serviceEntityID}, "RelayState": {relayState}}
	return p.URL() + "saml2/idp/SSOService.php?" + q.Encode()
}

// LogoutURL returns where a browser ends the session at the provider and at every service it was used for; it ends up at returnTo.
func (p *SAMLProvider) LogoutURL(returnTo string) string {
	return p.URL() + "saml2/idp/SingleLogoutService.php?" + url.Values{"ReturnTo": {returnTo}}.Encode()
}

// Metadata returns the provider's metadata as it is now.
func (p *SAMLProvider) Metadata() []byte {
	p.t.Helper()
	body, err := fetch(p.MetadataURL())
	if err != nil {
		p.t.Fatal("read SimpleSAMLphp's metadata:", err)
	}
	return body
}

// Trust makes the provider trust the service that this metadata describes, from the next request on. Metadata that
// names the same entity again replaces what was there.
func (p *SAMLProvider) Trust(metadata []byte) {
	p.t.Helper()
	id, err := entityID(metadata)
	if err != nil {
		p.t.Fatal("read the service's metadata:", err)
	}
	p.write(fmt.Sprintf("sp-%x.xml", id), metadata)
}

// TrustURL does so with the metadata found at url.
func (p *SAMLProvider) TrustURL(url string) {
	p.t.Helper()
	body, err := fetch(url)
	if err != nil {
		p.t.Fatal("fetch the service's metadata:", err)
	}
	p.Trust(body)
}

// Configure changes how the provider behaves, from the next request on.
func (p *SAMLProvider) Configure(c SAMLConfig) {
	p.t.Helper()
	people := map[string]any{}
	for name, person := range c.People {
		people[name+":"+person.Password] = person.Attributes
	}
	settings, err := json.Marshal(map[string]any{
		"base_url":                p.URL(),
		"entity_id":               p.EntityID(),
		"secret":                  rand.Text(),
		"people":                  people,
		"encrypt_assertions":      c.EncryptAssertions,
		"require_signed_requests": c.RequireSignedRequests,
		"sign_response":           !c.UnsignedResponse,
		"authn_context":           cmp.Or(c.AuthnContext, SAMLPassword),
		"name_id_format":          cmp.Or(c.NameIDFormat, SAMLPersistent),
		"name_id_attribute":       cmp.Or(c.NameIDAttribute, "uid"),
	})
	if err != nil {
		p.t.Fatal("write SimpleSAMLphp's settings:", err)
	}
	p.write("settings.json", settings)
}

// Rekey gives the provider a new signing key and certificate, from the next request on.
func (p *SAMLProvider) Rekey() {
	p.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		p.t.Fatal("make a signing key:", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: "idp.localhost"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		p.t.Fatal("make a certificate:", err)
	}
	p.write("idp.crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	p.write("idp.key", pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

// SignIn fills in the provider's form, which page must be showing or about to show.
func (p *SAMLProvider) SignIn(page *Page, user, password string) {
	p.t.Helper()
	page.WaitURL(p.URL())
	page.Fill("#username", user)
	page.Fill("#password", password)
	page.Submit("form[name=f]")
}

// lay writes the fixed part of the configuration.
func (p *SAMLProvider) lay() {
	p.t.Helper()
	err := fs.WalkDir(samlFiles, "php", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := samlFiles.ReadFile(path)
		if err == nil {
			p.write(strings.TrimPrefix(path, "php/"), body)
		}
		return err
	})
	if err == nil {
		err = os.Mkdir(filepath.Join(p.dir, "tmp"), 0o700)
	}
	if err != nil {
		p.t.Fatal("lay out SimpleSAMLphp's configuration:", err)
	}
}

// write replaces a file in one step, since a request may be reading it.
func (p *SAMLProvider) write(name string, body []byte) {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path+".new", body, 0o600)
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		p.t.Fatal("write SimpleSAMLphp's configuration:", err)
	}
}

// entityID returns the entity that metadata is about.
func entityID(metadata []byte) (string, error) {
	var d struct {
		EntityID string `xml:"entityID,attr"`
	}
	err := xml.Unmarshal(metadata, &d)
	if err == nil && d.EntityID == "" {
		err = errors.New("it names no entityID")
	}
	return d.EntityID, err
}
