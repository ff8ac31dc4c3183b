package storetest

import (
	"testing"
	"time"

	"cloudpocket/store"
)

func idleEnd(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	sess := newSession(c, "idle")
	must(t, s.Begin(t.Context(), sess))
	c.forward(sess.Idle - time.Microsecond)
	standing(t, s, sess.Key, true)
	c.forward(time.Microsecond)
	standing(t, s, sess.Key, false)
	isKind(t, s.Touch(t.Context(), sess, c.Now()), store.ErrNotFound)
	standing(t, s, sess.Key, false)
}

func absoluteEnd(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	sess := newSession(c, "absolute")
	must(t, s.Begin(t.Context(), sess))
	for c.Now().Add(20 * time.Minute).Before(sess.Ends) {
		c.forward(20 * time.Minute)
		must(t, s.Touch(t.Context(), sess, c.Now()))
		sess.Seen = c.Now()
	}
	c.forward(sess.Ends.Sub(c.Now()) - time.Microsecond)
	standing(t, s, sess.Key, true)
	c.forward(time.Microsecond)
	standing(t, s, sess.Key, false)
	isKind(t, s.Touch(t.Context(), sess, c.Now()), store.ErrNotFound)
	standing(t, s, sess.Key, false)
}

func touch(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	want := newSession(c, "touched")
	must(t, s.Begin(t.Context(), want))
	c.forward(want.Idle - time.Minute)
	must(t, s.Touch(t.Context(), want, c.Now()))
	want.Seen = c.Now()
	c.forward(want.Idle - time.Minute)
	got, err := s.Find(t.Context(), want.Key)
	must(t, err)
	sameSession(t, got, want)
	c.forward(time.Minute)
	standing(t, s, want.Key, false)
}

func touchAfterTheEnd(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	for _, row := range []struct {
		name string
		end  func(store.Session) error
	}{
		{"never begun", func(store.Session) error { return nil }},
		{"end key", func(x store.Session) error {
			must(t, s.Begin(t.Context(), x))
			_, err := s.EndKey(t.Context(), x.Key)
			return err
		}},
		{"end", func(x store.Session) error {
			must(t, s.Begin(t.Context(), x))
			_, err := s.End(t.Context(), store.SessionSelector{TrustID: x.TrustID, Index: x.Index})
			return err
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			sess := newSession(c, row.name)
			must(t, row.end(sess))
			isKind(t, s.Touch(t.Context(), sess, c.Now().Add(time.Minute)), store.ErrNotFound)
			standing(t, s, sess.Key, false)
		})
	}
}
