package diskblob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"

	"cloudpocket/store"
)

// Create begins a file in the upload folder.
func (s *Store) Create(ctx context.Context, tenant store.ID) (store.BlobWriter, error) {
	if err := checkTenant(tenant); err != nil {
		return nil, fmt.Errorf("create a blob: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("create a blob: %w", err)
	}
	name := uploadName(string(tenant))
	f, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fault("create a blob", err)
	}
	return &writer{store: s, ctx: ctx, tenant: tenant, name: name, file: f, sink: f, hash: sha256.New()}, nil
}

// writer is a blob being written. It is not safe for concurrent use.
type writer struct {
	store  *Store
	ctx    context.Context // Create's: an upload whose request has ended writes no more
	tenant store.ID
	name   string
	file   *os.File // nil once it was committed or aborted
	sink   io.Writer
	hash   hash.Hash
	size   int64
	err    error // why an earlier Write failed; nothing can be committed after it
}

var errEnded = errors.New("the blob was committed or aborted before")

func (w *writer) Write(b []byte) (int, error) {
	switch {
	case w.file == nil:
		return 0, errEnded
	case w.err != nil:
		return 0, w.err
	}
	if err := w.ctx.Err(); err != nil {
		w.err = fmt.Errorf("write a blob: %w", err)
		return 0, w.err
	}
	n, err := w.sink.Write(b)
	w.hash.Write(b[:n])
	w.size += int64(n)
	w.err = fault("write a blob", err)
	return n, w.err
}

// Commit syncs the file and renames it to where its digest says. If it fails, the bytes are gone.
func (w *writer) Commit(ctx context.Context) (store.Digest, int64, error) {
	defer w.Abort()
	switch {
	case w.file == nil:
		return "", 0, errEnded
	case w.err != nil:
		return "", 0, w.err
	}
	if err := ctx.Err(); err != nil {
		return "", 0, fmt.Errorf("commit a blob: %w", err)
	}
	if err := w.file.Sync(); err != nil {
		return "", 0, fault("sync a blob", err)
	}
	if err := ctx.Err(); err != nil {
		return "", 0, fmt.Errorf("commit a blob: %w", err)
	}
	p := place{w.tenant, store.DigestOf([sha256.Size]byte(w.hash.Sum(nil)))}
	if err := w.moveTo(p); err != nil {
		return "", 0, err
	}
	w.file.Close()
	w.file = nil
	return p.digest, w.size, nil
}

// moveTo gives the file its place, once more if the folder had been removed since it was known.
func (w *writer) moveTo(p place) error {
	s := w.store
	err := s.move(w.name, p)
	if errors.Is(err, fs.ErrNotExist) {
		s.folders.forget(p)
		err = s.move(w.name, p)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return store.Fail(store.Expired, "", "commit a blob: its bytes were swept: %w", err)
	}
	return fault("commit a blob", err)
}

func (s *Store) move(name string, p place) error {
	if err := s.folders.prepare(s.root, p); err != nil {
		return err
	}
	if err := s.root.Rename(name, p.file()); err != nil {
		return err
	}
	return syncFolder(p.folder(), s.root.Open)
}

func (w *writer) Abort() {
	if w.file == nil {
		return
	}
	w.file.Close()
	w.file = nil
	w.store.root.Remove(w.name) // what cannot be removed now is left to Sweep
}
