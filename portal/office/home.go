package office

import (
	"net/http"

	"cloudpocket/portal/door"
)

// home leads to the first thing that the person may do: the desk for the firm's people, the list for clients.
func (o *office) home(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, s.Menu()[0].URL)
}
