package ssotest

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// SAMLEncrypter says how an element is encrypted. Zero fields mean AES-256-GCM under RSA-OAEP with SHA-1, for To.
type SAMLEncrypter struct {
	To        SAMLKey
	Bits      int    // 128, 192 or 256
	CBC       bool   // AES-CBC
	Transport string // key transport algorithm
	Digest    crypto.Hash
	MGF       string // fragment of the mask generation's URI, such as "mgf1sha256"; rsa-oaep only
	Label     []byte // OAEPparams
	V15       bool   // wrap the key by PKCS #1 1.5
	Flip      bool   // damage the cipher text
	Cut       int    // leave that many bytes of it
	Keys      int    // EncryptedKeys; default 1
	Beside    bool   // the EncryptedKey stands beside the EncryptedData, not in its KeyInfo
}

// Encrypt returns a wrapper element (EncryptedAssertion or EncryptedID) around plain.
func (e SAMLEncrypter) Encrypt(t testing.TB, wrapper string, plain []byte) string {
	t.Helper()
	if e.Bits == 0 {
		e.Bits = 256
	}
	secret := make([]byte, e.Bits/8)
	rand.Read(secret)
	block, err := aes.NewCipher(secret)
	if err != nil {
		t.Fatalf("make a cipher: %v", err)
	}
	text, method := gcm(t, block, plain), fmt.Sprintf("%saes%d-gcm", xmlEncrypt11, e.Bits)
	if e.CBC {
		text, method = cbc(block, plain), fmt.Sprintf("%saes%d-cbc", xmlEncryption, e.Bits)
	}
	if e.Cut > 0 {
		text = text[:e.Cut]
	}
	if e.Flip {
		text[len(text)/2] ^= 1
	}
	keys := strings.Repeat(e.key(t, secret), max(e.Keys, 1))
	inside, beside := `<ds:KeyInfo xmlns:ds="`+xmlSignature+`">`+keys+`</ds:KeyInfo>`, ""
	if e.Beside {
		inside, beside = "", keys
	}
	return `<saml:` + wrapper + ` xmlns:saml="` + samlAssertion + `"><xenc:EncryptedData xmlns:xenc="` + xmlEncryption + `" Type="` + xmlEncryption + `Element">` +
		`<xenc:EncryptionMethod Algorithm="` + method + `"/>` + inside + cipherData(text) + `</xenc:EncryptedData>` + beside + `</saml:` + wrapper + `>`
}

func cipherData(b []byte) string {
	return `<xenc:CipherData><xenc:CipherValue>` + base64.StdEncoding.EncodeToString(b) + `</xenc:CipherValue></xenc:CipherData>`
}

func (e SAMLEncrypter) key(t testing.TB, secret []byte) string {
	t.Helper()
	pub, ok := e.To.Signer.Public().(*rsa.PublicKey)
	if !ok {
		t.Fatalf("a %T cannot be encrypted to", e.To.Signer.Public())
	}
	if e.Transport == "" {
		e.Transport = xmlEncryption + "rsa-oaep-mgf1p"
	}
	if e.V15 {
		//lint:ignore SA1019 it is made to be refused
		wrapped, err := rsa.EncryptPKCS1v15(rand.Reader, pub, secret)
		if err != nil {
			t.Fatalf("wrap the key: %v", err)
		}
		return e.keyXML("", wrapped)
	}
	o := &rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1}
	inside := ""
	if e.Label != nil {
		o.Label = e.Label
		inside = `<xenc:OAEPparams>` + base64.StdEncoding.EncodeToString(e.Label) + `</xenc:OAEPparams>`
	}
	if e.Digest != 0 {
		o.Hash = e.Digest
		inside += `<ds:DigestMethod xmlns:ds="` + xmlSignature + `" Algorithm="` + xmlEncryption + `sha256"/>`
	}
	if e.MGF != "" {
		o.MGFHash = crypto.SHA256
		inside += `<x11:MGF xmlns:x11="` + xmlEncrypt11 + `" Algorithm="` + xmlEncrypt11 + e.MGF + `"/>`
	}
	wrapped, err := rsa.EncryptOAEPWithOptions(rand.Reader, pub, secret, o)
	if err != nil {
		t.Fatalf("wrap the key: %v", err)
	}
	return e.keyXML(inside, wrapped)
}

func (e SAMLEncrypter) keyXML(inside string, wrapped []byte) string {
	return `<xenc:EncryptedKey xmlns:xenc="` + xmlEncryption + `"><xenc:EncryptionMethod Algorithm="` + e.Transport + `">` + inside +
		`</xenc:EncryptionMethod>` + cipherData(wrapped) + `</xenc:EncryptedKey>`
}

func gcm(t testing.TB, block cipher.Block, plain []byte) []byte {
	t.Helper()
	g, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatalf("make a cipher: %v", err)
	}
	nonce := make([]byte, g.NonceSize())
	rand.Read(nonce)
	return g.Seal(nonce, nonce, plain, nil)
}

func cbc(block cipher.Block, plain []byte) []byte {
	size := block.BlockSize()
	pad := size - len(plain)%size
	padded := append(append([]byte(nil), plain...), make([]byte, pad)...)
	padded[len(padded)-1] = byte(pad)
	out := make([]byte, size+len(padded))
	rand.Read(out[:size])
	cipher.NewCBCEncrypter(block, out[:size]).CryptBlocks(out[size:], padded)
	return out
}
