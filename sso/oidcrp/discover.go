package oidcrp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"cloudpocket/sso"
	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

// Discovery is what an OP says of itself (OIDC discovery 3), for an administrator to look at.
type Discovery struct {
	Issuer                                           string
	Authorization, Token, JWKS, UserInfo, EndSession string   // the last two are empty where there is none
	AuthMethods                                      []string // how clients can prove themselves; nil if it is not said
	Algorithms                                       []string // what ID tokens can be signed with
	PKCE                                             bool     // by S256, or it is not said
}

// Discover fetches an issuer's discovery document and judges it as a sign-in would. reach says how the network is used.
// Every refusal is of kind Invalid with a message key "trust.discovery_…", except that an OP that is away is of kind
// Unavailable.
func Discover(ctx context.Context, issuer string, allowPrivate bool, reach outbound.Config) (Discovery, error) {
	if err := checkURL(issuer, allowPrivate); err != nil || strings.ContainsAny(issuer, "?#") {
		return Discovery{}, discoveryFault("address", reasonDiscovery, "the issuer %q is no address: %v", cut(issuer), err)
	}
	body, err := discoveryDocument(ctx, issuer, outbound.Client(reach.From(issuer, allowPrivate)))
	if err != nil {
		return Discovery{}, fmt.Errorf("fetch the discovery document of %q: %w", issuer, err)
	}
	return readDiscovery(body, issuer, allowPrivate)
}

func discoveryFault(rule string, reason sso.Reason, format string, args ...any) *store.Error {
	return &store.Error{Kind: store.Invalid, Key: "trust.discovery_" + rule, Err: sso.Refuse(reason, sso.KeyMessage, format, args...)}
}

func discoveryDocument(ctx context.Context, issuer string, client *http.Client) ([]byte, error) {
	defer client.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", nil)
	if err != nil {
		return nil, discoveryFault("address", reasonDiscovery, "form the request: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return nil, discoveryAway(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, discoveryAway(fmt.Errorf("the answer has status %d", res.StatusCode))
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, discoveryAway(err)
	}
	return body, nil
}

// discoveryAway gives err what whoever asked can act on: it is the address, the document, or bad luck.
func discoveryAway(err error) error {
	switch {
	case errors.Is(err, outbound.ErrPrivate):
		return discoveryFault("private", reasonAddress, "%w", err)
	case errors.Is(err, outbound.ErrPlain):
		return discoveryFault("address", reasonPlain, "%w", err)
	case errors.Is(err, outbound.ErrRedirect):
		return discoveryFault("address", reasonRedirect, "%w", err)
	case errors.Is(err, outbound.ErrTooLarge):
		return discoveryFault("size", reasonTooLarge, "%w", err)
	}
	return store.Fail(store.Unavailable, "trust.discovery_away", "%w", err)
}

func readDiscovery(body []byte, issuer string, allowPlain bool) (Discovery, error) {
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		return Discovery{}, discoveryFault("html", reasonDiscovery, "this is a web page, not a discovery document")
	}
	o, err := readObject(body, "issuer")
	if err != nil {
		return Discovery{}, discoveryFault("document", reasonDiscovery, "%w", err)
	}
	if found, _, err := o.str("issuer"); err != nil || found != issuer {
		fault := discoveryFault("issuer", reasonDiscoveryIssuer, "the issuer is %q, not %q", cut(found), issuer)
		return Discovery{}, fault.With("Found", cut(found))
	}
	m, err := parseMetadata(body, issuer, allowPlain)
	if sso.ReasonOf(err) == reasonDiscoveryAddress {
		return Discovery{}, discoveryFault("endpoint", reasonDiscoveryAddress, "%w", err)
	}
	if err != nil {
		return Discovery{}, discoveryFault("document", reasonDiscovery, "%w", err)
	}
	d := Discovery{Issuer: issuer, Authorization: m.authorization, Token: m.token, JWKS: m.jwks, UserInfo: m.userInfo, EndSession: m.endSession, PKCE: m.speaksS256()}
	// Both are for people to read: what is no list is left out.
	d.AuthMethods, _, _ = o.list("token_endpoint_auth_methods_supported")
	d.Algorithms, _, _ = o.list("id_token_signing_alg_values_supported")
	return d, nil
}
