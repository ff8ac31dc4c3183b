package samlsp

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	_ "crypto/sha1" // RSA-OAEP's default digest; collisions do not matter there
	_ "crypto/sha256"
	_ "crypto/sha512"
)

const (
	typeElement = nsEncrypted + "Element"

	transportOAEP   = nsEncrypted + "rsa-oaep-mgf1p"
	transportOAEP11 = nsCipher11 + "rsa-oaep"

	cipherAES128GCM = nsCipher11 + "aes128-gcm"
	cipherAES192GCM = nsCipher11 + "aes192-gcm"
	cipherAES256GCM = nsCipher11 + "aes256-gcm"
)

// dataCipher is one way that content is encrypted (XML Encryption 1.1, 5.2).
type dataCipher struct {
	key int // bytes
	cbc bool
}

func dataCipherOf(uri string) (dataCipher, bool) {
	switch uri {
	case cipherAES128GCM:
		return dataCipher{key: 16}, true
	case cipherAES192GCM:
		return dataCipher{key: 24}, true
	case cipherAES256GCM:
		return dataCipher{key: 32}, true
	case nsEncrypted + "aes128-cbc":
		return dataCipher{16, true}, true
	case nsEncrypted + "aes192-cbc":
		return dataCipher{24, true}, true
	case nsEncrypted + "aes256-cbc":
		return dataCipher{32, true}, true
	}
	return dataCipher{}, false
}

// decrypt returns the bytes inside wrapper, an EncryptedAssertion or EncryptedID, with the first of our keys that fits.
// Exactly one EncryptedKey is taken, RSA-OAEP only. All that can fail with the secret itself gives one and the same
// refusal, so that its wording tells a forger nothing.
func (c *connector) decrypt(wrapper *element) ([]byte, error) {
	data, err := only("encrypted_shape", wrapper, nsEncrypted, "EncryptedData")
	if err != nil {
		return nil, err
	}
	if t := data.attr("Type"); t != "" && t != typeElement {
		return nil, refuse("encrypted_shape", "encrypted data of type %q", t)
	}
	key, err := encryptedKey(wrapper)
	if err != nil {
		return nil, err
	}
	method, err := only("encrypted_cipher", data, nsEncrypted, "EncryptionMethod")
	if err != nil {
		return nil, err
	}
	with, ok := dataCipherOf(method.attr("Algorithm"))
	if !ok {
		return nil, refuse("encrypted_cipher", "cipher %q", method.attr("Algorithm"))
	}
	if with.cbc && !c.saml.AllowCBC {
		return nil, refuse("encrypted_cbc", "cipher %q, which the trust does not allow", method.attr("Algorithm"))
	}
	text, err := cipherValue(data)
	if err != nil {
		return nil, err
	}
	return c.unwrap(key, with, text)
}

func (c *connector) unwrap(key *element, with dataCipher, text []byte) ([]byte, error) {
	oaep, err := oaepOf(key)
	if err != nil {
		return nil, err
	}
	wrapped, err := cipherValue(key)
	if err != nil {
		return nil, err
	}
	for _, k := range c.Keys {
		private, ok := k.Key.(crypto.Decrypter)
		if _, isRSA := k.Key.Public().(*rsa.PublicKey); !ok || !isRSA {
			continue
		}
		secret, err := private.Decrypt(nil, wrapped, oaep)
		if err != nil || len(secret) != with.key {
			continue
		}
		if plain, err := with.open(secret, text); err == nil {
			return plain, nil
		}
	}
	return nil, refuse("decrypt", "none of our %d keys decrypts this message", len(c.Keys))
}

// encryptedKey returns the one EncryptedKey in wrapper, wherever it stands (SAML core 2.2.4, 6.2).
func encryptedKey(wrapper *element) (*element, error) {
	var found []*element
	wrapper.walk(func(e *element) error {
		if e.is(nsEncrypted, "EncryptedKey") {
			found = append(found, e)
		}
		return nil
	})
	if len(found) != 1 {
		return nil, refuse("encrypted_keys", "%d EncryptedKeys", len(found))
	}
	return found[0], nil
}

// oaepOf reads the key transport of key. RSA 1.5 is refused always: whoever can send messages could use us as an oracle
// for the key (Bleichenbacher).
func oaepOf(key *element) (*rsa.OAEPOptions, error) {
	method, err := only("encrypted_transport", key, nsEncrypted, "EncryptionMethod")
	if err != nil {
		return nil, err
	}
	o := &rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1}
	switch alg := method.attr("Algorithm"); alg {
	case transportOAEP:
	case transportOAEP11:
		if mgf := method.child(nsCipher11, "MGF"); mgf != nil {
			if o.MGFHash = mgfOf(mgf.attr("Algorithm")); o.MGFHash == 0 {
				return nil, refuse("encrypted_transport", "mask generation %q", mgf.attr("Algorithm"))
			}
		}
	default:
		return nil, refuse("encrypted_transport", "key transport %q", alg)
	}
	if d := method.child(nsSignature, "DigestMethod"); d != nil {
		if o.Hash = oaepDigestOf(d.attr("Algorithm")); o.Hash == 0 {
			return nil, refuse("encrypted_transport", "key transport digest %q", d.attr("Algorithm"))
		}
	}
	if p := method.child(nsEncrypted, "OAEPparams"); p != nil {
		if o.Label, err = binary("encrypted_transport", p); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func mgfOf(uri string) crypto.Hash {
	switch uri {
	case nsCipher11 + "mgf1sha1":
		return crypto.SHA1
	case nsCipher11 + "mgf1sha256":
		return crypto.SHA256
	case nsCipher11 + "mgf1sha384":
		return crypto.SHA384
	case nsCipher11 + "mgf1sha512":
		return crypto.SHA512
	}
	return 0
}

func oaepDigestOf(uri string) crypto.Hash {
	if uri == nsSignature+"sha1" {
		return crypto.SHA1
	}
	h, _ := digestOf(uri)
	return h
}

// cipherValue returns the bytes of e's CipherData. A CipherReference is refused: nothing is fetched.
func cipherValue(e *element) ([]byte, error) {
	data, err := only("encrypted_shape", e, nsEncrypted, "CipherData")
	if err != nil {
		return nil, err
	}
	value, err := only("encrypted_shape", data, nsEncrypted, "CipherValue")
	if err != nil {
		return nil, err
	}
	return binary("encrypted_shape", value)
}

// open decrypts text, whose first bytes are the IV.
func (d dataCipher) open(secret, text []byte) ([]byte, error) {
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	if d.cbc {
		return openCBC(block, text)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	if len(text) < gcm.NonceSize() {
		return nil, refuse("decrypt", "%d bytes of cipher text", len(text))
	}
	return gcm.Open(nil, text[:gcm.NonceSize()], text[gcm.NonceSize():], nil)
}

// openCBC takes the padding's last byte for its length and nothing else of it (XML Encryption 1.1, 5.2.2).
func openCBC(block cipher.Block, text []byte) ([]byte, error) {
	size := block.BlockSize()
	if len(text) < 2*size || len(text)%size != 0 {
		return nil, refuse("decrypt", "%d bytes of cipher text", len(text))
	}
	plain := make([]byte, len(text)-size)
	cipher.NewCBCDecrypter(block, text[:size]).CryptBlocks(plain, text[size:])
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > size {
		return nil, refuse("decrypt", "padding of %d bytes", pad)
	}
	return plain[:len(plain)-pad], nil
}
