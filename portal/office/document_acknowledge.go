package office

import "net/http"

// acknowledgeDocument takes the client's word that they have received it.
func (o *office) acknowledgeDocument(w http.ResponseWriter, r *http.Request, v visit) error {
	delivery, err := id(r, "id")
	if err != nil {
		return err
	}
	if err := o.Portal.Acknowledge(r.Context(), v.actor, delivery); err != nil {
		return err
	}
	return seeOther(w, r, "/deliveries/"+string(delivery)+"?done=acknowledged")
}
