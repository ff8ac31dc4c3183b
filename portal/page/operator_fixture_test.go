package page

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

func operatorShell() Shell { return Shell{Person: "keeper"} }

func operatorFirms(n int) []store.Tenant {
	var all []store.Tenant
	for i := range n {
		f := store.Tenant{ID: store.ID(fmt.Sprintf("firm-%d", i)), Name: []string{"みなと社会保険労務士法人", "あおば会計事務所", "社会保険労務士法人 北関東総合労務管理センター 本部第一事業部"}[i%3], State: store.TenantActive, CreatedAt: clock()}
		if i%3 == 1 {
			f.State, f.ContractFrom, f.ContractUntil = store.TenantSuspended, "2025-04-01", "2027-03-31"
		}
		all = append(all, f)
	}
	return all
}

func operatorFirm(trusts int) OperatorFirm {
	v := OperatorFirm{Tenant: operatorFirms(3)[trusts%3], Accounts: 120 * trusts, Stored: int64(trusts) << 30, Now: clock(), From: "2025-04-01"}
	for i := range trusts {
		v.LastSignIn = clock()
		t := OperatorTrust{ID: store.ID(fmt.Sprintf("trust-%d", i)), Name: "ネットde顧問（本番）", Protocol: store.SAML, State: store.TrustEnabled, KeysEnd: clock().AddDate(i-1, 0, 0)}
		if i%2 == 1 {
			t.Protocol, t.State, t.KeysEnd = store.OIDC, store.TrustDisabled, time.Time{}
		}
		v.Trusts = append(v.Trusts, t)
	}
	return v
}

func operatorEvents(n int) []store.AuditEvent {
	deeds := operatorDeeds()
	var all []store.AuditEvent
	for i := range n {
		e := store.AuditEvent{Seq: int64(i), At: clock(), Deed: deeds[i%len(deeds)], Outcome: store.Allowed, Name: "keeper", Record: "operator:06f2q0d9k3v5w7x8y9z0a1b2c3", Address: "2001:db8:85a3::8a2e:370:7334", Detail: map[string]string{"by": "link", "firm": "firm-1"}}
		if i%4 == 3 {
			e.Outcome, e.Name, e.Record, e.Detail = store.Refused, "", "", nil
		}
		all = append(all, e)
	}
	return all
}

func operatorWarnings(n int) []store.SystemEvent {
	var all []store.SystemEvent
	for i := range n {
		e := store.SystemEvent{ID: store.ID(fmt.Sprint("e", i)), At: clock(), LastAt: clock(), Count: 1, Level: store.Warning, Message: "metadata could not be refreshed", Instance: "pocket-1.internal.example",
			Attributes: map[string]string{"trust": "06f2q0d9k3v5w7x8y9z0a1b2c3", "kind": "sort"}}
		if i%3 == 1 {
			e.Level, e.Count, e.TenantID, e.Message = store.Failure, 123456, "firm-1", strings.Repeat("a package's bytes are not what was kept; ", 1+i%4)
		}
		all = append(all, e)
	}
	return all
}

func operatorDeeds() []store.Deed {
	return []store.Deed{store.DeedOperator, store.DeedOperatorOpen, store.DeedOperatorClose, store.DeedOperatorSignIn, store.DeedOperatorSignOut,
		store.DeedOperatorPassword, store.DeedOperatorFactor, store.DeedOperatorFirm, store.DeedOperatorLook}
}

func operatorSecurity(n int) OperatorSecurity {
	v := OperatorSecurity{Operator: store.Operator{Name: "keeper", ChangedAt: clock()}, Current: "s0"}
	for i := range n {
		v.Operator.Secret, v.Operator.Recovery = []byte{1}, append(v.Operator.Recovery, store.Hash{byte(i)})
		v.Operator.Passkeys = append(v.Operator.Passkeys, store.Passkey{ID: fmt.Sprint("k", i), Name: strings.Repeat("会社のノートパソコン", 1+i%6), CreatedAt: clock()})
		v.Sessions = append(v.Sessions, store.OperatorSession{ID: store.ID(fmt.Sprint("s", i)), Proved: i != 1, Began: clock(), Seen: clock(), Address: "192.0.2.1", Device: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
	}
	return v
}

func operatorExhibits() []exhibit {
	at := func(name, path string, show func(*Pages, http.ResponseWriter, *http.Request) error) exhibit {
		return exhibit{"operator_" + name, path, show}
	}
	type w = http.ResponseWriter
	type r = *http.Request
	wrong := &Problem{Key: "error.operator_wrong"}
	uri := "otpauth://totp/Cloud%20Pocket:keeper?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Cloud%20Pocket&algorithm=SHA1&digits=6&period=30"
	parts := []OperatorPart{{"records", "ok"}, {"sessions", "ok"}, {"blobs", "away"}, {"scanner", "away: new deliveries wait for it"}, {"mail", "off"}, {"other", "ok"}}
	window := store.Window{Until: clock().Add(time.Hour), By: "root@bastion.example", Ranges: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	return []exhibit{
		at("signin", "/sign-in", func(p *Pages, w w, r r) error { return p.OperatorSignIn(w, r, OperatorSignIn{}) }),
		at("signin-wrong", "/sign-in", func(p *Pages, w w, r r) error { return p.OperatorSignIn(w, r, OperatorSignIn{"keeper", true, wrong}) }),
		at("second", "/second", func(p *Pages, w w, r r) error {
			return p.OperatorSecond(w, r, OperatorSecond{Passkeys: true, Codes: true})
		}),
		at("second-wrong", "/second", func(p *Pages, w w, r r) error {
			return p.OperatorSecond(w, r, OperatorSecond{Change: true, Problem: &Problem{Key: "error.operator_wait", Args: map[string]any{"Seconds": 32}}})
		}),
		at("enrol", "/enrol", func(p *Pages, w w, r r) error {
			return p.OperatorEnrol(w, r, Shell{}, OperatorEnrol{Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", URI: uri, First: true})
		}),
		at("enrol-again", "/enrol", func(p *Pages, w w, r r) error {
			return p.OperatorEnrol(w, r, operatorShell(), OperatorEnrol{Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", URI: uri, Problem: &Problem{Key: "error.operator_code"}})
		}),
		at("codes", "/enrol", func(p *Pages, w w, r r) error {
			return p.OperatorCodes(w, r, operatorShell(), OperatorCodes{[]string{"0A1B-2C3D-4E5F-6G7H", "0A1B-2C3D-4E5F-6G7J"}, "/"})
		}),
		at("link", "/set-up/x", func(p *Pages, w w, r r) error { return p.OperatorLink(w, r, OperatorLink{Name: "keeper"}) }),
		at("link-wrong", "/set-up/x", func(p *Pages, w w, r r) error {
			return p.OperatorLink(w, r, OperatorLink{"keeper", &Problem{Key: "error.operator_password_short", Args: map[string]any{"Least": 12}}})
		}),
		at("home-none", "/", func(p *Pages, w w, r r) error {
			return p.OperatorHome(w, r, operatorShell(), OperatorHome{Now: clock(), Window: window})
		}),
		at("home-much", "/", func(p *Pages, w w, r r) error {
			return p.OperatorHome(w, r, operatorShell(), OperatorHome{Parts: parts, Owed: []OperatorOwed{{store.TaskSort, 1200, 300, 2}, {store.TaskNumbers, 1, 0, 0}}, Version: "cloudpocket v1.2.3, go1.26.8, 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", Now: clock(), Window: window})
		}),
		at("firms-none", "/firms", func(p *Pages, w w, r r) error { return p.OperatorFirms(w, r, operatorShell(), OperatorFirms{}) }),
		at("firms-much", "/firms", func(p *Pages, w w, r r) error {
			return p.OperatorFirms(w, r, operatorShell(), OperatorFirms{Now: clock(), Items: operatorFirms(50), Next: "n", Later: true, ID: "Ａ", Name: "あ", Problem: &Problem{Key: "error.id", Args: map[string]any{"ID": "Ａ"}}})
		}),
		at("firm-none", "/firms/a", func(p *Pages, w w, r r) error { return p.OperatorFirm(w, r, operatorShell(), operatorFirm(0)) }),
		at("firm-much", "/firms/a", func(p *Pages, w w, r r) error {
			v := operatorFirm(20)
			v.Problem = &Problem{Key: "error.contract_order"}
			s := operatorShell()
			s.Done = "operator_saved"
			return p.OperatorFirm(w, r, s, v)
		}),
		at("firm-suspended", "/firms/a", func(p *Pages, w w, r r) error { return p.OperatorFirm(w, r, operatorShell(), operatorFirm(1)) }),
		at("audit-none", "/audit", func(p *Pages, w w, r r) error { return p.OperatorAudit(w, r, operatorShell(), OperatorAudit{}) }),
		at("audit-much", "/audit", func(p *Pages, w w, r r) error {
			return p.OperatorAudit(w, r, operatorShell(), OperatorAudit{Items: operatorEvents(50), Next: "n", Later: true, Checked: true, Intact: true, Head: store.AuditHead{Seq: 12345}})
		}),
		at("audit-broken", "/audit", func(p *Pages, w w, r r) error {
			return p.OperatorAudit(w, r, operatorShell(), OperatorAudit{Items: operatorEvents(3), Checked: true})
		}),
		at("events-none", "/events", func(p *Pages, w w, r r) error { return p.OperatorEvents(w, r, operatorShell(), OperatorEvents{}) }),
		at("events-much", "/events", func(p *Pages, w w, r r) error {
			return p.OperatorEvents(w, r, operatorShell(), OperatorEvents{Items: operatorWarnings(50), Next: "n", Later: true, Level: store.Failure, Firm: "firm-1"})
		}),
		at("security-none", "/security", func(p *Pages, w w, r r) error { return p.OperatorSecurity(w, r, operatorShell(), operatorSecurity(0)) }),
		at("security-much", "/security", func(p *Pages, w w, r r) error {
			v := operatorSecurity(10)
			v.Problem, v.Trouble = &Problem{Key: "error.operator_password_today"}, &Problem{Key: "error.operator_last_factor"}
			return p.OperatorSecurity(w, r, operatorShell(), v)
		}),
	}
}

func TestContractDays(t *testing.T) {
	last := time.Date(2026, 3, 31, 14, 59, 59, 0, time.UTC) // in Japan it is midnight after this
	for _, row := range []struct {
		from, until store.Date
		now         time.Time
		outside     bool
	}{
		{"", "", last, false},
		{"", "2026-03-31", last, false},
		{"", "2026-03-31", last.Add(time.Second), true},
		{"2026-04-01", "", last, true},
		{"2026-04-01", "", last.Add(time.Second), false},
		{"2025-04-01", "2026-03-31", last, false},
	} {
		v := OperatorFirm{Tenant: store.Tenant{ContractFrom: row.from, ContractUntil: row.until}, Now: row.now}
		if v.Outside() != row.outside || (OperatorFirms{Now: row.now}).Outside(v.Tenant) != row.outside {
			t.Errorf("%+v", row)
		}
	}
}

func TestOperatorsWords(t *testing.T) {
	ja := keysOf(t, "ja")
	var keys []string
	for _, d := range operatorDeeds() {
		keys = append(keys, "operator.deed."+string(d))
	}
	for _, k := range []store.TaskKind{store.TaskSort, store.TaskScan, store.TaskRelease, store.TaskExpire, store.TaskRemind, store.TaskTell, store.TaskNumbers, store.TaskMail, store.TaskWebhook,
		store.TaskKeys, store.TaskInventory, store.TaskRemindInventory} {
		keys = append(keys, "operator.task."+string(k))
	}
	for _, e := range (Shell{}).Operated() {
		keys = append(keys, "menu."+string(e.Place))
	}
	for _, key := range keys {
		if ja[key] == nil {
			t.Errorf("%s is in no language", key)
		}
	}
}

// TestFieldsAtFault marks the field that a sentence is about, and none when it is about the day.
func TestFieldsAtFault(t *testing.T) {
	for key, field := range map[string]string{"error.operator_password_wrong": "current", "error.operator_password_twice": "again", "error.operator_password_short": "next",
		"error.operator_password_used": "next", "error.operator_password_today": "", "error.operator_wait": ""} {
		v := OperatorSecurity{Problem: &Problem{Key: key}}
		for _, one := range []string{"current", "next", "again"} {
			if v.Wrong(one) != (one == field) {
				t.Errorf("%s: %s is at fault: %t", key, one, v.Wrong(one))
			}
		}
	}
}
