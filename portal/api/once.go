package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cloudpocket/store"
)

const (
	onceKept    = 24 * time.Hour
	onceRunning = 10 * time.Minute // longer than any deed lasts; whoever died of it is not waited for longer
)

// maxKey is how many bytes an Idempotency-Key may have.
const maxKey = 200

// once does what content is about, unless the client did so under the same key within a day: then it returns what came of it
// then. The same key with other content is Invalid; while the first is still at it, it is ErrConflict. What failed may be
// sent again. T is small: an ID or a number.
func once[T any](ctx context.Context, c call, key *string, content []byte, do func() (T, error)) (T, error) {
	var none T
	if key == nil {
		return do()
	}
	if *key == "" || len(*key) > maxKey {
		return none, store.Fail(store.Invalid, "error.idempotency_key", "a key of %d bytes", len(*key)).With("Max", maxKey)
	}
	named, sum := sha256.Sum256([]byte(*key)), sha256.Sum256(content)
	name := "api once " + string(c.actor.TenantID) + " " + string(c.actor.Client) + " " + hex.EncodeToString(named[:])
	err := c.Marks.Put(ctx, name, sum[:], onceRunning)
	if errors.Is(err, store.ErrConflict) {
		return before[T](ctx, c, name, sum)
	}
	if err != nil {
		return none, fmt.Errorf("note an idempotency key: %w", err)
	}
	ctx = context.WithoutCancel(ctx) // the note is to say what became of it
	result, err := do()
	if err != nil {
		_, forget := c.Marks.Take(ctx, name)
		return none, errors.Join(err, forget)
	}
	return result, c.remember(ctx, name, sum, result)
}

// remember keeps what came of it. Without that the answer stands, and the key is good for as long as it was taken to run.
func (c call) remember(ctx context.Context, name string, sum [sha256.Size]byte, result any) error {
	kept, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("encode what came of it: %w", err)
	}
	if err := c.Marks.Set(ctx, name, append(sum[:], kept...), onceKept); err != nil {
		c.router.Log.ErrorContext(ctx, "keep what came of an idempotency key", "error", err)
	}
	return nil
}

// before returns what came of it when it was done.
func before[T any](ctx context.Context, c call, name string, sum [sha256.Size]byte) (result T, err error) {
	kept, err := c.Marks.Peek(ctx, name)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && len(kept) == len(sum) && string(kept) == string(sum[:]):
		return result, store.Fail(store.Conflict, "error.idempotency_running", "the first with that key is not done yet")
	case err != nil:
		return result, fmt.Errorf("look for an idempotency key: %w", err)
	case len(kept) < len(sum) || string(kept[:len(sum)]) != string(sum[:]):
		return result, store.Fail(store.Invalid, "error.idempotency_content", "the key came with other content before")
	}
	if err := json.Unmarshal(kept[len(sum):], &result); err != nil {
		return result, fmt.Errorf("read what came of it: %w", err)
	}
	return result, nil
}
