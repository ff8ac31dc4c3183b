package client_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/portal/api/client"
	"cloudpocket/store"
)

// service is the whole service, listening, with a firm that has a client company, a person there and an API client.
type service struct {
	*app.App
	server *http.Server
	data   string
	config client.Config // of the API client
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// serve starts a service. Examples have no *testing.T, so that whoever starts one closes it.
func serve() *service {
	data, err := os.MkdirTemp("", "client")
	check(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	base := "http://" + listener.Addr().String()
	ctx := context.Background()
	a, err := app.New(ctx, app.Config{StoreConfig: app.StoreConfig{Data: data}, BaseURL: base, Migrate: true, Scan: app.ScanOff,
		SessionIdle: time.Hour, SessionAbsolute: time.Hour, MetadataRefresh: time.Hour, PreviewCode: os.Getenv("CLOUDPOCKET_TEST_PREVIEW_CODE")}, time.Now, slog.New(slog.DiscardHandler))
	check(err)
	s := &service{App: a, data: data, server: &http.Server{Handler: a.Handler()}}
	go s.server.Serve(listener)
	s.firm(ctx, base)
	return s
}

func (s *service) close() {
	s.server.Close()
	s.App.Close()
	os.RemoveAll(s.data)
}

func (s *service) firm(ctx context.Context, base string) {
	setup := portal.Setup{Portal: s.Portal, By: "test"}
	check(setup.AddTenant(ctx, store.Tenant{ID: "aoba", Name: "あおば事務所"}))
	check(setup.AddTrust(ctx, "aoba", store.Trust{ID: "op", Name: "op", Protocol: store.OIDC, State: store.TrustEnabled, OIDC: &store.OIDCTrust{Issuer: "https://op.example", ClientID: "x"}}))
	check(setup.AddCompany(ctx, "aoba", store.Company{ID: "sakura", Name: "さくら食品", ExternalID: "C-1"}))
	check(setup.AddOffice(ctx, "aoba", store.Office{ID: "honsha", CompanyID: "sakura", Name: "本社", ExternalID: "O-1"}))
	check(setup.AddAccount(ctx, "aoba", store.Account{ID: "suzuki", Name: "鈴木", CompanyID: "sakura", TrustID: "op", Subject: "s", Permissions: store.PermitView, Offices: store.OfficeScope{All: true}}))
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	keys, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "2026"}}})
	check(err)
	c, err := setup.AddClient(ctx, "aoba", portal.ClientDraft{Name: "HR", Keys: keys, Scopes: store.ScopePlaces | store.ScopeDocuments | store.ScopeReceipts, Offices: store.OfficeScope{All: true}})
	check(err)
	s.config = client.Config{BaseURL: base, ClientID: string(c.ID), Key: key, KeyID: "2026"}
}

// views has the person open a delivery.
func (s *service) views(delivery string) {
	_, err := s.Portal.View(context.Background(), portal.Actor{TenantID: "aoba", AccountID: "suzuki", TrustID: "op"}, store.ID(delivery))
	check(err)
}
