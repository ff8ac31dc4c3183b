package office

import "net/http"

// home leads to the first thing that the person may do: the desk for the firm's people, the list for clients.
func (o *office) home(w http.ResponseWriter, r *http.Request, v visit) error {
	s, _, err := o.shell(r, v)
	if err != nil {
		return err
	}
	return seeOther(w, r, s.Menu()[0].URL)
}
