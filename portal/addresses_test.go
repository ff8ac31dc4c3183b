package portal_test

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/store"
)

func ranges(t *testing.T, text string) []netip.Prefix {
	t.Helper()
	p, err := store.ParseRanges(text)
	must(t, err)
	return p
}

// from returns a as they come from another address.
func from(a portal.Actor, address string) portal.Actor {
	a.Visit.Address = address
	return a
}

func denied(key string) *store.Error { return &store.Error{Kind: store.Denied, Key: key} }

// TestAddressesHold tries a deed of a client, one of the firm and one of an administrator from everywhere.
func TestAddressesHold(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	tr := w.trove(t)
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	boss := w.add(t, "administrator", who{tenant: "a", permissions: store.PermitAll})
	deliverer := w.add(t, "deliverer", who{tenant: "a", permissions: store.PermitDeliver})
	must(t, w.setup.SetAddresses(t.Context(), "a", store.AddressRule{Everybody: ranges(t, "192.0.2.0/24 2001:db8::/32"), Administration: ranges(t, "192.0.2.7 2001:db8:7::/48")}))
	view := func(a portal.Actor) error { _, err := w.View(t.Context(), a, tr.x1); return err }
	rules := func(a portal.Actor) error { _, err := w.Rules(t.Context(), a); return err }
	administer := func(a portal.Actor) error { return w.SaveTwoPersons(t.Context(), a, false) }
	anywhere, here := "error.address_refused", "error.address_administration"
	for _, row := range []struct {
		name    string
		try     func(portal.Actor) error
		who     portal.Actor
		address string
		want    string // the key; empty: allowed
	}{
		{"client within", view, client, "192.0.2.200", ""},
		{"client by IPv6", view, client, "2001:db8::1", ""},
		{"client by IPv4 in IPv6", view, client, "::ffff:192.0.2.200", ""},
		{"client outside", view, client, "198.51.100.1", anywhere},
		{"client from nowhere", view, client, "", anywhere},
		{"client from garbage", view, client, "@", anywhere},
		{"client with a zone", view, client, "2001:db8::1%eth0", anywhere},
		{"deliverer within", rules, deliverer, "192.0.2.200", ""},
		{"deliverer outside", rules, deliverer, "198.51.100.1", anywhere},
		{"deliverer who would administer", administer, deliverer, "192.0.2.7", "error.no_permission"},
		{"administrator at their place", administer, boss, "192.0.2.7", ""},
		{"administrator at their place by IPv6", administer, boss, "2001:db8:7::1", ""},
		{"administrator elsewhere within", administer, boss, "192.0.2.8", here},
		{"administrator elsewhere, as a deliverer", rules, boss, "192.0.2.8", ""},
		{"administrator outside", administer, boss, "198.51.100.1", anywhere},
	} {
		err := row.try(from(row.who, row.address))
		if row.want == "" && err != nil || row.want != "" && !errors.Is(err, denied(row.want)) {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
	}
}

// TestAddressesOfATrustHold demands that the ranges of a trust hold for all that its people do, and not at their sign-in
// alone: a session that was begun within them is of no use elsewhere.
func TestAddressesOfATrustHold(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	tr := w.trove(t)
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	boss := w.add(t, "administrator", who{tenant: "a", permissions: store.PermitAll})
	for _, row := range []struct {
		firm, trust, address string
		want                 string // the key; empty: allowed
	}{
		{"", "192.0.2.0/24 2001:db8::/32", "192.0.2.200", ""},
		{"", "192.0.2.0/24 2001:db8::/32", "2001:db8::1", ""},
		{"", "192.0.2.0/24 2001:db8::/32", "198.51.100.1", "error.address_refused"},
		{"", "192.0.2.0/24", "", "error.address_refused"},
		{"198.51.100.0/24", "192.0.2.0/24", "198.51.100.1", "error.address_refused"},
		{"198.51.100.0/24", "192.0.2.0/24", "192.0.2.1", "error.address_refused"},
		{"198.51.100.0/24", "", "198.51.100.1", ""},
		{"", "", "203.0.113.1", ""},
	} {
		must(t, w.setup.SetAddresses(t.Context(), "a", store.AddressRule{Everybody: ranges(t, row.firm)}))
		w.refreshed(t, "saml-a", func(one *store.Trust) { one.Allowed = ranges(t, row.trust) })
		_, view := w.View(t.Context(), from(client, row.address), tr.x1)
		_, rules := w.Rules(t.Context(), from(boss, row.address))
		_, me := w.Me(t.Context(), from(client, row.address))
		for name, err := range map[string]error{"view": view, "administer": rules, "be": me} {
			if row.want == "" && err != nil || row.want != "" && !errors.Is(err, denied(row.want)) {
				t.Errorf("%s from %q with %q and %q: %v, want %q", name, row.address, row.firm, row.trust, err, row.want)
			}
		}
	}
}

// TestMenusFollowTheAddress demands that the menus of an administrator are shown where they may administer alone.
func TestMenusFollowTheAddress(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "administrator", who{tenant: "a", permissions: store.PermitAll})
	must(t, w.setup.SetAddresses(t.Context(), "a", store.AddressRule{Administration: ranges(t, "192.0.2.7")}))
	for address, want := range map[string]store.Permission{
		"192.0.2.7": store.PermitAll, "192.0.2.8": store.PermitView | store.PermitDeliver | store.PermitReceipts | store.PermitAnnounce,
	} {
		me, err := w.Me(t.Context(), from(boss, address))
		must(t, err)
		if me.Permissions != want {
			t.Errorf("from %s they have %s", address, me.Permissions)
		}
	}
}

// TestAddressesOfAnotherFirm demands that a firm's rule is its own.
func TestAddressesOfAnotherFirm(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	theirs := w.add(t, "boss", who{tenant: "b", permissions: store.PermitAll})
	must(t, w.SaveAddresses(t.Context(), boss, store.AddressRule{Everybody: ranges(t, "192.0.2.1")}, false))
	rule, err := w.Addresses(t.Context(), from(theirs, "198.51.100.1"))
	must(t, err)
	if rule.Everybody != nil {
		t.Errorf("the other firm has the rule %v", rule)
	}
}

func TestSaveAddresses(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitTrusts})
	for _, row := range []struct {
		name                      string
		everybody, administration string
		wide                      bool
		want                      string
	}{
		{"theirs", "192.0.2.0/24", "192.0.2.1", false, ""},
		{"not theirs", "198.51.100.0/24", "", false, "error.address_lockout"},
		{"theirs, but not to administer", "192.0.2.0/24", "192.0.2.2", false, "error.address_lockout"},
		{"theirs to administer, but not to enter", "198.51.100.0/24", "192.0.2.1", false, "error.address_lockout"},
		{"everywhere", "0.0.0.0/0", "", false, "error.address_wide"},
		{"everywhere, to administer", "", "::/0 192.0.2.1", false, "error.address_wide"},
		{"everywhere, and they mean it", "0.0.0.0/0 ::/0", "192.0.2.1", true, ""},
		{"nothing", "", "", false, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := w.head(t, "a")
			was, err := w.Addresses(t.Context(), boss)
			must(t, err)
			rule := store.AddressRule{Everybody: ranges(t, row.everybody), Administration: ranges(t, row.administration)}
			err = w.SaveAddresses(t.Context(), boss, rule, row.wide)
			if row.want != "" {
				if !errors.Is(err, &store.Error{Kind: store.Invalid, Key: row.want}) || w.head(t, "a") != before {
					t.Errorf("answers %v, and the log went from %v to %v", err, before, w.head(t, "a"))
				}
				return
			}
			must(t, err)
			events := w.audit(t, "a")
			last := events[len(events)-1]
			want := map[string]string{"everybody": row.everybody, "everybody before": store.RangesText(was.Everybody, " "),
				"administration": row.administration, "administration before": store.RangesText(was.Administration, " ")}
			if last.Deed != store.DeedAddresses || last.AccountID != "boss" || fmt.Sprint(last.Detail) != fmt.Sprint(want) {
				t.Errorf("the log has %+v", last)
			}
		})
	}
}

// TestAdmitFromElsewhere demands that nobody signs in from outside, is made an account there, or has it noted.
func TestAdmitFromElsewhere(t *testing.T) {
	w := newWorld(t)
	w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	must(t, w.setup.SetAddresses(t.Context(), "a", store.AddressRule{Everybody: ranges(t, "192.0.2.0/24"), Administration: ranges(t, "192.0.2.7")}))
	trust, err := w.Records.Trust(t.Context(), "saml-a")
	must(t, err)
	identity := sso.Identity{Subject: "s-client"}
	for address, reason := range map[string]sso.Reason{"192.0.2.200": "", "198.51.100.1": "admit.address", "": "admit.address", "@": "admit.address"} {
		before := w.head(t, "a")
		_, err := w.Admit(t.Context(), trust, identity, sso.Visit{Address: address}, nil)
		if sso.ReasonOf(err) != reason || (err == nil) != (reason == "") {
			t.Errorf("from %q: %v", address, err)
		}
		if reason == "" {
			continue
		}
		if !errors.Is(err, denied(sso.KeyAddress)) || w.head(t, "a") != before {
			t.Errorf("from %q: %v, and something was recorded", address, err)
		}
	}
}

// TestReleaseIsFromNowhere makes a delivery whose planner is at home by now.
func TestReleaseIsFromNowhere(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	tr := w.trove(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	_, err := w.Plan(t.Context(), boss, tr.draft, w.now.Add(time.Hour), time.Time{})
	must(t, err)
	must(t, w.setup.SetAddresses(t.Context(), "a", store.AddressRule{Everybody: ranges(t, "192.0.2.0/24")}))
	planned := w.deliveriesNow(t, "a", tr.draft)["x1"]
	w.now = w.now.Add(2 * time.Hour)
	must(t, w.Release(t.Context(), store.Task{TenantID: "a", Kind: store.TaskRelease, Subject: string(planned)}))
	must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) error {
		d, err := tx.Deliveries().Get(t.Context(), planned)
		if d.State != store.DeliveryDelivered {
			t.Errorf("the delivery is %s", d.State)
		}
		return err
	}))
}

// deliveriesNow reads the deliveries of a document by office, whoever may see them.
func (w *world) deliveriesNow(t *testing.T, tenant, document store.ID) map[store.ID]store.ID {
	t.Helper()
	by := map[store.ID]store.ID{}
	must(t, w.Records.View(t.Context(), tenant, func(tx store.Tx) error {
		all, err := tx.Deliveries().ByDocument(t.Context(), document)
		for _, d := range all {
			by[d.OfficeID] = d.ID
		}
		return err
	}))
	return by
}
