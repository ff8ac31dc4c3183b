package office

import (
	"net/http"

	"cloudpocket/portal/door"
)

// acknowledgeDocument takes the client's word that they have received it.
func (o *office) acknowledgeDocument(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	delivery, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	if err := o.Portal.Acknowledge(r.Context(), v.Actor, delivery); err != nil {
		return err
	}
	return door.SeeOther(w, r, "/deliveries/"+string(delivery)+"?done=acknowledged")
}
