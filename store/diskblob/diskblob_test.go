package diskblob

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Blobs(t, func(t *testing.T) storetest.BlobPlace {
		s, dir := opened(t, Config{})
		return storetest.BlobPlace{Blobs: s, Damage: damage(dir)}
	})
}

// TestConformanceRemembering runs the suite with a clock an hour ahead, so that files verified a moment ago count as settled.
func TestConformanceRemembering(t *testing.T) {
	storetest.Blobs(t, func(t *testing.T) storetest.BlobPlace {
		s, dir := opened(t, Config{Now: func() time.Time { return time.Now().Add(time.Hour) }})
		return storetest.BlobPlace{Blobs: s, Damage: damage(dir)}
	})
}

func opened(t testing.TB, c Config) (*Store, string) {
	t.Helper()
	c.Dir = filepath.Join(t.TempDir(), "deep", "blobs")
	s, err := Open(c)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s, c.Dir
}

func damage(dir string) func(*testing.T, store.ID, store.Digest, func([]byte) []byte) {
	return func(t *testing.T, tenant store.ID, d store.Digest, change func([]byte) []byte) {
		t.Helper()
		name := filepath.Join(dir, place{tenant, d}.file())
		content, err := os.ReadFile(name)
		must(t, err)
		time.Sleep(15 * time.Millisecond) // a tick of the file system's clock
		must(t, os.WriteFile(name, change(content), 0o600))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, s *Store, content []byte) store.Digest {
	t.Helper()
	w, err := s.Create(t.Context(), "firm")
	must(t, err)
	defer w.Abort()
	_, err = w.Write(content)
	must(t, err)
	d, _, err := w.Commit(t.Context())
	must(t, err)
	return d
}

func open(t testing.TB, s *Store, d store.Digest) error {
	t.Helper()
	f, err := s.Open(t.Context(), "firm", d)
	if err == nil {
		f.Close()
	}
	return err
}

// remembers reports whether the next Open would trust the file without reading it.
func remembers(t *testing.T, s *Store, dir string, d store.Digest) bool {
	t.Helper()
	p := place{"firm", d}
	info, err := os.Stat(filepath.Join(dir, p.file()))
	must(t, err)
	return s.verified.holds(p, info, s.now().Add(-s.every))
}

func TestLayoutAndModes(t *testing.T) {
	s, dir := opened(t, Config{})
	d := put(t, s, []byte("content"))
	for name, want := range map[string]fs.FileMode{
		"": 0o700, uploads: 0o700, "firm": 0o700, "firm/" + string(d[:2]): 0o700, "firm/" + string(d[:2]) + "/" + string(d[2:]): 0o600,
	} {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if info.Mode().Perm() != want {
			t.Errorf("%q has mode %o, want %o", name, info.Mode().Perm(), want)
		}
	}
	nothingUploading(t, dir)
}

func nothingUploading(t *testing.T, dir string) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(dir, uploads, "*", "*"))
	must(t, err)
	if len(left) != 0 {
		t.Errorf("the upload folders hold %v", left)
	}
}

func TestVerifiedOnceUntilItAges(t *testing.T) {
	now := time.Now()
	s, dir := opened(t, Config{VerifyEvery: time.Hour, Now: func() time.Time { return now }})
	d := put(t, s, []byte("content"))
	must(t, open(t, s, d))
	if remembers(t, s, dir, d) {
		t.Error("a file that changed a moment ago is trusted")
	}
	now = now.Add(time.Minute)
	must(t, open(t, s, d))
	if !remembers(t, s, dir, d) {
		t.Error("a verified file is not remembered")
	}
	now = now.Add(time.Hour + time.Second)
	if remembers(t, s, dir, d) {
		t.Error("a file is trusted longer than VerifyEvery")
	}
	must(t, open(t, s, d))
	if !remembers(t, s, dir, d) {
		t.Error("a file verified again is not remembered")
	}
}

// TestChangesThatKeepSizeAndTime alters a byte and puts the old modification time back.
func TestChangesThatKeepSizeAndTime(t *testing.T) {
	s, dir := opened(t, Config{Now: func() time.Time { return time.Now().Add(time.Minute) }})
	d := put(t, s, []byte("content"))
	must(t, open(t, s, d))
	name := filepath.Join(dir, place{"firm", d}.file())
	info, err := os.Stat(name)
	must(t, err)
	damage(dir)(t, "firm", d, func(b []byte) []byte { b[0]++; return b })
	must(t, os.Chtimes(name, info.ModTime(), info.ModTime()))
	if err := open(t, s, d); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("opened with %v", err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	s, dir := opened(t, Config{Remembered: 3, Now: func() time.Time { return time.Now().Add(time.Minute) }})
	var all []store.Digest
	for i := range 5 {
		all = append(all, put(t, s, fmt.Append(nil, i)))
		must(t, open(t, s, all[i]))
		must(t, open(t, s, all[0]))
	}
	for i, want := range []bool{true, false, false, true, true} {
		if got := remembers(t, s, dir, all[i]); got != want {
			t.Errorf("blob %d is remembered: %v, want %v", i, got, want)
		}
	}
	if len(s.verified.at) != 3 || s.verified.byUse.Len() != 3 {
		t.Errorf("%d and %d files are remembered, not 3", len(s.verified.at), s.verified.byUse.Len())
	}
}

// full takes some bytes and then says what a full disk says.
type full struct {
	w    io.Writer
	left int
	err  error
}

func (f *full) Write(b []byte) (int, error) {
	n, err := f.w.Write(b[:min(len(b), f.left)])
	f.left -= n
	if err == nil && n < len(b) {
		err = &fs.PathError{Op: "write", Path: "blob", Err: f.err}
	}
	return n, err
}

func TestDiskFull(t *testing.T) {
	for name, cause := range map[string]error{"disk": syscall.ENOSPC, "quota": syscall.EDQUOT} {
		t.Run(name, func(t *testing.T) {
			s, dir := opened(t, Config{})
			w, err := s.Create(t.Context(), "firm")
			must(t, err)
			defer w.Abort()
			w.(*writer).sink = &full{w.(*writer).file, 5000, cause}
			_, err = io.Copy(w, strings.NewReader(strings.Repeat("x", 100_000)))
			if want := (&store.Error{Kind: store.Unavailable, Key: "error.storage_full"}); !errors.Is(err, want) {
				t.Errorf("got %v", err)
			}
			if n, err := w.Write([]byte("more")); n != 0 || err == nil {
				t.Errorf("after the failure %d bytes were taken, %v", n, err)
			}
			if _, _, err := w.Commit(t.Context()); !errors.Is(err, cause) {
				t.Errorf("committed: %v", err)
			}
			nothingUploading(t, dir)
			if err := s.Walk(t.Context(), "firm", func(i store.BlobInfo) error { return fmt.Errorf("%s is there", i.Digest) }); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestFolderRemovedMeanwhile removes a tenant's empty folders, as a clean-up outside may.
func TestFolderRemovedMeanwhile(t *testing.T) {
	s, dir := opened(t, Config{})
	d := put(t, s, []byte("content"))
	must(t, os.RemoveAll(filepath.Join(dir, "firm")))
	if err := open(t, s, d); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a removed blob: %v", err)
	}
	if again := put(t, s, []byte("content")); again != d {
		t.Errorf("stored as %s, then %s", d, again)
	}
	must(t, open(t, s, d))
}

func TestFolderAway(t *testing.T) {
	s, dir := opened(t, Config{})
	d := put(t, s, []byte("content"))
	must(t, os.Rename(filepath.Join(dir, uploads), filepath.Join(dir, "elsewhere")))
	if err := s.Ping(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("ping: %v", err)
	}
	if _, err := s.Create(t.Context(), "firm"); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("create: %v", err)
	}
	must(t, open(t, s, d))
	must(t, os.Rename(filepath.Join(dir, "elsewhere"), filepath.Join(dir, uploads)))
	must(t, s.Ping(t.Context()))
}

// TestNotAFile puts a folder and a link out of the store where blobs belong.
func TestNotAFile(t *testing.T) {
	s, dir := opened(t, Config{})
	secret := filepath.Join(t.TempDir(), "secret")
	must(t, os.WriteFile(secret, []byte("secret"), 0o600))
	for name, make := range map[string]func(string) error{
		"folder": func(at string) error { return os.Mkdir(at, 0o700) },
		"link":   func(at string) error { return os.Symlink(secret, at) },
	} {
		t.Run(name, func(t *testing.T) {
			d := store.DigestOf(sha256.Sum256([]byte("secret")))
			at := filepath.Join(dir, place{"firm", d}.file())
			must(t, os.MkdirAll(filepath.Dir(at), 0o700))
			must(t, make(at))
			defer os.Remove(at)
			if err := open(t, s, d); err == nil || errors.Is(err, store.ErrNotFound) {
				t.Errorf("opened with %v", err)
			}
		})
	}
}

// TestOpenBlobIsAFile checks what the kernel's copying needs: a file that says so, also through io.LimitedReader.
func TestOpenBlobIsAFile(t *testing.T) {
	s, _ := opened(t, Config{})
	f, err := s.Open(t.Context(), "firm", put(t, s, []byte("content")))
	must(t, err)
	defer f.Close()
	if _, ok := f.(syscall.Conn); !ok {
		t.Error("an open blob has no file descriptor to copy from")
	}
	var out bytes.Buffer
	if _, err := io.Copy(&out, f); err != nil || out.String() != "content" {
		t.Errorf("copied %q, %v", out.String(), err)
	}
}
