package samlsp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/url"
	"strings"

	"github.com/beevik/etree"
)

// algorithm returns the URI of the algorithm that k signs with: SHA-256 with RSA (PKCS #1 1.5, which every IdP takes)
// or with ECDSA.
func (k KeyPair) algorithm() string {
	if keyKind(k.Key.Public()) == "ecdsa" {
		return algECDSASHA256
	}
	return algRSASHA256
}

// sign returns k's signature over data in the form that XML Signature has it.
func (k KeyPair) sign(data []byte) ([]byte, error) {
	raw, err := k.Key.Sign(rand.Reader, sum(crypto.SHA256, data), crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	pub, ok := k.Key.Public().(*ecdsa.PublicKey)
	if !ok {
		return raw, nil
	}
	var rs struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(raw, &rs); err != nil {
		return nil, fmt.Errorf("read the ECDSA signature: %w", err)
	}
	size := (pub.Curve.Params().BitSize + 7) / 8
	out := make([]byte, 2*size)
	rs.R.FillBytes(out[:size])
	rs.S.FillBytes(out[size:])
	return out, nil
}

// signXML signs el, whose ID is id, with an enveloped signature as its child number at. The canonical form is made by
// the code that verifies, so that the two cannot disagree.
func (k KeyPair) signXML(el *etree.Element, id string, at int) error {
	data, err := write(el)
	if err != nil {
		return err
	}
	root, err := parse(data, metadataLimits())
	if err != nil {
		return fmt.Errorf("read our own message: %w", err)
	}
	digest := sum(crypto.SHA256, canonical(nil, root, nil, nil))
	info := strings.NewReplacer("$c14n", algExclusive, "$method", k.algorithm(), "$id", id, "$enveloped", algEnveloped,
		"$sha256", algSHA256, "$digest", base64.StdEncoding.EncodeToString(digest)).Replace(signedInfo)
	value, err := k.sign([]byte(info))
	if err != nil {
		return err
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromString(`<ds:Signature xmlns:ds="` + nsSignature + `">` + info +
		`<ds:SignatureValue>` + base64.StdEncoding.EncodeToString(value) + `</ds:SignatureValue>` +
		`<ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + base64.StdEncoding.EncodeToString(k.Certificate.Raw) +
		`</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`); err != nil {
		return fmt.Errorf("build the signature: %w", err)
	}
	el.InsertChildAt(at, doc.Root())
	return nil
}

// signedInfo is in canonical form as it stands.
const signedInfo = `<ds:SignedInfo xmlns:ds="` + nsSignature + `">` +
	`<ds:CanonicalizationMethod Algorithm="$c14n"></ds:CanonicalizationMethod>` +
	`<ds:SignatureMethod Algorithm="$method"></ds:SignatureMethod>` +
	`<ds:Reference URI="#$id"><ds:Transforms><ds:Transform Algorithm="$enveloped"></ds:Transform>` +
	`<ds:Transform Algorithm="$c14n"></ds:Transform></ds:Transforms>` +
	`<ds:DigestMethod Algorithm="$sha256"></ds:DigestMethod><ds:DigestValue>$digest</ds:DigestValue></ds:Reference></ds:SignedInfo>`

func write(el *etree.Element) ([]byte, error) {
	doc := etree.NewDocument()
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}
	doc.SetRoot(el)
	data, err := doc.WriteToBytes()
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", el.Tag, err)
	}
	return data, nil
}

// signQuery returns the query of a Redirect-binding message: the parameter named field with the deflated message, the
// relay state and, when k is not nil, the signature over both as they are written (SAML bindings 3.4.4.1).
func signQuery(k *KeyPair, field string, message []byte, relay string) (string, error) {
	deflated, err := deflate(message)
	if err != nil {
		return "", err
	}
	query := field + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(deflated))
	if relay != "" {
		query += "&RelayState=" + url.QueryEscape(relay)
	}
	if k == nil {
		return query, nil
	}
	query += "&SigAlg=" + url.QueryEscape(k.algorithm())
	value, err := k.sign([]byte(query))
	if err != nil {
		return "", err
	}
	return query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value)), nil
}
