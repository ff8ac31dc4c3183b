package preview

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloudpocket/store"
)

// The keys of every refusal. Those of kind Unavailable are about now; the others are about the file.
const (
	KeyEncrypted   = "error.preview_encrypted"   // Invalid: the PDF opens with a password only
	KeyDamaged     = "error.preview_damaged"     // Invalid: the bytes are not what they should be, or broke the engine by what they asked of it
	KeyNotText     = "error.preview_not_text"    // Invalid: no known character set makes text of it
	KeyTooLarge    = "error.preview_too_large"   // TooLarge: over the limit of bytes, pixels or memory
	KeyTooSlow     = "error.preview_too_slow"    // TooLarge: it took longer than a preview may
	KeyNoPage      = "error.preview_no_page"     // NotFound: the PDF has no such page, or it is past those that are shown
	KeyBusy        = "error.preview_busy"        // Unavailable: too many others wait
	KeyUnavailable = "error.preview_unavailable" // Unavailable: the PDF engine does not start, or the Maker is closed
)

func encrypted() error { return store.Fail(store.Invalid, KeyEncrypted, "the file is encrypted") }
func damaged(format string, args ...any) error {
	return store.Fail(store.Invalid, KeyDamaged, format, args...)
}
func notText(format string, args ...any) error {
	return store.Fail(store.Invalid, KeyNotText, format, args...)
}
func tooLarge(format string, args ...any) error {
	return store.Fail(store.TooLarge, KeyTooLarge, format, args...)
}
func tooSlow(limit time.Duration) error {
	return store.Fail(store.TooLarge, KeyTooSlow, "no preview after %s", limit)
}
func noPage(n, of int) error {
	return store.Fail(store.NotFound, KeyNoPage, "page %d of %d", n, of)
}
func busy(waiting int) error {
	return store.Fail(store.Unavailable, KeyBusy, "%d previews wait already", waiting)
}
func unavailable(err error) error {
	return &store.Error{Kind: store.Unavailable, Key: KeyUnavailable, Err: err}
}

// lasting tells how long a refusal is remembered: one that is about the bytes for good, slowness for an hour because
// the machine may have been busy, a fault of ours or of a store not at all.
func lasting(err error) (*store.Error, time.Duration) {
	var e *store.Error
	if !errors.As(err, &e) {
		return nil, 0
	}
	switch e.Key {
	case KeyEncrypted, KeyDamaged, KeyNotText, KeyTooLarge, KeyNoPage:
		return e, 100 * 365 * 24 * time.Hour
	case KeyTooSlow:
		return e, time.Hour
	}
	return nil, 0
}

// guarded turns a panic, which hostile bytes may cause in a library, into an error.
func guarded(what string, fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = damaged("%s: %v", what, p)
		}
	}()
	return fn()
}

// ended is the refusal for a limit that ctx carries, or err when ctx is not over.
func ended(ctx context.Context, limit time.Duration, err error) error {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return tooSlow(limit)
	}
	if ctx.Err() != nil {
		return unavailable(fmt.Errorf("stopped: %w", context.Cause(ctx)))
	}
	return err
}
