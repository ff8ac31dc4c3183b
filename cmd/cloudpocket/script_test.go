package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"github.com/rogpeppe/go-internal/testscript"

	"cloudpocket/cmd/app"
	"cloudpocket/examples/parent"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"cloudpocket": main}) }

// TestScript runs the command as an operator would. Each script has a data folder of its own, the metadata of an
// identity provider in $WORK/idp.xml, and the same at $IDP/metadata over http and $SECURE/metadata over https. At
// $IDP/rekeyed it has other keys from the second time on, as the OpenID provider at $IDP/op has.
func TestScript(t *testing.T) {
	metadata, rekeyed := identityProvider(t), identityProvider(t)
	var asked, looked atomic.Int64
	pages := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/metadata":
			w.Write(metadata)
		case "/rekeyed":
			if asked.Add(1) > 1 {
				w.Write(rekeyed)
				return
			}
			w.Write(metadata)
		case "/op/.well-known/openid-configuration":
			fmt.Fprintf(w, `{"issuer":"http://%[1]s/op","authorization_endpoint":"http://%[1]s/a","token_endpoint":"http://%[1]s/t","jwks_uri":"http://%[1]s/op/jwks"}`, r.Host)
		case "/op/jwks":
			fmt.Fprintf(w, `{"keys":[%s]}`, publicKeys()[min(looked.Add(1), 2)-1])
		case "/page":
			w.Write([]byte("<!DOCTYPE html><html><title>Sign in</title></html>"))
		default:
			http.NotFound(w, r)
		}
	})
	plain, secure := httptest.NewServer(pages), httptest.NewUnstartedServer(pages)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // its certificate is refused on purpose
	secure.StartTLS()
	t.Cleanup(func() { plain.Close(); secure.Close() })
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true, UpdateScripts: updating(),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "sql": execute, "session": begin},
		Setup: func(e *testscript.Env) error {
			e.Setenv("CLOUDPOCKET_DATA", filepath.Join(e.WorkDir, "data"))
			e.Setenv("IDP", plain.URL)
			e.Setenv("SECURE", secure.URL)
			if err := packages(e.WorkDir); err != nil {
				return err
			}
			for _, name := range []string{"0000-API-001.zip", "0000-API-002.zip"} { // the e-Gov test site's own samples
				sample, err := os.ReadFile(filepath.Join("..", "..", "portal", "egov", "testdata", "official", name))
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(e.WorkDir, name), sample, 0o600); err != nil {
					return err
				}
			}
			return os.WriteFile(filepath.Join(e.WorkDir, "idp.xml"), metadata, 0o600)
		},
	})
}

// publicKeys are two that signatures can be verified with: the examples of RFC 7517 A.1 and RFC 7515 A.3.
func publicKeys() [2]string {
	return [2]string{`{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}`,
		`{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`}
}

// packages writes an official document of several notices, and one whose stylesheet reads files.
func packages(dir string) error {
	several := egovtest.New(1).Package(egovtest.Several, egovtest.Options{})
	if err := os.WriteFile(filepath.Join(dir, "several.zip"), several.Data, 0o600); err != nil {
		return err
	}
	hostile := egovtest.Archive(
		egovtest.Entry{Name: []byte("7130001.xml"), Data: []byte(`<?xml-stylesheet type="text/xsl" href="a.xsl"?><N7130001><_被保険者><被保険者氏名>見本 太郎</被保険者氏名></_被保険者></N7130001>`)},
		egovtest.Entry{Name: []byte("a.xsl"), Data: []byte(`<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><xsl:copy-of select="document('/etc/passwd')"/></xsl:template></xsl:stylesheet>`)})
	return os.WriteFile(filepath.Join(dir, "hostile.zip"), hostile, 0o600)
}

func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

func identityProvider(t *testing.T) []byte {
	t.Helper()
	idp, err := parent.New(parent.Config{BaseURL: "https://idp.example", SAML: []parent.ServiceProvider{{Metadata: []byte("<x/>")}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(idp.Close)
	text, err := idp.Metadata()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// exits runs a command and demands its exit status: exits STATUS COMMAND ARG…
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("run %v: %v", args[1:], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%v exits with %d, want %d", args[1:], got, want)
	}
}

// execute changes the records behind the program's back: sql STATEMENT…
func execute(ts *testscript.TestScript, neg bool, statements []string) {
	db, err := sql.Open("sqlite3", ts.MkAbs("data/records.db"))
	ts.Check(err)
	defer db.Close()
	for _, one := range statements {
		result, err := db.Exec(one)
		ts.Check(err)
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			ts.Fatalf("%s: %d rows, %v", one, n, err)
		}
	}
}

// begin begins a session: session TENANT TRUST ACCOUNT
func begin(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: session TENANT TRUST ACCOUNT")
	}
	stores, err := app.OpenStores(context.Background(), app.StoreConfig{Data: ts.MkAbs("data")}, time.Now)
	ts.Check(err)
	defer stores.Close()
	id := store.NewID(time.Now())
	ts.Check(stores.Sessions.Begin(context.Background(), store.Session{
		Key: store.KeyOf(string(id)), ID: id, TenantID: store.ID(args[0]), TrustID: store.ID(args[1]), AccountID: store.ID(args[2]),
		Subject: "subject", Began: time.Now(), Seen: time.Now(), Ends: time.Now().Add(time.Hour), Idle: time.Hour,
	}))
}
