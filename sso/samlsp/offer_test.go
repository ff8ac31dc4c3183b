package samlsp_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/samlsp"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

// waiting is an IdP that dates its metadata anew at each request, a week ahead, and a trust that asks about keys.
type waiting struct {
	*ssotest.SAMLWorld
	refresher        *samlsp.Refresher
	trust            store.OwnedTrust
	from             *source
	offers, renewals int
}

func newWaiting(t *testing.T) *waiting {
	t.Helper()
	x := &waiting{SAMLWorld: ssotest.NewSAMLWorld(t), from: newSource(t)}
	x.refresher = refresher(t, x.SAMLWorld, x.from, new(bytes.Buffer), new(saved))
	x.refresher.Save = func(context.Context, store.OwnedTrust, samlsp.Metadata, time.Time, samlsp.Change) error {
		t.Error("it was taken over")
		return nil
	}
	keep := func(n *int) func(store.OwnedTrust, samlsp.Metadata) error {
		return func(t store.OwnedTrust, m samlsp.Metadata) error {
			saml := *t.SAML
			saml.Offered, t.SAML = m.Raw, &saml
			x.trust = t
			*n++
			return nil
		}
	}
	offer, renew := keep(&x.offers), keep(&x.renewals)
	x.refresher.Offer = func(_ context.Context, t store.OwnedTrust, m samlsp.Metadata, _ time.Time, _ samlsp.Change) error {
		return offer(t, m)
	}
	x.refresher.Renew = func(_ context.Context, t store.OwnedTrust, m samlsp.Metadata) error { return renew(t, m) }
	x.trust = x.Setup().Trust
	x.trust.SAML.MetadataURL, x.trust.SAML.Refresh, x.trust.SAML.FetchedAt = "https://public.example.com/metadata", store.RefreshAsk, x.Now
	return x
}

// of returns metadata with these keys that is valid for a week from now.
func (x *waiting) of(keys ...ssotest.SAMLKey) []byte {
	until := x.Now.AddDate(0, 0, 7).UTC().Format(time.RFC3339)
	return bytes.Replace(x.Metadata(x.EntityID, keys...), []byte(" entityID="), []byte(` validUntil="`+until+`" entityID=`), 1)
}

// pass lets so many days go by, in which the IdP has these keys.
func (x *waiting) pass(t *testing.T, days int, keys ...ssotest.SAMLKey) {
	for range days * 8 {
		x.Now = x.Now.Add(3 * time.Hour)
		x.from.answer = serve(x.of(keys...))
		x.refresher.RefreshDue(t.Context(), []store.OwnedTrust{x.trust})
	}
}

// signIn tries a response that key signed.
func (x *waiting) signIn(t *testing.T, key ssotest.SAMLKey) sso.Reason {
	t.Helper()
	setup := x.Setup()
	setup.Trust = x.trust
	a := x.Attempt()
	response := x.Response(a)
	response.Assertions[0].ID += x.Now.Format("20060102T150405") + key.Cert.SerialNumber.String()
	m := x.Post(x.Seal(t, ssotest.SignedAssertion, response, ssotest.Sealing{Signer: ssotest.SAMLSigner{Key: key}}), a)
	_, err := x.Open(t, open, setup).Finish(t.Context(), m, a, nil)
	return sso.ReasonOf(err)
}

func (x *waiting) want(t *testing.T, when string, reasons map[*ssotest.SAMLKey]sso.Reason) {
	t.Helper()
	for key, want := range reasons {
		if got := x.signIn(t, *key); got != want {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}
}

// TestNobodyWaitsForAnAnswer leaves keys that are offered undecided for a month, while metadata is valid for a week: sign-ins
// go on by the believed key that the IdP still has, and by no other. When it has none of them any more, sign-ins end with what
// was vouched for last, and whoever keeps the trust is told when.
func TestNobodyWaitsForAnAnswer(t *testing.T) {
	x := newWaiting(t)
	x.trust.SAML.Metadata = x.of(x.IdP, x.Forger)
	x.pass(t, 1, x.IdP, x.Next)
	x.want(t, "at first", map[*ssotest.SAMLKey]sso.Reason{&x.IdP: "", &x.Forger: "", &x.Next: "saml.signature"})
	x.trust.SAML.RefusedAt = x.Now
	x.pass(t, 30, x.IdP, x.Next)
	x.want(t, "after a month", map[*ssotest.SAMLKey]sso.Reason{&x.IdP: "", &x.Forger: "saml.metadata_expired", &x.Next: "saml.signature"})
	if x.offers != 1 || x.renewals == 0 || x.renewals > 60 || x.trust.SAML.RefusedAt.IsZero() {
		t.Errorf("offered %d times, renewed %d times, refused at %s", x.offers, x.renewals, x.trust.SAML.RefusedAt)
	}
	if ends := x.ends("offer"); len(ends) != 1 || ends[0].Before(x.Now.AddDate(0, 0, 5)) {
		t.Errorf("what waits ends at %s, it is %s", ends, x.Now)
	}
	if ends := x.ends("metadata"); len(ends) != 0 {
		t.Errorf("what is vouched for is told to end at %s", ends)
	}
	x.pass(t, 5, x.Next)
	x.want(t, "its key is gone", map[*ssotest.SAMLKey]sso.Reason{&x.IdP: "", &x.Next: "saml.signature"})
	if ends := x.ends("metadata"); len(ends) != 1 || ends[0].Before(x.Now) || ends[0].After(x.Now.AddDate(0, 0, 2)) {
		t.Errorf("nobody is told when it ends: %s", ends)
	}
	x.pass(t, 3, x.Next)
	x.want(t, "a week later", map[*ssotest.SAMLKey]sso.Reason{&x.IdP: "saml.metadata_expired", &x.Next: "saml.metadata_expired"})
}

// ends are when those of one sort end.
func (x *waiting) ends(what string) (all []time.Time) {
	for _, k := range samlsp.KeyEnds(x.trust.Trust, nil) {
		if k.What == what {
			all = append(all, k.Ends)
		}
	}
	return all
}

// TestVouchingIsForOneDocument demands that what was vouched for in other metadata keeps none alive.
func TestVouchingIsForOneDocument(t *testing.T) {
	x := newWaiting(t)
	x.trust.SAML.Metadata = x.of(x.Next)
	x.trust.SAML.Vouched, x.trust.SAML.VouchedUntil = []string{"another"}, x.Now.AddDate(1, 0, 0)
	x.Now = x.Now.AddDate(0, 0, 8)
	x.want(t, "run out", map[*ssotest.SAMLKey]sso.Reason{&x.Next: "saml.metadata_expired"})
}
