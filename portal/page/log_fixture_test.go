package page

import (
	"fmt"
	"net/http"
	"strings"
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
	log := func(name string, v Log) exhibit {
		return exhibit{name, "/admin/log", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Log(w, r, staff(), v) }}
	}
	one := func(name string, e store.AuditEvent) exhibit {
		return exhibit{name, "/admin/log/entries/1", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.LogEvent(w, r, staff(), LogEvent{e})
		}}
	}
	checks := func(name string, v LogChecks) exhibit {
		v.Count, v.Hash = 1234567, store.Hash{9, 0x86}
		return exhibit{name, "/admin/log/verify", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.LogChecks(w, r, staff(), v) }}
	}
	happened := func(name string, v Events) exhibit {
		return exhibit{name, "/admin/log/events", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Events(w, r, staff(), v) }}
	}
	check := LogCheck{From: 1, To: 1234567, Of: 1234567, Took: 12345 * time.Millisecond, At: clock(), By: "事務所 担当者"}
	part, rest, broken := check, check, check
	part.To, rest.From, broken.To, broken.Broken = 200_000, 1_200_001, 41, 42
	events := logEvents(50)
	trusts := []store.Trust{{ID: "jinji", Name: "人事労務プラットフォーム"}, {ID: "kyuyo", Name: "給与クラウド"}}
	return []exhibit{
		log("log-none", Log{}),
		log("log-little", Log{Events: events[:3]}),
		log("log-much", Log{Events: events, Next: "next", Later: true, LogQuery: LogQuery{Account: "a1", Deed: "delivery.view", From: "2026-11-01", To: "2026-11-30"}, Person: "総務 担当者"}),
		log("log-whom", Log{LogQuery: LogQuery{Who: "総務"}, People: []store.Account{{ID: "a1", Name: "総務 担当者", Email: "soumu@aoba.example"}, {ID: "a2", Name: "総務 次郎"}}}),
		log("log-refused", Log{LogQuery: LogQuery{Who: "だれか", From: "昨日"}, Problems: []Problem{{"who", "error.log_person", map[string]any{"Name": "だれか"}}, {Field: "from", Key: "error.date"}}}),
		log("log-end", Log{Later: true}),
		one("logevent-little", store.AuditEvent{Seq: 1, At: clock(), Deed: "delivery.view", Outcome: store.Allowed}),
		one("logevent-much", events[1]),
		happened("events-none", Events{}),
		happened("events-little", Events{Items: serviceEvents(2)}),
		happened("events-much", Events{Items: serviceEvents(50), Next: "next", Later: true, EventsQuery: EventsQuery{Level: "error", Text: "keys", From: "2026-11-01", To: "2026-11-30"}}),
		happened("events-refused", Events{EventsQuery: EventsQuery{From: "昨日"}, Problems: []Problem{{Field: "from", Key: "error.date"}, {Field: "text", Key: "error.events_text"}}}),
		happened("events-end", Events{Later: true}),
		checks("logchecks-none", LogChecks{}),
		checks("logchecks-whole", LogChecks{Checks: []LogCheck{check, part, broken, rest}}),
		checks("logchecks-part", LogChecks{Checks: []LogCheck{part}}),
		checks("logchecks-rest", LogChecks{Checks: []LogCheck{rest}}),
		checks("logchecks-broken", LogChecks{Checks: []LogCheck{broken}, Problems: []Problem{{Key: "error.log_from"}}}),
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
		if i%4 == 2 {
			item.Origin = "https://portal-with-a-long-name.department.hr-and-accounting.example:8443"
		}
		all = append(all, item)
	}
	return all
}

func logEvents(n int) (all []store.AuditEvent) {
	deeds := []store.Deed{store.DeedView, store.DeedAddresses, store.DeedSignIn, store.DeedAccount, "deed.of_no_language"}
	for i := range n {
		e := store.AuditEvent{Seq: int64(n - i), At: clock().Add(-time.Duration(i) * time.Hour), Deed: deeds[i%5], Outcome: store.Allowed, AccountID: "a1", Name: "総務 担当者", TrustID: "kyuyo",
			Record: "delivery:06f2q0d9k3v5w7x8y9z0a1b2c3", Address: "192.0.2.1", RequestID: "06f2q0d9k3v5w7x8y9z0a1b2c4"}
		if i%5 == 1 {
			e.Address, e.Name = "2001:db8:1234:5678:9abc:def0:1234:5678", "情報システム企画推進室 代表担当者（本社・横浜・北関東）"
			e.Detail = map[string]string{"everybody": "192.0.2.0/24 2001:db8::/32 198.51.100.0/24 203.0.113.0/24", "everybody before": "", "administration": "192.0.2.1"}
		}
		if i%5 == 2 {
			e.Outcome, e.AccountID, e.Name = store.Refused, "", ""
		}
		all = append(all, e)
	}
	return all
}

// serviceEvents are n warnings and errors, every third of the service's own.
func serviceEvents(n int) (all []store.SystemEvent) {
	for i := range n {
		e := store.SystemEvent{At: clock(), LastAt: clock(), Count: 1, Level: store.Warning, Message: "metadata could not be refreshed", TenantID: "minato",
			Attributes: map[string]string{"trust": "jinji", "error": "fetch metadata from https://idp.example/metadata: 502 Bad Gateway"}}
		if i%3 == 1 {
			e.Level, e.Count, e.LastAt, e.Message, e.TenantID = store.Failure, 1234567, e.At.Add(9*time.Minute), "panic", ""
			e.Attributes = map[string]string{"cause": "<script>alert(1)</script>", "stack": strings.Repeat("goroutine 1 [running]:\n\tcloudpocket/portal/route.(*Router).guard.func1.1()\n", 40), "empty": ""}
		}
		if i%3 == 2 {
			e.Attributes, e.Message = nil, strings.Repeat("long-message-without-any-space", 12)
		}
		all = append(all, e)
	}
	return all
}
