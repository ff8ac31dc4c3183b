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
	"cloudpocket/store"
)

// events shows the warnings and errors of the service that are about the firm.
func (a *admin) events(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	at := door.From(r)
	view := page.Events{EventsQuery: eventsQuery(r.URL.Query()), Later: at.After != ""}
	f, problems := eventsFilter(view.EventsQuery)
	if view.Problems = problems; len(problems) > 0 {
		if _, err := a.Portal.LogPeople(r.Context(), v.Actor, ""); err != nil { // who may not look is told that first
			return err
		}
		return a.Pages.Events(w, r, s, view)
	}
	list, err := a.Portal.Events(r.Context(), v.Actor, f, at)
	if err != nil {
		return err
	}
	view.Items, view.Next = list.Items, list.Next
	return a.Pages.Events(w, r, s, view)
}

// eventsCSV writes what the query narrows them to as a table.
func (a *admin) eventsCSV(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	f, problems := eventsFilter(eventsQuery(r.URL.Query()))
	if len(problems) > 0 {
		return store.Fail(store.Invalid, problems[0].Key, "a day of the query is none")
	}
	d, err := newDownload(w, r, a.Pages, a.Portal, "events-", "log.at", "events.last", "events.level", "events.what", "events.count", "log.detail")
	if err != nil {
		return err
	}
	more, err := a.Portal.ExportEvents(r.Context(), v.Actor, f, portal.MaxLogExport, func(e store.SystemEvent) error { return d.row(eventRow(e)...) })
	return d.end(more, err)
}

func eventRow(e store.SystemEvent) []string {
	moment := func(t time.Time) string { return t.In(tokyo()).Format("2006-01-02 15:04:05") }
	return []string{moment(e.At), moment(e.LastAt), string(e.Level), e.Message, strconv.FormatInt(e.Count, 10), namedCell(e.Attributes)}
}

func eventsQuery(q url.Values) page.EventsQuery {
	text := func(name string) string { return strings.TrimSpace(q.Get(name)) }
	return page.EventsQuery{Level: text("level"), Text: text("text"), From: text("from"), To: text("to")}
}

// mostSought bounds the text that events are looked through for, in bytes.
const mostSought = 1000

// eventsFilter returns what a query narrows the events to. Days are whole days in Japan, the last one included.
func eventsFilter(q page.EventsQuery) (store.SystemEventFilter, []page.Problem) {
	f := store.SystemEventFilter{Text: q.Text}
	if l := store.EventLevel(q.Level); l == store.Warning || l == store.Failure {
		f.Level = l
	}
	var problems []page.Problem
	f.From, f.To, problems = daysOf(q.From, q.To)
	if len(q.Text) > mostSought {
		problems = append(problems, page.Problem{Field: "text", Key: "error.events_text"})
	}
	return f, problems
}
