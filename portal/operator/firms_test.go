package operator

import (
	"errors"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// fill makes two firms, each with a trust, a person who signed in and a document of twelve bytes.
func (w *world) fill(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	setup := portal.Setup{Portal: w.Portal, By: "test"}
	for _, firm := range []store.ID{"a", "b"} {
		must(t, setup.AddTenant(ctx, store.Tenant{ID: firm, Name: "Firm " + string(firm)}))
		must(t, setup.AddCompany(ctx, firm, store.Company{ID: "x", Name: "X"}))
		must(t, setup.AddTrust(ctx, firm, store.Trust{ID: firm + "-idp", Name: "IdP", Protocol: store.OIDC, State: store.TrustEnabled, OIDC: &store.OIDCTrust{Issuer: "https://idp.example"}}))
		for _, account := range []store.ID{"p", "q"} {
			must(t, setup.AddAccount(ctx, firm, store.Account{ID: account, Name: "Somebody", TrustID: firm + "-idp", Subject: string(account), Permissions: store.PermitAll, Offices: store.OfficeScope{All: true}}))
		}
		blob, err := w.Portal.Blobs.Create(ctx, firm)
		must(t, err)
		_, err = blob.Write([]byte("twelve bytes"))
		must(t, err)
		_, _, err = blob.Commit(ctx)
		must(t, err)
		must(t, w.Portal.Records.Update(ctx, firm, func(tx store.Tx) error {
			for i, outcome := range []store.Outcome{store.Allowed, store.Refused} {
				if err := tx.Audit().Append(ctx, store.AuditEvent{At: w.now.Add(time.Duration(i) * time.Minute), Deed: store.DeedSignIn, Outcome: outcome}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

func TestFirm(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	ends := w.now.AddDate(1, 0, 0)
	w.Console.KeysEnd = func(store.Trust) time.Time { return ends }
	w.fill(t)
	w.keeper(t)
	who, _ := w.signed(t)
	f, err := w.Firm(ctx, who, "a")
	must(t, err)
	if f.Accounts != 2 || f.Stored != 12 || !f.LastSignIn.Equal(w.now) || len(f.Trusts) != 1 || f.Trusts[0].ID != "a-idp" || f.Trusts[0].KeysEnd != ends {
		t.Errorf("%+v", f)
	}
	list, err := w.Firms(ctx, who, store.Page{})
	must(t, err)
	if len(list.Items) != 2 {
		t.Errorf("the firms are %v", list.Items)
	}
	for _, id := range []store.ID{"c", store.Deployment, ""} {
		if _, err := w.Firm(ctx, who, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("firm %q: %v", id, err)
		}
	}
	w.now = w.now.Add(time.Minute)
	must(t, w.AddFirm(ctx, who, "d", "D"))
	f, err = w.Firm(ctx, who, "d")
	must(t, err)
	if f.Accounts != 0 || f.Stored != 0 || !f.LastSignIn.IsZero() || f.State != store.TenantActive {
		t.Errorf("a new firm is %+v", f)
	}
}

// TestDeedsOnFirms is in the deployment's chain, done or not, and what was done is in the firm's.
func TestDeedsOnFirms(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.fill(t)
	w.keeper(t)
	who, _ := w.signed(t)
	for _, row := range []struct {
		name     string
		do       func() error
		is       error // nil: done
		recorded int   // here
	}{
		{"suspend", func() error { return w.SwitchFirm(ctx, who, "a", store.TenantSuspended) }, nil, 1},
		{"resume", func() error { return w.SwitchFirm(ctx, who, "a", store.TenantActive) }, nil, 1},
		{"suspend the deployment", func() error { return w.SwitchFirm(ctx, who, store.Deployment, store.TenantSuspended) }, store.ErrNotFound, 2},
		{"suspend nobody", func() error { return w.SwitchFirm(ctx, who, "z", store.TenantSuspended) }, store.ErrNotFound, 2},
		{"a state that is none", func() error { return w.SwitchFirm(ctx, who, "a", "system") }, store.ErrInvalid, 0},
		{"a contract", func() error { return w.SetContract(ctx, who, "a", "2026-04-01", "") }, nil, 1},
		{"a contract of a day", func() error { return w.SetContract(ctx, who, "a", "2026-04-01", "2026-04-01") }, nil, 1},
		{"a contract that ends before", func() error { return w.SetContract(ctx, who, "a", "2026-04-02", "2026-04-01") }, store.ErrInvalid, 2},
		{"a contract on no day", func() error { return w.SetContract(ctx, who, "a", "2026-4-1", "") }, store.ErrInvalid, 2},
		{"the last trust", func() error { return w.SwitchTrust(ctx, who, "a", "a-idp", store.TrustDisabled) }, nil, 1},
		{"the trust again", func() error { return w.SwitchTrust(ctx, who, "a", "a-idp", store.TrustEnabled) }, nil, 1},
		{"another firm's trust", func() error { return w.SwitchTrust(ctx, who, "a", "b-idp", store.TrustDisabled) }, store.ErrNotFound, 0},
		{"no trust", func() error { return w.SwitchTrust(ctx, who, "a", "none", store.TrustDisabled) }, store.ErrNotFound, 0},
		{"a firm that is there", func() error { return w.AddFirm(ctx, who, "a", "A") }, store.ErrConflict, 2},
		{"a firm without a name", func() error { return w.AddFirm(ctx, who, "c", " ") }, store.ErrInvalid, 2},
		{"the deployment as a firm", func() error { return w.AddFirm(ctx, who, store.Deployment, "A") }, store.ErrInvalid, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := len(w.events(t))
			if err := row.do(); (row.is == nil) != (err == nil) || row.is != nil && !errors.Is(err, row.is) {
				t.Errorf("%v, want %v", err, row.is)
			}
			if n := len(w.events(t)) - before; n != row.recorded {
				t.Errorf("%d events, want %d", n, row.recorded)
			}
		})
	}
	var by []string
	must(t, w.Portal.Records.View(ctx, "a", func(tx store.Tx) error {
		for e, err := range tx.Audit().All(ctx) {
			must(t, err)
			if e.Name == "operator keeper" && e.Address == here.Address && e.RequestID == here.RequestID {
				by = append(by, string(e.Deed))
			}
		}
		return nil
	}))
	if len(by) != 6 {
		t.Errorf("the firm's chain has %q", by)
	}
}

// TestAuditIsWatched records that the chain was looked at, once for all its pages.
func TestAuditIsWatched(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.keeper(t)
	who, _ := w.signed(t)
	first, err := w.Audit(ctx, who, store.Page{Limit: 2})
	must(t, err)
	_, err = w.Audit(ctx, who, store.Page{Limit: 2, After: first.Next})
	must(t, err)
	looks := 0
	for _, e := range w.events(t) {
		if e.Deed == store.DeedOperatorLook && e.AccountID == who.Operator.ID {
			looks++
		}
	}
	head, err := w.Verify(ctx, who)
	if looks != 1 || err != nil || head.Seq != int64(len(w.events(t))) {
		t.Errorf("%d looks, head %d, %v", looks, head.Seq, err)
	}
}

// FuzzPasskeyAnswers gives what a browser could say about a passkey.
func FuzzPasskeyAnswers(f *testing.F) {
	f.Add([]byte(`{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVgl"}}`))
	f.Add([]byte(`{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AAAA","signature":"AAAA"}}`))
	f.Add([]byte(`null`))
	c, err := New(Config{URL: "http://pocket.localhost:8402"})
	if err != nil {
		f.Fatal(err)
	}
	o := store.Operator{ID: "x", Name: "keeper"}
	_, ceremony, err := c.passkeys.BeginRegistration(holder{Operator: o})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		if _, err := c.made(holder{Operator: o}, *ceremony, answer); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("made: %v", err)
		}
		if err := c.used(&o, *ceremony, answer); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("used: %v", err)
		}
	})
}
