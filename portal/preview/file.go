package preview

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"cloudpocket/store"
)

// File is a delivered file: whose it is, the digest of its bytes, and how to reach them. Open is called only when a
// preview is not there yet, so a kept one costs no blob.
type File struct {
	Tenant store.ID
	Digest store.Digest
	Open   func(context.Context) (store.Blob, error)
}

// Bytes is an Open for bytes that are already here, such as an entry of a package.
func Bytes(b []byte) func(context.Context) (store.Blob, error) {
	return func(context.Context) (store.Blob, error) { return held{bytes.NewReader(b)}, nil }
}

type held struct{ *bytes.Reader }

func (held) Close() error { return nil }

// read returns the file's bytes, at most limit of them, or TooLarge. The source's own errors come back unchanged.
func (f File) read(ctx context.Context, limit int64) ([]byte, error) {
	blob, err := f.Open(ctx)
	if err != nil {
		return nil, fmt.Errorf("open a file to preview: %w", err)
	}
	defer blob.Close()
	if blob.Size() > limit {
		return nil, tooLarge("the file has %d bytes", blob.Size())
	}
	b, err := io.ReadAll(io.LimitReader(blob, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read a file to preview: %w", err)
	}
	if int64(len(b)) > limit {
		return nil, tooLarge("the file has more than %d bytes", limit)
	}
	return b, nil
}

// Shape says which preview a file can have.
type Shape uint8

const (
	DownloadOnly Shape = iota // Office files and all that is unknown
	ShapePDF                  // [Maker.Pages], [Maker.Page], [Maker.PageTexts]
	ShapeImage                // [Maker.Image]
	ShapeText                 // [Maker.Lines]
	ShapeTable                // [Maker.Table]
)

// ShapeOf tells from its name which preview a file can have. The bytes may still refuse it.
func ShapeOf(name string) Shape {
	switch strings.ToLower(path.Ext(name)) {
	case ".pdf":
		return ShapePDF
	case ".jpg", ".jpeg", ".png", ".gif":
		return ShapeImage
	case ".txt", ".log", ".conf":
		return ShapeText
	case ".csv", ".tsv":
		return ShapeTable
	}
	return DownloadOnly
}
