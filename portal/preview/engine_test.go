package preview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"cloudpocket/store"
)

func TestStartsWithTheFirstPDFAndRests(t *testing.T) {
	m := open(t, func(c *Config) { c.Idle = 100 * time.Millisecond })
	if _, err := m.Lines(context.Background(), file([]byte("x"))); err != nil || m.Status().Engines != 0 {
		t.Fatalf("%d engines for a text, %v", m.Status().Engines, err)
	}
	for range 2 {
		if err := m.Warm(context.Background()); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(20 * time.Second); m.Status().Engines != 0; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d engines although nobody asks", m.Status().Engines)
			}
		}
	}
	if _, err := m.Pages(context.Background(), file(japanesePDF(1, "MS-Gothic"))); err != nil {
		t.Fatalf("after a rest: %v", err)
	}
}

func TestDamagedCodeIsCompiledAgain(t *testing.T) {
	if err := open(t, nil).Warm(context.Background()); err != nil {
		t.Fatal(err)
	}
	code := t.TempDir()
	if err := os.CopyFS(code, os.DirFS(compiled(t))); err != nil {
		t.Fatal(err)
	}
	damaged := 0
	err := filepath.WalkDir(code, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		damaged++
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i := len(b) / 2; i < len(b); i += 4096 {
			b[i] ^= 0xff
		}
		return os.WriteFile(path, b, 0o600)
	})
	if err != nil || damaged == 0 {
		t.Fatalf("damage %d files: %v", damaged, err)
	}
	m := open(t, func(c *Config) { c.Compiled = code })
	if _, err := m.Pages(context.Background(), file(japanesePDF(1, "MS-Gothic"))); err != nil {
		t.Fatal(err)
	}
}

func TestCloseStopsWhatIsUnderWay(t *testing.T) {
	m := open(t, func(c *Config) { c.Timeout = time.Hour })
	if err := m.Warm(context.Background()); err != nil {
		t.Fatal(err)
	}
	answer := make(chan error, 1)
	slow := file(endless())
	go func() {
		_, err := m.Page(context.Background(), slow, 1, 640)
		answer <- err
	}()
	for m.Status().Making == 0 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(200 * time.Millisecond) // so that it draws; when it does not yet, closing has less to do
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-answer; !errors.Is(err, &store.Error{Kind: store.Unavailable, Key: KeyUnavailable}) {
		t.Errorf("what was under way: %v", err)
	}
	if n := m.Status().Engines; n != 0 {
		t.Errorf("%d engines are left", n)
	}
}

// Several processes and many readers share a folder that is too small for them.
func TestManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	var makers []*Maker
	for range 2 {
		makers = append(makers, open(t, func(c *Config) { c.Cache, c.CacheBytes, c.Queue = dir, 20_000, 1000 }))
	}
	document := file(japanesePDF(4, "MS-Gothic"))
	var all sync.WaitGroup
	for reader := range 8 {
		m := makers[reader%2]
		all.Go(func() {
			for n := range 12 {
				p, err := m.Page(context.Background(), document, n%4+1, 320)
				if err != nil || p.Width != 320 {
					t.Errorf("page %d: %v", n%4+1, err)
				}
				text := fmt.Sprint("text ", n)
				if l, err := m.Lines(context.Background(), file([]byte(text))); err != nil || l.Lines[0] != text {
					t.Errorf("%s: %+v, %v", text, l, err)
				}
			}
		})
	}
	all.Wait()
	for _, m := range makers {
		if s := m.Status(); s.Making != 0 || s.Engines > 2 {
			t.Errorf("left behind: %+v", s)
		}
	}
}

func TestEngineSeesFontsAlone(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"secret.txt", "broken.ttf"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := findFonts(context.Background(), []string{"/usr/share/fonts", dir, filepath.Join(dir, "away")})
	if err != nil || len(found) == 0 || len(found) > maxFonts {
		t.Fatalf("%v, %v", found, err)
	}
	var files []string
	err = fs.WalkDir(found, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) != len(found) {
		t.Fatalf("%v for %v, %v", files, found, err)
	}
	for i, name := range files {
		got, err := fs.ReadFile(found, name)
		want, same := os.ReadFile(found[i])
		if err != nil || same != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not %s: %v, %v", name, found[i], err, same)
		}
	}
	for _, name := range []string{"etc/passwd", "usr/share", "usr/share/fonts/", "usr/share/fonts/../../../etc/passwd", "usr/share/fonts/99.ttf", "usr/share/fonts/secret.txt", "/", ""} {
		f, err := found.Open(name)
		if err == nil {
			if info, err := f.Stat(); err != nil || !info.IsDir() {
				t.Errorf("%q is a file", name)
			}
		} else if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if names := found.names(); !slices.ContainsFunc(names, func(s string) bool { return filepath.Ext(s) != "" }) || slices.Contains(names, "broken.ttf") {
		t.Errorf("names: %v", names)
	}
}
