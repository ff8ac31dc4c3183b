package portal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// ScimCaller is a machine that provisions the accounts of one trust, in the tenant that owns it.
type ScimCaller struct {
	TenantID store.ID
	TrustID  store.ID
	TokenID  store.ID
	Name     string // the token's, for the audit
	Visit    Visit
}

// scimUse is how finely the last use of a token is kept: often enough to see that one is not used any more, and seldom
// enough that reading writes next to nothing.
const scimUse = time.Hour

// ScimBearer returns who comes with a bearer token to provision trust. It is ErrExpired when the token is none of that
// trust, or not good any more (then a [scim.ErrOver] too), and ErrDenied when it is good and the trust or its tenant is
// switched off, or whoever made it could not make it now. What was sent is in no error.
//
// From where people may come does not bind machines: they come from the networks of whoever runs the directory.
func (p *Portal) ScimBearer(ctx context.Context, trust store.ID, bearer string, from Visit) (ScimCaller, error) {
	if !strings.HasPrefix(bearer, scimPrefix) || len(bearer) != scimLength {
		return ScimCaller{}, store.Fail(store.Expired, "", "what came for trust %s is no provisioning token", trust)
	}
	t, err := p.Records.ScimToken(ctx, store.ScimKeyOf(bearer))
	if errors.Is(err, store.ErrNotFound) {
		return ScimCaller{}, store.Fail(store.Expired, "", "no such token of trust %s: %w", trust, err)
	}
	if err != nil {
		return ScimCaller{}, fmt.Errorf("find a provisioning token: %w", err)
	}
	c := ScimCaller{TenantID: t.Owner, TrustID: trust, TokenID: t.ID, Name: t.Name, Visit: from}
	err = p.Records.View(ctx, c.TenantID, func(tx store.Tx) error {
		_, err := p.provisions(ctx, tx, c)
		return err
	})
	if err == nil {
		err = p.subscribed(ctx, c.TenantID)
	}
	if err == nil {
		err = p.usedScim(ctx, t)
	}
	if err != nil {
		return ScimCaller{}, err
	}
	return c, nil
}

// scimLength is how many characters a token has.
const scimLength = len(scimPrefix) + 43

// provisions demands, within a transaction of the caller's tenant, that their token is good still and that the trust is
// switched on, and returns the menus that the token reaches. Whoever changes anything for them asks it in the transaction
// that does.
func (p *Portal) provisions(ctx context.Context, tx store.Tx, c ScimCaller) (store.Permission, error) {
	t, err := tx.ScimTokens().Get(ctx, c.TokenID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return 0, store.Fail(store.Expired, "", "token %s is forgotten: %w", c.TokenID, err)
	case err != nil:
		return 0, fmt.Errorf("read a provisioning token: %w", err)
	case t.TrustID != c.TrustID:
		return 0, store.Fail(store.Expired, "", "token %s is of trust %s, not %s", t.ID, t.TrustID, c.TrustID)
	case !t.Stands(p.Now()):
		return 0, store.Fail(store.Expired, "", "token %s of trust %s: %w", t.ID, t.TrustID, scim.ErrOver)
	}
	state, err := tx.Trusts().State(ctx, c.TrustID)
	if err != nil {
		return 0, fmt.Errorf("read the state of trust %s: %w", c.TrustID, err)
	}
	if state != store.TrustEnabled {
		return 0, store.Fail(store.Denied, "", "trust %s is %s", c.TrustID, state)
	}
	return makersMenus(ctx, tx, t)
}

// usedScim notes that a token is used in this hour, unless that is noted.
func (p *Portal) usedScim(ctx context.Context, t store.OwnedScimToken) error {
	now := p.Now().Truncate(scimUse)
	if !t.Used.Before(now) {
		return nil
	}
	err := p.Records.Update(ctx, t.Owner, func(tx store.Tx) error { return tx.ScimTokens().Use(ctx, t.ID, now) })
	if err != nil {
		return fmt.Errorf("note the use of a provisioning token: %w", err)
	}
	return nil
}
