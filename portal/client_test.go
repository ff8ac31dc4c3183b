package portal_test

import (
	"errors"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// keptClient returns a client of tenant "a" as it is kept.
func (w *world) keptClient(t *testing.T, id store.ID) (c store.APIClient) {
	t.Helper()
	must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) (err error) {
		c, err = tx.APIClients().Get(t.Context(), id)
		return err
	}))
	return c
}

func TestClientRegistered(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	id, err := w.RegisterClient(t.Context(), boss, portal.ClientDraft{Name: " 親製品 ", Keys: []byte(clientKey), Scopes: store.ScopeDocuments | store.ScopeEmbed,
		Offices: store.OfficeScope{Offices: []store.ID{"y1"}}, Called: []string{"ext-x1", "x1"}, Origins: []string{"https://HR.例え.jp:443/", "https://hr.example:8443"},
		Allowed: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
	must(t, err)
	want := store.APIClient{ID: id, Name: "親製品", State: store.ClientEnabled, Keys: []byte(`{"keys":[{"kty":"OKP","kid":"2026-11","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`),
		Scopes: store.ScopeDocuments | store.ScopeEmbed, Offices: store.OfficeScope{Offices: []store.ID{"x1", "y1"}},
		Origins: []string{"https://hr.example:8443", "https://hr.xn--r8jz45g.jp"}, Allowed: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		By: "boss", ByName: "人 boss", KeyedBy: "boss", CreatedAt: w.now, Version: 1}
	if got := w.keptClient(t, id); !reflect.DeepEqual(got, want) {
		t.Errorf("it is kept as\n%+v, want\n%+v", got, want)
	}
	v, err := w.ClientOf(t.Context(), boss, id)
	must(t, err)
	if !reflect.DeepEqual(v.Keys, []portal.ClientKey{{Kid: "2026-11", Kind: "Ed25519"}}) || v.Barred || v.Choices.Scopes != store.ScopeAll || len(v.Choices.Offices) != 3 {
		t.Errorf("it is seen as %+v", v)
	}
	events := w.audit(t, "a")
	e := events[len(events)-1]
	detail := map[string]string{"by": "add", "name": "親製品", "state": "enabled", "scopes": "documents embed", "offices": "x1 y1", "keys": "2026-11",
		"origins": "https://hr.example:8443 https://hr.xn--r8jz45g.jp", "addresses": "192.0.2.0/24"}
	if e.Deed != store.DeedClient || e.AccountID != "boss" || e.Record != "client:"+string(id) || !reflect.DeepEqual(e.Detail, detail) {
		t.Errorf("the log has %+v", e)
	}
}

// TestClientDraftRefused says of each wrong draft by which sentence.
func TestClientDraftRefused(t *testing.T) {
	for name, row := range map[string]struct {
		change func(d *portal.ClientDraft)
		key    string
	}{
		"good":                   {func(*portal.ClientDraft) {}, ""},
		"no name":                {func(d *portal.ClientDraft) { d.Name = " " }, "error.client_name"},
		"control character":      {func(d *portal.ClientDraft) { d.Name = "a\nb" }, "error.client_name"},
		"no scope":               {func(d *portal.ClientDraft) { d.Scopes = 0 }, "error.client_no_scope"},
		"a scope of nothing":     {func(d *portal.ClientDraft) { d.Scopes = store.ScopeAll + 1 }, "error.client_no_scope"},
		"no keys":                {func(d *portal.ClientDraft) { d.Keys = nil }, "error.client_no_keys"},
		"no JSON":                {func(d *portal.ClientDraft) { d.Keys = []byte("-----BEGIN PUBLIC KEY-----") }, "error.keys_form"},
		"a private key":          {func(d *portal.ClientDraft) { d.Keys = []byte(strings.Replace(clientKey, `"kid"`, `"d":"x","kid"`, 1)) }, "error.keys_private"},
		"by http":                {func(d *portal.ClientDraft) { d.KeysURL = "http://partner.example/jwks" }, "error.client_keys_url"},
		"at a private address":   {func(d *portal.ClientDraft) { d.KeysURL = "https://10.0.0.1/jwks" }, "error.client_keys_url"},
		"at ours":                {func(d *portal.ClientDraft) { d.KeysURL = "https://[::1]/jwks" }, "error.client_keys_url"},
		"mapped":                 {func(d *portal.ClientDraft) { d.KeysURL = "https://[::ffff:127.0.0.1]/jwks" }, "error.client_keys_url"},
		"the cloud's own":        {func(d *portal.ClientDraft) { d.KeysURL = "https://169.254.169.254/" }, "error.client_keys_url"},
		"in octal":               {func(d *portal.ClientDraft) { d.KeysURL = "https://0177.0.0.1/" }, "error.client_keys_url"},
		"a number":               {func(d *portal.ClientDraft) { d.KeysURL = "https://2130706433/" }, "error.client_keys_url"},
		"a name of ours":         {func(d *portal.ClientDraft) { d.KeysURL = "https://redis/" }, "error.client_keys_url"},
		"localhost":              {func(d *portal.ClientDraft) { d.KeysURL = "https://jwks.localhost./" }, "error.client_keys_url"},
		"with a password":        {func(d *portal.ClientDraft) { d.KeysURL = "https://a:b@partner.example/" }, "error.client_keys_url"},
		"another office":         {func(d *portal.ClientDraft) { d.Offices = store.OfficeScope{}; d.Called = []string{"elsewhere"} }, "error.office_nowhere"},
		"no office":              {func(d *portal.ClientDraft) { d.Offices = store.OfficeScope{} }, "error.client_no_office"},
		"an origin by http":      {func(d *portal.ClientDraft) { d.Origins = []string{"http://hr.example"} }, "error.client_origin"},
		"an origin of our own":   {func(d *portal.ClientDraft) { d.Origins = []string{"http://localhost:5173"} }, "error.client_origin"},
		"an origin with a path":  {func(d *portal.ClientDraft) { d.Origins = []string{"https://hr.example/app"} }, "error.client_origin"},
		"a pattern":              {func(d *portal.ClientDraft) { d.Origins = []string{"https://*.hr.example"} }, "error.client_origin"},
		"null":                   {func(d *portal.ClientDraft) { d.Origins = []string{"null"} }, "error.client_origin"},
		"an origin with a query": {func(d *portal.ClientDraft) { d.Origins = []string{"https://hr.example?"} }, "error.client_origin"},
		"several in one":         {func(d *portal.ClientDraft) { d.Origins = []string{"https://hr.example 'self'"} }, "error.client_origin"},
		"with a directive":       {func(d *portal.ClientDraft) { d.Origins = []string{"https://hr.example;script-src"} }, "error.client_origin"},
		"port 0":                 {func(d *portal.ClientDraft) { d.Origins = []string{"https://hr.example:0"} }, "error.client_origin"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
			d := clientDraft()
			row.change(&d)
			_, err := w.RegisterClient(t.Context(), boss, d)
			var e *store.Error
			if row.key == "" && err != nil || row.key != "" && (!errors.As(err, &e) || e.Key != row.key || e.Kind != store.Invalid) {
				t.Errorf("answers %v, want %s", err, row.key)
			}
		})
	}
}

// TestClientOfDeveloper lets those of a deployment that may be at private addresses be on the developer's machine.
func TestClientOfDeveloper(t *testing.T) {
	w := newWorld(t)
	w.PrivateIdPs = true
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	d := clientDraft()
	d.KeysURL, d.Origins = "http://localhost:9000/jwks", []string{"http://localhost:5173", "http://hr.localhost"}
	id, err := w.RegisterClient(t.Context(), boss, d)
	must(t, err)
	if c := w.keptClient(t, id); c.KeysURL != d.KeysURL || len(c.Keys) != 0 || strings.Join(c.Origins, " ") != "http://hr.localhost http://localhost:5173" {
		t.Errorf("it is %+v", c)
	}
	d.Origins = []string{"http://hr.example"}
	if _, err := w.RegisterClient(t.Context(), boss, d); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.client_origin"}) {
		t.Errorf("plain http elsewhere: %v", err)
	}
}

// TestClientChanged changes one as it was seen, and not as somebody else left it meanwhile.
func TestClientChanged(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	id, err := w.RegisterClient(t.Context(), boss, clientDraft())
	must(t, err)
	d := clientDraft()
	d.Keys, d.Version, d.Scopes = nil, 1, store.ScopeReceipts
	must(t, w.ChangeClient(t.Context(), boss, id, d))
	c := w.keptClient(t, id)
	if c.Scopes != store.ScopeReceipts || len(c.Keys) == 0 || c.Version != 2 {
		t.Errorf("it is %+v", c)
	}
	if err := w.ChangeClient(t.Context(), boss, id, d); !errors.Is(err, &store.Error{Kind: store.Conflict, Key: "error.client_changed"}) {
		t.Errorf("a second time: %v", err)
	}
	d.Version, d.KeysURL = 2, "https://partner.example/jwks"
	must(t, w.ChangeClient(t.Context(), boss, id, d))
	if c := w.keptClient(t, id); len(c.Keys) != 0 || c.KeysURL != d.KeysURL {
		t.Errorf("the keys that were pasted are there beside an address: %+v", c)
	}
	d.Version, d.KeysURL = 3, ""
	if err := w.ChangeClient(t.Context(), boss, id, d); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.client_no_keys"}) {
		t.Errorf("without keys or an address: %v", err)
	}
	w.removedInSteps(t, boss, id)
}

// removedInSteps switches a client off and on, and removes it.
func (w *world) removedInSteps(t *testing.T, boss portal.Actor, id store.ID) {
	t.Helper()
	if err := w.RemoveClient(t.Context(), boss, id); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.client_on"}) {
		t.Errorf("one that is switched on is removed: %v", err)
	}
	must(t, w.SwitchClient(t.Context(), boss, id, false))
	before := w.head(t, "a")
	must(t, w.SwitchClient(t.Context(), boss, id, false))
	if w.head(t, "a") != before || w.keptClient(t, id).State != store.ClientDisabled {
		t.Error("switching off twice is two deeds, or none")
	}
	must(t, w.RemoveClient(t.Context(), boss, id))
	if err := w.RemoveClient(t.Context(), boss, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a second time: %v", err)
	}
}

// TestClientOfFetchedKeys shows a client whose own set has keys that nobody could paste.
func TestClientOfFetchedKeys(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	c := w.client(t, store.APIClient{Name: "x", KeysURL: "https://partner.example/jwks", FetchedAt: w.now, Keys: []byte(strings.Replace(clientKey, `"kid":"2026-11",`, "", 1))}, 0)
	v, err := w.ClientOf(t.Context(), boss, c.Client)
	if err != nil || len(v.Keys) != 1 || v.Keys[0].Kid != "" {
		t.Errorf("it is seen as %+v, %v", v, err)
	}
}

// TestClientMany demands that a firm has no more than so many.
func TestClientMany(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	for range store.MaxAPIClients {
		w.client(t, store.APIClient{Name: "x"}, 0)
	}
	if _, err := w.RegisterClient(t.Context(), boss, clientDraft()); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.client_many"}) {
		t.Errorf("one more: %v", err)
	}
}

// TestClientByOperator does at the host's command line what administrators do.
func TestClientByOperator(t *testing.T) {
	w := newWorld(t)
	d := clientDraft()
	d.Scopes = store.ScopeAll
	c, err := w.setup.AddClient(t.Context(), "a", d)
	must(t, err)
	if c.By != "" || c.ByName != "test" {
		t.Errorf("it was registered by %q, %q", c.By, c.ByName)
	}
	if c, err = w.setup.GiveClientKeys(t.Context(), c.ID, nil, "https://partner.example/jwks"); err != nil || c.KeysURL == "" || len(c.Keys) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	must(t, w.setup.TurnClient(t.Context(), c.ID, false))
	all, err := w.setup.ClientsOf(t.Context(), "a")
	if err != nil || len(all) != 1 || all[0].State != store.ClientDisabled {
		t.Errorf("there are %+v, %v", all, err)
	}
	must(t, w.setup.DropClient(t.Context(), c.ID))
	if err := w.setup.TurnClient(t.Context(), c.ID, true); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("one that is gone: %v", err)
	}
	var deeds []string
	for _, e := range w.audit(t, "a") {
		if e.Deed == store.DeedClient {
			deeds = append(deeds, e.Name+" "+e.Detail["by"])
		}
	}
	if got := strings.Join(deeds, ", "); got != "test add, test keys, test switch, test remove" {
		t.Errorf("the log has %s", got)
	}
}

// TestReachClientFromTheHost changes from the host what is said, and nothing else: whoever gave the client its keys did so still.
func TestReachClientFromTheHost(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	d := clientDraft()
	d.Scopes, d.Origins = store.ScopeDocuments|store.ScopeEmbed, []string{"https://hr.example.jp"}
	id, err := w.RegisterClient(t.Context(), boss, d)
	must(t, err)
	got, err := w.setup.ReachClient(t.Context(), id, func(d *portal.ClientDraft) { d.Scopes = store.ScopePlaces })
	must(t, err)
	if got.Scopes != store.ScopePlaces || len(got.Origins) != 1 || !got.Offices.All || got.KeyedBy != "boss" || len(got.Keys) == 0 {
		t.Errorf("it is %+v", got)
	}
	if _, err := w.setup.ReachClient(t.Context(), id, func(d *portal.ClientDraft) { d.Scopes = 0 }); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("without a scope: %v", err)
	}
}
