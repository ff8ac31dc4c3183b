package samlsp

// The namespaces whose elements this package understands. What is in any other is carried along and never acted upon.
const (
	nsProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	nsAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	nsMetadata  = "urn:oasis:names:tc:SAML:2.0:metadata"
	nsSignature = "http://www.w3.org/2000/09/xmldsig#"
	nsEncrypted = "http://www.w3.org/2001/04/xmlenc#"
	nsCipher11  = "http://www.w3.org/2009/xmlenc11#"
	nsExclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
	nsXML       = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS     = "http://www.w3.org/2000/xmlns/"
)

const (
	bindingRedirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
	bindingPost     = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"

	encodingDeflate = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"

	methodBearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
	formatEntity = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
	saml2        = "urn:oasis:names:tc:SAML:2.0:protocol"

	statusSuccess   = "urn:oasis:names:tc:SAML:2.0:status:Success"
	statusResponder = "urn:oasis:names:tc:SAML:2.0:status:Responder"
	statusPartial   = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout"
)

// own reports whether space is one of the namespaces above that messages are made of.
func own(space string) bool {
	switch space {
	case nsProtocol, nsAssertion, nsMetadata, nsSignature, nsEncrypted, nsCipher11:
		return true
	}
	return false
}
