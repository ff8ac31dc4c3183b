package scim

import (
	"slices"
	"strings"
	"time"
)

// The URNs of the standard and of our own extension.
const (
	urnUser       = "urn:ietf:params:scim:schemas:core:2.0:User"
	urnGroup      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	Enterprise    = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	Extension     = "urn:cloudpocket:scim:1.0:User" // where a person belongs here
	urnError      = "urn:ietf:params:scim:api:messages:2.0:Error"
	urnList       = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	urnSearch     = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
	urnPatch      = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	urnBulk       = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
	urnBulkAnswer = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
	urnSchema     = "urn:ietf:params:scim:schemas:core:2.0:Schema"
	urnType       = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
	urnProvider   = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
)

// attribute describes one attribute (RFC 7643 7). The zero values are the usual: a single readable and writable string
// whose case does not matter.
type attribute struct {
	name     string
	kind     string // "": string; else boolean, dateTime, reference, binary, complex
	multi    bool
	subs     []attribute // of a complex one
	required bool
	exact    bool   // case matters
	readOnly bool   // given by us
	unique   bool   // within the trust
	dropped  bool   // taken and kept nowhere
	about    string // what it is, for /Schemas
}

// schema is a list of attributes under a URN.
type schema struct {
	urn, name, about string
	attributes       []attribute
	extensions       []schema
}

// schemaOf returns what a kind of resource is made of.
func schemaOf(kind Kind) schema {
	if kind == KindGroup {
		return groupSchema
	}
	return userSchema
}

// given are the attributes that every resource has from us.
var given = []attribute{
	{name: "id", exact: true, readOnly: true, unique: true},
	{name: "schemas", kind: "reference", multi: true, exact: true, readOnly: true},
	{name: "meta", kind: "complex", readOnly: true, subs: []attribute{
		{name: "resourceType", exact: true, readOnly: true}, {name: "created", kind: "dateTime", readOnly: true},
		{name: "lastModified", kind: "dateTime", readOnly: true}, {name: "location", kind: "reference", exact: true, readOnly: true},
		{name: "version", exact: true, readOnly: true},
	}},
}

// find returns the attribute of that name, in any capitals.
func find(all []attribute, name string) (attribute, bool) {
	i := slices.IndexFunc(all, func(a attribute) bool { return strings.EqualFold(a.name, name) })
	if i < 0 {
		return attribute{}, false
	}
	return all[i], true
}

// top returns a core attribute or an extension of that name.
func (s schema) top(name string) (attribute, bool) {
	if a, ok := find(s.attributes, name); ok {
		return a, true
	}
	for _, e := range s.extensions {
		if strings.EqualFold(e.urn, name) {
			return attribute{name: e.urn, kind: "complex", subs: e.attributes}, true
		}
	}
	return find(given, name)
}

// normal returns what a client sent of a whole resource in the form that we keep: names as in the schemas, without what
// is unknown, read-only or empty.
func (s schema) normal(sent Attributes) (Attributes, error) {
	kept := Attributes{}
	for name, value := range sent {
		a, known := s.top(name)
		if !known || a.readOnly || a.dropped {
			continue
		}
		v, err := a.normal(value)
		if err != nil {
			return nil, err
		}
		if _, twice := kept[a.name]; twice {
			return nil, Refuse(InvalidSyntax, "The attribute %q is there twice.", a.name)
		}
		if v != nil {
			kept[a.name] = v
		}
	}
	return kept, s.complete(kept)
}

// complete demands what a resource must have.
func (s schema) complete(kept Attributes) error {
	for _, a := range s.attributes {
		if text, _ := kept[a.name].(string); a.required && strings.TrimSpace(text) == "" {
			return Refuse(InvalidValue, "The attribute %q is required.", a.name)
		}
	}
	return nil
}

// maxValues is how many values an attribute may have; members of a group may be more.
const (
	maxValues  = 100
	maxMembers = 10_000
)

// normal returns a value of a in the form that we keep, nil for one that is empty (RFC 7643 2.5).
func (a attribute) normal(v any) (any, error) {
	if !a.multi {
		if list, ok := v.([]any); ok && len(list) <= 1 { // one value, written as a list
			if len(list) == 0 {
				return nil, nil
			}
			v = list[0]
		}
		return a.single(v)
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	if err := a.bounded(len(list)); err != nil {
		return nil, err
	}
	kept := []any{}
	for _, one := range list {
		v, err := a.single(one)
		if err != nil {
			return nil, err
		}
		if v != nil {
			kept = append(kept, v)
		}
	}
	if len(kept) == 0 {
		return nil, nil
	}
	return kept, nil
}

// bounded refuses more values than a may have.
func (a attribute) bounded(n int) error {
	most := maxValues
	if a.name == "members" {
		most = maxMembers
	}
	if n > most {
		return Refuse(TooMany, "The attribute %q has more than %d values.", a.name, most)
	}
	return nil
}

// single returns one value of a.
func (a attribute) single(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch a.kind {
	case "complex":
		return a.complex(v)
	case "boolean":
		return a.boolean(v)
	}
	text, ok := v.(string)
	if !ok {
		return nil, a.wrong("a text")
	}
	if a.kind == "dateTime" {
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			return nil, a.wrong("a time such as 2026-11-22T03:00:00Z")
		}
	}
	if strings.ContainsRune(text, 0) {
		return nil, a.wrong("without NUL")
	}
	if text == "" {
		return nil, nil
	}
	return text, nil
}

// boolean takes a boolean, or its name in any capitals.
func (a attribute) boolean(v any) (any, error) {
	if b, ok := v.(bool); ok {
		return b, nil
	}
	if text, ok := v.(string); ok {
		switch strings.ToLower(text) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		case "":
			return nil, nil
		}
	}
	return nil, a.wrong("true or false")
}

// complex takes an object, or a text where that can only be its value.
func (a attribute) complex(v any) (any, error) {
	if text, ok := v.(string); ok {
		if _, has := find(a.subs, "value"); has {
			v = Attributes{"value": text}
		}
	}
	sent, ok := v.(Attributes)
	if !ok {
		return nil, a.wrong("an object")
	}
	kept := Attributes{}
	for name, one := range sent {
		sub, known := find(a.subs, name)
		if !known || sub.readOnly {
			continue
		}
		value, err := sub.normal(one)
		if err != nil {
			return nil, err
		}
		if value != nil {
			kept[sub.name] = value
		}
	}
	if len(kept) == 0 {
		return nil, nil
	}
	return kept, nil
}

func (a attribute) wrong(want string) error {
	return Refuse(InvalidValue, "A value of %q is not %s.", a.name, want)
}

// schemas returns the URNs of what the attributes are of.
func (s schema) schemas(a Attributes) []any {
	urns := []any{s.urn}
	for _, e := range s.extensions {
		if _, has := a[e.urn]; has {
			urns = append(urns, e.urn)
		}
	}
	return urns
}
