package store

import (
	"context"
	"time"
)

// Document is one thing that is handed out (公文書): a title, a kind, and one or more files. It never changes once it
// is there; what changes is its deliveries.
type Document struct {
	ID          ID
	Title       string
	Kind        string // one of the portal's kinds, such as "social-insurance"
	Note        string // the firm's words to the reader; may be empty
	Acknowledge bool   // the firm asks for an acknowledgement
	Origin      Origin // where it came from; zero for what a person made
	Replaces    ID     // the document that it stands in for; empty if none
	RetainUntil Date   // the last day on which the firm keeps it for sure; empty: no day was set
	CreatedBy   ID     // account
	CreatedAt   time.Time
	Files       []File // in the firm's order
}

// File is one stored file of a document.
type File struct {
	ID        ID
	Name      string // as uploaded: UTF-8, no path
	MediaType string
	Size      int64 // bytes
	Digest    Digest
}

// DocumentFilter narrows the firm's list.
type DocumentFilter struct {
	Kind string // empty: all
}

// DocumentSummary is one row of the firm's list.
type DocumentSummary struct {
	Document     // without Files and Origin.Parts
	FileCount    int
	Drafts       int // deliveries not yet made
	Delivered    int // deliveries standing
	Scheduled    int // deliveries that wait for their time, the scanner or a second person
	Withdrawn    int // deliveries taken back
	Expired      int // deliveries that ended by themselves
	Recipients   int // receipts of standing deliveries
	Viewed       int // of those, how many were viewed
	Acknowledged int // of those, how many were acknowledged
}

// Documents reaches the documents of the transaction's tenant.
type Documents interface {
	// Create adds d and its files; ErrConflict if its ID is taken, ErrNotFound if what it replaces is not there.
	Create(ctx context.Context, d Document) error
	// Get returns a document with its files, or ErrNotFound.
	Get(ctx context.Context, id ID) (Document, error)
	// Uses reports whether any document of the tenant holds a file with that digest.
	Uses(ctx context.Context, d Digest) (bool, error)
	// Holding returns the documents that hold a file with that digest, newest first, MaxPage of them at most.
	Holding(ctx context.Context, d Digest) ([]ID, error)
	// ReplacedBy returns the documents that directly replace id, oldest first; several do at different offices.
	ReplacedBy(ctx context.Context, id ID) ([]ID, error)
	// List returns the firm's documents, newest first, of those with a delivery (of any state) to an office in scope.
	List(ctx context.Context, scope OfficeScope, f DocumentFilter, p Page) (List[DocumentSummary], error)
}
