package office

import (
	"net/http"

	"cloudpocket/portal/door"
	"cloudpocket/store"
)

// home leads to the first thing that the person may do: the desk for the firm's people, the list for clients.
func (o *office) home(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	menu := s.Menu()
	if len(menu) == 0 {
		return store.Fail(store.Denied, "error.embed_nothing", "an embed shows nothing that account %s may do", v.Session.AccountID)
	}
	return door.SeeOther(w, r, menu[0].URL)
}
