package store

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Mapping says what of a message carries what. A zero Source: the protocol's own default, or nothing.
type Mapping struct {
	Subject Source // default: NameID, sub; never a fixed value
	Tenant  Source
	Name    Source
	Email   Source
	Offices Source // values are Office.ExternalID
	Role    Source
	Roles   map[string]string // a value of Role → permissions, as ParsePermission reads them
}

// Sources returns the sources of m in the order of its fields.
func (m Mapping) Sources() []Source {
	return []Source{m.Subject, m.Tenant, m.Name, m.Email, m.Offices, m.Role}
}

// Source is where a mapped value comes from: always the same, or a claim (SAML attribute or OIDC claim) by its name.
type Source struct {
	Fixed  string            `json:"fixed,omitempty"`  // this value, whatever the message says
	Claims []string          `json:"claims,omitempty"` // the first of these that the message has
	Strip  string            `json:"strip,omitempty"`  // taken from the front of each value that begins with it
	Lookup map[string]string `json:"lookup,omitempty"` // what a value stands for; with a table, a value that it lacks is dropped
}

// Claim returns the source that takes a claim as it is, the zero Source for no name.
func Claim(name string) Source {
	if name == "" {
		return Source{}
	}
	return Source{Claims: []string{name}}
}

// IsZero reports whether s says nothing.
func (s Source) IsZero() bool { return s.Fixed == "" && len(s.Claims) == 0 }

// String names s for the log.
func (s Source) String() string {
	if s.Fixed != "" {
		return "fixed " + s.Fixed
	}
	return strings.Join(s.Claims, ", ")
}

// Values returns what s takes from attributes, in their order, and whether the message said anything: a claim that is
// there may have no value, or none that the table has.
func (s Source) Values(attributes map[string][]string) (values []string, said bool) {
	if s.Fixed != "" {
		return []string{s.Fixed}, true
	}
	i := slices.IndexFunc(s.Claims, func(claim string) bool { _, ok := attributes[claim]; return ok })
	if i < 0 {
		return nil, false
	}
	for _, value := range attributes[s.Claims[i]] {
		if value, ok := s.turned(value); ok {
			values = append(values, value)
		}
	}
	return values, true
}

// First returns the first of s's values, or "".
func (s Source) First(attributes map[string][]string) string {
	if values, _ := s.Values(attributes); len(values) > 0 {
		return values[0]
	}
	return ""
}

// turned returns what one value of a claim becomes, and whether it stands for anything.
func (s Source) turned(value string) (string, bool) {
	value = strings.TrimPrefix(value, s.Strip)
	if s.Lookup == nil {
		return value, true
	}
	value, ok := s.Lookup[value]
	return value, ok
}

// UnmarshalJSON reads a Source; a text alone is the claim of that name, as sources were kept once.
func (s *Source) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte(`"`)) {
		var name string
		err := json.Unmarshal(b, &name)
		*s = Claim(name)
		return err
	}
	type plain Source
	return json.Unmarshal(b, (*plain)(s))
}
