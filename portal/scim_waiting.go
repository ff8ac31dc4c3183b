package portal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// ScimWaiting is a provisioned user who is no account, or whose account the firm keeps out or deleted.
type ScimWaiting struct {
	Name    string // as the client calls the person
	Login   string // the userName
	Company string // as the client names it; empty: it does not
	Since   time.Time
	Why     ScimWait
}

// ScimWait is why a user cannot enter.
type ScimWait string

const (
	WaitOff     ScimWait = "off"     // the client says that the person is not active
	WaitSubject ScimWait = "subject" // the attribute that tells whom the person is at sign-ins is not sent
	WaitFirm    ScimWait = "firm"    // the firm disabled the account
	WaitDeleted ScimWait = "deleted" // the firm deleted the account
	WaitPlace   ScimWait = "place"   // it is not known where the person belongs
)

// waitingShown is how many users who cannot enter are shown.
const waitingShown = 50

// scimWaiting puts into v what the client has sent: how much, and who of it waits.
func scimWaiting(ctx context.Context, tx store.Tx, v *ScimView) (err error) {
	if v.Users, err = tx.Provisioning().Count(ctx, v.Trust.ID, store.ProvisionedUser); err != nil {
		return fmt.Errorf("count what is provisioned at trust %s: %w", v.Trust.ID, err)
	}
	if v.Groups, err = tx.Provisioning().Count(ctx, v.Trust.ID, store.ProvisionedGroup); err != nil {
		return fmt.Errorf("count what is provisioned at trust %s: %w", v.Trust.ID, err)
	}
	some, err := tx.Provisioning().Waiting(ctx, v.Trust.ID)
	if err != nil {
		return fmt.Errorf("list who waits at trust %s: %w", v.Trust.ID, err)
	}
	barred, err := tx.Provisioning().Barred(ctx, v.Trust.ID)
	if err != nil {
		return fmt.Errorf("list whom the firm keeps out at trust %s: %w", v.Trust.ID, err)
	}
	some = slices.SortedFunc(slices.Values(append(some, barred...)), func(a, b store.Provisioned) int { return cmp.Compare(a.ID, b.ID) })
	if v.More = len(some) > waitingShown; v.More {
		some = some[:waitingShown]
	}
	for _, p := range some {
		r, err := resource(p)
		if err != nil {
			return err
		}
		w := waitingOf(p, r)
		if w.Why, err = whyWaiting(ctx, tx, v.Trust, p, r); err != nil {
			return err
		}
		v.Waiting = append(v.Waiting, w)
	}
	return nil
}

func waitingOf(p store.Provisioned, r scim.Resource) ScimWaiting {
	return ScimWaiting{Name: short(r.DisplayName()), Login: short(r.Attributes.Text("userName")), Since: p.CreatedAt,
		Company: short(cmp.Or(r.Attributes.Text(scim.Extension, "company"), r.Attributes.Text(scim.Enterprise, "organization")))}
}

// whyWaiting returns what keeps a user of trust t out.
func whyWaiting(ctx context.Context, tx store.Tx, t store.Trust, p store.Provisioned, r scim.Resource) (ScimWait, error) {
	w := &provision{tx: tx, trust: t}
	account, err := w.theirs(ctx, p)
	none := errors.Is(err, store.ErrNotFound)
	switch {
	case err != nil && !none:
		return "", err
	case !none && barred(account):
		return WaitFirm, nil
	case none && p.AccountID != "":
		return WaitDeleted, nil
	case !r.Active():
		return WaitOff, nil
	case p.Subject == "":
		return WaitSubject, nil
	}
	return WaitPlace, nil
}
