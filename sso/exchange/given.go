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

// use is how finely the last use of a client is kept: often enough to see that one is not used any more.
const use = time.Hour

// used notes that a client is given something for these scopes in this hour, and the keys that it was proved by where they were fetched.
// The first time in an hour, and the first time from each network, the audit has it; else it is noted already. Where the client was changed
// meanwhile its keys are left to the next time.
func (s *Service) used(ctx context.Context, c store.OwnedAPIClient, scopes store.Scope, v sso.Visit) error {
	hour := s.Now().Truncate(use)
	from := cameFrom(c, hour, v)
	seen, err := s.sawFrom(ctx, from)
	if err != nil {
		return err
	}
	if !c.Used.Before(hour) && (seen || !s.mayNote(c, v)) {
		return nil
	}
	keyed, newer, err := s.fetched.newer(c.APIClient)
	if err != nil {
		return err
	}
	err = s.Records.Update(ctx, c.Owner, func(tx store.Tx) error {
		if err := tx.APIClients().Use(ctx, c.ID, hour); err != nil {
			return err
		}
		if err := tx.Audit().Append(ctx, s.gave(c, scopes, v)); err != nil || !newer {
			return err
		}
		return unlessChanged(tx.APIClients().Fetched(ctx, keyed))
	})
	if err != nil {
		return fmt.Errorf("note the use of API client %s: %w", c.ID, err)
	}
	return s.sees(ctx, from)
}

// gave is the event of a client that is given something.
func (s *Service) gave(c store.OwnedAPIClient, scopes store.Scope, v sso.Visit) store.AuditEvent {
	return store.AuditEvent{At: s.Now(), Deed: store.DeedToken, Outcome: store.Allowed, AccountID: c.ID, Name: c.Name, Record: "client:" + string(c.ID),
		Address: v.Address, RequestID: v.RequestID, Detail: map[string]string{"scopes": scopes.String()}}
}

// cameFrom is where it is noted that c came from v's network in an hour.
func cameFrom(c store.OwnedAPIClient, hour time.Time, v sso.Visit) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %d %q", c.ID, hour.Unix(), sso.Network(v.Address)))
	return "api-from:" + base64.RawURLEncoding.EncodeToString(sum[:])
}

// sawFrom reports whether that is noted.
func (s *Service) sawFrom(ctx context.Context, name string) (bool, error) {
	_, err := s.Marks.Peek(ctx, name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return false, fmt.Errorf("look from where an API client came before: %w", err)
	}
	return err == nil, nil
}

// sees notes it, once the audit has it: two requests at once are there twice rather than not at all.
func (s *Service) sees(ctx context.Context, name string) error {
	if err := s.Marks.Put(ctx, name, []byte{1}, use); err != nil && !errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("note from where an API client came: %w", err)
	}
	return nil
}

// mayNote reports whether there is room in the audit for one more network of c's: who has a whole block of addresses fills it with none.
func (s *Service) mayNote(c store.OwnedAPIClient, v sso.Visit) bool {
	if s.networks.Take(string(c.ID)) {
		return true
	}
	s.Log.Warn("use of an API client from another network not audited: there are too many", "client", c.ID, "address", v.Address)
	return false
}

func unlessChanged(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}
