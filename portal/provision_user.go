package portal

import (
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
// the client says what they are called and whether they may come in; offices and menus it takes over where it speaks of them.
func (w *provision) settle(ctx context.Context, p store.Provisioned, old, next scim.Attributes) (store.Provisioned, error) {
	p, err := w.identified(ctx, p, next)
	if err != nil {
		return p, err
	}
	if p.AccountID == "" && p.Subject != "" {
		known, err := w.tx.Accounts().BySubject(ctx, w.trust.ID, p.Subject)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return p, fmt.Errorf("find the account of a user: %w", err)
		}
		p.AccountID = known.ID
	}
	if p.AccountID == "" {
		return w.register(ctx, p, next)
	}
	account, err := w.tx.Accounts().Get(ctx, p.AccountID)
	switch {
	case errors.Is(err, store.ErrNotFound) || err == nil && account.State == store.AccountDeleted:
		return p, nil
	case err != nil:
		return p, fmt.Errorf("read the account of a user: %w", err)
	}
	if account, err = w.renamed(ctx, account, p.Subject); err != nil {
		return p, err
	}
	return w.adjust(ctx, p, account, old, next)
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

// renamed returns an account that the trust calls by another name now.
func (w *provision) renamed(ctx context.Context, account store.Account, subject string) (store.Account, error) {
	if subject == "" || account.Subject == subject {
		return account, nil
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
func (w *provision) register(ctx context.Context, p store.Provisioned, next scim.Attributes) (store.Provisioned, error) {
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
	a := store.Account{ID: store.NewID(now), CompanyID: company, TrustID: w.trust.ID, Subject: p.Subject, State: store.AccountActive,
		Origin: store.FromSCIM, CreatedAt: now, RightsAt: now}
	a = w.called(a, said)
	if a.Offices, _, err = w.scope(ctx, a, next); err != nil {
		return p, err
	}
	p.AccountID, p.Granted, p.Off = a.ID, g.known, false
	a.RoleID, a.Permissions = g.role, g.menus
	if !g.known {
		a.Permissions = w.usual(a)
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
			err = w.leave(ctx, account, false)
		}
		if err != nil {
			return p, err
		}
		p.AccountID, p.Granted = "", false
		return w.register(ctx, p, next)
	}
	to := w.called(account, is)
	var err error
	if to.Offices, err = w.offices(ctx, account, old, next); err != nil {
		return p, err
	}
	g, err := w.given(ctx, p.ID)
	if err != nil {
		return p, err
	}
	switch {
	case g.known:
		to.RoleID, to.Permissions = g.role, g.menus
	case p.Granted:
		to.RoleID, to.Permissions = "", w.usual(to)
	}
	p.Granted = g.known
	switch {
	case !is.Active() && was.Active() && account.State == store.AccountActive:
		to.State, p.Off = store.AccountDisabled, true
	case is.Active() && p.Off:
		to.State, p.Off = store.AccountActive, false
	}
	if !is.Active() {
		w.out = append(w.out, account.ID)
	}
	return p, w.save(ctx, account, to)
}

// save saves an account, unless that locks the firm out.
func (w *provision) save(ctx context.Context, account, to store.Account) error {
	if same(account, to) && account.State == to.State {
		return nil
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
		return &scim.Error{Status: http.StatusForbidden, Detail: "Nobody would be left who administers this service. Name another administrator there first.", Err: err}
	}
	return err
}

// dismiss takes a user's account away who is provisioned no more. Somebody whom the firm itself registered is disabled, and
// stays for the firm to delete.
func (w *provision) dismiss(ctx context.Context, p store.Provisioned) error {
	if p.AccountID == "" {
		return nil
	}
	account, err := w.tx.Accounts().Get(ctx, p.AccountID)
	if errors.Is(err, store.ErrNotFound) || err == nil && account.State == store.AccountDeleted {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the account of a user: %w", err)
	}
	return w.leave(ctx, account, p.Granted)
}

// leave deletes an account that provisioning made, and disables any other, without the menus that groups gave it.
func (w *provision) leave(ctx context.Context, account store.Account, granted bool) error {
	w.out = append(w.out, account.ID)
	if account.Origin != store.FromSCIM {
		to := account
		to.State = store.AccountDisabled
		if granted {
			to.RoleID, to.Permissions = "", 0
		}
		return w.save(ctx, account, to)
	}
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
