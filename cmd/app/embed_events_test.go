package app

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/sso/session"
	"cloudpocket/store"
)

// streamed is one event of a stream.
type streamed struct{ name, data string }

// events opens the stream of e at l, and returns what comes until it ends.
func (l *live) events(t *testing.T, e *shown) <-chan streamed {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.addr+"/embed/events", nil)
	noError(t, err)
	e.prove(t, r)
	res, err := (&http.Client{}).Do(r)
	noError(t, err)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("the stream answers %d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	all := make(chan streamed, 10)
	go func() {
		defer close(all)
		defer res.Body.Close()
		var one streamed
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			field, value, _ := strings.Cut(lines.Text(), ": ")
			switch field {
			case "event":
				one.name = value
			case "data":
				one.data = value
			case "":
				if one != (streamed{}) {
					all <- one
				}
				one = streamed{}
			}
		}
	}()
	return all
}

// next returns the next event, which has to come within a time.
func next(t *testing.T, all <-chan streamed, within time.Duration) streamed {
	t.Helper()
	select {
	case one, open := <-all:
		if !open {
			t.Fatal("the stream has ended")
		}
		return one
	case <-time.After(within):
		t.Fatalf("nothing comes within %s", within)
	}
	return streamed{}
}

// TestEmbedsAreTold reads the streams of embeds on one instance while another changes what they tell.
func TestEmbedsAreTold(t *testing.T) {
	for name, servers := range map[string]bool{"SQLite": false, "PostgreSQL and Redis": true} {
		t.Run(name, func(t *testing.T) {
			c := testConfig(t)
			if servers {
				c.Redis, c.Database = interop.Redis(t), interop.Postgres(t)
			}
			p := &twins{here: listening(t, c, time.Now), there: listening(t, c, time.Now)}
			p.here.staff(t)
			p.setup = portal.Setup{Portal: p.here.Portal, By: "test"}
			noError(t, p.setup.AddAccount(t.Context(), "aoba", store.Account{ID: "kato", CompanyID: "sakura", Name: "Kato", TrustID: "op", Subject: "k", Permissions: store.PermitView, Offices: store.OfficeScope{All: true}}))
			t.Run("unread", p.unread)
			for _, row := range p.endings() {
				t.Run(row.name, func(t *testing.T) { p.ends(t, row) })
			}
			t.Run("stop", p.stopped)
		})
	}
}

// embed begins one of kato's.
func (p *twins) embed(t *testing.T, client store.ID, s store.Session) *shown {
	t.Helper()
	s.TenantID, s.AccountID, s.TrustID, s.Subject = "aoba", "kato", "op", "k"
	return p.here.embedded(t, client, s)
}

func (p *twins) unread(t *testing.T) {
	all := p.there.events(t, p.embed(t, framer(t, p.setup, "aoba"), store.Session{}))
	if one := next(t, all, time.Second); one != (streamed{"unread", `{"unread":0,"pending":0}`}) {
		t.Errorf("the stream begins with %+v", one)
	}
	for n := 1; n <= 2; n++ {
		p.here.handOut(t, paper(1000+n))
		if one := next(t, all, 2*time.Second); one != (streamed{"unread", fmt.Sprintf(`{"unread":%d,"pending":0}`, n)}) {
			t.Errorf("after %d deliveries it says %+v", n, one)
		}
	}
}

// closing is a way for an embed's session to end.
type closing struct {
	name   string
	reason string
	off    func(t *testing.T, parent string, e *shown)
	on     func(*testing.T)
}

func (p *twins) endings() []closing {
	nothing := func(*testing.T) {}
	account := func(t *testing.T, s store.AccountState) {
		t.Helper()
		_, err := p.setup.SwitchAccount(t.Context(), "aoba", "kato", s)
		noError(t, err)
	}
	trust := func(t *testing.T, s store.TrustState) {
		t.Helper()
		_, err := p.setup.SwitchTrust(t.Context(), "op", s)
		noError(t, err)
	}
	return []closing{
		{"signed out", "ended", func(t *testing.T, parent string, _ *shown) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+p.here.addr+"/sign-out", nil)
			noError(t, err)
			r.Header.Set("Cookie", parent)
			res, err := interop.Client().Transport.RoundTrip(r)
			noError(t, err)
			noError(t, res.Body.Close())
		}, nothing},
		{"logged out by the IdP", "ended", func(t *testing.T, _ string, _ *shown) {
			_, err := p.here.Stores.Sessions.End(t.Context(), store.SessionSelector{TrustID: "op", Subject: "k"})
			noError(t, err)
		}, nothing},
		{"revoked", "ended", func(t *testing.T, _ string, e *shown) {
			_, err := p.here.Portal.Revoke(t.Context(), portal.Actor{TenantID: "aoba", AccountID: "kato", TrustID: "op"}, e.Embed.Parent)
			noError(t, err)
		}, nothing},
		{"account off", "ended", func(t *testing.T, _ string, _ *shown) { account(t, store.AccountDisabled) }, func(t *testing.T) { account(t, store.AccountActive) }},
		{"trust off", "ended", func(t *testing.T, _ string, _ *shown) { trust(t, store.TrustDisabled) }, func(t *testing.T) { trust(t, store.TrustEnabled) }},
		{"client off", "refused", func(t *testing.T, _ string, e *shown) {
			noError(t, p.setup.TurnClient(t.Context(), e.Embed.ClientID, false))
		}, nothing},
		{"time over", "expired", func(*testing.T, string, *shown) {}, nothing},
	}
}

// ends demands that the stream on the other instance says within a second that, and why, it is over.
func (p *twins) ends(t *testing.T, row closing) {
	parent := p.here.cookieOf(t, session.Start{TenantID: "aoba", AccountID: "kato", TrustID: "op", Subject: "k"})
	_, token, _ := strings.Cut(parent, "=")
	browser, err := p.here.Stores.Sessions.Find(t.Context(), store.KeyOf(token))
	noError(t, err)
	s := store.Session{Embed: store.Embed{Parent: browser.ID}}
	if row.reason == "expired" {
		s.Ends = time.Now().Add(1500 * time.Millisecond)
	}
	e := p.embed(t, framer(t, p.setup, "aoba"), s)
	all := p.there.events(t, e)
	next(t, all, time.Second)
	begun, within := time.Now(), time.Second
	if row.off(t, parent, e); row.reason == "expired" {
		within = 3 * time.Second
	}
	switched := time.Now()
	if one := next(t, all, within); one != (streamed{"ended", `{"reason":"` + row.reason + `"}`}) {
		t.Errorf("it says %+v", one)
	}
	t.Logf("switching off took %s, and telling %s", switched.Sub(begun), time.Since(switched))
	if _, open := <-all; open {
		t.Error("the stream goes on")
	}
	row.on(t)
}

// stopped demands that an instance that stops waits for no stream.
func (p *twins) stopped(t *testing.T) {
	all := p.there.events(t, p.embed(t, framer(t, p.setup, "aoba"), store.Session{}))
	next(t, all, time.Second)
	begun := time.Now()
	p.there.stop()
	if err := <-p.there.ended; err != nil || time.Since(begun) > 3*time.Second {
		t.Errorf("it stops after %s with %v", time.Since(begun), err)
	}
	if one, open := <-all; open {
		t.Errorf("the stream says %+v", one)
	}
}
