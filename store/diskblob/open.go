package diskblob

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cloudpocket/store"
)

// Config says where the blobs lie. The zero value of every field but Dir is good.
type Config struct {
	Dir         string           // is made if it is not there
	VerifyEvery time.Duration    // how long a verified file is trusted while it does not change; 24 h if 0
	Remembered  int              // how many verified files are remembered; 10,000 if 0, which takes some 3 MB
	Now         func() time.Time // time.Now if nil
}

// Store keeps blobs in a folder. It is safe for concurrent use, also by several processes.
type Store struct {
	root     *os.Root
	folders  folders
	verified *verified
	busy     gate
	every    time.Duration
	now      func() time.Time
}

var _ store.Blobs = (*Store)(nil)

// uploads holds what is being written, in 16 folders so that writers seldom wait for one another's turn at a folder.
// No tenant's ID begins with a dot.
const uploads = ".upload"

const uploadFolders = "0123456789abcdef"

// Open returns the Store in c.Dir, readable by this user alone if it has to be made.
func Open(c Config) (*Store, error) {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the blob folder: %w", err)
	}
	root, err := os.OpenRoot(c.Dir)
	if err != nil {
		return nil, fmt.Errorf("open the blob folder: %w", err)
	}
	s := &Store{root: root, verified: newVerified(cmp.Or(c.Remembered, 10_000)), every: cmp.Or(c.VerifyEvery, 24*time.Hour), now: c.Now}
	if s.now == nil {
		s.now = time.Now
	}
	for _, c := range uploadFolders {
		if err := root.MkdirAll(uploads+"/"+string(c), 0o700); err != nil {
			root.Close()
			return nil, fmt.Errorf("make the upload folder: %w", err)
		}
	}
	if err := syncFolder(filepath.Dir(filepath.Clean(c.Dir)), os.Open); err != nil {
		root.Close()
		return nil, fmt.Errorf("sync what the blob folder lies in: %w", err)
	}
	return s, nil
}

// Close gives up the folder. Open blobs stay readable.
func (s *Store) Close() error { return s.root.Close() }

// Ping writes a small file and removes it.
func (s *Store) Ping(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("check the blob folder: %w", err)
	}
	name := uploadName("ping")
	defer s.root.Remove(name)
	return fault("check the blob folder", s.root.WriteFile(name, []byte("ping"), 0o600))
}

// uploadName returns the name of a new file for owner in one of the upload folders.
func uploadName(owner string) string {
	text := rand.Text()
	folder := uploadFolders[int(text[0])%len(uploadFolders)]
	return uploads + "/" + string(folder) + "/" + owner + "." + text
}

// syncFolder makes the names in a folder durable.
func syncFolder(name string, open func(string) (*os.File, error)) error {
	f, err := open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
