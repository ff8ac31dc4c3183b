package xslt

import (
	"cmp"
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
	id     int
	byName map[ruleKey][]*rule
	byKind [tree.PI + 1][]*rule // those that are for all names
}

type ruleKey struct {
	kind tree.Kind
	name int
}

// mode is the mode of a name, which while compiling is made when first named.
func (s *Stylesheet) mode(name qname) *mode {
	m := s.modes[name]
	if m == nil {
		m = &mode{id: len(s.modes), byName: map[ruleKey][]*rule{}}
		s.modes[name] = m
	}
	return m
}

func (k *compiler) addRule(m *mode, p *xpath.Pattern, t *template, priority *float64) {
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

// sort puts the rules that win first in each list.
func (m *mode) sort() {
	for _, rules := range m.byName {
		slices.SortFunc(rules, compareRules)
	}
	for _, rules := range m.byKind {
		slices.SortFunc(rules, compareRules)
	}
}

// compareRules is negative where a wins.
func compareRules(a, b *rule) int {
	if a.priority != b.priority {
		return cmp.Compare(b.priority, a.priority)
	}
	return b.order - a.order
}

// dispatch is a mode's rules for one document, by NameID.
type dispatch struct {
	mode       *mode
	elements   map[int32][]*rule
	attributes map[int32][]*rule
	targets    map[int32][]*rule // of processing instructions
}

func (r *run) dispatchFor(m *mode) *dispatch {
	if d := r.dispatch[m.id]; d != nil {
		return d
	}
	d := &dispatch{mode: m, elements: map[int32][]*rule{}, attributes: map[int32][]*rule{}, targets: map[int32][]*rule{}}
	r.dispatch[m.id] = d
	r.c.Meter.Bytes(16 * len(m.byName))
	for key, rules := range m.byName {
		switch id := r.c.NameID(key.name); key.kind {
		case tree.Element:
			d.elements[id] = rules
		case tree.Attribute:
			d.attributes[id] = rules
		default:
			d.targets[id] = rules
		}
	}
	return d
}

// named are the rules for nodes of this name alone.
func (d *dispatch) named(kind tree.Kind, id int32) []*rule {
	switch kind {
	case tree.Element:
		return d.elements[id]
	case tree.Attribute:
		return d.attributes[id]
	case tree.PI:
		return d.targets[id]
	}
	return nil
}

// find is the template for a node, or nil where the built-in one applies. It goes through the rules for the name and
// those for all names together, the strongest first.
func (d *dispatch) find(c *xpath.Context, n tree.Node) *template {
	kind := c.Doc.Kind(n)
	named, others := d.named(kind, c.Doc.NameID(n)), d.mode.byKind[kind]
	for len(named)+len(others) > 0 {
		var next *rule
		if len(others) == 0 || len(named) > 0 && compareRules(named[0], others[0]) < 0 {
			next, named = named[0], named[1:]
		} else {
			next, others = others[0], others[1:]
		}
		if next.pattern.Match(c, n) {
			return next.template
		}
	}
	return nil
}
