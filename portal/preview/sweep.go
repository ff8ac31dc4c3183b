package preview

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// temporary begins the names of files that are still being written.
const temporary = "new-"

type kept struct {
	path string
	size int64
	at   time.Time
}

// grown counts what was written and starts a sweep after each sixteenth of the limit, so that the folder holds at most
// a sixteenth more for every process that writes to it.
func (c *cache) grown(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unswept += n
	if c.sweeping || c.unswept < c.limit/16 {
		return
	}
	c.sweeping, c.unswept = true, 0
	c.work.Go(func() {
		c.sweep()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.sweeping = false
	})
}

func (c *cache) wait() { c.work.Wait() }

// sweep removes the previews that were not used for the longest time until the rest fits, and what writers that were
// killed left behind.
func (c *cache) sweep() {
	files, total := c.list()
	if total <= c.limit {
		return
	}
	slices.SortFunc(files, func(a, b kept) int { return a.at.Compare(b.at) })
	for _, f := range files {
		if total <= c.limit/8*7 {
			return
		}
		if os.Remove(f.path) == nil {
			total -= f.size
			_ = os.Remove(filepath.Dir(f.path)) // fails unless it is empty
		}
	}
}

// list returns every kept preview and their bytes. What disappears meanwhile is another process's sweep.
func (c *cache) list() (files []kept, total int64) {
	_ = filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		if strings.HasPrefix(d.Name(), temporary) && c.now().Sub(info.ModTime()) > time.Hour {
			_ = os.Remove(path)
			return nil
		}
		files = append(files, kept{path, info.Size(), info.ModTime()})
		total += info.Size()
		return nil
	})
	return files, total
}
