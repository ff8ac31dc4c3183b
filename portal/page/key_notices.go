package page

import (
	"time"

	"cloudpocket/store"
)

// KeyNotice is a word about a trust's keys that somebody should act on: one ends soon or has ended, or the IdP shows other
// ones. Any page for administrators of trusts shows them by the part "keynotices".
type KeyNotice struct {
	TrustID store.ID
	Trust   string    // its name
	Key     KeyEnd    // what ends; nothing where Offered is set
	Offered time.Time // since when other keys wait for a word
}

// Self is where to act on it.
func (n KeyNotice) Self() string {
	if n.Token() {
		return trustPath(n.TrustID, "scim")
	}
	return trustPath(n.TrustID, "")
}

// Token reports whether it is the token for provisioning that ends, and no key.
func (n KeyNotice) Token() bool { return n.Key.What == "scim" }

// Badly reports whether sign-ins, or provisioning, are stopped by it already.
func (n KeyNotice) Badly() bool { return n.Offered.IsZero() && n.Key.Over() }
