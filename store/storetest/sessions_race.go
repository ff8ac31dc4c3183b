package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"cloudpocket/store"
)

func touchWhileEnding(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	for round := range 20 {
		sess := newSession(c, fmt.Sprint("round ", round))
		must(t, s.Begin(t.Context(), sess))
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { touchUntilGone(t, s, sess) })
		}
		sel := store.SessionSelector{TrustID: sess.TrustID, Index: sess.Index}
		if round%2 == 0 {
			ended(t, s, sel, 1)
		} else {
			_, err := s.EndKey(t.Context(), sess.Key)
			must(t, err)
		}
		standing(t, s, sess.Key, false)
		wg.Wait()
		standing(t, s, sess.Key, false)
		ended(t, s, sel, 0)
	}
}

func touchUntilGone(t *testing.T, s store.Sessions, sess store.Session) {
	for i := range 100000 {
		err := s.Touch(t.Context(), sess, sess.Seen.Add(time.Duration(i)*time.Microsecond))
		if errors.Is(err, store.ErrNotFound) {
			return
		}
		if err != nil {
			t.Errorf("touch while ending: %v", err)
			return
		}
	}
	t.Error("an ended session was touched again and again")
}

// endWhileEnding has each session returned once, however many end it, through two handles, by different fields and by key.
func endWhileEnding(t *testing.T, open opener) {
	c := newClock()
	handles := []Expiring{open(t, c.Now), open(t, c.Now)}
	begun := map[store.SessionKey]store.Session{}
	var keys []store.SessionKey
	for i := range 200 {
		sess := newSession(c, fmt.Sprint(i))
		begun[sess.Key], keys = sess, append(keys, sess.Key)
		must(t, handles[0].Begin(t.Context(), sess))
	}
	selectors := []store.SessionSelector{{TenantID: "firm", AccountID: "taro"}, {TrustID: "parent"},
		{TrustID: "parent", Subject: "taro@parent.example"}}
	var results [8][]store.Session
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() { results[6+i] = endEach(t, handles[i], keys) })
	}
	for i := range 6 {
		wg.Go(func() {
			var err error
			if results[i], err = handles[i%2].End(t.Context(), selectors[i%3]); err != nil {
				t.Errorf("end while ending: %v", err)
			}
		})
	}
	wg.Wait()
	for _, got := range slices.Concat(results[:]...) {
		want, first := begun[got.Key]
		if !first {
			t.Fatalf("session %s was returned twice, or never begun", got.ID)
		}
		sameSession(t, got, want)
		delete(begun, got.Key)
	}
	if len(begun) != 0 {
		t.Errorf("%d sessions were returned by nobody", len(begun))
	}
}

// endEach ends sessions by key and returns those that it ended.
func endEach(t *testing.T, s store.Sessions, keys []store.SessionKey) (ended []store.Session) {
	for _, key := range keys {
		sess, err := s.EndKey(t.Context(), key)
		if err == nil {
			ended = append(ended, sess)
		} else if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("end by key while ending: %v", err)
		}
	}
	return ended
}

// endWhileBeginning checks that no session slips out of what End can reach: whatever still stands after the race is
// ended by the next End.
func endWhileBeginning(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	var wg sync.WaitGroup
	var keys [4][25]store.SessionKey
	for w := range keys {
		wg.Go(func() {
			for i := range keys[w] {
				sess := newSession(c, fmt.Sprint(w, " ", i))
				keys[w][i] = sess.Key
				if err := s.Begin(t.Context(), sess); err != nil {
					t.Errorf("begin while ending: %v", err)
				}
			}
		})
	}
	sel := store.SessionSelector{TrustID: "parent", Subject: "taro@parent.example"}
	for range 20 {
		_, err := s.End(t.Context(), sel)
		must(t, err)
	}
	wg.Wait()
	_, err := s.End(t.Context(), sel)
	must(t, err)
	for _, row := range keys {
		for _, key := range row {
			standing(t, s, key, false)
		}
	}
}
