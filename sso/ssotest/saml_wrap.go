package ssotest

import (
	"testing"

	"github.com/beevik/etree"

	"cloudpocket/sso"
)

// wrapped is a signed response that a forger is about to rearrange.
type wrapped struct {
	response  *etree.Element
	assertion *etree.Element
	signed    *etree.Element // the assertion if it is signed itself, else the response
	signature *etree.Element
}

// wrap returns a vector's seal that rearranges the signed document by do.
func wrap(do func(t testing.TB, x wrapped)) func(*SAMLWorld, SAMLMode) Sealing {
	return func(*SAMLWorld, SAMLMode) Sealing {
		return Sealing{Signed: func(t testing.TB, response *etree.Element) {
			x := wrapped{response: response, assertion: response.SelectElement("Assertion")}
			if x.signed = x.assertion; x.assertion.SelectElement("Signature") == nil {
				x.signed = response
			}
			x.signature = x.signed.SelectElement("Signature")
			do(t, x)
		}}
	}
}

// evil names the forger's victim in el and gives it a new ID, unless id is "".
func evil(el *etree.Element, id string) *etree.Element {
	el.FindElement(".//NameID").SetText("president@example.jp")
	if id != "" {
		el.CreateAttr("ID", id)
	}
	return el
}

// unsigned returns a copy of el without the Signature directly in it.
func unsigned(el *etree.Element) *etree.Element {
	c := el.Copy()
	if s := c.SelectElement("Signature"); s != nil {
		c.RemoveChild(s)
	}
	return c
}

func before(mark, el *etree.Element) { mark.Parent().InsertChildAt(mark.Index(), el) }

func extensions(children ...*etree.Element) *etree.Element {
	el := etree.NewElement("samlp:Extensions")
	for _, c := range children {
		el.AddChild(c)
	}
	return el
}

func object(child *etree.Element) *etree.Element {
	el := etree.NewElement("ds:Object")
	el.AddChild(child)
	return el
}

// place holds the reasons for something that stands where it must not.
func place() []sso.Reason {
	return reasons("saml.assertion_place", "saml.assertion_count", "saml.response_count", "saml.signature_place",
		"saml.signature_object", "saml.id_duplicate", "saml.encrypted_content")
}

// wrappingVectors are signature wrappings: XSW 1 to 8 (Somorovsky et al., "On Breaking SAML", 2012) and those found
// since. What was signed stays in the document, and something else stands where it is looked for.
func wrappingVectors() []samlVector {
	return []samlVector{
		{name: "XSW1 edited, original inside its Signature", want: place(), seal: wrap(func(_ testing.TB, x wrapped) {
			c := unsigned(x.signed)
			evil(x.signed, "_evil")
			x.signature.AddChild(c)
		})},
		{name: "XSW2 edited, original before its Signature", want: place(), seal: wrap(func(_ testing.TB, x wrapped) {
			c := unsigned(x.signed)
			evil(x.signed, "_evil")
			before(x.signature, c)
		})},
		{name: "XSW3 evil assertion before the good one", want: place(), seal: wrap(func(_ testing.TB, x wrapped) {
			before(x.assertion, evil(unsigned(x.assertion), "_evil"))
		})},
		{name: "XSW4 good assertion inside the evil one", want: place(), seal: wrap(func(_ testing.TB, x wrapped) {
			bad := evil(unsigned(x.assertion), "_evil")
			before(x.assertion, bad)
			bad.AddChild(x.assertion)
		})},
		{name: "XSW5 edited with its Signature, original appended", want: place(), seal: wrap(func(_ testing.TB, x wrapped) {
			c := unsigned(x.signed)
			evil(x.signed, "_evil")
			x.response.AddChild(c)
		})},
		{name: "XSW6 edited, original in the Signature's end", want: place(), seal: wrap(func(_ testing.TB, x wrapped) {
			c := unsigned(x.signed)
			evil(x.signed, "_evil")
			x.signature.InsertChildAt(0, c)
		})},
		{name: "XSW7 same ID in Extensions", want: place(), seal: wrap(func(_ testing.TB, x wrapped) {
			before(x.assertion, extensions(evil(unsigned(x.assertion), "")))
		})},
		{name: "XSW8 same ID, original in an Object", want: place(), seal: wrap(func(_ testing.TB, x wrapped) {
			c := unsigned(x.signed)
			evil(x.signed, "")
			x.signature.AddChild(object(c))
		})},
		{name: "unsigned clone appended last (CVE-2022-41912)", want: place(), seal: wrap(func(_ testing.TB, x wrapped) {
			x.response.AddChild(evil(unsigned(x.assertion), "_evil"))
		})},
		{name: "forged child with copied Signature, good one in Extensions", want: place(), seal: wrap(func(_ testing.TB, x wrapped) {
			bad := evil(x.assertion.Copy(), "")
			before(x.assertion, bad)
			before(bad, extensions(x.assertion))
		})},
		{name: "unsigned assertion beside the signed one (CVE-2025-47949)", want: place(), seal: wrap(func(_ testing.TB, x wrapped) {
			before(x.response.SelectElement("Status"), evil(unsigned(x.assertion), "_evil"))
		})},
		{name: "signed error response with an assertion in an Object", want: place(), modes: []SAMLMode{SignedResponse},
			knobs: func(_ *SAMLWorld, r *SAMLResponse) {
				r.StatusXML = status("urn:oasis:names:tc:SAML:2.0:status:Responder")
			},
			seal: wrap(func(t testing.TB, x wrapped) {
				second := x.signature.Copy()
				second.AddChild(object(evil(x.assertion.Copy(), "_evil")))
				x.response.RemoveChild(x.assertion)
				x.response.AddChild(second)
			})},
		{name: "digest smuggled in StatusDetail (CVE-2024-45409)", want: reasons("saml.signature_digest_mismatch", "saml.signature_place"),
			seal: wrap(func(t testing.TB, x wrapped) {
				evil(x.assertion, "")
				detail := etree.NewElement("samlp:StatusDetail")
				detail.AddChild(element(t, `<ds:DigestValue xmlns:ds="`+xmlSignature+`">AAAA</ds:DigestValue>`))
				x.response.SelectElement("Status").AddChild(detail)
			})},
		{name: "two SignedInfo (CVE-2019-3465)", want: reasons("saml.signature_shape"), seal: wrap(func(_ testing.TB, x wrapped) {
			info := x.signature.SelectElement("SignedInfo").Copy()
			info.FindElement(".//DigestValue").SetText("AAAA")
			x.signature.InsertChildAt(0, info)
		})},
		{name: "two References, the second good", want: reasons("saml.signature_references"), seal: wrap(func(_ testing.TB, x wrapped) {
			info := x.signature.SelectElement("SignedInfo")
			ref := info.SelectElement("Reference").Copy()
			ref.CreateAttr("URI", "#_evil")
			before(info.SelectElement("Reference"), ref)
		})},
		{name: "Response inside the Response", want: place(), seal: wrap(func(_ testing.TB, x wrapped) {
			before(x.assertion, extensions(x.response.Copy()))
		})},
		{name: "original in Advice", want: place(), seal: wrap(func(_ testing.TB, x wrapped) {
			advice := etree.NewElement("saml:Advice")
			advice.AddChild(unsigned(x.assertion))
			x.assertion.AddChild(advice)
		})},
		{name: "edited in place", want: reasons("saml.signature_digest_mismatch"), seal: wrap(func(_ testing.TB, x wrapped) {
			evil(x.assertion, "")
		})},
		{name: "attribute added", want: reasons("saml.signature_digest_mismatch"), seal: wrap(func(t testing.TB, x wrapped) {
			x.assertion.FindElement("./AttributeStatement").AddChild(element(t, `<saml:Attribute xmlns:saml="`+samlAssertion+`" Name="role"><saml:AttributeValue>admin</saml:AttributeValue></saml:Attribute>`))
		})},
	}
}
