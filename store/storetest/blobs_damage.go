package storetest

import (
	"bytes"
	"io"
	"testing"

	"cloudpocket/store"
)

var damages = []struct {
	name   string
	change func([]byte) []byte
}{
	{"emptied", func([]byte) []byte { return nil }},
	{"truncated by one", func(b []byte) []byte { return b[:len(b)-1] }},
	{"truncated to half", func(b []byte) []byte { return b[:len(b)/2] }},
	{"first byte altered", func(b []byte) []byte { b[0] ^= 1; return b }},
	{"one bit altered", func(b []byte) []byte { b[len(b)/2] ^= 0x10; return b }},
	{"last byte altered", func(b []byte) []byte { b[len(b)-1] ^= 0x80; return b }},
	{"zeros inside", func(b []byte) []byte { clear(b[4096:8192]); return b }},
	{"appended", func(b []byte) []byte { return append(b, 0) }},
	{"replaced", func(b []byte) []byte { return bytes.Repeat([]byte("x"), len(b)) }},
}

func blobDamage(t *testing.T, b BlobPlace) {
	for i, row := range damages {
		t.Run(row.name, func(t *testing.T) {
			d := putBlob(t, b, blobTenant, blobBytes(byte(100+i), 200_000))
			b.Damage(t, blobTenant, d, row.change)
			damaged(t, b, d)
			damaged(t, b, d)
		})
	}
}

// blobDamageAfterReading spoils what was found to be sound a moment ago.
func blobDamageAfterReading(t *testing.T, b BlobPlace) {
	for i, row := range damages {
		t.Run(row.name, func(t *testing.T) {
			content := blobBytes(byte(100+i), 200_000)
			d := putBlob(t, b, blobTenant, content)
			holds(t, b, blobTenant, d, content)
			holds(t, b, blobTenant, d, content)
			b.Damage(t, blobTenant, d, row.change)
			damaged(t, b, d)
		})
	}
}

// damaged expects ErrDamaged and not one byte. A back end that checks as it reads may say so at the first Read.
func damaged(t *testing.T, b store.Blobs, d store.Digest) {
	t.Helper()
	f, err := b.Open(t.Context(), blobTenant, d)
	if err == nil {
		defer f.Close()
		var got []byte
		if got, err = io.ReadAll(f); len(got) > 0 {
			t.Errorf("%d bytes of a damaged blob were returned", len(got))
		}
	}
	isKind(t, err, store.ErrDamaged)
}

func blobHeals(t *testing.T, b BlobPlace) {
	content := blobBytes(11, 50_000)
	d := putBlob(t, b, blobTenant, content)
	b.Damage(t, blobTenant, d, func(b []byte) []byte { b[7] = ^b[7]; return b })
	damaged(t, b, d)
	putBlob(t, b, blobTenant, content)
	holds(t, b, blobTenant, d, content)
}
