package samlsp

import (
	"slices"

	"cloudpocket/sso"
)

func refuse(rule, format string, args ...any) error {
	return sso.Refuse(sso.Reason("saml."+rule), sso.KeyMessage, format, args...)
}

// survey is what one walk over a whole message found, wherever it stands.
type survey struct {
	ids        map[string]*element
	responses  []*element
	assertions []*element // plain and encrypted
	signatures []*element
}

// look walks root and holds every element to the rules that make a name mean one thing: an ID is unique and is written
// in the one way its namespace has, and what looks like a SAML element is one.
func look(root *element) (*survey, error) {
	s := &survey{ids: make(map[string]*element, 8)}
	return s, s.add(root)
}

// add looks over another document as if it stood in the first one: what was decrypted shares its IDs.
func (s *survey) add(root *element) error { return root.walk(s.element) }

func (s *survey) element(el *element) error {
	if err := s.attributes(el); err != nil {
		return err
	}
	switch el.local {
	case "Assertion", "EncryptedAssertion":
		s.assertions = append(s.assertions, el)
		return inSpace(el, nsAssertion)
	case "Response":
		s.responses = append(s.responses, el)
		return inSpace(el, nsProtocol)
	case "Signature":
		s.signatures = append(s.signatures, el)
		return inSpace(el, nsSignature)
	case "Object":
		if el.space == nsSignature {
			return refuse("signature_object", "a Signature carries an Object")
		}
	}
	return nil
}

func inSpace(el *element, space string) error {
	if el.space != space {
		return refuse("element_namespace", "%s is in namespace %q", el.local, el.space)
	}
	return nil
}

func (s *survey) attributes(el *element) error {
	for i := range el.attrs {
		a := &el.attrs[i]
		if own(a.space) {
			return refuse("attribute_namespace", "attribute %s:%s of %s is in a namespace that has no attributes", a.prefix, a.local, el.local)
		}
		if !identifier(a.local) {
			continue
		}
		if err := s.identifier(el, a); err != nil {
			return err
		}
	}
	return nil
}

func identifier(local string) bool {
	return len(local) == 2 && local[0]|0x20 == 'i' && local[1]|0x20 == 'd'
}

// identifier allows ID on SAML's elements, Id on XML Signature's and Encryption's, and neither elsewhere nor with a prefix.
func (s *survey) identifier(el *element, a *attribute) error {
	want := ""
	switch el.space {
	case nsProtocol, nsAssertion, nsMetadata:
		want = "ID"
	case nsSignature, nsEncrypted, nsCipher11:
		want = "Id"
	}
	if a.prefix != "" || (want != "" && a.local != want) {
		return refuse("id_attribute", "%s has an attribute %s that could be taken for its ID", el.local, a.local)
	}
	if want != "" && !ncName(a.value) {
		return refuse("id_syntax", "%s has ID %q", el.local, a.value)
	}
	if _, taken := s.ids[a.value]; taken {
		return refuse("id_duplicate", "ID %q is there twice", a.value)
	}
	s.ids[a.value] = el
	return nil
}

func ncName(s string) bool {
	for i := range len(s) {
		if c := nameClass(s[i]); c == 0 || (i == 0 && c != 1) {
			return false
		}
	}
	return s != "" && len(s) <= 256
}

// name is an expanded name.
type name struct{ space, local string }

// inOrder holds el to a content model: child elements are among names and come in that order, and there is no text
// between them.
func inOrder(rule string, el *element, names ...name) error { return model(rule, el, names, nil) }

// model is inOrder with a choice at the end: what is in loose may follow in any order.
func model(rule string, el *element, ordered, loose []name) error {
	for _, c := range el.children {
		if c.el == nil {
			if !blank(c.text) {
				return refuse(rule, "%s has text between its elements", el.local)
			}
			continue
		}
		n := name{c.el.space, c.el.local}
		if i := slices.Index(ordered, n); i >= 0 {
			ordered = ordered[i:]
		} else if slices.Contains(loose, n) {
			ordered = nil
		} else {
			return refuse(rule, "%s has a %s (%s) where there can be none", el.local, c.el.local, c.el.space)
		}
	}
	return nil
}

// only returns the one child of that name; none or several are a refusal under rule.
func only(rule string, el *element, space, local string) (*element, error) {
	found, err := optional(rule, el, space, local)
	if err == nil && found == nil {
		return nil, refuse(rule, "%s has no %s", el.local, local)
	}
	return found, err
}

// optional returns the one child of that name, or nil; several are a refusal under rule.
func optional(rule string, el *element, space, local string) (*element, error) {
	var found *element
	err := el.each(space, local, func(c *element) error {
		if found != nil {
			return refuse(rule, "%s has several %s", el.local, local)
		}
		found = c
		return nil
	})
	return found, err
}
