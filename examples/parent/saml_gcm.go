package parent

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	"github.com/crewjam/saml/xmlenc"
)

// gcm encrypts with AES-GCM (XML Encryption 1.1, 5.2.4): a 96-bit nonce, the ciphertext, a 128-bit tag.
type gcm struct {
	bytes int // key size
	uri   string
}

func gcm128() gcm { return gcm{16, "http://www.w3.org/2009/xmlenc11#aes128-gcm"} }
func gcm256() gcm { return gcm{32, "http://www.w3.org/2009/xmlenc11#aes256-gcm"} }

// gcmFor returns the strongest AES-GCM that the service's metadata names; AES-128 if it names none.
func gcmFor(md *saml.EntityDescriptor) gcm {
	for _, d := range md.SPSSODescriptors {
		for _, key := range d.KeyDescriptors {
			for _, m := range key.EncryptionMethods {
				if key.Use != "signing" && m.Algorithm == gcm256().uri {
					return gcm256()
				}
			}
		}
	}
	return gcm128()
}

// encrypter is the library's RSA-OAEP key transport with SHA-1 and MGF1-SHA-1, which is what its URI means to everybody
// when no digest is negotiated, around g.
func encrypter(g gcm) xmlenc.RSA {
	e := xmlenc.OAEP()
	e.BlockCipher = g
	e.DigestMethod = &xmlenc.SHA1
	return e
}

// KeySize returns the size of the key in bytes.
func (g gcm) KeySize() int { return g.bytes }

// Algorithm returns the algorithm's URI.
func (g gcm) Algorithm() string { return g.uri }

// Encrypt returns an EncryptedData element. key is a []byte; a nil nonce is chosen at random.
func (g gcm) Encrypt(key any, plaintext, nonce []byte) (*etree.Element, error) {
	secret, ok := key.([]byte)
	if !ok || len(secret) != g.bytes {
		return nil, fmt.Errorf("the key is not one of %d bytes", g.bytes)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, fmt.Errorf("preparing AES: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("preparing GCM: %w", err)
	}
	if nonce == nil {
		nonce = make([]byte, aead.NonceSize())
		if _, err := rand.Read(nonce); err != nil {
			return nil, fmt.Errorf("choosing a nonce: %w", err)
		}
	}
	return g.element(aead.Seal(append([]byte(nil), nonce...), nonce, plaintext, nil)), nil
}

func (g gcm) element(ciphertext []byte) *etree.Element {
	el := etree.NewElement("xenc:EncryptedData")
	el.CreateAttr("xmlns:xenc", "http://www.w3.org/2001/04/xmlenc#")
	el.CreateAttr("Id", "_"+random())
	el.CreateElement("xenc:EncryptionMethod").CreateAttr("Algorithm", g.uri)
	el.CreateElement("xenc:CipherData").CreateElement("xenc:CipherValue").SetText(base64.StdEncoding.EncodeToString(ciphertext))
	return el
}

// Decrypt is there for the library's interface; nothing is ever encrypted for us.
func (g gcm) Decrypt(any, *etree.Element) ([]byte, error) {
	return nil, errors.New("decryption is not offered")
}
