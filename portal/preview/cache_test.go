package preview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/store"
)

func TestMadeOnce(t *testing.T) {
	dir := t.TempDir()
	shared := func(c *Config) { c.Cache = dir }
	f, opened := counted([]byte("届出日,氏名\n令和8年,山田\n"))
	for range 3 {
		m := open(t, shared)
		if got, err := m.Table(context.Background(), f); err != nil || got.Rows[1][1] != "山田" {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	if opened.Load() != 1 {
		t.Fatalf("the file was read %d times", opened.Load())
	}
}

func TestDamagedEntryIsMadeAgain(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"cut short": func(b []byte) []byte { return b[:len(b)/2] },
		"emptied":   func([]byte) []byte { return nil },
		"one bit":   func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"replaced":  func([]byte) []byte { return bytes.Repeat([]byte("{}\n"), 100) },
	} {
		t.Run(name, func(t *testing.T) {
			var dir string
			m := open(t, func(c *Config) { dir = c.Cache })
			f, opened := counted([]byte("公文書"))
			for n := range 3 {
				if got, err := m.Lines(context.Background(), f); err != nil || got.Lines[0] != "公文書" {
					t.Fatalf("%+v, %v", got, err)
				}
				if n == 1 {
					continue
				}
				path := keptFiles(t, dir)[0]
				b, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, damage(b), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if opened.Load() != 2 {
				t.Fatalf("the file was read %d times", opened.Load())
			}
		})
	}
}

// What is kept of one tenant's file is of no use to another, not even where the bytes are the same, and says nothing to
// whoever reads the disk.
func TestTenantsShareNothing(t *testing.T) {
	var dir string
	m := open(t, func(c *Config) { dir = c.Cache })
	f, opened := counted([]byte("被保険者 山田"))
	other := f
	other.Tenant = "other"
	for _, f := range []File{f, other, f, other} {
		if _, err := m.Lines(context.Background(), f); err != nil {
			t.Fatal(err)
		}
	}
	files := keptFiles(t, dir)
	if opened.Load() != 2 || len(files) != 2 {
		t.Fatalf("read %d times, kept as %v", opened.Load(), files)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil || bytes.Contains(b, []byte("山田")) || strings.Contains(path, string(f.Digest)) || strings.Contains(path, "firm") {
			t.Fatalf("%s can be read: %q, %v", path, b, err)
		}
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files[1], b, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := m.Lines(context.Background(), f); err != nil || got.Lines[0] != "被保険者 山田" {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := m.Lines(context.Background(), other); err != nil || opened.Load() != 3 {
		t.Fatalf("an entry of the other tenant was taken: %v, read %d times", err, opened.Load())
	}
}

func TestForget(t *testing.T) {
	var dir string
	m := open(t, func(c *Config) { dir = c.Cache })
	a, b := file([]byte("a")), file([]byte("b"))
	for _, f := range []File{a, b} {
		if _, err := m.Lines(context.Background(), f); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Table(context.Background(), f); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Forget(a.Tenant, a.Digest); err != nil {
		t.Fatal(err)
	}
	if files := keptFiles(t, dir); len(files) != 2 {
		t.Fatalf("kept: %v", files)
	}
}

func TestOldestGoFirst(t *testing.T) {
	const limit = 100_000
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	m := open(t, func(c *Config) { c.CacheBytes, c.Now = limit, func() time.Time { return now } })
	favourite, opened := counted([]byte("favourite"))
	for n := range 60 {
		now = now.Add(2 * time.Hour)
		if _, err := m.Lines(context.Background(), favourite); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Lines(context.Background(), file([]byte(fmt.Sprintf("%d %s", n, strings.Repeat("x", 3900))))); err != nil {
			t.Fatal(err)
		}
		m.cache.wait()
	}
	if _, total := m.cache.list(); total > limit+limit/16 || total < limit/2 {
		t.Errorf("%d bytes are kept", total)
	}
	if opened.Load() != 1 {
		t.Errorf("what was used all the time was made %d times", opened.Load())
	}
}

func TestUnfinishedFilesGo(t *testing.T) {
	var dir string
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	m := open(t, func(c *Config) { dir, c.Now = c.Cache, func() time.Time { return now } })
	for name, age := range map[string]time.Duration{"killed": 2 * time.Hour, "busy": time.Minute} {
		path := filepath.Join(dir, "made", temporary+name)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := m.Lines(context.Background(), file([]byte("x"))); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	files := strings.Join(keptFiles(t, dir), " ")
	if strings.Contains(files, "killed") || !strings.Contains(files, "busy") {
		t.Errorf("left: %s", files)
	}
}

func TestSourceFailuresAreNotKept(t *testing.T) {
	m := open(t, nil)
	away := errors.New("away")
	f := file([]byte("x"))
	good := f.Open
	f.Open = func(context.Context) (store.Blob, error) {
		return nil, &store.Error{Kind: store.Unavailable, Err: away}
	}
	if _, err := m.Lines(context.Background(), f); !errors.Is(err, away) || store.KindOf(err) != store.Unavailable {
		t.Fatalf("away: %v", err)
	}
	f.Open = func(context.Context) (store.Blob, error) { return torn{}, nil }
	if _, err := m.Lines(context.Background(), f); !errors.Is(err, store.ErrDamaged) {
		t.Fatalf("torn: %v", err)
	}
	f.Open = good
	if _, err := m.Lines(context.Background(), f); err != nil {
		t.Fatalf("back again: %v", err)
	}
}

type torn struct{ store.Blob }

func (torn) Read([]byte) (int, error) { return 0, store.ErrDamaged }
func (torn) Size() int64              { return 9 }
func (torn) Close() error             { return nil }

// One who turns away does not take the work from others; a line that is full says so at once; two tenants share it.
func TestLine(t *testing.T) {
	m := open(t, func(c *Config) { c.Workers, c.Queue = 1, 3 })
	release := make(chan struct{})
	var started sync.WaitGroup
	started.Add(1)
	once := sync.OnceFunc(started.Done)
	ask := func(ctx context.Context, tenant store.ID, text string) chan error {
		f := file([]byte(text))
		f.Tenant = tenant
		f.Open = func(ctx context.Context) (store.Blob, error) {
			once()
			<-release
			return Bytes([]byte(text))(ctx)
		}
		answer := make(chan error, 1)
		go func() {
			_, err := m.Lines(ctx, f)
			answer <- err
		}()
		return answer
	}
	settle := func(n int) {
		t.Helper()
		for end := time.Now().Add(10 * time.Second); m.Status().Making != n; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d previews are made or wait instead of %d", m.Status().Making, n)
			}
		}
	}
	soon := func(answer chan error) error {
		select {
		case err := <-answer:
			return err
		case <-time.After(10 * time.Second):
			return errors.New("it waits")
		}
	}
	impatient, leave := context.WithCancel(context.Background())
	first := ask(impatient, "firm", "1")
	started.Wait()
	same := ask(context.Background(), "firm", "1")
	second := ask(context.Background(), "firm", "2")
	settle(2)
	if err := soon(ask(context.Background(), "firm", "3")); !errors.Is(err, &store.Error{Kind: store.Unavailable, Key: KeyBusy}) {
		t.Errorf("a tenant with half of the line: %v", err)
	}
	third, fourth := ask(context.Background(), "other", "3"), ask(context.Background(), "other", "4")
	settle(4)
	if err := soon(ask(context.Background(), "third", "5")); !errors.Is(err, &store.Error{Kind: store.Unavailable, Key: KeyBusy}) {
		t.Errorf("a full line: %v", err)
	}
	leave()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("who turned away: %v", err)
	}
	close(release)
	for _, answer := range []chan error{same, second, third, fourth} {
		if err := <-answer; err != nil {
			t.Errorf("who waited: %v", err)
		}
	}
	settle(0)
}

func TestClosed(t *testing.T) {
	m := open(t, nil)
	kept := file([]byte("kept"))
	if _, err := m.Lines(context.Background(), kept); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Lines(context.Background(), kept); err != nil {
		t.Errorf("what is kept: %v", err)
	}
	if _, err := m.Lines(context.Background(), file([]byte("new"))); !errors.Is(err, &store.Error{Kind: store.Unavailable, Key: KeyUnavailable}) {
		t.Errorf("what is new: %v", err)
	}
	if err := m.Warm(context.Background()); store.KindOf(err) != store.Unavailable {
		t.Errorf("warm: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	shared := t.TempDir()
	if err := os.Chmod(shared, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]Config{
		"no folder":                 {},
		"a short secret":            {Cache: t.TempDir(), Secret: []byte("short")},
		"a negative limit":          {Cache: t.TempDir(), MaxPages: -1},
		"code that others can edit": {Cache: t.TempDir(), Compiled: shared},
	} {
		t.Run(name, func(t *testing.T) {
			if m, err := Open(context.Background(), c); err == nil {
				t.Fatalf("opened: %v", m.Close())
			}
		})
	}
	m := open(t, nil)
	for name, f := range map[string]File{
		"no tenant":   {Digest: file(nil).Digest, Open: Bytes(nil)},
		"no digest":   {Tenant: "firm", Digest: "../..", Open: Bytes(nil)},
		"no bytes":    {Tenant: "firm", Digest: file(nil).Digest},
		"wrong bytes": {},
	} {
		if _, err := m.Lines(context.Background(), f); store.KindOf(err) != store.Internal || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFileTooLarge(t *testing.T) {
	m := open(t, func(c *Config) { c.FileBytes = 10 })
	if _, err := m.Lines(context.Background(), file([]byte("0123456789"))); err != nil {
		t.Errorf("ten bytes: %v", err)
	}
	if _, err := m.Lines(context.Background(), file([]byte("0123456789a"))); !errors.Is(err, &store.Error{Kind: store.TooLarge, Key: KeyTooLarge}) {
		t.Errorf("eleven bytes: %v", err)
	}
	f := file([]byte("liar"))
	f.Open = func(context.Context) (store.Blob, error) { return endlessBlob{}, nil }
	if _, err := m.Lines(context.Background(), f); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("more than it said: %v", err)
	}
}

type endlessBlob struct{ store.Blob }

func (endlessBlob) Read(b []byte) (int, error) { return len(b), nil }
func (endlessBlob) Size() int64                { return 1 }
func (endlessBlob) Close() error               { return nil }
