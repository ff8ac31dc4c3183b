package samlsp

import (
	"crypto"
	"encoding/base64"
	"strings"
)

// signature is one ds:Signature whose shape was found good: enveloped in owner, with one reference to it.
type signature struct {
	owner, el, info *element
	scheme          scheme
	value           []byte
	digest          crypto.Hash
	digestValue     []byte
	infoPrefixes    []string // InclusiveNamespaces of the SignedInfo's own canonicalisation
	prefixes        []string // and of the reference's
}

// signatureOf reads the signature el, a direct child of owner, and refuses every shape but the one that SAML allows
// (SAML core 5.4). Nothing in it is believed yet.
func signatureOf(owner, el *element) (*signature, error) {
	if err := inOrder("signature_shape", el, name{nsSignature, "SignedInfo"}, name{nsSignature, "SignatureValue"}, name{nsSignature, "KeyInfo"}); err != nil {
		return nil, err
	}
	s := &signature{owner: owner, el: el}
	var err error
	if s.info, err = only("signature_shape", el, nsSignature, "SignedInfo"); err != nil {
		return nil, err
	}
	value, err := only("signature_shape", el, nsSignature, "SignatureValue")
	if err != nil {
		return nil, err
	}
	if _, err = optional("signature_shape", el, nsSignature, "KeyInfo"); err != nil {
		return nil, err
	}
	if s.value, err = binary("signature_value", value); err != nil {
		return nil, err
	}
	return s, s.readInfo()
}

func (s *signature) readInfo() error {
	err := inOrder("signature_shape", s.info, name{nsSignature, "CanonicalizationMethod"}, name{nsSignature, "SignatureMethod"}, name{nsSignature, "Reference"})
	if err != nil {
		return err
	}
	c14n, err := only("signature_shape", s.info, nsSignature, "CanonicalizationMethod")
	if err != nil {
		return err
	}
	if s.infoPrefixes, err = exclusive("signature_c14n", c14n); err != nil {
		return err
	}
	method, err := only("signature_shape", s.info, nsSignature, "SignatureMethod")
	if err != nil {
		return err
	}
	var ok bool
	if s.scheme, ok = schemeOf(method.attr("Algorithm")); !ok {
		return refuse("signature_algorithm", "signature method %q", method.attr("Algorithm"))
	}
	if err := inOrder("signature_algorithm", method); err != nil {
		return err
	}
	ref, err := only("signature_references", s.info, nsSignature, "Reference")
	if err != nil {
		return err
	}
	return s.readReference(ref)
}

func (s *signature) readReference(ref *element) error {
	id := s.owner.attr("ID")
	if uri, ok := ref.lookup("URI"); !ok || id == "" || uri != "#"+id {
		return refuse("signature_reference", "the signature on %s (ID %q) refers to %q", s.owner.local, id, uri)
	}
	err := inOrder("signature_shape", ref, name{nsSignature, "Transforms"}, name{nsSignature, "DigestMethod"}, name{nsSignature, "DigestValue"})
	if err != nil {
		return err
	}
	transforms, err := only("signature_transforms", ref, nsSignature, "Transforms")
	if err != nil {
		return err
	}
	if err := s.readTransforms(transforms); err != nil {
		return err
	}
	method, err := only("signature_digest", ref, nsSignature, "DigestMethod")
	if err != nil {
		return err
	}
	var ok bool
	if s.digest, ok = digestOf(method.attr("Algorithm")); !ok {
		return refuse("signature_digest", "digest method %q", method.attr("Algorithm"))
	}
	if err := inOrder("signature_digest", method); err != nil {
		return err
	}
	value, err := only("signature_digest", ref, nsSignature, "DigestValue")
	if err != nil {
		return err
	}
	s.digestValue, err = binary("signature_digest", value)
	return err
}

// readTransforms wants the enveloped-signature transform and then exclusive canonicalisation. Without the second the
// default would be inclusive canonicalisation, which covers what surrounds the element.
func (s *signature) readTransforms(el *element) error {
	if err := inOrder("signature_transforms", el, name{nsSignature, "Transform"}); err != nil {
		return err
	}
	n := 0
	err := el.each(nsSignature, "Transform", func(t *element) (err error) {
		n++
		switch {
		case n == 1 && t.attr("Algorithm") == algEnveloped:
			return inOrder("signature_transforms", t)
		case n == 2:
			s.prefixes, err = exclusive("signature_transforms", t)
			return err
		}
		return refuse("signature_transforms", "transform %d is %q", n, t.attr("Algorithm"))
	})
	if err == nil && n != 2 {
		err = refuse("signature_transforms", "%d transforms", n)
	}
	return err
}

// exclusive returns the prefix list of an exclusive canonicalisation. That with comments is the same one: no tree that
// can be verified holds any.
func exclusive(rule string, el *element) ([]string, error) {
	if alg := el.attr("Algorithm"); alg != algExclusive && alg != algExclusiveRemark {
		return nil, refuse(rule, "canonicalisation %q", alg)
	}
	if err := inOrder(rule, el, name{nsExclusive, "InclusiveNamespaces"}); err != nil {
		return nil, err
	}
	list, err := optional(rule, el, nsExclusive, "InclusiveNamespaces")
	if err != nil || list == nil {
		return nil, err
	}
	if err := inOrder(rule, list); err != nil { // canonicalising what is not verified yet must stay cheap
		return nil, err
	}
	prefixes := strings.Fields(list.attr("PrefixList"))
	if len(prefixes) > 32 {
		return nil, refuse(rule, "%d inclusive prefixes", len(prefixes))
	}
	for i, p := range prefixes {
		if p == "#default" {
			prefixes[i] = ""
		}
	}
	return prefixes, nil
}

// binary returns the bytes that el's base64 text stands for; white space in it is skipped.
func binary(rule string, el *element) ([]byte, error) {
	text, err := el.text()
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.Strict().DecodeString(squeeze(text))
	if err != nil || len(b) == 0 {
		return nil, refuse(rule, "%s is not base64", el.local)
	}
	return b, nil
}

// squeeze returns s without white space.
func squeeze(s string) string {
	if !strings.ContainsAny(s, " \t\r\n") {
		return s
	}
	return strings.Join(strings.Fields(s), "")
}
