package samlsp

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"cloudpocket/store"
)

// offer keeps a document with other keys for an administrator to decide about, unless it waits already, refused or not. How
// long they take must cost nobody a sign-in: the believed keys that it has too are vouched for as long as it is valid.
func (r *Refresher) offer(ctx context.Context, t store.OwnedTrust, old, m Metadata, now time.Time, change Change) (Change, error) {
	change.Offered = true
	waiting, known := waits(t, m)
	lives := longer(t.SAML, old, waiting, m, now)
	t.SAML = vouched(t.SAML, old, m)
	switch {
	case !known:
		if err := r.Offer(ctx, t, m, now, change); err != nil {
			return change, fmt.Errorf("offer the metadata of trust %s: %w", t.ID, err)
		}
	case lives:
		if err := r.Renew(ctx, t, m); err != nil {
			return change, fmt.Errorf("renew the metadata offered to trust %s: %w", t.ID, err)
		}
	}
	return change, nil
}

// waits returns the document with m's keys and endpoints that waits already, and whether there is one. IdPs that date or sign
// their metadata anew at each request never send the same bytes twice.
func waits(t store.OwnedTrust, m Metadata) (waiting Metadata, known bool) {
	if len(t.SAML.Offered) == 0 {
		return Metadata{}, false
	}
	waiting, err := parseOf(t.SAML, t.SAML.Offered)
	if err != nil {
		return Metadata{}, bytes.Equal(t.SAML.Offered, m.Raw)
	}
	change := compare(waiting, m)
	return waiting, !change.KeysChanged() && !change.Endpoints
}

// longer reports whether m is valid for so much longer than what waits, or than what was vouched for, that it is worth being
// kept instead: a tenth of what it has left, since an IdP may date each answer anew.
func longer(t *store.SAMLTrust, old, waiting, m Metadata, now time.Time) bool {
	least := m.Ends().Sub(now) / 10
	late := func(end time.Time) bool { return m.Ends().Sub(end) > 0 && m.Ends().Sub(end) >= least }
	return late(waiting.Ends()) || compare(old, m).KeptKeys > 0 && late(t.VouchedUntil)
}

// vouched returns t with the keys of old that m has too believed for as long as m is valid. Where m has none of them, what
// was vouched for before stays: an address that somebody took over shortens nothing.
func vouched(t *store.SAMLTrust, old, m Metadata) *store.SAMLTrust {
	next, now := *t, m.Fingerprints()
	kept := slices.DeleteFunc(old.Fingerprints(), func(print string) bool { return !slices.Contains(now, print) })
	if len(kept) > 0 && m.Ends().After(t.VouchedUntil) {
		next.Vouched, next.VouchedUntil = kept, m.Ends()
	}
	return &next
}

// believedUntil returns how long a key of m is believed: as long as m is valid, or longer where newer metadata vouched for
// it; the zero time where m has no end.
func believedUntil(t *store.SAMLTrust, m Metadata, fingerprint string) time.Time {
	if !m.ValidUntil.IsZero() && t.VouchedUntil.After(m.ValidUntil) && slices.Contains(t.Vouched, fingerprint) {
		return t.VouchedUntil
	}
	return m.ValidUntil
}

// ringOf returns the keys of m that a trust believes. Where newer metadata vouches for some of them, the others end with m;
// otherwise all do, which is for who reads them to judge.
func ringOf(t *store.SAMLTrust, m Metadata, skew time.Duration) keyring {
	k := keyring{skew: skew}
	outlived := validUntil(t, m).After(m.ValidUntil)
	for _, cert := range m.Certificates {
		one := trust509(cert)
		if outlived {
			one.until = believedUntil(t, m, one.fingerprint)
		}
		k.certs = append(k.certs, one)
	}
	return k
}

// validUntil returns how long any key of m is believed; the zero time where m has no end.
func validUntil(t *store.SAMLTrust, m Metadata) time.Time {
	ends := m.ValidUntil
	for _, print := range m.Fingerprints() {
		if until := believedUntil(t, m, print); until.After(ends) {
			ends = until
		}
	}
	return ends
}
