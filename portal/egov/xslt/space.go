package xslt

import (
	"strings"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// spaceRules are xsl:strip-space and xsl:preserve-space (section 3.4): whether to strip, by what they name.
type spaceRules struct {
	names  map[qname]bool
	spaces map[string]bool // prefix:*
	all    bool            // *
	some   bool            // there is something to strip
}

func (k *compiler) spaceElement(n tree.Node, strip bool) error {
	rules := &k.sheet.spaces
	rules.some = rules.some || strip
	for _, s := range fields(k.attr(n, "elements")) {
		if s == "*" {
			rules.all = strip
			continue
		}
		prefix, isPrefix := strings.CutSuffix(s, ":*")
		if !isPrefix {
			name, err := k.expand(n, s)
			if err != nil {
				return err
			}
			rules.names[name] = strip
			continue
		}
		uri, ok := k.lookup(n, prefix)
		if !ok {
			return k.wrong(n, "the prefix %s is not declared", prefix)
		}
		rules.spaces[uri] = strip
	}
	return nil
}

// strips decides for an element's name: a name is stronger than a prefix, and that than *. The last rule wins.
func (r *spaceRules) strips(name tree.Name) bool {
	if strip, ok := r.names[qname{name.Space, name.Local}]; ok {
		return strip
	}
	if strip, ok := r.spaces[name.Space]; ok && name.Space != "" {
		return strip
	}
	return r.all
}

// strip is the document without the white space that the stylesheet does not want.
func (s *Stylesheet) strip(doc *tree.Document, meter *xpath.Meter) *tree.Document {
	if !s.spaces.some {
		return doc
	}
	meter.Bytes(64 * doc.Len())
	return doc.WithoutSpace(s.spaces.strips)
}
