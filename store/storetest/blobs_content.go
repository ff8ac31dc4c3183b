package storetest

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"cloudpocket/store"
)

func blobRoundTrip(t *testing.T, b BlobPlace) {
	for _, n := range []int{0, 1, 31, 4096, 64<<10 - 1, 64 << 10, 64<<10 + 1, 3<<20 + 7} {
		t.Run(fmt.Sprint(n, " bytes"), func(t *testing.T) {
			content := blobBytes(1, n)
			d := putBlob(t, b, blobTenant, content)
			holds(t, b, blobTenant, d, content)
			holds(t, b, blobTenant, d, content)
		})
	}
}

func blobInPieces(t *testing.T, b BlobPlace) {
	content := blobBytes(2, 300_000)
	w, err := b.Create(t.Context(), blobTenant)
	must(t, err)
	defer w.Abort()
	for rest, n := content, 1; len(rest) > 0; n = n*3 + 1 {
		piece := rest[:min(n, len(rest))]
		if _, err := w.Write(nil); err != nil {
			t.Fatal(err)
		}
		got, err := w.Write(piece)
		must(t, err)
		if got != len(piece) {
			t.Fatalf("wrote %d of %d bytes", got, len(piece))
		}
		rest = rest[len(piece):]
	}
	d, size, err := w.Commit(t.Context())
	must(t, err)
	if want := store.DigestOf(sha256.Sum256(content)); d != want || size != int64(len(content)) {
		t.Errorf("committed as %s of %d bytes, want %s of %d", d, size, want, len(content))
	}
	holds(t, b, blobTenant, d, content)
}

func blobSeek(t *testing.T, b BlobPlace) {
	content := blobBytes(3, 500_000)
	f, err := b.Open(t.Context(), blobTenant, putBlob(t, b, blobTenant, content))
	must(t, err)
	defer f.Close()
	for _, row := range []struct {
		name   string
		offset int64
		whence int
		at     int64
	}{
		{"end", 0, io.SeekEnd, 500_000},
		{"start", 0, io.SeekStart, 0},
		{"middle", 123_457, io.SeekStart, 123_457},
		{"on from there", 1000, io.SeekCurrent, 123_457 + 64 + 1000},
		{"back from the end", -77, io.SeekEnd, 499_923},
		{"past the end", 600_000, io.SeekStart, 600_000},
	} {
		at, err := f.Seek(row.offset, row.whence)
		must(t, err)
		got, err := io.ReadAll(io.LimitReader(f, 64))
		must(t, err)
		start := min(row.at, 500_000)
		if want := content[start:min(start+64, 500_000)]; at != row.at || !bytes.Equal(got, want) {
			t.Errorf("%s: at %d, %d bytes that are not those of offset %d", row.name, at, len(got), row.at)
		}
	}
	if _, err := f.Seek(-1, io.SeekStart); err == nil {
		t.Error("a position before the start was accepted")
	}
}

func blobInvisible(t *testing.T, b BlobPlace) {
	content := blobBytes(4, 100_000)
	d := store.DigestOf(sha256.Sum256(content))
	w, err := b.Create(t.Context(), blobTenant)
	must(t, err)
	defer w.Abort()
	_, err = w.Write(content)
	must(t, err)
	missing(t, b, blobTenant, d)
	if found := walked(t, b, blobTenant); len(found) != 0 {
		t.Errorf("before the commit there is %v", found)
	}
	_, _, err = w.Commit(t.Context())
	must(t, err)
	holds(t, b, blobTenant, d, content)
}

func blobAbort(t *testing.T, b BlobPlace) {
	content := blobBytes(5, 100_000)
	w, err := b.Create(t.Context(), blobTenant)
	must(t, err)
	_, err = w.Write(content)
	must(t, err)
	w.Abort()
	w.Abort()
	if _, _, err := w.Commit(t.Context()); err == nil {
		t.Error("an aborted blob was committed")
	}
	missing(t, b, blobTenant, store.DigestOf(sha256.Sum256(content)))
	nothingLeft(t, b, blobTenant)

	d := putBlob(t, b, blobTenant, content) // which aborts after its commit
	holds(t, b, blobTenant, d, content)
}

func blobDelete(t *testing.T, b BlobPlace) {
	content := blobBytes(6, 1000)
	d := putBlob(t, b, blobTenant, content)
	other := putBlob(t, b, blobTenant, blobBytes(7, 1000))
	holds(t, b, blobTenant, d, content)
	must(t, b.Delete(t.Context(), blobTenant, d))
	must(t, b.Delete(t.Context(), blobTenant, d))
	must(t, b.Delete(t.Context(), "nobody", d))
	missing(t, b, blobTenant, d)
	if found := walked(t, b, blobTenant); len(found) != 1 || found[other].Size != 1000 {
		t.Errorf("after the deletion there is %v", found)
	}
	holds(t, b, blobTenant, putBlob(t, b, blobTenant, content), content)
}

func blobWalk(t *testing.T, b BlobPlace) {
	before := time.Now().Add(-3 * time.Second)
	sizes := map[store.Digest]int64{}
	for i := range 300 {
		sizes[putBlob(t, b, blobTenant, fmt.Append(nil, "blob ", i))] = int64(len(fmt.Sprint("blob ", i)))
	}
	putBlob(t, b, "another-firm", []byte("theirs"))
	found := walked(t, b, blobTenant)
	for d, size := range sizes {
		info := found[d]
		if info.Size != size || info.At.Before(before) || info.At.After(time.Now().Add(3*time.Second)) {
			t.Errorf("blob %s of %d bytes is walked as %+v", d, size, info)
		}
	}
	if len(found) != len(sizes) {
		t.Errorf("%d blobs were walked, there are %d", len(found), len(sizes))
	}
	enough, calls := errors.New("enough"), 0
	err := b.Walk(t.Context(), blobTenant, func(store.BlobInfo) error { calls++; return enough })
	if !errors.Is(err, enough) || calls != 1 {
		t.Errorf("a walk that fails was called %d times and returned %v", calls, err)
	}
	if found := walked(t, b, "nobody"); len(found) != 0 {
		t.Errorf("a tenant without blobs has %v", found)
	}
}

func blobNames(t *testing.T, b BlobPlace) {
	good := putBlob(t, b, blobTenant, []byte("content"))
	nop := func(store.BlobInfo) error { return nil }
	for _, d := range []store.Digest{"", "..", "../" + good, good[:63], good + "0", "G" + good[1:], good[:62] + "/x",
		"/etc/passwd", good[:2] + "/" + good[3:], store.Digest(bytes.ToUpper([]byte(good[:63] + "a")))} {
		_, err := b.Open(t.Context(), blobTenant, d)
		isKind(t, err, store.ErrInvalid)
		isKind(t, b.Delete(t.Context(), blobTenant, d), store.ErrInvalid)
	}
	for _, tenant := range []store.ID{"", "..", ".", "a/b", "firm/", "/firm", "FIRM", "契約", "-firm", "firm\x00"} {
		_, err := b.Open(t.Context(), tenant, good)
		isKind(t, err, store.ErrInvalid)
		_, err = b.Create(t.Context(), tenant)
		isKind(t, err, store.ErrInvalid)
		isKind(t, b.Delete(t.Context(), tenant, good), store.ErrInvalid)
		isKind(t, b.Walk(t.Context(), tenant, nop), store.ErrInvalid)
	}
	holds(t, b, blobTenant, good, []byte("content"))
}

func blobTenants(t *testing.T, b BlobPlace) {
	content := blobBytes(8, 5000)
	d := putBlob(t, b, blobTenant, content)
	missing(t, b, "another-firm", d)
	must(t, b.Delete(t.Context(), "another-firm", d))
	putBlob(t, b, "another-firm", content)
	must(t, b.Delete(t.Context(), blobTenant, d))
	missing(t, b, blobTenant, d)
	holds(t, b, "another-firm", d, content)
	if found := walked(t, b, blobTenant); len(found) != 0 {
		t.Errorf("the other tenant's blob is walked: %v", found)
	}
}

func blobSweep(t *testing.T, b BlobPlace) {
	kept := putBlob(t, b, blobTenant, []byte("kept"))
	ends, dies := blobBytes(9, 10_000), blobBytes(10, 10_000)
	finishing, err := b.Create(t.Context(), blobTenant)
	must(t, err)
	defer finishing.Abort()
	_, err = finishing.Write(ends)
	must(t, err)
	swept(t, b, time.Now().Add(-time.Hour), 0)
	d, _, err := finishing.Commit(t.Context())
	must(t, err)

	left, err := b.Create(t.Context(), "another-firm")
	must(t, err)
	defer left.Abort()
	_, err = left.Write(dies)
	must(t, err)
	swept(t, b, time.Now().Add(time.Hour), 1)
	swept(t, b, time.Now().Add(time.Hour), 0)
	if _, _, err := left.Commit(t.Context()); err == nil {
		t.Error("a blob was committed after its bytes had been swept")
	}
	missing(t, b, "another-firm", store.DigestOf(sha256.Sum256(dies)))
	holds(t, b, blobTenant, kept, []byte("kept"))
	holds(t, b, blobTenant, d, ends)
}

func swept(t *testing.T, b store.Blobs, before time.Time, want int) {
	t.Helper()
	n, err := b.Sweep(t.Context(), before)
	must(t, err)
	if n != want {
		t.Errorf("%d uploads were swept, want %d", n, want)
	}
}
