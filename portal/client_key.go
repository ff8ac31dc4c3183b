package portal

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
	"strings"

	"cloudpocket/sso/keyset"
	"cloudpocket/store"
)

// ClientKey is a key of an API client as people tell it from others.
type ClientKey struct {
	Kid  string
	Kind string // such as "RSA 2048" or "P-256"
}

// clientKeys returns the keys of a set as it is kept; none of one that cannot be read.
func clientKeys(kept []byte) (all []ClientKey) {
	set, err := keyset.Published(kept)
	if err != nil {
		return nil
	}
	for _, key := range set.Keys {
		all = append(all, ClientKey{key.KeyID, keyKind(key.Key)})
	}
	return all
}

func keyKind(key any) string {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", k.N.BitLen())
	case *ecdsa.PublicKey:
		return k.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return ""
}

// clientChoices returns what account could give a client.
func clientChoices(ctx context.Context, tx store.Tx, account store.Account) (c ClientChoices, err error) {
	for one := store.Scope(1); one <= store.ScopeAll; one <<= 1 {
		if overClient(account, one) == nil {
			c.Scopes |= one
		}
	}
	var offices PersonChoices
	if err := offices.offices(ctx, tx, account, ""); err != nil {
		return c, err
	}
	c.Offices, c.Many = offices.Offices, offices.Many
	return c, nil
}

// clientDetail is what the audit is told of a client: whose word is believed from then on, for what.
func clientDetail(by string, c store.APIClient) map[string]string {
	detail := map[string]string{"by": by, "name": c.Name, "state": string(c.State), "scopes": c.Scopes.String(), "offices": "all"}
	if !c.Offices.All {
		detail["offices"] = idText(c.Offices.Offices)
	}
	if c.KeysURL != "" {
		detail["keys from"] = c.KeysURL
	} else {
		detail["keys"] = kidText(clientKeys(c.Keys))
	}
	if len(c.Origins) > 0 {
		detail["origins"] = strings.Join(c.Origins, " ")
	}
	if len(c.Allowed) > 0 {
		detail["addresses"] = store.RangesText(c.Allowed, " ")
	}
	return detail
}

func kidText(keys []ClientKey) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.Kid
	}
	return strings.Join(names, " ")
}

// idText writes IDs with blanks between them.
func idText(ids []store.ID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = string(id)
	}
	return strings.Join(words, " ")
}
