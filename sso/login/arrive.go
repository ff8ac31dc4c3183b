package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/departed"
	"cloudpocket/store"
)

// arrivedPath is where a browser goes on that brought a sign-in; what follows is the arrival's name.
const arrivedPath = "/sso/arrived/"

// arrival is a sign-in that is verified and not let in yet.
type arrival struct {
	TrustID  store.ID
	Stamp    store.TrustStamp // of the trust that verified it
	Identity sso.Identity
	ReturnTo string
	Remember bool
	Own      bool             // the person began it on a page of ours
	Session  store.SessionKey // and had this session then; zero if none
	Trace    []byte           `json:"-"` // what it went through, cut to what can be kept
	Left     []string         // what was noted of the person's departures when the message came
	Until    time.Time        // how long it waits, once it is kept
}

// judged returns the sign-in that a message has just brought, as an answer to a. last is the trust's [departed.Notes.Last]
// from before it was judged.
func (l *Login) judged(ctx context.Context, f found, identity sso.Identity, a *sso.Attempt, last string) (arrival, error) {
	left, err := l.departed().Before(ctx, departed.PersonOf(f.ID, identity), last)
	one := arrival{TrustID: f.ID, Stamp: f.Stamp(), Identity: identity, ReturnTo: a.ReturnTo, Remember: a.Remember, Own: a.Own, Left: left}
	if a.Own {
		one.Session = a.Session
	}
	return one, err
}

// arrive keeps what was verified and sends the browser to where its session can be seen.
func (l *Login) arrive(w http.ResponseWriter, r *http.Request, f found, one arrival) error {
	one.Identity, one.Until = needed(one.Identity, f.Mapping), l.Now().Add(arrivalLife)
	one.Trace = f.trace.Encode(traceRoom)
	id := string(store.NewID(l.Now()))
	if err := l.keepArrival(r.Context(), one, id, browserOf(w, r)); err != nil {
		return l.refused(r, f, err)
	}
	show(w)
	http.Redirect(w, r, arrivedPath+id, http.StatusSeeOther)
	return nil
}

// arrived lets somebody in who need not be asked, and asks everybody else.
func (l *Login) arrived(w http.ResponseWriter, r *http.Request) error {
	one, f, err := l.waiting(r)
	if err != nil {
		return err
	}
	keepOpener(w, one.ReturnTo)
	if err := seen(r); err != nil {
		return err
	}
	if err := l.good(r.Context(), f, one); err != nil {
		return l.turnedAway(r, f, err)
	}
	question, asks, err := l.question(r, f, one)
	if err != nil {
		return l.turnedAway(r, f, err)
	}
	if !asks {
		return l.settle(w, r)
	}
	question.Answer = r.URL.Path
	return l.Pages.Switch(w, r, question)
}

// question returns what the person is asked before one is let in, and whether they are: not where nobody is signed in, or
// the same account is, or where they began it on a page of ours and the session is still the one that they had there.
// r is one that the session's cookie comes with.
func (l *Login) question(r *http.Request, f found, one arrival) (q sso.Switch, asks bool, err error) {
	current, err := l.Sessions.Current(r)
	if errors.Is(err, store.ErrNotFound) {
		return q, false, nil
	}
	if err != nil {
		return q, false, fmt.Errorf("look whose session an arrival would replace: %w", err)
	}
	if one.Own && current.Key == one.Session {
		return q, false, nil
	}
	expected, person, err := l.Admitter.Expect(r.Context(), f.OwnedTrust, one.Identity)
	if err != nil {
		return q, false, fmt.Errorf("admit: %w", err)
	}
	if expected.TenantID == current.TenantID && expected.AccountID == current.AccountID {
		return q, false, nil
	}
	now, err := l.Admitter.Person(r.Context(), current.TenantID, current.AccountID)
	if err != nil {
		return q, false, fmt.Errorf("name who is signed in: %w", err)
	}
	by, err := l.label(r.Context(), current.TrustID)
	return sso.Switch{Now: now, New: person, NowBy: by, NewBy: f.Label}, true, err
}

// label returns what people know a trust by, "" where there is no such trust any more.
func (l *Login) label(ctx context.Context, id store.ID) (string, error) {
	t, _, err := l.Trusts.Find(ctx, "", id)
	if store.KindOf(err) == store.Unavailable {
		return "", fmt.Errorf("name the trust of a session: %w", err)
	}
	return t.Label, nil
}

// choose carries out what the person answered.
func (l *Login) choose(w http.ResponseWriter, r *http.Request) error {
	m, err := l.message(w, r)
	if err != nil {
		return err
	}
	switch choice := m.Get("choice"); choice {
	case sso.SwitchContinue:
		return l.settle(w, r)
	case sso.SwitchStay:
		return l.stay(w, r)
	default:
		return store.Fail(store.Invalid, "", "%q is neither to continue nor to stay", choice)
	}
}

// stay forgets the arrival. Somebody wanted the person to be signed in, and was refused. One that is no more is as good as
// forgotten.
func (l *Login) stay(w http.ResponseWriter, r *http.Request) error {
	_, f, err := l.waiting(r)
	if err == nil {
		err = l.turnedAway(r, f, sso.Refuse(stayed, sso.KeyUnsolicited, "the person stays who they are"))
	}
	if reason := sso.ReasonOf(err); reason != stayed && reason != noArrival {
		return err
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// What an arrival comes to that lets nobody in, and when there is none.
const (
	stayed    sso.Reason = "login.stayed"
	noArrival sso.Reason = "login.arrival"
)

// settle lets the arrival in, in place of whatever session this browser has.
func (l *Login) settle(w http.ResponseWriter, r *http.Request) error {
	one, f, err := l.waiting(r)
	if err != nil {
		return err
	}
	keepOpener(w, one.ReturnTo)
	first, err := l.claim(r)
	if err != nil {
		return err
	}
	if err = l.good(r.Context(), f, one); err != nil {
		err = l.refused(r, f, err)
	} else {
		err = l.admit(w, r, f, one)
	}
	return l.again(r, first, one.Until, err)
}

// good is a refusal when, since the arrival was kept, its trust was switched off, came to demand a second factor that was not
// proved or was changed otherwise, or its person signed out at the IdP. What verified it may be believed no more, and it
// may be another trust that has the ID by now.
func (l *Login) good(ctx context.Context, f found, one arrival) error {
	if f.State != store.TrustEnabled {
		return sso.Refuse("login.trust_disabled", sso.KeyDisabled, "trust %s is %s", f.ID, f.State)
	}
	if err := sso.CheckMFA(f.MFA, one.Identity.Context, l.Now(), sso.SkewOf(f.Trust)); err != nil {
		return fmt.Errorf("look again at the second factor: %w", err)
	}
	if !f.Stamp().Equal(one.Stamp) {
		return sso.Refuse("login.trust_changed", sso.KeyStale, "trust %s has version %d, the message was verified by %d", f.ID, f.Version, one.Stamp.Version)
	}
	return l.departed().Since(ctx, departed.PersonOf(one.TrustID, one.Identity), one.Left)
}

// turnedAway claims the arrival and records why it is refused, so that one that comes many times is recorded once. What
// is no refusal leaves it. It returns why.
func (l *Login) turnedAway(r *http.Request, f found, why error) error {
	if store.KindOf(why) != store.Denied {
		return why
	}
	switch _, err := l.claim(r); {
	case sso.ReasonOf(err) == noArrival: // somebody else did
		return why
	case err != nil:
		return err
	}
	return l.refused(r, f, why)
}
