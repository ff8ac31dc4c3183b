package portal

import (
	"context"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// Download records that the actor downloads one file of a delivery and returns it with its bytes, which the caller
// closes. The bytes are opened before anything is recorded: what cannot be read was not downloaded.
func (p *Portal) Download(ctx context.Context, a Actor, delivery, file store.ID) (store.File, store.Blob, error) {
	f, err := p.downloadable(ctx, a, delivery, file)
	if err != nil {
		return store.File{}, nil, err
	}
	blob, err := p.Blobs.Open(ctx, a.TenantID, f.Digest)
	if err != nil {
		return store.File{}, nil, fmt.Errorf("open file %s: %w", f.ID, unreadable(err))
	}
	detail := map[string]string{"file": string(f.ID), "sha256": string(f.Digest)}
	err = p.update(ctx, a, store.PermitView, func(tx store.Tx, account store.Account) error {
		if err := withheld(ctx, tx, f.Digest); err != nil {
			return err
		}
		_, _, err := p.note(ctx, tx, a, account, delivery, store.Downloaded, store.DeedDownload, detail)
		return err
	})
	if err != nil {
		blob.Close()
		return store.File{}, nil, err
	}
	return f, blob, nil
}

// Downloadable returns what Download would give the bytes of, and records nothing.
func (p *Portal) Downloadable(ctx context.Context, a Actor, delivery, file store.ID) (store.File, error) {
	return p.downloadable(ctx, a, delivery, file)
}

func (p *Portal) downloadable(ctx context.Context, a Actor, delivery, file store.ID) (f store.File, err error) {
	err = p.view(ctx, a, store.PermitView, func(tx store.Tx, account store.Account) error {
		d, _, err := standing(ctx, tx, account, delivery)
		if err != nil {
			return err
		}
		doc, err := tx.Documents().Get(ctx, d.DocumentID)
		if err != nil {
			return fmt.Errorf("read delivered document: %w", err)
		}
		if f, err = fileOf(doc, file); err != nil {
			return err
		}
		return withheld(ctx, tx, f.Digest)
	})
	return f, err
}

func fileOf(doc store.Document, id store.ID) (store.File, error) {
	i := slices.IndexFunc(doc.Files, func(f store.File) bool { return f.ID == id })
	if i < 0 {
		return store.File{}, fmt.Errorf("document %s has no file %s: %w", doc.ID, id, store.ErrNotFound)
	}
	return doc.Files[i], nil
}

// unreadable keeps a file whose bytes are gone from looking like one that never was: the record says it is there.
func unreadable(err error) error {
	if store.KindOf(err) == store.NotFound {
		return &store.Error{Kind: store.Damaged, Key: "error.file_damaged", Err: err}
	}
	return err
}
