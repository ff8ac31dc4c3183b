package preview

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// Config says where previews are kept and what one may cost. Zero values are replaced by what is in brackets.
type Config struct {
	Cache    string   // folder of this machine's own that previews are kept in; made if it is not there
	Compiled string   // folder for the PDF engine's machine code, which is executed: nobody else may write there [Cache/compiled]
	Fonts    []string // folders searched for Japanese fonts, with what is below them [/usr/share/fonts, /usr/local/share/fonts]
	Secret   []byte   // 32 bytes or more that kept previews are sealed with; processes that share Cache share it [random: kept until the process ends]

	Workers int           // previews made at a time [2]
	Queue   int           // previews that may wait for their turn; no tenant gets more than half of them [32]
	Timeout time.Duration // to make one preview, once its bytes are here [10 s]
	Idle    time.Duration // how long the PDF engine stays in memory when nobody asks [5 min]

	FileBytes   int64 // longest file looked into [64 MiB]
	MemoryBytes int64 // what the engine or a picture may take while one preview is made [256 MiB]
	CacheBytes  int64 // what kept previews may take on disk [1 GiB]
	MaxPages    int   // pages of a PDF that are shown or read [300]
	MaxPixels   int64 // pixels of a picture that is read [40,000,000] and, a tenth of it, of one that is made

	Now func() time.Time // [time.Now]
	Log *slog.Logger     // [discards]
}

func (c Config) complete() (Config, error) {
	if c.Cache == "" {
		return c, errors.New("previews need a folder to be kept in")
	}
	if c.Workers < 0 || c.Queue < 0 || c.Timeout < 0 || c.Idle < 0 || c.FileBytes < 0 || c.MemoryBytes < 0 || c.CacheBytes < 0 || c.MaxPages < 0 || c.MaxPixels < 0 {
		return c, errors.New("the limits of previews must not be negative")
	}
	if len(c.Secret) > 0 && len(c.Secret) < 32 {
		return c, fmt.Errorf("the secret of previews has %d bytes; it needs 32 or more", len(c.Secret))
	}
	if len(c.Secret) == 0 {
		c.Secret = make([]byte, 32)
		rand.Read(c.Secret) // never fails: crypto/rand ends the process instead
	}
	c.Compiled = or(c.Compiled, filepath.Join(c.Cache, "compiled"))
	if c.Fonts == nil {
		c.Fonts = []string{"/usr/share/fonts", "/usr/local/share/fonts"}
	}
	c.Workers, c.Queue, c.MaxPages = or(c.Workers, 2), or(c.Queue, 32), or(c.MaxPages, 300)
	c.Timeout, c.Idle = or(c.Timeout, 10*time.Second), or(c.Idle, 5*time.Minute)
	c.FileBytes, c.MemoryBytes, c.CacheBytes = or(c.FileBytes, 64<<20), or(c.MemoryBytes, 256<<20), or(c.CacheBytes, 1<<30)
	c.MaxPixels = or(c.MaxPixels, 40_000_000)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// private makes a folder that only this account may enter, and refuses one that others may write in.
func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder for previews: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("look at the folder for previews: %w", err)
	}
	if !info.IsDir() || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s must be a folder that no other account may write in", dir)
	}
	return nil
}
