package portal_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestWhoIsMailed holds whom a delivery to x1 is mailed to, as the rule of its kind, the office and the people want it.
func TestWhoIsMailed(t *testing.T) {
	office := func(m store.OfficeMail) func(*testing.T, out) {
		return func(t *testing.T, o out) {
			m.OfficeID = "x1"
			must(t, o.SaveOfficeMail(t.Context(), o.boss, m))
		}
	}
	rule := func(to store.Recipients) func(*testing.T, out) {
		return func(t *testing.T, o out) { o.rule(t, func(r *store.Rule) { r.Notify = to }) }
	}
	both := func(all ...func(*testing.T, out)) func(*testing.T, out) {
		return func(t *testing.T, o out) {
			for _, do := range all {
				do(t, o)
			}
		}
	}
	chief := []store.ID{"chief"}
	for name, tt := range map[string]struct {
		prepare func(*testing.T, out)
		want    string
	}{
		"nobody said anything":              {func(*testing.T, out) {}, "delivered chief, delivered client"},
		"office: all":                       {office(store.OfficeMail{To: store.ToAll, Named: chief}), "delivered chief, delivered client"},
		"office: those named":               {office(store.OfficeMail{To: store.ToNamed, Named: chief}), "delivered chief"},
		"office: nobody":                    {office(store.OfficeMail{To: store.ToNobody, Named: chief}), ""},
		"office: once a day":                {office(store.OfficeMail{To: store.ToAll, Digest: true}), "digest chief, digest client"},
		"rule: those named":                 {both(rule(store.ToNamed), office(store.OfficeMail{To: store.ToAll, Named: chief})), "delivered chief"},
		"rule: those named, nobody is":      {rule(store.ToNamed), "delivered chief, delivered client"},
		"rule: nobody, office: those named": {both(rule(store.ToNobody), office(store.OfficeMail{To: store.ToNamed, Named: chief})), ""},
		"rule: those named, office: nobody": {both(rule(store.ToNamed), office(store.OfficeMail{To: store.ToNobody, Named: chief})), ""},
		"another office's setting is no help": {func(t *testing.T, o out) {
			must(t, o.SaveOfficeMail(t.Context(), o.boss, store.OfficeMail{OfficeID: "x2", To: store.ToNobody}))
		}, "delivered chief, delivered client"},
		"who is named wants none": {both(office(store.OfficeMail{To: store.ToNamed, Named: chief}), func(t *testing.T, o out) {
			must(t, o.SaveMyMail(t.Context(), portal.Actor{TenantID: "a", AccountID: "chief", TrustID: "saml-a"}, true, false))
		}), ""},
		"who is named was switched off": {both(office(store.OfficeMail{To: store.ToNamed, Named: chief}), func(t *testing.T, o out) {
			_, err := o.setup.SwitchAccount(t.Context(), "a", "chief", store.AccountDisabled)
			must(t, err)
		}), "delivered client"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOut(t)
			o.Mailing, o.DigestHour = true, 8
			o.person(t, "chief", store.Account{CompanyID: "x", Permissions: store.PermitView, Email: "chief@x.example"})
			tt.prepare(t, o)
			o.hand(t, "a", nil)
			var got []string
			for _, m := range o.mails(t) {
				got = append(got, strings.TrimSuffix(m, " waiting"))
			}
			slices.Sort(got)
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("mailed are %q, want %q", got, tt.want)
			}
		})
	}
}

// TestReminderGoesToWhoIsNamed although they have opened it and another has not: then nobody is reminded, rather than all.
func TestReminderGoesToWhoIsNamed(t *testing.T) {
	o := newOut(t)
	o.Mailing = true
	chief := o.person(t, "chief", store.Account{CompanyID: "x", Permissions: store.PermitView, Email: "chief@x.example"})
	must(t, o.SaveOfficeMail(t.Context(), o.boss, store.OfficeMail{OfficeID: "x1", To: store.ToNamed, Named: []store.ID{"chief"}}))
	_, id := o.hand(t, "a", nil)
	_, err := o.View(t.Context(), chief, id)
	must(t, err)
	o.world.now = o.now.Add(25 * time.Hour)
	o.work(t)
	if got := o.mails(t); !slices.Equal(got, []string{"delivered chief dropped"}) {
		t.Errorf("the mails are %q", got)
	}
}

func TestSaveOfficeMail(t *testing.T) {
	o := newOut(t)
	elsewhere := o.add(t, "elsewhere", who{tenant: "a", company: "x", offices: []store.ID{"x2"}, permissions: store.PermitView})
	o.add(t, "of-y", who{tenant: "a", company: "y", permissions: store.PermitView})
	narrow := o.add(t, "narrow", who{tenant: "a", offices: []store.ID{"x2"}, permissions: store.PermitOffices})
	idle := o.add(t, "idle", who{tenant: "a", permissions: store.PermitAll &^ store.PermitOffices})
	stranger := o.add(t, "stranger", who{tenant: "b", permissions: store.PermitAll}) // whose firm has an x1 of its own
	must(t, o.SaveOfficeMail(t.Context(), stranger, store.OfficeMail{OfficeID: "x1", To: store.ToNobody}))
	if mine, err := o.OfficeMail(t.Context(), o.boss, "x1"); err != nil || mine.To != store.ToAll {
		t.Errorf("after another firm's: %+v, %v", mine, err)
	}
	for name, tt := range map[string]struct {
		a    portal.Actor
		m    store.OfficeMail
		want error
	}{
		"as it is":                   {o.boss, store.OfficeMail{OfficeID: "x1", To: store.ToAll}, nil},
		"named, twice":               {o.boss, store.OfficeMail{OfficeID: "x1", To: store.ToNamed, Named: []store.ID{"client", "client"}}, nil},
		"to whom nobody knows":       {o.boss, store.OfficeMail{OfficeID: "x1", To: "friends"}, store.ErrInvalid},
		"to those named, and nobody": {o.boss, store.OfficeMail{OfficeID: "x1", To: store.ToNamed}, store.ErrInvalid},
		"of another company":         {o.boss, store.OfficeMail{OfficeID: "x1", To: store.ToNamed, Named: []store.ID{"of-y"}}, store.ErrInvalid},
		"of another office":          {o.boss, store.OfficeMail{OfficeID: "x1", To: store.ToNamed, Named: []store.ID{"elsewhere"}}, store.ErrInvalid},
		"of the firm":                {o.boss, store.OfficeMail{OfficeID: "x1", To: store.ToNamed, Named: []store.ID{"boss"}}, store.ErrInvalid},
		"too many":                   {o.boss, store.OfficeMail{OfficeID: "x1", To: store.ToNamed, Named: make51()}, store.ErrInvalid},
		"an office out of scope":     {narrow, store.OfficeMail{OfficeID: "x1", To: store.ToNobody}, store.ErrNotFound},
		"an office of nobody":        {o.boss, store.OfficeMail{OfficeID: "none", To: store.ToNobody}, store.ErrNotFound},
		"without the menu":           {idle, store.OfficeMail{OfficeID: "x1", To: store.ToNobody}, store.ErrDenied},
		"a client":                   {elsewhere, store.OfficeMail{OfficeID: "x2", To: store.ToNobody}, store.ErrDenied},
	} {
		if err := o.SaveOfficeMail(t.Context(), tt.a, tt.m); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	list, err := o.OfficeMails(t.Context(), narrow, store.Page{})
	if must(t, err); len(list.Items) != 1 || list.Items[0].Office.ID != "x2" || list.Items[0].To != store.ToAll {
		t.Errorf("of one office: %+v", list)
	}
	one, err := o.OfficeMail(t.Context(), o.boss, "x2")
	if must(t, err); len(one.People) != 2 || one.Company != "会社 x" {
		t.Errorf("x2 is %+v", one)
	}
}

// make51 names more people than an office can.
func make51() (all []store.ID) {
	for i := range 51 {
		all = append(all, store.ID("p"+strings.Repeat("x", i)))
	}
	return all
}
