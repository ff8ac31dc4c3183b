package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloudpocket/portal/page"
)

// contractText is what of the document (OpenAPI 3.1) is shown.
type contractText struct {
	Paths      map[string]map[string]operationText
	Components struct{ Schemas map[string]*schemaText }
	Errors     []string `json:"x-errors"` // that any operation may answer with
}

type operationText struct {
	ID                   string `json:"operationId"`
	Summary, Description string
	Security             []map[string][]string
	Parameters           []struct {
		Name, In, Description string
		Required              bool
		Schema                *schemaText
	}
	Request   struct{ Content map[string]contentText } `json:"requestBody"`
	Responses map[string]struct {
		Description string
		Content     map[string]contentText
	}
	Errors []string `json:"x-errors"`
	Curl   string   `json:"x-curl"`
}

type contentText struct{ Schema *schemaText }

type schemaText struct {
	Ref                  string `json:"$ref"`
	Type, Description    string
	Enum                 []string
	Format               string
	Minimum, Maximum     *int
	MinLength, MaxLength *int
	Default              any
	Media                string `json:"contentMediaType"`
	Required             []string
	Properties           map[string]*schemaText
	Items                *schemaText
}

// scopes are which of the scopes a client needs: any one of the outer list, all of an inner one.
func (o operationText) scopes() (all [][]string) {
	for _, one := range o.Security {
		all = append(all, one["client"])
	}
	return all
}

func (d contractText) parameters(o operationText) (all []page.ReferenceField) {
	for _, p := range o.Parameters {
		f := fieldOf(p.Name, p.Schema, p.Required)
		f.In, f.Says = p.In, p.Description
		all = append(all, f)
	}
	return all
}

// body are the fields of what an operation takes.
func (d contractText) body(o operationText) []page.ReferenceField {
	for _, c := range o.Request.Content {
		return d.fields(c.Schema)
	}
	return nil
}

// answers are what an operation answers when it was done, by status.
func (d contractText) answers(o operationText) (all []page.ReferenceAnswer) {
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		if status == "default" {
			continue
		}
		a := page.ReferenceAnswer{Status: status, Says: o.Responses[status].Description}
		for media, c := range o.Responses[status].Content {
			a.Media, a.Schema = media, named(c.Schema)
		}
		all = append(all, a)
	}
	return all
}

// fields are the properties of a schema, those that are always there first.
func (d contractText) fields(s *schemaText) (all []page.ReferenceField) {
	if s.Ref != "" {
		s = d.Components.Schemas[named(s)]
	}
	names := slices.Sorted(maps.Keys(s.Properties))
	for _, required := range []bool{true, false} {
		for _, name := range names {
			if slices.Contains(s.Required, name) == required {
				all = append(all, fieldOf(name, s.Properties[name], required))
			}
		}
	}
	return all
}

func fieldOf(name string, s *schemaText, required bool) page.ReferenceField {
	f := page.ReferenceField{Name: name, Required: required, Type: typeOf(s), Schema: named(s), Says: s.Description, Values: s.Enum}
	if s.Items != nil {
		f.Schema, f.Values = named(s.Items), s.Items.Enum
	}
	return f
}

// named is the name of the schema that s refers to, "" when it is one itself.
func named(s *schemaText) string { return strings.TrimPrefix(s.Ref, "#/components/schemas/") }

// typeOf is the type of a value in few words, with its bounds.
func typeOf(s *schemaText) string {
	switch {
	case s.Ref != "":
		return named(s)
	case s.Items != nil:
		return typeOf(s.Items) + "[]"
	case s.Media != "":
		return "file"
	case s.Format != "":
		return s.Format
	case s.MaxLength != nil:
		return fmt.Sprintf("%s(%d)", s.Type, *s.MaxLength)
	case s.Minimum != nil && s.Maximum != nil:
		return fmt.Sprintf("%s(%d–%d)", s.Type, *s.Minimum, *s.Maximum)
	}
	return s.Type
}
