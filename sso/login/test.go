package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// startTest begins a test's sign-in. It can be begun again until it is finished, which it is too when the trust cannot
// be opened or its IdP cannot be asked.
func (l *Login) startTest(w http.ResponseWriter, r *http.Request) error {
	id := l.variable(r, "secret")
	if !secretShaped(id) {
		return store.ErrNotFound
	}
	trust, err := l.Marks.Peek(r.Context(), testName(id))
	if err != nil {
		return fmt.Errorf("find a test: %w", err)
	}
	f, err := l.findAny(r, "", store.ID(trust))
	if err != nil {
		return l.testFailed(w, r, id, "open", err)
	}
	return l.send(w, r, f, sso.Attempt{ReturnTo: "/", TestID: id})
}

// testFailed ends a test that came no further than step.
func (l *Login) testFailed(w http.ResponseWriter, r *http.Request, id, step string, why error) error {
	l.Log.Warn("test of a trust failed", "step", step, "error", why)
	var t sso.Trace
	why = t.Fail(step, why)
	return l.endTest(w, r, id, t, why)
}

// finishTest judges a message as a sign-in would, asking for a second factor again included, and keeps what it went
// through instead of letting anybody in.
func (l *Login) finishTest(w http.ResponseWriter, r *http.Request, f found, m sso.Message, a *sso.Attempt) error {
	var t sso.Trace
	again, err := l.try(r.Context(), f, m, a, &t)
	if again != nil {
		return l.send(w, r, f, *again)
	}
	return l.endTest(w, r, a.TestID, t, err)
}

// unopened returns why the trust that a message came for cannot be used; where the message answers a test, that is the
// test's result. Anybody else's attempt stays: they can bring their message again once the trust is back.
func (l *Login) unopened(w http.ResponseWriter, r *http.Request, handle string, why error) error {
	m, err := l.message(w, r)
	if err != nil {
		return why
	}
	a, err := attemptBy(r, store.ID(l.variable(r, "trust")), m.Get(handle), l.Marks.Peek)
	if err != nil || a == nil || a.TestID == "" {
		return why
	}
	return l.testFailed(w, r, a.TestID, "open", why)
}

// endTest keeps what a test went through, once, and says whether it passed: why it did not is err.
func (l *Login) endTest(w http.ResponseWriter, r *http.Request, id string, t sso.Trace, why error) error {
	if _, err := l.Marks.Take(r.Context(), testName(id)); errors.Is(err, store.ErrNotFound) {
		return sso.Refuse("login.test_over", sso.KeyStale, "the test is over")
	} else if err != nil {
		return fmt.Errorf("find a test: %w", err)
	}
	value, err := encoded(t)
	if err != nil {
		return fmt.Errorf("encode a test's trace: %w", err)
	}
	if err := l.Marks.Put(r.Context(), resultName(id), value, testLife); err != nil {
		return fmt.Errorf("keep a test's trace: %w", err)
	}
	return l.Pages.Tested(w, r, why == nil)
}

// try returns the attempt that asks the IdP once more, or what the sign-in would come to; t has the steps.
func (l *Login) try(ctx context.Context, f found, m sso.Message, a *sso.Attempt, t *sso.Trace) (again *sso.Attempt, err error) {
	identity, err := f.Finish(ctx, m, a, t)
	if err != nil {
		if n := len(t.Checks); n == 0 || t.Checks[n-1].OK {
			t.Fail("message", err)
		}
		return nil, err
	}
	if again, err = l.secondFactor(f, a, identity); again != nil || err != nil {
		return again, t.Fail("second factor", err)
	}
	t.Pass("second factor", fmt.Sprintf("context %q, methods %q", identity.Context.Class, identity.Context.Methods))
	_, err = l.Admitter.Preview(ctx, f.OwnedTrust, identity, t)
	return nil, err
}
