package ssotest

import (
	"fmt"
	"strings"
	"time"
)

const (
	samlProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	samlAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	xmlSignature  = "http://www.w3.org/2000/09/xmldsig#"
	xmlEncryption = "http://www.w3.org/2001/04/xmlenc#"
	xmlEncrypt11  = "http://www.w3.org/2009/xmlenc11#"
	bearer        = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
	success       = "urn:oasis:names:tc:SAML:2.0:status:Success"
	// MFAContext is the authentication context that valid messages have.
	MFAContext = "https://refeds.org/profile/mfa"
)

// SAMLResponse is a response to be, in words that a test can change one at a time. An attribute whose value is "" is
// left out. Fields named XML are markup, taken as it is.
type SAMLResponse struct {
	ID, Version, IssueInstant, Destination, InResponseTo string
	Issuer                                               string
	ExtensionsXML                                        string
	StatusXML                                            string
	Assertions                                           []SAMLAssertion
}

// SAMLAssertion is one assertion of a [SAMLResponse].
type SAMLAssertion struct {
	ID, Version, IssueInstant   string
	IssuerXML                   string
	NameXML                     string
	Confirmations               []SAMLConfirmation
	NotBefore, NotOnOrAfter     string
	Audiences                   [][]string // one restriction each
	ConditionsXML               string
	NoConditions, NoSubject     bool
	AuthnInstant                string
	SessionIndex, SessionEnds   string
	ContextXML                  string
	NoAuthn                     bool
	AttributesXML, StatementXML string
}

// SAMLConfirmation is one SubjectConfirmation.
type SAMLConfirmation struct {
	Method, Recipient, NotBefore, NotOnOrAfter, InResponseTo string
	NameXML                                                  string
	NoData                                                   bool
}

// SAMLTime writes t as SAML does.
func SAMLTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func attrs(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			fmt.Fprintf(&b, ` %s="%s"`, pairs[i], pairs[i+1])
		}
	}
	return b.String()
}

// XML returns the response without signatures.
func (r SAMLResponse) XML() string {
	var b strings.Builder
	b.WriteString(`<samlp:Response xmlns:samlp="` + samlProtocol + `"` + attrs("ID", r.ID, "Version", r.Version,
		"IssueInstant", r.IssueInstant, "Destination", r.Destination, "InResponseTo", r.InResponseTo) + `>`)
	if r.Issuer != "" {
		b.WriteString(`<saml:Issuer xmlns:saml="` + samlAssertion + `">` + r.Issuer + `</saml:Issuer>`)
	}
	b.WriteString(r.ExtensionsXML + r.StatusXML)
	for _, a := range r.Assertions {
		b.WriteString(a.XML())
	}
	return b.String() + `</samlp:Response>`
}

// XML returns the assertion without a signature.
func (a SAMLAssertion) XML() string {
	var b strings.Builder
	b.WriteString(`<saml:Assertion xmlns:saml="` + samlAssertion + `" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
		attrs("ID", a.ID, "Version", a.Version, "IssueInstant", a.IssueInstant) + `>` + a.IssuerXML)
	if !a.NoSubject {
		b.WriteString(`<saml:Subject>` + a.NameXML)
		for _, c := range a.Confirmations {
			b.WriteString(c.xml())
		}
		b.WriteString(`</saml:Subject>`)
	}
	if !a.NoConditions {
		b.WriteString(`<saml:Conditions` + attrs("NotBefore", a.NotBefore, "NotOnOrAfter", a.NotOnOrAfter) + `>`)
		for _, r := range a.Audiences {
			b.WriteString(`<saml:AudienceRestriction><saml:Audience>` + strings.Join(r, `</saml:Audience><saml:Audience>`) + `</saml:Audience></saml:AudienceRestriction>`)
		}
		b.WriteString(a.ConditionsXML + `</saml:Conditions>`)
	}
	if !a.NoAuthn {
		b.WriteString(`<saml:AuthnStatement` + attrs("AuthnInstant", a.AuthnInstant, "SessionIndex", a.SessionIndex,
			"SessionNotOnOrAfter", a.SessionEnds) + `>` + a.ContextXML + `</saml:AuthnStatement>`)
	}
	if a.AttributesXML != "" {
		b.WriteString(`<saml:AttributeStatement>` + a.AttributesXML + `</saml:AttributeStatement>`)
	}
	return b.String() + a.StatementXML + `</saml:Assertion>`
}

func (c SAMLConfirmation) xml() string {
	data := `<saml:SubjectConfirmationData` + attrs("NotBefore", c.NotBefore, "NotOnOrAfter", c.NotOnOrAfter,
		"Recipient", c.Recipient, "InResponseTo", c.InResponseTo) + `/>`
	if c.NoData {
		data = ""
	}
	return `<saml:SubjectConfirmation` + attrs("Method", c.Method) + `>` + c.NameXML + data + `</saml:SubjectConfirmation>`
}

// SAMLAttribute returns an Attribute whose values are typed xs:string.
func SAMLAttribute(name string, values ...string) string {
	var b strings.Builder
	b.WriteString(`<saml:Attribute Name="` + name + `" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">`)
	for _, v := range values {
		b.WriteString(`<saml:AttributeValue xsi:type="xs:string">` + v + `</saml:AttributeValue>`)
	}
	return b.String() + `</saml:Attribute>`
}

func status(codes ...string) string {
	xml := ""
	for i := len(codes) - 1; i >= 0; i-- {
		xml = `<samlp:StatusCode Value="` + codes[i] + `">` + xml + `</samlp:StatusCode>`
	}
	return `<samlp:Status>` + xml + `</samlp:Status>`
}
