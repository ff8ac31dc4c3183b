package diskblob

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// BenchmarkWrite writes 1,000 blobs of 200 KiB, 8 at a time, beside the least that makes a file durable.
func BenchmarkWrite(b *testing.B) {
	const files, size, writers = 1000, 200 << 10, 8
	base := make([]byte, size)
	rand.Read(base)
	each := func(b *testing.B, write func(content []byte) error) {
		for range b.N {
			var wg sync.WaitGroup
			for w := range writers {
				wg.Go(func() {
					content := bytes.Clone(base)
					for i := w; i < files; i += writers {
						rand.Read(content[:8])
						if err := write(content); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
		}
		b.ReportMetric(float64(files)*float64(b.N)/b.Elapsed().Seconds(), "files/s")
	}
	b.Run("raw", func(b *testing.B) { dir := b.TempDir(); each(b, func(c []byte) error { return raw(dir, c) }) })
	b.Run("diskblob", func(b *testing.B) {
		s, _ := opened(b, Config{})
		each(b, func(c []byte) error { put(b, s, c); return nil })
	})
}

// raw spreads files over 256 folders as the store does.
func raw(dir string, content []byte) error {
	folder := filepath.Join(dir, fmt.Sprintf("%02x", content[0]))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	name := filepath.Join(folder, fmt.Sprint(binary.BigEndian.Uint64(content)))
	f, err := os.OpenFile(name+".tmp", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := os.Rename(name+".tmp", name); err != nil {
		return err
	}
	return syncFolder(folder, os.Open)
}

// BenchmarkServe serves 10 MB over HTTP from a plain file and from a verified blob.
func BenchmarkServe(b *testing.B) {
	content := make([]byte, 10_000_000)
	rand.Read(content)
	plain := filepath.Join(b.TempDir(), "plain")
	must(b, os.WriteFile(plain, content, 0o600))
	s, _ := opened(b, Config{Now: func() time.Time { return time.Now().Add(time.Minute) }})
	d := put(b, s, content)
	cold, _ := opened(b, Config{VerifyEvery: time.Nanosecond})
	put(b, cold, content)
	for _, row := range []struct {
		name string
		open func() (io.ReadSeekCloser, error)
	}{
		{"plain", func() (io.ReadSeekCloser, error) { return os.Open(plain) }},
		{"diskblob", func() (io.ReadSeekCloser, error) { return s.Open(b.Context(), "firm", d) }},
		{"unverified", func() (io.ReadSeekCloser, error) { return cold.Open(b.Context(), "firm", d) }},
	} {
		b.Run(row.name, func(b *testing.B) { serve(b, row.open, int64(len(content))) })
	}
}

func serve(b *testing.B, open func() (io.ReadSeekCloser, error), size int64) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, err := open()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer f.Close()
		http.ServeContent(w, r, "x.bin", time.Time{}, f)
	}))
	defer srv.Close()
	b.SetBytes(size)
	buffer := make([]byte, 256<<10)
	for b.Loop() {
		res, err := http.Get(srv.URL)
		must(b, err)
		n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, res.Body, buffer)
		must(b, err)
		res.Body.Close()
		if n != size {
			b.Fatalf("got %d bytes, status %d", n, res.StatusCode)
		}
	}
}
