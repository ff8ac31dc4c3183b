package login

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// leftName is where it is noted that an IdP signed out subject's session index; either may be empty, for any.
func leftName(trust store.ID, subject, index string) string {
	return markName("left", string(trust), markName("", subject), markName("", index))
}

// noteLeft notes whom an order signs out for as long as a sign-in of theirs may be waiting: it is no session yet that
// could be ended, and must not become one afterwards.
func (l *Login) noteLeft(ctx context.Context, trust store.ID, order sso.LogoutOrder) error {
	indexes := order.Indexes
	if len(indexes) == 0 {
		indexes = []string{""}
	}
	at, err := l.Now().MarshalText()
	if err != nil {
		return fmt.Errorf("write down when somebody left: %w", err)
	}
	for _, index := range indexes {
		name := leftName(trust, order.Subject, index)
		if _, err := l.Marks.Take(ctx, name); err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("note who left: %w", err)
		}
		if err := l.Marks.Put(ctx, name, at, arrivalLife); err != nil && !errors.Is(err, store.ErrConflict) {
			return fmt.Errorf("note who left: %w", err)
		}
	}
	return nil
}

// leftSince is a refusal when the IdP signed one's person out after it vouched for them.
func (l *Login) leftSince(ctx context.Context, one arrival) error {
	names := []string{leftName(one.TrustID, one.Identity.NameSubject, "")}
	if index := one.Identity.Index; index != "" {
		names = append(names, leftName(one.TrustID, one.Identity.NameSubject, index), leftName(one.TrustID, "", index))
	}
	for _, name := range names {
		value, err := l.Marks.Peek(ctx, name)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("look whether somebody left: %w", err)
		}
		var at time.Time
		if err := at.UnmarshalText(value); err != nil {
			return fmt.Errorf("read when somebody left: %w", err)
		}
		if !at.Before(one.At) {
			return sso.Refuse("login.left", sso.KeyStale, "the IdP signed the person out at %s, after it vouched for them", at.UTC().Format(time.RFC3339))
		}
	}
	return nil
}
