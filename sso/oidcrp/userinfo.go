package oidcrp

import (
	"context"
	"fmt"
	"net/http"

	"cloudpocket/sso"
)

// userInfo returns the claims of the UserInfo endpoint (OIDC core 5.3), which must be about sub. An OP without that
// endpoint, where the trust wants it, is refused: the mapping may depend on what it says.
func (c *connector) userInfo(ctx context.Context, p *provider, access, sub string) (object, error) {
	if p.metadata.userInfo == "" {
		return nil, sso.Refuse(reasonUserInfo, sso.KeyMessage, "the OP has no UserInfo endpoint")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.metadata.userInfo, nil)
	if err != nil {
		return nil, fmt.Errorf("form the UserInfo request: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+access)
	req.Header.Set("Accept", "application/json")
	body, media, err := c.ask(req)
	if err != nil {
		return nil, c.away("UserInfo", err, access)
	}
	claims, err := c.readUserInfo(ctx, p, body, media)
	if err != nil {
		return nil, err
	}
	if got, _, err := claims.str("sub"); err != nil || got != sub {
		return nil, sso.Refuse(reasonUserInfoSubject, sso.KeyMessage, "UserInfo is about another sub than the ID token")
	}
	return claims, nil
}

// readUserInfo reads plain claims, or signed ones once they are verified and said to be from the OP and for us (OIDC
// core 5.3.2).
func (c *connector) readUserInfo(ctx context.Context, p *provider, body []byte, media string) (object, error) {
	if media == "application/jwt" {
		j := &judgement{c: c, raw: string(body), now: c.Now()}
		if err := j.judge(ctx, p.keys, fromTokenEndpoint, userInfoRules()); err != nil {
			return nil, err
		}
		return j.claims, nil
	}
	claims, err := readObject(body, claimNames()...)
	if err != nil {
		return nil, sso.Refuse(reasonUserInfo, sso.KeyMessage, "UserInfo: %w", err)
	}
	return claims, nil
}

func userInfoRules() []rule {
	return []rule{{"issuer", ruleIssuer}, {"audience", ruleAudience}}
}
