package login

import (
	"fmt"
	"net/http"

	"cloudpocket/store"
)

// samlMetadata describes us to a SAML IdP. It is served for trusts that are not switched on yet, too: the IdP needs it
// first.
func (l *Login) samlMetadata(w http.ResponseWriter, r *http.Request) error {
	return l.metadata(w, r, store.SAML)
}

// oidcMetadata is the JWK set (RFC 7517 5) of our client keys.
func (l *Login) oidcMetadata(w http.ResponseWriter, r *http.Request) error {
	return l.metadata(w, r, store.OIDC)
}

func (l *Login) metadata(w http.ResponseWriter, r *http.Request, protocol store.Protocol) error {
	t, err := l.Trusts.Describe(r.Context(), protocol, store.ID(l.variable(r, "trust")))
	if err != nil {
		return err
	}
	describe, ok := l.Describe[protocol]
	if !ok {
		return store.ErrNotFound
	}
	body, mediaType, err := describe(r.Context(), t)
	if err != nil {
		return fmt.Errorf("describe us to trust %s: %w", t.ID, err)
	}
	if body == nil {
		return store.ErrNotFound
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Cache-Control", "max-age=300")
	_, err = w.Write(body)
	return err
}
