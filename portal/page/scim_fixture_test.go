package page

import (
	"fmt"
	"strings"
	"time"

	"cloudpocket/store"
)

func scimTokens(n int) (all []ScimToken) {
	for i := range n {
		t := ScimToken{ScimToken: store.ScimToken{ID: store.ID(fmt.Sprint("k", i)), TrustID: "kyuyo", Name: "Entra ID（2026年度）", ByName: "総務 担当者", At: clock().AddDate(0, -i, 0),
			Expires: clock().AddDate(0, 6-i*3, 0), Used: clock().Add(-time.Duration(i) * time.Hour)}, Left: 180 - i*90, Good: true}
		t.Orphan = i%8 == 4
		switch i % 4 {
		case 1:
			t.Left, t.Used = 12, time.Time{}
		case 2:
			t.Left, t.Good = -3, false
		case 3:
			t.Name, t.Good, t.Revoked, t.ByName = longTitle, false, clock(), ""
		}
		all = append(all, t)
	}
	return all
}

// scimExhibits are the pages about provisioning.
func scimExhibits() []exhibit {
	on := func(name string, v Provisioning) exhibit {
		v.TrustFrame, v.URL = frameOf("", store.OIDC), "https://pocket.example.jp/scim/kyuyo/v2"
		if v.Subject == "" {
			v.Subject = store.SubjectExternalID
		}
		return shown(name, "/admin/trusts/kyuyo/scim", (*Pages).Provisioning, v)
	}
	off := shown("trustscim-off", "/admin/trusts/new/scim", (*Pages).Provisioning, Provisioning{TrustFrame: TrustFrame{ID: "new", Name: "x", State: store.TrustDisabled, Product: "entra"},
		URL: "http://pocket.localhost:8400/scim/new/v2", Subject: store.SubjectUserName, May: 10})
	var waiting []ScimWaiting
	for i := range 50 {
		waiting = append(waiting, ScimWaiting{Name: []string{"佐藤 花子", longTitle, "m-tanaka@aoba.example"}[i%3], Login: "hanako@aoba.example", Company: []string{"", "0012"}[i%2], Since: clock(), Why: []string{"place", "subject", "off", "firm", "deleted"}[i%5]})
	}
	var refused []ScimRefusal
	for i := range 20 {
		refused = append(refused, ScimRefusal{Why: []string{"token_over", "maker_gone", "switched_off", "beyond_maker", "nobody_left", "mutability", "uniqueness", "conflict", "other"}[i%9], Name: []string{"佐藤 花子", longTitle, ""}[i%3], At: clock(), Count: int64(i*i*400 + 1)})
	}
	ends := func(left int) KeyNotice {
		return KeyNotice{TrustID: "kyuyo", Trust: "給与クラウド（本番）", Key: KeyEnd{What: "scim", Ends: clock().AddDate(0, 0, left), Left: left}}
	}
	return []exhibit{
		shown("trusts-tokens-end", "/admin/trusts", (*Pages).Trusts, Trusts{Notices: []KeyNotice{ends(7), ends(-3)}}),
		on("trustscim-none", Provisioning{May: 10}),
		on("trustscim-little", Provisioning{Tokens: scimTokens(2), May: 8, Rule: store.SubjectUserName, Waits: true, Users: 31, Groups: 1, Waiting: waiting[:3], Refused: refused[:2]}),
		on("trustscim-much", Provisioning{Tokens: scimTokens(40), Rule: store.SubjectExternalID, Users: 12345, Groups: 40, Waiting: waiting, More: true, Refused: refused}),
		on("trustscim-made", Provisioning{Tokens: scimTokens(1), Secret: "cps_" + strings.Repeat("x", 43), May: 9}),
		on("trustscim-refused", Provisioning{Tokens: scimTokens(1), Typed: strings.Repeat("名", 100), Days: 90, May: 9,
			Problem: []Problem{{"name", "error.scim_token_name", nil}, {"days", "error.scim_token_life", nil}}}),
		off,
	}
}
