package page

import (
	"net/http"
	"net/url"

	"cloudpocket/store"
)

// Inbox is the list of what is delivered to a person.
type Inbox struct {
	Items       []store.InboxItem
	Count       store.InboxCount
	Filter      store.InboxFilter
	Left        map[store.ID]store.PersonCount // who is still to be told, by delivery
	Kinds       []string                       // those to filter by
	Offices     []store.Office                 // those to filter by
	MoreOffices bool                           // there are more than those
	Next        store.Cursor                   // empty on the last page
	Later       bool                           // this is not the first page
}

// Inbox shows the list of what is delivered to a person.
func (p *Pages) Inbox(w http.ResponseWriter, r *http.Request, s Shell, v Inbox) error {
	s.Current = PlaceInbox
	return p.show(w, r, http.StatusOK, "inbox", s, v)
}

// Filtered reports whether anything narrows the list.
func (v Inbox) Filtered() bool { return v.Filter != store.InboxFilter{} }

// All is the link to the list with nothing narrowed.
func (v Inbox) All() string { return inboxLink(store.InboxFilter{}, "") }

// OnlyUnread is the link to the same list with read ones left out or back in.
func (v Inbox) OnlyUnread(only bool) string {
	f := v.Filter
	f.Unread = only
	return inboxLink(f, "")
}

// OfKind is the link to the same list with one kind, or all of them when kind is empty.
func (v Inbox) OfKind(kind string) string {
	f := v.Filter
	f.Kind = kind
	return inboxLink(f, "")
}

// OfOffice is the link to the same list of one office, or of all when id is empty.
func (v Inbox) OfOffice(id store.ID) string {
	f := v.Filter
	f.Office = id
	return inboxLink(f, "")
}

// OfficeName is the name of the office that the list is narrowed to.
func (v Inbox) OfficeName() string {
	for _, o := range v.Offices {
		if o.ID == v.Filter.Office {
			return o.Name
		}
	}
	if len(v.Items) > 0 {
		return v.Items[0].OfficeName
	}
	return string(v.Filter.Office)
}

// NextLink and FirstLink lead on and back to the beginning.
func (v Inbox) NextLink() string  { return inboxLink(v.Filter, v.Next) }
func (v Inbox) FirstLink() string { return inboxLink(v.Filter, "") }

func inboxLink(f store.InboxFilter, after store.Cursor) string {
	unread := ""
	if f.Unread {
		unread = "1"
	}
	return link("/deliveries", "unread", unread, "kind", f.Kind, "office", string(f.Office), "after", string(after))
}

// link returns a local address with those of the named values that are not empty.
func link(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	u := url.URL{Path: path, RawQuery: q.Encode()}
	return u.String()
}
