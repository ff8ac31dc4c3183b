package xslt

import (
	"maps"
	"strings"

	"cloudpocket/portal/egov/tree"
)

// surroundings is what attributes of an element and of those around it say about what is inside.
type surroundings struct {
	preserve   bool            // white space counts (section 3.4)
	forwards   bool            // forwards-compatible mode (section 2.5)
	extensions map[string]bool // namespaces of extension elements (section 14.1)
	excluded   map[string]bool // namespaces not to be taken into the result (section 7.1.1)
}

// around finds the surroundings of an element. Each is made once; an element that says nothing shares its parent's.
func (k *compiler) around(n tree.Node) *surroundings {
	if s, ok := k.surroundings[n]; ok {
		return s
	}
	s := &surroundings{}
	if n != tree.Root {
		s = k.inside(k.around(k.doc.Parent(n)), n)
	}
	k.surroundings[n] = s
	return s
}

// inside is the surroundings of an element given its parent's. On a literal result element the attributes are
// XSLT's, on an element of XSLT they have no namespace.
func (k *compiler) inside(outer *surroundings, n tree.Node) *surroundings {
	space := xslSpace
	if k.doc.Name(n).Space == xslSpace {
		space = ""
	}
	s := *outer
	if v, ok := k.doc.Attr(n, xmlSpace, "space"); ok {
		s.preserve = v == "preserve"
	}
	if v, ok := k.doc.Attr(n, space, "version"); ok && (space != "" || k.doc.Parent(n) == tree.Root) {
		s.forwards = strings.Trim(v, " \t\r\n") != "1.0"
	}
	s.extensions = k.withListed(s.extensions, n, space, "extension-element-prefixes")
	s.excluded = k.withListed(s.excluded, n, space, "exclude-result-prefixes")
	if s.preserve == outer.preserve && s.forwards == outer.forwards &&
		len(s.extensions) == len(outer.extensions) && len(s.excluded) == len(outer.excluded) {
		return outer
	}
	return &s
}

// withListed adds the namespaces of the prefixes that an attribute lists.
func (k *compiler) withListed(outer map[string]bool, n tree.Node, space, attribute string) map[string]bool {
	list, ok := k.doc.Attr(n, space, attribute)
	if !ok {
		return outer
	}
	out := maps.Clone(outer)
	if out == nil {
		out = map[string]bool{}
	}
	for _, prefix := range fields(list) {
		if prefix == "#default" {
			prefix = ""
		}
		if uri, ok := k.lookup(n, prefix); ok && uri != "" {
			out[uri] = true
		}
	}
	return out
}
