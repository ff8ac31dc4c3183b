package portal_test

import (
	"fmt"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// clientTask is one thing that an administrator does about an API client of tenant "a", which pushes documents.
type clientTask struct {
	name      string
	audited   bool
	holds     bool       // its menus are needed, too
	elsewhere store.Kind // what an administrator of another firm gets; may: they do it in their own
	try       func(t *testing.T, w *world, a portal.Actor, id store.ID) error
}

func clientTasks() []clientTask {
	draft := clientDraft()
	draft.Scopes = store.ScopeDocuments
	return []clientTask{
		{"list", false, false, may, func(t *testing.T, w *world, a portal.Actor, _ store.ID) error {
			_, err := w.Clients(t.Context(), a)
			return err
		}},
		{"see what a new one can be", false, false, may, func(t *testing.T, w *world, a portal.Actor, _ store.ID) error {
			_, err := w.ChoicesForClient(t.Context(), a)
			return err
		}},
		{"see", false, false, store.NotFound, func(t *testing.T, w *world, a portal.Actor, id store.ID) error {
			_, err := w.ClientOf(t.Context(), a, id)
			return err
		}},
		{"see how it embeds", false, false, store.NotFound, func(t *testing.T, w *world, a portal.Actor, id store.ID) error {
			_, err := w.EmbedOf(t.Context(), a, id)
			return err
		}},
		{"register", true, true, may, func(t *testing.T, w *world, a portal.Actor, _ store.ID) error {
			_, err := w.RegisterClient(t.Context(), a, draft)
			return err
		}},
		{"change", true, true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, id store.ID) error {
			return w.ChangeClient(t.Context(), a, id, draft)
		}},
		{"take its scope", true, true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, id store.ID) error {
			return w.ChangeClient(t.Context(), a, id, clientDraft())
		}},
		{"switch off", true, false, store.NotFound, func(t *testing.T, w *world, a portal.Actor, id store.ID) error {
			return w.SwitchClient(t.Context(), a, id, false)
		}},
		{"switch on", true, true, store.NotFound, func(t *testing.T, w *world, a portal.Actor, id store.ID) error {
			must(t, w.setup.TurnClient(t.Context(), id, false))
			return w.SwitchClient(t.Context(), a, id, true)
		}},
		{"remove", true, false, store.NotFound, func(t *testing.T, w *world, a portal.Actor, id store.ID) error {
			must(t, w.setup.TurnClient(t.Context(), id, false))
			return w.RemoveClient(t.Context(), a, id)
		}},
	}
}

// TestClientPermission tries every task as everybody: menu × office scope × company × tenant.
func TestClientPermission(t *testing.T) {
	for _, task := range clientTasks() {
		w, people := newWorld(t), map[string]portal.Actor{}
		for scope, p := range scopes() {
			for _, p.permissions = range append(menus(), store.PermitTrusts, store.PermitTrusts|store.PermitDeliver, store.PermitAll&^store.PermitTrusts) {
				t.Run(fmt.Sprintf("%s/%s/%s", task.name, scope, p.permissions), func(t *testing.T) {
					who := fmt.Sprint(scope, p.permissions)
					if _, ok := people[who]; !ok {
						people[who] = w.add(t, w.fresh(), p)
					}
					c := w.client(t, store.APIClient{Name: "x", Keys: []byte(clientKey), Scopes: store.ScopeDocuments, Offices: store.OfficeScope{All: true}}, 0)
					defer func() { // there may be so many at once
						must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
							_ = tx.APIClients().Delete(t.Context(), c.Client) // unless it was removed already
							return nil
						}))
					}()
					want, before := task.answer(p), w.head(t, "a").Seq+w.head(t, "b").Seq
					if task.name == "switch on" || task.name == "remove" {
						before++ // the operator's switching off
					}
					if err := task.try(t, w, people[who], c.Client); want == may && err != nil || want != may && store.KindOf(err) != want {
						t.Errorf("answers %v, want %s", err, want)
					}
					if recorded := w.head(t, "a").Seq + w.head(t, "b").Seq - before; (recorded > 0) != (want == may && task.audited) {
						t.Errorf("%d events were recorded", recorded)
					}
				})
			}
		}
	}
}

func (d clientTask) answer(p who) store.Kind {
	switch {
	case p.company != "" || !p.permissions.Has(store.PermitTrusts) || p.offices != nil:
		return store.Denied
	case p.tenant != "a" && d.elsewhere != may:
		return d.elsewhere
	case d.holds && !p.permissions.Has(store.PermitDeliver):
		return store.Denied
	}
	return may
}
