package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"cloudpocket/portal"
	"cloudpocket/portal/api/gen"
	"cloudpocket/store"
)

// maxItems is how many packages one batch may bring.
const maxItems = 100

// PushPackage puts one package into the tray.
func (c call) PushPackage(ctx context.Context, r gen.PushPackageRequestObject) (gen.PushPackageResponseObject, error) {
	var pkg store.Package
	n, drop := 0, c.drop(r.Params.Drop)
	err := form{most: 2, field: nothing, file: func(name string, src io.Reader) (err error) {
		if n++; n > 1 {
			return store.Fail(store.Invalid, "error.upload_of_drop", "more than one file")
		}
		pkg, err = c.Portal.Receive(ctx, c.actor, drop, name, src)
		return err
	}}.read(r.Body)
	if err == nil && n == 0 {
		err = store.Fail(store.Invalid, "error.no_file", "no file")
	}
	if err != nil {
		return nil, wrapped(err, "push a package")
	}
	return gen.PushPackage201JSONResponse(packageOf(pkg)), nil
}

// PushPackages puts many packages into the tray. What is wrong with one is said beside it, and the others are taken; a form that
// cannot be read to its end, or brings too many, brings none.
func (c call) PushPackages(ctx context.Context, r gen.PushPackagesRequestObject) (gen.PushPackagesResponseObject, error) {
	if err := c.Portal.MayStage(ctx, c.actor); err != nil {
		return nil, wrapped(err, "push packages")
	}
	b := batch{call: c}
	err := form{most: maxItems, field: nothing, file: func(name string, src io.Reader) error { return b.arrive(ctx, name, src) }}.read(r.Body)
	if err == nil && len(b.items) == 0 {
		err = store.Fail(store.Invalid, "error.no_file", "no file")
	}
	if err == nil {
		err = b.enter(ctx, c.drop(r.Params.Drop))
	}
	if err != nil {
		return nil, wrapped(err, "push packages")
	}
	return gen.PushPackages200JSONResponse{Items: b.items}, nil
}

// batch is packages on their way into the tray: arrived are those of the items that are not refused already.
type batch struct {
	call
	items   []gen.PackageResult
	arrived []portal.Arrival
	at      []int // which item each of them is
}

func (b *batch) arrive(ctx context.Context, name string, src io.Reader) error {
	one := gen.PackageResult{Name: name}
	arrival, err := b.Portal.Arrive(ctx, b.actor, name, src)
	if err != nil {
		if k := store.KindOf(err); k != store.Invalid && k != store.TooLarge {
			return err
		}
		one.Problem = b.failing(wrapped(err, "push a package of many"))
		b.items = append(b.items, one)
		_, err = io.Copy(io.Discard, src)
		return err
	}
	b.arrived, b.at = append(b.arrived, arrival), append(b.at, len(b.items))
	b.items = append(b.items, one)
	return nil
}

// enter puts what arrived into the tray, all at once.
func (b *batch) enter(ctx context.Context, drop store.ID) error {
	entered, err := b.Portal.Enter(ctx, b.actor, drop, b.arrived)
	if err != nil {
		return err
	}
	for i, one := range entered {
		item := &b.items[b.at[i]]
		if one.Err != nil {
			item.Problem = b.failing(wrapped(one.Err, "push a package of many"))
			continue
		}
		shown := packageOf(one.Package)
		item.Package = &shown
	}
	return nil
}

// GetPackage answers with how a package stands.
func (c call) GetPackage(ctx context.Context, r gen.GetPackageRequestObject) (gen.GetPackageResponseObject, error) {
	item, err := c.Portal.PackageOf(ctx, c.actor, store.ID(r.Id))
	if err != nil {
		return nil, wrapped(err, "see a package")
	}
	return gen.GetPackage200JSONResponse(packageOf(item.Package)), nil
}

// drop returns the drop that a client calls so: its own alone, since others may call theirs the same.
func (c call) drop(name *string) store.ID {
	if text(name) == "" {
		return store.NewID(c.Now())
	}
	sum := sha256.Sum256([]byte(string(c.actor.Client) + "\x00" + *name))
	return store.ID("api-" + hex.EncodeToString(sum[:20]))
}

func packageOf(p store.Package) gen.Package {
	return gen.Package{Id: string(p.ID), Name: p.Name, State: string(p.State), Reason: some(p.Reason.Key), ReceivedAt: *moment(p.ReceivedAt),
		SortedAt: moment(p.SortedAt), OfficeId: some(string(p.Office)), DocumentId: some(string(p.DocumentID))}
}
