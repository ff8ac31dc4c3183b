package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// maxKey is how many bytes an Idempotency-Key may have.
const maxKey = 200

// once does what content is about, unless the client did so under the same key within a day: then it returns what came of it
// then. The same key with other content is Invalid. What failed may be sent again. do notes what comes of it in the deed's own
// transaction, so that neither a crash nor another request at the same time does it twice.
func once(ctx context.Context, c call, key *string, content []byte, do func(portal.Actor) (string, error)) (string, error) {
	a := c.actor
	if key == nil {
		return do(a)
	}
	if *key == "" || len(*key) > maxKey {
		return "", store.Fail(store.Invalid, "error.idempotency_key", "a key of %d bytes", len(*key)).With("Max", maxKey)
	}
	a.Once = portal.Once{Key: sha256.Sum256([]byte(*key)), Content: sha256.Sum256(content)}
	before, err := c.Portal.Answered(ctx, a)
	if !errors.Is(err, store.ErrNotFound) {
		return before, err
	}
	result, err := do(a)
	if err == nil {
		return result, nil
	}
	if errors.Is(err, store.ErrConflict) { // perhaps because the same was done meanwhile
		if before, looked := c.Portal.AnsweredByNow(ctx, a); looked == nil {
			return before, nil
		}
	}
	return "", fmt.Errorf("under an idempotency key: %w", err)
}
