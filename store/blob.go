package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"
)

// Digest names a blob: the SHA-256 of its bytes as 64 lower-case hexadecimal characters.
type Digest string

// DigestOf returns the Digest for a finished SHA-256.
func DigestOf(sum [sha256.Size]byte) Digest { return Digest(hex.EncodeToString(sum[:])) }

// Valid reports whether d has the form of a Digest.
func (d Digest) Valid() bool {
	b, err := hex.DecodeString(string(d))
	return err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == string(d)
}

// Blobs keeps large, immutable bytes. A blob belongs to one tenant: the same bytes of two tenants are two blobs, and
// neither can tell that the other is there.
type Blobs interface {
	// Create begins a blob of tenant. The caller ends it with Commit or Abort.
	Create(ctx context.Context, tenant ID) (BlobWriter, error)
	// Open returns the blob's bytes: ErrNotFound when it is not there, ErrDamaged when what is there is not what was
	// stored; damaged bytes are never returned. The caller closes it.
	Open(ctx context.Context, tenant ID, d Digest) (Blob, error)
	// Stat tells about a committed blob without reading it, or ErrNotFound.
	Stat(ctx context.Context, tenant ID, d Digest) (BlobInfo, error)
	// Delete removes a blob; without one it does nothing.
	Delete(ctx context.Context, tenant ID, d Digest) error
	// Walk calls fn for every committed blob of tenant, in no order, until fn fails.
	Walk(ctx context.Context, tenant ID, fn func(BlobInfo) error) error
	// Sweep removes what uploads that never ended left behind before that time, of every tenant, and returns how many.
	Sweep(ctx context.Context, before time.Time) (int, error)
	// Ping tells whether blobs can be written now.
	Ping(ctx context.Context) error
}

// BlobWriter takes a blob's bytes in order; memory use does not grow with them.
type BlobWriter interface {
	io.Writer
	// Commit makes the blob durable and readable and returns its digest and size in bytes. Before it returns, nothing is visible.
	Commit(ctx context.Context) (Digest, int64, error)
	// Abort forgets the bytes. After Commit it does nothing, so it can be deferred.
	Abort()
}

// Blob is an open blob.
type Blob interface {
	io.ReadSeekCloser
	Size() int64
}

// BlobInfo tells about a blob without opening it.
type BlobInfo struct {
	Digest Digest
	Size   int64
	At     time.Time // when it was committed
}
