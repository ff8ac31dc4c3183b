package admin

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

func (a *admin) mountLog(m mounts) {
	m.get("/admin/log", a.log)
	m.get("/admin/log.csv", a.logCSV)
	m.get("/admin/log/entries/{seq}", a.logEvent)
	m.get("/admin/log/verify", a.logChecks)
	m.post("/admin/log/verify", a.verifyLog)
	m.get("/admin/log/events", a.events)
	m.get("/admin/log/events.csv", a.eventsCSV)
}

// log shows what was done, narrowed to what the query asks for.
func (a *admin) log(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	view := page.Log{LogQuery: logQuery(r.URL.Query()), Later: door.From(r).After != ""}
	if view.Who != "" {
		if err := a.whom(r, v, &view); err != nil {
			return err
		}
	}
	f, problems := filterOf(view.LogQuery)
	if view.Problems = append(view.Problems, problems...); len(view.Problems)+len(view.People) > 0 {
		if _, err := a.Portal.LogPeople(r.Context(), v.Actor, view.Who); err != nil { // who may not look is told that first
			return err
		}
		return a.Pages.Log(w, r, s, view)
	}
	list, err := a.Portal.ReadLog(r.Context(), v.Actor, f, door.From(r))
	if err != nil {
		return err
	}
	view.Events, view.Next = list.Items, list.Next
	for _, e := range list.Items {
		if view.Account != "" && e.AccountID == view.Account {
			view.Person = e.Name
		}
	}
	return a.Pages.Log(w, r, s, view)
}

// whom finds the account that a typed name means: the only one there is, or those to choose from.
func (a *admin) whom(r *http.Request, v door.Visit, view *page.Log) error {
	people, err := a.Portal.LogPeople(r.Context(), v.Actor, view.Who)
	if err != nil {
		return err
	}
	switch len(people) {
	case 0:
		view.Problems = []page.Problem{{Field: "who", Key: "error.log_person", Args: map[string]any{"Name": view.Who}}}
	case 1:
		view.Account, view.Person, view.Who = people[0].ID, people[0].Name, ""
	default:
		view.People = people
	}
	return nil
}

func logQuery(q url.Values) page.LogQuery {
	text := func(name string) string { return strings.TrimSpace(q.Get(name)) }
	return page.LogQuery{Account: asked(q.Get("account")), Who: text("who"), Deed: text("deed"), Record: text("record"), Outcome: text("outcome"),
		Address: text("address"), From: text("from"), To: text("to")}
}

// filterOf returns what a query narrows the log to. Days are whole days in Japan, the last one included.
func filterOf(q page.LogQuery) (store.AuditFilter, []page.Problem) {
	f := store.AuditFilter{AccountID: q.Account, Deed: store.Deed(q.Deed), Record: q.Record, Address: q.Address}
	if o := store.Outcome(q.Outcome); o == store.Allowed || o == store.Refused {
		f.Outcome = o
	}
	var problems []page.Problem
	f.From, f.To, problems = daysOf(q.From, q.To)
	return f, problems
}

// daysOf returns when the days of a form begin and end.
func daysOf(from, to string) (begin, end time.Time, problems []page.Problem) {
	for _, one := range []struct {
		field, text string
		at          *time.Time
		days        int
	}{{"from", from, &begin, 0}, {"to", to, &end, 1}} {
		day, err := dayOf(one.text)
		if err != nil {
			problems = append(problems, refusedIn(one.field, err)...)
		} else if !day.IsZero() {
			*one.at = day.AddDate(0, 0, one.days)
		}
	}
	return begin, end, problems
}

func tokyo() *time.Location { return time.FixedZone("Asia/Tokyo", 9*60*60) }

// dayOf returns the beginning of a day in Japan, zero for an empty text.
func dayOf(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, tokyo())
	if err != nil {
		return day, store.Fail(store.Invalid, "error.date", "not a day: %q", text)
	}
	return day, nil
}

// logEvent shows one event.
func (a *admin) logEvent(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	seq, err := strconv.ParseInt(route.Var(r, "seq"), 10, 64)
	if err != nil {
		return store.ErrNotFound
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	e, err := a.Portal.LogEvent(r.Context(), v.Actor, seq)
	if err != nil {
		return err
	}
	return a.Pages.LogEvent(w, r, s, page.LogEvent{Event: e})
}

// logCSV writes what the query narrows the log to as a table.
func (a *admin) logCSV(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	f, problems := filterOf(logQuery(r.URL.Query()))
	if len(problems) > 0 {
		return store.Fail(store.Invalid, problems[0].Key, "a day of the query is none")
	}
	words := a.Pages.Words(route.Lang(r))
	d, err := newDownload(w, r, a.Pages, a.Portal, "log-", "log.csv.seq", "log.at", "log.csv.deed", "log.deed", "log.outcome", "log.csv.account", "log.person",
		"log.trust", "log.record", "log.address", "log.request", "log.detail", "log.hash")
	if err != nil {
		return err
	}
	more, err := a.Portal.ExportLog(r.Context(), v.Actor, f, portal.MaxLogExport, func(e store.AuditEvent) error { return d.row(logRow(words, e)...) })
	return d.end(more, err)
}

func logRow(words page.Words, e store.AuditEvent) []string {
	return []string{strconv.FormatInt(e.Seq, 10), e.At.In(tokyo()).Format("2006-01-02 15:04:05"), string(e.Deed), words.DeedName(e.Deed), string(e.Outcome), string(e.AccountID), e.Name,
		string(e.TrustID), e.Record, e.Address, e.RequestID, namedCell(e.Detail), e.Hash.String()}
}
