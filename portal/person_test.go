package portal_test

import (
	"errors"
	"testing"

	"cloudpocket/sso"
	"cloudpocket/store"
)

func TestPerson(t *testing.T) {
	w := admitWorld(t)
	w.boss(t)
	for name, row := range map[string]struct {
		tenant, account store.ID
		want            sso.Person
		err             error
	}{
		"client":                   {"a", "client", sso.Person{Name: "人 client", Firm: "事務所 a", Company: "会社 x"}, nil},
		"staff":                    {"a", "boss", sso.Person{Name: "人 boss", Firm: "事務所 a"}, nil},
		"another tenant's":         {"b", "client", sso.Person{}, store.ErrNotFound},
		"nobody":                   {"a", "nobody", sso.Person{}, store.ErrNotFound},
		"namesake's own tenant":    {"b", "other", sso.Person{Name: "人 other", Firm: "事務所 b", Company: "会社 x"}, nil},
		"disabled, to be named":    {"a", "gone", sso.Person{Name: "人 gone", Firm: "事務所 a", Company: "会社 x"}, nil},
		"tenant that is not there": {"z", "client", sso.Person{}, store.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := w.Person(t.Context(), row.tenant, row.account); got != row.want || !errors.Is(err, row.err) {
				t.Errorf("%+v, %v; want %+v, %v", got, err, row.want, row.err)
			}
		})
	}
}

// TestPersonsAddress demands that who is signed in is shown with the address that a sign-in brought.
func TestPersonsAddress(t *testing.T) {
	w := admitWorld(t)
	trust := idp(func(t *store.OwnedTrust) { t.Mapping.Email = store.Claim("mail") })
	_, err := w.Admit(t.Context(), trust, says("s-client", map[string][]string{"mail": {"a@x.example"}}), sso.Visit{}, nil)
	must(t, err)
	if got, err := w.Person(t.Context(), "a", "client"); err != nil || got.Email != "a@x.example" {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestExpect demands that whom Admit would let in is said, and that nothing changes by it.
func TestExpect(t *testing.T) {
	justInTime := func(t *store.OwnedTrust) {
		t.JustInTime, t.Mapping.Offices, t.Mapping.Name = true, store.Claim("offices"), store.Claim("name")
	}
	for name, row := range map[string]struct {
		trust    func(*store.OwnedTrust)
		identity sso.Identity
		account  store.ID
		person   sso.Person
		reason   sso.Reason
	}{
		"registered":     {nil, says("s-client", nil), "client", sso.Person{Name: "人 client", Firm: "事務所 a", Company: "会社 x"}, ""},
		"by its claims":  {func(t *store.OwnedTrust) { t.Mapping.Name = store.Claim("name") }, says("s-client", map[string][]string{"name": {"新 名"}}), "client", sso.Person{Name: "新 名", Firm: "事務所 a", Company: "会社 x"}, ""},
		"by its address": {func(t *store.OwnedTrust) { t.Mapping.Email = store.Claim("mail") }, says("s-client", map[string][]string{"mail": {"a@x.example"}}), "client", sso.Person{Name: "人 client", Email: "a@x.example", Firm: "事務所 a", Company: "会社 x"}, ""},
		"just in time":   {justInTime, says("s-new", map[string][]string{"offices": {"ext-x1"}, "name": {"新 人"}}), "", sso.Person{Name: "新 人", Firm: "事務所 a", Company: "会社 x"}, ""},
		"not registered": {nil, says("s-nobody", nil), "", sso.Person{}, "admit.not_registered"},
		"disabled":       {nil, says("s-gone", nil), "", sso.Person{}, "admit.account_disabled"},
		"trust disabled": {func(t *store.OwnedTrust) { t.State = store.TrustDisabled }, says("s-client", nil), "", sso.Person{}, "admit.trust_disabled"},
	} {
		t.Run(name, func(t *testing.T) {
			w := admitWorld(t)
			before := len(w.audit(t, "a"))
			admitted, person, err := w.Expect(t.Context(), idp(row.trust), row.identity)
			if sso.ReasonOf(err) != row.reason || (err == nil) != (row.reason == "") || person != row.person {
				t.Fatalf("%+v, %v; want %+v, reason %q", person, err, row.person, row.reason)
			}
			if row.account != "" && (admitted.AccountID != row.account || admitted.TenantID != "a") {
				t.Errorf("expected %+v, want %s", admitted, row.account)
			}
			if n := len(w.audit(t, "a")); n != before {
				t.Errorf("%d events were written", n-before)
			}
			if who, err := w.Person(t.Context(), "a", "client"); err != nil || who.Name != "人 client" {
				t.Errorf("the account is called %q now, %v", who.Name, err)
			}
		})
	}
}

func TestExpectOfASuspendedTenant(t *testing.T) {
	w := admitWorld(t)
	w.switchTenant(t, "a", store.TenantSuspended)
	if _, _, err := w.Expect(t.Context(), idp(nil), says("s-client", nil)); sso.ReasonOf(err) != "admit.tenant_suspended" {
		t.Errorf("%v", err)
	}
}
