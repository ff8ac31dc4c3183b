package portal

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// makersMenus returns the menus of whoever made a token, as they are now: those that it can give and take are no more. One that was
// made at the host has all. Whoever could not make it any more has none, and the token is refused: otherwise it would be
// worth more than they ever since they lost them, or left.
func makersMenus(ctx context.Context, tx store.Tx, t store.ScimToken) (store.Permission, error) {
	if t.By == "" {
		return store.PermitAll, nil
	}
	maker, err := tx.Accounts().Get(ctx, t.By)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return 0, fmt.Errorf("read who made provisioning token %s: %w", t.ID, err)
	}
	menus := Permissions(maker)
	if err != nil || maker.State != store.AccountActive || !maker.Offices.All || !menus.Has(store.PermitTrusts) || !menus.Has(store.PermitAccounts) {
		return 0, &scim.Error{Status: http.StatusForbidden, Reason: "maker_gone",
			Detail: "Whoever made this token does not manage trusts and people of this service any more. Have an administrator who does make another.",
			Err:    store.Fail(store.Denied, "", "account %s, which made token %s, is %s with %q", t.By, t.ID, maker.State, menus)}
	}
	return menus, nil
}

// notAbove demands that an account has no menus that whoever made the token has not.
func (w *provision) notAbove(a store.Account) error {
	beyond := Permissions(a) &^ w.menus
	if beyond == 0 {
		return nil
	}
	return &scim.Error{Status: http.StatusForbidden, Reason: "beyond_maker",
		Detail: "This person may do more in this service than whoever made this token. Have an administrator who may do all of it make another.",
		Err:    store.Fail(store.Denied, "", "account %s has %q, which whoever made token %s has not", a.ID, beyond, w.caller.TokenID)}
}
