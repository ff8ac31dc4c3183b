package tree

import (
	"fmt"
	"strings"
)

// declare opens an element's scope: its parent's with the declarations among its attributes on top. Elements that
// declare nothing share their parent's.
func (p *parser) declare(attrs []attr, outer int32) (int32, error) {
	var changed []Binding
	for _, a := range attrs {
		prefix, is := a.declares()
		if !is {
			continue
		}
		if a.qname != "xmlns" && !IsNCName(prefix) {
			return 0, p.refuse(Malformed, "%q declares no prefix", a.qname)
		}
		if err := p.checkBinding(prefix, a.value); err != nil {
			return 0, err
		}
		if changed == nil {
			changed = append(changed, p.doc.scopes[outer]...)
		}
		changed = bind(changed, Binding{prefix, a.value})
	}
	if changed == nil {
		return outer, nil
	}
	p.bindings += len(changed)
	switch {
	case len(changed) > p.limits.Attributes+1:
		return 0, p.refuse(TooMuch, "more than %d namespaces in scope", p.limits.Attributes)
	case len(p.doc.nodes)+p.bindings > p.limits.Nodes:
		return 0, p.refuse(TooMuch, "more than %d nodes", p.limits.Nodes)
	}
	p.doc.scopes = append(p.doc.scopes, changed)
	return int32(len(p.doc.scopes) - 1), nil
}

// bind puts a binding in the place of the one for its prefix; an empty URI takes the default namespace away.
func bind(scope []Binding, b Binding) []Binding {
	for i := range scope {
		if scope[i].Prefix != b.Prefix {
			continue
		}
		if b.URI == "" {
			return append(scope[:i], scope[i+1:]...)
		}
		scope[i].URI = b.URI
		return scope
	}
	if b.URI == "" {
		return scope
	}
	return append(scope, b)
}

// checkBinding holds a declaration to Namespaces 1.0, sections 2.2 and 3.
func (p *parser) checkBinding(prefix, uri string) error {
	switch {
	case prefix == "xmlns", uri == xmlnsSpace:
		return p.refuse(Malformed, "the prefix xmlns must not be declared")
	case (prefix == "xml") != (uri == xmlSpace):
		return p.refuse(Malformed, "the prefix xml stands for %s, and no other does", xmlSpace)
	case prefix != "" && uri == "":
		return p.refuse(Malformed, "the prefix %s is declared without a namespace", prefix)
	}
	return nil
}

// inScope is a prefix somewhere.
type inScope struct {
	scope  int32
	prefix string
}

// resolve finds what a prefix stands for in a scope; no prefix and no default namespace give "".
func (p *parser) resolve(scope int32, prefix string) (uri string, err error) {
	key := inScope{scope, prefix}
	if uri, ok := p.uris[key]; ok {
		return uri, nil
	}
	if uri, err = p.search(scope, prefix); err == nil {
		p.uris[key] = uri
	}
	return uri, err
}

func (p *parser) search(scope int32, prefix string) (string, error) {
	for _, b := range p.doc.scopes[scope] {
		if b.Prefix == prefix {
			return b.URI, nil
		}
	}
	if prefix == "" {
		return "", nil
	}
	return "", p.refuse(Malformed, "the prefix %s is not declared", prefix)
}

// written is a name as it stands in the text, where it stands; what it resolves to is worth remembering.
type written struct {
	scope int32
	attr  bool
	name  string
}

type resolved struct{ name, prefix int32 }

func (p *parser) intern(scope int32, isAttr bool, qname string) (resolved, error) {
	key := written{scope, isAttr, qname}
	if r, ok := p.known[key]; ok {
		return r, nil
	}
	prefix, local, err := p.split(qname)
	if err != nil {
		return resolved{}, err
	}
	space := ""
	if prefix != "" || !isAttr {
		if space, err = p.resolve(scope, prefix); err != nil {
			return resolved{}, err
		}
	}
	r := resolved{p.doc.nameID(space, local), p.prefixID(prefix)}
	p.known[key] = r
	return r, nil
}

func (p *parser) prefixID(prefix string) int32 {
	id, ok := p.prefixes[prefix]
	if !ok {
		id = int32(len(p.doc.prefixes))
		p.doc.prefixes = append(p.doc.prefixes, prefix)
		p.prefixes[prefix] = id
	}
	return id
}

func (p *parser) refuse(why Reason, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	if len(text) > 300 { // a name in it may be as long as the document
		text = strings.ToValidUTF8(text[:300], "") + "…"
	}
	return &Refusal{Reason: why, Line: p.lineAt(p.pos), Text: text}
}
