package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// Find returns what is provisioned in order of ID.
func (d provisioner) Find(ctx context.Context, kind scim.Kind, q scim.Query) (found scim.Found, err error) {
	err = d.view(ctx, func(w *provision) error {
		found = scim.Found{}
		if some, hinted, err := w.hinted(ctx, kinds[kind], q.Exact); hinted || err != nil {
			if err != nil {
				return err
			}
			return w.collect(ctx, some, q, &found)
		}
		if q.Match == nil {
			return w.page(ctx, kinds[kind], q, &found)
		}
		for after := store.ID(""); ; {
			some, err := w.tx.Provisioning().List(ctx, w.trust.ID, kinds[kind], after, 0)
			if err != nil || len(some) == 0 {
				return err
			}
			if err := w.collect(ctx, some, q, &found); err != nil {
				return err
			}
			after = some[len(some)-1].ID
		}
	})
	return found, err
}

// hinted looks up what must be equal, if that leads to a few rows.
func (w *provision) hinted(ctx context.Context, kind store.ProvisionedKind, exact map[string]string) ([]store.Provisioned, bool, error) {
	name := map[store.ProvisionedKind]string{store.ProvisionedUser: "userName", store.ProvisionedGroup: "displayName"}[kind]
	s, trust := w.tx.Provisioning(), w.trust.ID
	for hint, look := range map[string]func(value string) ([]store.Provisioned, error){
		"id":         func(v string) ([]store.Provisioned, error) { return one(s.Get(ctx, trust, kind, store.ID(v))) },
		name:         func(v string) ([]store.Provisioned, error) { return one(s.ByName(ctx, trust, kind, scim.Fold(v))) },
		"externalId": func(v string) ([]store.Provisioned, error) { return s.ByExternalID(ctx, trust, kind, v) },
	} {
		value, asked := exact[hint]
		if !asked {
			continue
		}
		if !storable(value) { // nothing is called so
			return nil, true, nil
		}
		some, err := look(value)
		return some, true, err
	}
	return nil, false, nil
}

// storable reports whether a database can be asked for s.
func storable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// one makes a list of what may be there.
func one(p store.Provisioned, err error) ([]store.Provisioned, error) {
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return []store.Provisioned{p}, err
}

// page fills found with a page of all, which nothing needs to be judged for.
func (w *provision) page(ctx context.Context, kind store.ProvisionedKind, q scim.Query, found *scim.Found) error {
	total, err := w.tx.Provisioning().Count(ctx, w.trust.ID, kind)
	if err != nil {
		return err
	}
	for after, skip := store.ID(""), q.Start; len(found.Resources) < q.Count; skip = 0 {
		some, err := w.tx.Provisioning().List(ctx, w.trust.ID, kind, after, skip)
		if err != nil {
			return err
		}
		if len(some) == 0 {
			break
		}
		after = some[len(some)-1].ID
		whole, err := w.answers(ctx, some, q.Members)
		if err != nil {
			return err
		}
		found.Resources = append(found.Resources, whole[:min(len(whole), q.Count-len(found.Resources))]...)
	}
	found.Total = total
	return nil
}

// collect adds those of some that match.
func (w *provision) collect(ctx context.Context, some []store.Provisioned, q scim.Query, found *scim.Found) error {
	all, err := w.answers(ctx, some, q.Members)
	if err != nil {
		return err
	}
	for _, r := range all {
		if q.Match != nil && !q.Match(r) {
			continue
		}
		if found.Total++; found.Total > q.Start && len(found.Resources) < q.Count {
			found.Resources = append(found.Resources, r)
		}
	}
	return nil
}

// Get returns one user or group.
func (d provisioner) Get(ctx context.Context, kind scim.Kind, id string) (r scim.Resource, err error) {
	err = d.view(ctx, func(w *provision) error {
		p, err := w.get(ctx, kind, id)
		if err != nil {
			return err
		}
		r, err = w.answer(ctx, p)
		return err
	})
	return r, err
}

func (w *provision) get(ctx context.Context, kind scim.Kind, id string) (store.Provisioned, error) {
	if !store.ID(id).Valid() {
		return store.Provisioned{}, fmt.Errorf("%q is no ID: %w", short(id), store.ErrNotFound)
	}
	return w.tx.Provisioning().Get(ctx, w.trust.ID, kinds[kind], store.ID(id))
}

func (w *provision) wholeOne(ctx context.Context, p store.Provisioned) (scim.Resource, error) {
	all, err := w.whole(ctx, []store.Provisioned{p}, true)
	if err != nil {
		return scim.Resource{}, err
	}
	return all[0], nil
}

func (w *provision) answer(ctx context.Context, p store.Provisioned) (scim.Resource, error) {
	all, err := w.answers(ctx, []store.Provisioned{p}, true)
	if err != nil {
		return scim.Resource{}, err
	}
	return all[0], nil
}

// answers returns resources as a client reads them: a user whose account the firm keeps out is not active, whatever was said.
func (w *provision) answers(ctx context.Context, some []store.Provisioned, members bool) ([]scim.Resource, error) {
	all, err := w.whole(ctx, some, members)
	if err != nil || len(some) == 0 || some[0].Kind != store.ProvisionedUser {
		return all, err
	}
	ids := make([]store.ID, len(some))
	for i, p := range some {
		ids[i] = p.ID
	}
	off, err := w.tx.Provisioning().Off(ctx, w.trust.ID, ids)
	for _, id := range off {
		all[slices.Index(ids, id)].Attributes["active"] = false
	}
	return all, err
}

// whole returns resources of one kind with what they have to do with others: users with their groups, and groups with
// their members if these are wanted.
func (w *provision) whole(ctx context.Context, some []store.Provisioned, members bool) ([]scim.Resource, error) {
	all, place := make([]scim.Resource, len(some)), map[store.ID]int{}
	ids := make([]store.ID, len(some))
	for i, p := range some {
		var err error
		if all[i], err = resource(p); err != nil {
			return nil, err
		}
		ids[i], place[p.ID] = p.ID, i
	}
	if len(some) == 0 {
		return all, nil
	}
	if some[0].Kind == store.ProvisionedUser {
		return all, w.withGroups(ctx, all, ids, place)
	}
	if !members {
		return all, nil
	}
	in, err := w.tx.Provisioning().Members(ctx, w.trust.ID, ids)
	for _, m := range in {
		add(all[place[m.Group]], "members", scim.Attributes{"value": string(m.User), "type": "User"})
	}
	return all, err
}

func (w *provision) withGroups(ctx context.Context, all []scim.Resource, ids []store.ID, place map[store.ID]int) error {
	in, err := w.tx.Provisioning().GroupsOf(ctx, w.trust.ID, ids)
	if err != nil {
		return err
	}
	for _, m := range in {
		name, err := w.groupName(ctx, m.Group)
		if err != nil {
			return err
		}
		add(all[place[m.User]], "groups", scim.Attributes{"value": string(m.Group), "display": name, "type": "direct"})
	}
	return nil
}

// add adds a value to a multi-valued attribute.
func add(r scim.Resource, name string, value scim.Attributes) {
	list, _ := r.Attributes[name].([]any)
	r.Attributes[name] = append(list, value)
}

// groupName returns what a group is called.
func (w *provision) groupName(ctx context.Context, id store.ID) (string, error) {
	if name, known := w.names[id]; known {
		return name, nil
	}
	p, err := w.tx.Provisioning().Get(ctx, w.trust.ID, store.ProvisionedGroup, id)
	if err != nil {
		return "", fmt.Errorf("read a group of a user: %w", err)
	}
	r, err := resource(p)
	w.names[id] = r.Attributes.Text("displayName")
	return w.names[id], err
}
