package office

import (
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// desk shows what the firm delivered.
func (o *office) desk(w http.ResponseWriter, r *http.Request, v visit) error {
	s, _, err := o.shell(r, v)
	if err != nil {
		return err
	}
	kind, from := r.URL.Query().Get("kind"), from(r)
	list, err := o.Portal.Desk(r.Context(), v.actor, store.DocumentFilter{Kind: kind}, from)
	if err != nil {
		return err
	}
	return o.Pages.Desk(w, r, s, page.Desk{Items: list.Items, Kind: kind, Kinds: portal.Kinds(), Next: list.Next, Later: from.After != "", MayDeliver: s.MayDeliver()})
}
