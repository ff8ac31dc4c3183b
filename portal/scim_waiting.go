package portal

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// ScimWaiting is a provisioned user who is no account, or whose account the firm keeps out.
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
	WaitFirm    ScimWait = "firm"    // the firm disabled or deleted the account
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
		v.Waiting = append(v.Waiting, waitingOf(p, r))
	}
	return nil
}

func waitingOf(p store.Provisioned, r scim.Resource) ScimWaiting {
	w := ScimWaiting{Name: short(r.DisplayName()), Login: short(r.Attributes.Text("userName")), Since: p.CreatedAt, Why: WaitPlace,
		Company: short(cmp.Or(r.Attributes.Text(scim.Extension, "company"), r.Attributes.Text(scim.Enterprise, "organization")))}
	switch {
	case p.AccountID != "":
		w.Why = WaitFirm
	case !r.Active():
		w.Why = WaitOff
	case p.Subject == "":
		w.Why = WaitSubject
	}
	return w
}
