package portal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// settle brings the account of a user in step with what is said of them, and returns p with whom it is. Somebody of whom it
// is not known as whom the trust vouches for them, or where they belong, is kept and becomes no account: they wait. So does
// whose account the firm deleted, until the client removes them and adds them anew.
//
// The account may be older than the user: whoever has the subject is the person, however they were registered. From then on
// the client says what they are called and whether they may come in. Offices and menus it says of the accounts that it made,
// and of no others: those stay as the firm gave them.
func (w *provision) settle(ctx context.Context, p store.Provisioned, old, next scim.Attributes) (store.Provisioned, error) {
	settled, err := w.identified(ctx, p, next)
	if err == nil {
		settled, err = w.follow(ctx, settled, old, next)
	}
	if misnamed(err) && !active(next) { // whoever goes goes, however they are called
		return w.follow(ctx, p, old, next)
	}
	return settled, err
}

// followed reports whether a user has an account that may be there, by what the trust recognises people now. Where not,
// what kept them from it may be mended meanwhile: a company is known, or somebody registered them.
func (w *provision) followed(ctx context.Context, p store.Provisioned, said scim.Attributes) (bool, error) {
	if subject := said.Text(w.trust.ProvisionedBy()); p.AccountID == "" || subject != "" && subject != p.Subject {
		return false, nil
	}
	account, err := w.tx.Accounts().Get(ctx, p.AccountID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the account of a user: %w", err)
	}
	return account.State != store.AccountDeleted, nil
}

func active(said scim.Attributes) bool { return scim.Resource{Attributes: said}.Active() }

// misnamed reports whether err refuses what somebody is called, and nothing else of what is said of them.
func misnamed(err error) bool {
	var refused *scim.Error
	return errors.As(err, &refused) && refused.Status == http.StatusConflict
}

// follow brings the account of whoever p is in step, if there is one or can be.
func (w *provision) follow(ctx context.Context, p store.Provisioned, old, next scim.Attributes) (store.Provisioned, error) {
	account, err := w.theirs(ctx, p)
	if errors.Is(err, store.ErrNotFound) {
		if p.AccountID == "" {
			return w.register(ctx, p, next, store.AccountActive)
		}
		return p, nil
	}
	if err != nil {
		return p, err
	}
	if account.ID != p.AccountID { // nothing that was said so far was said of it
		p.AccountID, p.Granted, old = account.ID, false, scim.Attributes{}
	}
	if account, err = w.renamed(ctx, account, p.Subject); err != nil {
		return p, err
	}
	return w.adjust(ctx, p, account, old, next)
}

// theirs returns the account of a user, or ErrNotFound. The firm may have registered the person, once or anew, without
// the user being told of: whoever has the subject is theirs where they have no account, or one that was deleted.
func (w *provision) theirs(ctx context.Context, p store.Provisioned) (store.Account, error) {
	if p.AccountID != "" {
		account, err := w.tx.Accounts().Get(ctx, p.AccountID)
		if err == nil && account.State != store.AccountDeleted {
			return account, nil
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return account, fmt.Errorf("read the account of a user: %w", err)
		}
	}
	if p.Subject == "" {
		return store.Account{}, fmt.Errorf("user %s has no subject: %w", p.ID, store.ErrNotFound)
	}
	account, err := w.tx.Accounts().BySubject(ctx, w.trust.ID, p.Subject)
	if err != nil {
		return account, fmt.Errorf("find the account of a user: %w", err)
	}
	return account, nil
}

// identified returns p with the subject that is said now. One that is not said any more stays.
func (w *provision) identified(ctx context.Context, p store.Provisioned, next scim.Attributes) (store.Provisioned, error) {
	subject := next.Text(w.trust.ProvisionedBy())
	if subject == "" || subject == p.Subject {
		return p, nil
	}
	other, err := w.tx.Provisioning().BySubject(ctx, w.trust.ID, subject)
	switch {
	case err == nil && other.ID != p.ID:
		return p, scim.Taken("Another user has this %s, by which the trust tells people apart.", w.trust.ProvisionedBy())
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return p, fmt.Errorf("look who is that subject: %w", err)
	}
	p.Subject = subject
	return p, nil
}

// errOthers refuses to hand an account to whoever else the identity provider calls by another name: one that the client did
// not make, that the firm disabled, or that administers it.
var errOthers = &scim.Error{Status: http.StatusConflict, Type: scim.Mutability,
	Detail: "This person was registered or disabled in this service, or administers it. As whom they sign in cannot be changed from here."}

// renamed returns an account that the trust calls by another name now.
func (w *provision) renamed(ctx context.Context, account store.Account, subject string) (store.Account, error) {
	switch {
	case subject == "" || account.Subject == subject:
		return account, nil
	case account.Origin != store.FromSCIM, barred(account), Permissions(account).Any(store.PermitAccounts | store.PermitTrusts):
		return account, errOthers
	}
	if err := w.notAbove(account); err != nil {
		return account, err
	}
	err := w.tx.Accounts().Identify(ctx, account.ID, subject)
	if errors.Is(err, store.ErrConflict) {
		return account, scim.Taken("Another account has this %s.", w.trust.ProvisionedBy())
	}
	if err != nil {
		return account, fmt.Errorf("identify an account anew: %w", err)
	}
	account.Subject = subject
	account.Version++
	return account, w.auditAccount(ctx, account, "identified")
}

// register makes a user an account, if it is known where they belong: in the company that is named, or in that of their
// offices, or with the firm itself where a group gives them menus that only its own people have.
func (w *provision) register(ctx context.Context, p store.Provisioned, next scim.Attributes, state store.AccountState) (store.Provisioned, error) {
	said := scim.Resource{Attributes: next}
	if !said.Active() || p.Subject == "" {
		return p, nil
	}
	g, err := w.given(ctx, p.ID)
	if err != nil {
		return p, err
	}
	company, staff, err := w.belongs(ctx, next, g)
	if err != nil || company == "" && !staff {
		return p, err
	}
	now := w.Now()
	a := store.Account{ID: store.NewID(now), CompanyID: company, TrustID: w.trust.ID, Subject: p.Subject, State: state,
		Origin: store.FromSCIM, CreatedAt: now, RightsAt: now}
	a = w.called(a, said)
	if a.Offices, _, err = w.scope(ctx, a, next); err != nil {
		return p, err
	}
	p.AccountID, p.Granted = a.ID, g.known
	a.RoleID, a.Permissions = g.role, g.menus
	if !g.known {
		a.Permissions = w.usual(a)
	}
	if err := w.notAbove(a); err != nil {
		return p, err
	}
	if err := w.tx.Accounts().Create(ctx, a); err != nil {
		return p, fmt.Errorf("register a user: %w", err)
	}
	return p, w.auditAccount(ctx, a, "registered")
}

// adjust changes the account of a user as what is said of them changed.
func (w *provision) adjust(ctx context.Context, p store.Provisioned, account store.Account, old, next scim.Attributes) (store.Provisioned, error) {
	was, is := scim.Resource{Attributes: old}, scim.Resource{Attributes: next}
	if moved, err := w.moved(ctx, account, next); err != nil || moved && is.Active() {
		if err == nil {
			err = w.remove(ctx, account)
		}
		if err != nil {
			return p, err
		}
		p.AccountID, p.Granted = "", false
		state := store.AccountActive
		if barred(account) {
			state = store.AccountDisabled
		}
		return w.register(ctx, p, next, state)
	}
	to, err := w.granted(ctx, &p, w.called(account, is), old, next)
	if err != nil {
		return p, err
	}
	switch {
	case !is.Active() && was.Active() && account.State == store.AccountActive:
		to.State, to.Dismissed = store.AccountDisabled, true
	case is.Active() && account.Dismissed:
		to.State, to.Dismissed = store.AccountActive, false
	}
	if !is.Active() {
		w.out = append(w.out, account.ID)
	}
	return p, w.save(ctx, account, to)
}

// granted returns an account that provisioning made with the offices and menus that are said of it now, and any other as it is.
func (w *provision) granted(ctx context.Context, p *store.Provisioned, a store.Account, old, next scim.Attributes) (store.Account, error) {
	if a.Origin != store.FromSCIM {
		return a, nil
	}
	var err error
	if a.Offices, err = w.offices(ctx, a, old, next); err != nil {
		return a, err
	}
	g, err := w.given(ctx, p.ID)
	if err != nil {
		return a, err
	}
	switch {
	case g.known:
		a.RoleID, a.Permissions = g.role, g.menus
	case p.Granted:
		a.RoleID, a.Permissions = "", w.usual(a)
	}
	p.Granted = g.known
	return a, nil
}

// save saves an account, unless that locks the firm out.
func (w *provision) save(ctx context.Context, account, to store.Account) error {
	if same(account, to) && account.State == to.State && account.Dismissed == to.Dismissed {
		return nil
	}
	if err := cmp.Or(w.notAbove(account), w.notAbove(to)); err != nil {
		return err
	}
	to.RightsAt = w.Now()
	return w.guarded(ctx, account, func() error {
		if err := w.tx.Accounts().Update(ctx, to); err != nil {
			return fmt.Errorf("save the account of a user: %w", err)
		}
		return w.auditAccount(ctx, to, "changed")
	})
}

// guarded runs change, which is refused where it takes away the last administrator: a directory that is set up wrongly does
// not lock the firm out.
func (w *provision) guarded(ctx context.Context, account store.Account, change func() error) error {
	if !Permissions(account).Any(store.PermitAccounts | store.PermitTrusts) {
		return change()
	}
	err := administrable(ctx, w.tx, "", change)
	if e := (*store.Error)(nil); errors.As(err, &e) && slices.Contains([]string{"error.last_way", "error.last_way_address", "error.last_administrator"}, e.Key) {
		return &scim.Error{Status: http.StatusForbidden, Reason: "nobody_left", Detail: "Nobody would be left who administers this service. Name another administrator there first.", Err: err}
	}
	return err
}

// dismiss takes a user's account away who is provisioned no more. Somebody whom the firm itself registered is disabled, and
// stays for the firm to delete.
func (w *provision) dismiss(ctx context.Context, p store.Provisioned) error {
	account, err := w.theirs(ctx, p)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return w.leave(ctx, account)
}

// leave deletes an account that provisioning made, and disables any other until the client adds the person anew. One that
// the firm disabled stays so: deleted it would leave their name to a new one.
func (w *provision) leave(ctx context.Context, account store.Account) error {
	switch {
	case barred(account):
		w.out = append(w.out, account.ID)
		return nil
	case account.Origin != store.FromSCIM:
		w.out = append(w.out, account.ID)
		to := account
		to.State, to.Dismissed = store.AccountDisabled, true
		return w.save(ctx, account, to)
	}
	return w.remove(ctx, account)
}

// barred reports whether the firm itself keeps an account out.
func barred(a store.Account) bool { return a.State == store.AccountDisabled && !a.Dismissed }

// remove deletes an account.
func (w *provision) remove(ctx context.Context, account store.Account) error {
	if err := w.notAbove(account); err != nil {
		return err
	}
	w.out = append(w.out, account.ID)
	return w.guarded(ctx, account, func() error {
		if _, err := w.tx.Accounts().Delete(ctx, account.ID, w.Now()); err != nil {
			return fmt.Errorf("delete the account of a user: %w", err)
		}
		detail := map[string]string{"by": "provisioning: deleted", "state": string(store.AccountDeleted), "name": account.Name,
			"company": string(account.CompanyID), "trust": string(account.TrustID)}
		return w.audit(ctx, store.DeedAccount, "account:"+string(account.ID), detail)
	})
}

// called returns an account with the name and the address that are said, as far as they can be kept.
func (w *provision) called(a store.Account, said scim.Resource) store.Account {
	for _, name := range []string{said.DisplayName(), said.Attributes.Text("userName")} {
		if r := []rune(strings.TrimSpace(name)); len(r) > nameRunes {
			name = string(r[:nameRunes])
		}
		if nameable(name) {
			a.Name = strings.TrimSpace(name)
			break
		}
	}
	if email := strings.TrimSpace(said.Email()); addressable(email) {
		a.Email = email
	}
	return a
}

func (w *provision) auditAccount(ctx context.Context, a store.Account, what string) error {
	detail := accountDetail(a)
	detail["by"] = "provisioning: " + what
	return w.audit(ctx, store.DeedAccount, "account:"+string(a.ID), detail)
}

// deactivated reports whether a provisioning client says of the person whom trust calls subject that they may not come in.
func deactivated(ctx context.Context, tx store.Tx, trust store.ID, subject string) (bool, error) {
	p, err := tx.Provisioning().BySubject(ctx, trust, subject)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look whether the person is provisioned: %w", err)
	}
	r, err := resource(p)
	return err == nil && !r.Active(), err
}
