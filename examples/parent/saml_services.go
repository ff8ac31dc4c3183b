package parent

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/crewjam/saml"
	xrv "github.com/mattermost/xml-roundtrip-validator"
)

// services are the SAML services, whose metadata is read when it is first needed and again when it is old.
type services struct {
	now   func() time.Time
	http  *http.Client
	every time.Duration
	mu    sync.Mutex
	all   []*service
}

// service is one SAML service.
type service struct {
	ServiceProvider
	now   func() time.Time
	http  *http.Client
	every time.Duration

	mu   sync.Mutex
	md   *saml.EntityDescriptor
	at   time.Time // when md was read, or reading it failed
	fail error
}

func newServices(c Config) *services {
	return &services{now: c.Now, http: c.HTTP, every: c.RefreshEvery}
}

func (g *services) add(sp ServiceProvider) {
	g.mu.Lock()
	defer g.mu.Unlock()
	added := &service{ServiceProvider: sp, now: g.now, http: g.http, every: g.every}
	same := func(s *service) bool {
		return s.MetadataURL == sp.MetadataURL && bytes.Equal(s.Metadata, sp.Metadata)
	}
	if i := slices.IndexFunc(g.all, same); i >= 0 {
		g.all[i] = added
		return
	}
	g.all = append(g.all, added)
}

func (g *services) list() []*service {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.all)
}

// find returns the service with an entity ID. It is os.ErrNotExist if there is none, and another error if one whose
// metadata cannot be read might be it.
func (g *services) find(ctx context.Context, entityID string) (*service, *saml.EntityDescriptor, error) {
	var away error
	for _, s := range g.list() {
		md, err := s.metadata(ctx)
		if err != nil {
			away = errors.Join(away, err)
		} else if md.EntityID == entityID {
			return s, md, nil
		}
	}
	if away != nil {
		return nil, nil, away
	}
	return nil, nil, fmt.Errorf("no service has the entity ID %q: %w", entityID, os.ErrNotExist)
}

// starts returns the URLs that begin a sign-in, of the services for people of tenant.
func (g *services) starts(tenant string) []string {
	var urls []string
	for _, s := range g.list() {
		if s.Start != "" && isFor(s.Tenants, tenant) {
			urls = append(urls, s.Start)
		}
	}
	return urls
}

// first names the service that the portal page of tenant's people sends unsolicited responses to: the first one's
// position, which stays valid while its metadata is not yet known; empty if there is none.
func (g *services) first(tenant string) string {
	i := slices.IndexFunc(g.list(), func(s *service) bool { return isFor(s.Tenants, tenant) })
	if i < 0 {
		return ""
	}
	return strconv.Itoa(i)
}

// isFor reports whether a service that is for tenants alone is for people of tenant.
func isFor(tenants []string, tenant string) bool {
	return len(tenants) == 0 || slices.Contains(tenants, tenant)
}

// retryAfter is how long a failed fetch is not tried again.
const retryAfter = 2 * time.Second

// metadata returns what is known of the service; an older version when the newest cannot be fetched.
func (s *service) metadata(ctx context.Context) (*saml.EntityDescriptor, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	age := s.now().Sub(s.at)
	switch {
	case s.md != nil && (len(s.Metadata) > 0 || age < s.every):
		return s.md, nil
	case s.md == nil && s.fail != nil && age < retryAfter:
		return nil, s.fail
	}
	md, err := s.read(ctx)
	s.at = s.now()
	if s.fail = err; err == nil {
		s.md = md
	}
	if s.md == nil {
		return nil, err
	}
	return s.md, nil
}

// forget has the metadata read anew, unless that was done just now: a signature may be by a key we do not know yet.
func (s *service) forget() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.MetadataURL == "" || s.now().Sub(s.at) < retryAfter {
		return false
	}
	s.at = time.Time{}
	return true
}

func (s *service) read(ctx context.Context) (*saml.EntityDescriptor, error) {
	text := s.Metadata
	if len(text) == 0 {
		var err error
		if text, err = fetch(ctx, s.http, s.MetadataURL); err != nil {
			return nil, fmt.Errorf("fetching a service's metadata: %w", err)
		}
	}
	md, err := parseMetadata(text)
	if err != nil {
		return nil, fmt.Errorf("reading a service's metadata: %w", err)
	}
	return md, nil
}

// parseMetadata reads the metadata of one service.
func parseMetadata(text []byte) (*saml.EntityDescriptor, error) {
	if err := xrv.Validate(bytes.NewReader(text)); err != nil {
		return nil, fmt.Errorf("metadata is not plain XML: %w", err)
	}
	md := &saml.EntityDescriptor{}
	if err := xml.Unmarshal(text, md); err != nil {
		return nil, fmt.Errorf("parsing metadata: %w", err)
	}
	if md.EntityID == "" || len(md.SPSSODescriptors) == 0 {
		return nil, errors.New("metadata describes no SAML service provider")
	}
	return md, nil
}

// fetch gets at most 1 MiB from address.
func fetch(ctx context.Context, client *http.Client, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("asking for %s: %w", address, err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("asking for %s: %w", address, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("asking for %s: answered %s", address, resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", address, err)
	}
	return body, nil
}

// certificates returns the service's certificates for a use: "signing" or "encryption".
func certificates(md *saml.EntityDescriptor, use string) []*x509.Certificate {
	var certs []*x509.Certificate
	for _, descriptor := range md.SPSSODescriptors {
		for _, key := range descriptor.KeyDescriptors {
			if key.Use != use && key.Use != "" {
				continue
			}
			for _, c := range key.KeyInfo.X509Data.X509Certificates {
				der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(c.Data), ""))
				if err != nil {
					continue
				}
				if cert, err := x509.ParseCertificate(der); err == nil {
					certs = append(certs, cert)
				}
			}
		}
	}
	return certs
}

// signsRequests tells whether the service said that all its AuthnRequests are signed.
func signsRequests(md *saml.EntityDescriptor) bool {
	return slices.ContainsFunc(md.SPSSODescriptors, func(d saml.SPSSODescriptor) bool {
		return d.AuthnRequestsSigned != nil && *d.AuthnRequestsSigned
	})
}

// logoutEndpoint returns where the service takes logout requests, or their answers; false if it takes none.
func logoutEndpoint(md *saml.EntityDescriptor, answer bool) (endpoint, bool) {
	for _, descriptor := range md.SPSSODescriptors {
		for _, e := range descriptor.SingleLogoutServices {
			if e.Binding != saml.HTTPRedirectBinding && e.Binding != saml.HTTPPostBinding {
				continue
			}
			if answer && e.ResponseLocation != "" {
				return endpoint{e.Binding, e.ResponseLocation}, true
			}
			return endpoint{e.Binding, e.Location}, true
		}
	}
	return endpoint{}, false
}
