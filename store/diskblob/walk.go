package diskblob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"cloudpocket/store"
)

// Delete removes the file and syncs its folder.
func (s *Store) Delete(ctx context.Context, tenant store.ID, d store.Digest) error {
	p, err := placeOf(tenant, d)
	if err != nil {
		return fmt.Errorf("delete a blob: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("delete a blob: %w", err)
	}
	err = s.root.Remove(p.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	s.verified.forget(p)
	if err == nil {
		err = syncFolder(p.folder(), s.root.Open)
	}
	return fault("delete a blob", err)
}

// Stat looks at the file, not into it.
func (s *Store) Stat(ctx context.Context, tenant store.ID, d store.Digest) (info store.BlobInfo, err error) {
	p, err := placeOf(tenant, d)
	if err != nil {
		return info, fmt.Errorf("look at a blob: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return info, fmt.Errorf("look at a blob: %w", err)
	}
	err = s.visit(p, func(found store.BlobInfo) error { info = found; return nil })
	if err == nil && info.Digest == "" {
		err = store.ErrNotFound
	}
	return info, fault("look at a blob", err)
}

// Walk lists tenant's folders one after the other. Files that are not blobs are passed over.
func (s *Store) Walk(ctx context.Context, tenant store.ID, fn func(store.BlobInfo) error) error {
	if err := checkTenant(tenant); err != nil {
		return fmt.Errorf("walk blobs: %w", err)
	}
	return s.names(ctx, string(tenant), func(folder string) error {
		if len(folder) != 2 {
			return nil
		}
		return s.names(ctx, string(tenant)+"/"+folder, func(name string) error {
			d := store.Digest(folder + name)
			if !d.Valid() {
				return nil
			}
			return s.visit(place{tenant, d}, fn)
		})
	})
}

func (s *Store) visit(p place, fn func(store.BlobInfo) error) error {
	info, err := s.root.Lstat(p.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil // deleted since it was listed
	}
	if err != nil {
		return fault("walk blobs", err)
	}
	return fn(store.BlobInfo{Digest: p.digest, Size: info.Size(), At: info.ModTime().UTC()})
}

// names calls fn for every name in a folder, reading some at a time; a folder that is not there has none.
func (s *Store) names(ctx context.Context, folder string, fn func(string) error) error {
	f, err := s.root.Open(folder)
	if errors.Is(err, fs.ErrNotExist) && ctx.Err() == nil {
		return nil
	}
	if err != nil {
		return fault("list "+folder, err)
	}
	defer f.Close()
	for {
		some, err := f.Readdirnames(512)
		for _, name := range some {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("list %s: %w", folder, err)
			}
			if err := fn(name); err != nil {
				return err
			}
		}
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("list %s: %w", folder, ctx.Err())
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fault("list "+folder, err)
		}
	}
}

// Sweep removes the files of the upload folders that were last written to before that time.
func (s *Store) Sweep(ctx context.Context, before time.Time) (int, error) {
	swept := 0
	for _, c := range uploadFolders {
		folder := uploads + "/" + string(c)
		err := s.names(ctx, folder, func(name string) error {
			gone, err := s.sweep(folder+"/"+name, before)
			if gone {
				swept++
			}
			return err
		})
		if err != nil {
			return swept, err
		}
	}
	return swept, nil
}

// sweep removes one upload, unless it is younger, or was committed or aborted since it was listed.
func (s *Store) sweep(name string, before time.Time) (bool, error) {
	info, err := s.root.Lstat(name)
	if err == nil && info.ModTime().Before(before) {
		if err = s.root.Remove(name); err == nil {
			return true, nil
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return false, fault("sweep uploads", err)
}
