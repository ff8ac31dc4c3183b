package samlsp_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/outbound"
	"cloudpocket/sso/samlsp"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

// source is a server of metadata that looks public to the client.
type source struct {
	*httptest.Server
	answer func(w http.ResponseWriter, r *http.Request)
}

func newSource(t *testing.T) *source {
	s := &source{}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.answer(w, r) }))
	t.Cleanup(s.Close)
	return s
}

// reach resolves names to addresses and connects every public one to the server.
func (s *source) reach(names map[string]string) outbound.Config {
	return outbound.Config{
		Roots: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs,
		Resolve: func(_ context.Context, host string) ([]netip.Addr, error) {
			a, err := netip.ParseAddr(names[host])
			return []netip.Addr{a}, err
		},
		Connect: func(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", s.Listener.Addr().String())
		},
	}
}

func serve(data []byte) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.Write(data) }
}

func TestFetch(t *testing.T) {
	w, s := ssotest.NewSAMLWorld(t), newSource(t)
	good := w.Metadata(w.EntityID, w.IdP)
	names := map[string]string{"public.example.com": "93.184.215.14", "inside.example.com": "10.0.0.1", "metadata.example.com": "169.254.169.254", "self.example.com": "127.0.0.1"}
	for _, row := range []struct {
		name, url string
		answer    func(http.ResponseWriter, *http.Request)
		want      sso.Reason
		kind      store.Kind
	}{
		{"good", "https://public.example.com/", serve(good), "", 0},
		{"private address", "https://inside.example.com/", serve(good), "saml.metadata_private", store.Invalid},
		{"loopback", "https://self.example.com/", serve(good), "saml.metadata_private", store.Invalid},
		{"the cloud's metadata service", "https://metadata.example.com/", serve(good), "saml.metadata_private", store.Invalid},
		{"loopback by number", "https://127.0.0.1/", serve(good), "saml.metadata_private", store.Invalid},
		{"plain http", "http://public.example.com/", serve(good), "saml.metadata_address", store.Invalid},
		{"a file", "file:///etc/passwd", serve(good), "saml.metadata_address", store.Invalid},
		{"no URL", "://", serve(good), "saml.metadata_address", store.Invalid},
		{"redirect inside", "https://public.example.com/", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://inside.example.com/", http.StatusFound)
		}, "saml.metadata_private", store.Invalid},
		{"redirect without end", "https://public.example.com/", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		}, "saml.metadata_address", store.Invalid},
		{"a web page", "https://public.example.com/", serve([]byte("<!doctype html><title>Sign in</title>")), "saml.metadata_html", store.Invalid},
		{"50 MB", "https://public.example.com/", serve(bytes.Repeat([]byte(" "), 50<<20)), "saml.metadata_size", store.Invalid},
		{"an error", "https://public.example.com/", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusBadGateway) }, "saml.metadata_away", store.Unavailable},
		{"unknown host", "https://nowhere.example.com/", serve(good), "saml.metadata_away", store.Unavailable},
	} {
		t.Run(row.name, func(t *testing.T) {
			s.answer = row.answer
			m, err := samlsp.Fetch(t.Context(), row.url, samlsp.MetadataOptions{Now: w.Now}, s.reach(names))
			if row.want != "" {
				if ssotest.WantRefused(t, err, row.want); store.KindOf(err) != row.kind {
					t.Errorf("kind %s, want %s", store.KindOf(err), row.kind)
				}
				return
			}
			if err != nil || m.EntityID != w.EntityID || !bytes.Equal(m.Raw, good) {
				t.Errorf("fetched %+v, %v", m, err)
			}
		})
	}
}

// saved is what a refresh saved.
type saved struct {
	data   []byte
	change samlsp.Change
	n      int
}

func refresher(t *testing.T, w *ssotest.SAMLWorld, s *source, log *bytes.Buffer, out *saved) *samlsp.Refresher {
	t.Helper()
	return &samlsp.Refresher{
		Reach: s.reach(map[string]string{"public.example.com": "93.184.215.14"}), Now: func() time.Time { return w.Now },
		Log: slog.New(slog.NewTextHandler(log, nil)),
		Save: func(_ context.Context, _ store.OwnedTrust, m samlsp.Metadata, at time.Time, c samlsp.Change) error {
			if !at.Equal(w.Now) {
				t.Errorf("accepted at %s, want %s", at, w.Now)
			}
			out.data, out.change = m.Raw, c
			out.n++
			return nil
		},
	}
}

func TestRefresh(t *testing.T) {
	w, s := ssotest.NewSAMLWorld(t), newSource(t)
	for _, row := range []struct {
		name                 string
		data                 []byte
		want                 sso.Reason
		added, removed, kept int
		replaced, endpoints  bool
		compared             bool
	}{
		{name: "nothing new", data: w.Metadata(w.EntityID, w.IdP), kept: 1},
		{name: "a key more", data: w.Metadata(w.EntityID, w.IdP, w.Next), kept: 1, added: 1},
		{name: "silent key swap", data: w.Metadata(w.EntityID, w.Forger), want: "saml.metadata_keys_replaced"},
		{name: "key swap that somebody compared", data: w.Metadata(w.EntityID, w.Forger), compared: true, added: 1, removed: 1, replaced: true},
		{name: "another place to sign in", data: bytes.ReplaceAll(w.Metadata(w.EntityID, w.IdP), []byte("idp.example/sso"), []byte("idp2.example/sso")), kept: 1, endpoints: true},
		{name: "another entity ID", data: w.Metadata("https://other.example", w.IdP), want: "saml.metadata_entity"},
		{name: "run out", data: bytes.Replace(w.Metadata(w.EntityID, w.IdP), []byte(" entityID="), []byte(` validUntil="2020-01-01T00:00:00Z" entityID=`), 1), want: "saml.metadata_expired"},
		{name: "a web page", data: []byte("<html>"), want: "saml.metadata_html"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var log bytes.Buffer
			var out saved
			s.answer = serve(row.data)
			trust := w.Setup().Trust
			trust.SAML.MetadataURL = "https://public.example.com/metadata"
			r := refresher(t, w, s, &log, &out)
			r.NewKeys = row.compared
			change, err := r.Refresh(t.Context(), trust)
			if row.want != "" {
				if ssotest.WantRefused(t, err, row.want); out.n != 0 {
					t.Error("what was refused was saved")
				}
				return
			}
			if err != nil || out.n != 1 || !bytes.Equal(out.data, row.data) {
				t.Fatalf("saved %d times: %v", out.n, err)
			}
			if len(change.AddedKeys) != row.added || len(change.RemovedKeys) != row.removed || change.KeptKeys != row.kept || change.Endpoints != row.endpoints || change.KeysReplaced() != row.replaced {
				t.Errorf("the change is %+v", change)
			}
		})
	}
}

func TestRefreshDue(t *testing.T) {
	w, s := ssotest.NewSAMLWorld(t), newSource(t)
	s.answer = serve(w.Metadata(w.EntityID, w.IdP))
	var log bytes.Buffer
	var out saved
	r := refresher(t, w, s, &log, &out)
	at := func(url string, fetched time.Duration, metadata []byte) store.OwnedTrust {
		x := w.Setup().Trust
		x.SAML.MetadataURL, x.SAML.FetchedAt, x.SAML.Metadata = url, w.Now.Add(-fetched), metadata
		return x
	}
	const here, away = "https://public.example.com/", "https://nowhere.example.com/"
	plain := w.Metadata(w.EntityID, w.IdP)
	with := func(attr string) []byte {
		return bytes.Replace(plain, []byte(" entityID="), []byte(attr+" entityID="), 1)
	}
	for _, row := range []struct {
		name  string
		trust store.OwnedTrust
		due   bool
	}{
		{"no address", at("", 48*time.Hour, plain), false},
		{"fetched just now", at(here, time.Minute, plain), false},
		{"default, almost", at(here, 6*time.Hour-time.Second, plain), false},
		{"default", at(here, 6*time.Hour, plain), true},
		{"as the IdP wishes", at(here, time.Hour, with(` cacheDuration="PT1H"`)), true},
		{"not more often than five minutes", at(here, 4*time.Minute, with(` cacheDuration="PT1S"`)), false},
		{"at least daily", at(here, 24*time.Hour, with(` cacheDuration="P30D"`)), true},
		{"halfway to its end", at(here, time.Hour, with(` validUntil="2026-03-02T10:00:00Z"`)), true},
		{"unreadable", at(here, 5*time.Minute, []byte("x")), true},
		{"away", at(away, 7*time.Hour, plain), true},
	} {
		t.Run(row.name, func(t *testing.T) {
			if n := r.RefreshDue(t.Context(), []store.OwnedTrust{row.trust}); (n == 1) != row.due {
				t.Errorf("refreshed %d", n)
			}
		})
	}
	if !strings.Contains(log.String(), "metadata could not be refreshed") {
		t.Errorf("the log does not tell of the one that is away: %q", log.String())
	}
	disabled := at(here, 48*time.Hour, plain)
	disabled.State = store.TrustDisabled
	if !r.Due(disabled).IsZero() {
		t.Error("a disabled trust is due")
	}
	r.Save = func(context.Context, store.OwnedTrust, samlsp.Metadata, time.Time, samlsp.Change) error {
		return errors.New("changed meanwhile")
	}
	if _, err := r.Refresh(t.Context(), at(here, 0, plain)); err == nil {
		t.Error("a failure to save is not told")
	}
}
