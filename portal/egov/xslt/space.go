package xslt

import (
	"strings"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// spaceRule is a name of xsl:strip-space or xsl:preserve-space (section 3.4).
type spaceRule struct {
	strip    bool
	space    string
	local    string // "*" for all
	anySpace bool
}

func (k *compiler) spaceElement(n tree.Node, strip bool) error {
	for _, s := range fields(k.attr(n, "elements")) {
		prefix, local, found := strings.Cut(s, ":")
		rule := spaceRule{strip: strip, local: local}
		switch {
		case s == "*":
			rule.local, rule.anySpace = "*", true
		case !found:
			rule.local = s
		default:
			uri, ok := k.lookup(n, prefix)
			if !ok {
				return k.wrong(n, "the prefix %s is not declared", prefix)
			}
			rule.space = uri
		}
		k.sheet.spaces = append(k.sheet.spaces, rule)
	}
	return nil
}

// strips decides for an element's name: an exact name is stronger than a prefix, that than *, and the last wins.
func (s *Stylesheet) strips(name tree.Name) bool {
	strip, strength := false, 0
	for _, rule := range s.spaces {
		this := 0
		switch {
		case rule.anySpace:
			this = 1
		case rule.space == name.Space && rule.local == "*":
			this = 2
		case rule.space == name.Space && rule.local == name.Local:
			this = 3
		}
		if this > 0 && this >= strength {
			strip, strength = rule.strip, this
		}
	}
	return strip
}

// strip is the document without the white space that the stylesheet does not want.
func (s *Stylesheet) strip(doc *tree.Document, meter *xpath.Meter) *tree.Document {
	for _, rule := range s.spaces {
		if rule.strip {
			meter.Bytes(64 * doc.Len())
			return doc.WithoutSpace(s.strips)
		}
	}
	return doc
}
