package portal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
	"cloudpocket/store/seal"
)

// webhookDeed is one thing that an administrator does about a webhook and a message of tenant "a".
type webhookDeed struct {
	name    string
	audited bool
	firm    bool // an administrator of another firm may, in their own
	try     func(t *testing.T, w *world, a portal.Actor, id, message store.ID) error
}

func webhookDeeds() []webhookDeed {
	return []webhookDeed{
		{"Webhooks", false, true, func(t *testing.T, w *world, a portal.Actor, id, _ store.ID) error {
			all, err := w.Webhooks(t.Context(), a)
			for _, one := range all {
				if one.ID == id && a.TenantID != "a" {
					t.Error("another firm's webhook is listed")
				}
			}
			return err
		}},
		{"Webhook", false, false, func(t *testing.T, w *world, a portal.Actor, id, _ store.ID) error {
			_, _, err := w.Webhook(t.Context(), a, id, store.Page{})
			return err
		}},
		{"AddWebhook", true, true, func(t *testing.T, w *world, a portal.Actor, _, _ store.ID) error {
			_, one, err := w.AddWebhook(t.Context(), a, "https://hr.example/in", []string{"delivery.viewed"})
			if err == nil { // for there to be room for the next
				err = w.RemoveWebhook(t.Context(), a, one.ID)
			}
			return err
		}},
		{"ChangeWebhook", true, false, func(t *testing.T, w *world, a portal.Actor, id, _ store.ID) error {
			return w.ChangeWebhook(t.Context(), a, id, hookVersion(t, w, id), []string{"delivery.viewed"})
		}},
		{"SwitchWebhook", true, false, func(t *testing.T, w *world, a portal.Actor, id, _ store.ID) error {
			return w.SwitchWebhook(t.Context(), a, id, false)
		}},
		{"TestWebhook", true, false, func(t *testing.T, w *world, a portal.Actor, id, _ store.ID) error {
			return w.TestWebhook(t.Context(), a, id)
		}},
		{"ResendHook", true, false, func(t *testing.T, w *world, a portal.Actor, id, message store.ID) error {
			return w.ResendHook(t.Context(), a, id, message)
		}},
		{"RemoveWebhook", true, false, func(t *testing.T, w *world, a portal.Actor, id, _ store.ID) error {
			return w.RemoveWebhook(t.Context(), a, id)
		}},
	}
}

// hookVersion is the version of a webhook of tenant "a"; 0: it has none such.
func hookVersion(t *testing.T, w *world, id store.ID) (version int64) {
	t.Helper()
	must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) error {
		if one, err := tx.Webhooks().Get(t.Context(), id); err == nil {
			version = one.Version
		}
		return nil
	}))
	return version
}

// webhookTries are the deeds about webhooks.
func webhookTries(trove, map[store.ID]portal.StagedFile) tries {
	all := tries{}
	for _, d := range webhookDeeds() {
		all[d.name] = func(t *testing.T, w *world, a portal.Actor) error { return d.try(t, w, a, "hook", "message") }
	}
	return all
}

// hooked is a world that can seal secrets.
func hooked(t *testing.T) out {
	t.Helper()
	o := newOut(t)
	keys, err := seal.Open(seal.NewKey())
	must(t, err)
	o.Sealer = keys
	return o
}

// hook adds a webhook that is told of these events, or of all.
func (o out) hook(t *testing.T, events ...string) store.ID {
	t.Helper()
	if events == nil {
		for _, e := range store.EveryHookEvent() {
			events = append(events, string(e))
		}
	}
	_, w, err := o.AddWebhook(t.Context(), o.boss, "https://hr.example/in?key=1", events)
	must(t, err)
	return w.ID
}

// told returns what a webhook was told, oldest first.
func (o out) told(t *testing.T, id store.ID) (all []store.HookMessage) {
	t.Helper()
	_, list, err := o.Webhook(t.Context(), o.boss, id, store.Page{})
	must(t, err)
	for _, m := range list.Items {
		all = append([]store.HookMessage{m}, all...)
	}
	return all
}

// hookTasks leases what webhooks are owed.
func (o out) hookTasks(t *testing.T) []store.Task {
	t.Helper()
	tasks, err := o.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskWebhook}, 50, o.now, o.now.Add(time.Second))
	must(t, err)
	return tasks
}

// TestWebhookPermission tries every deed as everybody: menu × office scope × company × tenant.
func TestWebhookPermission(t *testing.T) {
	o := hooked(t)
	people := map[string]portal.Actor{}
	for _, d := range webhookDeeds() {
		for scope, p := range scopes() {
			for _, p.permissions = range append(menus(), store.PermitTrusts, store.PermitAll&^store.PermitTrusts) {
				t.Run(fmt.Sprintf("%s/%s/%s", d.name, scope, p.permissions), func(t *testing.T) {
					who := fmt.Sprint(scope, p.permissions)
					if _, ok := people[who]; !ok {
						people[who] = o.add(t, o.fresh(), p)
					}
					id := o.hook(t)
					message := store.ID("m-" + string(o.fresh()))
					must(t, o.Records.Update(t.Context(), "a", func(tx store.Tx) error {
						m := store.HookMessage{ID: message, WebhookID: id, Event: store.HookTest, CreatedAt: o.now, Since: o.now}
						if err := tx.Webhooks().AddMessage(t.Context(), m); err != nil {
							return err
						}
						m.State = store.HookGivenUp
						return tx.Webhooks().KeepMessage(t.Context(), m)
					}))
					before := o.head(t, "a").Seq + o.head(t, "b").Seq
					err := d.try(t, o.world, people[who], id, message)
					want := store.Kind(may)
					switch {
					case p.company != "" || p.offices != nil || !p.permissions.Has(store.PermitTrusts):
						want = store.Denied
					case p.tenant != "a" && !d.firm:
						want = store.NotFound
					case d.name == "ChangeWebhook" && !p.permissions.Has(store.PermitReceipts|store.PermitDeliver): // as it is told of everything
						want = store.Denied
					case d.name == "AddWebhook" && !p.permissions.Has(store.PermitReceipts): // which it is told of
						want = store.Denied
					}
					if want == may && err != nil || want != may && store.KindOf(err) != want {
						t.Errorf("answers %v, want %s", err, want)
					}
					if recorded := o.head(t, "a").Seq + o.head(t, "b").Seq - before; (recorded > 0) != (want == may && d.audited) {
						t.Errorf("%d events were recorded", recorded)
					}
					if err := o.RemoveWebhook(t.Context(), o.boss, id); err != nil && d.name != "RemoveWebhook" {
						t.Error(err)
					}
				})
			}
		}
	}
}

func TestAddWebhook(t *testing.T) {
	o := hooked(t)
	viewed := []string{"delivery.viewed"}
	for name, row := range map[string]struct {
		url     string
		events  []string
		private bool
		key     string // empty: it is added
	}{
		"public":                {"https://hr.example:8443/in?key=1", viewed, false, ""},
		"all events":            {" https://hr.example/in\n", []string{"delivery.delivered", "package.refused"}, false, ""},
		"plain http":            {"http://hr.example/in", viewed, false, "error.webhook_url"},
		"a user's name":         {"https://a:b@hr.example/in", viewed, false, "error.webhook_url"},
		"a fragment":            {"https://hr.example/in#a", viewed, false, "error.webhook_url"},
		"no host":               {"https:///in", viewed, false, "error.webhook_url"},
		"another scheme":        {"file:///etc/passwd", viewed, true, "error.webhook_url"},
		"a control":             {"https://hr.example/\x01", viewed, false, "error.webhook_url"},
		"long":                  {"https://hr.example/" + strings.Repeat("a", 1000), viewed, false, "error.webhook_url"},
		"loopback":              {"https://127.0.0.1/in", viewed, false, "error.webhook_private"},
		"loopback by name":      {"https://LOCALHOST./in", viewed, false, "error.webhook_private"},
		"private":               {"https://10.1.2.3/in", viewed, false, "error.webhook_private"},
		"private in IPv6":       {"https://[::ffff:10.1.2.3]/in", viewed, false, "error.webhook_private"},
		"link-local":            {"https://169.254.169.254/in", viewed, false, "error.webhook_private"},
		"unspecified":           {"https://0.0.0.0/in", viewed, false, "error.webhook_private"},
		"private, where let":    {"http://10.1.2.3/in", viewed, true, ""},
		"no events":             {"https://hr.example/in", nil, false, "error.webhook_events"},
		"an event of no kind":   {"https://hr.example/in", []string{"delivery.burned"}, false, "error.webhook_events"},
		"the event of the test": {"https://hr.example/in", []string{"webhook.test"}, false, "error.webhook_events"},
	} {
		t.Run(name, func(t *testing.T) {
			o.PrivateIdPs = row.private
			secret, w, err := o.AddWebhook(t.Context(), o.boss, row.url, row.events)
			if row.key != "" {
				if !errors.Is(err, &store.Error{Kind: store.Invalid, Key: row.key}) || secret != "" {
					t.Errorf("answers %q, %v", secret, err)
				}
				return
			}
			must(t, err)
			if !strings.HasPrefix(secret, "whsec_") || len(secret) < 40 || strings.Contains(string(w.Secret), secret[6:]) {
				t.Errorf("the secret is %q, kept %q", secret, w.Secret)
			}
			all, err := o.Webhooks(t.Context(), o.boss)
			must(t, err)
			if len(all) != 1 || all[0].URL != strings.TrimSpace(row.url) || all[0].ByName != "人 boss" {
				t.Errorf("kept are %+v", all)
			}
			events := o.audit(t, "a")
			last := events[len(events)-1]
			if last.Deed != store.DeedWebhook || strings.Contains(fmt.Sprint(last), "key=1") || strings.Contains(fmt.Sprint(last), secret[6:]) {
				t.Errorf("the audit has %+v", last)
			}
			must(t, o.RemoveWebhook(t.Context(), o.boss, w.ID))
		})
	}
}

func TestWebhooksAreFew(t *testing.T) {
	o := hooked(t)
	for range store.MaxWebhooks {
		o.hook(t)
	}
	if _, _, err := o.AddWebhook(t.Context(), o.boss, "https://hr.example", []string{"delivery.viewed"}); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.webhook_many"}) {
		t.Errorf("answers %v", err)
	}
}

// TestWebhookIsChanged has one told of other events: who does it holds the menus of what it was told, and of what it will be.
func TestWebhookIsChanged(t *testing.T) {
	o := hooked(t)
	id := o.hook(t, "delivery.viewed")
	clerk := o.add(t, o.fresh(), who{tenant: "a", permissions: store.PermitTrusts | store.PermitDeliver})
	reader := o.add(t, o.fresh(), who{tenant: "a", permissions: store.PermitTrusts | store.PermitReceipts})
	version := func() int64 { return hookVersion(t, o.world, id) }
	for name, row := range map[string]struct {
		by      portal.Actor
		version int64
		events  []string
		want    error
	}{
		"what it was told is beyond":     {clerk, 0, []string{"package.sorted"}, &store.Error{Kind: store.Denied, Key: "error.webhook_beyond"}},
		"what it will be told is beyond": {reader, 0, []string{"package.sorted"}, &store.Error{Kind: store.Denied, Key: "error.webhook_beyond"}},
		"nothing":                        {o.boss, 0, nil, &store.Error{Kind: store.Invalid, Key: "error.webhook_events"}},
		"no such event":                  {o.boss, 0, []string{"webhook.test"}, &store.Error{Kind: store.Invalid, Key: "error.webhook_events"}},
		"another version":                {o.boss, 7, []string{"package.sorted"}, &store.Error{Kind: store.Conflict, Key: "error.webhook_changed"}},
		"as it is":                       {reader, 0, []string{"delivery.viewed"}, nil},
	} {
		head := o.head(t, "a")
		if err := o.ChangeWebhook(t.Context(), row.by, id, row.version, row.events); !errors.Is(err, row.want) || version() != 0 || o.head(t, "a") != head {
			t.Errorf("%s: answers %v", name, err)
		}
	}
	must(t, o.ChangeWebhook(t.Context(), reader, id, 0, []string{"delivery.acknowledged", "delivery.viewed"}))
	must(t, o.ChangeWebhook(t.Context(), o.boss, id, 1, []string{"package.sorted"}))
	w, _, err := o.Webhook(t.Context(), o.boss, id, store.Page{})
	if must(t, err); version() != 2 || !w.Events.Has(store.HookSorted) || w.Events.Has(store.HookViewed) {
		t.Errorf("it is %+v", w)
	}
	all := o.audit(t, "a")
	last := all[len(all)-1]
	if last.Deed != store.DeedWebhook || !maps.Equal(last.Detail, map[string]string{"by": "changed", "events": "package.sorted", "before": "delivery.viewed delivery.acknowledged", "host": "hr.example"}) {
		t.Errorf("the audit has %+v", last)
	}
	_, delivery := o.hand(t, "a", nil)
	_, err = o.View(t.Context(), o.client, delivery)
	must(t, err)
	if told := o.told(t, id); len(told) != 0 {
		t.Errorf("of what it is not told any more it is told %+v", told)
	}
}

// TestWebhookIsTold goes the way of a delivery, twice over: each fact is told once, by IDs alone, to whom it is of interest.
func TestWebhookIsTold(t *testing.T) {
	o := hooked(t)
	all, some, off := o.hook(t), o.hook(t, "delivery.viewed"), o.hook(t)
	must(t, o.SwitchWebhook(t.Context(), o.boss, off, false))
	document, delivery := o.hand(t, "a", func(d *portal.Draft) { d.Acknowledge = true })
	for range 2 {
		_, err := o.View(t.Context(), o.boss, delivery) // the firm's own people are no readers
		must(t, err)
		_, err = o.View(t.Context(), o.client, delivery)
		must(t, err)
		must(t, o.Acknowledge(t.Context(), o.client, delivery))
	}
	must(t, o.Withdraw(t.Context(), o.boss, delivery, "誤配付"))
	about := map[string]string{"delivery": string(delivery), "document": string(document), "office": "x1"}
	by := maps.Clone(about)
	by["account"] = "client"
	want := []store.HookMessage{{Event: store.HookDelivered, Data: about}, {Event: store.HookViewed, Data: by}, {Event: store.HookAcknowledged, Data: by}, {Event: store.HookWithdrawn, Data: about}}
	got := map[store.HookEvent]map[string]string{}
	for _, m := range o.told(t, all) {
		got[m.Event] = m.Data
	}
	if len(o.told(t, all)) != len(want) {
		t.Errorf("told are %+v", o.told(t, all))
	}
	for _, m := range want {
		if !maps.Equal(got[m.Event], m.Data) {
			t.Errorf("%s is told %v, want %v", m.Event, got[m.Event], m.Data)
		}
	}
	if told := o.told(t, some); len(told) != 1 || told[0].Event != store.HookViewed {
		t.Errorf("who asks for one event is told %+v", told)
	}
	if told := o.told(t, off); len(told) != 0 {
		t.Errorf("who is switched off is told %+v", told)
	}
}

func TestWebhookIsToldOfPackages(t *testing.T) {
	o := hooked(t)
	id := o.hook(t)
	broken := o.drop(t, o.boss, "b.zip", []byte("PK\x03\x04rubbish"))
	refused := o.drop(t, o.boss, "a.zip", archive(t, map[string]string{"../a.xml": "<a/>"}))
	sorted := o.drop(t, o.boss, "list.csv", []byte("氏名\n田中花子\n"))
	got := map[string]store.HookMessage{}
	for _, m := range o.told(t, id) {
		got[m.Data["package"]] = m
	}
	for _, one := range []portal.TrayItem{broken, refused} {
		if m := got[string(one.ID)]; one.State != store.PackageRefused || m.Event != store.HookRefused {
			t.Errorf("of %s, which is %s, it is told %+v", one.Name, one.State, m)
		}
	}
	if m := got[string(sorted.ID)]; m.Event != store.HookSorted || m.Data["state"] != string(sorted.State) || strings.Contains(fmt.Sprint(m.Data), "田中") {
		t.Errorf("of a sorted package it is told %+v", m)
	}
}

// TestWebhookMessage is sent as it was written, fails, and is taken.
func TestWebhookMessage(t *testing.T) {
	o := hooked(t)
	id := o.hook(t)
	must(t, o.TestWebhook(t.Context(), o.boss, id))
	task := o.hookTasks(t)[0]
	owed, err := o.WebhookDue(t.Context(), task)
	must(t, err)
	var body struct {
		Type      string
		Timestamp time.Time
		Data      map[string]string
	}
	must(t, json.Unmarshal(owed.Body, &body))
	if owed.URL != "https://hr.example/in?key=1" || len(owed.Secret) != 32 || body.Type != "webhook.test" || !body.Timestamp.Equal(o.now) || body.Data["webhook"] != string(id) {
		t.Errorf("it is sent %+v: %s", owed, owed.Body)
	}
	o.world.now = o.now.Add(time.Hour)
	over, err := o.WebhookFailed(t.Context(), task, 500, store.HookBadStatus)
	if must(t, err); over {
		t.Error("it is given up at once")
	}
	again, err := o.WebhookDue(t.Context(), task)
	if must(t, err); string(again.Body) != string(owed.Body) || again.ID != owed.ID {
		t.Errorf("it is sent again as %s", again.Body)
	}
	if m := o.told(t, id)[0]; m.State != store.HookWaiting || m.Status != 500 || m.Attempts != 1 || m.Failure != store.HookBadStatus {
		t.Errorf("it failed: %+v", m)
	}
	must(t, o.WebhookTaken(t.Context(), task, 204))
	if m := o.told(t, id)[0]; m.State != store.HookSent || m.Status != 204 || m.Attempts != 2 || m.Failure != "" {
		t.Errorf("it was taken: %+v", m)
	}
	if _, err := o.WebhookDue(t.Context(), task); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("it is owed still: %v", err)
	}
}

// TestWebhookGivenUp after three days, and sent again by hand under the same ID.
func TestWebhookGivenUp(t *testing.T) {
	o := hooked(t)
	id := o.hook(t)
	must(t, o.TestWebhook(t.Context(), o.boss, id))
	task := o.hookTasks(t)[0]
	if err := o.ResendHook(t.Context(), o.boss, id, o.told(t, id)[0].ID); !errors.Is(err, &store.Error{Kind: store.Conflict, Key: "error.webhook_waiting"}) {
		t.Errorf("what is still tried is sent again: %v", err)
	}
	for _, day := range []int{1, 3, 4} {
		o.world.now = began.Add(time.Duration(day)*24*time.Hour - time.Minute)
		over, err := o.WebhookFailed(t.Context(), task, 0, store.HookTimeout)
		if must(t, err); over != (day == 4) {
			t.Errorf("after %d days it is over: %t", day, over)
		}
	}
	m := o.told(t, id)[0]
	if m.State != store.HookGivenUp || len(o.hookTasks(t)) != 0 {
		t.Errorf("it is %+v", m)
	}
	must(t, o.ResendHook(t.Context(), o.boss, id, m.ID))
	tasks := o.hookTasks(t)
	if len(tasks) != 1 {
		t.Fatalf("%d are owed", len(tasks))
	}
	owed, err := o.WebhookDue(t.Context(), tasks[0])
	if must(t, err); owed.ID != m.ID {
		t.Errorf("it is sent as %s, was %s", owed.ID, m.ID)
	}
	over, err := o.WebhookFailed(t.Context(), tasks[0], 500, store.HookBadStatus)
	if must(t, err); over || o.told(t, id)[0].Attempts != 1 {
		t.Errorf("what was sent again is over: %t, %+v", over, o.told(t, id)[0])
	}
}

// TestWebhookNotOwed ends the tasks of what nobody is told any more, and keeps those of a firm that is suspended.
func TestWebhookNotOwed(t *testing.T) {
	for name, row := range map[string]struct {
		do    func(t *testing.T, o out, id store.ID)
		want  error
		state store.HookMessageState // empty: it is not there
		tasks int
	}{
		"switched off": {func(t *testing.T, o out, id store.ID) { must(t, o.SwitchWebhook(t.Context(), o.boss, id, false)) }, store.ErrNotFound, store.HookDropped, 0},
		"removed":      {func(t *testing.T, o out, id store.ID) { must(t, o.RemoveWebhook(t.Context(), o.boss, id)) }, store.ErrNotFound, "", 0},
		"suspended":    {func(t *testing.T, o out, _ store.ID) { o.switchTenant(t, "a", store.TenantSuspended) }, store.ErrUnavailable, store.HookWaiting, 1},
		"another key": {func(t *testing.T, o out, _ store.ID) {
			keys, err := seal.Open(seal.NewKey())
			must(t, err)
			o.Sealer = keys
		}, store.ErrDamaged, store.HookWaiting, 1},
	} {
		t.Run(name, func(t *testing.T) {
			o := hooked(t)
			id := o.hook(t)
			must(t, o.TestWebhook(t.Context(), o.boss, id))
			task, message := o.hookTasks(t)[0], o.told(t, id)[0].ID
			row.do(t, o, id)
			if _, err := o.WebhookDue(t.Context(), task); !errors.Is(err, row.want) {
				t.Errorf("answers %v", err)
			}
			o.world.now = o.now.Add(time.Minute)
			if tasks := o.hookTasks(t); len(tasks) != row.tasks {
				t.Errorf("%d tasks are left", len(tasks))
			}
			must(t, o.Records.View(t.Context(), "a", func(tx store.Tx) error {
				m, err := tx.Webhooks().Message(t.Context(), message)
				if m.State != row.state || (row.state == "") != errors.Is(err, store.ErrNotFound) {
					t.Errorf("it is %+v, %v", m, err)
				}
				return nil
			}))
		})
	}
}

// TestWebhookForgets what was told more than a month ago.
func TestWebhookForgets(t *testing.T) {
	o := hooked(t)
	id := o.hook(t)
	for range 3 {
		must(t, o.TestWebhook(t.Context(), o.boss, id))
	}
	o.world.now = o.now.Add(31 * 24 * time.Hour)
	must(t, o.TestWebhook(t.Context(), o.boss, id))
	if told := o.told(t, id); len(told) != 1 || !told[0].CreatedAt.Equal(o.now) {
		t.Errorf("it remembers %+v", told)
	}
	must(t, o.SwitchWebhook(t.Context(), o.boss, id, false))
	if err := o.TestWebhook(t.Context(), o.boss, id); !errors.Is(err, &store.Error{Kind: store.Conflict, Key: "error.webhook_off"}) {
		t.Errorf("what is switched off is tried: %v", err)
	}
}
