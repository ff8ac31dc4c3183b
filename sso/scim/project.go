package scim

import (
	"net/url"
	"strings"
)

// projection is what of a resource is answered (RFC 7644 3.9): names in lower case, each with the parts that are meant,
// or none for the whole.
type projection struct {
	only, without map[string][]string
}

// projectionOf reads names from a query.
func (s schema) projectionOf(q url.Values) projection {
	return s.projected(strings.Split(q.Get("attributes"), ","), strings.Split(q.Get("excludedAttributes"), ","))
}

func (s schema) projected(only, without []string) projection {
	return projection{s.names(only), s.names(without)}
}

// names returns the attributes that are named, extensions by their URN. Unknown ones name nothing.
func (s schema) names(list []string) map[string][]string {
	named := map[string][]string{}
	for _, path := range list {
		path = strings.TrimSpace(path)
		urn, rest := s.cutURN(path)
		name, part, _ := strings.Cut(rest, ".")
		if urn != "" && urn != s.urn {
			name, part = urn, rest
		}
		if name == "" {
			continue
		}
		a, known := s.top(name)
		if !known {
			named[""] = nil // so that a list of unknown names is not one of no names
			continue
		}
		if parts, there := named[a.name]; part == "" || there && parts == nil {
			named[a.name] = nil
		} else {
			named[a.name] = append(parts, strings.ToLower(part))
		}
	}
	return named
}

// cut returns what is answered of a whole resource.
func (p projection) cut(whole Attributes) Attributes {
	if len(p.only) == 0 && len(p.without) == 0 {
		return whole
	}
	kept := Attributes{}
	for name, v := range whole {
		only, asked := p.only[name]
		without, unwanted := p.without[name]
		switch {
		case name == "id" || name == "schemas":
			kept[name] = v
		case len(p.only) > 0 && !asked, len(p.only) == 0 && unwanted && without == nil:
		case len(only) > 0:
			kept[name] = cutParts(v, func(part string) bool { return has(only, part) })
		case len(p.only) == 0 && len(without) > 0:
			kept[name] = cutParts(v, func(part string) bool { return !has(without, part) })
		default:
			kept[name] = v
		}
	}
	return kept
}

// wants reports whether an attribute is answered at all.
func (p projection) wants(name string) bool {
	parts, unwanted := p.without[name]
	_, asked := p.only[name]
	return asked || len(p.only) == 0 && !(unwanted && parts == nil)
}

func has(list []string, part string) bool {
	for _, one := range list {
		if strings.EqualFold(one, part) || strings.HasPrefix(strings.ToLower(part), one+".") {
			return true
		}
	}
	return false
}

// cutParts keeps parts of a complex value, or of each of several.
func cutParts(v any, keep func(string) bool) any {
	switch v := v.(type) {
	case Attributes:
		kept := Attributes{}
		for name, one := range v {
			if keep(name) {
				kept[name] = one
			}
		}
		return kept
	case []any:
		all := make([]any, len(v))
		for i, one := range v {
			all[i] = cutParts(one, keep)
		}
		return all
	}
	return v
}
