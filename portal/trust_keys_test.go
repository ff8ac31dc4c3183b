package portal_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// refreshed has a trust's IdP looked at, as the service does beside answering.
func (w *world) refreshed(t *testing.T, id store.ID, change func(*store.Trust)) {
	t.Helper()
	owned, err := w.Records.Trust(t.Context(), id)
	must(t, err)
	change(&owned.Trust)
	must(t, w.setup.RefreshTrust(t.Context(), owned, nil))
}

// offering makes a trust over OpenID Connect whose OP publishes the key "new" beside "old".
func (w *world) offering(t *testing.T) store.ID {
	t.Helper()
	id := w.fresh()
	must(t, w.setup.AddTrust(t.Context(), "a", store.Trust{ID: id, Name: "人事", Protocol: store.OIDC, State: store.TrustEnabled,
		OIDC: &store.OIDCTrust{Issuer: "https://op.example", ClientID: "pocket", AuthMethod: "private_key_jwt", Refresh: store.RefreshAsk, Keys: []string{"old"}, Offered: []string{"new", "old"}, OfferedAt: w.now}}))
	return id
}

// TestKeysOfOpenIDConnect decides about thumbprints: what was looked at is believed, and nothing else.
func TestKeysOfOpenIDConnect(t *testing.T) {
	for name, row := range map[string]struct {
		decide func(*world, *testing.T, portal.Actor, store.ID, []string) error
		shown  []string
		keys   []string // that are believed after it; nil: refused
	}{
		"accepted":                       {accept, []string{"old", "new"}, []string{"new", "old"}},
		"refused":                        {refuse, []string{"new", "old"}, []string{"old"}},
		"accepted, others shown":         {accept, []string{"new"}, nil},
		"accepted, more shown":           {accept, []string{"new", "old", "third"}, nil},
		"accepted, one shown twice":      {accept, []string{"new", "new"}, nil},
		"accepted, nothing shown":        {accept, nil, nil},
		"refused, others shown":          {refuse, []string{"other"}, nil},
		"accepted, shown is what it has": {accept, []string{"old"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a, id := w.keeper(t), w.offering(t)
			view, err := w.Trust(t.Context(), a, id)
			must(t, err)
			if len(view.Keys) != 3 || view.Keys[0].What != "theirs" || view.Keys[1].What != "offered" {
				t.Errorf("shown are %+v", view.Keys)
			}
			before := w.head(t, "a").Seq
			err = row.decide(w, t, a, id, row.shown)
			o := w.trust(t, id).OIDC
			if row.keys == nil {
				if !errors.Is(err, store.ErrConflict) || !slices.Equal(o.Keys, []string{"old"}) || len(o.Offered) != 2 || w.head(t, "a").Seq != before {
					t.Errorf("%v, believed are %q, offered %q", err, o.Keys, o.Offered)
				}
				return
			}
			must(t, err)
			accepted := name == "accepted"
			if !slices.Equal(o.Keys, row.keys) || (o.Offered == nil) != accepted || o.OfferedAt.IsZero() != accepted || o.RefusedAt.IsZero() != accepted {
				t.Errorf("believed are %q, offered %q since %s, refused at %s", o.Keys, o.Offered, o.OfferedAt, o.RefusedAt)
			}
			if asks, err := w.KeysOffered(t.Context(), a); err != nil || len(asks) != 0 {
				t.Errorf("%+v wait for a word still, %v", asks, err)
			}
			if err := row.decide(w, t, a, id, row.shown); !errors.Is(err, store.ErrConflict) {
				t.Errorf("a second time: %v", err)
			}
			events := w.audit(t, "a")
			if last := events[len(events)-1]; last.Deed != store.DeedTrust || last.Detail["by"] != "keys "+name || last.AccountID != a.AccountID {
				t.Errorf("the log has %+v", last)
			}
		})
	}
}

// TestRefusedCanBeAccepted has somebody find out that keys which were refused were right all along, and looks again at
// metadata that waited: it was fetched when it was offered, and not when it was accepted.
func TestRefusedCanBeAccepted(t *testing.T) {
	w := newTrustWorld(t)
	a, c := w.keeper(t), w.connect(t)
	must(t, w.RefuseKeys(t.Context(), a, c.id, []string{"other"}))
	view, err := w.Trust(t.Context(), a, c.id)
	must(t, err)
	offered := w.trust(t, c.id).SAML.OfferedAt
	if !view.Refused.Equal(w.now) || string(w.trust(t, c.id).SAML.Metadata) != "<a/>" {
		t.Errorf("refused at %s, believed is %s", view.Refused, w.trust(t, c.id).SAML.Metadata)
	}
	must(t, w.AcceptKeys(t.Context(), a, c.id, []string{"other"}))
	if s := w.trust(t, c.id).SAML; string(s.Metadata) != "<b/>" || s.Offered != nil || !s.RefusedAt.IsZero() || !s.FetchedAt.Equal(offered) {
		t.Errorf("believed is %+v", s)
	}
}

// TestOfferRunsOut accepts metadata that has run out while it waited: nobody could come in by it.
func TestOfferRunsOut(t *testing.T) {
	for name, row := range map[string]struct {
		left time.Duration
		want error
	}{
		"it lives":   {time.Minute, nil},
		"it ends":    {0, denied("error.trust_offer_over")},
		"it is over": {-time.Hour, denied("error.trust_offer_over")},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTrustWorld(t)
			a, c := w.keeper(t), w.connect(t)
			ends := w.now.Add(row.left)
			w.KeyEnds = func(store.Trust) []portal.KeyEnd {
				return []portal.KeyEnd{{What: "theirs", Fingerprint: "other"}, {What: "offered", Fingerprint: "other"}, {What: "offer", Ends: ends, Fingerprint: "https://idp.example"}}
			}
			if err := w.AcceptKeys(t.Context(), a, c.id, []string{"other"}); !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
			if all, err := w.KeysEnding(t.Context(), a); err != nil || len(all) != 0 {
				t.Errorf("it is told to end: %+v, %v", all, err)
			}
		})
	}
}

func accept(w *world, t *testing.T, a portal.Actor, id store.ID, shown []string) error {
	return w.AcceptKeys(t.Context(), a, id, shown)
}

func refuse(w *world, t *testing.T, a portal.Actor, id store.ID, shown []string) error {
	return w.RefuseKeys(t.Context(), a, id, shown)
}

// TestDraftOutlivesRefresh refreshes a trust's metadata and keys while a draft waits: it can be switched on all the same,
// with what was fetched meanwhile, and not when somebody changed the trust itself.
func TestDraftOutlivesRefresh(t *testing.T) {
	label := func(d *store.TrustDraft) { d.Label = "人事から" }
	for name, row := range map[string]struct {
		draft     func(*store.TrustDraft)
		meanwhile func(*testing.T, *world, portal.Actor, store.ID)
		metadata  string // the trust's after it; empty: it is ErrConflict
	}{
		"nothing happens": {label, func(*testing.T, *world, portal.Actor, store.ID) {}, "<a/>"},
		"fetched, and the same": {label, func(t *testing.T, w *world, _ portal.Actor, id store.ID) {
			w.refreshed(t, id, func(*store.Trust) {})
		}, "<a/>"},
		"fetched, and another": {label, func(t *testing.T, w *world, _ portal.Actor, id store.ID) {
			w.refreshed(t, id, func(one *store.Trust) { one.SAML.Metadata = []byte("<c/>") })
			w.refreshed(t, id, func(one *store.Trust) { one.SAML.Metadata = []byte("<d/>") })
		}, "<d/>"},
		"keys accepted": {label, func(t *testing.T, w *world, a portal.Actor, id store.ID) {
			must(t, w.AcceptKeys(t.Context(), a, id, []string{"other"}))
		}, "<b/>"},
		"another IdP's, and fetched": {func(d *store.TrustDraft) {
			half := *d.SAML
			half.EntityID, half.Metadata, d.SAML = "https://other.example", []byte("<other/>"), &half
		}, func(t *testing.T, w *world, _ portal.Actor, id store.ID) {
			w.refreshed(t, id, func(one *store.Trust) { one.SAML.Metadata = []byte("<c/>") })
		}, "<other/>"},
		"switched off": {label, func(t *testing.T, w *world, a portal.Actor, id store.ID) {
			_, err := w.SwitchTrustOff(t.Context(), a, id, "")
			must(t, err)
		}, "<a/>"},
		"the operator changed it": {label, func(t *testing.T, w *world, _ portal.Actor, id store.ID) {
			w.refreshed(t, id, func(one *store.Trust) { one.JustInTime = true })
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTrustWorld(t)
			a, c := w.keeper(t), w.connect(t)
			w.refreshed(t, c.id, func(*store.Trust) {}) // so that its version is none that was kept
			must(t, w.DropTrustDraft(t.Context(), a, c.id))
			d := store.TrustDraft{Trust: w.trust(t, c.id)}
			row.draft(&d)
			saved, _ := w.save(t, a, d)
			row.meanwhile(t, w, a, c.id)
			err := w.SwitchTrustOn(t.Context(), a, c.id, portal.SwitchOn{Revision: saved.Revision, Untested: true, Note: "急ぎ"})
			if row.metadata == "" {
				if !errors.Is(err, store.ErrConflict) {
					t.Errorf("%v", err)
				}
				return
			}
			must(t, err)
			if got := w.trust(t, c.id); string(got.SAML.Metadata) != row.metadata || got.Label != d.Label {
				t.Errorf("the trust has %s, %q", got.SAML.Metadata, got.Label)
			}
		})
	}
}

// TestEveryDraftHasItsBase demands that what the command line or a refresh made of a trust can be gone back to.
func TestEveryDraftHasItsBase(t *testing.T) {
	w := newTrustWorld(t)
	a, c := w.keeper(t), w.connect(t)
	must(t, w.DropTrustDraft(t.Context(), a, c.id))
	w.now = w.now.Add(time.Hour)
	w.refreshed(t, c.id, func(one *store.Trust) { one.Label = "ホストから" })
	d := store.TrustDraft{Trust: w.trust(t, c.id)}
	d.Label = "管理者から"
	saved, _ := w.save(t, a, d)
	must(t, w.SwitchTrustOn(t.Context(), a, c.id, portal.SwitchOn{Revision: saved.Revision, Untested: true, Note: "急ぎ"}))
	view, err := w.Trust(t.Context(), a, c.id)
	must(t, err)
	var labels []string
	for _, v := range view.Versions {
		labels = append(labels, v.Label)
	}
	if !slices.Equal(labels, []string{"管理者から", "ホストから", ""}) || view.Versions[2].Version != 1 || view.Versions[2].ByName != "test" {
		t.Fatalf("the versions have %q: %+v", labels, view.Versions)
	}
	back, err := w.BackToVersion(t.Context(), a, c.id, view.Versions[1].Version)
	must(t, err)
	if back.Label != "ホストから" {
		t.Errorf("the draft is %q", back.Label)
	}
}
