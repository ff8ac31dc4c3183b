package preview

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// sealer holds one tenant's keys, derived from the secret, so that neither names nor bytes of two tenants can be
// compared or exchanged.
type sealer struct {
	aead  cipher.AEAD
	names []byte
}

func (c *cache) sealer(tenant store.ID) sealer {
	keys, err := hkdf.Key(sha256.New, c.secret, nil, "cloudpocket preview 1 "+string(tenant), 64)
	if err != nil {
		panic(err) // only for lengths that 64 is not
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		panic(err) // only for lengths that 32 is not
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // only for blocks that AES has not
	}
	return sealer{aead, keys[32:]}
}

func (s sealer) tenant() string { return s.name("") }

func (s sealer) name(of string) string {
	h := hmac.New(sha256.New, s.names)
	h.Write([]byte(of))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func (s sealer) seal(k cacheKey, plain []byte) []byte {
	return s.aead.Seal(nil, nil, plain, []byte(string(k.digest)+" "+k.what))
}

func (s sealer) open(k cacheKey, sealed []byte) ([]byte, error) {
	if len(sealed) < s.aead.Overhead() {
		return nil, errors.New("a kept preview is cut short")
	}
	plain, err := s.aead.Open(nil, nil, sealed, []byte(string(k.digest)+" "+k.what))
	if err != nil {
		return nil, fmt.Errorf("unseal a kept preview: %w", err)
	}
	return plain, nil
}
