package preview

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"cloudpocket/store"
)

// made is a preview: a picture's bytes, or a value as JSON.
type made struct {
	Type          string // "image/png", "image/jpeg" or "application/json"
	Width, Height int    // of a picture, in pixels
	Bytes         []byte
}

// cacheKey names a preview. what tells kind, page and width, such as "page-3-800".
type cacheKey struct {
	tenant store.ID
	digest store.Digest
	what   string
}

// maxCause is what is kept of a refusal's cause, in characters: an engine that breaks tells its whole stack.
const maxCause = 300

// entry is the head of a kept preview; a preview's own bytes follow it. Until is set for a refusal.
type entry struct {
	Type          string         `json:",omitempty"`
	Width, Height int            `json:",omitempty"`
	Kind          store.Kind     `json:",omitempty"`
	Key           string         `json:",omitempty"`
	Cause         string         `json:",omitempty"`
	Args          map[string]any `json:",omitempty"`
	Until         int64          `json:",omitempty"` // Unix seconds
}

// cache keeps previews in dir, one sealed file each: dir/tenant/file/what, with names that only the secret explains.
// Files appear whole by rename and are never changed, so several processes may share dir.
type cache struct {
	dir    string
	limit  int64
	secret []byte
	now    func() time.Time
	log    *slog.Logger

	mu       sync.Mutex
	unswept  int64 // bytes written since the last sweep
	sweeping bool
	work     sync.WaitGroup
}

func newCache(dir string, c Config) *cache {
	// The first entry written starts a sweep: what earlier processes left behind is not known yet.
	return &cache{dir: dir, limit: c.CacheBytes, secret: c.Secret, now: c.Now, log: c.Log, unswept: c.CacheBytes}
}

// get returns a kept preview or refusal. What cannot be read back as it was written is as good as not there.
func (c *cache) get(k cacheKey) (made, error, bool) {
	s := c.sealer(k.tenant)
	path := c.path(s, k)
	b, err := os.ReadFile(path)
	if err != nil {
		return made{}, nil, false
	}
	e, body, err := unpack(s, k, b)
	if err != nil {
		c.log.Warn("a kept preview is damaged and will be made again", "err", err)
		return made{}, nil, false
	}
	if e.Key != "" {
		refusal := &store.Error{Kind: e.Kind, Key: e.Key, Args: e.Args, Err: errors.New(e.Cause)}
		return made{}, refusal, c.now().Unix() < e.Until
	}
	c.touch(path)
	return made{e.Type, e.Width, e.Height, body}, nil, true
}

func unpack(s sealer, k cacheKey, b []byte) (entry, []byte, error) {
	plain, err := s.open(k, b)
	if err != nil {
		return entry{}, nil, err
	}
	head, body, _ := bytes.Cut(plain, []byte{'\n'})
	var e entry
	if err := json.Unmarshal(head, &e); err != nil {
		return entry{}, nil, fmt.Errorf("read the head of a kept preview: %w", err)
	}
	return e, body, nil
}

// touch moves a used file towards the young end of the eviction order, at most once an hour.
func (c *cache) touch(path string) {
	now := c.now()
	if info, err := os.Stat(path); err == nil && now.Sub(info.ModTime()) > time.Hour {
		_ = os.Chtimes(path, now, now) // eviction alone reads it
	}
}

// put keeps a preview, or a refusal that lasts. A preview that cannot be kept is made again next time.
func (c *cache) put(k cacheKey, r made, err error) {
	e := entry{Type: r.Type, Width: r.Width, Height: r.Height}
	if err != nil {
		refusal, lasts := lasting(err)
		if refusal == nil {
			return
		}
		e = entry{Kind: refusal.Kind, Key: refusal.Key, Args: refusal.Args, Cause: first(err.Error(), maxCause), Until: c.now().Add(lasts).Unix()}
	}
	head, err := json.Marshal(e)
	if err == nil {
		err = c.write(k, append(append(head, '\n'), r.Bytes...))
	}
	if err != nil {
		c.log.Warn("a preview was not kept", "err", err)
	}
}

func (c *cache) write(k cacheKey, plain []byte) error {
	s := c.sealer(k.tenant)
	path := c.path(s, k)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make a folder for a preview: %w", err)
	}
	sealed := s.seal(k, plain)
	if err := replace(path, sealed, c.now()); err != nil {
		return err
	}
	c.grown(int64(len(sealed)))
	return nil
}

// replace puts b at path, whole or not at all. It is not synced: what a power cut damages is made again.
func replace(path string, b []byte, at time.Time) error {
	f, err := os.CreateTemp(filepath.Dir(path), temporary+"*")
	if err != nil {
		return fmt.Errorf("make a file for a preview: %w", err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close(), os.Chtimes(f.Name(), at, at)); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the failure to write is the one to tell
		return fmt.Errorf("write a preview: %w", err)
	}
	return nil
}

func (c *cache) path(s sealer, k cacheKey) string {
	return filepath.Join(c.dir, s.tenant(), s.name(string(k.digest)), s.name(k.what))
}

func (c *cache) forget(tenant store.ID, d store.Digest) error {
	s := c.sealer(tenant)
	if err := os.RemoveAll(filepath.Join(c.dir, s.tenant(), s.name(string(d)))); err != nil {
		return fmt.Errorf("forget the previews of a file: %w", err)
	}
	return nil
}
