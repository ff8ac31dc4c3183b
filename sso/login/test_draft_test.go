package login_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"cloudpocket/sso"
	"cloudpocket/sso/login"
	"cloudpocket/store"
)

// draftOf gives "one" a draft with that revision, whose connector is the world's "one to be".
func (w *world) draftOf(revision int64) {
	draft := w.trusts.all["one"].Trust
	draft.Name = "one to be"
	w.trusts.mu.Lock()
	defer w.trusts.mu.Unlock()
	w.trusts.drafts = map[store.ID]store.OwnedDraft{"one": {Owner: "tenant-one", TrustDraft: store.TrustDraft{Trust: draft, Revision: revision}}}
}

// try goes through a test of a draft as far as the page that ends it.
func (w *world) try(b *browser, path, who string) error {
	w.t.Helper()
	res, err := b.do("GET", path, nil)
	if err != nil {
		return err
	}
	if !strings.Contains(res.Header.Get("Location"), "handle=") {
		return nil
	}
	_, err = b.do("POST", "/sso/saml/one/acs", url.Values{"RelayState": {handleOf(w.t, res)}, "who": {who}})
	return err
}

// TestDraftIsTested has a test run against what the trust is to become, whatever it is meanwhile: nobody is let in, and
// what came of it is noted with the revision.
func TestDraftIsTested(t *testing.T) {
	for name, live := range map[string]func(w *world){
		"trust is live":            func(*world) {},
		"trust is switched off":    func(w *world) { w.set(func(t *store.OwnedTrust) { t.State = store.TrustDisabled }) },
		"trust cannot be opened":   func(w *world) { w.brokenOnes = map[string]error{"": store.ErrInvalid} },
		"trust is not there as is": func(w *world) { w.set(func(t *store.OwnedTrust) { t.SAML, t.State = nil, store.TrustDisabled }) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.draftOf(3)
			live(w)
			path, id, err := login.NewDraftTest(t.Context(), w.sessions, w.trusts.drafts["one"], "boss")
			if err != nil {
				t.Fatal(err)
			}
			b := w.browser()
			if err := w.try(b, path, "hanako"); err != nil || b.signedIn() {
				t.Fatalf("%v, signed in: %t", err, b.signedIn())
			}
			if len(w.admitter.tests) != 1 {
				t.Fatalf("%d tests are noted", len(w.admitter.tests))
			}
			got := w.admitter.tests[0]
			if got.Err != nil || got.Revision != 3 || got.By != "boss" || got.Trust.Name != "one to be" || !got.ID.Valid() || got.Admission.AccountID != "hanako" || !got.Trace.Passed() {
				t.Errorf("noted is %+v", got)
			}
			if trace, err := login.TestResult(t.Context(), w.sessions, id); err != nil || !trace.Passed() {
				t.Errorf("the result is %+v, %v", trace, err)
			}
			if len(w.admitter.admitted)+len(w.admitter.refused) != 0 {
				t.Errorf("let in %v, refused %v", w.admitter.admitted, w.admitter.refused)
			}
		})
	}
}

// TestDraftThatChanged demands that what was saved anew has not been tested.
func TestDraftThatChanged(t *testing.T) {
	w := newWorld(t)
	w.draftOf(1)
	path, _, err := login.NewDraftTest(t.Context(), w.sessions, w.trusts.drafts["one"], "boss")
	if err != nil {
		t.Fatal(err)
	}
	b := w.browser()
	res, err := b.do("GET", path, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.draftOf(2)
	if _, err := b.do("POST", "/sso/saml/one/acs", url.Values{"RelayState": {handleOf(t, res)}, "who": {"hanako"}}); err != nil {
		t.Fatal(err)
	}
	if got := w.admitter.tests; len(got) != 1 || sso.ReasonOf(got[0].Err) != "login.draft_changed" || got[0].Trace.Passed() {
		t.Errorf("noted is %+v", got)
	}
	if _, err := b.do("GET", path, nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the test can be begun again: %v", err)
	}
}

// TestAnotherTrustIsNotTested removes a trust during its test and makes another by its ID, which the test is not of.
func TestAnotherTrustIsNotTested(t *testing.T) {
	for name, other := range map[string]func(*world, *store.OwnedTrust){
		"of another firm": func(_ *world, t *store.OwnedTrust) { t.Owner = "tenant-two" },
		"made later":      func(w *world, t *store.OwnedTrust) { t.CreatedAt = w.now },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			path, id, err := login.NewTest(t.Context(), w.sessions, w.trusts.all["one"])
			if err != nil {
				t.Fatal(err)
			}
			w.set(func(one *store.OwnedTrust) { other(w, one) })
			if err := w.try(w.browser(), path, "hanako"); sso.ReasonOf(err) != "login.test_over" {
				t.Errorf("the test of the trust before: %v", err)
			}
			if _, err := login.TestResult(t.Context(), w.sessions, id); !errors.Is(err, store.ErrNotFound) || len(w.admitter.tests) != 0 {
				t.Errorf("%d tests are noted, the result: %v", len(w.admitter.tests), err)
			}
		})
	}
}

// TestDraftLeavesTheTrustAlone has people sign in at a trust whose draft is tested in the same moment, each by their own.
func TestDraftLeavesTheTrustAlone(t *testing.T) {
	w := newWorld(t)
	w.draftOf(1)
	path, _, err := login.NewDraftTest(t.Context(), w.sessions, w.trusts.drafts["one"], "boss")
	if err != nil {
		t.Fatal(err)
	}
	tester, person := w.browser(), w.browser()
	h := person.start("one", "/deliveries")
	if err := w.try(tester, path, "hanako"); err != nil {
		t.Fatal(err)
	}
	if _, err := person.finish("one", h, "taro"); err != nil || !person.signedIn() || tester.signedIn() {
		t.Fatalf("%v, in %t, the tester %t", err, person.signedIn(), tester.signedIn())
	}
	for _, c := range w.idps {
		if len(c.attempts) != 1 {
			t.Errorf("the connector of %q judged %d messages", c.trust.Name, len(c.attempts))
		}
	}
}

// TestEverySignInIsTraced demands that what somebody went through is there with what it came to, whatever that is.
func TestEverySignInIsTraced(t *testing.T) {
	for who, last := range map[string]sso.Reason{"hanako": "", "": "saml.message", "stranger": "admit.not_registered"} {
		w := newWorld(t)
		b := w.browser()
		_, err := b.finish("one", b.start("one", "/"), who)
		if sso.ReasonOf(err) != last || len(w.admitter.traces) != 1 {
			t.Fatalf("%q: %v, %d traces", who, err, len(w.admitter.traces))
		}
		if trace := w.admitter.traces[0]; trace == nil || len(trace.Checks) == 0 || trace.Checks[0].Step != "signature" {
			t.Errorf("%q went through %+v", who, trace)
		}
	}
}

// set changes "one" as it stands.
func (w *world) set(change func(*store.OwnedTrust)) {
	w.trusts.mu.Lock()
	defer w.trusts.mu.Unlock()
	one := w.trusts.all["one"]
	change(&one)
	one.Version++
	w.trusts.all["one"] = one
}
