package oidcrp

import (
	"context"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"cloudpocket/sso"
)

const maxHint = 512 // bytes of a login_hint

// Initiate implements [sso.Connector]: third-party-initiated login (OIDC core 4), by GET or POST. The attempt has the
// trust, where to go afterwards and the login_hint; it still needs a handle and a Start. The hint is passed on to the
// OP and shown to nobody.
func (c *connector) Initiate(_ context.Context, m sso.Message) (a sso.Attempt, err error) {
	defer c.guard("initiate", &err)
	if c.oidc.NoInitiation {
		return a, sso.Refuse(reasonInitiateOff, sso.KeyUnsolicited, "the trust takes no logins that others ask for")
	}
	if m.Endpoint != c.urls.initiate {
		return a, sso.Refuse(reasonEndpoint, sso.KeyMessage, "the message came to %q", cut(m.Endpoint))
	}
	values := m.Query
	if m.Post {
		values = m.Form
	}
	for _, name := range []string{"iss", "login_hint", "target_link_uri"} {
		if len(values[name]) > 1 {
			return a, sso.Refuse(reasonInitiateShape, sso.KeyMessage, "the parameter %s is repeated", name)
		}
	}
	if iss := values.Get("iss"); iss != c.oidc.Issuer {
		return a, sso.Refuse(reasonInitiateIss, sso.KeyMessage, "the login is for %q, not %q", cut(iss), c.oidc.Issuer)
	}
	hint := values.Get("login_hint")
	if len(hint) > maxHint || !utf8.ValidString(hint) || strings.ContainsFunc(hint, unicode.IsControl) {
		return a, sso.Refuse(reasonInitiateHint, sso.KeyMessage, "the login_hint has %d bytes or control characters", len(hint))
	}
	return sso.Attempt{TrustID: c.trust.ID, LoginHint: hint, ReturnTo: c.localPath(values.Get("target_link_uri"))}, nil
}

// localPath returns where target leads within this service, and its front page for anything else: another origin, a
// path that a browser could read differently, or the sign-in itself, which would go round in circles.
func (c *connector) localPath(target string) string {
	home := c.urls.base.Path + "/"
	u, err := url.Parse(target)
	if err != nil || u.Scheme != c.urls.base.Scheme || u.Host != c.urls.base.Host || u.User != nil {
		return home
	}
	if !strings.HasPrefix(u.Path, home) || strings.HasPrefix(u.Path, home+"sso/") || len(target) > 2048 {
		return home
	}
	if strings.ContainsFunc(u.Path+target, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return home
	}
	if clean := path.Clean(u.Path); clean != u.Path && (clean == "/" || clean+"/" != u.Path) {
		return home
	}
	local := url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}
	return local.String()
}
