package page

import (
	"net/http"

	"cloudpocket/store"
)

// Devices is a person's own sessions.
type Devices struct {
	Sessions []store.Session
	Current  store.ID // the session that asks
}

// Devices shows a person's own sessions.
func (p *Pages) Devices(w http.ResponseWriter, r *http.Request, s Shell, v Devices) error {
	s.Current = PlaceDevices
	return p.show(w, r, http.StatusOK, "devices", s, v)
}
