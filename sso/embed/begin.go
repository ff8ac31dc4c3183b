package embed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// begin begins s under a new token, for [Life] and for no longer than until ends, or than the session that it is opened from. What
// may have changed meanwhile is asked once it stands, and more by judge: by an error s is taken back, and nobody has its token.
func (k *Keeper) begin(ctx context.Context, s store.Session, ends time.Time, v sso.Visit, judge func(context.Context, store.Session) error) (given, error) {
	parent, err := k.parent(ctx, s)
	if err != nil {
		return given{}, err
	}
	if s.Embed.Parent != "" {
		ends, s.Idle = parent.Ends, min(parent.Idle, Life)
	}
	now, token := k.Now().UTC().Truncate(time.Microsecond), secret(tokenPrefix)
	s.Key, s.ID, s.Began, s.Seen, s.Ends = store.KeyOf(token), store.NewID(now), now, now, now.Add(Life)
	if !ends.IsZero() && ends.Before(s.Ends) {
		s.Ends = ends.UTC().Truncate(time.Microsecond)
	}
	if !s.Ends.After(now) {
		return given{}, refuse(reasonOver, "the session behind it ended at %s", ends.UTC().Format(time.RFC3339))
	}
	if err := k.Sessions.Begin(ctx, s); err != nil {
		return given{}, fmt.Errorf("begin an embed: %w", err)
	}
	if err := k.settle(ctx, s, v, judge); err != nil {
		return given{}, errors.Join(err, k.takeBack(context.WithoutCancel(ctx), s))
	}
	k.Log.Info("embed begun", "request_id", v.RequestID, "client", s.Embed.ClientID, "tenant", s.TenantID, "account", s.AccountID, "session", s.ID)
	answer := given{Token: token, Type: "DPoP", Life: seconds(s.Ends.Sub(now)), Renews: s.Embed.Parent != ""}
	if !ends.IsZero() {
		left := seconds(ends.Sub(now))
		answer.Ends = &left
	}
	return answer, nil
}

// settle asks, of an embed that has begun, all that whoever ends others' sessions may have missed it by.
func (k *Keeper) settle(ctx context.Context, s store.Session, v sso.Visit, judge func(context.Context, store.Session) error) error {
	if err := k.Admitter.Standing(ctx, s.TrustID, sso.Admission{TenantID: s.TenantID, AccountID: s.AccountID}); err != nil {
		return fmt.Errorf("look again at who was admitted: %w", err)
	}
	if _, err := k.parent(ctx, s); err != nil {
		return err
	}
	if err := judge(ctx, s); err != nil {
		return err
	}
	return k.keepToLimit(ctx, s, v)
}

// parent returns the browser's session that s was opened from, the zero one if it was from none; a refusal when it has ended.
func (k *Keeper) parent(ctx context.Context, s store.Session) (store.Session, error) {
	if s.Embed.Parent == "" {
		return store.Session{}, nil
	}
	all, err := k.Sessions.Of(ctx, s.TenantID, s.AccountID)
	if err != nil {
		return store.Session{}, fmt.Errorf("find the session that an embed was opened from: %w", err)
	}
	i := slices.IndexFunc(all, func(one store.Session) bool { return one.ID == s.Embed.Parent && !one.Embedded() })
	if i < 0 {
		return store.Session{}, refuse(reasonParent, "session %s, from which it was opened, has ended", s.Embed.Parent)
	}
	return all[i], nil
}

// goesOn reports whether begun takes the place of an embed of the same person, page and key: a frame that asked for another token.
func (k *Keeper) goesOn(ctx context.Context, begun store.Session) (bool, error) {
	all, err := k.Sessions.Of(ctx, begun.TenantID, begun.AccountID)
	if err != nil {
		return false, fmt.Errorf("find the embed before: %w", err)
	}
	return slices.ContainsFunc(all, func(s store.Session) bool { return s.Key != begun.Key && s.Embed == begun.Embed }), nil
}

func (k *Keeper) takeBack(ctx context.Context, s store.Session) error {
	if _, err := k.Sessions.EndKey(ctx, s.Key); err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("take an embed back: %w", err)
	}
	return nil
}

// stands demands that the client of an embed may still have it: in the transaction's tenant it is switched on, may ask for codes,
// and has the page's origin.
func stands(ctx context.Context, tx store.Tx, e store.Embed) error {
	c, err := tx.APIClients().Get(ctx, e.ClientID)
	if errors.Is(err, store.ErrNotFound) {
		return refuse(reasonClient, "API client %s is gone: %w", e.ClientID, err)
	}
	if err != nil {
		return fmt.Errorf("read the API client of an embed: %w", err)
	}
	tenant, err := tx.APIClients().Tenant(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("read the tenant of API client %s: %w", c.ID, err)
	case tenant != store.TenantActive:
		return refuse(reasonTenant, "the tenant of API client %s is %q", c.ID, tenant)
	case c.State != store.ClientEnabled:
		return refuse(reasonDisabled, "API client %s is %q", c.ID, c.State)
	case !c.Scopes.Has(store.ScopeEmbed):
		return refuse(reasonScope, "API client %s has %q", c.ID, c.Scopes)
	case !slices.Contains(c.Origins, e.Origin):
		return refuse(reasonOrigin, "%q is no origin of API client %s", e.Origin, c.ID)
	}
	return nil
}

// keepToLimit ends what begun's account has too many of: of its embeds those that began first, and of those by the same key all
// but the one before, which may still be in use for a moment. Browsers' sessions are not counted, and stay.
func (k *Keeper) keepToLimit(ctx context.Context, begun store.Session, v sso.Visit) error {
	all, err := k.Sessions.Of(ctx, begun.TenantID, begun.AccountID)
	if err != nil {
		return fmt.Errorf("list the embeds of account %s: %w", begun.AccountID, err)
	}
	var kept, alike int
	for _, s := range all { // the latest begun first
		by := ""
		switch ours := s.Embed.Thumbprint == begun.Embed.Thumbprint; {
		case !s.Embedded() || s.Key == begun.Key:
			continue
		case ours && alike > 0:
			by = renewed
		case kept >= Limit-1:
			by = "limit"
		case ours:
			alike++
		}
		if by == "" {
			kept++
			continue
		}
		if err := k.endOne(ctx, s.Key, v, by); err != nil {
			return fmt.Errorf("end embed %s, one too many: %w", s.ID, err)
		}
	}
	return nil
}

// renewed is why an embed ends whose frame goes on with another token. Nobody left, so that is not recorded.
const renewed = "renewed"

func (k *Keeper) endOne(ctx context.Context, key store.SessionKey, v sso.Visit, by string) error {
	if by != renewed {
		return k.endFor(ctx, key, v, by)
	}
	if _, err := k.Sessions.EndKey(ctx, key); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return nil
}

// endFor ends the session under key and records it, unless somebody else ended it. The session is over whatever comes of the record.
func (k *Keeper) endFor(ctx context.Context, key store.SessionKey, v sso.Visit, by string) error {
	ended, err := k.Sessions.EndKey(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	if err := k.Admitter.SignedOut(ctx, ended, v, by); err != nil {
		k.Log.Error("record the end of an embed", "account", ended.AccountID, "session", ended.ID, "error", err)
	}
	return nil
}
