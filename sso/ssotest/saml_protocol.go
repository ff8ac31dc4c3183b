package ssotest

import (
	"net/url"
	"strings"
	"testing"

	"cloudpocket/sso"
	"cloudpocket/store"
)

func set(do func(r *SAMLResponse)) func(*SAMLWorld, *SAMLResponse) {
	return func(_ *SAMLWorld, r *SAMLResponse) { do(r) }
}

// first changes the first confirmation.
func first(do func(c *SAMLConfirmation)) func(*SAMLWorld, *SAMLResponse) {
	return func(_ *SAMLWorld, r *SAMLResponse) { do(&r.Assertions[0].Confirmations[0]) }
}

// address returns vectors for an address of ours written in ways that are not quite it.
func address(what string, wrong, missing sso.Reason, put func(r *SAMLResponse, v string)) []samlVector {
	var out []samlVector
	for _, row := range []struct{ name, old, new string }{
		{"of another service", "https://pocket.example", "https://other.example"},
		{"in upper case", "pocket", "Pocket"},
		{"with a slash", "/acs", "/acs/"},
		{"with a port", "pocket.example", "pocket.example:443"},
		{"with a query", "/acs", "/acs?x=y"},
		{"with a fragment", "/acs", "/acs#x"},
		{"by http", "https", "http"},
		{"of another trust", "/parent/", "/other/"},
		{"with a space", "https", " https"},
		{"escaped", "/acs", "/%61cs"},
	} {
		out = append(out, samlVector{name: what + " " + row.name, want: reasons(wrong), knobs: func(w *SAMLWorld, r *SAMLResponse) {
			put(r, strings.Replace(w.URL("acs"), row.old, row.new, 1))
		}})
	}
	return append(out, samlVector{name: what + " missing", want: reasons(missing), knobs: func(_ *SAMLWorld, r *SAMLResponse) { put(r, "") }})
}

func protocolVectors() []samlVector {
	vs := append(address("Destination", "saml.destination", "saml.destination_missing", func(r *SAMLResponse, v string) { r.Destination = v }),
		address("Recipient", "saml.recipient", "saml.recipient_missing", func(r *SAMLResponse, v string) { r.Assertions[0].Confirmations[0].Recipient = v })...)
	return append(append(append(vs, issuerVectors()...), requestVectors()...), transportVectors()...)
}

func issuerVectors() []samlVector {
	issuer := func(s string) func(*SAMLWorld, *SAMLResponse) {
		return set(func(r *SAMLResponse) { r.Assertions[0].IssuerXML = s })
	}
	audience := func(rs ...[]string) func(*SAMLWorld, *SAMLResponse) {
		return set(func(r *SAMLResponse) { r.Assertions[0].Audiences = rs })
	}
	const own = "https://pocket.example/sso/saml/parent/metadata"
	return []samlVector{
		{name: "Issuer of another", want: reasons("saml.issuer"), knobs: issuer(`<saml:Issuer>https://other.example</saml:Issuer>`)},
		{name: "Issuer missing", want: reasons("saml.issuer"), knobs: issuer("")},
		{name: "Issuer twice", want: reasons("saml.issuer"), knobs: issuer(`<saml:Issuer>https://idp.example/saml</saml:Issuer><saml:Issuer>https://idp.example/saml</saml:Issuer>`)},
		{name: "Issuer with white space", want: reasons("saml.issuer"), knobs: issuer(`<saml:Issuer> https://idp.example/saml </saml:Issuer>`)},
		{name: "Issuer that is no entity", want: reasons("saml.issuer"), knobs: issuer(`<saml:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">https://idp.example/saml</saml:Issuer>`)},
		{name: "Issuer of the response of another", want: reasons("saml.response_issuer"), knobs: set(func(r *SAMLResponse) { r.Issuer = "https://other.example" })},
		{name: "Issuer of a signed response missing", want: reasons("saml.response_issuer"), modes: []SAMLMode{SignedResponse, SignedBoth}, knobs: set(func(r *SAMLResponse) { r.Issuer = "" })},
		{name: "Audience of another", want: reasons("saml.audience"), knobs: audience([]string{"https://other.example"})},
		{name: "Audience of another trust", want: reasons("saml.audience"), knobs: audience([]string{strings.Replace(own, "parent", "other", 1)})},
		{name: "Audience with a slash", want: reasons("saml.audience"), knobs: audience([]string{own + "/"})},
		{name: "Audience in upper case", want: reasons("saml.audience"), knobs: audience([]string{strings.ToUpper(own)})},
		{name: "Audience that begins like ours", want: reasons("saml.audience"), knobs: audience([]string{own + ".evil"})},
		{name: "second restriction of another", want: reasons("saml.audience"), knobs: audience([]string{own}, []string{"https://other.example"})},
		{name: "Audience empty", want: reasons("saml.audience"), knobs: audience([]string{""})},
		{name: "Audience with a child", want: reasons("saml.text_children"), knobs: audience([]string{own + "<x/>"})},
		{name: "restriction missing", want: reasons("saml.audience_missing"), knobs: audience()},
		{name: "Conditions missing", want: reasons("saml.conditions"), knobs: set(func(r *SAMLResponse) { r.Assertions[0].NoConditions = true })},
		{name: "condition that nobody knows", want: reasons("saml.condition_unknown"), knobs: set(func(r *SAMLResponse) { r.Assertions[0].ConditionsXML = `<x:OnlyOnSundays xmlns:x="urn:x"/>` })},
		{name: "status of failure", want: reasons("saml.status"), knobs: set(func(r *SAMLResponse) {
			r.StatusXML = status("urn:oasis:names:tc:SAML:2.0:status:Responder", "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed")
		})},
		{name: "success inside failure", want: reasons("saml.status"), knobs: set(func(r *SAMLResponse) {
			r.StatusXML = status("urn:oasis:names:tc:SAML:2.0:status:Responder", success)
		})},
		{name: "Status missing", want: reasons("saml.response_shape"), knobs: set(func(r *SAMLResponse) { r.StatusXML = "" })},
		{name: "Status twice", want: reasons("saml.response_shape"), knobs: set(func(r *SAMLResponse) { r.StatusXML += r.StatusXML })},
		{name: "StatusCode missing", want: reasons("saml.status"), knobs: set(func(r *SAMLResponse) { r.StatusXML = `<samlp:Status/>` })},
		{name: "version 1.1 of the response", want: reasons("saml.version"), knobs: set(func(r *SAMLResponse) { r.Version = "1.1" })},
		{name: "version 1.1 of the assertion", want: reasons("saml.version"), knobs: set(func(r *SAMLResponse) { r.Assertions[0].Version = "1.1" })},
		{name: "two assertions, both signed", want: reasons("saml.assertion_count"), knobs: set(func(r *SAMLResponse) {
			second := r.Assertions[0]
			second.ID = "_assertion-2"
			r.Assertions = append(r.Assertions, second)
		})},
		{name: "success without an assertion", want: reasons("saml.assertion_missing"), modes: []SAMLMode{SignedResponse, EncryptedEnvelope}, knobs: set(func(r *SAMLResponse) { r.Assertions = nil })},
	}
}

func requestVectors() []samlVector {
	const missing, wrong = "saml.in_response_to_missing", "saml.in_response_to"
	return []samlVector{
		{name: "InResponseTo wrong", want: reasons(wrong), knobs: set(func(r *SAMLResponse) { r.InResponseTo = "_other" })},
		{name: "InResponseTo missing", want: reasons(missing), knobs: set(func(r *SAMLResponse) { r.InResponseTo = "" })},
		{name: "InResponseTo of the confirmation wrong", want: reasons(wrong), knobs: first(func(c *SAMLConfirmation) { c.InResponseTo = "_other" })},
		{name: "InResponseTo of the confirmation missing", want: reasons(missing), knobs: first(func(c *SAMLConfirmation) { c.InResponseTo = "" })},
		{name: "another browser's request", want: reasons(wrong), attempt: func(a *sso.Attempt) { a.RequestID = "_request-2" }},
		{name: "another tenant's request", want: reasons("saml.attempt_trust"), attempt: func(a *sso.Attempt) { a.TrustID = "other" }},
		{name: "attempt without a request", want: reasons(missing), attempt: func(a *sso.Attempt) { a.RequestID = "" }, knobs: set(func(r *SAMLResponse) { r.InResponseTo = "" })},
		{name: "unsolicited where that is not allowed", idp: true, want: reasons("saml.unsolicited")},
		{name: "answer where nothing is pending", idp: true, want: reasons("saml.in_response_to_unknown"), knobs: set(func(r *SAMLResponse) { r.InResponseTo = "_request-1" })},
		{name: "answer posing as unsolicited", idp: true, want: reasons("saml.in_response_to_unknown"), setup: unsolicited, knobs: set(func(r *SAMLResponse) { r.InResponseTo = "_request-1" })},
		{name: "assertion of an answer in an unsolicited response", idp: true, want: reasons("saml.in_response_to_unknown"), setup: unsolicited,
			knobs: first(func(c *SAMLConfirmation) { c.InResponseTo = "_request-1" })},
		{name: "confirmation missing", want: reasons("saml.confirmation_missing"), knobs: set(func(r *SAMLResponse) { r.Assertions[0].Confirmations = nil })},
		{name: "holder of key", want: reasons("saml.confirmation_method"), knobs: first(func(c *SAMLConfirmation) { c.Method = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key" })},
		{name: "sender vouches", want: reasons("saml.confirmation_method"), knobs: first(func(c *SAMLConfirmation) { c.Method = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches" })},
		{name: "confirmation without a method", want: reasons("saml.confirmation_method"), knobs: first(func(c *SAMLConfirmation) { c.Method = "" })},
		{name: "confirmation without data", want: reasons("saml.confirmation_data"), knobs: first(func(c *SAMLConfirmation) { c.NoData = true })},
		{name: "confirmation for another name", want: reasons("saml.confirmation_shape"), knobs: first(func(c *SAMLConfirmation) { c.NameXML = NameXML("hanako@example.jp") })},
		{name: "AuthnStatement missing", want: reasons("saml.authn_statement"), knobs: set(func(r *SAMLResponse) { r.Assertions[0].NoAuthn = true })},
		{name: "AuthnStatement twice", want: reasons("saml.authn_statement"), knobs: set(func(r *SAMLResponse) {
			r.Assertions[0].StatementXML = `<saml:AuthnStatement AuthnInstant="` + r.IssueInstant + `"><saml:AuthnContext/></saml:AuthnStatement>`
		})},
		{name: "AuthnContext missing", want: reasons("saml.authn_context"), knobs: set(func(r *SAMLResponse) { r.Assertions[0].ContextXML = "" })},
		{name: "context class with a child", want: reasons("saml.text_children"), knobs: set(func(r *SAMLResponse) {
			r.Assertions[0].ContextXML = strings.Replace(r.Assertions[0].ContextXML, "</saml:AuthnContextClassRef>", "<x/></saml:AuthnContextClassRef>", 1)
		})},
		{name: "two context classes", want: reasons("saml.authn_context"), knobs: set(func(r *SAMLResponse) {
			r.Assertions[0].ContextXML = `<saml:AuthnContext><saml:AuthnContextClassRef>a</saml:AuthnContextClassRef><saml:AuthnContextClassRef>b</saml:AuthnContextClassRef></saml:AuthnContext>`
		})},
		{name: "statement that nobody knows", want: reasons("saml.assertion_shape"), knobs: set(func(r *SAMLResponse) { r.Assertions[0].StatementXML = `<x:Statement xmlns:x="urn:x"/>` })},
		{name: "encrypted attribute", want: reasons("saml.attribute_shape"), knobs: set(func(r *SAMLResponse) { r.Assertions[0].AttributesXML = `<saml:EncryptedAttribute/>` })},
		{name: "attribute without a name", want: reasons("saml.attribute_shape"), knobs: set(func(r *SAMLResponse) { r.Assertions[0].AttributesXML = `<saml:Attribute/>` })},
		{name: "mapped subject missing", want: reasons("saml.subject_attribute"), setup: func(_ *SAMLWorld, s *SAMLSetup) { s.Trust.Mapping.Subject = store.Claim("employee") }},
		{name: "mapped subject twice", want: reasons("saml.subject_attribute"), setup: func(_ *SAMLWorld, s *SAMLSetup) { s.Trust.Mapping.Subject = store.Claim("offices") }},
		{name: "mapped subject with a child", want: reasons("saml.subject_attribute"), setup: func(_ *SAMLWorld, s *SAMLSetup) { s.Trust.Mapping.Subject = store.Claim("employee") },
			knobs: set(func(r *SAMLResponse) { r.Assertions[0].AttributesXML = SAMLAttribute("employee", "a<x/>b") })},
		{name: "two entities share the entity ID, the other's key", want: reasons("saml.signature"), seal: func(w *SAMLWorld, _ SAMLMode) Sealing {
			return Sealing{Signer: SAMLSigner{Key: w.Next}}
		}},
		{name: "one tenant's key with another tenant's Issuer", want: reasons("saml.issuer", "saml.response_issuer"), setup: func(w *SAMLWorld, s *SAMLSetup) {
			s.Trust.SAML.EntityID = "https://tenant-a.example"
			s.Trust.SAML.Metadata = w.Metadata("https://tenant-a.example", w.IdP)
		}},
	}
}

func unsolicited(_ *SAMLWorld, s *SAMLSetup) { s.Trust.SAML.IdPInitiated = true }

func transportVectors() []samlVector {
	field := func(do func(url.Values)) func(*sso.Message) {
		return func(m *sso.Message) { do(m.Form) }
	}
	vs := []samlVector{
		{name: "by GET", want: reasons("saml.binding"), message: func(m *sso.Message) { m.Post, m.Query, m.Form = false, m.Form, nil }},
		{name: "at another endpoint", want: reasons("saml.endpoint"), message: func(m *sso.Message) { m.Endpoint = strings.Replace(m.Endpoint, "/acs", "/slo", 1) }},
		{name: "at another trust's endpoint", want: reasons("saml.endpoint"), message: func(m *sso.Message) { m.Endpoint = strings.Replace(m.Endpoint, "parent", "other", 1) }},
		{name: "two SAMLResponse fields", want: reasons("saml.parameter"), message: field(func(f url.Values) { f.Add("SAMLResponse", f.Get("SAMLResponse")) })},
		{name: "no SAMLResponse field", want: reasons("saml.parameter"), message: field(func(f url.Values) { f.Del("SAMLResponse") })},
		{name: "a SAMLRequest beside it", want: reasons("saml.parameter"), message: field(func(f url.Values) { f.Set("SAMLRequest", "x") })},
		{name: "two RelayState fields", want: reasons("saml.parameter"), message: field(func(f url.Values) { f.Add("RelayState", "x") })},
		{name: "not base64", want: reasons("saml.base64"), message: field(func(f url.Values) { f.Set("SAMLResponse", "<xml>") })},
		{name: "base64 of the URL alphabet", want: reasons("saml.base64"), message: field(func(f url.Values) { f.Set("SAMLResponse", "_-__") })},
		{name: "base64 without padding", want: reasons("saml.base64"), message: field(func(f url.Values) { f.Set("SAMLResponse", "PHgvPg") })},
		{name: "base64 with spare bits", want: reasons("saml.base64"), message: field(func(f url.Values) { f.Set("SAMLResponse", "PHgvPh==") })},
		{name: "base64 with spaces", want: reasons("saml.base64"), message: field(func(f url.Values) { f.Set("SAMLResponse", " "+f.Get("SAMLResponse")) })},
	}
	for _, relay := range []struct{ name, value string }{
		{"to another host", "//evil.example"}, {"with a backslash", `\evil.example`}, {"with a slash and a backslash", `/\evil.example`},
		{"that is script", "javascript:alert(1)"}, {"with CRLF", "/x\r\nSet-Cookie: a=b"}, {"that is a URL", "https://evil.example/"},
		{"that begins like ours", "https://pocket.example.evil.example/"}, {"without a path", "x"},
	} {
		vs = append(vs,
			samlVector{name: "RelayState " + relay.name, want: reasons("saml.relay_state"), message: field(func(f url.Values) { f.Set("RelayState", relay.value) })},
			samlVector{name: "unsolicited, RelayState " + relay.name, idp: true, setup: unsolicited, want: reasons("saml.relay_state"),
				message: field(func(f url.Values) { f.Set("RelayState", relay.value) })})
	}
	return append(vs,
		samlVector{name: "RelayState over 80 bytes", want: reasons("saml.relay_state_size"), message: field(func(f url.Values) { f.Set("RelayState", "/"+strings.Repeat("x", 80)) })},
		samlVector{name: "RelayState missing", want: reasons("saml.relay_state"), message: field(func(f url.Values) { f.Del("RelayState") })})
}

func nameVectors() []samlVector {
	name := func(xml string) func(*SAMLWorld, *SAMLResponse) {
		return set(func(r *SAMLResponse) { r.Assertions[0].NameXML = xml })
	}
	someoneElse := func(want string) func(*testing.T, sso.Identity) {
		return func(t *testing.T, id sso.Identity) {
			if id.Subject != want || id.Subject == "taro@example.jp" {
				t.Errorf("subject %+q, want %+q, byte for byte", id.Subject, want)
			}
		}
	}
	return []samlVector{
		{name: "missing", want: reasons("saml.name_id_count"), knobs: name("")},
		{name: "twice", want: reasons("saml.name_id_count"), knobs: name(NameXML("taro@example.jp") + NameXML("president@example.jp"))},
		{name: "Subject missing", want: reasons("saml.subject"), knobs: set(func(r *SAMLResponse) { r.Assertions[0].NoSubject = true })},
		{name: "BaseID", want: reasons("saml.name_id_count"), knobs: name(`<saml:BaseID/>`)},
		{name: "empty", want: reasons("saml.name_id_empty"), knobs: name(NameXML(""))},
		{name: "with a child element", want: reasons("saml.text_children"), knobs: name(NameXML("taro@example.jp<x/>.evil.example"))},
		{name: "white space before", want: reasons("saml.name_id_space"), knobs: name(NameXML(" taro@example.jp"))},
		{name: "line end after", want: reasons("saml.name_id_space"), knobs: name(NameXML("taro@example.jp\n"))},
		{name: "no-break space after", want: reasons("saml.name_id_space"), knobs: name(NameXML("taro@example.jp\u00A0"))},
		{name: "no-break space inside", want: reasons("saml.name_id_characters"), knobs: name(NameXML("taro\u00A0yamada"))},
		{name: "zero width space", want: reasons("saml.name_id_characters"), knobs: name(NameXML("taro\u200B@example.jp"))},
		{name: "byte order mark", want: reasons("saml.name_id_characters"), knobs: name(NameXML("taro\uFEFF@example.jp"))},
		{name: "right-to-left override", want: reasons("saml.name_id_characters"), knobs: name(NameXML("taro\u202E@example.jp"))},
		{name: "line end inside", want: reasons("saml.name_id_characters"), knobs: name(NameXML("taro&#10;yamada"))},
		{name: "decomposed", want: reasons("saml.name_id_normal"), knobs: name(NameXML("か\u3099"))},
		{name: "longer than 256 characters", want: reasons("saml.name_id_length"), knobs: name(NameXML(strings.Repeat("x", 257)))},
		{name: "in another case is someone else", knobs: name(NameXML("Taro@example.jp")), check: someoneElse("Taro@example.jp")},
		{name: "in full width is someone else", knobs: name(NameXML("ｔaro@example.jp")), check: someoneElse("ｔaro@example.jp")},
		{name: "with a Cyrillic letter is someone else", knobs: name(NameXML("t\u0430ro@example.jp")), check: someoneElse("t\u0430ro@example.jp")},
	}
}
