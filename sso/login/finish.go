package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/departed"
	"cloudpocket/sso/session"
	"cloudpocket/store"
)

// acs is the assertion consumer service (SAML profiles 4.1).
func (l *Login) acs(w http.ResponseWriter, r *http.Request) error {
	return l.receive(w, r, store.SAML, "RelayState")
}

// callback is the redirect URI (OIDC core 3.1.2.5).
func (l *Login) callback(w http.ResponseWriter, r *http.Request) error {
	return l.receive(w, r, store.OIDC, "state")
}

// receive judges a message and lets its person in, or records why not.
func (l *Login) receive(w http.ResponseWriter, r *http.Request, protocol store.Protocol, handle string) error {
	f, err := l.findAny(r, protocol, store.ID(l.variable(r, "trust")))
	if err != nil {
		return l.unopened(w, r, f, handle, err)
	}
	m, err := l.message(w, r)
	if err != nil {
		return l.refusedUnproved(r, f, err)
	}
	a, err := l.take(r, f.ID, m.Get(handle))
	if err != nil {
		return err
	}
	if f.answers = a != nil; f.answers {
		keepOpener(w, a.ReturnTo)
	}
	if a != nil && a.TestID != "" {
		return l.finishTest(w, r, f, m, a)
	}
	if f.State != store.TrustEnabled {
		return l.refusedUnproved(r, f, disabled(f))
	}
	last, unknown := l.departed().Last(r.Context(), f.ID)
	identity, err := f.Finish(r.Context(), m, a, f.trace)
	if err != nil {
		return l.refusedUnproved(r, f, fmt.Errorf("judge the message: %w", err))
	}
	if unknown != nil {
		return unknown
	}
	if a == nil { // unsolicited, and the trust allows it
		a = &sso.Attempt{ReturnTo: target(m.Get(handle))}
	}
	if again, err := l.secondFactor(f, a, identity); err != nil {
		return l.refused(r, f, err)
	} else if again != nil {
		return l.send(w, r, f, *again)
	}
	f.trace.Pass("second factor", identity.Context.Seen())
	one, err := l.judged(r.Context(), f, identity, a, last)
	if err != nil {
		return err
	}
	if m.Post || !one.Own {
		return l.arrive(w, r, f, one)
	}
	return l.enter(w, r, f, one)
}

// enter lets in at once whom a GET brought back that began on a page of ours, since the session's cookie comes with it,
// unless there is something to be asked.
func (l *Login) enter(w http.ResponseWriter, r *http.Request, f found, one arrival) error {
	_, asks, err := l.question(r, f, one)
	if err != nil {
		return l.refused(r, f, err)
	}
	if asks {
		return l.arrive(w, r, f, one)
	}
	return l.admit(w, r, f, one)
}

// secondFactor holds identity against the trust's MFA rule. When the rule is not met it returns the attempt that asks
// the IdP once more, for exactly what is missing; after that it is a refusal.
func (l *Login) secondFactor(f found, a *sso.Attempt, identity sso.Identity) (*sso.Attempt, error) {
	err := sso.CheckMFA(f.MFA, identity.Context, l.Now(), sso.SkewOf(f.Trust))
	if err == nil {
		return nil, nil
	}
	if a.Asked > 0 {
		return nil, fmt.Errorf("asked again: %w", err)
	}
	l.Log.Info("ask for a second factor", "trust", f.ID, "reason", sso.ReasonOf(err))
	again := &sso.Attempt{ReturnTo: a.ReturnTo, LoginHint: a.LoginHint, Session: a.Session, Own: a.Own, Remember: a.Remember, TestID: a.TestID, Draft: a.Draft}
	again.Force, again.Contexts, again.Asked = true, f.MFA.Contexts, a.Asked+1
	return again, nil
}

// admit begins the session of somebody whose identity is proved, and sends them where they were going.
func (l *Login) admit(w http.ResponseWriter, r *http.Request, f found, one arrival) error {
	if ends := one.Identity.SessionEnds; !ends.IsZero() && !ends.After(l.Now()) {
		return l.refused(r, f, sso.Refuse("login.session_over", sso.KeyStale, "the IdP's session ended at %s", ends.UTC().Format(time.RFC3339)))
	}
	admitted, err := l.Admitter.Admit(r.Context(), f.OwnedTrust, one.Identity, f.visit, f.trace)
	if err != nil {
		return l.refused(r, f, fmt.Errorf("admit: %w", err))
	}
	if err := l.begin(w, r, f, one, admitted); err != nil {
		l.record(r, f, err)
		return err
	}
	if one.Remember {
		remember(w, f.ID)
	}
	l.Log.Info("signed in", "trust", f.ID, "tenant", admitted.TenantID, "account", admitted.AccountID, "request_id", f.visit.RequestID)
	http.Redirect(w, r, target(one.ReturnTo), http.StatusSeeOther)
	return nil
}

// hintBytes is how long an ID token may be to be kept as the hint for signing out; OPs do without it.
const hintBytes = 16 << 10

// begin begins the session in place of the one that this browser had when it left for the IdP, and takes it back when
// the person may not be here any more.
func (l *Login) begin(w http.ResponseWriter, r *http.Request, f found, one arrival, admitted sso.Admission) error {
	identity := one.Identity
	if len(identity.IDToken) > hintBytes {
		identity.IDToken = ""
	}
	_, err := l.Sessions.Begin(r.Context(), w, r, session.Start{
		TenantID: admitted.TenantID, AccountID: admitted.AccountID, TrustID: f.ID, Previous: admitted.Previous,
		Subject: identity.NameSubject, Index: identity.Index, NameID: identity.NameID, IDToken: identity.IDToken,
		Context: identity.Context.Class, Device: f.visit.Device, Address: f.visit.Address,
		Rule: f.Trust.Sessions, Until: identity.SessionEnds, Replaces: one.Session,
		Over:     func(old store.Session) { l.recordSignOut(r.Context(), old, f.visit, "limit") },
		Replaced: func(old store.Session) { l.recordSignOut(r.Context(), old, f.visit, replacedBy(old, admitted)) },
		Stands:   func(ctx context.Context) error { return l.standing(ctx, one, admitted) },
	})
	if err != nil {
		return fmt.Errorf("begin a session: %w", err)
	}
	return nil
}

// standing is an error when the account or the trust was switched off, or the IdP signed the person out, while they were
// let in. Whoever does that ends sessions, and missed one that had not begun; so it is asked once it has.
func (l *Login) standing(ctx context.Context, one arrival, admitted sso.Admission) error {
	if err := l.Admitter.Standing(ctx, one.TrustID, admitted); err != nil {
		return fmt.Errorf("look again at who was admitted: %w", err)
	}
	return l.departed().Since(ctx, departed.PersonOf(one.TrustID, one.Identity), one.Left)
}

// replacedBy says for whose sake the session before ended: it was another account's, or the same one's.
func replacedBy(before store.Session, admitted sso.Admission) string {
	if before.TenantID == admitted.TenantID && before.AccountID == admitted.AccountID {
		return "renewed"
	}
	return "replaced"
}

// refused records err as a refused sign-in of somebody whom the IdP vouched for, and returns it. What is no refusal,
// such as a store that is away, turned nobody away; how it came to it is kept all the same, for whoever set the trust up.
func (l *Login) refused(r *http.Request, f found, err error) error {
	if store.KindOf(err) == store.Denied || !errors.Is(err, context.Canceled) && l.mayRecord(f) {
		l.record(r, f, err)
	}
	return err
}

// refusedUnproved is refused for a message that proved nothing. Anybody can send those, and the audit keeps everything:
// past its allowance a flood is in the log alone. It never takes the place of a refusal that means something.
func (l *Login) refusedUnproved(r *http.Request, f found, err error) error {
	f.trace.Unasked = !f.answers
	if store.KindOf(err) == store.Denied && !l.mayRecord(f) {
		l.Log.Warn("refused message not audited: there are too many", "trust", f.ID, "reason", sso.ReasonOf(err), "address", f.visit.Address)
		return err
	}
	return l.refused(r, f, err)
}

// mayRecord reports whether there is room for one more record of what proved nothing. What answers an attempt of ours has
// room of its own, though anybody can begin one, and of neither room a sender takes all: whoever sends nonsense hides
// nobody who tries to sign in, and many who do fill no more than that.
func (l *Login) mayRecord(f found) bool {
	sender := string(f.ID) + " " + sso.Network(f.visit.Address)
	if f.answers {
		return l.repliers.Take(sender) && l.answers.Take(string(f.ID))
	}
	return l.senders.Take(sender) && l.refusals.Take(string(f.ID))
}

// recordTime bounds how long a record is waited for.
const recordTime = 5 * time.Second

// record writes a refusal to the audit, also when whoever was refused has hung up by then.
func (l *Login) record(r *http.Request, f found, refusal error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), recordTime)
	defer cancel()
	if err := l.Admitter.Refused(ctx, f.OwnedTrust, f.visit, f.trace, refusal); err != nil {
		l.Log.Error("record a refused sign-in", "trust", f.ID, "refusal", refusal, "error", err)
	}
}
