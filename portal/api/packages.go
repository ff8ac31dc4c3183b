package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

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

// PushPackages puts many packages into the tray. What is wrong with one is said beside it, and the others are taken.
func (c call) PushPackages(ctx context.Context, r gen.PushPackagesRequestObject) (gen.PushPackagesResponseObject, error) {
	if err := c.Portal.MayStage(ctx, c.actor); err != nil {
		return nil, wrapped(err, "push packages")
	}
	answer := gen.PushPackages200JSONResponse{Items: []gen.PackageResult{}}
	drop := c.drop(r.Params.Drop)
	err := form{most: maxItems, field: nothing, file: func(name string, src io.Reader) error {
		one := gen.PackageResult{Name: name}
		pkg, err := c.Portal.Receive(ctx, c.actor, drop, name, src)
		if err != nil {
			one.Problem = c.failing(wrapped(err, "push a package of many"))
			_, err = io.Copy(io.Discard, src)
		} else {
			shown := packageOf(pkg)
			one.Package = &shown
		}
		answer.Items = append(answer.Items, one)
		return err
	}}.read(r.Body)
	if err == nil && len(answer.Items) == 0 {
		err = store.Fail(store.Invalid, "error.no_file", "no file")
	}
	if err != nil {
		return nil, wrapped(err, "push packages")
	}
	return answer, nil
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
