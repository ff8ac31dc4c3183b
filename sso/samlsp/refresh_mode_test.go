package samlsp_test

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/samlsp"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

// TestRefreshModes fetches metadata for trusts that take it over, ask, or stay as they are.
func TestRefreshModes(t *testing.T) {
	w, s := ssotest.NewSAMLWorld(t), newSource(t)
	same, more, other := w.Metadata(w.EntityID, w.IdP), w.Metadata(w.EntityID, w.IdP, w.Next), w.Metadata(w.EntityID, w.Forger)
	dated := bytes.Replace(more, []byte("<md:EntityDescriptor"), []byte("<!-- of today -->\n<md:EntityDescriptor"), 1)
	turned := w.Metadata(w.EntityID, w.Next, w.IdP)
	moved := bytes.ReplaceAll(same, []byte("idp.example/sso"), []byte("idp2.example/sso"))
	for _, row := range []struct {
		name    string
		mode    store.RefreshMode
		data    []byte
		waiting []byte // what is offered already
		newKeys bool
		saved   int
		offered int
		renewed int // nothing is vouched for yet by what waits
		want    sso.Reason
	}{
		{name: "auto takes a key more", data: more, saved: 1},
		{name: "auto refuses other keys alone", data: other, want: "saml.metadata_keys_replaced"},
		{name: "ask takes another address", mode: store.RefreshAsk, data: moved, saved: 1},
		{name: "ask offers a key more", mode: store.RefreshAsk, data: more, offered: 1},
		{name: "ask offers other keys alone", mode: store.RefreshAsk, data: other, offered: 1},
		{name: "ask offers the same once", mode: store.RefreshAsk, data: more, waiting: more, renewed: 1},
		{name: "ask offers the same once, however it is dated", mode: store.RefreshAsk, data: dated, waiting: more, renewed: 1},
		{name: "ask offers the same once, in whatever order", mode: store.RefreshAsk, data: turned, waiting: more, renewed: 1},
		{name: "ask offers the same keys again at another address", mode: store.RefreshAsk, data: bytes.ReplaceAll(more, []byte("idp.example/sso"), []byte("idp2.example/sso")), waiting: more, offered: 1},
		{name: "ask offers what changed again", mode: store.RefreshAsk, data: other, waiting: more, offered: 1},
		{name: "ask forgets an offer that was withdrawn", mode: store.RefreshAsk, data: same, waiting: more, saved: 1},
		{name: "ask takes what somebody compared", mode: store.RefreshAsk, data: other, newKeys: true, saved: 1},
		{name: "ask refuses a web page", mode: store.RefreshAsk, data: []byte("<html>"), want: "saml.metadata_html"},
		{name: "ask refuses another entity", mode: store.RefreshAsk, data: w.Metadata("https://other.example", w.IdP), want: "saml.metadata_entity"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var log bytes.Buffer
			var out saved
			offers, renewals := 0, 0
			s.answer = serve(row.data)
			trust := w.Setup().Trust
			trust.SAML.MetadataURL, trust.SAML.Refresh, trust.SAML.Offered = "https://public.example.com/metadata", row.mode, row.waiting
			r := refresher(t, w, s, &log, &out)
			r.NewKeys = row.newKeys
			r.Offer = func(_ context.Context, _ store.OwnedTrust, m samlsp.Metadata, _ time.Time, c samlsp.Change) error {
				if offers++; !bytes.Equal(m.Raw, row.data) || !c.Offered || !c.KeysChanged() {
					t.Errorf("offered is %+v", c)
				}
				return nil
			}
			r.Renew = func(_ context.Context, o store.OwnedTrust, _ samlsp.Metadata) error {
				if renewals++; len(o.SAML.Vouched) != 1 || o.SAML.VouchedUntil.IsZero() || !o.SAML.RefusedAt.Equal(trust.SAML.RefusedAt) {
					t.Errorf("renewed with %+v", o.SAML)
				}
				return nil
			}
			_, err := r.Refresh(t.Context(), trust)
			if sso.ReasonOf(err) != row.want || out.n != row.saved || offers != row.offered || renewals != row.renewed {
				t.Errorf("saved %d times, offered %d times, renewed %d times, %v", out.n, offers, renewals, err)
			}
		})
	}
}

// TestPinnedIsNotFetched demands that metadata which stays is not even asked for.
func TestPinnedIsNotFetched(t *testing.T) {
	w, s := ssotest.NewSAMLWorld(t), newSource(t)
	s.answer = func(http.ResponseWriter, *http.Request) { t.Error("it was asked for") }
	trust := w.Setup().Trust
	trust.SAML.MetadataURL, trust.SAML.Refresh, trust.SAML.FetchedAt = "https://public.example.com/", store.RefreshPin, w.Now.AddDate(-1, 0, 0)
	r := refresher(t, w, s, new(bytes.Buffer), new(saved))
	if n := r.RefreshDue(t.Context(), []store.OwnedTrust{trust}); n != 0 {
		t.Errorf("%d were due", n)
	}
}

// TestSignInsOutlastRefreshes has people sign in while the metadata's server fails in every way, and while other keys are
// offered: by the keys that were accepted, and by no others.
func TestSignInsOutlastRefreshes(t *testing.T) {
	w, s := ssotest.NewSAMLWorld(t), newSource(t)
	setup := w.Setup()
	trust := &setup.Trust
	trust.SAML.MetadataURL, trust.SAML.Refresh, trust.SAML.FetchedAt = "https://public.example.com/", store.RefreshAsk, w.Now.AddDate(0, -1, 0)
	for name, answer := range map[string]func(http.ResponseWriter, *http.Request){
		"down":        func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusInternalServerError) },
		"hangs up":    func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"a page":      serve([]byte("<html>")),
		"50 MB":       serve(bytes.Repeat([]byte(" "), 50<<20)),
		"a bomb":      serve([]byte(`<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>`)),
		"other keys":  serve(w.Metadata(w.EntityID, w.Forger)),
		"a key more":  serve(w.Metadata(w.EntityID, w.IdP, w.Forger)),
		"another IdP": serve(w.Metadata("https://other.example", w.IdP)),
		"nothing":     serve(nil),
		"never ends":  func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"garbage":     serve(bytes.Repeat([]byte{0, 0xff, '<'}, 1000)),
	} {
		t.Run(name, func(t *testing.T) {
			s.answer = answer
			var out saved
			r := refresher(t, w, s, new(bytes.Buffer), &out)
			r.Reach.Timeout = time.Second
			r.Offer = func(_ context.Context, o store.OwnedTrust, m samlsp.Metadata, at time.Time, _ samlsp.Change) error {
				saml := *o.SAML
				saml.Offered, saml.OfferedAt = m.Raw, at
				setup.Trust.SAML = &saml
				return nil
			}
			r.RefreshDue(t.Context(), []store.OwnedTrust{*trust})
			if out.n != 0 {
				t.Fatal("it was taken over")
			}
			for key, want := range map[*ssotest.SAMLKey]sso.Reason{&w.IdP: "", &w.Forger: "saml.signature"} {
				a := w.Attempt()
				response := w.Response(a)
				response.Assertions[0].ID += strings.ReplaceAll(name, " ", "-")
				response.Assertions[0].SessionIndex += name
				m := w.Post(w.Seal(t, ssotest.SignedAssertion, response, ssotest.Sealing{Signer: ssotest.SAMLSigner{Key: *key}}), a)
				if _, err := w.Open(t, open, setup).Finish(t.Context(), m, a, nil); sso.ReasonOf(err) != want {
					t.Errorf("%v, want %q", err, want)
				}
			}
		})
	}
}

// TestKeyEnds names what ends of a trust, and when.
func TestKeyEnds(t *testing.T) {
	w := ssotest.NewSAMLWorld(t)
	trust := w.Setup().Trust.Trust
	trust.SAML.Offered = w.Metadata(w.EntityID, w.Next)
	trust.SAML.Metadata = bytes.Replace(w.Metadata(w.EntityID, w.IdP), []byte(" entityID="), []byte(` validUntil="2030-01-01T00:00:00Z" entityID=`), 1)
	ours, err := samlsp.ParseKeyPair(w.SP.PEM(t))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]time.Time{}
	for _, k := range samlsp.KeyEnds(trust, []samlsp.KeyPair{ours}) {
		got[k.What] = k.Ends
	}
	want := map[string]time.Time{"theirs": w.IdP.Cert.NotAfter, "offered": w.Next.Cert.NotAfter, "ours": w.SP.Cert.NotAfter, "metadata": time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}
	for what, ends := range want {
		if !got[what].Equal(ends) {
			t.Errorf("%s ends at %s, want %s", what, got[what], ends)
		}
	}
	trust.SAML.Metadata = []byte("x")
	if all := samlsp.KeyEnds(trust, nil); slices.ContainsFunc(all, func(k samlsp.KeyEnd) bool { return k.What != "offered" && k.What != "moved" }) {
		t.Errorf("of what cannot be read: %+v", all)
	}
}

// TestMovedAddresses demands that whoever is asked about keys is told of every address that comes along with them.
func TestMovedAddresses(t *testing.T) {
	w := ssotest.NewSAMLWorld(t)
	for name, row := range map[string]struct {
		offered []byte
		want    string
	}{
		"keys alone":        {w.Metadata(w.EntityID, w.Next), ""},
		"addresses as well": {bytes.ReplaceAll(w.Metadata(w.EntityID, w.Next), []byte("idp.example/sl"), []byte("evil.example/sl")), "https://evil.example/slo"},
		"unreadable":        {[]byte("x"), ""},
	} {
		trust := w.Setup().Trust.Trust
		trust.SAML.Offered = row.offered
		var got []string
		for _, k := range samlsp.KeyEnds(trust, nil) {
			if k.What == "moved" {
				got = append(got, k.Fingerprint)
			}
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}
