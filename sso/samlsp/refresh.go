package samlsp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

// How often metadata is asked for: what the IdP wishes within these bounds, and by default the last.
const (
	refreshAtLeast = 24 * time.Hour
	refreshAtMost  = 5 * time.Minute
	refreshDefault = 6 * time.Hour
)

// Refresher keeps the metadata of trusts fresh. A failure leaves everything as it is: sign-ins go on with the metadata
// that was accepted last, until that runs out by its own validUntil.
type Refresher struct {
	Reach outbound.Config
	Now   func() time.Time
	Log   *slog.Logger
	// Save keeps m.Raw as the trust's metadata, accepted at that time, if the trust still has the version given. It is
	// called after every successful fetch, also when change says that nothing did, so that FetchedAt moves on.
	Save func(ctx context.Context, t store.OwnedTrust, m Metadata, at time.Time, change Change) error
	// Offer keeps m.Raw beside the trust's metadata until an administrator has decided, where the trust wants one asked
	// (store.RefreshAsk) and its keys changed. It is called once for the same keys and endpoints.
	Offer func(ctx context.Context, t store.OwnedTrust, m Metadata, at time.Time, change Change) error
	// Renew keeps m.Raw in place of what waits with the same keys and endpoints, refused or not, because it is valid longer.
	// There is nothing new in it for anybody.
	Renew func(ctx context.Context, t store.OwnedTrust, m Metadata) error
	// NewKeys accepts a document that has none of the keys known so far and was signed by nobody in particular. Somebody
	// has to have compared the keys: a hijacked address looks just like that.
	NewKeys bool
}

// Change is what a refresh changed, for the audit: a new key lets its holder sign in anyone.
type Change struct {
	AddedKeys   []string // SHA-256 of certificates, hexadecimal
	RemovedKeys []string
	KeptKeys    int
	Endpoints   bool // where browsers are sent changed
	Document    bool // anything changed at all
	Offered     bool // it waits for an administrator's word, and nothing changed yet
}

// KeysReplaced reports whether no key from before is left, which is what a hijacked metadata address looks like too: a
// regular key rollover has a time with both.
func (c Change) KeysReplaced() bool { return c.KeptKeys == 0 && len(c.AddedKeys) > 0 }

// KeysChanged reports whether there are other keys than before, more or fewer.
func (c Change) KeysChanged() bool { return len(c.AddedKeys)+len(c.RemovedKeys) > 0 }

// Due returns when t's metadata is to be fetched next; the zero time if never, because it has no address or stays as it is.
func (r *Refresher) Due(t store.OwnedTrust) time.Time {
	if t.Protocol != store.SAML || t.SAML == nil || t.SAML.MetadataURL == "" || t.State != store.TrustEnabled || t.SAML.Refresh == store.RefreshPin {
		return time.Time{}
	}
	every := refreshDefault
	m, err := parseOf(t.SAML, t.SAML.Metadata)
	if err != nil {
		return t.SAML.FetchedAt.Add(refreshAtMost)
	}
	if m.CacheDuration > 0 {
		every = m.CacheDuration
	}
	if left := m.ValidUntil.Sub(t.SAML.FetchedAt); !m.ValidUntil.IsZero() {
		every = min(every, left/2)
	}
	return t.SAML.FetchedAt.Add(max(refreshAtMost, min(every, refreshAtLeast)))
}

// Refresh fetches t's metadata, holds it to the trust's entity ID, its pinned signer or at least one key known before, and
// saves it.
func (r *Refresher) Refresh(ctx context.Context, t store.OwnedTrust) (Change, error) {
	now := r.Now()
	m, err := Fetch(ctx, t.SAML.MetadataURL, MetadataOptions{
		EntityID: t.SAML.EntityID, Now: now, SignerPEM: t.SAML.SignerPEM, AllowPrivate: t.SAML.AllowPrivate,
	}, r.Reach)
	if err != nil {
		return Change{}, fmt.Errorf("refresh trust %s: %w", t.ID, err)
	}
	old, err := parseOf(t.SAML, t.SAML.Metadata)
	if err != nil {
		old = Metadata{} // what is kept cannot be read, so everything is new
	}
	change := compare(old, m)
	if t.SAML.Refresh == store.RefreshAsk && change.KeysChanged() && !r.NewKeys {
		return r.offer(ctx, t, old, m, now, change)
	}
	if change.KeysReplaced() && t.SAML.SignerPEM == "" && !r.NewKeys {
		return change, metadataFault("keys_replaced", "none of the keys of trust %s is left; new are %s", t.ID, strings.Join(change.AddedKeys, ", "))
	}
	if err := r.Save(ctx, t, m, now, change); err != nil {
		return change, fmt.Errorf("save the metadata of trust %s: %w", t.ID, err)
	}
	return change, nil
}

// RefreshDue refreshes every trust of ts that is due, one after the other, and returns how many were. One that fails is
// logged and holds nobody else up.
func (r *Refresher) RefreshDue(ctx context.Context, ts []store.OwnedTrust) int {
	n := 0
	for _, t := range ts {
		due := r.Due(t)
		if due.IsZero() || r.Now().Before(due) || ctx.Err() != nil {
			continue
		}
		n++
		if _, err := r.Refresh(ctx, t); err != nil && !errors.Is(err, context.Canceled) {
			r.Log.WarnContext(ctx, "metadata could not be refreshed", "trust", t.ID, "error", err)
		}
	}
	return n
}

func compare(old, m Metadata) Change {
	before, after := old.Fingerprints(), m.Fingerprints()
	c := Change{Endpoints: old.SSO != m.SSO || old.SLO != m.SLO, Document: !bytes.Equal(old.Raw, m.Raw)}
	for _, f := range after {
		if slices.Contains(before, f) {
			c.KeptKeys++
		} else {
			c.AddedKeys = append(c.AddedKeys, f)
		}
	}
	for _, f := range before {
		if !slices.Contains(after, f) {
			c.RemovedKeys = append(c.RemovedKeys, f)
		}
	}
	return c
}

// Fingerprints returns the SHA-256 of each of m's certificates, hexadecimal, in their order.
func (m Metadata) Fingerprints() []string {
	var out []string
	for _, cert := range m.Certificates {
		out = append(out, trust509(cert).fingerprint)
	}
	return out
}
