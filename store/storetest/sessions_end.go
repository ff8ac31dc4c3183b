package storetest

import (
	"fmt"
	"testing"
	"time"

	"cloudpocket/store"
)

// endBySelector begins the same six sessions for every row and expects the row's to end and the others to stand.
func endBySelector(t *testing.T, open opener) {
	first := newSession(newClock(), "0")
	for _, row := range []struct {
		name string
		sel  store.SessionSelector
		ends []int
	}{
		{"account", store.SessionSelector{TenantID: "firm", AccountID: "taro"}, []int{0, 1, 2}},
		{"another account", store.SessionSelector{TenantID: "firm", AccountID: "hanako"}, []int{3}},
		{"unknown account", store.SessionSelector{TenantID: "firm", AccountID: "jiro"}, nil},
		{"session of the account", store.SessionSelector{TenantID: "firm", AccountID: "taro", ID: "s1"}, []int{1}},
		{"session of another account", store.SessionSelector{TenantID: "firm", AccountID: "taro", ID: "s3"}, nil},
		{"account at a trust", store.SessionSelector{TenantID: "firm", AccountID: "taro", TrustID: "other"}, []int{2}},
		{"trust", store.SessionSelector{TrustID: "parent"}, []int{0, 1, 3, 4}},
		{"trust in a tenant", store.SessionSelector{TenantID: "firm", TrustID: "parent"}, []int{0, 1, 3}},
		{"unknown trust", store.SessionSelector{TrustID: "stranger"}, nil},
		{"subject", store.SessionSelector{TrustID: "parent", Subject: first.Subject}, []int{0, 1, 4}},
		{"subject, not its case", store.SessionSelector{TrustID: "parent", Subject: "Taro@parent.example"}, nil},
		{"index", store.SessionSelector{TrustID: "parent", Index: first.Index}, []int{0}},
		{"index of another trust", store.SessionSelector{TrustID: "other", Index: first.Index}, nil},
		{"subject and index", store.SessionSelector{TrustID: "parent", Subject: first.Subject, Index: "index of 1"}, []int{1}},
		{"subject and another's index", store.SessionSelector{TrustID: "parent", Subject: first.Subject, Index: "index of 3"}, nil},
		{"one index of two trusts", store.SessionSelector{TrustID: "other", Index: "index of 2"}, []int{2}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, all := sixSessions(t, open)
			gone := map[int]bool{}
			var want []store.Session
			for _, i := range row.ends {
				gone[i] = true
				want = append(want, all[i])
			}
			endedAre(t, s, row.sel, want)
			for i, sess := range all {
				standing(t, s, sess.Key, !gone[i])
			}
			ended(t, s, row.sel, 0)
		})
	}
}

func sixSessions(t *testing.T, open opener) (Expiring, []store.Session) {
	c := newClock()
	s := open(t, c.Now)
	all := make([]store.Session, 6)
	for i := range all {
		all[i] = newSession(c, fmt.Sprint(i))
		all[i].ID = store.ID(fmt.Sprint("s", i))
	}
	all[2].TrustID = "other"
	all[3].AccountID, all[3].Subject = "hanako", "hanako@parent.example"
	all[4].TenantID = "another-firm"
	all[5].TenantID, all[5].TrustID, all[5].Index = "another-firm", "other", ""
	for _, sess := range all {
		must(t, s.Begin(t.Context(), sess))
	}
	return s, all
}

func endByNoSelector(t *testing.T, open opener) {
	s, all := sixSessions(t, open)
	for _, sel := range []store.SessionSelector{
		{}, {TenantID: "firm"}, {AccountID: "taro"}, {TenantID: "firm", ID: "s1"}, {Subject: "taro@parent.example"},
		{TenantID: "firm", AccountID: "taro", Index: "index of 0"}, {TrustID: "parent", ID: "s1"},
	} {
		_, err := s.End(t.Context(), sel)
		isKind(t, err, store.ErrInvalid)
	}
	for _, sess := range all {
		standing(t, s, sess.Key, true)
	}
}

func endTheExpired(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	must(t, s.Begin(t.Context(), newSession(c, "before")))
	c.forward(time.Hour)
	after := newSession(c, "after")
	must(t, s.Begin(t.Context(), after))
	endedAre(t, s, store.SessionSelector{TenantID: "firm", AccountID: "taro"}, []store.Session{after})
	standing(t, s, after.Key, false)
}

// endTheUsed returns sessions as they were last used, the latest begun first.
func endTheUsed(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	var want []store.Session
	for i := range 3 {
		sess := newSession(c, fmt.Sprint(i))
		must(t, s.Begin(t.Context(), sess))
		c.forward(time.Minute)
		want = append([]store.Session{sess}, want...)
	}
	want[2].Seen = c.Now()
	must(t, s.Touch(t.Context(), want[2], c.Now()))
	got, err := s.End(t.Context(), store.SessionSelector{TrustID: "parent"})
	must(t, err)
	if len(got) != len(want) {
		t.Fatalf("ended %d sessions, want %d", len(got), len(want))
	}
	for i := range got {
		sameSession(t, got[i], want[i])
	}
}

func endByKey(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	sess, other := newSession(c, "ended"), newSession(c, "kept")
	must(t, s.Begin(t.Context(), sess))
	must(t, s.Begin(t.Context(), other))
	c.forward(time.Minute)
	sess.Seen = c.Now()
	must(t, s.Touch(t.Context(), sess, c.Now()))
	got, err := s.EndKey(t.Context(), sess.Key)
	must(t, err)
	sameSession(t, got, sess)
	for _, gone := range []store.SessionKey{sess.Key, store.KeyOf("never begun")} {
		_, err := s.EndKey(t.Context(), gone)
		isKind(t, err, store.ErrNotFound)
	}
	standing(t, s, sess.Key, false)
	standing(t, s, other.Key, true)
	ended(t, s, store.SessionSelector{TrustID: sess.TrustID}, 1)
	expired := newSession(c, "expired")
	must(t, s.Begin(t.Context(), expired))
	c.forward(expired.Idle)
	_, err = s.EndKey(t.Context(), expired.Key)
	isKind(t, err, store.ErrNotFound)
}

// sessionTenants gives two tenants an account and a session of the same names.
func sessionTenants(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	mine, theirs := newSession(c, "mine"), newSession(c, "theirs")
	theirs.TenantID, theirs.ID = "another-firm", mine.ID
	must(t, s.Begin(t.Context(), mine))
	must(t, s.Begin(t.Context(), theirs))
	ended(t, s, store.SessionSelector{TenantID: "third-firm", AccountID: "taro"}, 0)
	ended(t, s, store.SessionSelector{TenantID: "another-firm", AccountID: "taro", ID: mine.ID}, 1)
	standing(t, s, theirs.Key, false)
	of, err := s.Of(t.Context(), mine.TenantID, mine.AccountID)
	must(t, err)
	if len(of) != 1 || of[0].Key != mine.Key {
		t.Errorf("the account of %s has %+v", mine.TenantID, of)
	}
	of, err = s.Of(t.Context(), "another-firm", "taro")
	must(t, err)
	if len(of) != 0 {
		t.Errorf("the account of another-firm has %+v", of)
	}
}

func sessionsOf(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	must(t, s.Begin(t.Context(), newSession(c, "expires")))
	c.forward(29 * time.Minute)
	var want []store.Session
	for i := range 5 {
		sess := newSession(c, fmt.Sprint(i))
		sess.ID = store.ID(fmt.Sprint("s", i))
		must(t, s.Begin(t.Context(), sess))
		want = append(want, sess)
		if i != 2 { // the fourth begins in the same moment as the third
			c.forward(time.Second)
		}
	}
	other := newSession(c, "other")
	other.AccountID = "hanako"
	must(t, s.Begin(t.Context(), other))
	_, err := s.EndKey(t.Context(), want[1].Key)
	must(t, err)
	c.forward(time.Minute)
	got, err := s.Of(t.Context(), "firm", "taro")
	must(t, err)
	order := []int{4, 2, 3, 0}
	if len(got) != len(order) {
		t.Fatalf("got %d sessions, want %d: %+v", len(got), len(order), got)
	}
	for i, j := range order {
		sameSession(t, got[i], want[j])
	}
}
