package portal

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
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
	inside, err := p.openInside(ctx, a.TenantID, part)
	if err != nil {
		return store.File{}, nil, err
	}
	digest, err := digestOf(inside)
	if err != nil {
		inside.Close()
		return store.File{}, nil, err
	}
	return typed(store.File{ID: part.File.ID, Name: part.Name(), Size: inside.Size(), Digest: digest}), inside, nil
}

// digestOf reads a blob to its end, and sets it to its beginning again.
func digestOf(blob store.Blob) (store.Digest, error) {
	h := sha256.New()
	if _, err := io.Copy(h, blob); err != nil {
		return "", err
	}
	if _, err := blob.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	return store.DigestOf([sha256.Size]byte(h.Sum(nil))), nil
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
