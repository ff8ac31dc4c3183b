package scim

import (
	"fmt"
	"maps"
	"reflect"
)

// identity is by what a value is told from the others of its attribute.
func identity(v any) string {
	one, ok := v.(Attributes)
	if !ok {
		return fmt.Sprint(v)
	}
	if value := one.Text("value"); value != "" {
		return value
	}
	text, _ := one.JSON() // what was read from JSON can be written so
	return text
}

// join adds values to those that there are. One that is there already takes over what the new one says.
func (a attribute) join(in Attributes, added []any) error {
	list, _ := in[a.name].([]any)
	place := make(map[string]int, len(list))
	for i, v := range list {
		place[identity(v)] = i
	}
	var fresh []int
	for _, v := range added {
		i, there := place[identity(v)]
		if !there {
			i = len(list)
			place[identity(v)] = i
			list = append(list, v)
		} else if old, ok := list[i].(Attributes); ok {
			maps.Copy(old, v.(Attributes))
		}
		fresh = append(fresh, i)
	}
	onePrimary(list, fresh)
	in[a.name] = list
	return a.bounded(len(list))
}

// remove takes a away, or only the values that are named: by whatever they are told from the others by.
func (a attribute) remove(in Attributes, named any) error {
	v, err := a.normal(named)
	if err != nil {
		return err
	}
	if !a.multi || v == nil {
		delete(in, a.name)
		return nil
	}
	gone := map[string]bool{}
	for _, one := range v.([]any) {
		gone[identity(one)] = true
	}
	a.keep(in, func(v any) bool { return !gone[identity(v)] })
	return nil
}

// keep leaves the values of a that are to stay.
func (a attribute) keep(in Attributes, stays func(any) bool) {
	list, _ := in[a.name].([]any)
	kept := []any{}
	for _, v := range list {
		if stays(v) {
			kept = append(kept, v)
		}
	}
	if in[a.name] = kept; len(kept) == 0 {
		delete(in, a.name)
	}
}

// writeChosen carries out o on the values that t chooses.
func (t target) writeChosen(in Attributes, o operation) error {
	list, _ := in[t.attribute.name].([]any)
	var chosen []int
	for i, v := range list {
		if one, ok := v.(Attributes); ok && t.where(one) {
			chosen = append(chosen, i)
		}
	}
	switch {
	case o.do == "remove" && t.part == nil:
		t.attribute.keep(in, func(v any) bool { one, ok := v.(Attributes); return !ok || !t.where(one) })
		return nil
	case len(chosen) == 0 && o.do == "remove":
		return nil
	case len(chosen) == 0:
		return t.createChosen(in, list, o)
	}
	for _, i := range chosen {
		if err := t.writeOne(list[i].(Attributes), o); err != nil {
			return err
		}
	}
	onePrimary(list, chosen)
	t.attribute.keep(in, func(v any) bool { one, ok := v.(Attributes); return !ok || len(one) > 0 })
	return nil
}

// writeOne carries out o on one value, or its part.
func (t target) writeOne(one Attributes, o operation) error {
	if t.part != nil {
		return t.part.write(one, o)
	}
	v, err := t.attribute.single(o.value)
	if values, ok := v.(Attributes); ok && err == nil {
		maps.Copy(one, values)
	}
	return err
}

// createChosen makes the value that t would have chosen, which can be told where that is by equalities. A member is none
// of those: nobody joins a group by being looked for.
func (t target) createChosen(in Attributes, list []any, o operation) error {
	if t.equals == nil || t.attribute.name == "members" {
		return Refuse(NoTarget, "No value of %q is what the path asks for.", t.attribute.name)
	}
	one := t.equals.Clone()
	if err := t.writeOne(one, o); err != nil {
		return err
	}
	if reflect.DeepEqual(one, t.equals) { // nothing was written
		return nil
	}
	list = append(list, one)
	onePrimary(list, []int{len(list) - 1})
	in[t.attribute.name] = list
	return nil
}

// onePrimary leaves the primary mark to what was just written, if that has it (RFC 7644 3.5.2).
func onePrimary(list []any, fresh []int) {
	last := -1
	for _, i := range fresh {
		if one, ok := list[i].(Attributes); ok && one["primary"] == true {
			last = i
		}
	}
	for i, v := range list {
		if one, ok := v.(Attributes); ok && last >= 0 && i != last && one["primary"] == true {
			one["primary"] = false
		}
	}
}
