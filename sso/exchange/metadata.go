package exchange

import (
	"net/http"
	"strings"

	"cloudpocket/store"
)

// MetadataPath is where the server says what it can do (RFC 8414 3), below the base URL.
const MetadataPath = "/.well-known/oauth-authorization-server"

// described is that document (RFC 8414 2).
type described struct {
	Issuer     string   `json:"issuer"`
	Token      string   `json:"token_endpoint"`
	Responses  []string `json:"response_types_supported"` // none: nobody is sent to us by a browser
	Grants     []string `json:"grant_types_supported"`
	Methods    []string `json:"token_endpoint_auth_methods_supported"`
	Algorithms []string `json:"token_endpoint_auth_signing_alg_values_supported"`
	Scopes     []string `json:"scopes_supported"`
}

func (s *Service) metadata(w http.ResponseWriter, _ *http.Request) error {
	d := described{Issuer: s.BaseURL, Token: s.BaseURL + TokenPath, Responses: []string{}, Grants: []string{clientCredentials, tokenExchange},
		Methods: []string{"private_key_jwt"}, Scopes: strings.Fields(store.ScopeAll.String())}
	for _, alg := range algorithms() {
		d.Algorithms = append(d.Algorithms, string(alg))
	}
	return write(w, http.StatusOK, d)
}
