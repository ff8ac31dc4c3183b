package portal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
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

// Arrival is a dropped file whose bytes are kept, or that breaks a rule. It is not in the tray yet; in none for long, its
// bytes are swept.
type Arrival struct {
	tenant store.ID
	pkg    store.Package
}

// Received is what became of an arrival: a package, or why there is none.
type Received struct {
	Package store.Package
	Err     error
}

// Receive takes one dropped file: its bytes are held against the rules of Stage and kept, and when it returns the package
// is in the tray and will be looked into. A file that breaks a rule is in the tray too, refused, with the reason. The same
// file sent to the same drop again, because the answer was lost, is the package that is there.
func (p *Portal) Receive(ctx context.Context, a Actor, drop store.ID, name string, src io.Reader) (store.Package, error) {
	arrival, err := p.Arrive(ctx, a, name, src)
	if err != nil {
		return store.Package{}, err
	}
	entered, err := p.Enter(ctx, a, drop, []Arrival{arrival})
	if err != nil {
		return store.Package{}, err
	}
	return entered[0].Package, entered[0].Err
}

// Arrive is the first half of Receive, of which nobody sees anything: what a file breaks of the rules is said when it enters,
// but for a name that is none, which is Invalid.
func (p *Portal) Arrive(ctx context.Context, a Actor, name string, src io.Reader) (Arrival, error) {
	f, err := p.stage(ctx, a, name, src, sizeOf(name))
	if reason, ok := ruleBroken(err); ok {
		name, err = cleanName(name)
		if err != nil {
			return Arrival{}, err
		}
		return Arrival{a.TenantID, store.Package{Name: name, State: store.PackageRefused, Reason: guardedReason(reason)}}, nil
	}
	if err != nil {
		return Arrival{}, err
	}
	return Arrival{a.TenantID, store.Package{Name: f.name, Digest: f.digest, Size: f.size, State: store.PackageReceived}}, nil
}

// Enter is the other half, for many at once: one transaction puts all of them into the tray but those that it says why about.
// With an error none of them is there.
func (p *Portal) Enter(ctx context.Context, a Actor, drop store.ID, arrived []Arrival) (entered []Received, err error) {
	if !drop.Valid() || slices.ContainsFunc(arrived, func(one Arrival) bool { return one.tenant != a.TenantID }) {
		return nil, store.Fail(store.NotFound, "", "drop %q", drop)
	}
	err = p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		entered = make([]Received, len(arrived))
		counts, err := tx.Packages().Count(ctx, drop)
		if err != nil {
			return fmt.Errorf("count the drop: %w", err)
		}
		room := maxTray - total(counts)
		for i, one := range arrived {
			pkg := one.pkg
			pkg.DropID, pkg.ReceivedBy, pkg.ReceivedAt = drop, account.ID, p.Now()
			pkg.ID = store.NewID(pkg.ReceivedAt)
			if entered[i], err = p.received(ctx, tx, a, account, pkg, &room); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.kick()
	return entered, nil
}

// received puts a package into the tray while there is room, unless it is there already. What is Invalid about it is in what is
// returned, and nothing was written then.
func (p *Portal) received(ctx context.Context, tx store.Tx, a Actor, account store.Account, pkg store.Package, room *int) (Received, error) {
	before, err := p.sentBefore(ctx, tx, pkg)
	if err == nil || !errors.Is(err, store.ErrNotFound) {
		return Received{Package: before}, err
	}
	err = p.mayEnter(ctx, tx, pkg, *room)
	if errors.Is(err, store.ErrInvalid) {
		return Received{Err: err}, nil
	}
	if err != nil {
		return Received{}, err
	}
	*room--
	return Received{Package: pkg}, p.enter(ctx, tx, a, account, pkg)
}

// mayEnter demands room in the drop, and a package's bytes.
func (p *Portal) mayEnter(ctx context.Context, tx store.Tx, pkg store.Package, room int) error {
	if room <= 0 {
		return store.Fail(store.Invalid, "error.drop_full", "drop %s is full", pkg.DropID).With("Max", maxTray)
	}
	if pkg.State == store.PackageRefused {
		return nil
	}
	_, err := p.bytesOf(ctx, tx.Tenant(), pkg)
	return err
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

// enter puts a package into the tray, with the work that it makes.
func (p *Portal) enter(ctx context.Context, tx store.Tx, a Actor, account store.Account, pkg store.Package) error {
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
