package xslt

import (
	"slices"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// rule is a template rule for one alternative of its pattern.
type rule struct {
	pattern  *xpath.Pattern
	priority float64
	order    int // of the stylesheet; of equal priorities the last wins (section 5.5)
	template *template
}

// mode is the rules of a mode, by the nodes they can match.
type mode struct {
	byName map[ruleKey][]*rule
	byKind [tree.PI + 1][]*rule // those that are for all names
}

type ruleKey struct {
	kind tree.Kind
	name int
}

func (k *compiler) addRule(name qname, p *xpath.Pattern, t *template, priority *float64) {
	m := k.sheet.modes[name]
	if m == nil {
		m = &mode{byName: map[ruleKey][]*rule{}}
		k.sheet.modes[name] = m
	}
	r := &rule{pattern: p, priority: p.Priority, order: k.rules, template: t}
	k.rules++
	if priority != nil {
		r.priority = *priority
	}
	kind, id, any := p.Target()
	switch {
	case any:
		for kind := range m.byKind {
			m.byKind[kind] = append(m.byKind[kind], r)
		}
	case id >= 0:
		m.byName[ruleKey{kind, id}] = append(m.byName[ruleKey{kind, id}], r)
	default:
		m.byKind[kind] = append(m.byKind[kind], r)
	}
}

// sort puts the rules that win first, and the rules for all names among those for each.
func (m *mode) sort() {
	for key, rules := range m.byName {
		m.byName[key] = winnersFirst(append(rules, m.byKind[key.kind]...))
	}
	for kind := range m.byKind {
		m.byKind[kind] = winnersFirst(m.byKind[kind])
	}
}

func winnersFirst(rules []*rule) []*rule {
	slices.SortFunc(rules, func(a, b *rule) int {
		switch {
		case a.priority != b.priority && a.priority > b.priority:
			return -1
		case a.priority != b.priority:
			return 1
		}
		return b.order - a.order
	})
	return rules
}

// dispatch is a mode's rules for one document: by NameID for elements and attributes, by kind for all others.
type dispatch struct {
	mode       *mode
	elements   [][]*rule
	attributes [][]*rule
}

func (r *run) dispatchFor(m *mode) *dispatch {
	if d := r.dispatch[m]; d != nil {
		return d
	}
	d := &dispatch{mode: m}
	if m != nil {
		n := r.c.Doc.NameIDs()
		d.elements, d.attributes = make([][]*rule, n), make([][]*rule, n)
		for i := range n {
			d.elements[i], d.attributes[i] = m.byKind[tree.Element], m.byKind[tree.Attribute]
		}
		for key, rules := range m.byName {
			if id := r.c.NameID(key.name); id >= 0 && key.kind == tree.Element {
				d.elements[id] = rules
			} else if id >= 0 && key.kind == tree.Attribute {
				d.attributes[id] = rules
			}
		}
	}
	r.dispatch[m] = d
	return d
}

// find is the template for a node, or nil where the built-in one applies.
func (d *dispatch) find(c *xpath.Context, n tree.Node) *template {
	if d.mode == nil {
		return nil
	}
	var rules []*rule
	switch kind := c.Doc.Kind(n); kind {
	case tree.Element:
		rules = d.elements[c.Doc.NameID(n)]
	case tree.Attribute:
		rules = d.attributes[c.Doc.NameID(n)]
	case tree.PI:
		rules = d.mode.instructions(c, n)
	default:
		rules = d.mode.byKind[kind]
	}
	for _, r := range rules {
		if r.pattern.Match(c, n) {
			return r.template
		}
	}
	return nil
}

// instructions are the rules for a processing instruction, of which there are few.
func (m *mode) instructions(c *xpath.Context, n tree.Node) []*rule {
	for key, rules := range m.byName {
		if key.kind == tree.PI && c.NameID(key.name) == c.Doc.NameID(n) {
			return rules
		}
	}
	return m.byKind[tree.PI]
}
