package office

import (
	"errors"
	"net/http"

	"cloudpocket/store"
)

// checkSession answers 204 to whoever is signed in and 401 to anybody else, without a body: a proxy in front can let
// other things through by it (nginx auth_request, forward auth). It asks the sessions alone, which end when an account
// or its trust is switched off, and tells nothing of whose it is.
func (o *office) checkSession(w http.ResponseWriter, r *http.Request) error {
	switch _, err := o.Sessions.Current(r); {
	case errors.Is(err, store.ErrNotFound):
		w.WriteHeader(http.StatusUnauthorized)
	case err != nil:
		return err
	default:
		w.WriteHeader(http.StatusNoContent)
	}
	return nil
}
