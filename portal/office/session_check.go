package office

import (
	"errors"
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// checkSession answers 204 to whoever is signed in and 401 to anybody else, without a body: a proxy in front can let
// other things through by it (nginx auth_request, forward auth). It tells nothing of whose session it is. That the
// account and its trust still stand is asked at most once a second for each: switching one off ends its sessions, and
// this holds even where the session store could not be told.
func (o *office) checkSession(w http.ResponseWriter, r *http.Request) error {
	s, err := o.Sessions.Current(r)
	if err == nil {
		err = o.standing.ask(r, s, o.Portal.Now(), o.stands)
	}
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrDenied):
		w.WriteHeader(http.StatusUnauthorized)
	case err != nil:
		return err
	default:
		w.WriteHeader(http.StatusNoContent)
	}
	return nil
}

func (o *office) stands(r *http.Request, s store.Session) error {
	return o.Portal.Stands(r.Context(), s, portal.Visit{Address: route.Address(r.Context()), RequestID: route.RequestID(r.Context())})
}
