package portal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// scimTries are the deeds about the tokens by which machines provision.
func scimTries(trove, map[store.ID]portal.StagedFile) tries {
	return tries{
		"MakeScimToken": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.MakeScimToken(t.Context(), a, "saml-a", "人事の同期", time.Hour)
			return err
		},
		"ScimTokens": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.ScimTokens(t.Context(), a, "saml-a")
			return err
		},
		"ChooseScimSubject": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.ChooseScimSubject(t.Context(), a, "saml-a", store.SubjectExternalID)
			return err
		},
		"RevokeScimToken": func(t *testing.T, w *world, a portal.Actor) error {
			return w.RevokeScimToken(t.Context(), a, "saml-a", "none")
		},
	}
}

// TestScimTokenPermission tries every deed on a trust of tenant "a" and its token as everybody: menu × office scope ×
// company × tenant.
func TestScimTokenPermission(t *testing.T) {
	w := newWorld(t)
	_, token, err := w.setup.AddScimToken(t.Context(), "saml-a", "人事の同期", time.Hour)
	must(t, err)
	all := scimTries(trove{}, nil)
	all["RevokeScimToken"] = func(t *testing.T, w *world, a portal.Actor) error {
		return w.RevokeScimToken(t.Context(), a, "saml-a", token.ID)
	}
	for scope, p := range scopes() {
		for _, p.permissions = range append(menus(), store.PermitTrusts, store.PermitAll, store.PermitAll&^store.PermitTrusts) {
			a := w.add(t, w.fresh(), p)
			for _, row := range []struct {
				name    string
				audited bool
			}{{"ScimTokens", false}, {"MakeScimToken", true}, {"RevokeScimToken", true}, {"ChooseScimSubject", true}} {
				t.Run(fmt.Sprintf("%s/%s/%s", row.name, scope, p.permissions), func(t *testing.T) {
					var want error
					switch {
					case p.company != "" || !p.permissions.Has(store.PermitTrusts) || p.offices != nil:
						want = store.ErrDenied
					case p.tenant != "a":
						want = store.ErrNotFound
					case row.name == "MakeScimToken" && (!p.permissions.Has(store.PermitAccounts) || !p.permissions.Has(store.PermitView)):
						want = store.ErrDenied
					}
					if row.name == "RevokeScimToken" && want == nil { // each finds one to revoke
						_, token, err = w.setup.AddScimToken(t.Context(), "saml-a", "人事の同期", time.Hour)
						must(t, err)
					}
					before := w.head(t, "a").Seq + w.head(t, "b").Seq
					err := all[row.name](t, w, a)
					if want == nil && err != nil || want != nil && !errors.Is(err, want) {
						t.Errorf("answers %v, want %v", err, want)
					}
					if recorded := w.head(t, "a").Seq + w.head(t, "b").Seq - before; (recorded > 0) != (want == nil && row.audited) {
						t.Errorf("%d events were recorded", recorded)
					}
				})
			}
		}
	}
}

// machine is a tenant "a" whose trust "saml-a" has a token.
type machine struct {
	*world
	keeper portal.Actor
	secret string
	token  store.ScimToken
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	w := newWorld(t)
	m := &machine{world: w, keeper: w.add(t, "keeper", who{tenant: "a", permissions: store.PermitAll})}
	m.secret, m.token = m.make(t, 24*time.Hour)
	return m
}

func (m *machine) make(t *testing.T, life time.Duration) (string, store.ScimToken) {
	t.Helper()
	secret, token, err := m.MakeScimToken(t.Context(), m.keeper, "saml-a", "人事の同期", life)
	must(t, err)
	return secret, token
}

func (m *machine) bears(t *testing.T, trust store.ID, bearer string) (portal.ScimCaller, error) {
	t.Helper()
	return m.ScimBearer(t.Context(), trust, bearer, sso.Visit{Address: "203.0.113.9", RequestID: "q"})
}

// given has an account hold other menus from now on.
func (w *world) given(t *testing.T, id store.ID, menus store.Permission) {
	t.Helper()
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		a, err := tx.Accounts().Get(t.Context(), id)
		if err != nil {
			return err
		}
		a.Permissions = menus
		return tx.Accounts().Update(t.Context(), a)
	}))
}

func TestScimBearer(t *testing.T) {
	for name, row := range map[string]struct {
		trust  store.ID
		before func(t *testing.T, m *machine)
		bearer func(secret string) string
		want   error
	}{
		"good":                        {},
		"on the last second":          {before: func(_ *testing.T, m *machine) { m.now = m.token.Expires.Add(-time.Second) }},
		"expired":                     {before: func(_ *testing.T, m *machine) { m.now = m.token.Expires }, want: store.ErrExpired},
		"nothing":                     {bearer: func(string) string { return "" }, want: store.ErrExpired},
		"another's form":              {bearer: func(s string) string { return strings.Replace(s, "cps_", "abc_", 1) }, want: store.ErrExpired},
		"without the prefix":          {bearer: func(s string) string { return s[4:] }, want: store.ErrExpired},
		"another secret":              {bearer: func(s string) string { return s[:10] + strings.Repeat("A", len(s)-10) }, want: store.ErrExpired},
		"longer":                      {bearer: func(s string) string { return s + "A" }, want: store.ErrExpired},
		"its digest":                  {bearer: func(s string) string { return "cps_" + store.ScimKeyOf(s).String()[:43] }, want: store.ErrExpired},
		"another trust of the tenant": {trust: "second", want: store.ErrExpired},
		"another tenant's trust":      {trust: "saml-b", want: store.ErrExpired},
		"no trust":                    {trust: "none", want: store.ErrExpired},
		"revoked": {before: func(t *testing.T, m *machine) {
			must(t, m.RevokeScimToken(t.Context(), m.keeper, "saml-a", m.token.ID))
		}, want: store.ErrExpired},
		"revoked at the host": {before: func(t *testing.T, m *machine) {
			must(t, m.setup.EndScimToken(t.Context(), "saml-a", m.token.ID))
		}, want: store.ErrExpired},
		"another was revoked": {before: func(t *testing.T, m *machine) {
			_, other := m.make(t, time.Hour)
			must(t, m.RevokeScimToken(t.Context(), m.keeper, "saml-a", other.ID))
		}},
		"the trust is switched off": {before: func(t *testing.T, m *machine) {
			_, err := m.setup.SwitchTrust(t.Context(), "saml-a", store.TrustDisabled)
			must(t, err)
		}, want: store.ErrDenied},
		"the tenant is suspended": {before: func(t *testing.T, m *machine) { m.switchTenant(t, "a", store.TenantSuspended) }, want: store.ErrDenied},
		"another tenant is suspended": {before: func(t *testing.T, m *machine) {
			m.switchTenant(t, "b", store.TenantSuspended)
		}},
		"whoever made it is disabled": {before: func(t *testing.T, m *machine) {
			_, err := m.setup.SwitchAccount(t.Context(), "a", "keeper", store.AccountDisabled)
			must(t, err)
		}, want: store.ErrDenied},
		"whoever made it is deleted": {before: func(t *testing.T, m *machine) {
			_, err := m.setup.DeleteAccount(t.Context(), "a", "keeper")
			must(t, err)
		}, want: store.ErrDenied},
		"whoever made it manages trusts no more": {before: func(t *testing.T, m *machine) { m.given(t, "keeper", store.PermitAll&^store.PermitTrusts) }, want: store.ErrDenied},
		"whoever made it manages people no more": {before: func(t *testing.T, m *machine) { m.given(t, "keeper", store.PermitAll&^store.PermitAccounts) }, want: store.ErrDenied},
		"whoever made it has less":               {before: func(t *testing.T, m *machine) { m.given(t, "keeper", store.PermitTrusts|store.PermitAccounts) }},
		"people may come from elsewhere alone": {before: func(t *testing.T, m *machine) {
			must(t, m.setup.SetAddresses(t.Context(), "a", store.AddressRule{Everybody: ranges(t, "192.0.2.1"), Administration: ranges(t, "192.0.2.1")}))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			must(t, m.setup.AddTrust(t.Context(), "a", store.Trust{ID: "second", Name: "IdP 2", Protocol: store.SAML, State: store.TrustEnabled, SAML: &store.SAMLTrust{EntityID: "https://idp2.example"}}))
			if row.trust == "" {
				row.trust = "saml-a"
			}
			if row.before != nil {
				row.before(t, m)
			}
			bearer := m.secret
			if row.bearer != nil {
				bearer = row.bearer(bearer)
			}
			c, err := m.bears(t, row.trust, bearer)
			if row.want == nil && err != nil || !errors.Is(err, row.want) {
				t.Fatalf("answers %v, want %v", err, row.want)
			}
			want := portal.ScimCaller{}
			if row.want == nil {
				want = portal.ScimCaller{TenantID: "a", TrustID: "saml-a", TokenID: m.token.ID, Name: "人事の同期", Visit: sso.Visit{Address: "203.0.113.9", RequestID: "q"}}
			}
			if c != want {
				t.Errorf("the caller is %+v, want %+v", c, want)
			}
			if err != nil && bearer != "" && strings.Contains(err.Error(), bearer) {
				t.Errorf("the token is in the error %v", err)
			}
		})
	}
}

// TestScimRotation has a new token stand beside the old one until that is revoked, and the old one tell when it was used
// last.
func TestScimRotation(t *testing.T) {
	m := newMachine(t)
	begun := m.now
	m.now = m.now.Add(time.Second)
	next, _ := m.make(t, portal.LongestScimToken)
	if next == m.secret {
		t.Fatal("two tokens are one")
	}
	for _, secret := range []string{m.secret, next, m.secret} {
		_, err := m.bears(t, "saml-a", secret)
		must(t, err)
	}
	m.now = begun.Add(3*time.Hour + 20*time.Minute)
	_, err := m.bears(t, "saml-a", next)
	must(t, err)
	m.now = m.now.Add(20 * time.Minute)
	_, err = m.bears(t, "saml-a", next)
	must(t, err)
	must(t, m.RevokeScimToken(t.Context(), m.keeper, "saml-a", m.token.ID))
	must(t, m.RevokeScimToken(t.Context(), m.keeper, "saml-a", m.token.ID))
	_, err = m.bears(t, "saml-a", m.secret)
	if !errors.Is(err, store.ErrExpired) {
		t.Errorf("the old token answers %v", err)
	}
	_, err = m.bears(t, "saml-a", next)
	must(t, err)
	v, err := m.ScimTokens(t.Context(), m.keeper, "saml-a")
	must(t, err)
	if v.Trust.ID != "saml-a" || v.May != 9 || len(v.Tokens) != 2 {
		t.Fatalf("got %+v", v)
	}
	for i, want := range []struct{ used, revoked time.Time }{{begun.Add(3 * time.Hour), time.Time{}}, {begun, m.now}} {
		if !v.Tokens[i].Used.Equal(want.used) || !v.Tokens[i].Revoked.Equal(want.revoked) {
			t.Errorf("token %d was used %s and revoked %s, want %+v", i, v.Tokens[i].Used, v.Tokens[i].Revoked, want)
		}
	}
	var said []string
	for _, e := range m.audit(t, "a") {
		if strings.HasPrefix(e.Detail["by"], "provisioning") {
			said = append(said, e.Name+": "+e.Detail["by"]+": "+e.Detail["name"])
		}
	}
	if want := "[人 keeper: provisioning token made: 人事の同期 人 keeper: provisioning token made: 人事の同期 人 keeper: provisioning token revoked: 人事の同期]"; fmt.Sprint(said) != want {
		t.Errorf("the audit says %v, want %v", said, want)
	}
}

func TestScimTokenIsRefused(t *testing.T) {
	m := newMachine(t)
	for name, row := range map[string]struct {
		trust store.ID
		name  string
		life  time.Duration
		want  error
	}{
		"no name":         {"saml-a", " ", time.Hour, &store.Error{Kind: store.Invalid, Key: "error.scim_token_name"}},
		"a name of lines": {"saml-a", "a\nb", time.Hour, &store.Error{Kind: store.Invalid, Key: "error.scim_token_name"}},
		"for no time":     {"saml-a", "a", 0, &store.Error{Kind: store.Invalid, Key: "error.scim_token_life"}},
		"for minutes":     {"saml-a", "a", time.Hour - 1, &store.Error{Kind: store.Invalid, Key: "error.scim_token_life"}},
		"for ever":        {"saml-a", "a", portal.LongestScimToken + 1, &store.Error{Kind: store.Invalid, Key: "error.scim_token_life"}},
		"no trust":        {"none", "a", time.Hour, store.ErrNotFound},
		"another's trust": {"saml-b", "a", time.Hour, store.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			secret, token, err := m.MakeScimToken(t.Context(), m.keeper, row.trust, row.name, row.life)
			if !errors.Is(err, row.want) || secret != "" || token != (store.ScimToken{}) {
				t.Errorf("answers %q, %+v, %v, want %v", secret, token, err, row.want)
			}
		})
	}
	for range 9 {
		m.make(t, time.Hour)
	}
	many := &store.Error{Kind: store.Invalid, Key: "error.scim_token_many"}
	if _, _, err := m.MakeScimToken(t.Context(), m.keeper, "saml-a", "a", time.Hour); !errors.Is(err, many) {
		t.Errorf("the eleventh token: %v", err)
	}
	m.now = m.now.Add(time.Hour) // nine of them are over
	m.make(t, time.Hour)
}

// TestScimTokenOfAnotherTrust demands that a token is revoked by its own trust alone.
func TestScimTokenOfAnotherTrust(t *testing.T) {
	m := newMachine(t)
	must(t, m.setup.AddTrust(t.Context(), "a", store.Trust{ID: "second", Name: "IdP 2", Protocol: store.SAML, State: store.TrustEnabled, SAML: &store.SAMLTrust{EntityID: "https://idp2.example"}}))
	for name, err := range map[string]error{
		"by another trust":             m.RevokeScimToken(t.Context(), m.keeper, "second", m.token.ID),
		"by another trust at the host": m.setup.EndScimToken(t.Context(), "second", m.token.ID),
		"by another tenant's trust":    m.setup.EndScimToken(t.Context(), "saml-b", m.token.ID),
		"one that is not there":        m.RevokeScimToken(t.Context(), m.keeper, "saml-a", "none"),
		"of a trust that is not there": m.setup.EndScimToken(t.Context(), "none", m.token.ID),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := m.bears(t, "saml-a", m.secret)
	must(t, err)
}

// TestScimTokenGivesWhatItsMakerHas demands that nobody makes a token that gives or takes more menus than they have.
func TestScimTokenGivesWhatItsMakerHas(t *testing.T) {
	const keeper, viewer = store.PermitTrusts | store.PermitAccounts, store.PermitTrusts | store.PermitAccounts | store.PermitView
	beyond := &store.Error{Kind: store.Denied, Key: "error.scim_token_beyond"}
	groups := map[string]string{"閲覧": "view", "消えた": "@none"}
	for name, row := range map[string]struct {
		maker   store.Permission
		roles   map[string]string
		comesIn store.Permission // of the firm's own; 0: nobody
		client  store.Permission
		want    error
	}{
		"manages no people":                          {maker: store.PermitAll &^ store.PermitAccounts, want: &store.Error{Kind: store.Denied, Key: "error.scim_token_accounts"}},
		"no group decides, and views nothing":        {maker: keeper, want: beyond},
		"no group decides":                           {maker: viewer},
		"a group views":                              {maker: viewer, roles: groups},
		"a group views, and the maker views nothing": {maker: keeper, roles: groups, want: beyond},
		"a group gives nothing":                      {maker: keeper, roles: map[string]string{"消えた": "@none"}},
		"a group delivers":                           {maker: viewer, roles: map[string]string{"配付": "view,deliver"}, want: beyond},
		"a mightier one comes in":                    {maker: viewer, comesIn: store.PermitAll, want: beyond},
		"an equal one comes in":                      {maker: viewer, comesIn: viewer},
		"a client comes in who was given too much":   {maker: viewer, client: store.PermitAll},
		"a client comes in, and a group decides":     {maker: keeper, roles: map[string]string{"消えた": "@none"}, client: store.PermitView, want: beyond},
		"all":                                        {maker: store.PermitAll, roles: map[string]string{"配付": "view,deliver"}, comesIn: store.PermitAll},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFed(t, func(t *store.Trust) { t.Mapping.Roles = row.roles })
			if row.comesIn != 0 {
				f.known(t, "staff", "", row.comesIn)
			}
			if row.client != 0 {
				f.known(t, "client", "z", row.client)
			}
			_, _, err := f.MakeScimToken(t.Context(), f.add(t, f.fresh(), who{tenant: "a", permissions: row.maker}), "fed", "a", time.Hour)
			if row.want == nil && err != nil || !errors.Is(err, row.want) {
				t.Errorf("answers %v, want %v", err, row.want)
			}
		})
	}
}

// TestScimSecretIsKeptNowhere looks for a token in everything that was written: records and audit.
func TestScimSecretIsKeptNowhere(t *testing.T) {
	m := newMachine(t)
	hosts, _, err := m.setup.AddScimToken(t.Context(), "saml-a", "人事の同期", time.Hour)
	must(t, err)
	for _, secret := range []string{m.secret, hosts} {
		if !strings.HasPrefix(secret, "cps_") || len(secret) < 40 {
			t.Fatalf("the token is %q", secret)
		}
		_, err := m.bears(t, "saml-a", secret)
		must(t, err)
		events, err := json.Marshal(m.audit(t, "a"))
		must(t, err)
		files, err := filepath.Glob(filepath.Join(filepath.Dir(m.file), "*.db*"))
		must(t, err)
		for _, file := range files {
			b, err := os.ReadFile(file)
			must(t, err)
			if strings.Contains(string(b)+string(events), secret[len("cps_"):]) {
				t.Errorf("the token is in %s or in the audit", filepath.Base(file))
			}
		}
	}
}

// TestChooseScimSubject puts the choice on a draft, which counts once it is switched on.
func TestChooseScimSubject(t *testing.T) {
	m := newMachine(t)
	for _, row := range []struct {
		subject, want string
		problems      int
	}{{store.SubjectExternalID, "externalId", 0}, {"emails", "externalId", 1}, {"", "", 0}, {store.SubjectUserName, "userName", 0}} {
		problems, err := m.ChooseScimSubject(t.Context(), m.keeper, "saml-a", row.subject)
		must(t, err)
		v, err := m.ScimTokens(t.Context(), m.keeper, "saml-a")
		must(t, err)
		if len(problems) != row.problems || v.Rule.Subject != row.want || v.Trust.SCIM.Subject != "" {
			t.Errorf("%q: problems %v, chosen %q, counts %q", row.subject, problems, v.Rule.Subject, v.Trust.SCIM.Subject)
		}
	}
	v, err := m.Trust(t.Context(), m.keeper, "saml-a")
	must(t, err)
	if len(v.Changes) != 1 || v.Changes[0] != (portal.TrustChange{Field: "scim", New: "userName"}) {
		t.Errorf("the draft changes %+v", v.Changes)
	}
	events := m.audit(t, "a")
	if e := events[len(events)-1]; e.Deed != store.DeedTrust || e.Detail["by"] != "draft" || e.Detail["changed"] != "scim" {
		t.Errorf("the audit has %+v", e)
	}
}

// TestScimWaiting shows administrators who was sent and is no account, and why.
func TestScimWaiting(t *testing.T) {
	m := newMachine(t)
	d, err := m.OpenDirectory(t.Context(), "saml-a", m.secret, sso.Visit{})
	must(t, err)
	for _, said := range []scim.Attributes{
		{"userName": "placed", scim.Enterprise: scim.Attributes{"organization": "none"}},
		{"userName": "off", "displayName": "佐藤 花子", "active": false},
		{"userName": "staff"},
	} {
		_, err := d.Create(t.Context(), scim.Resource{Kind: scim.KindUser, Attributes: said})
		must(t, err)
		m.now = m.now.Add(time.Second)
	}
	_, err = d.Create(t.Context(), scim.Resource{Kind: scim.KindGroup, Attributes: scim.Attributes{"displayName": "人事"}})
	must(t, err)
	v, err := m.ScimTokens(t.Context(), m.keeper, "saml-a")
	must(t, err)
	var got []string
	for _, w := range v.Waiting {
		got = append(got, fmt.Sprint(w.Name, " ", w.Login, " ", w.Company, " ", w.Why))
	}
	if want := "[placed placed none place 佐藤 花子 off  off staff staff  place]"; v.Users != 3 || v.Groups != 1 || fmt.Sprint(got) != want {
		t.Errorf("%d users, %d groups, waiting %v, want %v", v.Users, v.Groups, got, want)
	}
}

// TestScimTokenEnding warns of the token that is good longest, as long as somebody can do something about it.
func TestScimTokenEnding(t *testing.T) {
	const day = 24 * time.Hour
	for name, row := range map[string]struct {
		lives []time.Duration
		after time.Duration
		off   bool // the trust is switched off
		none  bool // the first token is revoked
		want  string
	}{
		"far":                         {lives: []time.Duration{365 * day}},
		"near":                        {lives: []time.Duration{30 * day}, want: "scim 30"},
		"near, and another stands":    {lives: []time.Duration{30 * day, 365 * day}},
		"both near":                   {lives: []time.Duration{30 * day, 50 * day}, want: "scim 50"},
		"near and revoked":            {lives: []time.Duration{30 * day}, none: true},
		"ended":                       {lives: []time.Duration{30 * day}, after: 33 * day, want: "scim -3"},
		"ended long ago":              {lives: []time.Duration{30 * day}, after: 100 * day},
		"near, and the trust is off":  {lives: []time.Duration{30 * day}, off: true},
		"ended, and another is good":  {lives: []time.Duration{30 * day, 365 * day}, after: 33 * day},
		"ended after its replacement": {lives: []time.Duration{30 * day, 20 * day}, after: 25 * day, want: "scim 5"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			keeper := w.add(t, "keeper", who{tenant: "a", permissions: store.PermitTrusts})
			must(t, w.setup.AddTrust(t.Context(), "a", store.Trust{ID: "second", Name: "IdP 2", Protocol: store.SAML, State: store.TrustEnabled, SAML: &store.SAMLTrust{EntityID: "https://idp2.example"}}))
			w.endsIn("none", 1)
			for i, life := range row.lives {
				_, made, err := w.setup.AddScimToken(t.Context(), "second", "人事の同期", life)
				must(t, err)
				if i == 0 && row.none {
					must(t, w.setup.EndScimToken(t.Context(), "second", made.ID))
				}
			}
			if row.off {
				_, err := w.setup.SwitchTrust(t.Context(), "second", store.TrustDisabled)
				must(t, err)
			}
			w.now = w.now.Add(row.after)
			all, err := w.KeysEnding(t.Context(), keeper)
			must(t, err)
			got := ""
			for _, k := range all {
				got += fmt.Sprint(k.What, " ", k.Days)
			}
			if got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}
