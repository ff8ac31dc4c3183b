package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"testing"
	"time"

	"cloudpocket/store"
)

// BlobPlace is an opened back end and the means to spoil what it keeps.
type BlobPlace struct {
	store.Blobs
	// Damage replaces the stored bytes of a committed blob by change of them, behind the back end's back.
	Damage func(t *testing.T, tenant store.ID, d store.Digest, change func([]byte) []byte)
}

// Blobs runs the conformance suite of store.Blobs. open returns an empty back end, closed when t ends.
func Blobs(t *testing.T, open func(t *testing.T) BlobPlace) {
	for _, row := range []struct {
		name string
		test func(*testing.T, BlobPlace)
	}{
		{"round trip", blobRoundTrip},
		{"written in pieces", blobInPieces},
		{"seek", blobSeek},
		{"invisible before commit", blobInvisible},
		{"abort", blobAbort},
		{"delete", blobDelete},
		{"stat", blobStat},
		{"walk", blobWalk},
		{"names", blobNames},
		{"tenants", blobTenants},
		{"damage", blobDamage},
		{"damage after reading", blobDamageAfterReading},
		{"damage is healed by the same bytes", blobHeals},
		{"same bytes at once", blobSameBytesAtOnce},
		{"readers at once", blobReadersAtOnce},
		{"many writers", blobManyWriters},
		{"read while deleting", blobReadWhileDeleting},
		{"cancelled", blobCancelled},
		{"sweep", blobSweep},
		{"ping", func(t *testing.T, b BlobPlace) { must(t, b.Ping(t.Context())) }},
	} {
		t.Run(row.name, func(t *testing.T) { row.test(t, open(t)) })
	}
}

const blobTenant = store.ID("firm")

// blobBytes returns n bytes that differ by seed and do not repeat.
func blobBytes(seed byte, n int) []byte {
	b := make([]byte, 0, n+sha256.Size)
	for sum := sha256.Sum256([]byte{seed}); len(b) < n; sum = sha256.Sum256(sum[:]) {
		b = append(b, sum[:]...)
	}
	return b[:n]
}

func putBlob(t *testing.T, b store.Blobs, tenant store.ID, content []byte) store.Digest {
	t.Helper()
	d, err := tryPutBlob(t.Context(), b, tenant, content)
	must(t, err)
	return d
}

func tryPutBlob(ctx context.Context, b store.Blobs, tenant store.ID, content []byte) (store.Digest, error) {
	w, err := b.Create(ctx, tenant)
	if err != nil {
		return "", err
	}
	defer w.Abort()
	if _, err := w.Write(content); err != nil {
		return "", err
	}
	d, size, err := w.Commit(ctx)
	if err == nil && (d != store.DigestOf(sha256.Sum256(content)) || size != int64(len(content))) {
		return "", errors.New("committed as " + string(d))
	}
	return d, err
}

func readBlob(ctx context.Context, b store.Blobs, tenant store.ID, d store.Digest) ([]byte, error) {
	f, err := b.Open(ctx, tenant, d)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	if err == nil && f.Size() != int64(len(content)) {
		return nil, errors.New("the size is not the number of bytes")
	}
	return content, err
}

func holds(t *testing.T, b store.Blobs, tenant store.ID, d store.Digest, want []byte) {
	t.Helper()
	got, err := readBlob(t.Context(), b, tenant, d)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("blob %s holds %d bytes, want other %d", d, len(got), len(want))
	}
}

func missing(t *testing.T, b store.Blobs, tenant store.ID, d store.Digest) {
	t.Helper()
	_, err := b.Open(t.Context(), tenant, d)
	isKind(t, err, store.ErrNotFound)
}

func walked(t *testing.T, b store.Blobs, tenant store.ID) map[store.Digest]store.BlobInfo {
	t.Helper()
	found := map[store.Digest]store.BlobInfo{}
	must(t, b.Walk(t.Context(), tenant, func(i store.BlobInfo) error {
		if _, twice := found[i.Digest]; twice {
			t.Errorf("blob %s was walked twice", i.Digest)
		}
		found[i.Digest] = i
		return nil
	}))
	return found
}

// nothingLeft checks that tenant has no blob and that no upload left anything behind.
func nothingLeft(t *testing.T, b store.Blobs, tenant store.ID) {
	t.Helper()
	if found := walked(t, b, tenant); len(found) != 0 {
		t.Errorf("these blobs are there: %v", found)
	}
	n, err := b.Sweep(t.Context(), time.Now().Add(time.Hour))
	must(t, err)
	if n != 0 {
		t.Errorf("%d unfinished uploads were left behind", n)
	}
}

func blobStat(t *testing.T, b BlobPlace) {
	content := blobBytes(1, 1000)
	d := putBlob(t, b, blobTenant, content)
	info, err := b.Stat(t.Context(), blobTenant, d)
	must(t, err)
	if info.Digest != d || info.Size != 1000 || info.At.IsZero() {
		t.Errorf("told %+v", info)
	}
	if _, err := b.Stat(t.Context(), "other", d); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another tenant's blob: %v", err)
	}
	must(t, b.Delete(t.Context(), blobTenant, d))
	if _, err := b.Stat(t.Context(), blobTenant, d); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a deleted blob: %v", err)
	}
	if _, err := b.Stat(t.Context(), blobTenant, "nonsense"); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("a name that is none: %v", err)
	}
}
