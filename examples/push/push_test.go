package main

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// serve starts a service with a firm and an API client, and returns it with the arguments that push needs.
func serve(t *testing.T) (*app.App, []string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	base, dir := "http://"+listener.Addr().String(), t.TempDir()
	a, err := app.New(t.Context(), app.Config{StoreConfig: app.StoreConfig{Data: filepath.Join(dir, "data")}, BaseURL: base, Migrate: true, Scan: app.ScanOff,
		SessionIdle: time.Hour, SessionAbsolute: time.Hour, MetadataRefresh: time.Hour}, time.Now, slog.New(slog.DiscardHandler))
	must(t, err)
	server := &http.Server{Handler: a.Handler()}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close(); a.Close() })
	setup := portal.Setup{Portal: a.Portal, By: "test"}
	must(t, setup.AddTenant(t.Context(), store.Tenant{ID: "aoba", Name: "あおば事務所"}))
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	must(t, err)
	key := filepath.Join(dir, "key.pem")
	must(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	keys, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: public, KeyID: "2026"}}})
	must(t, err)
	c, err := setup.AddClient(t.Context(), "aoba", portal.ClientDraft{Name: "HR", Keys: keys, Scopes: store.ScopeDocuments, Offices: store.OfficeScope{All: true}})
	must(t, err)
	return a, []string{"-service", base, "-client", string(c.ID), "-key", key, "-kid", "2026", "-run", "2026-11"}
}

// month makes a folder with so many packages.
func month(t *testing.T, n int) string {
	t.Helper()
	folder, g := t.TempDir(), egovtest.New(1)
	for i := range n {
		made := g.Package(egovtest.Pension, egovtest.Options{})
		must(t, os.WriteFile(filepath.Join(folder, fmt.Sprintf("%05d.zip", i)), made.Data, 0o600))
	}
	return folder
}

// inTray counts what is in the tray.
func inTray(t *testing.T, a *app.App) (n int) {
	t.Helper()
	must(t, a.Portal.Records.View(t.Context(), "aoba", func(tx store.Tx) error {
		for p := (store.Page{Limit: store.MaxPage}); ; {
			list, err := tx.Packages().List(t.Context(), store.PackageFilter{}, p)
			must(t, err)
			n += len(list.Items)
			if p.After = list.Next; p.After == "" {
				return nil
			}
		}
	}))
	return n
}

// TestKilled kills a run as soon as it shows progress, and starts it again: in the end each package is there once.
func TestKilled(t *testing.T) {
	const n = 600
	a, args := serve(t)
	folder := month(t, n)
	program := filepath.Join(t.TempDir(), "push")
	if b, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	args = append(args, folder)
	first := exec.CommandContext(t.Context(), program, args...)
	out, err := first.StdoutPipe()
	must(t, err)
	must(t, first.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.Contains(lines.Text(), "taken") {
	}
	must(t, first.Process.Kill())
	first.Wait()
	if k := inTray(t, a); k == 0 || k == n {
		t.Errorf("when it was killed %d packages were there", k)
	}
	again, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if err != nil || !strings.HasPrefix(string(again), fmt.Sprint(n, " packages, ")) || strings.Contains(string(again), ", 0 of them before") {
		t.Errorf("%v\n%s", err, again)
	}
	if k := inTray(t, a); k != n {
		t.Errorf("in the end %d packages are there, want %d", k, n)
	}
	third, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if err != nil || !strings.Contains(string(third), fmt.Sprintf("%d packages, %d of them before", n, n)) {
		t.Errorf("%v\n%s", err, third)
	}
}
