package app

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/portal/api/client"
	"cloudpocket/portal/api/gen"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
	"cloudpocket/store/sqlstore/sqltest"
)

// BenchmarkPushMonth pushes a month's 10,000 packages over HTTP as a parent product does: in batches of a hundred, four on their
// way at once. -benchtime 1x is enough.
func BenchmarkPushMonth(b *testing.B) {
	files := monthOf(10000)
	for name, database := range map[string]func() string{"SQLite": func() string { return "" }, "PostgreSQL": func() string { return interop.Postgres(b) }} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				c := pushed(b, database())
				b.StartTimer()
				taken := 0
				err := c.PushAll(b.Context(), "2026-11", files, 4, func(f client.File, r gen.PackageResult) {
					if r.Package != nil && r.Package.State == "received" {
						taken++
					}
				})
				if err != nil || taken != len(files) {
					b.Fatal(taken, err)
				}
			}
			b.ReportMetric(float64(len(files)*b.N)/b.Elapsed().Seconds(), "packages/s")
		})
	}
}

// monthOf makes n packages of the kind that most are.
func monthOf(n int) []client.File {
	g, files := egovtest.New(1), make([]client.File, n)
	for i := range files {
		data := g.Package(egovtest.Pension, egovtest.Options{}).Data
		files[i] = client.File{Name: fmt.Sprintf("%05d.zip", i), Size: int64(len(data)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
	}
	return files
}

// pushed starts a service that answers and works off nothing, and returns an API client of it.
func pushed(b *testing.B, database string) *client.Client {
	b.Helper()
	no := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	no(err)
	base, data := "http://"+listener.Addr().String(), b.TempDir()
	if database == "" {
		sqltest.New(b, filepath.Join(data, "records.db"))
	}
	a, err := New(b.Context(), Config{StoreConfig: StoreConfig{Data: data, Database: database}, BaseURL: base, Migrate: true, Scan: ScanOff,
		SessionIdle: time.Hour, SessionAbsolute: time.Hour, MetadataRefresh: time.Hour}, time.Now, slog.New(slog.DiscardHandler))
	no(err)
	server := &http.Server{Handler: a.Handler()}
	go server.Serve(listener)
	b.Cleanup(func() { server.Close(); a.Close() })
	setup := portal.Setup{Portal: a.Portal, By: "test"}
	no(setup.AddTenant(b.Context(), store.Tenant{ID: "aoba", Name: "あおば事務所"}))
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	no(err)
	keys, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "one"}}})
	no(err)
	one, err := setup.AddClient(b.Context(), "aoba", portal.ClientDraft{Name: "HR", Keys: keys, Scopes: store.ScopeDocuments, Offices: store.OfficeScope{All: true}})
	no(err)
	c, err := client.New(client.Config{BaseURL: base, ClientID: string(one.ID), Key: key, KeyID: "one"})
	no(err)
	return c
}
