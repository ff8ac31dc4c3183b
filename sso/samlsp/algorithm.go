package samlsp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"math/big"
)

const (
	algEnveloped       = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
	algExclusive       = "http://www.w3.org/2001/10/xml-exc-c14n#"
	algExclusiveRemark = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"

	algRSASHA256   = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	algECDSASHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
	algSHA256      = "http://www.w3.org/2001/04/xmlenc#sha256"
)

// minRSA is the smallest RSA modulus believed, in bits.
const minRSA = 2048

// scheme is one signature algorithm.
type scheme struct {
	kind schemeKind
	hash crypto.Hash
}

type schemeKind uint8

const (
	pkcs1 schemeKind = iota + 1
	pss
	ecdsaRaw
)

// schemeOf returns the algorithm that uri names (RFC 9231, 2.3), and whether it is one that is believed: SHA-256 or
// better, and a public key.
func schemeOf(uri string) (scheme, bool) {
	switch uri {
	case algRSASHA256:
		return scheme{pkcs1, crypto.SHA256}, true
	case "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384":
		return scheme{pkcs1, crypto.SHA384}, true
	case "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512":
		return scheme{pkcs1, crypto.SHA512}, true
	case "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1":
		return scheme{pss, crypto.SHA256}, true
	case "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1":
		return scheme{pss, crypto.SHA384}, true
	case "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1":
		return scheme{pss, crypto.SHA512}, true
	case algECDSASHA256:
		return scheme{ecdsaRaw, crypto.SHA256}, true
	case "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384":
		return scheme{ecdsaRaw, crypto.SHA384}, true
	case "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512":
		return scheme{ecdsaRaw, crypto.SHA512}, true
	}
	return scheme{}, false
}

// digestOf returns the digest algorithm that uri names, and whether it is SHA-256 or better.
func digestOf(uri string) (crypto.Hash, bool) {
	switch uri {
	case algSHA256:
		return crypto.SHA256, true
	case "http://www.w3.org/2001/04/xmldsig-more#sha384":
		return crypto.SHA384, true
	case "http://www.w3.org/2001/04/xmlenc#sha512":
		return crypto.SHA512, true
	}
	return 0, false
}

func sum(h crypto.Hash, data []byte) []byte {
	d := h.New()
	d.Write(data)
	return d.Sum(nil)
}

// verifies reports whether signature is pub's over data.
func (s scheme) verifies(pub crypto.PublicKey, data, signature []byte) bool {
	digest := sum(s.hash, data)
	switch key := pub.(type) {
	case *rsa.PublicKey:
		switch s.kind {
		case pkcs1:
			return rsa.VerifyPKCS1v15(key, s.hash, digest, signature) == nil
		case pss:
			return rsa.VerifyPSS(key, s.hash, digest, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
		}
	case *ecdsa.PublicKey:
		return s.kind == ecdsaRaw && verifyECDSA(key, digest, signature)
	}
	return false
}

// verifyECDSA takes r and s side by side, as XML Signature 1.1, 6.4.3 says, and the DER form that Go's own XML
// signature library writes instead.
func verifyECDSA(key *ecdsa.PublicKey, digest, signature []byte) bool {
	size := (key.Curve.Params().BitSize + 7) / 8
	if len(signature) != 2*size {
		return ecdsa.VerifyASN1(key, digest, signature)
	}
	r, s := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
	return ecdsa.Verify(key, digest, r, s)
}
