package portal_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/store"
)

// register adds an account to tenant "a" that was registered and signed in so long ago; a negative time is never.
func (w *world) register(t *testing.T, a store.Account, registered, signed time.Duration) {
	t.Helper()
	now := w.now
	w.now = now.Add(-registered)
	if a.TrustID == "" {
		a.TrustID = "saml-a"
	}
	a.Subject = "s-" + string(a.ID)
	must(t, w.setup.AddAccount(t.Context(), "a", a))
	w.now = now
	if signed >= 0 {
		w.enter(t, a, now.Add(-signed), "192.0.2.1")
	}
}

// enter has an account of tenant "a" sign in.
func (w *world) enter(t *testing.T, a store.Account, at time.Time, address string) {
	t.Helper()
	now := w.now
	w.now = at
	trust, err := w.Records.Trust(t.Context(), "saml-a")
	must(t, err)
	_, err = w.Admit(t.Context(), trust, sso.Identity{Subject: "s-" + string(a.ID)}, sso.Visit{Address: address}, nil)
	must(t, err)
	w.now = now
}

// inventory makes one now and returns it as the boss sees it: findings by account.
func (w *world) inventory(t *testing.T) (id store.ID, found map[store.ID]string) {
	t.Helper()
	id, err := w.MakeInventoryNow(t.Context(), theBoss())
	must(t, err)
	v, err := w.Inventory(t.Context(), theBoss(), id, "", store.Page{Limit: store.MaxPage})
	must(t, err)
	found = map[store.ID]string{}
	for _, i := range v.Items {
		found[i.AccountID] = i.Findings.String()
	}
	return id, found
}

const aDay = 24 * time.Hour

// TestInventoryFinds holds what is found about accounts that are alike but for one thing.
func TestInventoryFinds(t *testing.T) {
	client := func(id store.ID, name string) store.Account {
		return store.Account{ID: id, CompanyID: "x", Name: name, Permissions: store.PermitView, Offices: store.OfficeScope{Offices: []store.ID{"x1"}}}
	}
	for name, tt := range map[string]struct {
		prepare func(t *testing.T, w *world)
		want    string
	}{
		"in use":                 {func(t *testing.T, w *world) { w.register(t, client("c", "青木"), 100*aDay, aDay) }, ""},
		"registered lately":      {func(t *testing.T, w *world) { w.register(t, client("c", "青木"), 29*aDay, -1) }, ""},
		"registered 30 days ago": {func(t *testing.T, w *world) { w.register(t, client("c", "青木"), 30*aDay, -1) }, "unused"},
		"signed in 89 days ago":  {func(t *testing.T, w *world) { w.register(t, client("c", "青木"), 100*aDay, 89*aDay) }, ""},
		"signed in 90 days ago":  {func(t *testing.T, w *world) { w.register(t, client("c", "青木"), 100*aDay, 90*aDay) }, "dormant"},
		"switched off": {func(t *testing.T, w *world) {
			w.register(t, client("c", "青木"), 100*aDay, -1)
			w.switchAccount(t, "c", store.AccountDisabled)
		}, ""},
		"switched off and on": {func(t *testing.T, w *world) {
			w.register(t, client("c", "青木"), 100*aDay, aDay)
			w.switchAccount(t, "c", store.AccountDisabled)
			w.switchAccount(t, "c", store.AccountActive)
		}, "changed"},
		"rights changed": {func(t *testing.T, w *world) {
			w.register(t, client("c", "青木"), 100*aDay, aDay)
			w.regrant(t, "c", w.now.Add(-2*aDay))
		}, "changed"},
		"rights changed long ago": {func(t *testing.T, w *world) {
			w.register(t, client("c", "青木"), 100*aDay, aDay)
			w.regrant(t, "c", w.now.Add(-40*aDay))
		}, ""},
		"rights set when registered": {func(t *testing.T, w *world) {
			w.register(t, client("c", "青木"), 2*aDay, aDay)
			w.regrant(t, "c", w.now.Add(-2*aDay).Add(time.Second))
		}, ""},
		"of a desk":            {func(t *testing.T, w *world) { w.register(t, client("c", "総務部"), 2*aDay, aDay) }, "shared"},
		"in half width":        {func(t *testing.T, w *world) { w.register(t, client("c", "ﾃｽﾄ利用者"), 2*aDay, aDay) }, "shared"},
		"a word in Latin":      {func(t *testing.T, w *world) { w.register(t, client("c", "Shared PC"), 2*aDay, aDay) }, "shared"},
		"a word within a name": {func(t *testing.T, w *world) { w.register(t, client("c", "Testa Hrdina"), 2*aDay, aDay) }, ""},
		"a desk's address": {func(t *testing.T, w *world) {
			a := client("c", "青木")
			a.Email = "info2@x.example"
			w.register(t, a, 2*aDay, aDay)
		}, "shared"},
		"a person's address at a generic host": {func(t *testing.T, w *world) {
			a := client("c", "青木")
			a.Email = "aoki@info.example"
			w.register(t, a, 2*aDay, aDay)
		}, ""},
		"from three places in an hour": {func(t *testing.T, w *world) {
			w.crowd(t, client("c", "青木"), 25*time.Minute, "192.0.2.1", "192.0.2.2", "192.0.2.3")
		}, "shared"},
		"from three places in two hours": {func(t *testing.T, w *world) {
			w.crowd(t, client("c", "青木"), 50*time.Minute, "192.0.2.1", "192.0.2.2", "192.0.2.3")
		}, ""},
		"from two places in an hour": {func(t *testing.T, w *world) {
			w.crowd(t, client("c", "青木"), 20*time.Minute, "192.0.2.1", "192.0.2.2", "192.0.2.1")
		}, ""},
		"from addresses of one network": {func(t *testing.T, w *world) {
			w.crowd(t, client("c", "青木"), time.Minute, "2001:db8::1", "2001:db8::2", "2001:db8::3")
		}, ""},
		"from three networks": {func(t *testing.T, w *world) {
			w.crowd(t, client("c", "青木"), time.Minute, "2001:db8:1::1", "2001:db8:2::1", "2001:db8:3::1")
		}, "shared"},
		"of a trust that is switched off": {func(t *testing.T, w *world) { w.lend(t, client("c", "青木"), store.TrustDisabled, true) }, "unknown"},
		"of a trust that is not bound":    {func(t *testing.T, w *world) { w.lend(t, client("c", "青木"), store.TrustEnabled, false) }, "unknown"},
		"of a trust that is bound":        {func(t *testing.T, w *world) { w.lend(t, client("c", "青木"), store.TrustEnabled, true) }, ""},
		"provisioned": {func(t *testing.T, w *world) {
			w.register(t, client("c", "青木"), 2*aDay, aDay)
			w.provisionAs(t, map[string]string{"s-c": `{"userName":"c"}`, "s-boss": `{"userName":"boss"}`})
		}, ""},
		"not provisioned, as others are": {func(t *testing.T, w *world) {
			w.register(t, client("c", "青木"), 2*aDay, aDay)
			w.provisionAs(t, map[string]string{"s-boss": `{"userName":"boss"}`})
		}, "unknown"},
		"provisioned and not active": {func(t *testing.T, w *world) {
			w.register(t, client("c", "青木"), 2*aDay, aDay)
			w.provisionAs(t, map[string]string{"s-c": `{"userName":"c","active":false}`})
		}, "unknown"},
		"several": {func(t *testing.T, w *world) {
			w.register(t, client("c", "共用端末"), 100*aDay, 95*aDay)
			w.regrant(t, "c", w.now.Add(-aDay))
		}, "dormant,changed,shared"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.boss(t)
			tt.prepare(t, w)
			if _, found := w.inventory(t); found["c"] != tt.want {
				t.Errorf("found is %q, want %q", found["c"], tt.want)
			}
		})
	}
}

func (w *world) switchAccount(t *testing.T, id store.ID, s store.AccountState) {
	t.Helper()
	_, err := w.setup.SwitchAccount(t.Context(), "a", id, s)
	must(t, err)
}

// regrant gives an account another menu, as of that time.
func (w *world) regrant(t *testing.T, id store.ID, at time.Time) {
	t.Helper()
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		a, err := tx.Accounts().Get(t.Context(), id)
		must(t, err)
		a.Permissions, a.RightsAt = a.Permissions^store.PermitAnnounce, at
		return tx.Accounts().Update(t.Context(), a)
	}))
}

// provisionAs keeps what the parent's client says of users, by subject.
func (w *world) provisionAs(t *testing.T, users map[string]string) {
	t.Helper()
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		for subject, said := range users {
			p := store.Provisioned{TrustID: "saml-a", Kind: store.ProvisionedUser, ID: w.fresh(), Name: subject, Subject: subject, Attributes: said, CreatedAt: w.now, ModifiedAt: w.now}
			if err := tx.Provisioning().Create(t.Context(), p); err != nil {
				return err
			}
		}
		return nil
	}))
}

// crowd registers an account that signs in from one address after the other.
func (w *world) crowd(t *testing.T, a store.Account, each time.Duration, from ...string) {
	t.Helper()
	w.register(t, a, 20*aDay, -1)
	for i, address := range from {
		w.enter(t, a, w.now.Add(-5*aDay).Add(time.Duration(i)*each), address)
	}
}

// lend registers an account of a trust of the other firm.
func (w *world) lend(t *testing.T, a store.Account, state store.TrustState, bound bool) {
	t.Helper()
	must(t, w.setup.AddTrust(t.Context(), "b", store.Trust{ID: "lent", Name: "親", Protocol: store.SAML, State: store.TrustEnabled,
		SAML: &store.SAMLTrust{EntityID: "https://lent.example"}, Mapping: store.Mapping{Tenant: store.Claim("firm")}, Tenants: map[string]store.ID{"1": "a"}}))
	a.TrustID = "lent"
	w.register(t, a, 2*aDay, -1)
	lent, err := w.Records.Trust(t.Context(), "lent")
	must(t, err)
	if lent.State = state; !bound {
		lent.Tenants = nil
	}
	must(t, w.setup.RefreshTrust(t.Context(), lent, nil))
}

// TestInventorySnapshot demands that a report says what was, whatever becomes of the account.
func TestInventorySnapshot(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	w.register(t, store.Account{ID: "c", CompanyID: "x", Name: "総務", Email: "c@x.example", Permissions: store.PermitView | store.PermitLog, Offices: store.OfficeScope{Offices: []store.ID{"x1", "x2"}}}, 40*aDay, -1)
	id, _ := w.inventory(t)
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		_, err := tx.Accounts().Delete(t.Context(), "c", w.now)
		return err
	}))
	r, err := w.InventoryReport(t.Context(), theBoss(), id, "csv", 0)
	must(t, err)
	at := slices.IndexFunc(r.Items, func(i portal.InventoryEntry) bool { return i.AccountID == "c" })
	if at < 0 {
		t.Fatalf("the report has %+v", r)
	}
	was := r.Items[at].Was
	got := fmt.Sprint(was.Name, was.Email, was.Company, was.Trust, was.Subject, was.Permissions, was.OfficeNames)
	if want := fmt.Sprint("総務", "c@x.example", "会社 x", "IdP", "s-c", store.PermitView, []string{"事業所 x1", "事業所 x2"}); got != want {
		t.Errorf("it was %s, want %s", got, want)
	}
	if _, err := w.DecideInventory(t.Context(), theBoss(), id, portal.InventoryDecision{Account: "c", Decision: store.DecisionConfirmed}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("somebody who is gone is confirmed: %v", err)
	}
	ended, err := w.DecideInventory(t.Context(), theBoss(), id, portal.InventoryDecision{Account: "c", Decision: store.DecisionDisabled})
	if err != nil || ended != 0 {
		t.Errorf("somebody who is gone is switched off: %v", err)
	}
}

// listed makes a world with an inventory of five accounts: "cx1" and "cx2" of offices of x, "cy" of all of y, "staff" of
// the firm with every menu, and "boss".
func listed(t *testing.T) (w *world, id store.ID, boss portal.Actor) {
	t.Helper()
	w = newWorld(t)
	w.boss(t)
	for account, one := range map[store.ID]store.Account{
		"cx1":   {CompanyID: "x", Offices: store.OfficeScope{Offices: []store.ID{"x1"}}},
		"cx2":   {CompanyID: "x", Offices: store.OfficeScope{Offices: []store.ID{"x2"}}},
		"cy":    {CompanyID: "y", Offices: store.OfficeScope{All: true}},
		"staff": {Permissions: store.PermitAll, Offices: store.OfficeScope{All: true}},
	} {
		one.ID, one.Name = account, "青木 "+string(account)
		one.Permissions |= store.PermitView
		w.register(t, one, 40*aDay, -1)
	}
	w.regrant(t, "boss", w.now)
	w.now = w.now.Add(time.Hour)
	w.regrant(t, "boss", w.now)
	id, _ = w.inventory(t)
	return w, id, theBoss()
}

func TestInventoryDecisions(t *testing.T) {
	type try = portal.InventoryDecision
	long := strings.Repeat("あ", portal.MaxInventoryNote+1)
	for name, tt := range map[string]struct {
		who  who // empty: the boss
		try  try
		want error
	}{
		"confirm":                          {who{}, try{"cx1", store.DecisionConfirmed, ""}, nil},
		"confirm with a note":              {who{}, try{"cx1", store.DecisionConfirmed, "電話で確認"}, nil},
		"disable":                          {who{}, try{"cx1", store.DecisionDisabled, ""}, nil},
		"explain":                          {who{}, try{"cx1", store.DecisionExplained, "長期休業中"}, nil},
		"explain without words":            {who{}, try{"cx1", store.DecisionExplained, " 　\n"}, store.ErrInvalid},
		"a long note":                      {who{}, try{"cx1", store.DecisionExplained, long}, store.ErrInvalid},
		"open again":                       {who{}, try{"cx1", store.DecisionOpen, ""}, store.ErrInvalid},
		"something else":                   {who{}, try{"cx1", "deleted", ""}, store.ErrInvalid},
		"somebody not listed":              {who{}, try{"nobody", store.DecisionConfirmed, ""}, store.ErrNotFound},
		"confirm oneself":                  {who{}, try{"boss", store.DecisionConfirmed, ""}, store.ErrDenied},
		"disable oneself":                  {who{}, try{"boss", store.DecisionDisabled, ""}, store.ErrDenied},
		"explain oneself":                  {who{}, try{"boss", store.DecisionExplained, "担当が一名のため"}, nil},
		"of one's offices":                 {who{tenant: "a", offices: []store.ID{"x1"}, permissions: store.PermitAll}, try{"cx1", store.DecisionDisabled, ""}, nil},
		"of another office":                {who{tenant: "a", offices: []store.ID{"x2"}, permissions: store.PermitAll}, try{"cx1", store.DecisionConfirmed, ""}, store.ErrNotFound},
		"of a company, by an office of it": {who{tenant: "a", offices: []store.ID{"x1", "x2"}, permissions: store.PermitAll}, try{"cy", store.DecisionConfirmed, ""}, store.ErrNotFound},
		"of all of a company, by each":     {who{tenant: "a", offices: []store.ID{"x1", "y1"}, permissions: store.PermitAll}, try{"cy", store.DecisionConfirmed, ""}, store.ErrNotFound},
		"of the firm, by part":             {who{tenant: "a", offices: []store.ID{"x1", "x2", "y1"}, permissions: store.PermitAll}, try{"staff", store.DecisionConfirmed, ""}, store.ErrNotFound},
		"disable who holds more":           {who{tenant: "a", permissions: store.PermitAccounts}, try{"staff", store.DecisionDisabled, ""}, store.ErrDenied},
		"confirm who holds more":           {who{tenant: "a", permissions: store.PermitAccounts}, try{"staff", store.DecisionConfirmed, ""}, nil},
		"without the menu":                 {who{tenant: "a", permissions: store.PermitAll &^ store.PermitAccounts}, try{"cx1", store.DecisionConfirmed, ""}, store.ErrDenied},
		"a client":                         {who{tenant: "a", company: "x", permissions: store.PermitAll}, try{"cx1", store.DecisionConfirmed, ""}, store.ErrDenied},
		"another firm":                     {who{tenant: "b", permissions: store.PermitAll}, try{"cx1", store.DecisionConfirmed, ""}, store.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			w, id, a := listed(t)
			if tt.who.tenant != "" {
				a = w.add(t, "other", tt.who)
			}
			begin(t, w, "a", "cx1")
			before := w.head(t, "a")
			ended, err := w.DecideInventory(t.Context(), a, id, tt.try)
			if !errors.Is(err, tt.want) {
				t.Fatalf("%v, want %v", err, tt.want)
			}
			disabled := tt.want == nil && tt.try.Decision == store.DecisionDisabled
			events := w.head(t, "a").Seq - before.Seq
			if tt.want != nil && events != 0 || tt.want == nil && events != map[bool]int64{false: 1, true: 3}[disabled] || (ended == 1) != disabled {
				t.Errorf("%d events, %d sessions ended", events, ended)
			}
			if tt.want != nil {
				return
			}
			v, err := w.Inventory(t.Context(), theBoss(), id, tt.try.Decision, store.Page{})
			must(t, err)
			if len(v.Items) != 1 || v.Items[0].Decider != "人 "+string(a.AccountID) || v.Items[0].Note != tt.try.Note || !v.Items[0].DecidedAt.Equal(w.now) || v.Open != 4 {
				t.Errorf("it has %+v", v)
			}
			if state := w.account(t, tt.try.Account).State; (state == store.AccountDisabled) != disabled {
				t.Errorf("the account is %s", state)
			}
		})
	}
}

func (w *world) account(t *testing.T, id store.ID) (a store.Account) {
	t.Helper()
	must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) (err error) {
		a, err = tx.Accounts().Get(t.Context(), id)
		return err
	}))
	return a
}

// TestInventorySignOff goes from the first decision to a report that nothing changes any more.
func TestInventorySignOff(t *testing.T) {
	w, id, boss := listed(t)
	ctx := t.Context()
	narrow := w.add(t, "narrow", who{tenant: "a", offices: []store.ID{"x1", "x2", "y1"}, permissions: store.PermitAll})
	stranger := w.add(t, "stranger", who{tenant: "b", permissions: store.PermitAll})
	if err := w.SignInventory(ctx, boss, id); !errors.Is(err, &store.Error{Kind: store.Conflict, Key: "error.inventory_open"}) {
		t.Errorf("signed off while open: %v", err)
	}
	for name, accounts := range map[string][]store.ID{"nobody": nil, "oneself too": {"cx1", "boss"}, "a stranger too": {"cx1", "nobody"}, "too many": make([]store.ID, 201)} {
		if name == "too many" {
			for i := range accounts {
				accounts[i] = store.ID(fmt.Sprint("p", i))
			}
		}
		if err := w.ConfirmInventory(ctx, boss, id, accounts); err == nil {
			t.Errorf("%s is confirmed", name)
		}
	}
	if v, err := w.Inventory(ctx, boss, id, store.DecisionOpen, store.Page{}); err != nil || v.Open != 5 || len(v.Items) != 5 {
		t.Errorf("what was refused left %+v, %v", v, err)
	}
	must(t, w.ConfirmInventory(ctx, boss, id, []store.ID{"cx1", "cx2", "cy", "staff", "cx1"}))
	decide := func(a portal.Actor, account store.ID, d store.Decision) error {
		_, err := w.DecideInventory(ctx, a, id, portal.InventoryDecision{Account: account, Decision: d, Note: "確認済み"})
		return err
	}
	must(t, decide(boss, "boss", store.DecisionExplained))
	must(t, decide(boss, "cx2", store.DecisionDisabled)) // on second thoughts
	if err := w.SignInventory(ctx, narrow, id); !errors.Is(err, &store.Error{Kind: store.Denied, Key: "error.inventory_scope"}) {
		t.Errorf("signed off by one who sees a part: %v", err)
	}
	if err := w.SignInventory(ctx, stranger, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("signed off by another firm: %v", err)
	}
	must(t, w.SignInventory(ctx, boss, id))
	for name, err := range map[string]error{"sign again": w.SignInventory(ctx, boss, id), "decide": decide(boss, "cx1", store.DecisionDisabled), "confirm": w.ConfirmInventory(ctx, boss, id, []store.ID{"cx1"})} {
		if !errors.Is(err, &store.Error{Kind: store.Conflict, Key: "error.inventory_signed"}) {
			t.Errorf("%s after it was signed off: %v", name, err)
		}
	}
	if w.account(t, "cx1").State != store.AccountActive {
		t.Error("an account was switched off by an inventory that is over")
	}
	r, err := w.InventoryReport(ctx, narrow, id, "page", 0)
	must(t, err)
	if len(r.Items) != 2 || r.Whole || r.Inventory.Items != 0 || r.SignedName != "人 boss" {
		t.Errorf("who sees a part is given %+v", r)
	}
	if r, err = w.InventoryReport(ctx, boss, id, "page", 2); err != nil || !r.Cut || len(r.Items) != 2 || r.Open != 0 {
		t.Errorf("the first two are %+v, %v", r, err)
	}
	var deeds []string
	for _, e := range w.audit(t, "a") {
		if e.Record == "inventory:"+string(id) {
			deeds = append(deeds, string(e.Deed)+" "+string(e.AccountID))
		}
	}
	want := append([]string{"inventory.make boss"}, slices.Repeat([]string{"inventory.decide boss"}, 6)...)
	want = append(want, "inventory.sign boss", "inventory.export narrow", "inventory.export boss")
	if !slices.Equal(deeds, want) {
		t.Errorf("the audit has %q, want %q", deeds, want)
	}
}
