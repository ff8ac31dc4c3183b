package store

import (
	"context"
	"time"
)

// Query says what is looked for. Every word of Text must be found in a document's title or note, where it came from, or whom
// it names: half and full width, the two kana and the case of letters are alike, and so are texts with and without
// blanks. The zero Query finds everything.
type Query struct {
	Text     string
	Office   ID        // empty: all in scope
	Kind     string    // empty: all
	From, To time.Time // From inclusive, To exclusive; zero: open
}

// Found is one page of what was found, newest first. Stopped says that looking cost too much to go on: there may be more,
// and Next goes on from where it ended, even when there are no Items.
type Found[T any] struct {
	List[T]
	Stopped bool
}

// Search looks for documents of the transaction's tenant.
//
// A document is found by what it was created with, from the transaction that created it on. Numbers that could be an
// individual's (マイナンバー) are not kept for finding, nor is anything that its files hold.
type Search interface {
	// Documents looks in what List of Documents lists; From and To are of the document's creation.
	Documents(ctx context.Context, scope OfficeScope, q Query, p Page) (Found[DocumentSummary], error)
	// Inbox looks in what Inbox of Receipts lists for account; From and To are of the delivery. One document may
	// have been delivered to several of the account's offices.
	Inbox(ctx context.Context, account ID, q Query, p Page) (Found[InboxItem], error)
}
