package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"cloudpocket/store"
)

func blobSameBytesAtOnce(t *testing.T, b BlobPlace) {
	content := blobBytes(12, 300_000)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			d, err := tryPutBlob(t.Context(), b, blobTenant, content)
			if err != nil {
				t.Errorf("write: %v", err)
				return
			}
			if got, err := readBlob(t.Context(), b, blobTenant, d); err != nil || !bytes.Equal(got, content) {
				t.Errorf("read back %d bytes, %v", len(got), err)
			}
		})
	}
	wg.Wait()
	if found := walked(t, b, blobTenant); len(found) != 1 {
		t.Errorf("the same bytes are %d blobs", len(found))
	}
	swept(t, b, time.Now().Add(time.Hour), 0)
}

func blobReadersAtOnce(t *testing.T, b BlobPlace) {
	content := blobBytes(13, 2<<20)
	d := putBlob(t, b, blobTenant, content)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if got, err := readBlob(t.Context(), b, blobTenant, d); err != nil || !bytes.Equal(got, content) {
				t.Errorf("read %d bytes, %v", len(got), err)
			}
		})
	}
	wg.Wait()
}

func blobManyWriters(t *testing.T, b BlobPlace) {
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			content := fmt.Appendf(nil, "writer %d", i)
			d, err := tryPutBlob(t.Context(), b, blobTenant, content)
			if err != nil {
				t.Errorf("writer %d: %v", i, err)
			} else if got, err := readBlob(t.Context(), b, blobTenant, d); err != nil || !bytes.Equal(got, content) {
				t.Errorf("writer %d read back %q, %v", i, got, err)
			}
		})
	}
	wg.Wait()
	if found := walked(t, b, blobTenant); len(found) != 32 {
		t.Errorf("32 writers left %d blobs", len(found))
	}
}

// blobReadWhileDeleting expects the whole blob or none of it.
func blobReadWhileDeleting(t *testing.T, b BlobPlace) {
	content := blobBytes(14, 100_000)
	for range 10 {
		d := putBlob(t, b, blobTenant, content)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				got, err := readBlob(t.Context(), b, blobTenant, d)
				if err == nil && !bytes.Equal(got, content) || err != nil && !errors.Is(err, store.ErrNotFound) {
					t.Errorf("read %d bytes, %v", len(got), err)
				}
			})
		}
		must(t, b.Delete(t.Context(), blobTenant, d))
		wg.Wait()
	}
}

func blobCancelled(t *testing.T, b BlobPlace) {
	content := blobBytes(15, 100_000)
	kept := putBlob(t, b, "another-firm", content)
	ctx, cancel := context.WithCancel(t.Context())
	w, err := b.Create(ctx, blobTenant)
	must(t, err)
	_, err = io.Copy(w, bytes.NewReader(content))
	must(t, err)
	cancel()
	_, _, commitErr := w.Commit(ctx)
	w.Abort()
	_, createErr := b.Create(ctx, blobTenant)
	_, openErr := b.Open(ctx, "another-firm", kept)
	_, sweepErr := b.Sweep(ctx, time.Now().Add(time.Hour))
	walkErr := b.Walk(ctx, "another-firm", func(store.BlobInfo) error { return nil })
	for name, err := range map[string]error{"Commit": commitErr, "Create": createErr, "Open": openErr, "Sweep": sweepErr,
		"Walk": walkErr, "Delete": b.Delete(ctx, "another-firm", kept)} {
		isCancelled(t, name, err)
	}
	missing(t, b, blobTenant, store.DigestOf(sha256.Sum256(content)))
	nothingLeft(t, b, blobTenant)
	holds(t, b, "another-firm", kept, content)
}
