package ssotest

import (
	"bytes"
	"crypto"
	"strings"
	"testing"

	"github.com/beevik/etree"
)

// signBy returns a vector's seal that signs in another way.
func signBy(s SAMLSigner) func(*SAMLWorld, SAMLMode) Sealing {
	return func(w *SAMLWorld, _ SAMLMode) Sealing {
		if s.Key.Signer == nil {
			s.Key = w.IdP
		}
		return Sealing{Signer: s}
	}
}

// forgedBy returns a seal that signs with the forger's key and says keyInfo about it.
func forgedBy(keyInfo func(w *SAMLWorld) string) func(*SAMLWorld, SAMLMode) Sealing {
	return func(w *SAMLWorld, _ SAMLMode) Sealing {
		return Sealing{Signer: SAMLSigner{Key: w.Forger, KeyInfoXML: keyInfo(w)}}
	}
}

func uri(s string) *string { return &s }

func signatureVectors() []samlVector {
	return []samlVector{
		{name: "none", want: reasons("saml.signature_missing"), seal: wrap(func(_ testing.TB, x wrapped) { strip(x.response) })},
		{name: "empty", want: reasons("saml.signature_shape"), seal: hollow("")},
		{name: "empty with 1,200 elements", want: reasons("saml.signature_shape"), seal: hollow(strings.Repeat("<x/>", 1200))},
		{name: "over the wrong element", want: reasons("saml.signature_reference"), seal: signBy(SAMLSigner{URI: uri("#_elsewhere")})},
		{name: "on the Subject", want: reasons("saml.signature_place"), seal: change(func(_ testing.TB, a *etree.Element) {
			if s := a.SelectElement("Signature"); s != nil {
				a.SelectElement("Subject").AddChild(s)
				return
			}
			a.SelectElement("Subject").AddChild(a.Parent().SelectElement("Signature"))
		})},
		{name: "self-signed KeyInfo", want: reasons("saml.signature"), seal: forgedBy(func(w *SAMLWorld) string {
			return `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + w.Forger.base64() + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`
		})},
		{name: "forger's signature with the trusted KeyInfo", want: reasons("saml.signature"), seal: forgedBy(func(w *SAMLWorld) string {
			return `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + w.IdP.base64() + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`
		})},
		{name: "RSAKeyValue only", want: reasons("saml.signature"), seal: forgedBy(func(*SAMLWorld) string {
			return `<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>`
		})},
		{name: "another key without KeyInfo", want: reasons("saml.signature"), seal: func(w *SAMLWorld, _ SAMLMode) Sealing {
			return Sealing{Signer: SAMLSigner{Key: w.Forger, NoKeyInfo: true}}
		}},
		{name: "reference to the document", want: reasons("saml.signature_reference"), seal: signBy(SAMLSigner{URI: uri("")})},
		{name: "reference to #", want: reasons("saml.signature_reference"), seal: signBy(SAMLSigner{URI: uri("#")})},
		{name: "reference without URI", want: reasons("saml.signature_reference"), seal: signBy(SAMLSigner{URI: uri("absent")})},
		{name: "reference by XPointer", want: reasons("saml.signature_reference"), seal: signBy(SAMLSigner{URI: uri("#xpointer(/)")})},
		{name: "reference elsewhere on the web", want: reasons("saml.signature_reference"), seal: signBy(SAMLSigner{URI: uri("https://forger.example/")})},
		{name: "two references", want: reasons("saml.signature_references"), seal: signBy(SAMLSigner{Twice: true})},
		{name: "duplicate ID", want: reasons("saml.id_duplicate"), seal: wrap(func(t testing.TB, x wrapped) {
			x.response.SelectElement("Status").AddChild(element(t, `<x ID="`+x.signed.SelectAttrValue("ID", "")+`"/>`))
			x.assertion.SelectElement("Subject").AddChild(element(t, `<x ID="`+x.signed.SelectAttrValue("ID", "")+`"/>`))
		})},
		{name: "XSLT transform", want: reasons("saml.signature_transforms"), seal: signBy(SAMLSigner{Transforms: []string{enveloped, exclusiveC14N, "http://www.w3.org/TR/1999/REC-xslt-19991116"}})},
		{name: "XPath transform", want: reasons("saml.signature_transforms"), seal: signBy(SAMLSigner{Transforms: []string{"http://www.w3.org/TR/1999/REC-xpath-19991116", exclusiveC14N}})},
		{name: "unknown transform", want: reasons("saml.signature_transforms"), seal: signBy(SAMLSigner{Transforms: []string{enveloped, "urn:unknown"}})},
		{name: "repeated transforms", want: reasons("saml.signature_transforms"), seal: signBy(SAMLSigner{Transforms: []string{enveloped, enveloped, exclusiveC14N}})},
		{name: "transforms in the wrong order", want: reasons("saml.signature_transforms"), seal: signBy(SAMLSigner{Transforms: []string{exclusiveC14N, enveloped}})},
		{name: "inclusive prefixes with 20,000 elements inside", want: reasons("saml.signature_c14n"), seal: wrap(func(t testing.TB, x wrapped) {
			x.signature.FindElement("./SignedInfo/CanonicalizationMethod").AddChild(element(t, `<ec:InclusiveNamespaces xmlns:ec="`+exclusiveC14N+
				`" PrefixList="a b c d e f g">`+strings.Repeat("<x/>", 20_000)+`</ec:InclusiveNamespaces>`))
		})},
		{name: "no canonicalisation", want: reasons("saml.signature_transforms"), seal: signBy(SAMLSigner{Transforms: []string{enveloped}})},
		{name: "no transforms", want: reasons("saml.signature_transforms"), seal: signBy(SAMLSigner{Transforms: []string{}})},
		{name: "inclusive canonicalisation", want: reasons("saml.signature_transforms"), seal: signBy(SAMLSigner{Transforms: []string{enveloped, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"}})},
		{name: "inclusive canonicalisation of SignedInfo", want: reasons("saml.signature_c14n"), seal: signBy(SAMLSigner{Canonical: "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"})},
		{name: "HMAC keyed with the certificate", want: reasons("saml.signature_algorithm"), seal: func(w *SAMLWorld, _ SAMLMode) Sealing {
			return Sealing{Signer: SAMLSigner{Key: w.IdP, MAC: w.IdP.Cert.Raw, Method: moreAlgorithm + "hmac-sha256"}}
		}},
		{name: "HMAC called RSA", want: reasons("saml.signature"), seal: func(w *SAMLWorld, _ SAMLMode) Sealing {
			return Sealing{Signer: SAMLSigner{Key: w.IdP, MAC: w.IdP.Cert.Raw}}
		}},
		{name: "RSA-SHA1", want: reasons("saml.signature_algorithm"), seal: signBy(SAMLSigner{Method: xmlSignature + "rsa-sha1", Hash: crypto.SHA1, Digest: xmlSignature + "sha1"})},
		{name: "SHA-1 digest", want: reasons("saml.signature_digest"), seal: signBy(SAMLSigner{Digest: xmlSignature + "sha1"})},
		{name: "no algorithm", want: reasons("saml.signature_algorithm"), seal: signBy(SAMLSigner{Method: "none"})},
		{name: "expired certificate", want: reasons("saml.certificate_expired"), setup: func(w *SAMLWorld, s *SAMLSetup) {
			s.Trust.SAML.Metadata = w.Metadata(w.EntityID, w.Old)
		}},
		{name: "certificate not valid yet", want: reasons("saml.certificate_expired"), setup: func(w *SAMLWorld, s *SAMLSetup) {
			s.Trust.SAML.Metadata = w.Metadata(w.EntityID, w.IdP.During(noT{}, w.Now.AddDate(0, 1, 0), w.Now.AddDate(1, 0, 0)))
		}},
		{name: "certificate withdrawn", want: reasons("saml.signature"), setup: func(w *SAMLWorld, s *SAMLSetup) {
			s.Trust.SAML.Metadata = w.Metadata(w.EntityID, w.Next)
		}},
		{name: "metadata run out", want: reasons("saml.metadata_expired"), setup: func(w *SAMLWorld, s *SAMLSetup) {
			s.Trust.SAML.Metadata = bytes.Replace(w.Metadata(w.EntityID, w.IdP), []byte(` entityID=`), []byte(` validUntil="2026-03-01T00:00:00Z" entityID=`), 1)
		}},
		{name: "twice", want: reasons("saml.signature_count"), seal: wrap(func(_ testing.TB, x wrapped) { before(x.signature, x.signature.Copy()) })},
		{name: "text between its elements", want: reasons("saml.signature_shape"), seal: wrap(func(_ testing.TB, x wrapped) {
			x.signature.InsertChildAt(0, etree.NewText("x"))
		})},
		{name: "no SignedInfo", want: reasons("saml.signature_shape"), seal: without("SignedInfo")},
		{name: "no value", want: reasons("saml.signature_shape"), seal: without("SignatureValue")},
		{name: "no canonicalisation method", want: reasons("saml.signature_shape"), seal: without("SignedInfo/CanonicalizationMethod")},
		{name: "no signature method", want: reasons("saml.signature_shape"), seal: without("SignedInfo/SignatureMethod")},
		{name: "no reference", want: reasons("saml.signature_references"), seal: without("SignedInfo/Reference")},
		{name: "reference without transforms", want: reasons("saml.signature_transforms"), seal: without("SignedInfo/Reference/Transforms")},
		{name: "reference without a digest method", want: reasons("saml.signature_digest"), seal: without("SignedInfo/Reference/DigestMethod")},
		{name: "reference without a digest", want: reasons("saml.signature_digest"), seal: without("SignedInfo/Reference/DigestValue")},
		{name: "HMACOutputLength", want: reasons("saml.signature_algorithm"), seal: wrap(func(t testing.TB, x wrapped) {
			x.signature.FindElement("./SignedInfo/SignatureMethod").AddChild(element(t, `<ds:HMACOutputLength xmlns:ds="`+xmlSignature+`">8</ds:HMACOutputLength>`))
		})},
		{name: "value with a child", want: reasons("saml.text_children"), seal: wrap(func(_ testing.TB, x wrapped) {
			x.signature.SelectElement("SignatureValue").AddChild(etree.NewElement("x"))
		})},
		{name: "value damaged", want: reasons("saml.signature", "saml.signature_digest_mismatch"), seal: wrap(func(_ testing.TB, x wrapped) {
			v := x.signature.SelectElement("SignatureValue")
			v.SetText("AAAA" + v.Text()[4:])
		})},
		{name: "value not base64", want: reasons("saml.signature_value"), seal: wrap(func(_ testing.TB, x wrapped) {
			x.signature.SelectElement("SignatureValue").SetText("!!!!")
		})},
		{name: "SignedInfo edited", want: reasons("saml.signature", "saml.signature_digest_mismatch"), seal: wrap(func(_ testing.TB, x wrapped) {
			x.signature.FindElement(".//DigestValue").SetText("AAAA")
		})},
	}
}

// without removes one element of the signature.
func without(path string) func(*SAMLWorld, SAMLMode) Sealing {
	return wrap(func(_ testing.TB, x wrapped) {
		el := x.signature.FindElement("./" + path)
		el.Parent().RemoveChild(el)
	})
}

// strip removes every signature.
func strip(el *etree.Element) {
	for _, s := range el.FindElements("//Signature") {
		s.Parent().RemoveChild(s)
	}
}

// hollow replaces every signature by an empty one, with something else in the message.
func hollow(beside string) func(*SAMLWorld, SAMLMode) Sealing {
	return wrap(func(t testing.TB, x wrapped) {
		strip(x.response)
		sig := element(t, `<ds:Signature xmlns:ds="`+xmlSignature+`"/>`)
		x.assertion.InsertChildAt(1, sig)
		x.assertion.FindElement(".//AttributeValue").AddChild(element(t, "<y>"+beside+"</y>"))
	})
}

func onlyEncrypted() []SAMLMode { return []SAMLMode{EncryptedAssertion, EncryptedEnvelope} }

// encryptBy returns a vector's seal that encrypts in another way.
func encryptBy(e SAMLEncrypter) func(*SAMLWorld, SAMLMode) Sealing {
	return func(*SAMLWorld, SAMLMode) Sealing { return Sealing{Encrypt: e} }
}

func allowCBC(_ *SAMLWorld, s *SAMLSetup) { s.Trust.SAML.AllowCBC = true }

func encryptionVectors() []samlVector {
	sealed := func(do func(t testing.TB, response *etree.Element)) func(*SAMLWorld, SAMLMode) Sealing {
		return func(*SAMLWorld, SAMLMode) Sealing { return Sealing{Sealed: do} }
	}
	inside := []SAMLMode{EncryptedAssertion}
	return []samlVector{
		{name: "RSA 1.5", modes: onlyEncrypted(), want: reasons("saml.encrypted_transport"), seal: encryptBy(SAMLEncrypter{V15: true, Transport: xmlEncryption + "rsa-1_5"})},
		{name: "RSA 1.5 called OAEP", modes: onlyEncrypted(), want: reasons("saml.decrypt"), seal: encryptBy(SAMLEncrypter{V15: true})},
		{name: "CBC", modes: onlyEncrypted(), want: reasons("saml.encrypted_cbc"), seal: encryptBy(SAMLEncrypter{CBC: true})},
		{name: "CBC bit flip", modes: inside, setup: allowCBC, seal: encryptBy(SAMLEncrypter{CBC: true, Flip: true}),
			want: reasons("saml.decrypt", "saml.xml_encoding", "saml.xml_character", "saml.xml_syntax", "saml.xml_name", "saml.xml_entity", "saml.signature_value", "saml.signature_digest_mismatch", "saml.signature", "saml.xml_namespace", "saml.xml_doctype", "saml.signature_digest")},
		{name: "GCM bit flip", modes: onlyEncrypted(), want: reasons("saml.decrypt"), seal: encryptBy(SAMLEncrypter{Flip: true})},
		{name: "GCM without room for a nonce", modes: onlyEncrypted(), want: reasons("saml.decrypt"), seal: encryptBy(SAMLEncrypter{Cut: 11})},
		{name: "CBC cut inside a block", modes: onlyEncrypted(), setup: allowCBC, want: reasons("saml.decrypt"), seal: encryptBy(SAMLEncrypter{CBC: true, Cut: 100})},
		{name: "CBC of the IV alone", modes: onlyEncrypted(), setup: allowCBC, want: reasons("saml.decrypt"), seal: encryptBy(SAMLEncrypter{CBC: true, Cut: 16})},
		{name: "unknown cipher", modes: inside, want: reasons("saml.encrypted_cipher"), seal: sealed(func(_ testing.TB, r *etree.Element) {
			r.FindElement("//EncryptedData/EncryptionMethod").CreateAttr("Algorithm", xmlEncryption+"tripledes-cbc")
		})},
		{name: "unknown mask generation", modes: onlyEncrypted(), want: reasons("saml.encrypted_transport"), seal: encryptBy(SAMLEncrypter{Transport: xmlEncrypt11 + "rsa-oaep", MGF: "mgf1md5"})},
		{name: "for someone else", modes: onlyEncrypted(), want: reasons("saml.decrypt"), seal: func(w *SAMLWorld, _ SAMLMode) Sealing {
			return Sealing{Encrypt: SAMLEncrypter{To: w.Forger}}
		}},
		{name: "several keys", modes: onlyEncrypted(), want: reasons("saml.encrypted_keys"), seal: encryptBy(SAMLEncrypter{Keys: 2})},
		{name: "no key", modes: inside, want: reasons("saml.encrypted_keys"), seal: sealed(func(_ testing.TB, r *etree.Element) {
			k := r.FindElement("//EncryptedKey")
			k.Parent().RemoveChild(k)
		})},
		{name: "cipher text elsewhere", modes: inside, want: reasons("saml.encrypted_shape"), seal: sealed(func(t testing.TB, r *etree.Element) {
			d := r.FindElement("//EncryptedData/CipherData")
			d.RemoveChild(d.SelectElement("CipherValue"))
			d.AddChild(element(t, `<xenc:CipherReference xmlns:xenc="`+xmlEncryption+`" URI="http://169.254.169.254/"/>`))
		})},
		{name: "content instead of an element", modes: inside, want: reasons("saml.encrypted_shape"), seal: sealed(func(_ testing.TB, r *etree.Element) {
			r.FindElement("//EncryptedData").CreateAttr("Type", xmlEncryption+"Content")
		})},
		{name: "beside a plain assertion", modes: inside, want: reasons("saml.assertion_count"), seal: func(w *SAMLWorld, _ SAMLMode) Sealing {
			return Sealing{Sealed: func(t testing.TB, r *etree.Element) {
				r.AddChild(element(t, w.Response(w.Attempt()).Assertions[0].XML()))
			}}
		}},
		{name: "two encrypted assertions", modes: inside, want: reasons("saml.assertion_count"), seal: sealed(func(_ testing.TB, r *etree.Element) {
			r.AddChild(r.SelectElement("EncryptedAssertion").Copy())
		})},
		{name: "not signed inside", modes: inside, want: reasons("saml.signature_missing"), seal: wrap(func(_ testing.TB, x wrapped) { strip(x.response) })},
		{name: "an encrypted assertion inside", modes: inside, want: reasons("saml.encrypted_content"), seal: func(w *SAMLWorld, _ SAMLMode) Sealing {
			return Sealing{Bytes: func(b []byte) []byte {
				return []byte(SAMLEncrypter{To: w.SP}.Encrypt(noT{}, "EncryptedAssertion", b))
			}}
		}},
		{name: "ID shared with the outside", modes: inside, want: reasons("saml.id_duplicate"), knobs: func(_ *SAMLWorld, r *SAMLResponse) { r.Assertions[0].ID = r.ID }},
		{name: "NameID encrypted for someone else", want: reasons("saml.decrypt"), knobs: func(w *SAMLWorld, r *SAMLResponse) {
			r.Assertions[0].NameXML = SAMLEncrypter{To: w.Forger}.Encrypt(noT{}, "EncryptedID", []byte(`<saml:NameID xmlns:saml="`+samlAssertion+`">x</saml:NameID>`))
		}},
		{name: "something else encrypted as the NameID", want: reasons("saml.encrypted_content"), knobs: func(w *SAMLWorld, r *SAMLResponse) {
			r.Assertions[0].NameXML = SAMLEncrypter{To: w.SP}.Encrypt(noT{}, "EncryptedID", []byte(`<saml:Issuer xmlns:saml="`+samlAssertion+`">x</saml:Issuer>`))
		}},
	}
}
