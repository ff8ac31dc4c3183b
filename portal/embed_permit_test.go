package portal_test

import (
	"bytes"
	"errors"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/sso"
	"cloudpocket/store"
)

const hrPage = "https://hr.example"

// embedded registers a client that may show people the portal, and returns a as they act in its page.
func (w *world) embedded(t *testing.T, a portal.Actor) portal.Actor {
	t.Helper()
	c := w.client(t, store.APIClient{Scopes: store.ScopeEmbed, Origins: []string{hrPage, "https://pay.example"}}, 0)
	s := store.Session{TenantID: a.TenantID, AccountID: a.AccountID, TrustID: a.TrustID, Embed: store.Embed{ClientID: c.Client, Origin: hrPage, Thumbprint: "key"}}
	return portal.ActorOf(s, a.Visit)
}

// TestEmbedStandsWithItsClient changes the client while somebody acts in its page: the next deed is refused.
func TestEmbedStandsWithItsClient(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*store.APIClient)
		gone   bool
		want   error
	}{
		"as it is":                 {change: func(*store.APIClient) {}},
		"switched off":             {change: func(c *store.APIClient) { c.State = store.ClientDisabled }, want: store.ErrDenied},
		"without the scope":        {change: func(c *store.APIClient) { c.Scopes = store.ScopeAll &^ store.ScopeEmbed }, want: store.ErrDenied},
		"without the page":         {change: func(c *store.APIClient) { c.Origins = []string{"https://pay.example"} }, want: store.ErrDenied},
		"without pages":            {change: func(c *store.APIClient) { c.Origins = nil }, want: store.ErrDenied},
		"without the other page":   {change: func(c *store.APIClient) { c.Origins = []string{hrPage} }},
		"a page of a similar name": {change: func(c *store.APIClient) { c.Origins = []string{hrPage + ".attacker.example", "http://hr.example"} }, want: store.ErrDenied},
		"removed":                  {gone: true, want: store.ErrDenied},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			boss, reader := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll}), w.add(t, "reader", who{tenant: "a", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView})
			_, deliveries := w.publish(t, boss, "x1")
			in := w.embedded(t, reader)
			if _, err := w.Me(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
				if row.gone {
					return tx.APIClients().Delete(t.Context(), in.Embed.ClientID)
				}
				c, err := tx.APIClients().Get(t.Context(), in.Embed.ClientID)
				must(t, err)
				row.change(&c)
				return tx.APIClients().Update(t.Context(), c)
			}))
			_, viewing := w.View(t.Context(), in, deliveries["x1"])
			_, me := w.Me(t.Context(), in)
			for deed, err := range map[string]error{"view": viewing, "me": me, "acknowledge": w.Acknowledge(t.Context(), in, deliveries["x1"])} {
				if !errors.Is(err, row.want) {
					t.Errorf("%s: %v, want %v", deed, err, row.want)
				}
			}
			if _, err := w.Me(t.Context(), reader); err != nil {
				t.Errorf("in a browser of their own: %v", err)
			}
		})
	}
}

// TestEmbedOfAnotherFirm acts in the page of another firm's client.
func TestEmbedOfAnotherFirm(t *testing.T) {
	w := newWorld(t)
	in := w.embedded(t, w.add(t, "reader", who{tenant: "b", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView}))
	if _, err := w.Me(t.Context(), in); !errors.Is(err, store.ErrDenied) {
		t.Errorf("%v", err)
	}
}

// TestMayEmbed asks for pages that are the client's, and for others.
func TestMayEmbed(t *testing.T) {
	w := newWorld(t)
	reader := w.add(t, "reader", who{tenant: "a", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView})
	other := w.add(t, "other", who{tenant: "b", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView})
	client := w.embedded(t, reader).Embed.ClientID
	for _, row := range []struct {
		who    portal.Actor
		client store.ID
		page   string
		want   error
	}{
		{reader, client, hrPage, nil}, {reader, client, "https://attacker.example", store.ErrDenied}, {reader, client, "", store.ErrDenied},
		{reader, "nobody", hrPage, store.ErrDenied}, {reader, "", "", store.ErrDenied}, {other, client, hrPage, store.ErrDenied},
	} {
		if err := w.MayEmbed(t.Context(), row.who, row.client, row.page); !errors.Is(err, row.want) {
			t.Errorf("%s, %q at %q: %v", row.who.AccountID, row.client, row.page, err)
		}
	}
}

// TestEmbedHasNoAdministration demands that an administrator is none in a partner's page.
func TestEmbedHasNoAdministration(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	in := w.embedded(t, boss)
	for name, deed := range map[string]func(portal.Actor) error{
		"who is signed in": func(a portal.Actor) error { _, err := w.Entered(t.Context(), a, portal.EnteredFilter{}); return err },
		"the log": func(a portal.Actor) error {
			_, err := w.ReadLog(t.Context(), a, store.AuditFilter{}, store.Page{})
			return err
		},
	} {
		if err := deed(boss); err != nil {
			t.Errorf("%s, in a browser: %v", name, err)
		}
		if err := deed(in); !errors.Is(err, store.ErrDenied) {
			t.Errorf("%s, in a partner's page: %v", name, err)
		}
	}
	me, err := w.Me(t.Context(), in)
	must(t, err)
	if me.Permissions != store.PermitAll&^portal.Administrative {
		t.Errorf("has %s", me.Permissions)
	}
}

// TestEmbedIsAudited demands that the log says in whose page a deed was done, and an embed ended.
func TestEmbedIsAudited(t *testing.T) {
	w := newWorld(t)
	boss, reader := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll}), w.add(t, "reader", who{tenant: "a", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView})
	_, deliveries := w.publish(t, boss, "x1")
	in := w.embedded(t, reader)
	_, err := w.View(t.Context(), in, deliveries["x1"])
	must(t, err)
	must(t, w.Acknowledge(t.Context(), in, deliveries["x1"]))
	s := store.Session{ID: "s1", TenantID: "a", AccountID: "reader", TrustID: "saml-a", Embed: in.Embed}
	must(t, w.SignedOut(t.Context(), s, sso.Visit{}, "limit"))
	said := 0
	for _, e := range w.audit(t, "a") {
		if e.AccountID != "reader" {
			continue
		}
		said++
		if e.Detail["embed"] != string(in.Embed.ClientID) || e.Detail["origin"] != hrPage {
			t.Errorf("%s says %v", e.Deed, e.Detail)
		}
	}
	if said < 3 {
		t.Errorf("%d events", said)
	}
}

// TestLinksOfPartsInAnEmbed reads a cover with links to the notices: in somebody else's page, where a click on one would do
// nothing, their texts are no links, and those who read it in the portal keep theirs.
func TestLinksOfPartsInAnEmbed(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	boss := theBoss()
	made := egovtest.New(1).Package(egovtest.Pension, egovtest.Options{})
	s := portal.Source{Package: w.drop(t, boss, made.Name, made.Data).ID}
	w.Looks = portal.NewLooks(nil, 8<<20)
	for _, row := range []struct {
		name   string
		reader portal.Actor
		links  bool
	}{{"the portal", boss, true}, {"a partner's page", w.embedded(t, boss), false}, {"the portal again", boss, true}} {
		l, err := w.Read(t.Context(), row.reader, s, 1, portal.Manner{Lang: "ja"})
		must(t, err)
		if got := bytes.Contains(l.Page.HTML, []byte("href=")); got != row.links || !l.Styled() {
			t.Errorf("%s: links %t, styled %t", row.name, got, l.Styled())
		}
	}
}
