package scim

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// maxOperations is how many operations one PATCH may have.
const maxOperations = 1_000

// operation is one of a PATCH.
type operation struct {
	do    string // add, remove, replace
	path  string
	value any
}

// operations reads the body of a PATCH.
func operations(body Attributes) ([]operation, error) {
	if err := demandSchema(body, urnPatch); err != nil {
		return nil, err
	}
	list, _ := member(body, "Operations").([]any)
	if len(list) == 0 {
		return nil, Refuse(InvalidSyntax, "A PATCH has a list of Operations.")
	}
	if len(list) > maxOperations {
		return nil, Refuse(TooMany, "A PATCH has at most %d operations.", maxOperations)
	}
	all := make([]operation, len(list))
	for i, v := range list {
		one, _ := v.(Attributes)
		do, _ := member(one, "op").(string)
		path, isText := member(one, "path").(string)
		if member(one, "path") != nil && !isText {
			return nil, Refuse(InvalidPath, "A path is a text.")
		}
		all[i] = operation{strings.ToLower(do), strings.TrimSpace(path), member(one, "value")}
		if !slices.Contains([]string{"add", "remove", "replace"}, all[i].do) {
			return nil, Refuse(InvalidSyntax, "An operation is add, remove or replace.")
		}
	}
	return all, nil
}

// member returns what an object has under a name in any capitals.
func member(a Attributes, name string) any {
	for key, v := range a {
		if strings.EqualFold(key, name) {
			return v
		}
	}
	return nil
}

// demandSchema refuses a message that says to be another one. One that does not say is taken as what it came as.
func demandSchema(body Attributes, urn string) error {
	said, _ := member(body, "schemas").([]any)
	if len(said) == 0 || slices.ContainsFunc(said, func(v any) bool { s, _ := v.(string); return strings.EqualFold(s, urn) }) {
		return nil
	}
	return Refuse(InvalidSyntax, "The schemas of this message must name %s.", urn)
}

// patch returns what a resource's attributes are after all, or why one of them cannot be done. Nobody waits for what the
// client does not wait for any more.
func (s schema) patch(ctx context.Context, r Resource, all []operation) (Attributes, error) {
	tree := r.Attributes.Clone()
	for _, o := range s.folded(all) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("change %s %s: %w", r.Kind, r.ID, err)
		}
		if err := s.apply(r, tree, o); err != nil {
			return nil, err
		}
	}
	return tree, s.complete(tree)
}

func (s schema) apply(r Resource, tree Attributes, o operation) error {
	if o.path != "" {
		t, err := s.target(o.path)
		if err != nil {
			return err
		}
		return t.write(r, tree, o)
	}
	if o.do == "remove" {
		return Refuse(NoTarget, "What is to be removed is said by a path.")
	}
	object, ok := o.value.(Attributes)
	if !ok {
		return Refuse(InvalidValue, "Without a path, the value is an object of attributes.")
	}
	return s.spread(r, tree, o, object)
}

// spread writes each attribute of an object, whose names may be paths. As in a whole resource, names that are unknown are
// passed over.
func (s schema) spread(r Resource, tree Attributes, o operation, object Attributes) error {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		t, err := s.target(name)
		var refused *Error
		if errors.As(err, &refused) && !strings.ContainsAny(name, "[].") {
			continue
		}
		if err != nil {
			return err
		}
		if t.attribute.name == "schemas" {
			continue
		}
		if err := t.write(r, tree, operation{do: o.do, value: object[name]}); err != nil {
			return err
		}
	}
	return nil
}

// write carries out o at t.
func (t target) write(r Resource, tree Attributes, o operation) error {
	if t.attribute.readOnly || t.part != nil && t.part.readOnly {
		if t.attribute.name == "id" && o.value == r.ID {
			return nil
		}
		return Refuse(Mutability, "The attribute %q is the service's own.", t.attribute.name)
	}
	if t.attribute.dropped {
		return nil
	}
	if t.extension == "" {
		return t.writeIn(tree, o)
	}
	inner, _ := tree[t.extension].(Attributes)
	if inner == nil {
		inner = Attributes{}
	}
	if err := t.writeIn(inner, o); err != nil {
		return err
	}
	put(tree, t.extension, inner)
	return nil
}

func (t target) writeIn(in Attributes, o operation) error {
	switch {
	case t.where != nil:
		return t.writeChosen(in, o)
	case t.part != nil && t.attribute.multi:
		t.where, t.equals = func(Attributes) bool { return true }, Attributes{}
		return t.writeChosen(in, o)
	case t.part != nil:
		inner, _ := in[t.attribute.name].(Attributes)
		if inner == nil {
			inner = Attributes{}
		}
		err := t.part.write(inner, o)
		put(in, t.attribute.name, inner)
		return err
	}
	return t.attribute.write(in, o)
}

// put sets an object, or takes it away when nothing is left of it.
func put(in Attributes, name string, object Attributes) {
	if len(object) == 0 {
		delete(in, name)
		return
	}
	in[name] = object
}

// write carries out o on the whole of a.
func (a attribute) write(in Attributes, o operation) error {
	if o.do == "remove" {
		return a.remove(in, o.value)
	}
	v, err := a.normal(o.value)
	switch {
	case err != nil:
		return err
	case v == nil && o.do == "replace":
		delete(in, a.name)
	case v == nil:
	case a.multi && o.do == "add":
		return a.join(in, v.([]any))
	case a.multi:
		in[a.name] = v
	case a.kind == "complex":
		a.merge(in, v.(Attributes))
	default:
		in[a.name] = v
	}
	return nil
}

// merge sets the parts that v has; the others stay.
func (a attribute) merge(in Attributes, v Attributes) {
	old, _ := in[a.name].(Attributes)
	if old == nil {
		old = Attributes{}
	}
	maps.Copy(old, v)
	in[a.name] = old
}
