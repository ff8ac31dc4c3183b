package portal_test

import (
	"errors"
	"strings"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/store"
)

// idp returns the trust of tenant "a" with changes, as the registry would hand it out.
func idp(change func(*store.OwnedTrust)) store.OwnedTrust {
	t := store.OwnedTrust{Owner: "a", Trust: store.Trust{ID: "saml-a", Protocol: store.SAML, State: store.TrustEnabled}}
	if change != nil {
		change(&t)
	}
	return t
}

func says(subject string, attributes map[string][]string) sso.Identity {
	return sso.Identity{Subject: subject, Attributes: attributes, Context: sso.AuthContext{Class: "mfa", Methods: []string{"otp"}}}
}

func TestAdmit(t *testing.T) {
	jit := func(t *store.OwnedTrust) {
		t.JustInTime, t.Mapping.Offices, t.Mapping.Name = true, store.Claim("offices"), store.Claim("name")
	}
	bound := func(t *store.OwnedTrust) {
		t.Mapping.Tenant, t.Tenants = store.Claim("tenant"), map[string]store.ID{"0001": "a"}
	}
	for name, row := range map[string]struct {
		trust    func(*store.OwnedTrust)
		identity sso.Identity
		account  store.ID // "new" for one that was not there before
		reason   sso.Reason
	}{
		"registered":                           {nil, says("s-client", nil), "client", ""},
		"not registered":                       {nil, says("s-nobody", nil), "", "admit.not_registered"},
		"subject in another case":              {nil, says("S-client", nil), "", "admit.not_registered"},
		"subject with a space":                 {nil, says("s-client ", nil), "", "admit.not_registered"},
		"registered in the other tenant":       {nil, says("s-other", nil), "", "admit.not_registered"},
		"disabled account":                     {nil, says("s-gone", nil), "", "admit.account_disabled"},
		"disabled trust":                       {func(t *store.OwnedTrust) { t.State = store.TrustDisabled }, says("s-client", nil), "", "admit.trust_disabled"},
		"tenant bound":                         {bound, says("s-client", map[string][]string{"tenant": {"0001"}}), "client", ""},
		"tenant not bound":                     {bound, says("s-client", map[string][]string{"tenant": {"0002"}}), "", "admit.tenant_unbound"},
		"tenant by its ID":                     {bound, says("s-client", map[string][]string{"tenant": {"a"}}), "", "admit.tenant_unbound"},
		"no tenant claim":                      {bound, says("s-client", nil), "", "admit.tenant_claim"},
		"two tenant claims":                    {bound, says("s-client", map[string][]string{"tenant": {"0001", "0002"}}), "", "admit.tenant_claim"},
		"just in time":                         {jit, says("s-new", map[string][]string{"offices": {"ext-x1", "ext-x2"}, "name": {"新 人"}}), "new", ""},
		"just in time, unknown office":         {jit, says("s-new", map[string][]string{"offices": {"ext-zz"}, "name": {"新 人"}}), "", "admit.no_office"},
		"just in time, no office":              {jit, says("s-new", map[string][]string{"offices": {}}), "", "admit.no_office"},
		"just in time, no claim":               {jit, says("s-new", nil), "", "admit.claim_missing"},
		"mapped claim missing":                 {func(t *store.OwnedTrust) { t.Mapping.Offices = store.Claim("offices") }, says("s-client", nil), "", "admit.claim_missing"},
		"just in time, two companies' offices": {jit, says("s-new", map[string][]string{"offices": {"ext-x1", "ext-y1"}, "name": {"新 人"}}), "", "admit.two_companies"},
	} {
		t.Run(name, func(t *testing.T) {
			w := admitWorld(t)
			admitted, err := w.Admit(t.Context(), idp(row.trust), row.identity, sso.Visit{Address: "192.0.2.1"}, nil)
			if sso.ReasonOf(err) != row.reason || (err == nil) != (row.reason == "") {
				t.Fatalf("%v, want reason %q", err, row.reason)
			}
			if row.account != "new" && admitted.AccountID != row.account {
				t.Errorf("admitted as %q, want %q", admitted.AccountID, row.account)
			}
			events := w.audit(t, "a")
			if last := events[len(events)-1]; (last.Deed == store.DeedSignIn && last.AccountID == admitted.AccountID) != (err == nil) {
				t.Errorf("the last event is %+v", last)
			}
		})
	}
}

func admitWorld(t *testing.T) *world {
	w := newWorld(t)
	w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	w.add(t, "other", who{tenant: "b", company: "x", permissions: store.PermitView})
	w.add(t, "gone", who{tenant: "a", company: "x", permissions: store.PermitView})
	_, err := w.setup.SwitchAccount(t.Context(), "a", "gone", store.AccountDisabled)
	must(t, err)
	return w
}

// TestClaimsMoveRights demands that mapped offices and roles follow the claims at every sign-in, never beyond the
// account's company, and never into menus of the firm.
func TestClaimsMoveRights(t *testing.T) {
	w := admitWorld(t)
	w.boss(t)
	tr := w.trove(t)
	trust := idp(func(t *store.OwnedTrust) {
		t.Mapping = store.Mapping{Offices: store.Claim("offices"), Role: store.Claim("role"), Roles: map[string]string{"clerk": "view", "boss": "view,deliver,trusts"}}
	})
	actor := portal.Actor{TenantID: "a", AccountID: "client", TrustID: "saml-a"}
	for _, step := range []struct {
		offices []string
		role    string
		x1, y1  bool
	}{
		{[]string{"ext-x1"}, "clerk", true, false},
		{[]string{"ext-x2"}, "clerk", false, false},
		{[]string{"ext-x1", "ext-y1"}, "boss", true, false},
		{[]string{"ext-x1"}, "unknown", false, false},
		{[]string{}, "clerk", false, false},
		{[]string{"ext-x1"}, "clerk", true, false},
	} {
		attributes := map[string][]string{"offices": step.offices, "role": {step.role}}
		_, err := w.Admit(t.Context(), trust, says("s-client", attributes), sso.Visit{}, nil)
		must(t, err)
		for id, may := range map[store.ID]bool{tr.x1: step.x1, tr.y1: step.y1} {
			if _, err := w.View(t.Context(), actor, id); (err == nil) != may {
				t.Errorf("with offices %q as %s: %v, want allowed %t", step.offices, step.role, err, may)
			}
		}
		if err := w.MayStage(t.Context(), actor); !errors.Is(err, store.ErrDenied) {
			t.Errorf("a client may upload: %v", err)
		}
	}
}

func TestPreviewChangesNothing(t *testing.T) {
	w := admitWorld(t)
	before := w.head(t, "a")
	trust := idp(func(t *store.OwnedTrust) {
		t.JustInTime, t.Mapping.Offices, t.Mapping.Name = true, store.Claim("offices"), store.Claim("name")
	})
	var trace sso.Trace
	_, err := w.Preview(t.Context(), trust, says("s-new", map[string][]string{"offices": {"ext-x1"}, "name": {"新 人"}}), sso.Visit{}, &trace)
	must(t, err)
	if len(trace.Checks) == 0 || w.head(t, "a") != before {
		t.Errorf("trace %+v; the chain moved: %t", trace, w.head(t, "a") != before)
	}
	if _, err := w.Admit(t.Context(), idp(nil), says("s-new", nil), sso.Visit{}, nil); sso.ReasonOf(err) != "admit.not_registered" {
		t.Errorf("after the preview: %v", err)
	}
}

func TestRefusedIsAudited(t *testing.T) {
	w := admitWorld(t)
	must(t, w.Refused(t.Context(), idp(nil), sso.Visit{Address: "192.0.2.7"}, nil, sso.Refuse("saml.audience", sso.KeyMessage, "another audience")))
	events := w.audit(t, "a")
	last := events[len(events)-1]
	if last.Deed != store.DeedSignIn || last.Outcome != store.Refused || last.Detail["reason"] != "saml.audience" || last.Address != "192.0.2.7" {
		t.Errorf("recorded %+v", last)
	}
}

func TestRevokeOwnSessionsAlone(t *testing.T) {
	w := admitWorld(t)
	client := w.add(t, "me", who{tenant: "a", company: "x", permissions: store.PermitView})
	begin(t, w, "a", "me")
	begin(t, w, "a", "client")
	theirs, err := w.sessions.Of(t.Context(), "a", "client")
	must(t, err)
	if _, err := w.Revoke(t.Context(), client, theirs[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("revoking somebody else's session: %v", err)
	}
	mine, err := w.MySessions(t.Context(), client)
	must(t, err)
	if len(mine) != 1 {
		t.Fatalf("%d sessions of mine", len(mine))
	}
	if n, err := w.Revoke(t.Context(), client, mine[0].ID); n != 1 || err != nil {
		t.Errorf("revoked %d, %v", n, err)
	}
	if theirs, err = w.sessions.Of(t.Context(), "a", "client"); err != nil || len(theirs) != 1 {
		t.Errorf("somebody else has %d sessions, %v", len(theirs), err)
	}
}

// TestRolesThatGrantNothing demands that a first sign-in is worth no more than the second.
func TestRolesThatGrantNothing(t *testing.T) {
	w := admitWorld(t)
	trust := idp(func(t *store.OwnedTrust) {
		t.JustInTime, t.Mapping = true, store.Mapping{Offices: store.Claim("offices"), Role: store.Claim("role"), Roles: map[string]string{"clerk": "view"}}
	})
	for range 2 {
		admitted, err := w.Admit(t.Context(), trust, says("s-new", map[string][]string{"offices": {"ext-x1"}, "role": {"visitor"}}), sso.Visit{}, nil)
		must(t, err)
		actor := portal.Actor{TenantID: "a", AccountID: admitted.AccountID, TrustID: "saml-a"}
		if _, err := w.Inbox(t.Context(), actor, store.InboxFilter{}, store.Page{}); !errors.Is(err, store.ErrDenied) {
			t.Errorf("a role that is not mapped may view: %v", err)
		}
	}
}

func TestLongClaimsAreCut(t *testing.T) {
	w := admitWorld(t)
	trust := idp(func(t *store.OwnedTrust) { t.Mapping.Name = store.Claim("name") })
	admitted, err := w.Admit(t.Context(), trust, says("s-client", map[string][]string{"name": {strings.Repeat("長", 100_000)}}), sso.Visit{}, nil)
	must(t, err)
	me, err := w.Me(t.Context(), portal.Actor{TenantID: "a", AccountID: admitted.AccountID, TrustID: "saml-a"})
	must(t, err)
	if n := len([]rune(me.Account.Name)); n != 200 {
		t.Errorf("the name has %d characters", n)
	}
}

func TestStanding(t *testing.T) {
	for name, off := range map[string]func(t *testing.T, w *world) error{
		"account": func(t *testing.T, w *world) error {
			_, err := w.setup.SwitchAccount(t.Context(), "a", "client", store.AccountDisabled)
			return err
		},
		"tenant": func(t *testing.T, w *world) error {
			_, err := w.setup.SwitchTenant(t.Context(), "a", store.TenantSuspended)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := admitWorld(t)
			client := sso.Admission{TenantID: "a", AccountID: "client"}
			must(t, w.Standing(t.Context(), "saml-a", client))
			must(t, off(t, w))
			if err := w.Standing(t.Context(), "saml-a", client); !errors.Is(err, store.ErrDenied) {
				t.Errorf("switched off and standing: %v", err)
			}
		})
	}
}

func TestTenantsAuditBeginsWithIt(t *testing.T) {
	w := newWorld(t)
	must(t, w.setup.AddTenant(t.Context(), store.Tenant{ID: "c", Name: "事務所"}))
	events := w.audit(t, "c")
	if len(events) != 1 || events[0].Deed != store.DeedTenant || events[0].Record != "tenant:c" || events[0].Name != "test" || events[0].Detail["by"] != "add" {
		t.Errorf("recorded %+v", events)
	}
	if _, err := w.setup.VerifyAudit(t.Context(), "c"); err != nil {
		t.Error(err)
	}
}

// TestSuspendedTenant demands that nobody enters a suspended tenant, that a preview says so too, and that all is as
// before once it is active again.
func TestSuspendedTenant(t *testing.T) {
	w := admitWorld(t)
	w.switchTenant(t, "a", store.TenantSuspended)
	for name, enter := range map[string]func() error{
		"admit": func() error {
			_, err := w.Admit(t.Context(), idp(nil), says("s-client", nil), sso.Visit{}, nil)
			return err
		},
		"preview": func() error {
			_, err := w.Preview(t.Context(), idp(nil), says("s-client", nil), sso.Visit{}, &sso.Trace{})
			return err
		},
	} {
		if err := enter(); sso.ReasonOf(err) != "admit.tenant_suspended" {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.switchTenant(t, "a", store.TenantActive)
	if _, err := w.Admit(t.Context(), idp(nil), says("s-client", nil), sso.Visit{}, nil); err != nil {
		t.Errorf("active again: %v", err)
	}
	events := w.audit(t, "a")
	last := events[len(events)-2]
	if last.Deed != store.DeedTenant || last.Record != "tenant:a" || last.Detail["state"] != "active" || last.Name != "test" {
		t.Errorf("recorded %+v", last)
	}
}
