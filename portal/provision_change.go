package portal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// Create adds a user, who becomes an account when it is known where they belong, or a group with its members.
func (d provisioner) Create(ctx context.Context, r scim.Resource) (made scim.Resource, err error) {
	err = d.update(ctx, func(w *provision) error {
		now := w.Now()
		p := store.Provisioned{TrustID: w.trust.ID, Kind: kinds[r.Kind], ID: store.NewID(now), CreatedAt: now, Version: 1}
		p, err := w.described(ctx, p, r.Attributes)
		if err != nil {
			return err
		}
		if p.Kind == store.ProvisionedUser {
			if p, err = w.settle(ctx, p, scim.Attributes{}, r.Attributes); err != nil {
				return err
			}
		}
		if err := w.tx.Provisioning().Create(ctx, p); err != nil {
			return fmt.Errorf("provision a %s: %w", p.Kind, err)
		}
		if p.Kind == store.ProvisionedGroup {
			if err := w.regroup(ctx, p, scim.Resource{}, r); err != nil {
				return err
			}
		}
		if err := w.auditChange(ctx, p, "add", scim.Attributes{}, r.Attributes); err != nil {
			return err
		}
		made, err = w.answer(ctx, p)
		return err
	})
	return made, err
}

// Change replaces what is said of a user or group.
func (d provisioner) Change(ctx context.Context, kind scim.Kind, id string, change func(scim.Resource) (scim.Attributes, error)) (changed scim.Resource, err error) {
	err = d.update(ctx, func(w *provision) error {
		p, err := w.get(ctx, kind, id)
		if err != nil {
			return err
		}
		old, err := w.wholeOne(ctx, p)
		if err != nil {
			return err
		}
		next, err := change(scim.Resource{Kind: old.Kind, ID: old.ID, Attributes: old.Attributes.Clone(), Created: old.Created, Modified: old.Modified, Version: old.Version})
		if err != nil {
			return err
		}
		if p, err = w.replace(ctx, p, old, next); err != nil {
			return err
		}
		changed, err = w.answer(ctx, p)
		return err
	})
	return changed, err
}

// replace saves p with next in place of what was said of it.
func (w *provision) replace(ctx context.Context, p store.Provisioned, old scim.Resource, next scim.Attributes) (store.Provisioned, error) {
	was := p
	p, next, err := w.restated(ctx, p, old.Attributes, next)
	if err != nil {
		return p, err
	}
	if p.Kind == store.ProvisionedUser {
		if p, err = w.resettled(ctx, p, p.Attributes != was.Attributes, old.Attributes, next); err != nil {
			return p, err
		}
	}
	after, touched := scim.Resource{Kind: old.Kind, Attributes: next}, p.ModifiedAt
	if p.ModifiedAt = was.ModifiedAt; p == was && slices.Equal(old.Members(), after.Members()) {
		return was, nil
	}
	p.ModifiedAt = touched
	if err := w.tx.Provisioning().Update(ctx, p); err != nil {
		return p, fmt.Errorf("save what is provisioned: %w", err)
	}
	p.Version++
	if p.Kind == store.ProvisionedGroup {
		if err := w.regroup(ctx, p, old, after); err != nil {
			return p, err
		}
	}
	return p, w.auditChange(ctx, p, "change", old.Attributes, next)
}

// restated returns p with what is said of it now, and that. Whoever goes goes, however they are called: where another user has
// the name, they keep their own.
func (w *provision) restated(ctx context.Context, p store.Provisioned, old, next scim.Attributes) (store.Provisioned, scim.Attributes, error) {
	said, err := w.described(ctx, p, next)
	if p.Kind == store.ProvisionedUser && misnamed(err) && !active(next) {
		next = next.Clone()
		next["userName"] = old["userName"]
		said, err = w.described(ctx, p, next)
	}
	return said, next, err
}

// resettled settles a user anew, unless nothing else is said and what was said is followed.
func (w *provision) resettled(ctx context.Context, p store.Provisioned, anew bool, old, next scim.Attributes) (store.Provisioned, error) {
	if !active(next) { // once more if it was so: sessions may stand where a session store was away, and the firm may have let them in
		old, anew = maps.Clone(old), true
		delete(old, "active")
	}
	if !anew {
		followed, err := w.followed(ctx, p, next)
		if err != nil || followed {
			return p, err
		}
	}
	return w.settle(ctx, p, old, next)
}

// Remove removes a group, or a user with the account that it became.
func (d provisioner) Remove(ctx context.Context, kind scim.Kind, id string, check func(scim.Resource) error) error {
	return d.update(ctx, func(w *provision) error {
		p, err := w.get(ctx, kind, id)
		if err != nil {
			return err
		}
		old, err := w.wholeOne(ctx, p)
		if err != nil {
			return err
		}
		if err := check(old); err != nil {
			return err
		}
		if err := w.tx.Provisioning().Remove(ctx, w.trust.ID, p.Kind, p.ID); err != nil {
			return fmt.Errorf("remove what is provisioned: %w", err)
		}
		if p.Kind == store.ProvisionedUser {
			err = w.dismiss(ctx, p)
		} else {
			err = w.regroup(ctx, p, old, scim.Resource{Kind: old.Kind})
		}
		if err != nil {
			return err
		}
		return w.auditChange(ctx, p, "remove", old.Attributes, scim.Attributes{})
	})
}

// untaken demands that nobody else is called as p is.
func (w *provision) untaken(ctx context.Context, p store.Provisioned) error {
	other, err := w.tx.Provisioning().ByName(ctx, w.trust.ID, p.Kind, p.Name)
	switch {
	case errors.Is(err, store.ErrNotFound) || err == nil && other.ID == p.ID:
		return nil
	case err != nil:
		return fmt.Errorf("look who is called so: %w", err)
	}
	return scim.Taken("Another %s has this name.", p.Kind)
}

// auditChange writes down which attributes changed, and not what they are: they are much of a person, and the account's
// own event has what counts.
func (w *provision) auditChange(ctx context.Context, p store.Provisioned, by string, old, next scim.Attributes) error {
	detail := map[string]string{"by": by, "changed": strings.Join(differing(old, next), " "), "name": short(p.Name)}
	if p.AccountID != "" {
		detail["account"] = string(p.AccountID)
	}
	return w.audit(ctx, store.DeedProvision, provisionRecord(p), detail)
}

// differing returns the attributes that are not the same, by name.
func differing(old, next scim.Attributes) (names []string) {
	all := maps.Clone(old)
	maps.Copy(all, next)
	delete(all, "groups")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !reflect.DeepEqual(old[name], next[name]) {
			names = append(names, name)
		}
	}
	return names
}
