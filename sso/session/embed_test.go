package session

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"cloudpocket/store"
)

// embed keeps an embed of p's account under a token that a cookie could have, opened from a session unless from is empty.
func (d *desk) embed(t *testing.T, p Start, from store.ID) (store.Session, string) {
	t.Helper()
	token := newToken()
	s := store.Session{Key: store.KeyOf(token), ID: store.NewID(d.now), TenantID: p.TenantID, AccountID: p.AccountID, TrustID: p.TrustID, Subject: p.Subject,
		Began: d.now, Seen: d.now, Ends: d.now.Add(10 * time.Minute), Idle: 10 * time.Minute,
		Embed: store.Embed{ClientID: "hr", Origin: "https://hr.example", Thumbprint: "key", Parent: from}}
	must(t, d.store.Begin(t.Context(), s))
	return s, "__Host-session=" + token
}

func (d *desk) stands(t *testing.T, s store.Session) bool {
	t.Helper()
	_, err := d.store.Find(t.Context(), s.Key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

// TestEmbedIsNoBrowser has a browser bring the token of an embed, which is worth nothing without its key.
func TestEmbedIsNoBrowser(t *testing.T) {
	onBoth(t, 0, func(t *testing.T, d *desk) {
		_, cookie := d.embed(t, taro, "")
		if _, err := d.Current(with(cookie)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a browser comes with the token of an embed: %v", err)
		}
	})
}

// TestEmbedsEndWithTheirBrowser signs out, and in again in place of a session, from which embeds were opened.
func TestEmbedsEndWithTheirBrowser(t *testing.T) {
	onBoth(t, 0, func(t *testing.T, d *desk) {
		for name, end := range map[string]func(cookie string){
			"signed out": func(cookie string) {
				_, err := d.End(httptest.NewRecorder(), with(cookie))
				must(t, err)
			},
			"replaced": func(cookie string) { d.begin(t, with(cookie), taro) },
		} {
			s, cookie := d.begin(t, with(), taro)
			its, _ := d.embed(t, taro, s.ID)
			other, _ := d.embed(t, taro, "another")
			alone, _ := d.embed(t, taro, "")
			end(cookie)
			if d.stands(t, its) || !d.stands(t, other) || !d.stands(t, alone) {
				t.Errorf("%s: its embed stands %t, another's %t, one of no browser %t", name, d.stands(t, its), d.stands(t, other), d.stands(t, alone))
			}
		}
	})
}

// TestEmbedsAreNotCounted has embeds beside as many browsers as there may be.
func TestEmbedsAreNotCounted(t *testing.T) {
	onBoth(t, 2, func(t *testing.T, d *desk) {
		first, _ := d.begin(t, with(), taro)
		var embeds []store.Session
		for range 3 {
			d.now = d.now.Add(time.Second)
			s, _ := d.embed(t, taro, "")
			embeds = append(embeds, s)
		}
		d.begin(t, with(), taro)
		if !d.stands(t, first) {
			t.Error("embeds ended a browser's session")
		}
		for _, s := range embeds {
			if !d.stands(t, s) {
				t.Error("a sign-in ended an embed that no browser opened")
			}
		}
	})
}

// opening opens an embed from a session while that ends, unseen by what ends it.
type opening struct {
	store.Sessions
	open func()
}

func (o *opening) End(ctx context.Context, sel store.SessionSelector) ([]store.Session, error) {
	ended, err := o.Sessions.End(ctx, sel)
	if open := o.open; open != nil {
		o.open = nil
		open()
	}
	return ended, err
}

// TestOpenedWhileTheIdPSignsOut demands that an embed which is opened just then ends as well, and is told.
func TestOpenedWhileTheIdPSignsOut(t *testing.T) {
	onBoth(t, 0, func(t *testing.T, d *desk) {
		s, _ := d.begin(t, with(), taro)
		var its store.Session
		d.Keeper.store = &opening{d.store, func() { its, _ = d.embed(t, taro, s.ID) }}
		ended, err := d.EndBy(t.Context(), "parent", taro.Subject, nil)
		if err != nil || len(ended) != 2 || ended[1] != its || d.stands(t, its) {
			t.Errorf("ended %+v, %v; its embed stands: %t", ended, err, d.stands(t, its))
		}
	})
}
