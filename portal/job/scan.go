package job

import (
	"context"
	"errors"
	"fmt"
	"io"

	"cloudpocket/portal"
	"cloudpocket/portal/scan"
	"cloudpocket/store"
)

// Quarantine hands out the bytes that are to be looked at, and takes the verdict.
type Quarantine interface {
	ScanDue(ctx context.Context, t store.Task) (store.Blob, error)
	ScanFailed(ctx context.Context, t store.Task) error
	Scanned(ctx context.Context, tenant store.ID, d store.Digest, v portal.ScanVerdict) error
}

// Scanner looks at bytes. An error is no verdict.
type Scanner interface {
	Scan(ctx context.Context, r io.Reader) (scan.Verdict, error)
}

// Scan carries out store.TaskScan. A scanner that is away, or has no verdict, leaves the task: what waits for it waits on.
func Scan(p Quarantine, s Scanner) Handler {
	return func(ctx context.Context, t store.Task) error {
		err := look(ctx, p, s, t)
		if err != nil && t.Attempts == tellAfter && ctx.Err() == nil {
			return errors.Join(err, p.ScanFailed(ctx, t))
		}
		return err
	}
}

// tellAfter is after how many attempts, about a quarter of an hour, the firm is told that there is no verdict.
const tellAfter = 10

func look(ctx context.Context, p Quarantine, s Scanner, t store.Task) error {
	blob, err := p.ScanDue(ctx, t)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer blob.Close()
	verdict, err := s.Scan(ctx, scan.Whole(blob, blob.Size()))
	if err != nil {
		return fmt.Errorf("scan %s: %w", t.Subject, err)
	}
	return p.Scanned(ctx, t.TenantID, store.Digest(t.Subject), portal.ScanVerdict{Found: verdict.Found, Name: verdict.Name})
}
