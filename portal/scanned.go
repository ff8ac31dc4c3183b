package portal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloudpocket/store"
)

// scanLife is how long a verdict is relied on for new documents: the scanner learns.
const scanLife = 24 * time.Hour

// toScan has the bytes of a file that just came looked at, unless nothing is scanned, a verdict is fresh, or something
// was found in them before.
func (p *Portal) toScan(ctx context.Context, tx store.Tx, d store.Digest) error {
	if !p.Scanning {
		return nil
	}
	s, err := tx.Scans().Get(ctx, d)
	switch {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return fmt.Errorf("read the scan of %s: %w", d, err)
	case err == nil && (s.State == store.ScanFound || s.State == store.ScanClean && p.Now().Sub(s.At) < scanLife):
		return nil
	}
	if err := tx.Scans().Save(ctx, store.Scan{Digest: d, State: store.ScanWaiting, At: p.Now()}); err != nil {
		return fmt.Errorf("ask for a scan of %s: %w", d, err)
	}
	return p.owe(ctx, tx, store.TaskScan, string(d), p.Now())
}

// withheld is the refusal to open bytes in which the scanner found something, whoever asks; nil for all others.
func withheld(ctx context.Context, tx store.Tx, d store.Digest) error {
	s, err := tx.Scans().Get(ctx, d)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("read the scan of %s: %w", d, err)
	case s.State == store.ScanFound:
		return store.Fail(store.Denied, "error.file_quarantined", "%s was found in %s", s.Finding, d)
	}
	return nil
}
