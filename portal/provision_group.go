package portal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// given is what a user's groups give.
type given struct {
	known bool // one of them at least is a role of the trust's mapping
	role  store.ID
	menus store.Permission
}

// given returns what the groups of a user give by the trust's mapping, which an administrator wrote who holds as much.
// Groups that it does not know give nothing.
func (w *provision) given(ctx context.Context, user store.ID) (g given, err error) {
	in, err := w.tx.Provisioning().GroupsOf(ctx, w.trust.ID, []store.ID{user})
	if err != nil {
		return g, err
	}
	var names []string
	for _, m := range in {
		name, err := w.groupName(ctx, m.Group)
		if err != nil {
			return g, err
		}
		if _, known := w.trust.Mapping.Roles[name]; known {
			names = append(names, name)
		}
	}
	g.known = len(names) > 0
	g.role, g.menus, err = mapRoles(ctx, w.tx, w.trust.Mapping.Roles, names)
	return g, err
}

// usual are the menus of an account that no group gives any.
func (w *provision) usual(a store.Account) store.Permission {
	if a.Staff() {
		return 0
	}
	return usualBy(w.trust)
}

// usualBy are the menus of a client's account that no group gives any: it reads what is delivered, unless groups are what
// decides at this trust.
func usualBy(t store.Trust) store.Permission {
	if len(t.Mapping.Roles) > 0 {
		return 0
	}
	return store.PermitView
}

// regroup brings a group's members in step with what is said now, and what they may do with that. The group itself is saved,
// or removed, before.
func (w *provision) regroup(ctx context.Context, p store.Provisioned, old, next scim.Resource) error {
	was, is := old.Members(), next.Members()
	joined, left := without(is, was), without(was, is)
	if next.Attributes != nil { // the members of a group that is removed went with it
		if err := w.enrol(ctx, p, joined, left); err != nil {
			return err
		}
	}
	before, after := old.Attributes.Text("displayName"), next.Attributes.Text("displayName")
	affected := slices.Concat(joined, left)
	if before != after {
		affected = slices.Concat(was, joined)
	}
	roles := w.trust.Mapping.Roles
	if roles[before] == "" && roles[after] == "" {
		return nil
	}
	for _, id := range affected {
		if err := w.regrant(ctx, store.ID(id)); err != nil {
			return err
		}
	}
	return nil
}

// without returns those of all that are not in some, which is sorted.
func without(all, some []string) (rest []string) {
	for _, one := range all {
		if _, in := slices.BinarySearch(some, one); !in {
			rest = append(rest, one)
		}
	}
	return rest
}

func (w *provision) enrol(ctx context.Context, p store.Provisioned, joined, left []string) error {
	for _, id := range joined {
		if _, err := w.get(ctx, scim.KindUser, id); errors.Is(err, store.ErrNotFound) {
			return scim.Refuse(scim.InvalidValue, "A member is not a user of this service.")
		} else if err != nil {
			return fmt.Errorf("read a member: %w", err)
		}
		if err := w.tx.Provisioning().Join(ctx, w.trust.ID, store.Membership{Group: p.ID, User: store.ID(id)}); err != nil {
			return fmt.Errorf("add a member: %w", err)
		}
	}
	for _, id := range left {
		if err := w.tx.Provisioning().Leave(ctx, w.trust.ID, store.Membership{Group: p.ID, User: store.ID(id)}); err != nil {
			return fmt.Errorf("take a member out: %w", err)
		}
	}
	return nil
}

// regrant gives a user's account the menus of the groups that they are in now. Who they are is not looked at anew.
func (w *provision) regrant(ctx context.Context, user store.ID) error {
	p, err := w.tx.Provisioning().Get(ctx, w.trust.ID, store.ProvisionedUser, user)
	if err != nil {
		return fmt.Errorf("read a member: %w", err)
	}
	r, err := resource(p)
	if err != nil {
		return err
	}
	settled, err := w.follow(ctx, p, r.Attributes, r.Attributes)
	if err != nil || settled == p {
		return err
	}
	if err := w.tx.Provisioning().Update(ctx, settled); err != nil {
		return fmt.Errorf("save a member: %w", err)
	}
	return nil
}

// remap gives the members of groups what a trust's mapping names for these now, where that changed. By whom people are told
// apart is not looked at here: it counts from the client's next word on.
func (p *Portal) remap(ctx context.Context, tx store.Tx, live, next store.Trust, by store.TrustVersion) error {
	before, after := live.Mapping.Roles, next.Mapping.Roles
	if maps.Equal(before, after) {
		return nil
	}
	next.SCIM = live.SCIM
	w := &provision{provisioner: provisioner{Portal: p, caller: ScimCaller{TrustID: next.ID}, by: by}, tx: tx, trust: next, menus: store.PermitAll, names: map[store.ID]string{}}
	for from := store.ID(""); ; {
		groups, err := tx.Provisioning().List(ctx, next.ID, store.ProvisionedGroup, from, 0)
		if err != nil || len(groups) == 0 {
			return err
		}
		from = groups[len(groups)-1].ID
		var changed []store.ID
		for _, g := range groups {
			name, err := w.groupName(ctx, g.ID)
			if err != nil {
				return err
			}
			if before[name] != after[name] {
				changed = append(changed, g.ID)
			}
		}
		in, err := tx.Provisioning().Members(ctx, next.ID, changed)
		if err != nil {
			return err
		}
		for _, m := range in {
			if err := w.regrant(ctx, m.User); err != nil {
				return fmt.Errorf("give a group of trust %s what it means now: %w", next.ID, err)
			}
		}
	}
}
