package portal_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/store"
)

// messageOf has a sign-in of somebody whom a message says these claims of kept at "saml-a", passed or not.
func (w *world) messageOf(t *testing.T, id store.ID, name string, claims map[string][]string, outcome store.Outcome) {
	t.Helper()
	trace := &sso.Trace{}
	trace.Pass("signature", "by a key of the IdP")
	trace.Claimed(name, claims)
	w.now = w.now.Add(time.Second)
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		return tx.SignIns().Add(t.Context(), store.SignIn{ID: id, TrustID: "saml-a", At: w.now, Outcome: outcome, Trace: trace.Encode(store.MaxTrace), Proof: trace.Proof()})
	}))
}

// TestPreviewPastJunk refuses messages that anybody can send, more than are kept: the mapping is still tried on the one that
// was believed, though its person was refused.
func TestPreviewPastJunk(t *testing.T) {
	w := admitWorld(t)
	boss := w.add(t, "keeper", who{tenant: "a", permissions: store.PermitTrusts})
	believed := &sso.Trace{}
	believed.Claimed("s-client", map[string][]string{"name": {"名前"}})
	no := sso.Refuse("saml.audience", sso.KeyMessage, "another audience")
	must(t, w.Refused(t.Context(), idp(nil), sso.Visit{}, believed, no))
	for range store.MaxSignIns {
		w.now = w.now.Add(time.Second)
		must(t, w.Refused(t.Context(), idp(nil), sso.Visit{}, &sso.Trace{Unasked: true}, no))
	}
	got, err := w.PreviewMapping(t.Context(), boss, "saml-a", store.Mapping{})
	must(t, err)
	if got == nil || got.Name != "s-client" {
		t.Errorf("it is tried on %+v", got)
	}
}

// TestPreviewMapping tries mappings on the newest message, and looks at whom they make of it, and why not.
func TestPreviewMapping(t *testing.T) {
	claims := map[string][]string{"uid": {"s-client"}, "who": {"s-nobody"}, "offices": {"ext-x1", "ext-y1", "unheard-of"}, "groups": {"clerk", "king"}, "firm": {"1"}, "name": {"新しい名前"}}
	all := store.Mapping{Name: store.Claim("name"), Offices: store.Claim("offices"), Role: store.Claim("groups"), Roles: map[string]string{"clerk": "view"}}
	with := func(change func(*store.Mapping)) store.Mapping {
		m := all
		change(&m)
		return m
	}
	for _, row := range []struct {
		name    string
		mapping store.Mapping
		jit     bool
		subject string
		account string
		isNew   bool
		offices int
		want    string // the sentence's key
	}{
		{name: "by the NameID", mapping: all, subject: "s-client", account: "新しい名前", offices: 3, want: "trace.step.account"},
		{name: "by a claim", mapping: with(func(m *store.Mapping) { m.Subject = store.Claim("uid") }), subject: "s-client", account: "新しい名前", offices: 3, want: "trace.step.account"},
		{name: "by a claim that is not there", mapping: with(func(m *store.Mapping) { m.Subject = store.Claim("none") }), want: "trace.reason.saml.subject_attribute"},
		{name: "by a claim of several values", mapping: with(func(m *store.Mapping) { m.Subject = store.Claim("groups") }), want: "trace.reason.saml.subject_attribute"},
		{name: "nobody yet", mapping: with(func(m *store.Mapping) { m.Subject = store.Claim("who") }), subject: "s-nobody", want: "trace.reason.admit.not_registered"},
		{name: "somebody new, of two companies", jit: true, mapping: with(func(m *store.Mapping) { m.Subject = store.Claim("who") }), subject: "s-nobody", isNew: true, offices: 3, want: "trace.reason.admit.two_companies"},
		{name: "somebody new", jit: true, mapping: with(func(m *store.Mapping) {
			m.Subject, m.Offices = store.Claim("who"), store.Source{Claims: []string{"offices"}, Lookup: map[string]string{"ext-x1": "ext-x1"}}
		}), subject: "s-nobody", isNew: true, offices: 1, want: "trace.step.account"},
		{name: "a claim is missing", mapping: with(func(m *store.Mapping) { m.Offices = store.Claim("none") }), subject: "s-client", want: "trace.reason.admit.claim_missing"},
		{name: "a tenant that is not bound", mapping: with(func(m *store.Mapping) { m.Tenant = store.Claim("firm") }), subject: "s-client", want: "trace.reason.admit.tenant_unbound"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := admitWorld(t)
			boss := w.add(t, "keeper", who{tenant: "a", permissions: store.PermitTrusts})
			w.messageOf(t, "01old", "s-other", map[string][]string{"name": {"old"}}, store.Allowed)
			w.messageOf(t, "02this", "s-client", claims, store.Refused)
			w.messageOf(t, "03forged", "", nil, store.Refused)
			draft := idp(func(t *store.OwnedTrust) { t.JustInTime = row.jit }).Trust
			must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
				_, err := tx.TrustDrafts().Save(t.Context(), store.TrustDraft{Trust: draft, At: w.now})
				return err
			}))
			events := len(w.audit(t, "a"))
			got, err := w.PreviewMapping(t.Context(), boss, "saml-a", row.mapping)
			if err != nil || got == nil {
				t.Fatal(got, err)
			}
			if got.SignIn.ID != "02this" || got.SignIn.Trace != nil || got.Name != "s-client" || len(got.Claims) != len(claims) || len(got.Sources) != len(row.mapping.Sources()) {
				t.Errorf("it is of %+v", got)
			}
			m := got.Mapped
			if m.Subject != row.subject || got.Account != row.account || m.New != row.isNew || len(m.Offices) != row.offices || got.Outcome.Key() != row.want {
				t.Errorf("it is %+v, account %q, %+v", m, got.Account, got.Outcome)
			}
			if row.want == "trace.step.account" && (m.Menus != "view" || len(m.Roles) != 2) {
				t.Errorf("the menus are %q of %+v", m.Menus, m.Roles)
			}
			if n := len(w.audit(t, "a")); n != events {
				t.Error("a preview is in the audit")
			}
			must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) error {
				a, err := tx.Accounts().Get(t.Context(), "client")
				if err == nil && a.Name == "新しい名前" {
					t.Error("the preview changed an account")
				}
				return err
			}))
		})
	}
}

// TestPreviewElsewhere tries a mapping that leads into another firm: of its people nothing is told, neither here nor in
// the trace of a test.
func TestPreviewElsewhere(t *testing.T) {
	w := admitWorld(t)
	keeper := w.add(t, "keeper", who{tenant: "a", permissions: store.PermitTrusts})
	claims := map[string][]string{"firm": {"1"}, "offices": {"ext-x1"}}
	must(t, w.Records.Update(t.Context(), "b", func(tx store.Tx) error {
		return tx.Accounts().Create(t.Context(), store.Account{ID: "theirs", TrustID: "saml-a", Subject: "s-theirs", Name: "よその人", State: store.AccountActive, Permissions: store.PermitView, CreatedAt: w.now, RightsAt: w.now})
	}))
	bound := idp(func(t *store.OwnedTrust) {
		t.Mapping, t.Tenants = store.Mapping{Tenant: store.Claim("firm")}, map[string]store.ID{"1": "b"}
	})
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		_, err := tx.TrustDrafts().Save(t.Context(), store.TrustDraft{Trust: bound.Trust, At: w.now})
		return err
	}))
	w.messageOf(t, "01this", "s-theirs", claims, store.Allowed)
	got, err := w.PreviewMapping(t.Context(), keeper, "saml-a", bound.Mapping)
	if err != nil || !got.Outcome.OK || got.Mapped.TenantID != "b" || got.Account != "" || got.Mapped.Name != "" || got.Mapped.Menus != "" || got.Mapped.AccountID != "" {
		t.Fatalf("%+v, %v", got, err)
	}
	trace := traced(claims)
	admission, err := w.Preview(t.Context(), bound, says("s-theirs", claims), sso.Visit{}, trace)
	must(t, err)
	must(t, w.Tested(t.Context(), sso.Tested{Trust: bound, ID: "02test", Trace: trace, Admission: admission}))
	for _, s := range w.signIns(t, "a", "saml-a") {
		if strings.Contains(string(s.Trace), "よその人") {
			t.Errorf("the trace of a test tells of another firm's person: %s", s.Trace)
		}
	}
}

func TestPreviewMappingPermission(t *testing.T) {
	for scope, p := range scopes() {
		for _, p.permissions = range append(menus(), store.PermitTrusts, store.PermitAll&^store.PermitTrusts) {
			w := newWorld(t)
			_, err := w.PreviewMapping(t.Context(), w.add(t, "tries", p), "saml-a", store.Mapping{})
			want := error(nil)
			switch {
			case p.company != "" || p.offices != nil || !p.permissions.Has(store.PermitTrusts):
				want = store.ErrDenied
			case p.tenant != "a":
				want = store.ErrNotFound
			}
			if !errors.Is(err, want) {
				t.Errorf("%s with %s: %v, want %v", scope, p.permissions, err, want)
			}
		}
	}
}

// previewTries are the deeds about trying a mapping.
func previewTries(trove, map[store.ID]portal.StagedFile) tries {
	return tries{
		"PreviewMapping": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.PreviewMapping(t.Context(), a, "saml-"+a.TenantID, store.Mapping{})
			return err
		},
	}
}
