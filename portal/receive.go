package portal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"cloudpocket/store"
)

// MaxDrop is how many files one drop may bring.
const MaxDrop = 500

// maxTray is how many packages one drop may come to, those out of archives included.
const maxTray = 5000

// MaxArchiveSize is the most one dropped archive of many packages may hold, in bytes (64 MB). What is in it is held to
// MaxFileSize each, as is an archive that turns out to be one package.
const MaxArchiveSize = 64 << 20

// sizeOf is the most a dropped file of that name may hold: only when it was looked into is it known what a ZIP is.
func sizeOf(name string) int64 {
	if strings.EqualFold(path.Ext(name), ".zip") {
		return MaxArchiveSize
	}
	return MaxFileSize
}

// Receive takes one dropped file: its bytes are held against the rules of Stage and kept, and when it returns the package
// is in the tray and will be looked into. A file that breaks a rule is in the tray too, refused, with the reason. The same
// file sent to the same drop again, because the answer was lost, is the package that is there.
func (p *Portal) Receive(ctx context.Context, a Actor, drop store.ID, name string, src io.Reader) (store.Package, error) {
	if !drop.Valid() {
		return store.Package{}, store.Fail(store.NotFound, "", "drop %q", drop)
	}
	f, err := p.stage(ctx, a, name, src, sizeOf(name))
	if reason, ok := ruleBroken(err); ok {
		name, err = cleanName(name)
		if err != nil {
			return store.Package{}, err
		}
		return p.received(ctx, a, store.Package{DropID: drop, Name: name, State: store.PackageRefused, Reason: guardedReason(reason)})
	}
	if err != nil {
		return store.Package{}, err
	}
	return p.received(ctx, a, store.Package{DropID: drop, Name: f.name, Digest: f.digest, Size: f.size, State: store.PackageReceived})
}

// ruleBroken returns the rule for uploads that err is about, if it is about one.
func ruleBroken(err error) (store.Reason, bool) {
	var e *store.Error
	if !errors.As(err, &e) || e.Kind != store.Invalid && e.Kind != store.TooLarge || e.Key == "" {
		return store.Reason{}, false
	}
	r := store.Reason{Key: e.Key}
	for name, value := range e.Args {
		if r.Args == nil {
			r.Args = map[string]string{}
		}
		r.Args[name] = fmt.Sprint(value)
	}
	return r, true
}

// received puts a package into the tray, with the work that it makes.
func (p *Portal) received(ctx context.Context, a Actor, pkg store.Package) (store.Package, error) {
	pkg.ReceivedAt = p.Now()
	pkg.ID = store.NewID(pkg.ReceivedAt)
	var kept store.Package
	err := p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) (err error) {
		pkg.ReceivedBy = account.ID
		if kept, err = p.sentBefore(ctx, tx, pkg); err == nil || !errors.Is(err, store.ErrNotFound) {
			return err
		}
		kept = pkg
		return p.enter(ctx, tx, a, account, pkg)
	})
	if err != nil {
		return store.Package{}, err
	}
	p.kick()
	return kept, nil
}

// sentBefore returns the package of the same drop, name and bytes, or ErrNotFound.
func (p *Portal) sentBefore(ctx context.Context, tx store.Tx, pkg store.Package) (store.Package, error) {
	if pkg.State == store.PackageRefused {
		return store.Package{}, store.ErrNotFound
	}
	same, err := tx.Packages().Same(ctx, pkg)
	if err == nil && same.DropID == pkg.DropID && same.Name == pkg.Name || err != nil && !errors.Is(err, store.ErrNotFound) {
		return same, err
	}
	return besideBefore(ctx, tx, pkg)
}

// besideBefore looks among those of the drop that are the same as nothing that comes later in another drop, but are what was sent
// in this one: those that were refused or taken apart, are the same as another themselves, or were placed by a person although they
// were here before. What was thrown away may be sent again.
func besideBefore(ctx context.Context, tx store.Tx, pkg store.Package) (store.Package, error) {
	sent, err := tx.Packages().Sent(ctx, pkg)
	if err != nil {
		return store.Package{}, fmt.Errorf("look through the drop: %w", err)
	}
	for _, old := range sent {
		if old.State != store.PackageDiscarded || old.Reason.Key == "package.split" {
			return old, nil
		}
	}
	return store.Package{}, store.ErrNotFound
}

func (p *Portal) enter(ctx context.Context, tx store.Tx, a Actor, account store.Account, pkg store.Package) error {
	counts, err := tx.Packages().Count(ctx, pkg.DropID)
	if err != nil {
		return fmt.Errorf("count the drop: %w", err)
	}
	if total(counts) >= maxTray {
		return store.Fail(store.Invalid, "error.drop_full", "drop %s has %d packages", pkg.DropID, total(counts)).With("Max", maxTray)
	}
	if err := tx.Packages().Create(ctx, pkg); err != nil {
		return fmt.Errorf("keep package: %w", err)
	}
	detail := map[string]string{"drop": string(pkg.DropID), "sha256": string(pkg.Digest)}
	e := p.event(a, account, store.DeedReceive, "package:"+string(pkg.ID), detail)
	if pkg.State == store.PackageRefused {
		e.Outcome, e.Detail = store.Refused, map[string]string{"drop": string(pkg.DropID), "reason": pkg.Reason.Key}
		if err := tx.Audit().Append(ctx, e); err != nil {
			return fmt.Errorf("append to the audit: %w", err)
		}
		return p.tellPackage(ctx, tx, pkg, "")
	}
	if _, err := p.bytesOf(ctx, tx.Tenant(), pkg); err != nil {
		return err
	}
	if pkg.Size <= MaxFileSize { // a larger one goes nowhere: what comes out of it is scanned
		if err := p.toScan(ctx, tx, pkg.Digest); err != nil {
			return err
		}
	}
	if err := p.owe(ctx, tx, store.TaskSort, string(pkg.ID), p.Now()); err != nil {
		return err
	}
	return tx.Audit().Append(ctx, e)
}

// bytesOf demands that a package's bytes were not swept meanwhile.
func (p *Portal) bytesOf(ctx context.Context, tenant store.ID, pkg store.Package) (store.BlobInfo, error) {
	info, err := p.Blobs.Stat(ctx, tenant, pkg.Digest)
	if errors.Is(err, store.ErrNotFound) {
		return info, store.Fail(store.Invalid, "error.file_gone", "package %s: %w", pkg.Digest, err).With("Name", pkg.Name)
	}
	if err != nil {
		return info, fmt.Errorf("look for package %s: %w", pkg.Digest, err)
	}
	return info, nil
}

func total[K comparable](counts map[K]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// kick tells whoever carries out tasks that there is one. It comes after the commit.
func (p *Portal) kick() {
	if p.Kick != nil {
		p.Kick()
	}
}
