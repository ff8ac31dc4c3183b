package xslt

import (
	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// frame is the variables of a template while it is compiled: those in sight, and the slots that all of them need.
type frame struct {
	visible []qname         // slot i holds the variable visible[i]
	slot    map[qname][]int // where each name is, the innermost last
	slots   int
}

// framed compiles a body with variables of its own.
func (k *compiler) framed(body func() (sequence, error)) (*template, error) {
	outer := k.frame
	k.frame = &frame{slot: map[qname][]int{}}
	defer func() { k.frame = outer }()
	seq, err := body()
	return &template{body: seq, slots: k.frame.slots}, err
}

// bind makes a variable visible from here to the end of its surroundings.
func (k *compiler) bind(name qname) (slot int) {
	f := k.frame
	slot = len(f.visible)
	f.visible = append(f.visible, name)
	f.slot[name] = append(f.slot[name], slot)
	f.slots = max(f.slots, len(f.visible))
	return slot
}

// leave forgets the variables from a slot on.
func (f *frame) leave(slot int) {
	for _, name := range f.visible[slot:] {
		f.slot[name] = f.slot[name][:len(f.slot[name])-1]
	}
	f.visible = f.visible[:slot]
}

// scope is what names mean at an element of the stylesheet.
type scope struct {
	k *compiler
	n tree.Node
}

// Namespace implements xpath.Scope.
func (s scope) Namespace(prefix string) (string, bool) { return s.k.lookup(s.n, prefix) }

// Variable implements xpath.Scope: local variables hide global ones.
func (s scope) Variable(space, local string) (*xpath.Expr, error) {
	name := qname{space, local}
	if s.k.frame != nil {
		if slots := s.k.frame.slot[name]; len(slots) > 0 {
			i := slots[len(slots)-1]
			return xpath.FromValue(func(c *xpath.Context) xpath.Value { return c.Vars[i] }), nil
		}
	}
	if i, ok := s.k.sheet.globalIDs[name]; ok {
		return xpath.FromValue(func(c *xpath.Context) xpath.Value { return c.Host.(*run).global(i) }), nil
	}
	return nil, s.k.wrong(s.n, "there is no variable $%s here", local)
}

// Function implements xpath.Scope.
func (s scope) Function(space, local string, args []*xpath.Expr) (*xpath.Expr, error) {
	if space != "" {
		reason := s.k.refuse(s.n, Forbidden, "the extension function %s of %s", local, space)
		return xpath.FromValue(func(*xpath.Context) xpath.Value { panic(reason) }), nil
	}
	if local == "document" {
		return nil, s.k.refuse(s.n, Forbidden, "document() asks for another file")
	}
	f, ok := functionNamed(local)
	if !ok {
		return nil, nil
	}
	if len(args) < f.least || len(args) > f.most {
		return nil, s.k.wrong(s.n, "%s() does not take %d arguments", local, len(args))
	}
	return f.make(s, args)
}
