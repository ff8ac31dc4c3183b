package sqlstore

import (
	"context"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

// packageStates are all that there are: the packages of any state are those of each, merged.
func packageStates() []store.PackageState {
	return []store.PackageState{
		store.PackageReceived, store.PackageReady, store.PackageUnplaced, store.PackageDuplicate, store.PackageRefused,
		store.PackageHanded, store.PackageDiscarded,
	}
}

func (t packages) List(ctx context.Context, f store.PackageFilter, p store.Page) (store.List[store.Package], error) {
	arg := records.PagePackagesParams{TenantID: t.id(), BeforeAt: latest, Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listPackages, &arg.BeforeAt, &arg.BeforeID); err != nil {
		return store.List[store.Package]{}, err
	}
	rows, err := t.page(ctx, f, arg)
	if err != nil {
		return store.List[store.Package]{}, fault("list packages", err)
	}
	page := cut(rows, p.Size(), func(r records.PagePackagesRow) store.Cursor {
		return cursorOf(listPackages, r.ReceivedAt, r.ID)
	})
	items, err := t.whole(ctx, page.Items)
	return store.List[store.Package]{Items: items, Next: page.Next}, fault("list packages", err)
}

// page returns where a page's packages stand, newest first, from the indexes alone.
func (t packages) page(ctx context.Context, f store.PackageFilter, p records.PagePackagesParams) ([]records.PagePackagesRow, error) {
	states := distinct(f.States)
	if len(states) == 0 {
		states = packageStates()
	}
	read := func(state store.PackageState, from place) ([]records.PagePackagesRow, error) {
		p.State, p.FromAt, p.FromID = string(state), from.at, from.id
		if f.Drop == "" {
			return t.q.PagePackages(ctx, p)
		}
		rows, err := t.q.PagePackagesOfDrop(ctx, records.PagePackagesOfDropParams{
			TenantID: p.TenantID, DropID: string(f.Drop), State: p.State, BeforeAt: p.BeforeAt, BeforeID: p.BeforeID,
			FromAt: p.FromAt, FromID: p.FromID, Size: p.Size,
		})
		out := make([]records.PagePackagesRow, len(rows))
		for i, r := range rows {
			out[i] = records.PagePackagesRow(r)
		}
		return out, err
	}
	return merge(states, p.Size, read, func(r records.PagePackagesRow) place { return place{r.ReceivedAt, r.ID} })
}

// whole reads the packages of a page.
func (t packages) whole(ctx context.Context, at []records.PagePackagesRow) ([]store.Package, error) {
	if len(at) == 0 {
		return []store.Package{}, nil
	}
	ids := make([]store.ID, len(at))
	for i, r := range at {
		ids[i] = store.ID(r.ID)
	}
	rows, err := t.q.GetPackages(ctx, records.GetPackagesParams{TenantID: t.id(), Ids: texts(ids)})
	if err != nil {
		return nil, err
	}
	return packagesOf(rows)
}

func packagesOf(rows []records.Package) ([]store.Package, error) {
	items := make([]store.Package, 0, len(rows))
	for _, r := range rows {
		p, err := packageOf(r)
		if err != nil {
			return nil, err
		}
		items = append(items, p)
	}
	return items, nil
}

func (t packages) Count(ctx context.Context, drop store.ID) (map[store.PackageState]int, error) {
	counts := map[store.PackageState]int{}
	if drop == "" {
		return counts, fault("count packages", t.countAll(ctx, counts))
	}
	rows, err := t.q.CountPackagesOfDrop(ctx, records.CountPackagesOfDropParams{TenantID: t.id(), DropID: string(drop)})
	for _, r := range rows {
		counts[store.PackageState(r.State)] = int(r.Packages)
	}
	return counts, fault("count the packages of drop "+string(drop), err)
}

func (t packages) countAll(ctx context.Context, counts map[store.PackageState]int) error {
	for _, state := range packageStates() {
		n, err := t.q.CountPackages(ctx, records.CountPackagesParams{
			TenantID: t.id(), State: string(state), Size: store.MaxPackageCount,
		})
		if err != nil {
			return err
		}
		if n > 0 {
			counts[state] = int(n)
		}
	}
	return nil
}
