package scim

// say describes an attribute as /Schemas does (RFC 7643 7).
func (a attribute) say() map[string]any {
	kind := a.kind
	if kind == "" {
		kind = "string"
	}
	said := map[string]any{
		"name": a.name, "type": kind, "multiValued": a.multi, "required": a.required, "caseExact": a.exact,
		"mutability": "readWrite", "returned": "default", "uniqueness": "none", "description": a.about,
	}
	if a.readOnly {
		said["mutability"] = "readOnly"
	}
	if a.dropped {
		said["mutability"], said["returned"] = "writeOnly", "never"
	}
	if a.unique {
		said["uniqueness"] = "server"
	}
	if kind == "reference" {
		said["referenceTypes"] = []string{"uri"}
	}
	if len(a.subs) > 0 {
		said["subAttributes"] = sayAll(a.subs)
	}
	return said
}

func sayAll(all []attribute) []any {
	said := make([]any, len(all))
	for i, a := range all {
		said[i] = a.say()
	}
	return said
}

// say describes a schema.
func (s schema) say(base string) map[string]any {
	return map[string]any{
		"schemas": []string{urnSchema}, "id": s.urn, "name": s.name, "description": s.about, "attributes": sayAll(s.attributes),
		"meta": map[string]any{"resourceType": "Schema", "location": base + "/Schemas/" + s.urn},
	}
}

// sayType describes a type of resource (RFC 7643 6).
func sayType(base string, kind Kind) map[string]any {
	s := schemaOf(kind)
	extensions := []any{}
	for _, e := range s.extensions {
		extensions = append(extensions, map[string]any{"schema": e.urn, "required": false})
	}
	return map[string]any{
		"schemas": []string{urnType}, "id": string(kind), "name": string(kind), "endpoint": kind.place(), "description": s.about,
		"schema": s.urn, "schemaExtensions": extensions,
		"meta": map[string]any{"resourceType": "ResourceType", "location": base + "/ResourceTypes/" + string(kind)},
	}
}
