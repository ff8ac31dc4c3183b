package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// recorded is how long it is enough to have recorded that a client brought somebody for a page: its frame asks for another code
// every few minutes, for as long as it is open.
const recorded = time.Hour

// cameName is where it is noted that v's client brought somebody.
func cameName(who sso.Admission, v sso.Visit) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q", who.TenantID, who.AccountID, v.Client, v.Origin))
	return "embed-came:" + base64.RawURLEncoding.EncodeToString(sum[:])
}

// again reports whether v's client brought this person for this page of late.
func (s *Service) again(ctx context.Context, who sso.Admission, v sso.Visit) (bool, error) {
	_, err := s.Marks.Peek(ctx, cameName(who, v))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return false, fmt.Errorf("look whether somebody was brought before: %w", err)
	}
	return err == nil, nil
}

// came notes that v's client brought somebody, once that is recorded.
func (s *Service) came(ctx context.Context, who sso.Admission, v sso.Visit) error {
	if v.Again {
		return nil
	}
	if err := s.Marks.Put(ctx, cameName(who, v), []byte{1}, recorded); err != nil && !errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("note that somebody was brought: %w", err)
	}
	return nil
}
