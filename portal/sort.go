package portal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"time"

	"cloudpocket/portal/egov"
	"cloudpocket/store"
)

// Sort looks into a package that was received, or that waits for an office and may know one now: what it is, whose it
// is, whether it was here before. An archive of many packages becomes those, in one transaction. Done by another
// meanwhile, it does nothing.
func (p *Portal) Sort(ctx context.Context, t store.Task) error {
	pkg, err := p.toSort(ctx, t)
	if err != nil {
		return err
	}
	var s sorting
	if sortable(pkg) {
		if s, err = p.lookInto(ctx, t.TenantID, pkg); err != nil {
			return fmt.Errorf("look into package %s: %w", t.Subject, err)
		}
		if err := p.findOffices(ctx, t.TenantID, pkg.ReceivedBy, s.found); err != nil {
			return fmt.Errorf("find the office of package %s: %w", t.Subject, err)
		}
	}
	err = p.Records.Update(ctx, t.TenantID, func(tx store.Tx) error { return p.keepSorted(ctx, tx, t, s) })
	if err == nil {
		p.kick()
	}
	return err
}

func sortable(pkg store.Package) bool {
	return pkg.State == store.PackageReceived || pkg.State == store.PackageUnplaced
}

// toSort returns the task's package; the zero one when it is not there any more.
func (p *Portal) toSort(ctx context.Context, t store.Task) (pkg store.Package, err error) {
	err = p.Records.View(ctx, t.TenantID, func(tx store.Tx) error {
		pkg, err = tx.Packages().Get(ctx, store.ID(t.Subject))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return pkg, err
}

// keepSorted writes down what was found, unless another did so.
func (p *Portal) keepSorted(ctx context.Context, tx store.Tx, t store.Task, s sorting) error {
	if _, err := tx.Tasks().Find(ctx, t.Kind, t.Subject); errors.Is(err, store.ErrNotFound) {
		return nil
	} else if err != nil {
		return fmt.Errorf("find the task: %w", err)
	}
	pkg, err := tx.Packages().Get(ctx, store.ID(t.Subject))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("read the package: %w", err)
	}
	if err == nil && sortable(pkg) && len(s.found) > 0 {
		if err := findAgain(ctx, tx, pkg.ReceivedBy, s.found); err != nil {
			return fmt.Errorf("find the office of package %s: %w", pkg.ID, err)
		}
		if err := p.writeSorted(ctx, tx, pkg, s); err != nil {
			return err
		}
	}
	return tx.Tasks().Done(ctx, t.Kind, t.Subject)
}

func (p *Portal) writeSorted(ctx context.Context, tx store.Tx, pkg store.Package, s sorting) error {
	if !s.many {
		one, err := p.describe(ctx, tx, pkg, s.found[0])
		if err != nil {
			return err
		}
		if err := tx.Packages().Update(ctx, one); err != nil {
			return fmt.Errorf("keep what package %s is: %w", pkg.ID, err)
		}
		return p.tellSorted(ctx, tx, one, "")
	}
	counts, err := tx.Packages().Count(ctx, pkg.DropID)
	if err != nil {
		return fmt.Errorf("count the drop: %w", err)
	}
	if total(counts)+len(s.found) > maxTray {
		pkg.State, pkg.SortedAt = store.PackageRefused, p.Now()
		pkg.Reason = store.Reason{Key: "error.drop_full", Args: map[string]string{"Max": strconv.Itoa(maxTray)}}
		if err := tx.Packages().Update(ctx, pkg); err != nil {
			return fmt.Errorf("refuse archive %s: %w", pkg.ID, err)
		}
		return p.tellSorted(ctx, tx, pkg, "")
	}
	refused := 0
	for i, f := range s.found {
		if f.reason.Key != "" {
			refused++
		}
		// Apart by a microsecond, so that the tray has them in the archive's order.
		inner := store.Package{DropID: pkg.DropID, ReceivedBy: pkg.ReceivedBy, ReceivedAt: pkg.ReceivedAt.Add(time.Duration(-i) * time.Microsecond)}
		if err := p.createInner(ctx, tx, inner, pkg, f); err != nil {
			return err
		}
	}
	pkg.State, pkg.SortedAt = store.PackageDiscarded, p.Now()
	pkg.Reason = store.Reason{Key: "package.split", Args: map[string]string{"Count": strconv.Itoa(len(s.found)), "Refused": strconv.Itoa(refused)}}
	if err := tx.Packages().Update(ctx, pkg); err != nil {
		return fmt.Errorf("keep that %s was an archive: %w", pkg.ID, err)
	}
	return p.tellSorted(ctx, tx, pkg, "")
}

// createInner adds a package out of an archive. One that was refused has no bytes of its own.
func (p *Portal) createInner(ctx context.Context, tx store.Tx, inner, outer store.Package, f found) error {
	inner.ID, inner.Name = store.NewID(p.Now()), f.name
	inner.Digest, inner.Size = cmp.Or(f.digest, outer.Digest), cmp.Or(f.size, outer.Size)
	inner, err := p.describe(ctx, tx, inner, f)
	if err != nil {
		return err
	}
	if inner.State != store.PackageRefused {
		if err := p.toScan(ctx, tx, inner.Digest); err != nil {
			return err
		}
	}
	if err := tx.Packages().Create(ctx, inner); err != nil {
		return fmt.Errorf("keep a package out of %s: %w", outer.ID, err)
	}
	return p.tellSorted(ctx, tx, inner, outer.ID)
}

// lookLater has the PDFs of a package that waits looked at for individual numbers.
func (p *Portal) lookLater(ctx context.Context, tx store.Tx, pkg store.Package) error {
	if len(pkg.Origin.Unread) == 0 || p.PDFText == nil || pkg.State == store.PackageRefused {
		return nil
	}
	return p.toLook(ctx, tx, "package:"+string(pkg.ID))
}

// describe returns pkg with what was found in it, and what follows from that.
func (p *Portal) describe(ctx context.Context, tx store.Tx, pkg store.Package, f found) (store.Package, error) {
	pkg.SortedAt = p.Now()
	if f.reason.Key != "" {
		pkg.State, pkg.Reason, pkg.Office = store.PackageRefused, guardedReason(f.reason), ""
		return pkg, nil
	}
	if err := withheld(ctx, tx, pkg.Digest); errors.Is(err, store.ErrDenied) {
		pkg.State, pkg.Reason, pkg.Office = store.PackageRefused, foundReason(), ""
		return pkg, nil
	} else if err != nil {
		return pkg, err
	}
	pkg.Origin, pkg.Persons, pkg.Codes, pkg.MyNumbers, pkg.Kind = f.origin, f.persons, f.codes, f.myNumbers, f.kind
	pkg.Office, pkg.Reason, pkg.State = f.office, f.placing, store.PackageUnplaced
	if pkg.Office != "" {
		pkg.State = store.PackageReady
	}
	if name := guarded(pkg.Name); name != pkg.Name && !slices.Contains(pkg.MyNumbers, name) {
		pkg.MyNumbers = append([]string{name}, pkg.MyNumbers...)
	}
	rule, err := ruleOf(ctx, tx, f.kind)
	if err != nil {
		return pkg, err
	}
	pkg.Title = f.subject.title(rule.Title)
	twin, err := tx.Packages().Same(ctx, pkg)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return pkg, fmt.Errorf("look for the same package: %w", err)
	case twin.State != store.PackageReceived || twin.ReceivedAt.Before(pkg.ReceivedAt):
		pkg.State = store.PackageDuplicate
		pkg.Reason = store.Reason{Key: "package.duplicate", Args: map[string]string{"Name": guarded(twin.Name), "At": twin.ReceivedAt.UTC().Format(time.RFC3339)}}
	}
	return pkg, nil
}

// sorting is what an upload turned out to be.
type sorting struct {
	many  bool // the upload is an archive of packages, which found are; otherwise it is the one that found has
	found []found
}

// found is what one package says.
type found struct {
	name      string
	digest    store.Digest // empty: the upload's
	size      int64
	reason    store.Reason // why it is refused; zero: it is not
	origin    store.Origin
	persons   []store.Person
	codes     []store.OfficeCode
	myNumbers []string
	kind      string
	subject   subject
	hints     []store.OfficeCode // numbers in files' names that may be codes
	to        []string           // whom it is addressed to, in the words to try in this order
	office    store.ID
	placing   store.Reason // why it has that office, or none
}

// lookInto reads a package's bytes. An error is the store's; what is wrong with the package is in what comes back.
func (p *Portal) lookInto(ctx context.Context, tenant store.ID, pkg store.Package) (sorting, error) {
	blob, err := p.Blobs.Open(ctx, tenant, pkg.Digest)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrDamaged) {
		p.Log.Error("a package's bytes are not what was kept", "tenant", tenant, "package", pkg.ID, "error", err)
		return sorting{found: []found{{reason: store.Reason{Key: "package.damaged"}}}}, nil
	}
	if err != nil {
		return sorting{}, err
	}
	defer blob.Close()
	unpacked, _ := claim(pkg.Name, blob)
	leave, err := p.Gate.enterLate(ctx, tenant, weightOf(unpacked))
	if err != nil {
		return sorting{}, fmt.Errorf("unpack: %w", err)
	}
	defer leave()
	var s sorting
	var first *egov.Package
	for one, err := range egov.Packages(pkg.Name, readerAt{timed{ctx, blob}}, blob.Size(), egov.Limits{}) {
		if ctx.Err() != nil { // or what could not be read for that would be the package's fault
			return s, ctx.Err()
		}
		f, err := p.read(ctx, one, err, pkg)
		if err != nil {
			return s, err
		}
		s.found = append(s.found, f)
		if len(s.found) == 1 {
			first = one
			continue
		}
		if !s.many {
			s.many = true
			if err := p.keepInner(ctx, tenant, first, &s.found[0]); err != nil {
				return s, err
			}
			first = nil
		}
		if err := p.keepInner(ctx, tenant, one, &s.found[len(s.found)-1]); err != nil {
			return s, err
		}
	}
	if len(s.found) == 1 && !s.many && pkg.Size > MaxFileSize && s.found[0].reason.Key == "" {
		s.found[0].reason = tooLarge(pkg.Name)
	}
	return s, ctx.Err()
}

func tooLarge(name string) store.Reason {
	return store.Reason{Key: "error.file_too_large", Args: map[string]string{"Name": guarded(name), "Max": strconv.Itoa(MaxFileSize >> 20)}}
}

// read says what a package that was yielded says, or why there is none.
func (p *Portal) read(ctx context.Context, one *egov.Package, err error, upload store.Package) (found, error) {
	var refusal *egov.Refusal
	switch {
	case errors.As(err, &refusal):
		entry := cmp.Or(refusal.Entry, upload.Name)
		return found{name: shorten(path.Base(entry)), reason: store.Reason{
			Key: "egov.refused." + string(refusal.Reason), Args: map[string]string{"Entry": entry}}}, nil
	case err != nil:
		return found{}, err
	}
	return p.summed(ctx, one, upload.ReceivedAt)
}

// keepInner keeps the bytes of a package out of an archive.
func (p *Portal) keepInner(ctx context.Context, tenant store.ID, one *egov.Package, f *found) error {
	if one == nil {
		return nil // refused
	}
	data, name, err := bytesFor(one)
	if err != nil {
		return fmt.Errorf("pack a package: %w", err)
	}
	if len(data) > MaxFileSize {
		f.name, f.reason = shorten(name), tooLarge(name)
		return nil
	}
	w, err := p.Blobs.Create(ctx, tenant)
	if err != nil {
		return fmt.Errorf("begin a blob: %w", err)
	}
	defer w.Abort()
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("write a package: %w", err)
	}
	f.name = shorten(name)
	f.digest, f.size, err = w.Commit(ctx)
	return err
}

// timed reads until ctx ends: reading a package takes no context.
type timed struct {
	ctx context.Context
	io.ReadSeeker
}

func (t timed) Read(p []byte) (int, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	return t.ReadSeeker.Read(p)
}
