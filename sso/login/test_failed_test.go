package login_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"cloudpocket/sso"
	"cloudpocket/sso/login"
	"cloudpocket/store"
)

// reopen has "one" opened anew when it is next asked for.
func (w *world) reopen() {
	one := w.trusts.all["one"]
	one.Version++
	w.trusts.all["one"] = one
}

// TestTrustThatCannotBeTested has a test fail before there is a message to judge: its result says so, once.
func TestTrustThatCannotBeTested(t *testing.T) {
	away := store.Fail(store.Unavailable, sso.KeyAway, "the metadata cannot be had")
	for _, row := range []struct {
		name string
		run  func(w *world, b *browser, path string) error
		step string
	}{
		{"cannot be opened", func(w *world, b *browser, path string) error {
			w.broken = away
			_, err := b.do("GET", path, nil)
			return err
		}, "open"},
		{"cannot be opened any more", func(w *world, b *browser, path string) error {
			res, err := b.do("GET", path, nil)
			if err != nil {
				return err
			}
			w.reopen()
			w.broken = away
			_, err = b.finish("one", handleOf(w.t, res), "hanako")
			return err
		}, "open"},
		{"cannot be asked", func(w *world, b *browser, path string) error {
			w.idps["one"] = &idp{away: away}
			_, err := b.do("GET", path, nil)
			return err
		}, "start"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			path, id, err := login.NewTest(t.Context(), w.sessions, w.trusts.all["one"])
			if err != nil {
				t.Fatal(err)
			}
			b := w.browser()
			if err := row.run(w, b, path); err != nil || b.signedIn() || !slices.Equal(w.pages.tested, []bool{false}) {
				t.Fatalf("%v, shown %v, signed in: %t", err, w.pages.tested, b.signedIn())
			}
			trace, err := login.TestResult(t.Context(), w.sessions, id)
			if err != nil || len(trace.Checks) != 1 {
				t.Fatalf("%+v, %v", trace, err)
			}
			if c := trace.Checks[0]; c.OK || c.Step != row.step || !strings.Contains(c.Detail, "the metadata cannot be had") {
				t.Errorf("the result is %+v, want step %s", c, row.step)
			}
			w.broken = nil
			if _, err := b.do("GET", path, nil); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("the test can be begun again: %v", err)
			}
		})
	}
}

// TestAttemptOutlastsItsTrust demands that a sign-in can be finished once a trust that could not be opened is back.
func TestAttemptOutlastsItsTrust(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	h := b.start("one", "/")
	w.reopen()
	w.broken = store.ErrUnavailable
	if _, err := b.finish("one", h, "hanako"); !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("while it cannot be opened: %v", err)
	}
	w.broken = nil
	if _, err := b.finish("one", h, "hanako"); err != nil || !b.signedIn() {
		t.Errorf("once it is back: in %t, %v", b.signedIn(), err)
	}
}
