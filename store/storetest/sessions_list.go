package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"cloudpocket/store"
)

// sessionsList begins the same six sessions for every row and expects the row's to be listed.
func sessionsList(t *testing.T, open opener) {
	first := newSession(newClock(), "0")
	s, all := sixSessions(t, open)
	for _, row := range []struct {
		name string
		sel  store.SessionSelector
		want []int
	}{
		{"tenant", store.SessionSelector{TenantID: "firm"}, []int{0, 1, 2, 3}},
		{"another tenant", store.SessionSelector{TenantID: "another-firm"}, []int{4, 5}},
		{"unknown tenant", store.SessionSelector{TenantID: "stranger"}, nil},
		{"trust", store.SessionSelector{TrustID: "parent"}, []int{0, 1, 3, 4}},
		{"trust in a tenant", store.SessionSelector{TenantID: "firm", TrustID: "parent"}, []int{0, 1, 3}},
		{"another trust in a tenant", store.SessionSelector{TenantID: "firm", TrustID: "other"}, []int{2}},
		{"unknown trust", store.SessionSelector{TenantID: "firm", TrustID: "stranger"}, nil},
		{"account", store.SessionSelector{TenantID: "firm", AccountID: "taro"}, []int{0, 1, 2}},
		{"account of another tenant", store.SessionSelector{TenantID: "another-firm", AccountID: "hanako"}, nil},
		{"account at a trust", store.SessionSelector{TenantID: "firm", AccountID: "taro", TrustID: "parent"}, []int{0, 1}},
		{"session of the account", store.SessionSelector{TenantID: "firm", AccountID: "taro", ID: "s1"}, []int{1}},
		{"subject", store.SessionSelector{TrustID: "parent", Subject: first.Subject}, []int{0, 1, 4}},
		{"index", store.SessionSelector{TrustID: "parent", Index: first.Index}, []int{0}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, more, err := s.List(t.Context(), row.sel, 10)
			must(t, err)
			var want []store.Session
			for _, i := range row.want {
				want = append(want, all[i])
			}
			store.SortSessions(want)
			if len(got) != len(want) || more {
				t.Fatalf("got %d sessions, more %t, want %d", len(got), more, len(want))
			}
			for i := range got {
				sameSession(t, got[i], want[i])
			}
		})
	}
	for _, sel := range []store.SessionSelector{{}, {AccountID: "taro"}, {TenantID: "firm", ID: "s1"}, {Subject: "taro@parent.example"}} {
		_, _, err := s.List(t.Context(), sel, 10)
		isKind(t, err, store.ErrInvalid)
	}
	_, _, err := s.List(t.Context(), store.SessionSelector{TenantID: "firm"}, 0)
	isKind(t, err, store.ErrInvalid)
}

// sessionsListMany lists of many sessions, some of which have ended, as many as it is asked for: those that end last.
func sessionsListMany(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	firm := store.SessionSelector{TenantID: "firm"}
	var begun, stand []store.Session
	expired := newSession(c, "expired")
	must(t, s.Begin(t.Context(), expired))
	c.forward(29 * time.Minute)
	for i := range 1100 {
		sess := newSession(c, fmt.Sprint(i))
		must(t, s.Begin(t.Context(), sess))
		begun = append(begun, sess)
		c.forward(time.Millisecond)
	}
	for i, sess := range begun {
		if i%3 == 1 {
			_, err := s.EndKey(t.Context(), sess.Key)
			must(t, err)
		} else {
			stand = append(stand, sess)
		}
	}
	slices.Reverse(stand)
	c.forward(2 * time.Minute) // what is left of those that ended can go
	for _, limit := range []int{1, 10, len(stand) - 1, len(stand), 5000} {
		got, more, err := s.List(t.Context(), firm, limit)
		must(t, err)
		want := stand[:min(limit, len(stand))]
		if len(got) != len(want) || more != (limit < len(stand)) {
			t.Fatalf("a list of %d has %d sessions, more %t, want %d", limit, len(got), more, len(want))
		}
		for i := range got {
			if got[i].Key != want[i].Key {
				t.Fatalf("a list of %d has %s at %d, want %s", limit, got[i].ID, i, want[i].ID)
			}
		}
	}
}
