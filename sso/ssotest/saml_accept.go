package ssotest

import (
	"crypto"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"cloudpocket/sso"
	"cloudpocket/store"
)

func everyMode() []SAMLMode { return append(SAMLModes(), EncryptedEnvelope) }

// acceptedVectors are valid messages. Refusing one of them keeps people out.
func acceptedVectors() []samlVector {
	return append(append(acceptedSignatures(), acceptedCiphers()...), acceptedContent()...)
}

func acceptedSignatures() []samlVector {
	two := func(w *SAMLWorld, s *SAMLSetup) { s.Trust.SAML.Metadata = w.Metadata(w.EntityID, w.Next, w.IdP) }
	return []samlVector{
		{name: "plain valid message", modes: everyMode(), check: wantTaro},
		{name: "two certificates with KeyInfo", modes: everyMode(), setup: two},
		{name: "two certificates without KeyInfo", modes: everyMode(), setup: two, seal: signBy(SAMLSigner{NoKeyInfo: true})},
		{name: "signed by the second of two certificates", modes: everyMode(), setup: two, seal: func(w *SAMLWorld, _ SAMLMode) Sealing {
			return Sealing{Signer: SAMLSigner{Key: w.Next}}
		}},
		{name: "an expired certificate beside a good one of the same key", setup: func(w *SAMLWorld, s *SAMLSetup) {
			s.Trust.SAML.Metadata = w.Metadata(w.EntityID, w.Old, w.IdP)
		}},
		{name: "SHA-512", seal: signBy(SAMLSigner{Hash: crypto.SHA512, Method: moreAlgorithm + "rsa-sha512", Digest: xmlEncryption + "sha512"})},
		{name: "SHA-384", seal: signBy(SAMLSigner{Hash: crypto.SHA384, Method: moreAlgorithm + "rsa-sha384", Digest: moreAlgorithm + "sha384"})},
		{name: "RSA-PSS with SHA-256", seal: signBy(SAMLSigner{PSS: true, Method: rsaPSS + "sha256-rsa-MGF1"})},
		{name: "RSA-PSS with SHA-384", seal: signBy(SAMLSigner{PSS: true, Hash: crypto.SHA384, Method: rsaPSS + "sha384-rsa-MGF1", Digest: moreAlgorithm + "sha384"})},
		{name: "RSA-PSS with SHA-512", seal: signBy(SAMLSigner{PSS: true, Hash: crypto.SHA512, Method: rsaPSS + "sha512-rsa-MGF1", Digest: xmlEncryption + "sha512"})},
		{name: "ECDSA with SHA-384", setup: trustEC, seal: signByEC(SAMLSigner{Hash: crypto.SHA384, Method: moreAlgorithm + "ecdsa-sha384", Digest: moreAlgorithm + "sha384"})},
		{name: "ECDSA with SHA-512", setup: trustEC, seal: signByEC(SAMLSigner{Hash: crypto.SHA512, Method: moreAlgorithm + "ecdsa-sha512", Digest: xmlEncryption + "sha512"})},
		{name: "ECDSA in DER", setup: trustEC, seal: signByEC(SAMLSigner{DER: true})},
		{name: "ECDSA", modes: everyMode(), setup: trustEC, seal: signByEC(SAMLSigner{})},
		{name: "inclusive prefixes", modes: everyMode(), seal: signBy(SAMLSigner{Prefixes: "xs xsi"})},
		{name: "canonicalisation with comments named", seal: signBy(SAMLSigner{Canonical: exclusiveC14N + "WithComments", Transforms: []string{enveloped, exclusiveC14N + "WithComments"}})},
		{name: "base64 in lines", modes: []SAMLMode{SignedResponse, SignedAssertion, EncryptedAssertion}, seal: wrap(func(_ testing.TB, x wrapped) {
			v := x.signature.SelectElement("SignatureValue")
			v.SetText("\n" + v.Text()[:76] + "\r\n" + v.Text()[76:] + "\n")
		})},
		{name: "message in lines of base64", message: func(m *sso.Message) {
			v := m.Form.Get("SAMLResponse")
			m.Form.Set("SAMLResponse", v[:76]+"\r\n"+v[76:])
		}},
		{name: "declaration and byte order mark", seal: prepend("\ufeff" + `<?xml version="1.0" encoding="utf-8" standalone="yes"?>` + "\n")},
		{name: "trailing line end", seal: edit(func(b []byte) []byte { return append(b, "\r\n"...) })},
	}
}

const rsaPSS = "http://www.w3.org/2007/05/xmldsig-more#"

func trustEC(w *SAMLWorld, s *SAMLSetup) { s.Trust.SAML.Metadata = w.Metadata(w.EntityID, w.EC) }

func signByEC(s SAMLSigner) func(*SAMLWorld, SAMLMode) Sealing {
	return func(w *SAMLWorld, _ SAMLMode) Sealing {
		s.Key = w.EC
		return Sealing{Signer: s}
	}
}

func acceptedCiphers() []samlVector {
	vs := []samlVector{
		{name: "OAEP with SHA-256", modes: onlyEncrypted(), seal: encryptBy(SAMLEncrypter{Digest: crypto.SHA256})},
		{name: "OAEP with SHA-256 and its mask generation", modes: onlyEncrypted(), seal: encryptBy(SAMLEncrypter{Digest: crypto.SHA256, MGF: "mgf1sha256", Transport: xmlEncrypt11 + "rsa-oaep"})},
		{name: "OAEP with a label", modes: onlyEncrypted(), seal: encryptBy(SAMLEncrypter{Label: []byte("label")})},
		{name: "CBC where the trust allows it", modes: onlyEncrypted(), setup: allowCBC, seal: encryptBy(SAMLEncrypter{CBC: true})},
		{name: "key beside the data", modes: onlyEncrypted(), seal: encryptBy(SAMLEncrypter{Beside: true})},
		{name: "our second key", modes: onlyEncrypted(), seal: func(w *SAMLWorld, _ SAMLMode) Sealing {
			return Sealing{Encrypt: SAMLEncrypter{To: w.OldSP}}
		}},
		{name: "encrypted NameID", knobs: func(w *SAMLWorld, r *SAMLResponse) {
			plain := strings.Replace(NameXML("taro@example.jp"), "<saml:NameID", `<saml:NameID xmlns:saml="`+samlAssertion+`"`, 1)
			r.Assertions[0].NameXML = SAMLEncrypter{To: w.SP}.Encrypt(noT{}, "EncryptedID", []byte(plain))
		}, check: wantTaro},
	}
	for _, bits := range []int{128, 192, 256} {
		vs = append(vs, samlVector{name: fmt.Sprintf("AES-%d-GCM", bits), modes: onlyEncrypted(), seal: encryptBy(SAMLEncrypter{Bits: bits})})
	}
	return vs
}

func acceptedContent() []samlVector {
	const own = "https://pocket.example/sso/saml/parent/metadata"
	groups := make([]string, 1500)
	for i := range groups {
		groups[i] = fmt.Sprintf("CN=office-%04d,OU=Groups,DC=parent,DC=example", i)
	}
	attributes := func(xml string) func(*SAMLWorld, *SAMLResponse) {
		return set(func(r *SAMLResponse) { r.Assertions[0].AttributesXML = xml })
	}
	values := func(name string, want ...string) func(*testing.T, sso.Identity) {
		return func(t *testing.T, id sso.Identity) {
			if got := id.Attributes[name]; strings.Join(got, "|") != strings.Join(want, "|") {
				t.Errorf("attribute %s is %q, want %q", name, got, want)
			}
		}
	}
	return []samlVector{
		{name: "two audiences in one restriction", knobs: set(func(r *SAMLResponse) { r.Assertions[0].Audiences = [][]string{{"https://other.example", own}} })},
		{name: "two restrictions that match", knobs: set(func(r *SAMLResponse) { r.Assertions[0].Audiences = [][]string{{own}, {own, "https://other.example"}} })},
		{name: "one-time use", knobs: set(func(r *SAMLResponse) { r.Assertions[0].ConditionsXML = `<saml:OneTimeUse/>` })},
		{name: "conditions without an end", knobs: set(func(r *SAMLResponse) { r.Assertions[0].NotOnOrAfter = "" })},
		{name: "no session end, no index", knobs: set(func(r *SAMLResponse) { r.Assertions[0].SessionEnds, r.Assertions[0].SessionIndex = "", "" })},
		{name: "1,500 group values", modes: everyMode(), knobs: attributes(SAMLAttribute("groups", groups...)), check: values("groups", groups...)},
		{name: "typed and untyped values", knobs: attributes(SAMLAttribute("typed", "a") + `<saml:Attribute Name="plain"><saml:AttributeValue>b</saml:AttributeValue></saml:Attribute>`), check: values("plain", "b")},
		{name: "Japanese values", knobs: attributes(SAMLAttribute("name", "山田 太郎", "𠮷野家")), check: values("name", "山田 太郎", "𠮷野家")},
		{name: "escaped values", knobs: attributes(SAMLAttribute("x", "a &amp; b &lt;c&gt; &#x3042;&#13;&#10;&quot;")), check: values("x", "a & b <c> あ\r\n\"")},
		{name: "value that is a NameID", knobs: attributes(`<saml:Attribute Name="eptid"><saml:AttributeValue>` + NameXML("abc") + `</saml:AttributeValue></saml:Attribute>`), check: values("eptid", "abc")},
		{name: "friendly name", knobs: attributes(`<saml:Attribute Name="urn:oid:2.5.4.4" FriendlyName="sn"><saml:AttributeValue>Yamada</saml:AttributeValue></saml:Attribute>`), check: values("sn", "Yamada")},
		{name: "friendly name shared by two is nobody's", knobs: attributes(`<saml:Attribute Name="urn:a" FriendlyName="x"><saml:AttributeValue>1</saml:AttributeValue></saml:Attribute>` +
			`<saml:Attribute Name="urn:b" FriendlyName="x"><saml:AttributeValue>2</saml:AttributeValue></saml:Attribute>`), check: values("x")},
		{name: "friendly name never hides a name", knobs: attributes(`<saml:Attribute Name="role" FriendlyName="r"><saml:AttributeValue>viewer</saml:AttributeValue></saml:Attribute>` +
			`<saml:Attribute Name="other" FriendlyName="role"><saml:AttributeValue>admin</saml:AttributeValue></saml:Attribute>`), check: values("role", "viewer")},
		{name: "no attributes", knobs: attributes("")},
		{name: "mapped subject", setup: func(_ *SAMLWorld, s *SAMLSetup) { s.Trust.Mapping.Subject = store.Claim("employee") }, knobs: attributes(SAMLAttribute("employee", "1001")),
			check: func(t *testing.T, id sso.Identity) {
				if id.Subject != "1001" || id.NameSubject != "taro@example.jp" {
					t.Errorf("subject %q, name %q", id.Subject, id.NameSubject)
				}
			}},
		{name: "second confirmation holds", knobs: set(func(r *SAMLResponse) {
			a := &r.Assertions[0]
			a.Confirmations = append([]SAMLConfirmation{{Method: "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"}}, a.Confirmations...)
		})},
		{name: "response without an issuer, not signed", modes: []SAMLMode{SignedAssertion, EncryptedAssertion}, knobs: set(func(r *SAMLResponse) { r.Issuer = "" })},
		{name: "extensions", knobs: set(func(r *SAMLResponse) {
			r.ExtensionsXML = `<samlp:Extensions><x:y xmlns:x="urn:x" a="b">c</x:y></samlp:Extensions>`
		})},
		{name: "white space between elements", modes: []SAMLMode{SignedAssertion}, seal: func(*SAMLWorld, SAMLMode) Sealing {
			return Sealing{Signed: func(_ testing.TB, r *etree.Element) { r.InsertChildAt(1, etree.NewText("\n  ")) }}
		}},
		{name: "instants with offsets and without fractions", knobs: set(func(r *SAMLResponse) {
			r.IssueInstant, r.Assertions[0].IssueInstant = "2026-03-02T18:00:00+09:00", "2026-03-02T09:00:00Z"
		})},
		{name: "name of 256 characters", knobs: set(func(r *SAMLResponse) { r.Assertions[0].NameXML = NameXML(strings.Repeat("x", 256)) })},
		{name: "name in Japanese", knobs: set(func(r *SAMLResponse) { r.Assertions[0].NameXML = NameXML("社員１２３ 山田　太郎") })},
		{name: "IdP-initiated", idp: true, modes: everyMode(), setup: unsolicited},
		{name: "IdP-initiated with a place here", idp: true, setup: unsolicited, message: func(m *sso.Message) {
			m.Form = url.Values{"SAMLResponse": m.Form["SAMLResponse"], "RelayState": {"/inbox?kind=a"}}
		}},
		{name: "IdP-initiated with a URL of ours", idp: true, setup: unsolicited, message: func(m *sso.Message) { m.Form.Set("RelayState", "https://pocket.example/inbox") }},
	}
}

func wantTaro(t *testing.T, id sso.Identity) {
	if id.Subject != "taro@example.jp" || id.NameSubject != id.Subject || !strings.Contains(id.NameID, ">taro@example.jp</saml:NameID>") ||
		id.Index != "_session-1" || id.Context.Class != MFAContext || id.SessionEnds.IsZero() || len(id.Attributes["offices"]) != 2 {
		t.Errorf("the identity is not what the IdP said: %+v", id)
	}
}
