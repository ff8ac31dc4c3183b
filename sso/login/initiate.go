package login

import "net/http"

// initiate starts a sign-in that the IdP asks for (OIDC core 4).
func (l *Login) initiate(w http.ResponseWriter, r *http.Request) error {
	f, err := l.find(r, "oidc")
	if err != nil {
		return err
	}
	m, err := l.message(w, r)
	if err != nil {
		return l.refusedUnproved(r, f, err)
	}
	a, err := f.Initiate(r.Context(), m)
	if err != nil {
		return l.refusedUnproved(r, f, err)
	}
	a.ReturnTo = target(a.ReturnTo)
	return l.send(w, r, f, a)
}
