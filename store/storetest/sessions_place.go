package storetest

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// placeVariable tells a process that a suite started which process it belongs to.
const placeVariable = "CLOUDPOCKET_STORETEST_PLACE"

// Place returns a folder that is t's own: the same for every call in t, and for t in the further processes that a suite
// starts; another for any other test. It is removed when t ends. A back end that keeps its data elsewhere can take the
// folder's name, which is of letters, digits and hyphens, for a prefix or a schema.
func Place(t *testing.T) string {
	t.Helper()
	root := os.Getenv(placeVariable)
	if root == "" {
		root = strconv.Itoa(os.Getpid())
	}
	sum := sha256.Sum256([]byte(t.Name()))
	dir := filepath.Join(os.TempDir(), "storetest-"+root+"-"+hex.EncodeToString(sum[:8]))
	switch err := os.Mkdir(dir, 0o700); {
	case err == nil:
		t.Cleanup(func() { os.RemoveAll(dir) })
	case !os.IsExist(err):
		t.Fatal(err)
	}
	return dir
}
