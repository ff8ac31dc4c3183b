package diskblob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"cloudpocket/store"
)

// Open returns the blob after it was verified, now or a while ago. What it returns is an *os.File underneath; the file
// stays readable when it is deleted meanwhile.
func (s *Store) Open(ctx context.Context, tenant store.ID, d store.Digest) (store.Blob, error) {
	p, err := placeOf(tenant, d)
	if err != nil {
		return nil, fmt.Errorf("open a blob: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open a blob: %w", err)
	}
	f, err := s.root.Open(p.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &store.Error{Kind: store.NotFound, Err: fmt.Errorf("blob %s of %s", d, tenant)}
	}
	if err != nil {
		return nil, fault("open a blob", err)
	}
	info, err := s.verify(ctx, f, p)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("open blob %s of %s: %w", d, tenant, err)
	}
	return &blob{f, info.Size()}, nil
}

// blob embeds the file so that its SyscallConn and WriteTo are there for who copies it to a connection.
type blob struct {
	*os.File
	size int64
}

func (b *blob) Size() int64 { return b.size }
