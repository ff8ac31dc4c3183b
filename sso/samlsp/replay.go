package samlsp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// spend marks the assertion as used until it could not be used any more anyway. It is the last step, so that a message
// which is refused for another reason leaves nothing behind.
func (r *response) spend(ctx context.Context) (string, error) {
	id := r.assertion.attr("ID")
	err := r.markSeen(ctx, "saml-assertion", id, r.ends.Add(r.skew).Sub(r.now))
	if errors.Is(err, store.ErrConflict) {
		return "", sso.Refuse("saml.replay", sso.KeyStale, "assertion %q was used before", id)
	}
	return id, err
}

// markSeen puts a mark for id; ErrConflict when there is one.
func (c *connector) markSeen(ctx context.Context, kind, id string, ttl time.Duration) error {
	err := c.Marks.Put(ctx, c.markName(kind, id), []byte("1"), ttl+time.Second)
	if err != nil {
		return fmt.Errorf("remember %s %s: %w", kind, id, err)
	}
	return nil
}

func (c *connector) markName(kind, id string) string {
	sum := sha256.Sum256([]byte(id))
	return kind + ":" + string(c.trust.ID) + ":" + hex.EncodeToString(sum[:])
}
