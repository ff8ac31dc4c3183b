package store

import (
	"context"
	"time"
)

// Scan is what the malware scanner said of a blob.
type Scan struct {
	Digest  Digest
	State   ScanState
	Finding string // the scanner's name for what it found
	At      time.Time
}

// ScanState is where the scan of a blob stands. A blob that nobody asked to be scanned has none.
type ScanState string

const (
	ScanWaiting ScanState = "waiting"
	ScanClean   ScanState = "clean"
	ScanFound   ScanState = "found" // kept away from everybody
)

// Scans reaches the scans of the transaction's tenant.
type Scans interface {
	// Save keeps s in place of what was there for its digest.
	Save(ctx context.Context, s Scan) error
	// Get returns the scan of a digest, or ErrNotFound.
	Get(ctx context.Context, d Digest) (Scan, error)
	// OfDocument returns the worst state among a document's files: found, then waiting, then clean, which is also
	// that of a document without files. A file that was never scanned counts as waiting. ErrNotFound if the document
	// is not there.
	OfDocument(ctx context.Context, document ID) (ScanState, error)
	// Held returns the scheduled deliveries of documents that hold that digest, by ID.
	Held(ctx context.Context, d Digest) ([]ID, error)
}
