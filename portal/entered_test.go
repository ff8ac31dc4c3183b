package portal_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// enter signs an account in from an address and returns its session.
func enter(t *testing.T, w *world, tenant, account store.ID, address string) store.Session {
	t.Helper()
	w.now = w.now.Add(time.Second)
	token := string(store.NewID(w.now))
	s := store.Session{Key: store.KeyOf(token), ID: store.ID(token), TenantID: tenant, AccountID: account, TrustID: "saml-" + tenant,
		Subject: "s-" + string(account), NameID: "<secret/>", IDToken: "a.secret.b", Device: "Firefox", Address: address, Began: w.now, Seen: w.now, Ends: w.now.Add(time.Hour), Idle: time.Hour}
	must(t, w.sessions.Begin(t.Context(), s))
	return s
}

// crowd signs in people of both companies, of the firm and of the other firm.
func crowd(t *testing.T, w *world) map[store.ID]store.Session {
	t.Helper()
	w.add(t, "x-all", who{tenant: "a", company: "x", permissions: store.PermitView})
	w.add(t, "x1", who{tenant: "a", company: "x", offices: []store.ID{"x1"}, permissions: store.PermitView})
	w.add(t, "y1", who{tenant: "a", company: "y", offices: []store.ID{"y1"}, permissions: store.PermitView})
	w.add(t, "staff-x1", who{tenant: "a", offices: []store.ID{"x1"}, permissions: store.PermitDeliver})
	w.add(t, "theirs", who{tenant: "b", company: "x", permissions: store.PermitView})
	in := map[store.ID]store.Session{}
	for i, id := range []store.ID{"x-all", "x1", "y1", "staff-x1"} {
		in[id] = enter(t, w, "a", id, fmt.Sprint("192.0.2.", i+1))
	}
	in["theirs"] = enter(t, w, "b", "theirs", "192.0.2.9")
	return in
}

func entered(list portal.EnteredList) (ids []store.ID) {
	for _, i := range list.Items {
		ids = append(ids, i.AccountID)
	}
	return ids
}

func TestEntered(t *testing.T) {
	w := newWorld(t)
	crowd(t, w)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAccounts})
	near := w.add(t, "near", who{tenant: "a", offices: []store.ID{"x1"}, permissions: store.PermitAccounts})
	for _, row := range []struct {
		name   string
		who    portal.Actor
		filter portal.EnteredFilter
		want   []store.ID
	}{
		{"all", boss, portal.EnteredFilter{}, []store.ID{"staff-x1", "y1", "x1", "x-all"}},
		{"of an office", near, portal.EnteredFilter{}, []store.ID{"staff-x1", "x1"}},
		{"by a trust", boss, portal.EnteredFilter{Trust: "saml-a"}, []store.ID{"staff-x1", "y1", "x1", "x-all"}},
		{"by another firm's trust", boss, portal.EnteredFilter{Trust: "saml-b"}, nil},
		{"a person", boss, portal.EnteredFilter{Account: "y1"}, []store.ID{"y1"}},
		{"a person out of reach", near, portal.EnteredFilter{Account: "y1"}, nil},
		{"another firm's person", boss, portal.EnteredFilter{Account: "theirs"}, nil},
		{"a name", boss, portal.EnteredFilter{Text: "STAFF-x1"}, []store.ID{"staff-x1"}},
		{"a company", boss, portal.EnteredFilter{Text: "会社 y"}, []store.ID{"y1"}},
		{"an address", boss, portal.EnteredFilter{Text: "192.0.2.2"}, []store.ID{"x1"}},
	} {
		list, err := w.Entered(t.Context(), row.who, row.filter)
		must(t, err)
		if got := entered(list); !slices.Equal(got, row.want) || list.More {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
		if s := fmt.Sprintf("%+v", list); strings.Contains(s, "secret") {
			t.Errorf("%s: the list tells what the IdP wrote: %s", row.name, s)
		}
	}
	list, err := w.Entered(t.Context(), boss, portal.EnteredFilter{Account: "x1"})
	must(t, err)
	if i := list.Items[0]; i.Person != "人 x1" || i.Company != "会社 x" || i.Trust != "IdP" || i.Address != "192.0.2.2" || i.Device != "Firefox" || i.Seen.IsZero() {
		t.Errorf("a session is shown as %+v", i)
	}
}

// TestEnteredOfMany demands that the list says when there is more than it shows.
func TestEnteredOfMany(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAccounts})
	for range 201 {
		enter(t, w, "a", "boss", "192.0.2.1")
	}
	list, err := w.Entered(t.Context(), boss, portal.EnteredFilter{})
	must(t, err)
	if len(list.Items) != 200 || !list.More {
		t.Errorf("%d are shown, more %t", len(list.Items), list.More)
	}
}

// TestEnteredBehindMany finds people behind more sessions of others than are looked at in one go.
func TestEnteredBehindMany(t *testing.T) {
	w := newWorld(t)
	crowd(t, w)
	w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	near := w.add(t, "near", who{tenant: "a", offices: []store.ID{"x1"}, permissions: store.PermitAccounts})
	for range 1100 {
		enter(t, w, "a", "boss", "192.0.2.200")
	}
	counted := &accountsRead{Records: w.Records, n: map[store.ID]int{}}
	w.Records = counted
	for name, f := range map[string]portal.EnteredFilter{"of an office": {}, "by a text": {Text: "192.0.2."}} {
		clear(counted.n)
		list, err := w.Entered(t.Context(), near, f)
		if must(t, err); !slices.Equal(entered(list), []store.ID{"staff-x1", "x1"}) || list.More {
			t.Errorf("%s: %v are found, more %t", name, entered(list), list.More)
		}
		if n := counted.n["boss"]; n != 1 {
			t.Errorf("%s: whose most sessions are was looked up %d times", name, n)
		}
	}
}

// accountsRead counts how often each account is read.
type accountsRead struct {
	store.Records
	n map[store.ID]int
}

func (r *accountsRead) View(ctx context.Context, tenant store.ID, fn func(store.Tx) error) error {
	return r.Records.View(ctx, tenant, func(tx store.Tx) error { return fn(accountsReadTx{tx, r}) })
}

type accountsReadTx struct {
	store.Tx
	of *accountsRead
}

func (t accountsReadTx) Accounts() store.Accounts { return accountsReadOne{t.Tx.Accounts(), t.of} }

type accountsReadOne struct {
	store.Accounts
	of *accountsRead
}

func (a accountsReadOne) Get(ctx context.Context, id store.ID) (store.Account, error) {
	a.of.n[id]++
	return a.Accounts.Get(ctx, id)
}

// TestEndSessions ends sessions as an administrator of all offices and looks at whose are left, and what was recorded.
func TestEndSessions(t *testing.T) {
	for _, row := range []struct {
		name string
		end  func(w *world, boss portal.Actor, in map[store.ID]store.Session) (int, error)
		ends []store.ID
	}{
		{"one", func(w *world, boss portal.Actor, in map[store.ID]store.Session) (int, error) {
			return 1, w.EndSession(t.Context(), boss, "x1", in["x1"].ID)
		}, []store.ID{"x1"}},
		{"a person's", func(w *world, boss portal.Actor, _ map[store.ID]store.Session) (int, error) {
			return w.EndPersonSessions(t.Context(), boss, "y1")
		}, []store.ID{"y1"}},
		{"a trust's", func(w *world, boss portal.Actor, _ map[store.ID]store.Session) (int, error) {
			return w.EndTrustSessions(t.Context(), boss, "saml-a")
		}, []store.ID{"staff-x1", "x-all", "x1", "y1"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			in := crowd(t, w)
			boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAccounts})
			before := w.head(t, "a").Seq
			n, err := row.end(w, boss, in)
			must(t, err)
			if n != len(row.ends) {
				t.Errorf("%d ended", n)
			}
			for id, s := range in {
				_, err := w.sessions.Find(t.Context(), s.Key)
				if ended := errors.Is(err, store.ErrNotFound); ended != slices.Contains(row.ends, id) {
					t.Errorf("the session of %s: %v", id, err)
				}
			}
			var told []store.ID
			for _, e := range w.audit(t, "a")[before:] {
				if e.Deed != store.DeedRevoke || e.AccountID != "boss" || e.Detail["by"] != "administrator" || e.Record != "session:"+string(in[store.ID(e.Detail["account"])].ID) {
					t.Errorf("the log has %+v", e)
				}
				told = append(told, store.ID(e.Detail["account"]))
			}
			slices.Sort(told)
			if !slices.Equal(told, row.ends) {
				t.Errorf("the log tells of %v, want %v", told, row.ends)
			}
		})
	}
}

// TestEndAnothersSession demands that a session is ended under the account it belongs to alone, and that one that has
// ended is not there.
func TestEndAnothersSession(t *testing.T) {
	w := newWorld(t)
	in := crowd(t, w)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAccounts})
	for name, of := range map[string][2]store.ID{
		"under another account": {"x1", in["y1"].ID}, "of another firm": {"theirs", in["theirs"].ID}, "without an ID": {"x1", ""}, "without an account": {"", in["x1"].ID},
	} {
		if err := w.EndSession(t.Context(), boss, of[0], of[1]); store.KindOf(err) != store.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, w.EndSession(t.Context(), boss, "x1", in["x1"].ID))
	if err := w.EndSession(t.Context(), boss, "x1", in["x1"].ID); store.KindOf(err) != store.NotFound {
		t.Errorf("twice: %v", err)
	}
	for id, s := range in {
		if _, err := w.sessions.Find(t.Context(), s.Key); (err != nil) != (id == "x1") {
			t.Errorf("the session of %s: %v", id, err)
		}
	}
}

// TestEndTrustSpares has a trust vouch for people of two firms: those of the other one stay.
func TestEndTrustSpares(t *testing.T) {
	w := newWorld(t)
	w.add(t, "mine", who{tenant: "a", permissions: store.PermitView})
	mine := enter(t, w, "a", "mine", "")
	theirs := mine
	theirs.Key, theirs.ID, theirs.TenantID = store.KeyOf("t"), "t", "b"
	must(t, w.sessions.Begin(t.Context(), theirs))
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAccounts})
	ending, err := w.MayEnd(t.Context(), boss, "", "saml-a")
	must(t, err)
	if ending.Count != 1 || ending.More || !ending.Own || ending.Name != "IdP" {
		t.Errorf("what would end is %+v", ending)
	}
	n, err := w.EndTrustSessions(t.Context(), boss, "saml-a")
	must(t, err)
	if _, err := w.sessions.Find(t.Context(), theirs.Key); n != 1 || err != nil {
		t.Errorf("%d ended, and the other firm's: %v", n, err)
	}
}
