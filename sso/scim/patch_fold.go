package scim

import "slices"

// folded makes one of operations that follow one another and add members, or name members to remove. Clients send one for each
// person, and each alone is as much work as the whole group has members, in a transaction that others wait for.
func (s schema) folded(all []operation) (kept []operation) {
	if s.urn != urnGroup {
		return all
	}
	var run []any // the members of the last one kept; none: it is about something else
	for _, o := range all {
		members, last := s.membersOf(o), len(kept)-1
		if len(run) == 0 || len(members) == 0 || kept[last].do != o.do || len(run)+len(members) > maxMembers {
			kept, run = append(kept, o), slices.Clone(members)
			continue
		}
		run = append(run, members...)
		kept[last] = operation{o.do, "members", run}
	}
	return kept
}

// membersOf returns the members that o adds or names to remove; none when it does anything else, or is to be refused.
func (s schema) membersOf(o operation) []any {
	path, value := o.path, o.value
	if object, ok := value.(Attributes); ok && path == "" && o.do == "add" && len(object) == 1 {
		for path, value = range object {
		}
	}
	t, err := s.target(path)
	if err != nil || o.do == "replace" || t.attribute.name != "members" || t.part != nil {
		return nil
	}
	if t.where != nil {
		if o.do != "remove" || len(t.equals) != 1 || t.equals["value"] == nil {
			return nil
		}
		value = t.equals
	}
	v, err := t.attribute.normal(value)
	if err != nil {
		return nil
	}
	members, _ := v.([]any)
	return members
}
