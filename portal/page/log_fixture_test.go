package page

import "net/http"

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
	return []exhibit{
		addresses("addresses-none", Addresses{}),
		addresses("addresses-little", Addresses{Everybody: "192.0.2.0/24\n2001:db8::/32", Administration: "192.0.2.1"}),
		addresses("addresses-much", Addresses{Everybody: much, Administration: much}),
		addresses("addresses-refused", Addresses{Everybody: "192.0.2.0/24 事務所", Administration: "0.0.0.0/0", Problems: []Problem{
			{"everybody", "error.address_range", map[string]any{"Range": "事務所"}}, {"", "error.address_wide", map[string]any{"Ranges": "0.0.0.0/0"}},
			{"", "error.address_lockout", map[string]any{"Address": "192.0.2.1"}}}}),
	}
}
