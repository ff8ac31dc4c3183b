package store

import (
	"context"
	"time"
)

// AnswerKept is how long what came of a request is kept for those who send it again.
const AnswerKept = 24 * time.Hour

// Answer is what came of a request that an API client sent with an Idempotency-Key: whoever carried it out notes it in the
// transaction of the deed, so that there is never one without the other.
type Answer struct {
	Client  ID
	Key     Hash   // of the key
	Content Hash   // of what was asked for
	Result  string // what came of it, as whoever asked reads it
	At      time.Time
}

// Answers reaches what came of such requests to the transaction's tenant.
type Answers interface {
	// Get returns what came of client's request of that key, or ErrNotFound; what is older than AnswerKept at now is not there.
	Get(ctx context.Context, client ID, key Hash, now time.Time) (Answer, error)
	// Put keeps an answer, and forgets some that are too old at its time. One of the same client and key that is not is
	// ErrConflict.
	Put(ctx context.Context, a Answer) error
}
