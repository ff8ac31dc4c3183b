package portal_test

import (
	"strings"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// signIns returns the sign-ins kept of the trust "saml-a", newest first, with their traces.
func (w *world) signIns(t *testing.T, tenant, trust store.ID) (all []store.SignIn) {
	t.Helper()
	must(t, w.Records.View(t.Context(), tenant, func(tx store.Tx) error {
		list, err := tx.SignIns().List(t.Context(), trust, false, store.Page{})
		if err != nil {
			return err
		}
		for _, s := range list.Items {
			if s, err = tx.SignIns().Get(t.Context(), s.ID); err != nil {
				return err
			}
			all = append(all, s)
		}
		return nil
	}))
	return all
}

// traced is a trace as a connector leaves it.
func traced(claims map[string][]string) *sso.Trace {
	var t sso.Trace
	t.Pass("signature", "by a key of the IdP")
	t.Claimed("name-id", claims)
	return &t
}

func TestSignInsAreKept(t *testing.T) {
	w := admitWorld(t)
	trust := idp(func(t *store.OwnedTrust) {
		t.Mapping = store.Mapping{Offices: store.Claim("offices"), Role: store.Claim("role"), Roles: map[string]string{"clerk": "view"}}
	})
	claims := map[string][]string{"offices": {"ext-x1", "ext-y1", "unheard-of"}, "role": {"clerk", "king"}}
	visit := sso.Visit{Address: "192.0.2.1", RequestID: "reference-1"}
	_, err := w.Admit(t.Context(), trust, says("s-client", claims), visit, traced(claims))
	must(t, err)
	all := w.signIns(t, "a", "saml-a")
	if len(all) != 1 || all[0].Outcome != store.Allowed || all[0].AccountID != "client" || all[0].TenantID != "a" || all[0].Reference != "reference-1" || all[0].Address != "192.0.2.1" {
		t.Fatalf("kept is %+v", all)
	}
	trace, err := sso.DecodeTrace(all[0].Trace)
	must(t, err)
	if !trace.Passed() || trace.Claims["role"][1] != "king" || trace.Checks[len(trace.Checks)-1].Step != "account" {
		t.Errorf("the trace is %+v", trace)
	}
	m := trace.Mapped
	if m == nil || m.AccountID != "client" || m.New || m.TenantID != "a" || m.Menus != "view" || len(m.Offices) != 3 || len(m.Roles) != 2 {
		t.Fatalf("mapped is %+v", m)
	}
	if m.Offices[0].ID == "" || m.Offices[0].Other || !m.Offices[1].Other || m.Offices[2].ID != "" || m.Roles[0].Menus != "view" || m.Roles[1].Menus != "" {
		t.Errorf("offices %+v, roles %+v", m.Offices, m.Roles)
	}
}

// TestRefusedSignInsAreKept demands the trace of a refusal, and that an IdP that is away is told to nobody but whoever
// looks at the sign-ins.
func TestRefusedSignInsAreKept(t *testing.T) {
	w := admitWorld(t)
	trace := traced(nil)
	_, err := w.Admit(t.Context(), idp(nil), says("s-nobody", nil), sso.Visit{}, trace)
	must(t, w.Refused(t.Context(), idp(nil), sso.Visit{RequestID: "r1"}, trace, err))
	events := len(w.audit(t, "a"))
	w.now = w.now.Add(time.Second)
	away := store.Fail(store.Unavailable, sso.KeyAway, "the token endpoint does not answer")
	must(t, w.Refused(t.Context(), idp(nil), sso.Visit{RequestID: "r2"}, traced(nil), away))
	if n := len(w.audit(t, "a")); n != events {
		t.Errorf("an IdP that is away is in the audit")
	}
	all := w.signIns(t, "a", "saml-a")
	if len(all) != 2 {
		t.Fatalf("%d are kept", len(all))
	}
	for i, want := range []string{"fault.away", "admit.not_registered"} {
		kept, err := sso.DecodeTrace(all[i].Trace)
		must(t, err)
		if last := kept.Checks[len(kept.Checks)-1]; all[i].Reason != want || string(last.Reason) != want || last.OK || all[i].Outcome != store.Refused {
			t.Errorf("kept is %+v, which ends with %+v, want %s", all[i], last, want)
		}
	}
}

// TestTraceOfAnotherTenant demands that whoever owns a trust is told nothing of what another tenant that it admits into
// calls its offices and people.
func TestTraceOfAnotherTenant(t *testing.T) {
	w := admitWorld(t)
	w.add(t, "guest", who{tenant: "b", company: "x", permissions: store.PermitView})
	trust := idp(func(t *store.OwnedTrust) {
		t.Mapping = store.Mapping{Tenant: store.Claim("firm"), Offices: store.Claim("offices")}
		t.Tenants = map[string]store.ID{"1": "b"}
		t.JustInTime = true
	})
	claims := map[string][]string{"firm": {"1"}, "offices": {"ext-x1"}}
	_, err := w.Admit(t.Context(), trust, says("s-new", claims), sso.Visit{}, traced(claims))
	must(t, err)
	all := w.signIns(t, "a", "saml-a")
	if len(all) != 1 || all[0].TenantID != "b" {
		t.Fatalf("kept is %+v", all)
	}
	if text := string(all[0].Trace); strings.Contains(text, "事業所") || !strings.Contains(text, `"tenant":"b"`) {
		t.Errorf("the trace says %s", text)
	}
	if n := len(w.signIns(t, "b", "saml-a")); n != 0 {
		t.Errorf("%d are kept with the other tenant", n)
	}
}

func TestDraftThatWasTested(t *testing.T) {
	w := admitWorld(t)
	var revision int64
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) (err error) {
		revision, err = tx.TrustDrafts().Save(t.Context(), store.TrustDraft{Trust: idp(nil).Trust, At: w.Now()})
		return err
	}))
	test := sso.Tested{Trust: idp(nil), Revision: revision, By: "boss", ID: "01test", Trace: traced(nil), Admission: sso.Admission{TenantID: "a", AccountID: "client"}}
	must(t, w.Tested(t.Context(), test))
	must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) error {
		d, err := tx.TrustDrafts().Get(t.Context(), "saml-a")
		if err == nil && (!d.Tested() || d.Test.SignIn != "01test" || d.Test.By != "boss") {
			t.Errorf("the draft's test is %+v", d.Test)
		}
		return err
	}))
	test.ID, test.Revision, test.Err = "01stale", revision+1, sso.Refuse("login.draft_changed", sso.KeyStale, "saved again")
	must(t, w.Tested(t.Context(), test)) // its trace is kept, and nothing is noted
	all := w.signIns(t, "a", "saml-a")
	if len(all) != 2 || !all[0].Test || !all[1].Test || all[0].Outcome == all[1].Outcome {
		t.Errorf("kept is %+v", all)
	}
}

// TestPreviewKeepsSecretsToItself previews what an IdP should not have released: the trace, which is kept, has the names.
func TestPreviewKeepsSecretsToItself(t *testing.T) {
	w := admitWorld(t)
	claims := map[string][]string{"userPassword": {"geheim"}, "urn:oid:2.5.4.35": {"geheim"}, "mail": {"a@firm.example"}}
	trace := traced(claims)
	_, err := w.Preview(t.Context(), idp(nil), says("s-client", claims), sso.Visit{}, trace)
	must(t, err)
	if text := string(trace.Encode(16 << 10)); strings.Contains(text, "geheim") || !strings.Contains(text, "userPassword = …") || !strings.Contains(text, "mail = a@firm.example") {
		t.Errorf("the trace says %s", text)
	}
}
