package ssotest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// SAMLMetadataInput is one document and what it is held against.
type SAMLMetadataInput struct {
	Data         []byte
	EntityID     string // the one expected; empty: any
	SignerPEM    string
	AllowPrivate bool
	Now          time.Time
}

// ParseSAMLMetadata reads metadata as the package under test does and returns the entity ID it found.
type ParseSAMLMetadata func(in SAMLMetadataInput) (entityID string, err error)

type metadataVector struct {
	name string
	want sso.Reason
	in   func(w *SAMLWorld, in *SAMLMetadataInput)
}

// SAMLMetadataCorpus holds a metadata parser to documents that are hostile, broken, or not what was asked for. Every
// refusal must be of kind Invalid, since it is an administrator who reads it.
func SAMLMetadataCorpus(t *testing.T, parse ParseSAMLMetadata) {
	w := NewSAMLWorld(t)
	for _, v := range append(metadataRefused(t), metadataAccepted(t)...) {
		t.Run(v.name, func(t *testing.T) {
			in := SAMLMetadataInput{Data: w.Metadata(w.EntityID, w.IdP), Now: w.Now}
			v.in(w, &in)
			entity, err := parse(in)
			if v.want == "" {
				if err != nil || entity != w.EntityID {
					t.Fatalf("valid metadata of %q is refused: %v", entity, err)
				}
				return
			}
			WantRefused(t, err, v.want)
			var e *store.Error
			if !errors.As(err, &e) || e.Kind != store.Invalid || !strings.HasPrefix(e.Key, "trust.metadata_") {
				t.Errorf("the refusal is not for an administrator: %v", err)
			}
		})
	}
}

// swap returns an edit of every old.
func swap(old, with string) func(*SAMLWorld, *SAMLMetadataInput) {
	return func(_ *SAMLWorld, in *SAMLMetadataInput) {
		if !bytes.Contains(in.Data, []byte(old)) {
			panic("the metadata does not contain " + old)
		}
		in.Data = bytes.ReplaceAll(in.Data, []byte(old), []byte(with))
	}
}

func document(s string) func(*SAMLWorld, *SAMLMetadataInput) {
	return func(_ *SAMLWorld, in *SAMLMetadataInput) { in.Data = []byte(s) }
}

const spRole = `<md:SPSSODescriptor protocolSupportEnumeration="` + samlProtocol + `"><md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/acs" index="0"/></md:SPSSODescriptor>`

func metadataRefused(t testing.TB) []metadataVector {
	weak := NewSAMLKey(t, 1024, time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	location := func(to string) func(*SAMLWorld, *SAMLMetadataInput) { return swap("https://idp.example/sso", to) }
	return []metadataVector{
		{"a web page", "saml.metadata_html", document("<!DOCTYPE html><html><body>Sign in</body></html>")},
		{"a web page without a document type", "saml.metadata_html", document("\n <HTML lang=ja></HTML>")},
		{"XHTML", "saml.metadata_html", document(`<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>`)},
		{"nothing", "saml.metadata_xml", document("")},
		{"JSON", "saml.metadata_xml", document(`{"issuer":"https://idp.example"}`)},
		{"another document", "saml.metadata_root", document(`<x/>`)},
		{"half a document", "saml.metadata_xml", func(_ *SAMLWorld, in *SAMLMetadataInput) { in.Data = in.Data[:len(in.Data)-5] }},
		{"a DOCTYPE", "saml.metadata_xml", swap("<md:EntityDescriptor ", "<!DOCTYPE x><md:EntityDescriptor ")},
		{"UTF-16", "saml.metadata_xml", func(_ *SAMLWorld, in *SAMLMetadataInput) { in.Data = utf16Bytes(in.Data) }},
		{"50 MB", "saml.metadata_size", func(_ *SAMLWorld, in *SAMLMetadataInput) {
			in.Data = append(in.Data, bytes.Repeat([]byte(" "), 50<<20)...)
		}},
		{"20,000 deep", "saml.metadata_xml", document(strings.Repeat("<x>", 20_000))},
		{"a service provider only", "saml.metadata_sp_only", func(w *SAMLWorld, in *SAMLMetadataInput) {
			in.Data = []byte(`<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + w.EntityID + `">` + spRole + `</md:EntityDescriptor>`)
		}},
		{"an IdP for SAML 1.1 only", "saml.metadata_sp_only", swap(`protocolSupportEnumeration="`+samlProtocol, `protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol`)},
		{"another entity ID", "saml.metadata_entity", func(_ *SAMLWorld, in *SAMLMetadataInput) { in.EntityID = "https://other.example" }},
		{"entity ID in another case", "saml.metadata_entity", func(_ *SAMLWorld, in *SAMLMetadataInput) { in.EntityID = "https://IDP.example/saml" }},
		{"no entity ID", "saml.metadata_entity", swap(`entityID="https://idp.example/saml"`, ``)},
		{"several IdPs and none named", "saml.metadata_several", func(w *SAMLWorld, in *SAMLMetadataInput) {
			in.Data = federation(w.Metadata(w.EntityID, w.IdP), w.Metadata("https://other.example", w.Next))
		}},
		{"the same entity twice", "saml.metadata_several", func(w *SAMLWorld, in *SAMLMetadataInput) {
			in.Data, in.EntityID = federation(w.Metadata(w.EntityID, w.IdP), w.Metadata(w.EntityID, w.Next)), w.EntityID
		}},
		{"an entity inside something else", "saml.metadata_root", func(w *SAMLWorld, in *SAMLMetadataInput) {
			in.Data = federation([]byte(`<x>` + string(body(w.Metadata(w.EntityID, w.IdP))) + `</x>`))
		}},
		{"script as Location (CVE-2023-45683)", "saml.metadata_endpoint", location("javascript:alert(1)//")},
		{"data as Location", "saml.metadata_endpoint", location("data:text/html,x")},
		{"http as Location", "saml.metadata_endpoint", location("http://idp.example/sso")},
		{"Location without a host", "saml.metadata_endpoint", location("https:///sso")},
		{"Location with a password", "saml.metadata_endpoint", location("https://a:b@idp.example/")},
		{"Location with a backslash", "saml.metadata_endpoint", location(`https://idp.example\@evil.example/`)},
		{"relative Location", "saml.metadata_endpoint", location("/sso")},
		{"script as logout Location", "saml.metadata_endpoint", swap("https://idp.example/slo", "javascript:alert(1)")},
		{"script as ResponseLocation", "saml.metadata_endpoint", swap(`Location="https://idp.example/slo"`, `Location="https://idp.example/slo" ResponseLocation="javascript:x"`)},
		{"no service that is spoken", "saml.metadata_endpoint", swap("bindings:HTTP-", "bindings:PAOS-")},
		{"run out", "saml.metadata_expired", swap(" entityID=", ` validUntil="2026-03-02T09:00:00Z" entityID=`)},
		{"role run out", "saml.metadata_expired", swap("<md:IDPSSODescriptor ", `<md:IDPSSODescriptor validUntil="2020-01-01T00:00:00Z" `)},
		{"validUntil is no time", "saml.metadata_expired", swap(" entityID=", ` validUntil="never" entityID=`)},
		{"no keys", "saml.metadata_keys", func(w *SAMLWorld, in *SAMLMetadataInput) { in.Data = w.Metadata(w.EntityID) }},
		{"encryption keys only", "saml.metadata_keys", swap(`use="signing"`, `use="encryption"`)},
		{"a key of 1,024 bits", "saml.metadata_keys", func(w *SAMLWorld, in *SAMLMetadataInput) { in.Data = w.Metadata(w.EntityID, weak) }},
		{"a broken certificate", "saml.metadata_keys", swap("<ds:X509Certificate>M", "<ds:X509Certificate>N")},
		{"a certificate that is not base64", "saml.metadata_keys", swap("<ds:X509Certificate>", "<ds:X509Certificate>!")},
		{"17 keys", "saml.metadata_keys", func(w *SAMLWorld, in *SAMLMetadataInput) {
			keys := make([]SAMLKey, 17)
			for i := range keys {
				keys[i] = w.IdP.During(noT{}, w.Now, w.Now.Add(time.Hour*time.Duration(i+1)))
			}
			in.Data = w.Metadata(w.EntityID, keys...)
		}},
		{"unsigned though a signer is pinned", "saml.metadata_signature", func(w *SAMLWorld, in *SAMLMetadataInput) { in.SignerPEM = string(w.Next.CertPEM()) }},
		{"signed by another", "saml.metadata_signature", signMetadata(func(w *SAMLWorld) (SAMLKey, SAMLKey) { return w.Forger, w.Next }, nil)},
		{"signed, then a key put in", "saml.metadata_signature", signMetadata(func(w *SAMLWorld) (SAMLKey, SAMLKey) { return w.Next, w.Next }, func(w *SAMLWorld, b []byte) []byte {
			return bytes.Replace(b, []byte(w.IdP.base64()), []byte(w.Forger.base64()), 1)
		})},
		{"signature on one entity of several only", "saml.metadata_signature", func(w *SAMLWorld, in *SAMLMetadataInput) {
			signMetadata(func(w *SAMLWorld) (SAMLKey, SAMLKey) { return w.Next, w.Next }, nil)(w, in)
			in.Data, in.EntityID = federation(in.Data, w.Metadata("https://other.example", w.Forger)), w.EntityID
		}},
		{"signed by an expired signer", "saml.metadata_signature", signMetadata(func(w *SAMLWorld) (SAMLKey, SAMLKey) { return w.Old, w.Old }, nil)},
		{"a signer that is not PEM", "saml.metadata_signer", func(_ *SAMLWorld, in *SAMLMetadataInput) { in.SignerPEM = "x" }},
	}
}

func metadataAccepted(testing.TB) []metadataVector {
	return []metadataVector{
		{"valid", "", func(*SAMLWorld, *SAMLMetadataInput) {}},
		{"valid, entity named", "", func(w *SAMLWorld, in *SAMLMetadataInput) { in.EntityID = w.EntityID }},
		{"comments and line ends", "", swap("<md:IDPSSODescriptor ", "\r\n<!-- our IdP -->\n<md:IDPSSODescriptor ")},
		{"byte order mark", "", func(_ *SAMLWorld, in *SAMLMetadataInput) { in.Data = append([]byte("\ufeff"), in.Data...) }},
		{"a service provider beside the IdP", "", swap("</md:EntityDescriptor>", spRole+"</md:EntityDescriptor>")},
		{"one of several", "", func(w *SAMLWorld, in *SAMLMetadataInput) {
			in.Data, in.EntityID = federation(w.Metadata("https://other.example", w.Next), w.Metadata(w.EntityID, w.IdP)), w.EntityID
		}},
		{"the only IdP of several", "", func(w *SAMLWorld, in *SAMLMetadataInput) {
			in.Data = federation(w.Metadata(w.EntityID, w.IdP), []byte(`<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example">`+spRole+`</md:EntityDescriptor>`))
		}},
		{"keys of no use named", "", swap(` use="signing"`, ``)},
		{"a weak key beside a good one", "", func(w *SAMLWorld, in *SAMLMetadataInput) {
			in.Data = w.Metadata(w.EntityID, NewSAMLKey(noT{}, 1024, w.Now), w.IdP)
		}},
		{"certificate in lines", "", func(w *SAMLWorld, in *SAMLMetadataInput) {
			b := w.IdP.base64()
			swap(b, "\n      "+b[:64]+"\n      "+b[64:]+"\n    ")(w, in)
		}},
		{"still valid", "", swap(" entityID=", ` validUntil="2026-03-02T09:00:01Z" cacheDuration="PT1H" entityID=`)},
		{"http where that is allowed", "", func(w *SAMLWorld, in *SAMLMetadataInput) {
			swap(`Location="https:`, `Location="http:`)(w, in)
			in.AllowPrivate = true
		}},
		{"signed by the pinned signer", "", signMetadata(func(w *SAMLWorld) (SAMLKey, SAMLKey) { return w.Next, w.Next }, nil)},
		{"several signed as one", "", func(w *SAMLWorld, in *SAMLMetadataInput) {
			in.Data = federation(w.Metadata(w.EntityID, w.IdP), w.Metadata("https://other.example", w.Next))
			in.EntityID = w.EntityID
			signMetadata(func(w *SAMLWorld) (SAMLKey, SAMLKey) { return w.Next, w.Next }, nil)(w, in)
		}},
	}
}

// body returns data without its XML declaration.
func body(data []byte) []byte {
	if i := bytes.Index(data, []byte("?>")); i >= 0 {
		return data[i+2:]
	}
	return data
}

// federation returns an EntitiesDescriptor of the entities, each with an ID of its own.
func federation(entities ...[]byte) []byte {
	parts := [][]byte{[]byte(`<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_federation">`)}
	for i, e := range entities {
		parts = append(parts, bytes.Replace(body(e), []byte(`ID="_metadata"`), fmt.Appendf(nil, `ID="_metadata-%d"`, i), 1))
	}
	return slices.Concat(append(parts, []byte(`</md:EntitiesDescriptor>`))...)
}

// signMetadata signs the document by one key, pins another, and then lets a forger at it.
func signMetadata(keys func(*SAMLWorld) (by, pinned SAMLKey), then func(*SAMLWorld, []byte) []byte) func(*SAMLWorld, *SAMLMetadataInput) {
	return func(w *SAMLWorld, in *SAMLMetadataInput) {
		by, pinned := keys(w)
		el := element(noT{}, string(in.Data))
		SAMLSigner{Key: by}.Sign(noT{}, el)
		in.Data, in.SignerPEM = serialise(noT{}, el), string(pinned.CertPEM())
		if then != nil {
			in.Data = then(w, in.Data)
		}
	}
}
