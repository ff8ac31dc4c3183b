package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// Self is the permission that every account has: to what is its own, such as its sessions.
const Self store.Permission = 0

// staffOnly are the menus that exist for the firm's own people alone, whatever an account of a company was given.
const staffOnly = store.PermitAll &^ store.PermitView

// AtDesk is what opens the firm's list and its documents: whoever hands them out, and whoever watches the receipts.
const AtDesk = store.PermitDeliver | store.PermitReceipts

// Administrative are the menus that are held to the narrower list of addresses: what decides who may enter, whose mail
// goes where, and who sees what others did.
const Administrative = store.PermitAccounts | store.PermitOffices | store.PermitTrusts | store.PermitLog

// permit returns the account that a stands for, as it is now, if it may use one of the menus in need from where a is. It
// is the one place that decides about menus and addresses; reach decides about offices.
func permit(ctx context.Context, tx store.Tx, a Actor, need store.Permission) (store.Standing, error) {
	s, err := permitAnywhere(ctx, tx, a, need)
	if err != nil {
		return store.Standing{}, err
	}
	if !s.Admits(a.Visit.Address) {
		return store.Standing{}, store.Fail(store.Denied, "error.address_refused", "account %s comes from %q", s.ID, a.Visit.Address)
	}
	if a.Client == "" && need != Self && !permissionsFrom(s, a).Any(need) {
		return store.Standing{}, store.Fail(store.Denied, "error.address_administration", "account %s administers from %q", s.ID, a.Visit.Address)
	}
	return s, nil
}

// permitAnywhere is permit for what is done in a person's name while they are nowhere: later, or before they are in.
func permitAnywhere(ctx context.Context, tx store.Tx, a Actor, need store.Permission) (store.Standing, error) {
	if a.Client != "" {
		return permitClient(ctx, tx, a, need)
	}
	s, err := tx.Accounts().Standing(ctx, a.AccountID)
	if err != nil {
		return store.Standing{}, fmt.Errorf("read the account that acts: %w", err)
	}
	if err := switchedOn(s, a.TrustID); err != nil {
		return store.Standing{}, err
	}
	if err := permitEmbed(ctx, tx, a.Embed); err != nil {
		return store.Standing{}, err
	}
	if need != Self && !permissionsOf(s.Account, a).Any(need) {
		return store.Standing{}, store.Fail(store.Denied, "error.no_permission", "account %s has %q, needs %q", s.ID, s.Permissions, need)
	}
	return s, nil
}

// permissionsFrom returns the menus that an account has where a is: elsewhere than where it may administer, those of an
// administrator are not there.
func permissionsFrom(s store.Standing, a Actor) store.Permission {
	if s.Places.Administers(a.Visit.Address) {
		return permissionsOf(s.Account, a)
	}
	return permissionsOf(s.Account, a) &^ Administrative
}

// switchedOn demands that the account, the trust that vouched for it and the tenant are all in use: any other state than
// that is one in which nothing may be done.
func switchedOn(s store.Standing, trust store.ID) error {
	switch {
	case s.State != store.AccountActive || s.TrustID != trust:
		return store.Fail(store.Denied, "error.account_disabled", "account %s is %s, of trust %s", s.ID, s.State, s.TrustID)
	case s.Trust != store.TrustEnabled:
		return store.Fail(store.Denied, "error.account_disabled", "trust %s is %q for the tenant", trust, s.Trust)
	case s.Tenant != store.TenantActive:
		return store.Fail(store.Denied, "error.account_disabled", "the tenant of account %s is %q", s.ID, s.Tenant)
	}
	return nil
}

// Permissions returns the menus that account really has: those granted, less those that an account of a client company
// can never have.
func Permissions(account store.Account) store.Permission {
	if account.Staff() {
		return account.Permissions
	}
	return account.Permissions &^ staffOnly
}

// reach returns the office if account's scope covers it. Any other office does not exist for that account.
func reach(ctx context.Context, tx store.Tx, account store.Account, office store.ID) (store.Office, error) {
	o, err := tx.Offices().Get(ctx, office)
	if err != nil {
		return store.Office{}, fmt.Errorf("read office: %w", err)
	}
	if !account.Reaches(o) {
		return store.Office{}, fmt.Errorf("office %s is out of the scope of account %s: %w", office, account.ID, store.ErrNotFound)
	}
	return o, nil
}

// standing returns a delivery that account may see as a client does: delivered, to an office in scope.
func standing(ctx context.Context, tx store.Tx, account store.Account, id store.ID) (store.Delivery, store.Office, error) {
	d, err := tx.Deliveries().Get(ctx, id)
	if err != nil {
		return d, store.Office{}, fmt.Errorf("read delivery: %w", err)
	}
	o, err := reach(ctx, tx, account, d.OfficeID)
	if err != nil {
		return d, o, err
	}
	if d.State != store.DeliveryDelivered {
		return d, o, fmt.Errorf("delivery %s is %s: %w", id, d.State, store.ErrNotFound)
	}
	return d, o, nil
}

// atDesk returns a document and those of its deliveries that account, one of the firm's staff, may handle: the ones to
// offices in scope. Without any, the document does not exist for that account.
func atDesk(ctx context.Context, tx store.Tx, account store.Account, id store.ID) (store.Document, []DeskDelivery, error) {
	doc, err := tx.Documents().Get(ctx, id)
	if err != nil {
		return doc, nil, fmt.Errorf("read document: %w", err)
	}
	all, err := tx.Deliveries().ByDocument(ctx, id)
	if err != nil {
		return doc, nil, fmt.Errorf("read deliveries of document %s: %w", id, err)
	}
	var mine []DeskDelivery
	for _, d := range all {
		if !account.Offices.Contains(d.OfficeID) {
			continue
		}
		o, err := reach(ctx, tx, account, d.OfficeID)
		if err != nil {
			return doc, nil, err
		}
		mine = append(mine, DeskDelivery{Delivery: d, Office: o})
	}
	if len(mine) == 0 {
		return doc, nil, fmt.Errorf("document %s has no delivery in the scope of account %s: %w", id, account.ID, store.ErrNotFound)
	}
	return doc, mine, nil
}
