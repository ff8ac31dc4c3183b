package portal

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/fold"
)

const (
	unusedAge   = 30 * 24 * time.Hour // registered for this long, and never signed in
	dormantAge  = 90 * 24 * time.Hour // not signed in for this long
	sharedWhile = time.Hour           // within which sign-ins from
	sharedFrom  = 3                   // so many addresses are hardly one person's
	namedAtOnce = 20                  // how many offices an item keeps the names of
)

// looked is what looking through the accounts of a tenant brought.
type looked struct {
	accounts int
	items    []store.InventoryItem
	keepers  []store.ID // whoever may decide, to be told
}

// finder looks through a tenant's accounts.
type finder struct {
	tx        store.Tx
	now       time.Time
	crowds    map[store.ID]int  // from how many addresses an account was used within sharedWhile
	since     time.Time         // the last inventory
	back      map[store.ID]bool // accounts that were switched off since then
	trusts    map[store.ID]trustSeen
	companies map[store.ID]string
	offices   map[store.ID]string
}

type trustSeen struct {
	name        string
	state       store.TrustState // empty: it may not admit here any more
	provisioned bool             // the parent says of each user that there is one
}

// lookThrough looks through the active accounts of a tenant. One that is switched off can do nothing and is not asked
// about.
func (p *Portal) lookThrough(ctx context.Context, tenant store.ID) (found looked, err error) {
	err = p.Records.View(ctx, tenant, func(tx store.Tx) error {
		found = looked{}
		f := &finder{tx: tx, now: p.Now(), trusts: map[store.ID]trustSeen{}, companies: map[store.ID]string{}, offices: map[store.ID]string{}}
		if err := f.history(ctx); err != nil {
			return err
		}
		return eachAccount(ctx, tx, func(a store.Account) error {
			if a.State != store.AccountActive {
				return nil
			}
			found.accounts++
			if mayKeep(a) {
				found.keepers = append(found.keepers, a.ID)
			}
			item, err := f.item(ctx, a)
			if err == nil && item.Findings != 0 {
				found.items = append(found.items, item)
			}
			return err
		})
	})
	return found, err
}

// mayKeep reports whether a is one of those who decide about accounts.
func mayKeep(a store.Account) bool {
	return a.State == store.AccountActive && Permissions(a).Has(store.PermitAccounts)
}

// eachAccount calls fn with every account of the tenant.
func eachAccount(ctx context.Context, tx store.Tx, fn func(store.Account) error) error {
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Accounts().List(ctx, "", page)
		if err != nil {
			return fmt.Errorf("list accounts: %w", err)
		}
		for _, a := range list.Items {
			if err := fn(a); err != nil {
				return err
			}
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}

// history reads from the audit what happened since the last inventory, or within a month when there is none.
func (f *finder) history(ctx context.Context) error {
	since := f.now.AddDate(0, -1, 0)
	last, err := f.tx.Inventories().List(ctx, store.Page{Limit: 1})
	if err != nil {
		return fmt.Errorf("find the last inventory: %w", err)
	}
	if len(last.Items) > 0 {
		since = last.Items[0].MadeAt
	}
	if f.crowds, err = crowds(ctx, f.tx, since); err != nil {
		return err
	}
	f.since, f.back = since, map[store.ID]bool{}
	return eachEvent(ctx, f.tx, store.AuditFilter{Deed: store.DeedAccount, From: since}, func(e store.AuditEvent) {
		if e.Detail["state"] == string(store.AccountDisabled) {
			f.back[store.ID(strings.TrimPrefix(e.Record, "account:"))] = true
		}
	})
}

// registering is how long after an account was registered what is set belongs to that.
const registering = time.Minute

// rightsChanged reports whether what a, which is active, may do changed since the last inventory, and not just because it
// was registered. The account knows when its menus and offices changed last; that it was switched off and is on again, the
// audit knows.
func (f *finder) rightsChanged(a store.Account) bool {
	changed := a.RightsAt.After(f.since) && a.RightsAt.Sub(a.CreatedAt) > registering
	return changed || f.back[a.ID]
}

// eachEvent calls fn with the events that filter lets through, newest first.
func eachEvent(ctx context.Context, tx store.Tx, filter store.AuditFilter, fn func(store.AuditEvent)) error {
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Audit().List(ctx, filter, page)
		if err != nil {
			return fmt.Errorf("read the audit: %w", err)
		}
		for _, e := range list.Items {
			fn(e)
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}

// crowds returns from how many addresses each account signed in within sharedWhile at most, if those are sharedFrom or
// more.
func crowds(ctx context.Context, tx store.Tx, since time.Time) (map[store.ID]int, error) {
	type seen struct {
		at   time.Time
		from string
	}
	lately, most := map[store.ID][]seen{}, map[store.ID]int{}
	err := eachEvent(ctx, tx, store.AuditFilter{Deed: store.DeedSignIn, From: since}, func(e store.AuditEvent) {
		if e.Outcome != store.Allowed || e.AccountID == "" || e.Address == "" {
			return
		}
		near := slices.DeleteFunc(lately[e.AccountID], func(s seen) bool { return s.at.Sub(e.At) > sharedWhile })
		near = append(near, seen{e.At, networkOf(e.Address)})
		lately[e.AccountID] = near
		from := map[string]bool{}
		for _, s := range near {
			from[s.from] = true
		}
		if len(from) >= sharedFrom {
			most[e.AccountID] = max(most[e.AccountID], len(from))
		}
	})
	return most, err
}

// networkOf returns what stands for one place: an IPv4 address, or the 64 bits that an IPv6 host's addresses share, of
// which one machine uses many (RFC 8981).
func networkOf(address string) string {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if addr = addr.Unmap(); addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}

// item is what there is to say about an account; without findings there is nothing.
func (f *finder) item(ctx context.Context, a store.Account) (i store.InventoryItem, err error) {
	trust, err := f.trust(ctx, a.TrustID)
	if err != nil {
		return i, err
	}
	i = store.InventoryItem{AccountID: a.ID, Decision: store.DecisionOpen, Findings: f.findings(a)}
	gone, err := f.gone(ctx, a, trust)
	if err != nil {
		return i, err
	}
	if gone {
		i.Findings |= store.FoundUnknown
	}
	if i.Findings == 0 {
		return i, nil
	}
	i.Was, err = f.snapshot(ctx, a, trust)
	return i, err
}

func (f *finder) findings(a store.Account) (all store.Finding) {
	switch {
	case a.LastSignInAt.IsZero() && f.now.Sub(a.CreatedAt) >= unusedAge:
		all |= store.FoundUnused
	case !a.LastSignInAt.IsZero() && f.now.Sub(a.LastSignInAt) >= dormantAge:
		all |= store.FoundDormant
	}
	if f.rightsChanged(a) {
		all |= store.FoundChanged
	}
	if f.crowds[a.ID] > 0 || genericName(a.Name) || genericMail(a.Email) {
		all |= store.FoundShared
	}
	return all
}

// gone reports whether the parent does not know a any more: it may not admit here, or it provisions its users, and a is none
// of them or one that is not active. Users that were provisioned once and are all removed leave nothing to compare with.
func (f *finder) gone(ctx context.Context, a store.Account, trust trustSeen) (bool, error) {
	if trust.state != store.TrustEnabled || !trust.provisioned {
		return trust.state != store.TrustEnabled, nil
	}
	p, err := f.tx.Provisioning().BySubject(ctx, a.TrustID, a.Subject)
	there, err := unlessThere(err)
	if err != nil {
		return false, fmt.Errorf("look whether account %s is provisioned: %w", a.ID, err)
	}
	if !there {
		return true, nil
	}
	r, err := resource(p)
	return err == nil && !r.Active(), err
}

func (f *finder) trust(ctx context.Context, id store.ID) (trustSeen, error) {
	if seen, ok := f.trusts[id]; ok {
		return seen, nil
	}
	t, err := f.tx.Trusts().Get(ctx, id)
	there, err := unlessThere(err)
	if err != nil {
		return trustSeen{}, fmt.Errorf("read trust %s: %w", id, err)
	}
	seen := trustSeen{name: string(id)}
	if there {
		seen.name, seen.state = t.Name, t.State
		users, err := f.tx.Provisioning().Count(ctx, id, store.ProvisionedUser)
		if err != nil {
			return trustSeen{}, fmt.Errorf("count whom trust %s provisions: %w", id, err)
		}
		seen.provisioned = users > 0
	}
	f.trusts[id] = seen
	return seen, nil
}

// snapshot is the account as it is now.
func (f *finder) snapshot(ctx context.Context, a store.Account, trust trustSeen) (s store.AccountSnapshot, err error) {
	s = store.AccountSnapshot{Name: a.Name, Email: a.Email, CompanyID: a.CompanyID, Trust: trust.name, Subject: a.Subject, Permissions: Permissions(a),
		Offices: a.Offices, CreatedAt: a.CreatedAt, LastSignInAt: a.LastSignInAt, Addresses: f.crowds[a.ID]}
	if a.CompanyID != "" {
		s.Company, err = remembered(f.companies, a.CompanyID, func() (string, error) {
			c, err := f.tx.Companies().Get(ctx, a.CompanyID)
			return c.Name, err
		})
		if err != nil {
			return s, fmt.Errorf("read the company of account %s: %w", a.ID, err)
		}
	}
	for _, id := range a.Offices.Offices[:min(namedAtOnce, len(a.Offices.Offices))] {
		name, err := remembered(f.offices, id, func() (string, error) {
			o, err := f.tx.Offices().Get(ctx, id)
			return o.Name, err
		})
		if err != nil {
			return s, fmt.Errorf("read an office of account %s: %w", a.ID, err)
		}
		s.OfficeNames = append(s.OfficeNames, name)
	}
	return s, nil
}

func remembered(all map[store.ID]string, id store.ID, read func() (string, error)) (name string, err error) {
	if name, ok := all[id]; ok {
		return name, nil
	}
	if name, err = read(); err == nil {
		all[id] = name
	}
	return name, err
}

// genericName reports whether a name is that of a desk or a purpose rather than of a person.
func genericName(name string) bool {
	for _, part := range []string{"共用", "共有", "代表", "総務", "経理", "人事", "労務", "給与", "事務", "受付", "窓口", "担当", "テスト", "ゲスト"} {
		if strings.Contains(fold.Text(name), fold.Text(part)) {
			return true
		}
	}
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(name), notLetter), generic)
}

// genericMail reports whether an address is that of a desk or a purpose.
func genericMail(address string) bool {
	local, _, ok := strings.Cut(strings.ToLower(address), "@")
	return ok && slices.ContainsFunc(strings.FieldsFunc(local, notLetter), generic)
}

func notLetter(r rune) bool { return r < 'a' || r > 'z' }

// generic reports whether a word of ASCII letters names a desk or a purpose.
func generic(word string) bool {
	return slices.Contains([]string{"accounting", "admin", "contact", "demo", "generic", "guest", "hr", "info", "jimu", "jinji", "keiri", "kyoyo", "office", "payroll",
		"reception", "roumu", "shared", "somu", "soumu", "support", "test", "user", "webmaster"}, word)
}
