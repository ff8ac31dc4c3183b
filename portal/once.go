package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// Once names a request of an API client, so that what it asks for is done once however often it is sent: by the SHA-256 of the
// key that the client made up for it, and of what it asks for.
type Once struct{ Key, Content store.Hash }

// Answered returns what came of the actor's request before, or ErrNotFound when it was not carried out. The same key with
// other content is Invalid. It says nothing to whoever the deed is not permitted to.
func (p *Portal) Answered(ctx context.Context, a Actor) (result string, err error) {
	err = p.view(ctx, a, store.PermitDeliver, func(tx store.Tx, _ store.Account) error {
		result, err = p.answered(ctx, tx, a)
		return err
	})
	return result, err
}

// AnsweredByNow is Answered for whoever could not carry it out because another did: it waits until what that one did is on disk.
func (p *Portal) AnsweredByNow(ctx context.Context, a Actor) (result string, err error) {
	err = p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, _ store.Account) error {
		result, err = p.answered(ctx, tx, a)
		return err
	})
	return result, err
}

func (p *Portal) answered(ctx context.Context, tx store.Tx, a Actor) (string, error) {
	before, err := tx.Answers().Get(ctx, a.Client, a.Once.Key, p.Now())
	if err != nil {
		return "", fmt.Errorf("look for what came of a request: %w", err)
	}
	if before.Content != a.Once.Content {
		return "", store.Fail(store.Invalid, "error.idempotency_content", "the key came with other content before")
	}
	return before.Result, nil
}

// answer notes what came of the actor's request with what it did, in one transaction. When another has done the same
// meanwhile it is ErrConflict: this one undoes what it did, and [Portal.AnsweredByNow] knows.
func (p *Portal) answer(ctx context.Context, tx store.Tx, a Actor, result string) error {
	if a.Once == (Once{}) {
		return nil
	}
	err := tx.Answers().Put(ctx, store.Answer{Client: a.Client, Key: a.Once.Key, Content: a.Once.Content, Result: result, At: p.Now()})
	if errors.Is(err, store.ErrConflict) {
		return store.Fail(store.Conflict, "error.idempotency_running", "the first with that key has just been done: %w", err)
	}
	if err != nil {
		return fmt.Errorf("note what came of a request: %w", err)
	}
	return nil
}
