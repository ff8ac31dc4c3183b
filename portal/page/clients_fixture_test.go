package page

import (
	"fmt"
	"net/netip"
	"strings"

	"cloudpocket/store"
)

func apiClients(n int) (all []ClientLine) {
	for i := range n {
		c := store.APIClient{ID: store.ID(fmt.Sprintf("06f2q0d9k3v5w7x8y9z0a1b2%02d", i)), Name: "給与クラウド 連携", State: store.ClientEnabled, Scopes: store.ScopeAll, Offices: store.OfficeScope{All: true},
			Keys: []byte("{}"), CreatedAt: clock().AddDate(0, -i, 0), ByName: "総務 担当者", Used: clock(), Version: 3}
		switch i % 3 {
		case 1:
			c.Name, c.State, c.Scopes, c.Used = longTitle, store.ClientDisabled, store.ScopeReceipts, clock().AddDate(0, -6, 0)
		case 2:
			c.Name, c.Scopes, c.Used, c.ByName = "x", store.ScopeEmbed, store.APIClient{}.Used, ""
		}
		all = append(all, ClientLine{c})
	}
	return all
}

// clientExhibits are the pages about API clients.
func clientExhibits() []exhibit {
	on := func(name string, v Client) exhibit {
		v.Endpoint, v.Audience = "https://pocket.example.jp/oauth/token", "https://pocket.example.jp"
		if v.Choices.Scopes == 0 {
			v.Choices.Scopes = store.ScopeAll
		}
		return shown(name, v.Action(), (*Pages).Client, v)
	}
	lines := apiClients(60)
	pasted, off, fetched := lines[0], lines[1], lines[2]
	fetched.KeysURL, fetched.Keys, fetched.Used = "https://partner.example/"+strings.Repeat("long-", 30)+"jwks.json", nil, store.APIClient{}.Used
	asked := fetched
	asked.FetchedAt = clock()
	much := ClientFormOf(pasted.APIClient)
	much.Scope, much.Origins, much.Allowed = store.OfficeScope{}, strings.Repeat("https://hr.example.jp\n", 20), store.RangesText([]netip.Prefix{netip.MustParsePrefix("2001:db8::/32")}, "\n")
	choices := ClientChoices{Scopes: store.ScopeAll}
	var keys []ClientKey
	for i, c := range companiesOf(20) {
		choices.Offices = append(choices.Offices, CompanyOffices{c, offices(6)})
		much.Scope.Offices = append(much.Scope.Offices, store.ID(fmt.Sprint("o", i)))
		keys = append(keys, ClientKey{strings.Repeat("鍵", 10*i+1), "RSA 2048"})
	}
	return []exhibit{
		shown("clients-none", "/admin/clients", (*Pages).Clients, Clients{}),
		shown("clients-little", "/admin/clients", (*Pages).Clients, Clients{lines[:3]}),
		shown("clients-much", "/admin/clients", (*Pages).Clients, Clients{lines}),
		on("client-new", Client{Form: ClientForm{Fetched: true, Scope: store.OfficeScope{All: true}}}),
		on("client-new-refused", Client{Choices: ClientChoices{Scopes: store.ScopeEmbed, Many: true}, Form: ClientForm{Name: longTitle, Typed: "0012\n0013", JWKS: "-----BEGIN"}, Problems: []Problem{
			{"name", "error.client_name", map[string]any{"Max": 100}}, {"scope", "error.client_no_scope", nil}, {"office", "error.client_no_office", nil}, {"url", "error.client_keys_url", nil},
			{"jwks", "error.keys_form", nil}, {"origins", "error.client_origin", map[string]any{"Origin": "http://hr.example"}}, {"allowed", "error.address_range", map[string]any{"Range": "x"}}}}),
		on("client-pasted", Client{ClientLine: pasted, Form: ClientFormOf(pasted.APIClient), Keys: []ClientKey{{"2026-11", "P-256"}}}),
		on("client-much", Client{ClientLine: pasted, Form: much, Choices: choices, Keys: keys}),
		on("client-off", Client{ClientLine: off, Form: ClientFormOf(off.APIClient), Keys: keys[:1], Problems: []Problem{{"", "error.client_unsure", nil}}}),
		on("client-fetched", Client{ClientLine: fetched, Form: ClientFormOf(fetched.APIClient)}),
		on("client-asked", Client{ClientLine: asked, Form: ClientFormOf(asked.APIClient), Keys: []ClientKey{{"", "RSA 1024"}, keys[3]}}),
		shown("clientembed-ready", pasted.Self()+"/embed", (*Pages).ClientEmbed, ClientEmbed{ClientLine: embedding(pasted), Base: "https://pocket.example.jp", Keys: 1,
			Trusts: []EmbedTrust{{"parent", "給与クラウド", store.OIDC}}, SignIns: broughtIn(3)}),
		shown("clientembed-unready", off.Self()+"/embed", (*Pages).ClientEmbed, ClientEmbed{ClientLine: off, Base: "https://pocket.example.jp"}),
		on("client-lost", Client{ClientLine: off, Lost: store.PermitDeliver | store.PermitReceipts, Keys: keys[:1]}),
		on("client-barred", Client{ClientLine: off, Barred: true, Keys: keys[:1]}),
	}
}

// embedding is a client that shows the portal in pages of two origins.
func embedding(l ClientLine) ClientLine {
	l.Origins = []string{"https://hr.example.jp", "https://" + strings.Repeat("long-", 10) + "hr.example.jp"}
	return l
}

// broughtIn are sign-ins that a client brought.
func broughtIn(n int) (all []SignInItem) {
	for i := range n {
		s := store.SignIn{ID: store.ID(fmt.Sprint("s", i)), TrustID: "parent", At: clock(), Outcome: store.Allowed}
		if i%2 == 1 {
			s.Outcome, s.Reason = store.Refused, "oidc.stale"
		}
		all = append(all, SignInItem{s, "見本 太郎"})
	}
	return all
}
