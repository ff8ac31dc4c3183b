package diskblob

import (
	"errors"
	"fmt"
	"syscall"

	"cloudpocket/store"
)

// fault says what an error of the file system means: that the folder is away, or full. Nil stays nil; a file that is
// not there is the caller's to handle first.
func fault(doing string, err error) error {
	if err == nil {
		return nil
	}
	key := ""
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		key = "error.storage_full"
	}
	return &store.Error{Kind: store.Unavailable, Key: key, Err: fmt.Errorf("%s: %w", doing, err)}
}
