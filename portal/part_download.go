package portal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"

	"cloudpocket/store"
)

// DownloadPart records that the actor downloads one part and returns it as a file, with its bytes, which the caller closes.
func (p *Portal) DownloadPart(ctx context.Context, a Actor, s Source, n int) (store.File, store.Blob, error) {
	f, blob, err := p.openPart(ctx, a, s, n)
	if err != nil {
		return store.File{}, nil, err
	}
	detail := map[string]string{"file": string(f.ID), "part": strconv.Itoa(n), "sha256": string(f.Digest)}
	if err := p.record(ctx, a, s, store.Downloaded, detail); err != nil {
		blob.Close()
		return store.File{}, nil, err
	}
	return f, blob, nil
}

// PartFile returns what DownloadPart would give the bytes of, and records nothing.
func (p *Portal) PartFile(ctx context.Context, a Actor, s Source, n int) (store.File, error) {
	f, blob, err := p.openPart(ctx, a, s, n)
	if err != nil {
		return store.File{}, err
	}
	return f, blob.Close()
}

// openPart opens a part's bytes. The file that it is has the ID of the document's file.
func (p *Portal) openPart(ctx context.Context, a Actor, s Source, n int) (store.File, store.Blob, error) {
	_, _, part, err := p.partOf(ctx, a, s, n)
	if err != nil {
		return store.File{}, nil, err
	}
	if part.Whole {
		blob, err := p.Blobs.Open(ctx, a.TenantID, part.File.Digest)
		if err != nil {
			return store.File{}, nil, fmt.Errorf("open file %s: %w", part.File.ID, unreadable(err))
		}
		return typed(part.File), blob, nil
	}
	_, entry, err := p.entry(ctx, a.TenantID, part)
	if err == nil && entry == nil {
		err = store.Fail(store.Damaged, "error.file_damaged", "file %s holds no part %d any more", part.File.ID, n)
	}
	if err != nil {
		return store.File{}, nil, err
	}
	f := store.File{ID: part.File.ID, Name: part.Name(), Size: int64(len(entry.Data)), Digest: store.DigestOf(sha256.Sum256(entry.Data))}
	return typed(f), memory{bytes.NewReader(entry.Data)}, nil
}

// typed completes a file with the media type of its name.
func typed(f store.File) store.File {
	if f.MediaType != "" {
		return f
	}
	f.MediaType = "application/octet-stream"
	if format, ok := formatOf(f.Name); ok {
		f.MediaType = format.mediaType
	}
	return f
}
