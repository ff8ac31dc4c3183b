package page

import (
	"fmt"
	"net/http"
	"time"

	"cloudpocket/store"
)

// logExhibits are the pages about addresses, sessions and the log.
func logExhibits() []exhibit {
	addresses := func(name string, v Addresses) exhibit {
		v.Here = "192.0.2.1"
		return exhibit{name, "/admin/addresses", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Addresses(w, r, staff(), v) }}
	}
	much := ""
	for range 200 {
		much += "2001:db8:1234:5678:9abc:def0::/112\n"
	}
	entered := func(name string, v Entered) exhibit {
		return exhibit{name, "/admin/sessions", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Entered(w, r, staff(), v) }}
	}
	ending := func(name string, v Ending) exhibit {
		return exhibit{name, "/admin/sessions/end", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Ending(w, r, staff(), v) }}
	}
	trusts := []store.Trust{{ID: "jinji", Name: "人事労務プラットフォーム"}, {ID: "kyuyo", Name: "給与クラウド"}}
	return []exhibit{
		entered("entered-none", Entered{}),
		entered("entered-filtered", Entered{Text: "だれか", Trust: "kyuyo", Trusts: trusts, MayAll: true}),
		entered("entered-little", Entered{Items: enteredItems(3), Trusts: trusts, Current: "s1"}),
		entered("entered-person", Entered{Items: enteredItems(2), Trusts: trusts, Account: "a0"}),
		entered("entered-much", Entered{Items: enteredItems(90), More: true, Trusts: trusts}),
		ending("ending-person", Ending{Account: "a0", Name: "総務 担当者", Count: 2}),
		ending("ending-trust", Ending{Trust: "kyuyo", Name: "給与クラウド", Count: 1000, More: true, Own: true}),
		ending("ending-none", Ending{Account: "a0", Name: "総務 担当者"}),
		addresses("addresses-none", Addresses{}),
		addresses("addresses-little", Addresses{Everybody: "192.0.2.0/24\n2001:db8::/32", Administration: "192.0.2.1"}),
		addresses("addresses-much", Addresses{Everybody: much, Administration: much}),
		addresses("addresses-refused", Addresses{Everybody: "192.0.2.0/24 事務所", Administration: "0.0.0.0/0", Problems: []Problem{
			{"everybody", "error.address_range", map[string]any{"Range": "事務所"}}, {"", "error.address_wide", map[string]any{"Ranges": "0.0.0.0/0"}},
			{"", "error.address_lockout", map[string]any{"Address": "192.0.2.1"}}}}),
	}
}

func enteredItems(n int) (all []EnteredItem) {
	devices := sessions(3)
	for i := range n {
		item := EnteredItem{ID: store.ID(fmt.Sprintf("s%d", i)), AccountID: store.ID(fmt.Sprintf("a%d", i)), Person: "総務 担当者", Company: "株式会社あおば製作所",
			TrustID: "kyuyo", Trust: "給与クラウド", Address: "192.0.2.1", Device: devices[i%3].Device, Began: clock().Add(-time.Duration(i) * time.Hour), Seen: clock()}
		if i%3 == 1 {
			item.Company, item.Address, item.Person = "", "2001:db8:1234:5678:9abc:def0:1234:5678", "情報システム企画推進室 代表担当者（本社・横浜・北関東）"
		}
		all = append(all, item)
	}
	return all
}
