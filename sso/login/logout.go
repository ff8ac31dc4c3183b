package login

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// signOut ends this browser's session here, then sends the person to end it at the IdP too.
func (l *Login) signOut(w http.ResponseWriter, r *http.Request) error {
	s, err := l.Sessions.End(w, r)
	if errors.Is(err, store.ErrNotFound) {
		http.Redirect(w, r, "/signed-out", http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return fmt.Errorf("end the session: %w", err)
	}
	l.recordSignOut(r.Context(), s, l.Visit(r), "person")
	d, err := l.farewell(r.Context(), s)
	if err != nil {
		l.Log.Warn("sign out at the IdP", "trust", s.TrustID, "error", err)
		return l.Pages.SignedOut(w, r, false)
	}
	if d.URL == "" {
		return l.Pages.SignedOut(w, r, false)
	}
	return l.Pages.Forward(w, r, d) // a redirect would be stopped: our pages' forms may lead to ourselves alone
}

// recordSignOut writes to the audit that s has ended, also when whoever asked has hung up. The session is over; that must
// not depend on the record.
func (l *Login) recordSignOut(ctx context.Context, s store.Session, v sso.Visit, by string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	if err := l.Admitter.SignedOut(ctx, s, v, by); err != nil {
		l.Log.Error("record a sign-out", "account", s.AccountID, "session", s.ID, "error", err)
	}
}

// farewell returns where to tell the IdP of s's end; the zero Dispatch when it cannot be told.
func (l *Login) farewell(ctx context.Context, s store.Session) (sso.Dispatch, error) {
	t, c, err := l.Trusts.Find(ctx, "", s.TrustID)
	if err != nil || t.State != store.TrustEnabled {
		return sso.Dispatch{}, err
	}
	handle := secret()
	d, err := c.Logout(ctx, s, handle)
	if err != nil || d.URL == "" {
		return d, err
	}
	return d, l.Marks.Put(ctx, "logout:"+handle, []byte(s.TrustID), attemptLife)
}

func (l *Login) signedOut(w http.ResponseWriter, r *http.Request) error {
	return l.Pages.SignedOut(w, r, true)
}

// samlLogout is the single logout service, for both bindings and both directions (SAML profiles 4.4).
func (l *Login) samlLogout(w http.ResponseWriter, r *http.Request) error {
	return l.frontChannel(w, r, store.SAML)
}

// oidcSignedOut is the post-logout redirect URI (OIDC RP-initiated logout 2).
func (l *Login) oidcSignedOut(w http.ResponseWriter, r *http.Request) error {
	return l.frontChannel(w, r, store.OIDC)
}

// halfDone is the reason of a valid answer to our sign-out that says the IdP did not sign out everywhere.
const halfDone sso.Reason = "saml.logout_status"

func (l *Login) frontChannel(w http.ResponseWriter, r *http.Request, protocol store.Protocol) error {
	f, order, err := l.logoutOrder(w, r, protocol)
	if sso.ReasonOf(err) == halfDone {
		return l.Pages.SignedOut(w, r, false)
	}
	if err != nil {
		return err
	}
	if order.Answers != "" {
		return l.farewellAnswered(w, r, f, order)
	}
	if _, err := l.endAll(r.Context(), f, order); err != nil {
		return err
	}
	if order.Reply == nil {
		return l.Pages.SignedOut(w, r, true)
	}
	d, err := order.Reply(r.Context(), true) // what had ended by itself before is as good as ended
	if err != nil {
		return fmt.Errorf("answer a logout: %w", err)
	}
	return l.dispatch(w, r, d)
}

// farewellAnswered ends our own sign-out: the IdP has said that it is done.
func (l *Login) farewellAnswered(w http.ResponseWriter, r *http.Request, f found, order sso.LogoutOrder) error {
	trust, err := l.Marks.Take(r.Context(), "logout:"+order.Answers)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("find our own sign-out: %w", err)
	}
	if err != nil || store.ID(trust) != f.ID {
		return sso.Refuse("login.logout_answer", sso.KeyStale, "no sign-out of ours is waiting for this answer of trust %s", f.ID)
	}
	http.Redirect(w, r, "/signed-out", http.StatusSeeOther)
	return nil
}

// backchannelLogout receives logout tokens from the OP itself (OIDC back-channel logout 2.5 to 2.8).
func (l *Login) backchannelLogout(w http.ResponseWriter, r *http.Request) error {
	f, order, err := l.logoutOrder(w, r, store.OIDC)
	if err == nil {
		_, err = l.endAll(r.Context(), f, order)
	}
	if err == nil {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	if store.KindOf(err) != store.Denied && store.KindOf(err) != store.Invalid {
		return err
	}
	l.Log.Warn("logout token refused", "trust", f.ID, "reason", sso.ReasonOf(err), "error", err)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	return json.NewEncoder(w).Encode(map[string]string{"error": "invalid_request", "error_description": string(sso.ReasonOf(err))})
}

func (l *Login) logoutOrder(w http.ResponseWriter, r *http.Request, protocol store.Protocol) (found, sso.LogoutOrder, error) {
	f, err := l.find(r, protocol)
	if err != nil {
		return f, sso.LogoutOrder{}, err
	}
	m, err := l.message(w, r)
	if err != nil {
		return f, sso.LogoutOrder{}, err
	}
	order, err := f.LogoutMessage(r.Context(), m)
	return f, order, err
}

// endAll ends the sessions that a verified order names, on every instance, records each and returns how many there were.
// It goes through with it when the IdP hangs up. When a store is away, the IdP can send the same message again.
func (l *Login) endAll(ctx context.Context, f found, order sso.LogoutOrder) (int, error) {
	ctx = context.WithoutCancel(ctx)
	var ended []store.Session
	err := l.departed().Leave(ctx, f.ID, order)
	if err == nil {
		ended, err = l.Sessions.EndBy(ctx, f.ID, order.Subject, order.Indexes)
	}
	l.Log.Info("signed out by the IdP", "trust", f.ID, "sessions", len(ended), "request_id", f.visit.RequestID)
	for _, s := range ended {
		l.recordSignOut(ctx, s, f.visit, "idp")
	}
	if err == nil {
		return len(ended), nil
	}
	if order.Unspend != nil {
		err = errors.Join(err, order.Unspend(ctx))
	}
	return len(ended), fmt.Errorf("end sessions at the IdP's wish: %w", err)
}
