package portal_test

import (
	"fmt"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
	"cloudpocket/store/seal"
)

// connection is a trust of tenant "a" that a deed is tried on: switched on, with a draft that passed a test, a sign-in, a
// version to go back to, other keys on offer, and nobody who comes in by it.
type connection struct {
	id, signIn store.ID
	revision   int64 // of the draft
	version    int64 // that was kept
}

// connect makes one. Setup keeps what the deeds of administrators would take many steps to.
func (w *world) connect(t *testing.T) (c connection) {
	t.Helper()
	c.id, c.signIn = w.fresh(), w.fresh()
	trust := store.Trust{ID: c.id, Name: "人事", Protocol: store.SAML, State: store.TrustEnabled, CreatedAt: w.now,
		SAML: &store.SAMLTrust{EntityID: "https://idp.example", MetadataURL: "https://idp.example/m", Metadata: []byte("<a/>"), Offered: []byte("<b/>"), Refresh: store.RefreshAsk}}
	must(t, w.setup.AddTrust(t.Context(), "a", trust))
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) (err error) {
		if trust, err = tx.Trusts().Get(t.Context(), c.id); err != nil {
			return err
		}
		if err = tx.SignIns().Add(t.Context(), store.SignIn{ID: c.signIn, TrustID: c.id, At: w.now, Outcome: store.Refused, Reason: "saml.signature", Reference: "ref-" + string(c.id)}); err != nil {
			return err
		}
		c.version = trust.Version
		next := trust
		next.Name = "新しい人事"
		if c.revision, err = tx.TrustDrafts().Save(t.Context(), store.TrustDraft{Trust: next, At: w.now}); err != nil {
			return err
		}
		return tx.TrustDrafts().Tested(t.Context(), c.id, store.TrustTest{At: w.now, Revision: c.revision, Passed: true})
	}))
	return c
}

// keptDraft returns a trust's draft as it is kept.
func (w *world) keptDraft(t *testing.T, tenant, trust store.ID) (d store.TrustDraft) {
	t.Helper()
	must(t, w.Records.View(t.Context(), tenant, func(tx store.Tx) (err error) {
		d, err = tx.TrustDrafts().Get(t.Context(), trust)
		return err
	}))
	return d
}

// trustTask is one thing that an administrator does about a trust of tenant "a".
type trustTask struct {
	name    string
	audited bool
	// elsewhere is what an administrator of another firm gets; the zero kind says that they may, in their own firm.
	elsewhere store.Kind
	try       func(t *testing.T, w *world, a portal.Actor, c connection) error
}

func trustTasks() []trustTask {
	return []trustTask{
		{"list trusts", false, may, func(t *testing.T, w *world, a portal.Actor, _ connection) error {
			list, err := w.Trusts(t.Context(), a, store.Page{Limit: store.MaxPage})
			for _, line := range list.Items {
				if a.TenantID != "a" && line.ID != "saml-"+a.TenantID && line.Name != "新しいIdP" {
					t.Errorf("another firm's trust %s is listed", line.ID)
				}
			}
			return err
		}},
		{"see a trust", false, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			_, err := w.Trust(t.Context(), a, c.id)
			return err
		}},
		{"see the roles to map to", false, may, func(t *testing.T, w *world, a portal.Actor, _ connection) error {
			_, err := w.MappableRoles(t.Context(), a)
			return err
		}},
		{"begin a trust", true, may, func(t *testing.T, w *world, a portal.Actor, _ connection) error {
			_, err := w.NewTrust(t.Context(), a, portal.NewTrust{Name: "新しいIdP", Protocol: store.OIDC})
			return err
		}},
		{"save a draft", true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			d := w.keptDraft(t, "a", c.id)
			d.Label = "人事から"
			_, _, err := w.SaveTrustDraft(t.Context(), a, d)
			return err
		}},
		{"drop a draft", true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			return w.DropTrustDraft(t.Context(), a, c.id)
		}},
		{"go back", true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			_, err := w.BackToVersion(t.Context(), a, c.id, c.version)
			return err
		}},
		{"test", false, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			_, _, err := w.MayTestTrust(t.Context(), a, c.id)
			return err
		}},
		{"seal a secret", false, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			_, err := w.SealTrustSecret(t.Context(), a, c.id, "secret")
			return err
		}},
		{"compare", false, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			_, err := w.TrustDiff(t.Context(), a, c.id, -1, 0)
			return err
		}},
		{"switch on", true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			return w.SwitchTrustOn(t.Context(), a, c.id, portal.SwitchOn{Revision: c.revision})
		}},
		{"switch off", true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			_, err := w.SwitchTrustOff(t.Context(), a, c.id, "")
			return err
		}},
		{"remove", true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			_, err := w.setup.SwitchTrust(t.Context(), c.id, store.TrustDisabled)
			must(t, err)
			return w.RemoveTrust(t.Context(), a, c.id)
		}},
		{"fetch now", true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			_, err := w.MayFetch(t.Context(), a, c.id)
			return err
		}},
		{"accept keys", true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			return w.AcceptKeys(t.Context(), a, c.id, []string{"other"})
		}},
		{"take keys into the draft", true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			return w.DraftKeys(t.Context(), a, c.id, []string{"other"})
		}},
		{"refuse keys", true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			return w.RefuseKeys(t.Context(), a, c.id, []string{"other"})
		}},
		{"list sign-ins", false, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			_, err := w.SignIns(t.Context(), a, c.id, false, store.Page{})
			return err
		}},
		{"see a sign-in", false, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			_, err := w.SignIn(t.Context(), a, c.id, c.signIn)
			return err
		}},
		{"find a sign-in", false, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			_, err := w.SignInByReference(t.Context(), a, "ref-"+string(c.id))
			return err
		}},
		{"make a setup link", true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			_, err := w.MakeSetupLink(t.Context(), a, c.id, time.Hour)
			return err
		}},
		{"revoke setup links", true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, c connection) error {
			return w.RevokeSetupLink(t.Context(), a, c.id)
		}},
	}
}

// newTrustWorld is a world whose secrets can be sealed and whose trusts are offered the key "other".
func newTrustWorld(t *testing.T) *world {
	w := newWorld(t)
	keys, err := seal.Open(seal.NewKey())
	must(t, err)
	w.Sealer = keys
	w.KeyEnds = func(trust store.Trust) []portal.KeyEnd {
		if trust.SAML == nil || len(trust.SAML.Offered) == 0 {
			return nil
		}
		return []portal.KeyEnd{{What: "offered", Fingerprint: "other", Ends: w.now.AddDate(1, 0, 0)}}
	}
	return w
}

// TestTrustPermission tries every task as everybody: menu × office scope × company × tenant.
func TestTrustPermission(t *testing.T) {
	for _, d := range trustTasks() {
		w, people := newTrustWorld(t), map[string]portal.Actor{}
		for scope, p := range scopes() {
			for _, p.permissions = range append(menus(), store.PermitTrusts, store.PermitAll&^store.PermitTrusts) {
				t.Run(fmt.Sprintf("%s/%s/%s", d.name, scope, p.permissions), func(t *testing.T) {
					who := fmt.Sprint(scope, p.permissions)
					if _, ok := people[who]; !ok {
						people[who] = w.add(t, w.fresh(), p)
					}
					c := w.connect(t)
					want := d.answer(p)
					before := []int64{w.head(t, "a").Seq, w.head(t, "b").Seq}
					err := d.try(t, w, people[who], c)
					if want == may && err != nil || want != may && store.KindOf(err) != want {
						t.Errorf("answers %v, want %s", err, want)
					}
					recorded := w.head(t, "a").Seq - before[0] + w.head(t, "b").Seq - before[1]
					if d.name == "remove" {
						recorded-- // the operator's switching off
					}
					if (recorded > 0) != (want == may && d.audited) {
						t.Errorf("%d events were recorded", recorded)
					}
				})
			}
		}
	}
}

func (d trustTask) answer(p who) store.Kind {
	switch {
	case p.company != "" || !p.permissions.Has(store.PermitTrusts) || p.offices != nil:
		return store.Denied
	case p.tenant != "a":
		return d.elsewhere
	}
	return may
}
