package portal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"cloudpocket/portal/egov"
	"cloudpocket/store"
)

// Part is one thing in a document that can be looked at: something inside a package, or a file that is none.
type Part struct {
	store.Part
	N     int            // its number in the document, from 1
	File  store.File     // the document's file that it is, or is in
	Whole bool           // it is the file itself
	Says  store.Coverage // what the document's signature says of it
	first int            // the number of the file's first part
}

// Name is what the part's bytes are saved as.
func (p Part) Name() string {
	if p.Whole {
		return p.File.Name
	}
	return path.Base(p.Path)
}

// memory is a blob that is in memory, and inside a gate until it is closed.
type memory struct {
	*bytes.Reader
	leave func()
}

func (m memory) Close() error { m.leave(); return nil }

// parts lists what can be looked at in a document, in reading order. A ZIP that a person published is looked into, and is
// one part by itself when it is no package.
func (p *Portal) parts(ctx context.Context, tenant store.ID, doc store.Document) ([]Part, error) {
	var all []Part
	for i, f := range doc.Files {
		inside := []store.Part(nil)
		if i == 0 {
			inside = doc.Origin.Parts
		}
		if len(inside) == 0 && isArchive(f.Name) {
			var err error
			if inside, err = p.inside(ctx, tenant, f); err != nil && store.KindOf(err) != store.Damaged {
				return nil, err
			}
		}
		whole := !isArchive(f.Name) || len(inside) == 0
		if len(inside) == 0 {
			inside = []store.Part{{Path: f.Name, Role: roleOf(f.Name), Title: f.Name, Size: f.Size}}
		}
		first := len(all) + 1
		for _, one := range inside {
			part := Part{Part: one, N: len(all) + 1, File: f, Whole: whole, first: first}
			if i == 0 {
				part.Says = doc.Origin.Signature.Of(one.Path, one.Role)
			}
			all = append(all, part)
		}
	}
	return all, nil
}

func isArchive(name string) bool { return strings.EqualFold(path.Ext(name), ".zip") }

func roleOf(name string) store.PartRole {
	switch strings.ToLower(path.Ext(name)) {
	case ".xml":
		return store.PartNotice
	case ".zip", ".dta":
		return store.PartOpaque
	}
	return store.PartAttachment
}

// inside lists what is in a published ZIP; nothing when it is no package that can be read. The answer is kept.
func (p *Portal) inside(ctx context.Context, tenant store.ID, f store.File) ([]store.Part, error) {
	key := lookKey{tenant: tenant, digest: f.Digest}
	l, err := p.Looks.get(ctx, key, func(ctx context.Context) (look, error) {
		var l look
		err := p.unpack(ctx, tenant, f, func(pkg *egov.Package) error {
			if pkg != nil && (pkg.Cover() != nil || len(pkg.Notices()) > 0) {
				l.parts = partsOf(pkg)
			}
			return nil
		})
		return l, err
	})
	return l.parts, err
}

// unpack reads a file as a package, nil when it is none, and has it used inside the gate: it must not outlive use. Other
// errors than use's are the store's, or Unavailable when too much is under way.
func (p *Portal) unpack(ctx context.Context, tenant store.ID, f store.File, use func(*egov.Package) error) error {
	blob, err := p.Blobs.Open(ctx, tenant, f.Digest)
	if err != nil {
		return fmt.Errorf("open file %s: %w", f.ID, unreadable(err))
	}
	defer blob.Close()
	unpacked, _ := claim(f.Name, blob)
	leave, err := p.Gate.enter(ctx, tenant, weightOf(unpacked))
	if err != nil {
		return fmt.Errorf("unpack file %s: %w", f.ID, err)
	}
	defer leave()
	pkg, err := egov.Open(f.Name, readerAt{blob}, blob.Size(), egov.Limits{})
	if p.refused(f, err) {
		return use(nil)
	}
	if err != nil {
		return fmt.Errorf("read file %s: %w", f.ID, err)
	}
	return use(pkg)
}

// refused reports whether err is about a file that is no package, and logs why.
func (p *Portal) refused(f store.File, err error) bool {
	var refusal *egov.Refusal
	if errors.As(err, &refusal) {
		p.Log.Info("no package", "file", f.ID, "reason", string(refusal.Reason))
		return true
	}
	return false
}

// entry is unpack for what a part inside a package is made from; nil when the package, or the part in it, cannot be read.
func (p *Portal) entry(ctx context.Context, tenant store.ID, part Part, use func(*egov.Package, *egov.File) error) error {
	return p.unpack(ctx, tenant, part.File, func(pkg *egov.Package) error {
		if pkg == nil {
			return use(nil, nil)
		}
		return use(pkg, fileIn(pkg, part))
	})
}

// fileIn is the file of a package that a part is; nil when it is not there.
func fileIn(pkg *egov.Package, part Part) *egov.File {
	if part.Whole && len(pkg.Files) == 1 {
		return pkg.Files[0]
	}
	return pkg.File(part.Path)
}

// openInside returns the bytes of a part inside a package, and unpacks no other.
func (p *Portal) openInside(ctx context.Context, tenant store.ID, part Part) (memory, error) {
	blob, err := p.Blobs.Open(ctx, tenant, part.File.Digest)
	if err != nil {
		return memory{}, fmt.Errorf("open file %s: %w", part.File.ID, unreadable(err))
	}
	defer blob.Close()
	weight := max(leastClaim, part.Size)
	if unpacked, nested := claim(part.File.Name, blob); nested {
		weight = unpacked
	}
	leave, err := p.Gate.enter(ctx, tenant, weight)
	if err != nil {
		return memory{}, fmt.Errorf("unpack part %d of file %s: %w", part.N, part.File.ID, err)
	}
	b, err := egov.Bytes(part.File.Name, readerAt{blob}, blob.Size(), egov.Limits{}, part.Path)
	if p.refused(part.File, err) || errors.Is(err, fs.ErrNotExist) {
		err = store.Fail(store.Damaged, "error.file_damaged", "file %s holds no part %d any more", part.File.ID, part.N)
	}
	if err != nil {
		leave()
		return memory{}, err
	}
	return memory{bytes.NewReader(b), leave}, nil
}

// content is a part's bytes, to be opened when they are needed. The digest of what is inside a package is made from the
// package's and the path: it names the bytes as well as their own would, and the package need not be opened for it.
func (p *Portal) content(tenant store.ID, part Part) Content {
	c := Content{Tenant: tenant, Name: part.Name(), Digest: part.File.Digest}
	if part.Whole {
		c.Open = func(ctx context.Context) (store.Blob, error) {
			blob, err := p.Blobs.Open(ctx, tenant, part.File.Digest)
			return blob, unreadable(err)
		}
		return c
	}
	c.Digest = store.DigestOf(sha256.Sum256([]byte(string(part.File.Digest) + "\n" + part.Path)))
	c.Open = func(ctx context.Context) (store.Blob, error) {
		return p.openInside(ctx, tenant, part)
	}
	return c
}
