package app_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/store"
)

// keptFirm is a firm with one administrator, who comes in by one trust, from 192.0.2.1.
type keptFirm struct {
	*portal.Portal
	t      *testing.T
	setup  portal.Setup
	tenant store.ID
	boss   portal.Actor
}

func (f keptFirm) id(name string) store.ID { return f.tenant + "-" + store.ID(name) }

// account registers one of the staff, with all offices and the menus given.
func (f keptFirm) account(name, trust string, menus store.Permission, change func(*store.Account)) portal.Actor {
	f.t.Helper()
	a := store.Account{ID: f.id(name), TrustID: f.id(trust), Subject: name, Name: name, Permissions: menus, Offices: store.OfficeScope{All: true}}
	if change != nil {
		change(&a)
	}
	check(f.t, f.setup.AddAccount(f.t.Context(), f.tenant, a))
	return portal.Actor{TenantID: f.tenant, AccountID: a.ID, TrustID: a.TrustID, Visit: sso.Visit{Address: "192.0.2.1"}}
}

// trust believes an identity provider, and second is an administrator who came in by it.
func (f keptFirm) trust(name string, change func(*store.Trust)) {
	f.t.Helper()
	one := store.Trust{ID: f.id(name), Name: name, Protocol: store.OIDC, State: store.TrustEnabled,
		OIDC: &store.OIDCTrust{Issuer: "https://idp.example", ClientID: "pocket", AuthMethod: "private_key_jwt"}}
	if change != nil {
		change(&one)
	}
	check(f.t, f.setup.AddTrust(f.t.Context(), f.tenant, one))
}

func (f keptFirm) second(trust func(*store.Trust), account func(*store.Account)) portal.Actor {
	f.t.Helper()
	f.trust("other", trust)
	a := f.account("second", "other", store.PermitAll, account)
	f.comesIn(a)
	return a
}

// rolledOver is the other trust with keys that the administrator accepted, beside the one that was believed or not.
func (f keptFirm) rolledOver(keys ...string) portal.Actor {
	f.t.Helper()
	second := f.second(func(t *store.Trust) {
		t.OIDC.Refresh, t.OIDC.Keys, t.OIDC.Offered, t.OIDC.OfferedAt = store.RefreshAsk, []string{"old"}, keys, f.Now()
	}, nil)
	check(f.t, f.AcceptKeys(f.t.Context(), f.boss, f.id("other"), keys))
	return second
}

// draft saves a draft of the firm's trust, and has it pass a test that would let an account in with these menus.
func (f keptFirm) draft(change func(*store.Trust), tested store.ID, menus store.Permission) (revision int64) {
	f.t.Helper()
	ctx, d := f.t.Context(), store.TrustDraft{}
	v, err := f.Trust(ctx, f.boss, f.id("idp"))
	check(f.t, err)
	d.Trust = v.TrustLine.Trust
	d.Name = "新しい名前"
	if change != nil {
		change(&d.Trust)
	}
	saved, problems, err := f.SaveTrustDraft(ctx, f.boss, d)
	check(f.t, err)
	if len(problems) > 0 {
		f.t.Fatalf("the draft has %+v", problems)
	}
	if tested != "" {
		check(f.t, f.Tested(ctx, sso.Tested{Trust: store.OwnedTrust{Owner: f.tenant, Trust: saved.Trust}, Revision: saved.Revision, ID: f.id("test"),
			Trace: &sso.Trace{Mapped: &sso.Mapped{Permissions: menus, AllOffices: true}}, Admission: sso.Admission{TenantID: f.tenant, AccountID: tested}}))
	}
	return saved.Revision
}

func (f keptFirm) on(revision int64) error {
	return f.SwitchTrustOn(f.t.Context(), f.boss, f.id("idp"), portal.SwitchOn{Revision: revision, Note: "試験できない", Untested: true})
}

func (f keptFirm) off(ctx context.Context) error {
	_, err := f.SwitchTrustOff(ctx, f.boss, f.id("idp"), "")
	return err
}

// becomes changes the administrator's own account by their own hand.
func (f keptFirm) becomes(change func(*portal.PersonDraft)) error {
	d := portal.PersonDraft{Name: "boss", Menus: store.PermitAll, Offices: store.OfficeScope{All: true}, Version: f.version(f.boss.AccountID)}
	change(&d)
	return f.ChangePerson(f.t.Context(), f.boss, f.boss.AccountID, d)
}

func (f keptFirm) version(id store.ID) (version int64) {
	f.t.Helper()
	check(f.t, f.Records.View(f.t.Context(), f.tenant, func(tx store.Tx) error {
		a, err := tx.Accounts().Get(f.t.Context(), id)
		version = a.Version
		return err
	}))
	return version
}

func elsewhere(t *store.Trust) { t.Allowed = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")} }
func around(t *store.Trust)    { t.Allowed = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} }

// connected is a trust that the administrator makes and, tested or not, switches on; second comes in by it.
func (f keptFirm) connected(test bool, on func(id store.ID, o portal.SwitchOn) error) portal.Actor {
	f.t.Helper()
	ctx := f.t.Context()
	id, err := f.NewTrust(ctx, f.boss, portal.NewTrust{ID: f.id("other"), Name: "other", Protocol: store.OIDC})
	check(f.t, err)
	v, err := f.Trust(ctx, f.boss, id)
	check(f.t, err)
	d := *v.Pending
	d.OIDC.Issuer, d.OIDC.ClientID, d.OIDC.AuthMethod = "https://idp.example", "pocket", "private_key_jwt"
	d, problems, err := f.SaveTrustDraft(ctx, f.boss, d)
	if check(f.t, err); len(problems) > 0 {
		f.t.Fatalf("the draft has %+v", problems)
	}
	if test {
		check(f.t, f.Tested(ctx, sso.Tested{Trust: store.OwnedTrust{Owner: f.tenant, Trust: d.Trust}, Revision: d.Revision, ID: f.id("test"), Trace: &sso.Trace{}}))
	}
	check(f.t, on(id, portal.SwitchOn{Revision: d.Revision, Note: "試験できない", Untested: true}))
	return f.account("second", "other", store.PermitAll, nil)
}

func (f keptFirm) byBoss(id store.ID, o portal.SwitchOn) error {
	return f.SwitchTrustOn(f.t.Context(), f.boss, id, o)
}

func (f keptFirm) byOperator(id store.ID, o portal.SwitchOn) error {
	return f.setup.SwitchDraftOn(f.t.Context(), id, o)
}

func (f keptFirm) comesIn(a portal.Actor) {
	f.t.Helper()
	check(f.t, f.Records.Update(f.t.Context(), f.tenant, func(tx store.Tx) error {
		return tx.Accounts().SignedIn(f.t.Context(), a.AccountID, f.Now())
	}))
}

// refreshed has the IdP of the other trust looked at, and a draft begun, which keeps a version.
func (f keptFirm) refreshed() {
	f.t.Helper()
	ctx := f.t.Context()
	owned, err := f.Records.Trust(ctx, f.id("other"))
	check(f.t, err)
	owned.OIDC.Keys = []string{"fetched"}
	check(f.t, f.setup.RefreshTrust(ctx, owned, nil))
	owned.Label = "ほか"
	_, _, err = f.SaveTrustDraft(ctx, f.boss, store.TrustDraft{Trust: owned.Trust})
	check(f.t, err)
}

// TestNeverLockedOut tries whatever could take the last way in from the administrators of a firm's trusts.
func TestNeverLockedOut(t *testing.T) {
	const last, untested, tested, address = "error.last_way", "error.last_way_untested", "error.last_way_tested", "error.last_way_address"
	withoutTrusts := store.PermitAll &^ store.PermitTrusts
	rows := []struct {
		name string
		key  string // of the refusal; "": it is done
		try  func(ctx context.Context, f keptFirm) error
	}{
		{"switch off", last, func(ctx context.Context, f keptFirm) error { return f.off(ctx) }},
		{"switch off beside another way", "", func(ctx context.Context, f keptFirm) error { f.second(nil, nil); return f.off(ctx) }},
		{"switch off beside one switched off", last, func(ctx context.Context, f keptFirm) error {
			f.second(func(t *store.Trust) { t.State = store.TrustDisabled }, nil)
			return f.off(ctx)
		}},
		{"switch off beside one that nobody comes in by", last, func(ctx context.Context, f keptFirm) error { f.trust("other", nil); return f.off(ctx) }},
		{"switch off beside an untested one", last, func(ctx context.Context, f keptFirm) error { f.connected(false, f.byBoss); return f.off(ctx) }},
		{"switch off beside an untested one that was refreshed", last, func(ctx context.Context, f keptFirm) error {
			f.connected(false, f.byBoss)
			f.refreshed()
			return f.off(ctx)
		}},
		{"switch off beside an untested one that an administrator came in by", "", func(ctx context.Context, f keptFirm) error {
			f.comesIn(f.connected(false, f.byBoss))
			f.refreshed()
			return f.off(ctx)
		}},
		{"switch off beside a tested one that no administrator came in by", last, func(ctx context.Context, f keptFirm) error { f.connected(true, f.byBoss); return f.off(ctx) }},
		{"switch off beside a tested one that an administrator came in by", "", func(ctx context.Context, f keptFirm) error {
			f.comesIn(f.connected(true, f.byBoss))
			return f.off(ctx)
		}},
		{"switch off beside one of the operator's that no administrator came in by", last, func(ctx context.Context, f keptFirm) error {
			f.connected(false, f.byOperator)
			return f.off(ctx)
		}},
		{"switch off beside one of the operator's that an administrator came in by", "", func(ctx context.Context, f keptFirm) error {
			f.comesIn(f.connected(false, f.byOperator))
			return f.off(ctx)
		}},
		{"switch off beside one with wholly other keys", last, func(ctx context.Context, f keptFirm) error { f.rolledOver("new"); return f.off(ctx) }},
		{"switch off beside one with a key more", "", func(ctx context.Context, f keptFirm) error { f.rolledOver("new", "old"); return f.off(ctx) }},
		{"switch off beside one with wholly other keys that an administrator came in by", "", func(ctx context.Context, f keptFirm) error {
			f.comesIn(f.rolledOver("new"))
			return f.off(ctx)
		}},
		{"switch off beside somebody disabled", last, func(ctx context.Context, f keptFirm) error {
			_, err := f.setup.SwitchAccount(ctx, f.tenant, f.second(nil, nil).AccountID, store.AccountDisabled)
			return errors.Join(err, f.off(ctx))
		}},
		{"switch off beside somebody without the menu", last, func(ctx context.Context, f keptFirm) error {
			f.second(nil, func(a *store.Account) { a.Permissions = withoutTrusts })
			return f.off(ctx)
		}},
		{"switch off beside somebody with a list of offices", last, func(ctx context.Context, f keptFirm) error {
			f.second(nil, func(a *store.Account) { a.Offices = store.OfficeScope{Offices: []store.ID{f.id("office")}} })
			return f.off(ctx)
		}},
		{"switch off beside somebody of a client", last, func(ctx context.Context, f keptFirm) error {
			f.second(nil, func(a *store.Account) { a.CompanyID = f.id("company") })
			return f.off(ctx)
		}},
		{"switch off beside one for another place", address, func(ctx context.Context, f keptFirm) error { f.second(elsewhere, nil); return f.off(ctx) }},
		{"switch off beside one for this place", "", func(ctx context.Context, f keptFirm) error { f.second(around, nil); return f.off(ctx) }},

		{"an untested draft", untested, func(_ context.Context, f keptFirm) error { return f.on(f.draft(nil, "", 0)) }},
		{"an untested draft beside another way", "", func(_ context.Context, f keptFirm) error { f.second(nil, nil); return f.on(f.draft(nil, "", 0)) }},
		{"an untested draft beside one for another place", untested, func(_ context.Context, f keptFirm) error { f.second(elsewhere, nil); return f.on(f.draft(nil, "", 0)) }},
		{"a draft tested by the administrator", "", func(_ context.Context, f keptFirm) error {
			return f.on(f.draft(nil, f.boss.AccountID, store.PermitAll))
		}},
		{"a draft that would take the menu", tested, func(_ context.Context, f keptFirm) error { return f.on(f.draft(nil, f.boss.AccountID, withoutTrusts)) }},
		{"a draft tested by somebody new", tested, func(_ context.Context, f keptFirm) error { return f.on(f.draft(nil, f.id("nobody"), store.PermitAll)) }},
		{"a draft tested by somebody else", tested, func(_ context.Context, f keptFirm) error {
			return f.on(f.draft(nil, f.account("clerk", "idp", store.PermitDeliver, nil).AccountID, store.PermitAll))
		}},
		{"a draft changed after its test", untested, func(ctx context.Context, f keptFirm) error {
			f.draft(nil, f.boss.AccountID, store.PermitAll)
			v, err := f.Trust(ctx, f.boss, f.id("idp"))
			check(f.t, err)
			d := *v.Pending
			d.Label = "ほか"
			saved, _, err := f.SaveTrustDraft(ctx, f.boss, d)
			check(f.t, err)
			return f.on(saved.Revision)
		}},
		{"a tested draft for another place", address, func(_ context.Context, f keptFirm) error {
			return f.on(f.draft(elsewhere, f.boss.AccountID, store.PermitAll))
		}},
		{"a tested draft for this place", "", func(_ context.Context, f keptFirm) error {
			return f.on(f.draft(around, f.boss.AccountID, store.PermitAll))
		}},
		{"a draft for another place beside another way", "", func(_ context.Context, f keptFirm) error {
			f.second(nil, nil)
			return f.on(f.draft(elsewhere, "", 0))
		}},
		{"remove", "error.trust_on", func(ctx context.Context, f keptFirm) error { return f.RemoveTrust(ctx, f.boss, f.id("idp")) }},

		{"give up the menu", last, func(_ context.Context, f keptFirm) error {
			return f.becomes(func(d *portal.PersonDraft) { d.Menus = withoutTrusts })
		}},
		{"give up the menu beside another way", "", func(_ context.Context, f keptFirm) error {
			f.second(nil, nil)
			return f.becomes(func(d *portal.PersonDraft) { d.Menus = withoutTrusts })
		}},
		{"give up offices", last, func(_ context.Context, f keptFirm) error {
			f.account("manager", "idp", store.PermitAccounts, nil)
			return f.becomes(func(d *portal.PersonDraft) { d.Offices = store.OfficeScope{Offices: []store.ID{f.id("office")}} })
		}},
		{"give up the menu beside one for another place", address, func(_ context.Context, f keptFirm) error {
			f.second(elsewhere, nil)
			return f.becomes(func(d *portal.PersonDraft) { d.Menus = withoutTrusts })
		}},
		{"take somebody's lesser rights", last, func(ctx context.Context, f keptFirm) error {
			clerk := f.account("clerk", "idp", withoutTrusts, nil)
			_, err := f.CopyRights(ctx, f.boss, clerk.AccountID, f.boss.AccountID, [2]int64{f.version(clerk.AccountID), f.version(f.boss.AccountID)}, false)
			return err
		}},
		{"take in a table that takes the menu", last, func(ctx context.Context, f keptFirm) error {
			file, err := f.KeepTable(ctx, f.boss, portal.TableAccounts, strings.NewReader("company,name,trust,subject,menus,offices\n,boss,"+string(f.id("idp"))+",boss,accounts,*\n"))
			check(f.t, err)
			plan, err := f.PlanImport(ctx, f.boss, portal.TableAccounts, file)
			check(f.t, err)
			_, err = f.Import(ctx, f.boss, portal.TableAccounts, file, plan.Digest)
			return err
		}},
		{"disable oneself", "error.not_yourself", func(ctx context.Context, f keptFirm) error {
			_, err := f.SwitchPerson(ctx, f.boss, f.boss.AccountID, false)
			return err
		}},
		{"delete oneself", "error.not_yourself", func(ctx context.Context, f keptFirm) error {
			_, err := f.DeletePerson(ctx, f.boss, f.boss.AccountID)
			return err
		}},
		{"disable the only other, from where one does not come in", "error.address_refused", func(ctx context.Context, f keptFirm) error {
			_, err := f.SwitchPerson(ctx, f.second(elsewhere, nil), f.boss.AccountID, false)
			return err
		}},
		{"delete the only other, from where one does not come in", "error.address_refused", func(ctx context.Context, f keptFirm) error {
			_, err := f.DeletePerson(ctx, f.second(elsewhere, nil), f.boss.AccountID)
			return err
		}},
		{"disable another", "", func(ctx context.Context, f keptFirm) error {
			_, err := f.SwitchPerson(ctx, f.boss, f.second(nil, nil).AccountID, false)
			return err
		}},
		{"take the menu from the role", last, func(ctx context.Context, f keptFirm) error {
			role := store.Role{Name: "管理者", Permissions: store.PermitAll}
			id, err := f.CreateRole(ctx, f.boss, role)
			check(f.t, err)
			check(f.t, f.becomes(func(d *portal.PersonDraft) { d.RoleID, d.Menus = id, 0 }))
			kept, _, err := f.RoleOf(ctx, f.boss, id)
			check(f.t, err)
			kept.Permissions = withoutTrusts
			return f.ChangeRole(ctx, f.boss, kept)
		}},
		{"addresses that leave oneself out", "error.address_lockout", func(ctx context.Context, f keptFirm) error {
			return f.SaveAddresses(ctx, f.boss, store.AddressRule{Everybody: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}}, true)
		}},

		{"the operator switches off", "", func(ctx context.Context, f keptFirm) error {
			_, err := f.setup.SwitchTrust(ctx, f.id("idp"), store.TrustDisabled)
			return err
		}},
		{"the operator disables", "", func(ctx context.Context, f keptFirm) error {
			_, err := f.setup.SwitchAccount(ctx, f.tenant, f.boss.AccountID, store.AccountDisabled)
			return err
		}},
	}
	for name, postgres := range map[string]bool{"SQLite": false, "PostgreSQL": true} {
		t.Run(name, func(t *testing.T) {
			p := openPortal(t, postgres)
			for i, row := range rows {
				t.Run(row.name, func(t *testing.T) {
					f := keepFirm(t, p, store.ID(fmt.Sprintf("firm%d", i)))
					err := row.try(t.Context(), f)
					var told *store.Error
					if row.key == "" && err != nil || row.key != "" && (!errors.As(err, &told) || told.Key != row.key) {
						t.Fatalf("%v, want %q", err, row.key)
					}
					if row.key == "" {
						return
					}
					if v, err := f.Trust(t.Context(), f.boss, f.id("idp")); err != nil || v.State != store.TrustEnabled || v.Name != "idp" {
						t.Errorf("what was refused was done: %s, %s, %v", v.State, v.Name, err)
					}
				})
			}
		})
	}
}

func openPortal(t *testing.T, postgres bool) *portal.Portal {
	t.Helper()
	c := app.StoreConfig{Data: t.TempDir()}
	if postgres {
		c.Redis, c.Database = interop.Redis(t), interop.Postgres(t)
	}
	check(t, app.Migrate(t.Context(), c))
	stores, err := app.OpenStores(t.Context(), c, time.Now)
	check(t, err)
	t.Cleanup(func() { stores.Close() })
	return &portal.Portal{Records: stores.Records, Sessions: stores.Sessions, Blobs: stores.Blobs, Sealer: stores.Sealer, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
}

func keepFirm(t *testing.T, p *portal.Portal, tenant store.ID) keptFirm {
	t.Helper()
	ctx := t.Context()
	f := keptFirm{Portal: p, t: t, setup: portal.Setup{Portal: p, By: "test"}, tenant: tenant}
	check(t, f.setup.AddTenant(ctx, store.Tenant{ID: tenant, Name: "事務所"}))
	check(t, f.setup.AddCompany(ctx, tenant, store.Company{ID: f.id("company"), Name: "会社"}))
	check(t, f.setup.AddOffice(ctx, tenant, store.Office{ID: f.id("office"), CompanyID: f.id("company"), Name: "事業所"}))
	f.trust("idp", nil)
	f.boss = f.account("boss", "idp", store.PermitAll, nil)
	f.comesIn(f.boss)
	return f
}
