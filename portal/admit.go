package portal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloudpocket/sso"
	"cloudpocket/store"
)

var _ sso.Admitter = (*Portal)(nil)

// Admit names the account of (tenant, trust, subject) and records the sign-in with its AuditEvent. Somebody who is not
// registered gets in only where the trust allows just-in-time accounts and says which offices are theirs. Of somebody who comes
// again nothing is recorded but what their claims change.
func (p *Portal) Admit(ctx context.Context, trust store.OwnedTrust, identity sso.Identity, v sso.Visit, t *sso.Trace) (sso.Admission, error) {
	if err := comesBy(trust, v); err != nil {
		return sso.Admission{}, err
	}
	tenant, err := p.tenantFor(ctx, trust, identity, t)
	if err != nil {
		return sso.Admission{}, err
	}
	var admitted sso.Admission
	var signIn store.SignIn
	var held bool
	err = p.Records.Update(ctx, tenant, func(tx store.Tx) error {
		if err := comesFrom(ctx, tx, v); err != nil {
			return err
		}
		mapped := t.Mapping(identity.Subject)
		account, err := p.accountOf(ctx, tx, trust, identity, v, mapped)
		if err != nil {
			return err
		}
		told(mapped, tenant, account)
		held = mapped.Held
		signIn = p.allowed(trust, tenant, account, v, t)
		admitted = sso.Admission{TenantID: tenant, AccountID: account.ID, Previous: account.LastSignInAt}
		if v.Again {
			return nil
		}
		if err := tx.Accounts().SignedIn(ctx, account.ID, p.Now()); err != nil {
			return fmt.Errorf("record the sign-in: %w", err)
		}
		if err := tx.Audit().Append(ctx, p.signIn(trust, account, identity, v, held)); err != nil || t == nil || tenant != trust.Owner {
			return err
		}
		return tx.SignIns().Add(ctx, signIn)
	})
	if err == nil && held {
		p.Log.WarnContext(ctx, "claims would have taken the last administrator, whose rights stayed", "trust", trust.ID, "account", admitted.AccountID)
	}
	if err == nil && t != nil && tenant != trust.Owner && !v.Again {
		p.keepElsewhere(ctx, trust.Owner, signIn)
	}
	return admitted, err
}

// tenantFor returns the tenant that identity belongs to, if trust may admit into it and it is not suspended.
func (p *Portal) tenantFor(ctx context.Context, trust store.OwnedTrust, identity sso.Identity, t *sso.Trace) (store.ID, error) {
	tenant, err := tenantOf(trust, identity)
	if err == nil {
		err = p.subscribed(ctx, tenant)
	}
	if err != nil {
		return "", t.Fail("tenant", err)
	}
	t.Pass("tenant", string(tenant))
	return tenant, nil
}

// signIn is the AuditEvent of a sign-in that was allowed, and whose rights may have been held against the claims.
func (p *Portal) signIn(trust store.OwnedTrust, account store.Account, identity sso.Identity, v sso.Visit, held bool) store.AuditEvent {
	e := p.event(Actor{TrustID: trust.ID, Visit: v}, account, store.DeedSignIn, "account:"+string(account.ID), nil)
	e.Detail = map[string]string{"context": short(identity.Context.Class), "methods": short(strings.Join(identity.Context.Methods, " "))}
	if held {
		e.Detail["held"] = "rights"
	}
	brought(e.Detail, v)
	return e
}

// brought adds to the detail of an event which API client brought the person's token, and for which page.
func brought(detail map[string]string, v sso.Visit) {
	if v.Client != "" {
		detail["embed"], detail["origin"] = string(v.Client), v.Origin
	}
}

// tenantOf returns the tenant that identity belongs to, if trust may admit into it.
func tenantOf(trust store.OwnedTrust, identity sso.Identity) (store.ID, error) {
	if trust.State != store.TrustEnabled {
		return "", sso.Refuse("admit.trust_disabled", sso.KeyDisabled, "trust %s is %s", trust.ID, trust.State)
	}
	from := trust.Mapping.Tenant
	if values, _ := from.Values(identity.Attributes); !from.IsZero() && len(values) != 1 {
		return "", sso.Refuse("admit.tenant_claim", sso.KeyTenant, "claim %q has %d values, needs one", from, len(values))
	}
	value := from.First(identity.Attributes)
	tenant, ok := trust.Admits(value)
	if !ok {
		return "", sso.Refuse("admit.tenant_unbound", sso.KeyTenant, "trust %s is not bound to tenant %q", trust.ID, value)
	}
	return tenant, nil
}

// subscribed demands a tenant that is not suspended.
func (p *Portal) subscribed(ctx context.Context, id store.ID) error {
	t, err := p.Records.Tenants().Get(ctx, id)
	if err != nil {
		return fmt.Errorf("read the tenant: %w", err)
	}
	if t.State != store.TenantActive {
		return sso.Refuse("admit.tenant_suspended", sso.KeyDisabled, "tenant %s is %s", id, t.State)
	}
	return nil
}

// comesBy demands that trust lets people come from where v does. Of somebody whose token an API client brings that is not
// known yet: it is asked at each of their deeds, as everybody's is.
func comesBy(trust store.OwnedTrust, v sso.Visit) error {
	if v.Client == "" && !trust.AllowsFrom(v.Address) {
		return sso.Refuse("admit.trust_address", sso.KeyAddress, "trust %s does not admit anybody from %q", trust.ID, v.Address)
	}
	return nil
}

// comesFrom demands that the tenant lets people come from where v does, as comesBy.
func comesFrom(ctx context.Context, tx store.Tx, v sso.Visit) error {
	if v.Client != "" {
		return nil
	}
	rule, err := tx.Addresses().Rule(ctx)
	if err != nil {
		return fmt.Errorf("read from where people may come: %w", err)
	}
	if !rule.Admits(v.Address) {
		return sso.Refuse("admit.address", sso.KeyAddress, "the tenant does not admit anybody from %q", v.Address)
	}
	return nil
}

// accountOf returns the active account that identity stands for, in step with what the trust's mapping says of it.
func (p *Portal) accountOf(ctx context.Context, tx store.Tx, trust store.OwnedTrust, identity sso.Identity, v sso.Visit, seen *sso.Mapped) (store.Account, error) {
	account, err := tx.Accounts().BySubject(ctx, trust.ID, identity.Subject)
	if errors.Is(err, store.ErrNotFound) {
		return p.justInTime(ctx, tx, trust, identity, v, seen)
	}
	if err != nil {
		return account, fmt.Errorf("find the account: %w", err)
	}
	if account.State != store.AccountActive {
		return account, sso.Refuse("admit.account_disabled", sso.KeyDisabled, "account %s is %s", account.ID, account.State)
	}
	seen.AccountID = account.ID
	mapped, err := mapAccount(ctx, tx, account, trust.Mapping, identity, seen)
	if err != nil {
		return account, err
	}
	if same(account, mapped) {
		return account, nil
	}
	return p.followClaims(ctx, tx, trust, account, mapped, v, seen)
}

// justInTime creates the account of somebody who comes for the first time, where the trust allows it.
func (p *Portal) justInTime(ctx context.Context, tx store.Tx, trust store.OwnedTrust, identity sso.Identity, v sso.Visit, seen *sso.Mapped) (store.Account, error) {
	if !trust.JustInTime {
		return store.Account{}, sso.Refuse("admit.not_registered", sso.KeyUnknown, "no account of trust %s for this subject", trust.ID)
	}
	if off, err := deactivated(ctx, tx, trust.ID, identity.Subject); err != nil || off {
		if err == nil {
			err = sso.Refuse("admit.account_disabled", sso.KeyDisabled, "who is provisioned at trust %s as this subject is not active", trust.ID)
		}
		return store.Account{}, err
	}
	now := p.Now()
	fresh := store.Account{ID: store.NewID(now), TrustID: trust.ID, Subject: identity.Subject, State: store.AccountActive, Origin: store.FromClaims, CreatedAt: now, RightsAt: now}
	seen.New = true
	account, err := mapAccount(ctx, tx, fresh, trust.Mapping, identity, seen)
	if err != nil {
		return account, err
	}
	if account.CompanyID, err = companyOf(ctx, tx, account.Offices.Offices); err != nil {
		return account, err
	}
	if trust.Mapping.Role.IsZero() {
		account.Permissions = store.PermitView
	}
	if account.Name == "" {
		account.Name = short(identity.Subject)
	}
	if err := tx.Accounts().Create(ctx, account); err != nil {
		return account, fmt.Errorf("create an account just in time: %w", err)
	}
	e := p.event(Actor{TrustID: trust.ID, Visit: v}, account, store.DeedAccount, "account:"+string(account.ID), accountDetail(account))
	e.Detail["by"] = "just-in-time"
	return account, tx.Audit().Append(ctx, e)
}

// companyOf returns the one company that offices belong to. A person without offices, or with those of two companies,
// cannot be placed and is not let in.
func companyOf(ctx context.Context, tx store.Tx, offices []store.ID) (store.ID, error) {
	var company store.ID
	for _, id := range offices {
		o, err := tx.Offices().Get(ctx, id)
		if err != nil {
			return "", fmt.Errorf("read mapped office: %w", err)
		}
		if company != "" && company != o.CompanyID {
			return "", sso.Refuse("admit.two_companies", sso.KeyUnknown, "the offices claimed are of two companies")
		}
		company = o.CompanyID
	}
	if company == "" {
		return "", sso.Refuse("admit.no_office", sso.KeyUnknown, "no office claimed is known here")
	}
	return company, nil
}

// claimRunes is how long a name, an address or a context from a claim may be; the rest is cut off, since every event of
// the person repeats it.
const claimRunes = 200

func short(s string) string {
	if r := []rune(s); len(r) > claimRunes {
		return string(r[:claimRunes])
	}
	return s
}

// mapAccount returns account with what the mapping takes from identity. A claim that is not mapped leaves what is
// registered, and so does a name or an address that is not there. Offices and roles that are mapped are the claim's to
// say: values that are not known here grant nothing, and a message without the claim is refused, since it may mean
// "none" as well as a provider that was set up wrongly. What it took is told to seen.
func mapAccount(ctx context.Context, tx store.Tx, account store.Account, m store.Mapping, identity sso.Identity, seen *sso.Mapped) (store.Account, error) {
	for _, source := range []store.Source{m.Offices, m.Role} {
		if _, said := source.Values(identity.Attributes); !source.IsZero() && !said {
			return account, sso.Refuse("admit.claim_missing", sso.KeyMessage, "the mapped claim %q is not there", source)
		}
	}
	if name := m.Name.First(identity.Attributes); plainText(name) && name != "" {
		account.Name = short(name)
	}
	if mail := m.Email.First(identity.Attributes); plainText(mail) && mail != "" {
		account.Email = short(mail)
	}
	if roles, _ := m.Role.Values(identity.Attributes); !m.Role.IsZero() && len(m.Roles) > 0 {
		for _, role := range roles {
			seen.Roles = append(seen.Roles, sso.MappedRole{Claim: role, Menus: m.Roles[role]})
		}
		var err error
		if account.RoleID, account.Permissions, err = mapRoles(ctx, tx, m.Roles, roles); err != nil {
			return account, err
		}
	}
	if !m.Offices.IsZero() {
		claimed, _ := m.Offices.Values(identity.Attributes)
		offices, err := mapOffices(ctx, tx, account, claimed, seen)
		if err != nil {
			return account, err
		}
		account.Offices = store.OfficeScope{Offices: offices}
	}
	return account, nil
}

// mapOffices returns the offices that the parent product calls so and that account can hold.
func mapOffices(ctx context.Context, tx store.Tx, account store.Account, external []string, seen *sso.Mapped) ([]store.ID, error) {
	var ids []store.ID
	for _, code := range external {
		o, err := tx.Offices().ByExternalID(ctx, code)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, fmt.Errorf("find office of the claim: %w", err)
		}
		theirs := account.CompanyID == "" || account.CompanyID == o.CompanyID
		seen.Offices = append(seen.Offices, sso.MappedOffice{Claim: code, ID: o.ID, Name: o.Name, Other: o.ID != "" && !theirs})
		if o.ID != "" && theirs {
			ids = append(ids, o.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

func same(a, b store.Account) bool {
	return a.Name == b.Name && a.Email == b.Email && a.RoleID == b.RoleID && a.Permissions == b.Permissions &&
		a.Offices.All == b.Offices.All && slices.Equal(a.Offices.Offices, b.Offices.Offices)
}

// accountDetail is what the audit keeps of an account's rights.
func accountDetail(a store.Account) map[string]string {
	offices := "all"
	if !a.Offices.All {
		offices = idText(a.Offices.Offices)
	}
	detail := map[string]string{"permissions": a.Permissions.String(), "offices": offices, "state": string(a.State), "company": string(a.CompanyID)}
	if a.RoleID != "" {
		detail["role"] = string(a.RoleID)
	}
	return detail
}

// Standing reports whether what Admit found still holds: somebody may have been switched off while they signed in.
func (p *Portal) Standing(ctx context.Context, trust store.ID, admitted sso.Admission) error {
	a := Actor{TenantID: admitted.TenantID, AccountID: admitted.AccountID, TrustID: trust}
	return p.Records.View(ctx, admitted.TenantID, func(tx store.Tx) error {
		_, err := permitAnywhere(ctx, tx, a, Self)
		return err
	})
}

// errPreview undoes a preview's transaction.
var errPreview = errors.New("preview")

// Preview says what Admit would make of identity, into t, and changes nothing. Where they come from is judged last: whoever
// sets a trust up is told what its mapping comes to as well. Claims that would take the firm's last administrator are refused
// here, where Admit lets them in with the rights that they have.
func (p *Portal) Preview(ctx context.Context, trust store.OwnedTrust, identity sso.Identity, v sso.Visit, t *sso.Trace) (sso.Admission, error) {
	secret := sso.SecretNames(identity.Attributes)
	for _, name := range slices.Sorted(maps.Keys(identity.Attributes)) {
		values := identity.Attributes[name]
		if secret[name] {
			values = []string{"…"} // the trace is kept
		}
		t.Pass("claim", name+" = "+strings.Join(values, " | "))
	}
	trust.State = store.TrustEnabled // what is tested may not be switched on yet
	tenant, err := p.tenantFor(ctx, trust, identity, t)
	if err != nil {
		return sso.Admission{}, err
	}
	var account store.Account
	mapped := t.Mapping(identity.Subject)
	err = p.Records.Update(ctx, tenant, func(tx store.Tx) error {
		if account, err = p.accountOf(ctx, tx, trust, identity, v, mapped); err != nil {
			return err
		}
		told(mapped, tenant, account)
		return cmp.Or(comesBy(trust, v), comesFrom(ctx, tx, v), errPreview)
	})
	if !errors.Is(err, errPreview) {
		return sso.Admission{}, t.Fail("account", err)
	}
	admission := sso.Admission{TenantID: tenant, AccountID: account.ID, Previous: account.LastSignInAt}
	if mapped.Held {
		err := sso.Refuse("admit.rights_held", sso.KeyUnknown, "account %s would be left with %q by its claims", account.ID, mapped.Given)
		return admission, t.Fail("account", err)
	}
	t.Pass("account", fmt.Sprintf("%s (%s), permissions %s", account.Name, account.ID, Permissions(account)))
	return admission, nil
}

// Refused records a sign-in that was not allowed, in the chain of the tenant that owns the trust: whose person it was
// is not known for sure.
func (p *Portal) Refused(ctx context.Context, trust store.OwnedTrust, v sso.Visit, t *sso.Trace, cause error) error {
	t.Refused(cause)
	reason := string(sso.ReasonFor(cause))
	return p.Records.Update(ctx, trust.Owner, func(tx store.Tx) error {
		if t != nil {
			if err := tx.SignIns().Add(ctx, p.turnedAway(trust, v, t, reason)); err != nil {
				return fmt.Errorf("keep the trace of a refused sign-in: %w", err)
			}
		}
		if store.KindOf(cause) != store.Denied {
			return nil
		}
		detail := map[string]string{"reason": reason}
		brought(detail, v)
		return tx.Audit().Append(ctx, store.AuditEvent{
			At: p.Now(), Deed: store.DeedSignIn, Outcome: store.Refused, TrustID: trust.ID, Record: "trust:" + string(trust.ID),
			Address: v.Address, RequestID: v.RequestID, Detail: detail,
		})
	})
}

// SignedOut records that a session ended; by is for whose sake, as [sso.Admitter] has it.
func (p *Portal) SignedOut(ctx context.Context, s store.Session, v sso.Visit, by string) error {
	return p.Records.Update(ctx, s.TenantID, func(tx store.Tx) error {
		name, err := nameOf(ctx, tx, s.AccountID)
		if err != nil {
			return err
		}
		return tx.Audit().Append(ctx, store.AuditEvent{
			At: p.Now(), Deed: store.DeedSignOut, Outcome: store.Allowed, AccountID: s.AccountID, Name: name, TrustID: s.TrustID,
			Record: "session:" + string(s.ID), Address: v.Address, RequestID: v.RequestID, Detail: Actor{Embed: s.Embed}.embedded(map[string]string{"by": by}),
		})
	})
}
