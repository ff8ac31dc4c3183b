package office

import (
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// inbox shows what is delivered to the person.
func (o *office) inbox(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	q, from := r.URL.Query(), door.From(r)
	f := store.InboxFilter{Office: store.ID(q.Get("office")), Kind: q.Get("kind"), Unread: q.Get("unread") == "1"}
	in, err := o.Portal.Inbox(r.Context(), v.Actor, f, from)
	if err != nil {
		return err
	}
	left, err := o.left(r.Context(), v, in.Items.Items)
	if err != nil {
		return err
	}
	return o.Pages.Inbox(w, r, s, page.Inbox{
		Items: in.Items.Items, Left: left, Count: in.Count, Filter: f, Kinds: portal.Kinds(), Offices: in.Offices, MoreOffices: in.MoreOffices,
		Next: in.Items.Next, Later: from.After != "",
	})
}
