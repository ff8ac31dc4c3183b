package xslt

import (
	"strings"

	"cloudpocket/portal/egov/tree"
)

const (
	xslSpace   = "http://www.w3.org/1999/XSL/Transform"
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xhtmlSpace = "http://www.w3.org/1999/xhtml"
)

// qname is an expanded name.
type qname struct{ space, local string }

// lookup finds what a prefix stands for at an element of the stylesheet.
func (k *compiler) lookup(n tree.Node, prefix string) (string, bool) {
	for _, b := range k.doc.Scope(n) {
		if b.Prefix == prefix {
			return b.URI, true
		}
	}
	return "", false
}

// expand reads a name written at an element; the default namespace is not used (XSLT 1.0, section 2.4).
func (k *compiler) expand(n tree.Node, s string) (qname, error) {
	s = strings.Trim(s, space)
	if !tree.IsQName(s) {
		return qname{}, k.wrong(n, "%q is not a name", s)
	}
	prefix, local, found := strings.Cut(s, ":")
	if !found {
		return qname{"", s}, nil
	}
	uri, ok := k.lookup(n, prefix)
	if !ok {
		return qname{}, k.wrong(n, "the prefix %s is not declared", prefix)
	}
	return qname{uri, local}, nil
}

const space = " \t\r\n"

func blank(s string) bool { return strings.Trim(s, space) == "" }

// attr is the value of an attribute without a namespace, or "".
func (k *compiler) attr(n tree.Node, local string) string {
	v, _ := k.doc.Attr(n, "", local)
	return v
}

// isXSL tells whether a node is the XSLT element of this name.
func (k *compiler) isXSL(n tree.Node, local string) bool {
	if k.doc.Kind(n) != tree.Element {
		return false
	}
	name := k.doc.Name(n)
	return name.Space == xslSpace && name.Local == local
}
