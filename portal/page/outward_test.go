package page

import (
	"fmt"
	"net/http"
	"time"

	"cloudpocket/store"
)

// outwardExhibits are the pages of what waits, what did not arrive, and the rules of both.
func outwardExhibits() []exhibit {
	rules := func(name string, v Rules) exhibit {
		return exhibit{name, "/desk/rules", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Rules(w, r, staff(), v) }}
	}
	waits := func(name string, v Scheduled) exhibit {
		return exhibit{name, "/desk/scheduled", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Scheduled(w, r, staff(), v) }}
	}
	mails := func(name string, v Bounced) exhibit {
		return exhibit{name, "/desk/mails", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Bounced(w, r, staff(), v) }}
	}
	mine := func(name string, v MyMail) exhibit {
		return exhibit{name, "/me/mail", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.MyMail(w, r, client(), v) }}
	}
	codes := func(name string, v Codes) exhibit {
		return exhibit{name, "/desk/codes", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Codes(w, r, staff(), v) }}
	}
	refused := ruleItems()
	refused[0].Typed = "1, たくさん"
	return []exhibit{
		waits("scheduled-none", Scheduled{}),
		waits("scheduled-little", Scheduled{Items: waitingItems(5), MayDeliver: true}),
		waits("scheduled-much", Scheduled{Items: waitingItems(50), MayDeliver: true, Next: "next", Later: true}),
		waits("scheduled-watch", Scheduled{Items: waitingItems(2)}),
		mails("bounced-none", Bounced{}),
		mails("bounced-little", Bounced{Items: []BouncedMail{{Mail: store.Mail{SentAt: clock(), Failure: "550 5.1.1 no such user"}, Name: "鈴木 健一", Email: "suzuki.kenichi.somu@sakura-shokuhin.example.jp", Company: "さくら食品株式会社"},
			{Mail: store.Mail{State: store.MailGivenUp, SentAt: clock(), Failure: "dial tcp 192.0.2.1:587: connection refused"}, Name: "鈴木 健一", Email: "suzuki@sakura-shokuhin.example.jp"}}, Next: "n"}),
		rules("rules-read", Rules{Items: ruleItems(), Every: true}),
		rules("rules-open", Rules{Items: ruleItems(), MaySave: true, Open: "separation"}),
		rules("rules-refused", Rules{Items: refused, MaySave: true, Open: refused[0].Kind, Problem: &Problem{Key: "error.rule_remind", Args: map[string]any{"Count": 10, "Max": 90}}}),
		codes("codes-none", Codes{}),
		codes("codes-last", Codes{Later: true}),
		codes("codes-much", Codes{Items: taughtCodes(30), Next: "next"}),
		mine("mymail-each", MyMail{Email: "suzuki@sakura.example", Hour: 8, Sending: true}),
		officeMails("officemails-none", 0),
		officeMails("officemails-some", 6),
		officeMail("officemail-nobody", 0, nil),
		officeMail("officemail-refused", 5, &Problem{Key: "error.nobody_named"}),
		mine("mymail-none", MyMail{Digest: true, Hour: 8}),
	}
}

func taughtCodes(n int) (items []TaughtCode) {
	systems := []store.CodeSystem{store.CodePension, store.CodeLabor, store.CodeEmployment, store.CodeCorporate}
	for i := range n {
		items = append(items, TaughtCode{Office: offices(n)[i], Company: "さくら食品株式会社", Code: store.OfficeCode{System: systems[i%len(systems)], Code: "01イロハ12345"}})
	}
	return items
}

func officeMailing(i, people int) OfficeMail {
	v := OfficeMail{Office: offices(i + 1)[i], Company: "さくら食品株式会社", Hour: 8}
	v.To = recipients()[i%3]
	v.Digest = i%2 == 0
	for n := range people {
		one := store.Account{ID: store.ID(fmt.Sprint("a", n)), Name: "鈴木 健一", Email: "suzuki@sakura.example"}
		if n%3 == 2 {
			one.Email = ""
		}
		if v.People = append(v.People, one); n%2 == 0 {
			v.Named = append(v.Named, one.ID)
		}
	}
	return v
}

func officeMails(name string, n int) exhibit {
	var v OfficeMails
	for i := range n {
		v.Items = append(v.Items, officeMailing(i, i))
	}
	return exhibit{name, "/desk/offices", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.OfficeMails(w, r, staff(), v) }}
}

func officeMail(name string, people int, problem *Problem) exhibit {
	v := officeMailing(0, people)
	v.Problem = problem
	return exhibit{name, "/desk/offices/o1/mail", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.OfficeMail(w, r, staff(), v) }}
}

func ruleItems() (items []RuleItem) {
	for i, kind := range kinds() {
		items = append(items, RuleItem{Rule: store.Rule{Kind: kind, Acknowledge: true, TwoPersons: i%2 == 0, RetainYears: 2 + i%4, RemindDays: []int{1, 3, 7}, TellDays: []int{7, 14}, Notify: store.ToAll}, Own: i%3 == 0})
	}
	return items
}

func waitingItems(n int) (items []Waiting) {
	holds := [][]string{{"time"}, {"approval"}, {"scan"}, {"found"}, {"work"}, {"scan", "approval", "time"}}
	for i := range n {
		d := store.Delivery{ID: store.ID(fmt.Sprintf("d%d", i)), DocumentID: "doc1", OfficeID: "o1", State: store.DeliveryScheduled,
			Plan: store.DeliveryPlan{DueAt: clock().Add(time.Duration(i) * time.Hour), ExpiresAt: clock().AddDate(0, 1, 0), TwoPersons: i%2 == 1}}
		items = append(items, Waiting{SheetDelivery: SheetDelivery{Delivery: d, Office: offices(1)[0], For: holds[i%len(holds)]}, Title: longTitle, Kind: "separation", Planner: "佐藤 美咲"})
	}
	return items
}

// waitingSheet is a document of which every delivery is in another state.
func waitingSheet() Sheet {
	v := sheet(5, 3)
	for i, w := range waitingItems(3) {
		w.Office = v.Deliveries[i].Office
		v.Deliveries[i] = w.SheetDelivery
	}
	v.Deliveries[3].Delivery = store.Delivery{ID: "e", State: store.DeliveryExpired, DeliveredAt: clock(), Plan: store.DeliveryPlan{ExpiresAt: clock()}}
	v.Deliveries[4].Delivery = store.Delivery{ID: "r", State: store.DeliveryWithdrawn, DeliveredAt: clock(), WithdrawnAt: clock(), Reason: "replaced"}
	v.Withheld, v.ReplacedBy, v.Document.Replaces = []store.Digest{"x"}, []store.ID{"new"}, "old"
	return v
}

func alerts(n int) (all []Alert) {
	for i := range n {
		all = append(all, Alert{Document: store.ID(fmt.Sprintf("doc%d", i)), Title: longTitle, Office: "本社", At: clock()})
	}
	return all
}

func replacing() Publish {
	v := publishForm(2)
	v.Typed.Replaces, v.Old, v.Typed.Due, v.Typed.Expires = "doc1", longTitle, "2026-12-01T09:00", "2026-11-01T09:00"
	v.Problems = []Problem{{Field: "expires", Key: "error.expiry"}}
	return v
}
