package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"cloudpocket/store"
)

const (
	keySize  = 32      // AES-256
	nameSize = 8       // of the digest of a key, which says what was sealed with it
	maxSize  = 1 << 16 // bytes of one secret: this is not for files
)

// Keys seal and open. They are safe for concurrent use.
type Keys struct {
	all []key
}

type key struct {
	name [nameSize]byte
	gcm  cipher.AEAD // puts its nonce before what it seals
}

var _ store.Sealer = (*Keys)(nil)

// NewKey returns the text of a new key, as it is kept in a file.
func NewKey() []byte {
	b := make([]byte, keySize)
	rand.Read(b) // never fails: crypto/rand ends the process instead
	return append(base64.StdEncoding.AppendEncode(nil, b), '\n')
}

// Open reads keys, each the text that NewKey made. The first one seals.
func Open(texts ...[]byte) (*Keys, error) {
	if len(texts) == 0 {
		return nil, fmt.Errorf("open the keys that seal: there is none")
	}
	k := &Keys{}
	for i, text := range texts {
		one, err := readKey(text)
		if err != nil {
			return nil, fmt.Errorf("open the keys that seal: key %d: %w", i+1, err)
		}
		k.all = append(k.all, one)
	}
	return k, nil
}

func readKey(text []byte) (key, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(b) != keySize {
		return key{}, fmt.Errorf("it is not %d bytes in base64", keySize) // what it is may be the key itself
	}
	block, err := aes.NewCipher(b)
	if err != nil {
		return key{}, err
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	digest := sha256.Sum256(append([]byte("cloudpocket seal 1"), b...))
	return key{[nameSize]byte(digest[:]), gcm}, err
}

// Seal encrypts with the first key.
func (k *Keys) Seal(purpose string, secret []byte) ([]byte, error) {
	if len(secret) > maxSize {
		return nil, store.Fail(store.TooLarge, "", "a secret for %s has %d bytes", purpose, len(secret))
	}
	first := k.all[0]
	return first.gcm.Seal(first.name[:], nil, secret, []byte(purpose)), nil
}

// Unseal decrypts with the key that sealed.
func (k *Keys) Unseal(purpose string, sealed []byte) ([]byte, error) {
	if len(sealed) < nameSize || len(sealed) > maxSize+nameSize+64 {
		return nil, store.Fail(store.Damaged, "", "%d bytes are nothing that was sealed for %s", len(sealed), purpose)
	}
	for _, one := range k.all {
		if !bytes.Equal(one.name[:], sealed[:nameSize]) {
			continue
		}
		secret, err := one.gcm.Open(nil, nil, sealed[nameSize:], []byte(purpose))
		if err != nil {
			return nil, store.Fail(store.Damaged, "", "unseal for %s: %w", purpose, err)
		}
		return secret, nil
	}
	return nil, store.Fail(store.Damaged, "", "what was sealed for %s was sealed with a key that is not there", purpose)
}
