package storetest

import (
	"testing"
	"time"

	"cloudpocket/store"
)

// newEmbed returns the session of an embed that was opened from parent, or from none.
func newEmbed(c *clock, token string, parent store.ID) store.Session {
	s := newSession(c, token)
	s.Embed = store.Embed{ClientID: "client", Origin: "https://hr.example", Thumbprint: "thumbprint of " + token, Parent: parent}
	s.Ends = s.Began.Add(10 * time.Minute)
	return s
}

// embeds keeps embeds beside a browser's session, finds, touches, lists and ends them.
func embeds(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	browser := newSession(c, "browser")
	for _, want := range []store.Session{newEmbed(c, "of the browser", browser.ID), newEmbed(c, "of the partner", ""), browser} {
		must(t, s.Begin(t.Context(), want))
		got, err := s.Find(t.Context(), want.Key)
		must(t, err)
		sameSession(t, got, want)
		want.Seen = want.Seen.Add(time.Minute)
		must(t, s.Touch(t.Context(), want, want.Seen))
		got, err = s.Find(t.Context(), want.Key)
		must(t, err)
		sameSession(t, got, want)
	}
	all, err := s.Of(t.Context(), "firm", "taro")
	must(t, err)
	listed, _, err := s.List(t.Context(), store.SessionSelector{TenantID: "firm"}, 10)
	must(t, err)
	if len(all) != 3 || len(listed) != 3 {
		t.Fatalf("%d sessions are the account's and %d the tenant's, want 3", len(all), len(listed))
	}
	for i := range all {
		sameSession(t, listed[i], all[i])
		if all[i].Embedded() != (all[i].Key != browser.Key) {
			t.Errorf("%+v is an embed: %t", all[i], all[i].Embedded())
		}
	}
	endedAre(t, s, store.SessionSelector{TrustID: "parent", Subject: browser.Subject}, all)
}

// endParent ends a browser's session by its ID, and with it the embeds that were opened from it; an embed ends alone.
func endParent(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	browser, other := newSession(c, "browser"), newSession(c, "another browser")
	browser.ID, other.ID = "s1", "s2"
	first, second := newEmbed(c, "first", "s1"), newEmbed(c, "second", "s1")
	stays, free := newEmbed(c, "of another", "s2"), newEmbed(c, "of none", "")
	stranger := newEmbed(c, "a stranger's", "s1")
	first.ID, second.ID, stays.ID, free.ID, stranger.AccountID = "e1", "e2", "e3", "e4", "hanako"
	for _, one := range []store.Session{browser, other, first, second, stays, free, stranger} {
		must(t, s.Begin(t.Context(), one))
	}
	sel := store.SessionSelector{TenantID: "firm", AccountID: "taro", ID: "s1"}
	listed, _, err := s.List(t.Context(), sel, 10)
	must(t, err)
	if len(listed) != 3 {
		t.Errorf("%d sessions are listed, want the browser's and its two", len(listed))
	}
	endedAre(t, s, store.SessionSelector{TenantID: "firm", AccountID: "taro", ID: "e1"}, []store.Session{first})
	standing(t, s, browser.Key, true)
	endedAre(t, s, sel, []store.Session{browser, second})
	for _, one := range []store.Session{other, stays, free, stranger} {
		standing(t, s, one.Key, true)
	}
	ended(t, s, sel, 0)
}
