package login

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"cloudpocket/sso"
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
		return err
	}
	m, err := l.message(w, r)
	if err != nil {
		return l.refused(r, f, err)
	}
	a, err := l.take(r, f.ID, m.Get(handle))
	if err != nil {
		return err
	}
	if a != nil && a.TestID != "" {
		return l.finishTest(w, r, f, m, a)
	}
	if f.State != store.TrustEnabled {
		return l.refused(r, f, sso.Refuse("login.trust_disabled", sso.KeyDisabled, "trust %s is %s", f.ID, f.State))
	}
	identity, err := f.Finish(r.Context(), m, a, nil)
	if err != nil {
		return l.refused(r, f, fmt.Errorf("judge the message: %w", err))
	}
	if a == nil { // unsolicited, and the trust allows it
		a = &sso.Attempt{ReturnTo: target(m.Get(handle))}
	}
	if again, err := l.secondFactor(f, a, identity); err != nil {
		return l.refused(r, f, err)
	} else if again != nil {
		return l.send(w, r, f, *again)
	}
	return l.admit(w, r, f, identity, a)
}

// secondFactor holds identity against the trust's MFA rule. When the rule is not met it returns the attempt that asks
// the IdP once more, for exactly what is missing; after that it is a refusal.
func (l *Login) secondFactor(f found, a *sso.Attempt, identity sso.Identity) (*sso.Attempt, error) {
	err := sso.CheckMFA(f.MFA, identity.Context, l.Now(), skew(f.Trust))
	if err == nil {
		return nil, nil
	}
	if a.Asked > 0 {
		return nil, fmt.Errorf("asked again: %w", err)
	}
	l.Log.Info("ask for a second factor", "trust", f.ID, "reason", sso.ReasonOf(err))
	return &sso.Attempt{ReturnTo: a.ReturnTo, LoginHint: a.LoginHint, Force: true, Contexts: f.MFA.Contexts, Asked: a.Asked + 1}, nil
}

func skew(t store.Trust) time.Duration {
	if t.SAML != nil && t.SAML.Skew > 0 {
		return t.SAML.Skew
	}
	if t.OIDC != nil && t.OIDC.Skew > 0 {
		return t.OIDC.Skew
	}
	return time.Minute
}

// admit begins the session of somebody whose identity is proved, and sends them where they were going.
func (l *Login) admit(w http.ResponseWriter, r *http.Request, f found, identity sso.Identity, a *sso.Attempt) error {
	admitted, err := l.Admitter.Admit(r.Context(), f.OwnedTrust, identity, f.visit)
	if err != nil {
		return l.refused(r, f, fmt.Errorf("admit: %w", err))
	}
	_, err = l.Sessions.Begin(r.Context(), w, r, session.Start{
		TenantID: admitted.TenantID, AccountID: admitted.AccountID, TrustID: f.ID, Previous: admitted.Previous,
		Subject: identity.NameSubject, Index: identity.Index, NameID: identity.NameID, IDToken: identity.IDToken,
		Context: identity.Context.Class, Device: f.visit.Device, Address: f.visit.Address,
		Rule: f.Trust.Sessions, Until: identity.SessionEnds,
	})
	if err != nil {
		return fmt.Errorf("begin a session: %w", err)
	}
	remember(w, f.ID)
	l.Log.Info("signed in", "trust", f.ID, "tenant", admitted.TenantID, "account", admitted.AccountID, "request_id", f.visit.RequestID)
	http.Redirect(w, r, target(a.ReturnTo), http.StatusSeeOther)
	return nil
}

// refused records err as a refused sign-in and returns it. What is no refusal, such as a store that is away, is not
// recorded: nobody was turned away. Nor is a flood: anybody can send nonsense, and the audit keeps everything; past the
// allowance the log alone has it.
func (l *Login) refused(r *http.Request, f found, err error) error {
	if store.KindOf(err) != store.Denied {
		return err
	}
	if !l.refusals.take(string(f.ID)) {
		l.Log.Warn("refused sign-in not audited: there are too many", "trust", f.ID, "reason", sso.ReasonOf(err), "address", f.visit.Address)
		return err
	}
	if broken := l.Admitter.Refused(r.Context(), f.OwnedTrust, f.visit, err); broken != nil {
		return errors.Join(err, fmt.Errorf("record the refusal: %w", broken))
	}
	return err
}
