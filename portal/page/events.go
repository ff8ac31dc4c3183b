package page

import (
	"net/http"
	"time"

	"cloudpocket/store"
)

const eventsPath = "/admin/log/events"

// Events is a page of warnings and errors of the service that are about the firm, the latest first.
type Events struct {
	EventsQuery
	Items    []store.SystemEvent
	Problems []Problem
	Next     store.Cursor
	Later    bool
}

// EventsQuery is what the events are narrowed to, as it was typed and chosen.
type EventsQuery struct {
	Level    string
	Text     string
	From, To string // days
}

// Events shows the events; with problems in it the status is 422.
func (p *Pages) Events(w http.ResponseWriter, r *http.Request, s Shell, v Events) error {
	s.Current = PlaceLog
	return p.show(w, r, statusOf(v.Problems), "events", s, v)
}

// Narrowed reports whether not everything is listed.
func (q EventsQuery) Narrowed() bool { return q != EventsQuery{} }

func (q EventsQuery) at(path string, after store.Cursor) string {
	return link(path, "level", q.Level, "text", q.Text, "from", q.From, "to", q.To, "after", string(after))
}

// CSV is where what is listed can be taken away.
func (q EventsQuery) CSV() string { return q.at(eventsPath+".csv", "") }

// NextLink and FirstLink lead on and back to the beginning.
func (v Events) NextLink() string  { return v.at(eventsPath, v.Next) }
func (v Events) FirstLink() string { return v.at(eventsPath, "") }

// Wrong reports whether a part of the form was refused.
func (v Events) Wrong(field string) bool { return wrong(v.Problems, field) }

// Levels are those that the list can be narrowed to.
func (v Events) Levels() []store.EventLevel { return []store.EventLevel{store.Failure, store.Warning} }

// Again reports whether an event came at another time than the first as well, as far as it is shown.
func (v Events) Again(e store.SystemEvent) bool {
	return !e.LastAt.Truncate(time.Minute).Equal(e.At.Truncate(time.Minute))
}
