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

// startTest begins a test's sign-in. It can be begun again until it is finished, which it is too when the trust cannot
// be opened or its IdP cannot be asked.
func (l *Login) startTest(w http.ResponseWriter, r *http.Request) error {
	id := l.variable(r, "secret")
	if !secretShaped(id) {
		return store.ErrNotFound
	}
	value, err := l.Marks.Peek(r.Context(), testName(id))
	if err != nil {
		return fmt.Errorf("find a test: %w", err)
	}
	t, err := readTrial(value)
	if err != nil {
		return err
	}
	f, err := l.findTested(r, "", t.Trust, t.Draft)
	if err != nil {
		return l.testFailed(w, r, f, id, "open", err)
	}
	return l.send(w, r, f, sso.Attempt{ReturnTo: "/", TestID: id, Draft: t.Draft})
}

func readTrial(value []byte) (t trial, err error) {
	if err := json.Unmarshal(value, &t); err != nil {
		return t, fmt.Errorf("decode a test: %w", err)
	}
	return t, nil
}

// findTested returns what is tested: a draft, or with revision 0 the trust itself, enabled or not.
func (l *Login) findTested(r *http.Request, protocol store.Protocol, id store.ID, revision int64) (found, error) {
	if revision == 0 {
		return l.findAny(r, protocol, id)
	}
	t, c, err := l.Trusts.Draft(r.Context(), protocol, id, revision)
	return found{OwnedTrust: t, Connector: c, visit: l.Visit(r), trace: &sso.Trace{}}, err
}

// testFailed ends a test that came no further than step.
func (l *Login) testFailed(w http.ResponseWriter, r *http.Request, f found, id, step string, why error) error {
	l.Log.Warn("test of a trust failed", "trust", f.ID, "step", step, "error", why)
	why = f.trace.Fail(step, why)
	return l.endTest(w, r, f, id, sso.Admission{}, why)
}

// finishTest judges a message as a sign-in would, asking for a second factor again included, and keeps what it went
// through instead of letting anybody in.
func (l *Login) finishTest(w http.ResponseWriter, r *http.Request, f found, m sso.Message, a *sso.Attempt) error {
	if a.Draft != 0 {
		var err error
		if f, err = l.findTested(r, f.Protocol, a.TrustID, a.Draft); err != nil {
			return l.testFailed(w, r, f, a.TestID, "open", err)
		}
	}
	again, admission, err := l.try(r.Context(), f, m, a)
	if again != nil {
		return l.send(w, r, f, *again)
	}
	return l.endTest(w, r, f, a.TestID, admission, err)
}

// unopened returns why the trust that a message came for cannot be used; where the message answers a test, that is the
// test's result, unless it is one of a draft, which has a connector of its own. Anybody else's attempt stays: they can
// bring their message again once the trust is back.
func (l *Login) unopened(w http.ResponseWriter, r *http.Request, f found, handle string, why error) error {
	m, err := l.message(w, r)
	if err != nil {
		return why
	}
	a, err := attemptBy(r, store.ID(l.variable(r, "trust")), m.Get(handle), l.Marks.Peek)
	switch {
	case err == nil && a != nil && a.TestID != "" && a.Draft == 0:
		return l.testFailed(w, r, f, a.TestID, "open", why)
	case err == nil && a != nil && a.TestID != "":
		if a, err = l.take(r, a.TrustID, m.Get(handle)); err != nil || a == nil {
			return errors.Join(why, err)
		}
		return l.finishTest(w, r, f, m, a)
	case f.ID != "":
		f.answers = err == nil && a != nil
		f.trace.Fail("open", why)
		return l.refusedUnproved(r, f, why)
	}
	return why
}

// endTest keeps what a test went through, once, and says whether it passed: why it did not is err. Another trust that has the
// ID by now has nothing to do with it.
func (l *Login) endTest(w http.ResponseWriter, r *http.Request, f found, id string, admission sso.Admission, why error) error {
	kept, err := l.Marks.Take(r.Context(), testName(id))
	if errors.Is(err, store.ErrNotFound) {
		return sso.Refuse("login.test_over", sso.KeyStale, "the test is over")
	} else if err != nil {
		return fmt.Errorf("find a test: %w", err)
	}
	tried, err := readTrial(kept)
	if err != nil {
		return err
	}
	if f.ID != "" && !f.Stamp().Of(tried.Stamp) {
		return sso.Refuse("login.test_over", sso.KeyStale, "trust %s is another than was to be tested", f.ID)
	}
	over := sso.TestOver{Passed: why == nil}
	if f.ID != "" {
		over.TrustID, over.SignIn = f.ID, store.NewID(l.Now())
		err = l.Admitter.Tested(r.Context(), sso.Tested{Trust: f.OwnedTrust, Revision: tried.Draft, By: tried.By, ID: over.SignIn, Visit: f.visit, Trace: f.trace, Admission: admission, Err: why})
	}
	if err != nil {
		return fmt.Errorf("note what came of a test: %w", err)
	}
	value, err := encoded(*f.trace)
	if err != nil {
		return fmt.Errorf("encode a test's trace: %w", err)
	}
	if err := l.Marks.Put(r.Context(), resultName(id), value, testLife); err != nil {
		return fmt.Errorf("keep a test's trace: %w", err)
	}
	return l.Pages.Tested(w, r, over)
}

// try returns the attempt that asks the IdP once more, or what the sign-in would come to; f's trace has the steps.
func (l *Login) try(ctx context.Context, f found, m sso.Message, a *sso.Attempt) (again *sso.Attempt, would sso.Admission, err error) {
	t := f.trace
	identity, err := f.Finish(ctx, m, a, t)
	if err != nil {
		t.Refused(err)
		return nil, would, err
	}
	if again, err = l.secondFactor(f, a, identity); again != nil || err != nil {
		return again, would, t.Fail("second factor", err)
	}
	t.Pass("second factor", identity.Context.Seen())
	would, err = l.Admitter.Preview(ctx, f.OwnedTrust, identity, f.visit, t)
	t.Refused(err)
	return nil, would, err
}
