package oidcrp

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Vouch implements [sso.Connector]: it judges an ID token (OIDC core 2) that an API client brings of somebody who is
// signed in at the OP. There is no access token beside it, so UserInfo is not asked, and a mapping that needs what only
// UserInfo says finds it missing.
func (c *connector) Vouch(ctx context.Context, token string, t *sso.Trace) (id sso.Identity, err error) {
	defer c.guard("vouch", &err)
	seen := &shown{token: token}
	defer seen.tell(t)
	p, _, err := c.provider.get(ctx)
	if err != nil {
		return id, t.Fail("discovery", err)
	}
	t.Pass("discovery", c.oidc.Issuer)
	j := &judgement{c: c, raw: token, now: c.Now(), trace: t, attempt: &sso.Attempt{}, brought: true}
	if err := j.judge(ctx, p.keys, fromClient, vouchRules()); err != nil {
		return id, err
	}
	if id, err = c.named(j, j.claims); err != nil {
		return id, err
	}
	if err := c.spendVouch(ctx, j); err != nil {
		return sso.Identity{}, t.Fail("replay", err)
	}
	t.Pass("replay", "the first time")
	return id, nil
}

// vouchRules are those for ID tokens but the nonce's: what it was made for was not asked by us, so that there is nothing
// to hold it against. That the token counts once is asked of Marks instead.
func vouchRules() []rule {
	return slices.DeleteFunc(idTokenRules(), func(r rule) bool { return r.step == "nonce" })
}

// spendVouch remembers a token for as long as it would pass: by its jti, or else by what is signed in it, which is the same
// however its signature or its base64 is written.
func (c *connector) spendVouch(ctx context.Context, j *judgement) error {
	exp, _, _ := j.claims.instant("exp")
	iat, _, _ := j.claims.instant("iat")
	if old := iat.Add(sso.VouchAge); old.Before(exp) {
		exp = old
	}
	life := exp.Sub(j.now) + 2*c.oidc.Skew + time.Second
	err := c.Marks.Put(ctx, "oidc-vouch:"+string(c.trust.ID)+":"+j.fingerprint(), []byte{1}, life)
	if errors.Is(err, store.ErrConflict) {
		return sso.Refuse(reasonVouchReplay, sso.KeyStale, "the token was used before")
	}
	if err != nil {
		return fmt.Errorf("remember an ID token: %w", err)
	}
	return nil
}

// fingerprint tells the token from others of the OP.
func (j *judgement) fingerprint() string {
	what := []byte("jti ")
	if jti, there, err := j.claims.str("jti"); there && err == nil && jti != "" {
		what = append(what, jti...)
	} else if payload, err := payloadOf(j.raw); err == nil {
		what = append([]byte("claims "), payload...)
	}
	sum := sha256.Sum256(what)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
