package scan

import (
	"fmt"

	"cloudpocket/store"
)

// Message keys of the errors, all of kind store.Unavailable: whatever was not scanned to its end waits.
const (
	KeyAway     = "error.scan_away"      // clamd cannot be reached, went away, or took too long
	KeyTooLarge = "error.scan_too_large" // longer than MaxBytes or clamd's StreamMaxLength; waiting alone will not help
	KeyAnswer   = "error.scan_answer"    // clamd answered, and not with a verdict
)

func fail(key, format string, args ...any) error {
	return &store.Error{Kind: store.Unavailable, Key: key, Err: fmt.Errorf(format, args...)}
}
