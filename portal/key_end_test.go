package portal_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// keyTries are the deeds about when keys end.
func keyTries(trove, map[store.ID]portal.StagedFile) tries {
	return tries{
		"KeysEnding": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.KeysEnding(t.Context(), a)
			return err
		},
		"KeysOffered": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.KeysOffered(t.Context(), a)
			return err
		},
	}
}

func TestKeysEndingPermission(t *testing.T) {
	for scope, p := range scopes() {
		for _, p.permissions = range append(menus(), store.PermitTrusts, store.PermitAll&^store.PermitTrusts) {
			t.Run(fmt.Sprintf("%s/%s", scope, p.permissions), func(t *testing.T) {
				w := newWorld(t)
				w.endsIn("saml-"+p.tenant, 10)
				for name, deed := range keyTries(trove{}, nil) {
					err := deed(t, w, w.add(t, store.ID("tries-"+strings.ToLower(name)), p))
					if may := p.company == "" && p.offices == nil && p.permissions.Has(store.PermitTrusts); (err == nil) != may || err != nil && !errors.Is(err, store.ErrDenied) {
						t.Errorf("%s: %v, want allowed %t", name, err, may)
					}
				}
			})
		}
	}
}

// endsIn has a certificate of trust's IdP end after so many days; other trusts have none.
func (w *world) endsIn(trust store.ID, days ...int) {
	now := w.now
	w.KeyEnds = func(t store.Trust) (all []portal.KeyEnd) {
		for _, d := range days {
			if t.ID == trust {
				all = append(all, portal.KeyEnd{What: "theirs", Ends: now.AddDate(0, 0, d), Fingerprint: fmt.Sprint("print-", d)})
			}
		}
		return all
	}
}

func TestKeysEnding(t *testing.T) {
	for name, row := range map[string]struct {
		days []int
		want string
	}{
		"far away":                   {[]int{61, 400}, ""},
		"near":                       {[]int{60, 7, 400}, "print-7 7 print-60 60 "},
		"ended, with one that lives": {[]int{-3, 400}, ""},
		"ended, all":                 {[]int{-3}, "print--3 -3 "},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.endsIn("saml-a", row.days...)
			all, err := w.KeysEnding(t.Context(), w.add(t, "keeper", who{tenant: "a", permissions: store.PermitTrusts}))
			must(t, err)
			got := ""
			for _, k := range all {
				got += fmt.Sprint(k.Fingerprint, " ", k.Days, " ")
			}
			if got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

// TestKeysEndingIsMailed goes day by day towards the end of a certificate: whoever may change trusts is mailed once for
// each of the days, however often it is looked, and nobody else.
func TestKeysEndingIsMailed(t *testing.T) {
	o := newOut(t)
	o.Mailing = true
	o.world.add(t, "clerk", who{tenant: "a", permissions: store.PermitView | store.PermitDeliver})
	o.mailable(t, "boss", "clerk")
	o.endsIn("saml-a", 62, 62)
	days := map[int]bool{}
	for day := 0; day <= 65; day++ {
		before := o.keyMails(t, store.MailKeysEnding)
		for range 2 {
			tasks, err := o.Records.Queue().Lease(t.Context(), []store.TaskKind{store.TaskKeys}, 50, o.world.now, o.world.now.Add(time.Second))
			must(t, err)
			for _, task := range tasks {
				must(t, o.WarnKeys(t.Context(), task))
				must(t, o.WarnKeys(t.Context(), task)) // another instance, whose lease had run out
			}
		}
		if n := o.keyMails(t, store.MailKeysEnding) - before; n > 0 {
			if days[62-day] = true; n != 1 {
				t.Errorf("%d mails on day %d", n, day)
			}
		}
		o.world.now = o.world.now.Add(24 * time.Hour)
	}
	if len(days) != 4 || !days[60] && !days[59] || !days[30] && !days[29] || !days[7] && !days[6] || !days[1] && !days[0] {
		t.Errorf("mailed with so many days left: %v", days)
	}
}

// TestOfferedKeysAreMailed demands that whoever may change trusts is told of other keys, once for the same ones, and that
// what is believed stays.
func TestOfferedKeysAreMailed(t *testing.T) {
	o := newOut(t)
	o.Mailing = true
	o.mailable(t, "boss")
	o.KeyEnds = func(t store.Trust) []portal.KeyEnd {
		key, _, _ := strings.Cut(string(t.SAML.Offered), "/>")
		return []portal.KeyEnd{{What: "offered", Fingerprint: key}}
	}
	for i, offer := range []string{"<one/>", "<one/> of another day", "<two/>"} {
		trust, err := o.Records.Trust(t.Context(), "saml-a")
		must(t, err)
		saml := *trust.SAML
		saml.Offered, saml.OfferedAt = []byte(offer), o.world.now
		trust.SAML = &saml
		must(t, o.setup.OfferKeys(t.Context(), trust, map[string]string{"by": "metadata refresh"}))
		if got := o.keyMails(t, store.MailKeysOffered); got != map[int]int{0: 1, 1: 1, 2: 2}[i] {
			t.Errorf("%d mails after offer %d", got, i)
		}
		kept, err := o.Records.Trust(t.Context(), "saml-a")
		must(t, err)
		if string(kept.SAML.Offered) != offer || string(kept.SAML.Metadata) != string(trust.SAML.Metadata) || kept.State != trust.State {
			t.Errorf("kept is %+v", kept.SAML)
		}
		if err := o.setup.OfferKeys(t.Context(), trust, nil); !errors.Is(err, store.ErrConflict) {
			t.Errorf("an offer for an older version: %v", err)
		}
	}
}

// TestKeysOffered has a trust's IdP offer keys: its own firm's administrators see them, as long as the trust is enabled.
func TestKeysOffered(t *testing.T) {
	w := newWorld(t)
	trust := store.Trust{ID: "other-a", Name: "other", Protocol: store.SAML, State: store.TrustEnabled, SAML: &store.SAMLTrust{}, CreatedAt: w.now}
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error { return tx.Trusts().Create(t.Context(), trust) }))
	keep := func(change func(*store.Trust)) {
		must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) (err error) {
			if trust, err = tx.Trusts().Get(t.Context(), "other-a"); err != nil {
				return err
			}
			change(&trust)
			return tx.Trusts().Update(t.Context(), trust)
		}))
	}
	a, b := w.add(t, "keeper-a", who{tenant: "a", permissions: store.PermitTrusts}), w.add(t, "keeper-b", who{tenant: "b", permissions: store.PermitTrusts})
	see := func(want string) {
		t.Helper()
		mine, err := w.KeysOffered(t.Context(), a)
		must(t, err)
		theirs, err := w.KeysOffered(t.Context(), b)
		must(t, err)
		got := ""
		for _, k := range mine {
			got += fmt.Sprint(k.TrustID, " ", k.Trust, " ", k.Since.Equal(w.now))
		}
		if got != want || len(theirs) != 0 {
			t.Errorf("got %q and %v, want %q and nothing", got, theirs, want)
		}
	}
	see("")
	keep(func(t *store.Trust) { t.SAML.Offered, t.SAML.OfferedAt = []byte("<other/>"), w.now })
	see("other-a other true")
	keep(func(t *store.Trust) { t.State = store.TrustDisabled })
	see("")
}

// mailable gives accounts an address.
func (o out) mailable(t *testing.T, ids ...store.ID) {
	t.Helper()
	must(t, o.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		for _, id := range ids {
			a, err := tx.Accounts().Get(t.Context(), id)
			if err != nil {
				return err
			}
			a.Email = string(id) + "@firm.example"
			if err := tx.Accounts().Update(t.Context(), a); err != nil {
				return err
			}
		}
		return nil
	}))
}

// keyMails counts the mails of a kind that are to be sent.
func (o out) keyMails(t *testing.T, kind store.MailKind) (n int) {
	t.Helper()
	must(t, o.Records.View(t.Context(), "a", func(tx store.Tx) error {
		list, err := tx.Mails().List(t.Context(), []store.MailState{store.MailWaiting}, store.Page{Limit: store.MaxPage})
		for _, m := range list.Items {
			if m.Kind == kind && m.AccountID == "clerk" {
				t.Errorf("somebody was mailed who may change no trusts: %+v", m)
			}
			if m.Kind == kind && m.AccountID == "boss" {
				n++
			}
		}
		return err
	}))
	return n
}
