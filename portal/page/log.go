package page

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"cloudpocket/store"
)

// Log is a page of what was done, newest first.
type Log struct {
	LogQuery
	Events   []store.AuditEvent
	Person   string          // the name of the chosen account
	People   []store.Account // whom the typed name may mean, when it is not clear
	Problems []Problem
	Next     store.Cursor
	Later    bool
}

// LogQuery is what the log is narrowed to, as it was typed and chosen.
type LogQuery struct {
	Account  store.ID
	Who      string // a name that was typed
	Deed     string
	Record   string
	Outcome  string
	Address  string
	From, To string // days
}

const logPath = "/admin/log"

// Log shows the log; with problems in it the status is 422.
func (p *Pages) Log(w http.ResponseWriter, r *http.Request, s Shell, v Log) error {
	s.Current = PlaceLog
	return p.show(w, r, statusOf(v.Problems), "log", s, v)
}

// Narrowed reports whether not everything is listed.
func (q LogQuery) Narrowed() bool { return q != LogQuery{} }

func (q LogQuery) at(path string, after store.Cursor) string {
	return link(path, "account", string(q.Account), "who", q.Who, "deed", q.Deed, "record", q.Record, "outcome", q.Outcome, "address", q.Address,
		"from", q.From, "to", q.To, "after", string(after))
}

// OfAccount, OfRecord and OfAddress are links to the log that is narrowed to one more thing.
func (q LogQuery) OfAccount(id store.ID) string {
	q.Account, q.Who = id, ""
	return q.at(logPath, "")
}

func (q LogQuery) OfRecord(record string) string {
	q.Record = record
	return q.at(logPath, "")
}

func (q LogQuery) OfAddress(address string) string {
	q.Address = address
	return q.at(logPath, "")
}

// CSV is where what is listed can be taken away.
func (q LogQuery) CSV() string { return q.at(logPath+".csv", "") }

// NextLink and FirstLink lead on and back to the beginning.
func (v Log) NextLink() string  { return v.at(logPath, v.Next) }
func (v Log) FirstLink() string { return v.at(logPath, "") }

// Wrong reports whether a part of the form was refused.
func (v Log) Wrong(field string) bool { return wrong(v.Problems, field) }

// Outcomes are those that the log can be narrowed to.
func (v Log) Outcomes() []store.Outcome { return []store.Outcome{store.Allowed, store.Refused} }

// deeds returns all deeds that have words, in the order of their names, by which those of one thing stand together.
func (w Words) deeds() []string {
	var all []string
	for key := range w.fixed {
		if deed, ok := strings.CutPrefix(key, "deed."); ok {
			all = append(all, deed)
		}
	}
	slices.Sort(all)
	return all
}

// DeedName returns the words for a deed, or its name where it has none.
func (w Words) DeedName(deed store.Deed) string {
	if s, err := w.Say("deed."+string(deed), nil); err == nil {
		return s
	}
	return string(deed)
}

// LogEvent is one event with everything that is kept of it.
type LogEvent struct {
	Event store.AuditEvent
}

// LogEvent shows one event.
func (p *Pages) LogEvent(w http.ResponseWriter, r *http.Request, s Shell, v LogEvent) error {
	s.Current = PlaceLog
	return p.show(w, r, http.StatusOK, "logevent", s, v)
}

// OfAccount and OfRecord are links to the log of the same person or record, EventBefore and EventAfter to the events beside
// this one.
func (v LogEvent) OfAccount() string   { return LogQuery{}.OfAccount(v.Event.AccountID) }
func (v LogEvent) OfRecord() string    { return LogQuery{}.OfRecord(v.Event.Record) }
func (v LogEvent) OfAddress() string   { return LogQuery{}.OfAddress(v.Event.Address) }
func (v LogEvent) EventBefore() string { return eventLink(v.Event.Seq - 1) }
func (v LogEvent) EventAfter() string  { return eventLink(v.Event.Seq + 1) }

func eventLink(seq int64) string { return logPath + "/entries/" + strconv.FormatInt(seq, 10) }

// LogChecks are the last verifications of the log.
type LogChecks struct {
	Checks   []LogCheck
	Count    int64 // how many events there are now
	Hash     store.Hash
	Problems []Problem
}

// LogCheck is one verification.
type LogCheck struct {
	From, To, Of int64
	Hash         store.Hash
	Took         time.Duration
	Broken       int64 // 0: nothing was found
	At           time.Time
	By           string
}

// LogChecks shows the verifications; with problems in it the status is 422.
func (p *Pages) LogChecks(w http.ResponseWriter, r *http.Request, s Shell, v LogChecks) error {
	s.Current = PlaceLog
	return p.show(w, r, statusOf(v.Problems), "logchecks", s, v)
}

// Last is the latest verification; there is one.
func (v LogChecks) Last() LogCheck { return v.Checks[0] }

// Looked is how many events it looked at.
func (c LogCheck) Looked() int64 { return max(0, c.To-c.From+1) }

// State is "broken", "part" when it did not come to the end or did not begin at the first event, or "whole".
func (c LogCheck) State() string {
	switch {
	case c.Broken != 0:
		return "broken"
	case c.From != 1 || c.To != c.Of:
		return "part"
	}
	return "whole"
}

// GoesOn reports whether there is more to look at, and Following is from which event on.
func (c LogCheck) GoesOn() bool     { return c.Broken == 0 && c.To < c.Of }
func (c LogCheck) Following() int64 { return c.To + 1 }

// Seconds is how long it took.
func (c LogCheck) Seconds() string { return strconv.FormatFloat(c.Took.Seconds(), 'f', 1, 64) }

// BrokenLink is the event that is damaged.
func (c LogCheck) BrokenLink() string { return eventLink(c.Broken) }
