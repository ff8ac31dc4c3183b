package portal

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"cloudpocket/store"
)

// sealed begins the reference of a secret that the records keep, encrypted by the deployment's key.
const sealed = "sealed:"

// maxSecret is how many bytes a client secret may have.
const maxSecret = 1024

// secretPurpose binds a sealed secret to its trust: in another one it opens nothing.
func secretPurpose(trust store.ID) string { return "client secret of trust " + string(trust) }

// SealTrustSecret returns the reference under which a draft of the trust can name a client secret. Nothing of it is kept
// before the draft is saved.
func (p *Portal) SealTrustSecret(ctx context.Context, a Actor, id store.ID, secret string) (ref string, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) error {
		if _, err := mayChange(ctx, tx, id); err != nil {
			return err
		}
		if secret == "" || len(secret) > maxSecret || strings.TrimSpace(secret) != secret || !plainText(secret) {
			return store.Fail(store.Invalid, "error.trust_secret", "a secret of %d bytes", len(secret))
		}
		ref, err = SealSecret(p.Sealer, id, secret)
		return err
	})
	return ref, err
}

// SealSecret returns the reference of a trust's client secret.
func SealSecret(s store.Sealer, trust store.ID, secret string) (string, error) {
	if s == nil {
		return "", store.Fail(store.Unavailable, "error.no_seal", "there is no key to seal secrets with")
	}
	b, err := s.Seal(secretPurpose(trust), []byte(secret))
	if err != nil {
		return "", fmt.Errorf("seal the secret of trust %s: %w", trust, err)
	}
	return sealed + base64.RawURLEncoding.EncodeToString(b), nil
}

// UnsealSecret returns the secret that a reference of [SealSecret] stands for, and whether it is such a reference at all.
func UnsealSecret(s store.Sealer, trust store.ID, ref string) (secret string, is bool, err error) {
	text, is := strings.CutPrefix(ref, sealed)
	if !is {
		return "", false, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil && s != nil {
		b, err = s.Unseal(secretPurpose(trust), b)
	}
	if err != nil || s == nil {
		return "", true, store.Fail(store.Damaged, "", "the sealed secret of trust %s cannot be read: %w", trust, err)
	}
	return string(b), true, nil
}
