package samlsp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"cloudpocket/sso"
	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

// Fetch reads an IdP's metadata from url and judges it like [ParseMetadata]. reach says how the network is used; its
// AllowPrivate and MaxBytes are set from o and from the size limit, so the zero value will do.
//
// An address that may not be asked, and a document that is refused, are errors of kind Invalid; a server that is away
// or answers with an error is of kind Unavailable, with reason "saml.metadata_away".
func Fetch(ctx context.Context, url string, o MetadataOptions, reach outbound.Config) (Metadata, error) {
	reach.MaxBytes = int64(metadataLimits().bytes)
	client := outbound.Client(reach.From(url, o.AllowPrivate))
	defer client.CloseIdleConnections()
	data, err := get(ctx, client, url)
	if err != nil {
		return Metadata{}, fmt.Errorf("fetch metadata from %q: %w", url, fetchFault(err))
	}
	return ParseMetadata(data, o)
}

func get(ctx context.Context, client *http.Client, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, metadataFault("address", "the address is no URL: %w", err)
	}
	req.Header.Set("Accept", "application/samlmetadata+xml, application/xml;q=0.8, text/xml;q=0.7")
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answers %s", res.Status)
	}
	return io.ReadAll(res.Body)
}

// fetchFault gives err the kind that whoever asked can act on: it is the address, the document, or bad luck.
func fetchFault(err error) error {
	var known *store.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, outbound.ErrPrivate):
		return metadataFault("private", "%w", err)
	case errors.Is(err, outbound.ErrPlain), errors.Is(err, outbound.ErrRedirect):
		return metadataFault("address", "%w", err)
	case errors.Is(err, outbound.ErrTooLarge):
		return metadataFault("size", "%w", err)
	}
	return &store.Error{Kind: store.Unavailable, Key: "trust.metadata_away", Err: sso.Refuse("saml.metadata_away", sso.KeyAway, "%w", err)}
}
