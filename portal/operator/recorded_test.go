package operator

import (
	"fmt"
	"maps"
	"net/netip"
	"testing"
	"time"

	"cloudpocket/store"
)

// TestEverythingIsRecorded does each deed, at the host and in the console, and demands one event of it that says who, from
// where, in which request and with what outcome.
func TestEverythingIsRecorded(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.fill(t)
	w.keeper(t)
	who, secret, codes, device := w.entered(t)
	w.now = w.now.Add(24 * time.Hour)
	w.open(t, 2*time.Hour)
	half := func() Who {
		token, _, err := w.Password(ctx, "keeper", secretWord, device, here)
		must(t, err)
		half, err := w.Who(ctx, token, device, here)
		must(t, err)
		return half
	}
	in := func(code string) error {
		p, err := w.Code(ctx, half(), code)
		if err == nil {
			who, err = w.Who(ctx, p.Token, device, here)
		}
		return err
	}
	link := ""
	for _, row := range []struct {
		name    string
		do      func() error
		deed    store.Deed
		refused bool
		host    bool
		detail  map[string]string
	}{
		{"a wrong password", func() error { _, _, err := w.Password(ctx, "keeper", "no", device, here); return err }, store.DeedOperatorSignIn, true, false, map[string]string{"reason": "error.operator_wrong"}},
		{"a wrong code", func() error { return in("000000") }, store.DeedOperatorSignIn, true, false, map[string]string{"reason": "error.operator_code"}},
		{"a code", func() error { return in(w.code(t, secret)) }, store.DeedOperatorSignIn, false, false, map[string]string{"factor": "totp"}},
		{"signing out", func() error { return w.SignOut(ctx, who) }, store.DeedOperatorSignOut, false, false, nil},
		{"a recovery code", func() error { return in(codes[0]) }, store.DeedOperatorSignIn, false, false, map[string]string{"factor": "recovery"}},
		{"new recovery codes", func() error { _, err := w.RenewRecovery(ctx, who); return err }, store.DeedOperatorFactor, false, false, map[string]string{"factor": "recovery", "by": "renew"}},
		{"ending a session", func() error { return w.EndSession(ctx, who, half().Session.ID) }, store.DeedOperatorSignOut, false, false, nil},
		{"a password with another current one", func() error { return w.change(t, who, "no", password(1)) }, store.DeedOperatorPassword, true, false, map[string]string{"reason": KeyWrong}},
		{"a password", func() error { return w.change(t, who, secretWord, password(1)) }, store.DeedOperatorPassword, false, false, map[string]string{"by": "change"}},
		{"an authenticator", func() error {
			e, err := w.Enrol(ctx, who)
			must(t, err)
			p, _, err := w.Enrolled(ctx, who, w.code(t, e.Secret))
			must(t, err)
			who, err = w.Who(ctx, p.Token, device, here)
			return err
		}, store.DeedOperatorFactor, false, false, map[string]string{"factor": "totp", "by": byEnrol}},
		{"a firm", func() error { return w.AddFirm(ctx, who, "new", "New") }, store.DeedOperatorFirm, false, false, map[string]string{"firm": "new", "by": "add"}},
		{"a firm suspended", func() error { return w.SwitchFirm(ctx, who, "a", store.TenantSuspended) }, store.DeedOperatorFirm, false, false, map[string]string{"firm": "a", "state": "suspended"}},
		{"a contract", func() error { return w.SetContract(ctx, who, "a", "2026-04-01", "") }, store.DeedOperatorFirm, false, false, map[string]string{"firm": "a", "from": "2026-04-01", "until": ""}},
		{"a trust", func() error { return w.SwitchTrust(ctx, who, "a", "a-idp", store.TrustDisabled) }, store.DeedOperatorFirm, false, false, map[string]string{"firm": "a", "trust": "a-idp", "state": "disabled"}},
		{"a look at a firm", func() error { _, err := w.Firm(ctx, who, "a"); return err }, store.DeedOperatorLook, false, false, map[string]string{"at": "firm"}},
		{"a look at the log", func() error { _, err := w.Audit(ctx, who, store.Page{}); return err }, store.DeedOperatorLook, false, false, map[string]string{"at": "log"}},
		{"a walk of the chain", func() error { _, err := w.Verify(ctx, who); return err }, store.DeedOperatorLook, false, false, map[string]string{"at": "chain"}},
		{"a look at warnings", func() error {
			_, err := w.Events(ctx, who, store.SystemEventFilter{}, store.Page{})
			return err
		}, store.DeedOperatorLook, false, false, map[string]string{"at": "events"}},
		{"an operator", func() error { _, _, err := w.host.Init(ctx, "second"); return err }, store.DeedOperator, false, true, map[string]string{"by": "init", "operator": "second"}},
		{"a reset", func() (err error) { link, _, err = w.host.Reset(ctx, "keeper"); return err }, store.DeedOperator, false, true, map[string]string{"by": "reset", "operator": "keeper"}},
		{"a password by a link", func() error { return w.setByLink(ctx, link, password(2), password(2), here) }, store.DeedOperatorPassword, false, false, map[string]string{"by": "link"}},
		{"opening", func() error {
			_, err := w.host.Open(ctx, time.Hour, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")})
			return err
		}, store.DeedOperatorOpen, false, true, map[string]string{"from": "10.0.0.0/8"}},
		{"closing", func() error { _, err := w.host.Close(ctx); return err }, store.DeedOperatorClose, false, true, map[string]string{"by": "host"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			w.now = w.now.Add(time.Minute)
			before := len(w.events(t))
			if err := row.do(); row.refused != (err != nil) {
				t.Fatal(err)
			}
			events := w.events(t)[before:]
			if len(events) != 1 {
				t.Fatalf("%d events: %+v", len(events), events)
			}
			e := events[0]
			outcome, name, from := store.Allowed, "keeper", here
			if row.refused {
				outcome = store.Refused
			}
			if row.host {
				name, from = "root@host", noVisit
			}
			if e.Deed != row.deed || e.Outcome != outcome || e.Name != name || e.Address != from.Address || e.RequestID != from.RequestID || !e.At.Equal(w.now) || !row.host && e.AccountID == "" {
				t.Errorf("%+v", e)
			}
			said := maps.Clone(e.Detail)
			maps.DeleteFunc(said, func(k, _ string) bool { _, is := row.detail[k]; return !is })
			if fmt.Sprint(said) != fmt.Sprint(row.detail) && len(row.detail) > 0 {
				t.Errorf("it says %v, want %v", e.Detail, row.detail)
			}
		})
	}
}

// TestEventsTellNoNames shows an operator what was warned of, and nothing that could be somebody's name or a file's.
func TestEventsTellNoNames(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.keeper(t)
	who, _ := w.signed(t)
	all := map[string]string{"task": "06f2q0d9k3v5w7x8y9z0a1b2c3", "attempt": "3", "kind": "Zanzibar.pdf", "document": "賞与のお知らせ", "part": "records", "error": "zanzibar", "path": "/setup/secret", "reason": "a b"}
	must(t, w.Portal.Records.SystemEvents().Keep(ctx, []store.SystemEvent{
		{ID: "e1", At: w.now, LastAt: w.now, Count: 1, Level: store.Failure, Message: "work given up", TenantID: "a", Instance: "i", Attributes: all},
		{ID: "e2", At: w.now, LastAt: w.now, Count: 1, Level: store.Warning, Message: "not ready", Instance: "i"},
	}))
	for _, row := range []struct {
		filter store.SystemEventFilter
		n      int
	}{
		{store.SystemEventFilter{}, 2}, {store.SystemEventFilter{TenantID: "a"}, 1}, {store.SystemEventFilter{Level: store.Warning}, 1},
		{store.SystemEventFilter{Text: "zanzibar"}, 2}, // what is not shown is not found either
	} {
		list, err := w.Events(ctx, who, row.filter, store.Page{})
		must(t, err)
		if len(list.Items) != row.n {
			t.Errorf("%+v: %d events", row.filter, len(list.Items))
		}
	}
	list, err := w.Events(ctx, who, store.SystemEventFilter{TenantID: "a"}, store.Page{})
	must(t, err)
	if want := map[string]string{"task": all["task"], "attempt": "3", "part": "records"}; !maps.Equal(list.Items[0].Attributes, want) {
		t.Errorf("it shows %v, want %v", list.Items[0].Attributes, want)
	}
	if _, err := w.Events(ctx, Who{Operator: who.Operator}, store.SystemEventFilter{}, store.Page{}); keyOf(err) != "error.operator_unproved" {
		t.Errorf("without the second factor: %v", err)
	}
}
