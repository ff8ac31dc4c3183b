package app

import (
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// trustRoutes are whom the firm trusts.
func trustRoutes() map[string]access {
	firms := access{menu: store.PermitTrusts, whose: staffs, whole: true}
	on := func(form string) access {
		row := firms
		row.record, row.wide, row.form, row.spends = "trust", true, form, form != ""
		return row
	}
	never := func(form string) access {
		row := on(form)
		row.never = true // it takes an IdP that answers, or one that offers keys
		return row
	}
	begin := firms
	begin.form = "name=x&product=other+oidc&id={fresh}"
	return map[string]access{
		"GET /admin/trusts":                         firms,
		"GET /admin/trusts/new":                     firms,
		"POST /admin/trusts/new":                    begin,
		"GET /admin/sign-ins":                       firms,
		"GET /admin/trusts/{id}":                    on(""),
		"GET /admin/trusts/{id}/diff":               on(""),
		"GET /admin/trusts/{id}/ours":               on(""),
		"GET /admin/trusts/{id}/theirs":             on(""),
		"POST /admin/trusts/{id}/theirs":            never("revision=1"),
		"GET /admin/trusts/{id}/mapping":            on(""),
		"POST /admin/trusts/{id}/mapping":           on("revision=1"),
		"GET /admin/trusts/{id}/rules":              on(""),
		"POST /admin/trusts/{id}/rules":             on("revision=1&name=IdP"),
		"GET /admin/trusts/{id}/test":               on(""),
		"POST /admin/trusts/{id}/try":               on("x=1"),
		"POST /admin/trusts/{id}/on":                on("revision=1&untested=1&note=x"),
		"POST /admin/trusts/{id}/drop":              on("x=1"),
		"POST /admin/trusts/{id}/back":              on("version=90"),
		"POST /admin/trusts/{id}/keys":              never("answer=accept&offer=x"),
		"POST /admin/trusts/{id}/refresh":           never("x=1"),
		"POST /admin/trusts/{id}/link":              on("days=3"),
		"POST /admin/trusts/{id}/link/revoke":       on("x=1"),
		"POST /admin/trusts/{id}/off":               on("note=x"),
		"POST /admin/trusts/{id}/remove":            on("confirm=IdP"),
		"GET /admin/trusts/{id}/sign-ins":           on(""),
		"GET /admin/trusts/{id}/sign-ins/{attempt}": on(""),
	}
}

// setupRoutes are for who has a setup link, and looks at no session.
func setupRoutes() map[string]access {
	return map[string]access{
		"GET /setup":           {open: []int{404}},
		"POST /setup":          {open: []int{404}},
		"GET /setup/{secret}":  {open: []int{404}},
		"POST /setup/{secret}": {open: []int{404}},
	}
}

// trusted makes a trust that is switched off, with a version, a draft that could be switched on, and a sign-in.
func (q *square) trusted(t *testing.T, at spot, _ *somebody) names {
	t.Helper()
	ctx, id, attempt := t.Context(), q.fresh(), q.fresh()
	// The issuer is of a private network, which is refused without being asked.
	one := store.Trust{ID: id, Name: "IdP", Protocol: store.OIDC, State: store.TrustDisabled,
		OIDC: &store.OIDCTrust{Issuer: "https://10.0.0.1", ClientID: "pocket", AuthMethod: "private_key_jwt"}}
	noError(t, portal.Setup{Portal: q.Portal, By: "test"}.AddTrust(ctx, at.tenant, one))
	noError(t, q.Stores.Records.Update(ctx, at.tenant, func(tx store.Tx) error {
		kept, err := tx.Trusts().Get(ctx, id)
		noError(t, err)
		draft := kept
		draft.Label = "IdP"
		_, err = tx.TrustDrafts().Save(ctx, store.TrustDraft{Trust: draft, At: q.now})
		noError(t, err)
		kept.Version = 90 // far from those to come
		noError(t, tx.TrustDrafts().Keep(ctx, store.TrustVersion{Trust: kept, At: q.now}))
		return tx.SignIns().Add(ctx, store.SignIn{ID: attempt, TrustID: id, At: q.now, Outcome: store.Refused, Reason: "saml.audience"})
	}))
	return names{"id": string(id), "attempt": string(attempt), "office": string(at.office)}
}
