// Command demo runs Cloud Pocket together with a stand-in parent product, two firms, five client companies and sample
// documents, so that everything can be tried with nothing else installed:
//
//	go run ./examples/demo
//
//	main.go     flags, start and stop
//	world.go    who is there: firms, companies, offices, people
//	seed.go     puts the world into the service, once per data folder
//	embed.go    lets the parent's page show the service within itself
//	papers.go   the sample documents
//	packages.go official documents as they come from e-Gov: handed over, waiting in the tray, and in a folder to drop
//
// # Why
//
// The trusts are set up as an administrator would, from the parent's metadata and issuer: the demo has no short cut into
// the service that a real parent product would not have.
//
// Data is thrown away at the end unless -data names a folder.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/examples/parent"
	"cloudpocket/portal"
)

type options struct {
	service, parent string // addresses to listen on
	operator        string // address of the operator's console, while it is open; empty: it never is
	data            string
	code            string // folder for the PDF engine's machine code; empty: with the data
	verbose         bool
}

func main() {
	var o options
	flag.StringVar(&o.service, "service", "127.0.0.1:8400", "address of the service")
	flag.StringVar(&o.parent, "parent", "127.0.0.1:8401", "address of the stand-in parent product")
	flag.StringVar(&o.operator, "operator", "127.0.0.1:8402", "address of the operator's console, for when it is opened; empty: it cannot be")
	flag.StringVar(&o.data, "data", "", "folder that keeps the data; empty: a temporary one")
	flag.BoolVar(&o.verbose, "v", false, "show the service's log")
	flag.Parse()
	slog.SetDefault(logger(o.verbose)) // a library of the stand-in's logs there
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.data == "" {
		dir, err := os.MkdirTemp("", "cloudpocket-demo-")
		if err != nil {
			return fmt.Errorf("make a temporary folder: %w", err)
		}
		defer os.RemoveAll(dir)
		o.data = dir
	}
	if err := sameAddresses(o); err != nil {
		return err
	}
	serviceListener, err := net.Listen("tcp", o.service)
	if err != nil {
		return fmt.Errorf("the service's address is taken; choose another with -service: %w", err)
	}
	serviceListener.Close() // Serve listens again; asking first gives the clear answer above
	parentListener, err := net.Listen("tcp", o.parent)
	if err != nil {
		return fmt.Errorf("the parent's address is taken; choose another with -parent: %w", err)
	}
	return serve(ctx, o, parentListener)
}

// sameAddresses notes in the data folder which addresses its trusts and keys were made for, and refuses others: the two
// products know each other by them.
func sameAddresses(o options) error {
	file, now := filepath.Join(o.data, "addresses"), "-service "+o.service+" -parent "+o.parent
	before, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(o.data, 0o700); err != nil {
			return fmt.Errorf("make the data folder: %w", err)
		}
		return os.WriteFile(file, []byte(now), 0o600)
	}
	if err == nil && string(before) != now {
		err = fmt.Errorf("the folder %s was made with %s; use the same, or another folder", o.data, before)
	}
	return err
}

// serve runs both products until ctx ends or one of them fails.
func serve(ctx context.Context, o options, l net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	u := urls{service: "http://pocket.localhost" + port(o.service), parent: "http://parent.localhost" + port(o.parent)}
	idp, err := newParent(o, u)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	root, err := writeRoot(o.data)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	failed := make(chan error, 2)
	go func() { failed <- idp.Serve(ctx, l) }()
	a, err := app.New(ctx, app.Config{
		StoreConfig: app.StoreConfig{Data: filepath.Join(o.data, "service")}, OperatorConfig: app.OperatorConfig{OperatorListen: o.operator}, Listen: o.service, BaseURL: u.service,
		SessionIdle: 30 * time.Minute, SessionAbsolute: 10 * time.Hour, MetadataRefresh: time.Hour, Migrate: true, Scan: app.ScanOff, SessionLimit: 20, SMTP: app.SMTPConfig{DigestHour: 8},
		SignatureRoots: []string{root}, PreviewCode: o.code,
		PrivateIdPs: true,            // the parent is on this machine, and so is its page
		Drain:       8 * time.Second, // a browser's spare connection counts as busy for five
	}, time.Now, logger(o.verbose))
	if err != nil {
		return err
	}
	defer a.Close()
	defer stop()
	if err := seed(ctx, a, idp, u, o.data); err != nil {
		return fmt.Errorf("put the sample data in: %w", err)
	}
	if err := letEmbed(ctx, portal.Setup{Portal: a.Portal, By: "demo"}, idp, u); err != nil {
		return fmt.Errorf("let the parent embed the service: %w", err)
	}
	go func() { failed <- a.Serve(ctx, func(net.Addr) { announce(o, u) }) }()
	err = <-failed
	stop()
	return errors.Join(err, <-failed)
}

// port returns the port of an address, with its colon.
func port(address string) string {
	_, p, err := net.SplitHostPort(address)
	if err != nil || p == "80" {
		return ""
	}
	return ":" + p
}

func logger(verbose bool) *slog.Logger {
	if verbose {
		return slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// newParent returns the stand-in, which keeps its keys in the data folder so that trusts outlive a restart.
func newParent(o options, u urls) (*parent.Parent, error) {
	keys, err := parent.LoadOrCreateKeys(filepath.Join(o.data, "parent"))
	if err != nil {
		return nil, fmt.Errorf("make the parent's keys: %w", err)
	}
	return parent.New(parent.Config{
		BaseURL: u.parent, Users: users(), Keys: keys, QuickSignIn: true, LaxContexts: true, Log: logger(o.verbose),
		SAML: []parent.ServiceProvider{{MetadataURL: u.service + "/sso/saml/" + samlTrust + "/metadata", Start: u.service + "/sso/" + samlTrust + "/start", Tenants: []string{"aoba"}}},
		OIDC: []parent.Client{{
			ID: oidcClient, AuthMethod: "private_key_jwt", JWKSURI: u.service + "/sso/oidc/" + oidcTrust + "/jwks",
			RedirectURIs: []string{u.service + "/sso/oidc/" + oidcTrust + "/callback"}, PostLogoutRedirectURIs: []string{u.service + "/sso/oidc/" + oidcTrust + "/signed-out"},
			BackChannelLogoutURI: u.service + "/sso/oidc/" + oidcTrust + "/backchannel-logout", Start: u.service + "/sso/" + oidcTrust + "/start",
			Initiate: u.service + "/sso/oidc/" + oidcTrust + "/initiate", Tenants: []string{"minato"},
		}},
	})
}

// announce prints where to go. What is printed first is all that is needed.
func announce(o options, u urls) {
	fmt.Printf("\n  Start here    %s   (the parent product: choose a person, then a document)\n", u.parent)
	fmt.Printf("  Cloud Pocket  %s\n\n", u.service)
	fmt.Println("  Login        Password   Second factor  Who")
	for _, p := range people() {
		factor := "-"
		if p.factor {
			factor = "shown on the page"
		}
		fmt.Printf("  %-12s %-10s %-17s %s\n", p.login, password, factor, p.note.En)
	}
	fmt.Printf("\n  Packages from e-Gov to drop into the tray (公文書の振り分け), as sato or as yamamoto:\n")
	for _, f := range firms() {
		fmt.Printf("    %s\n", packageFolder(o.data, f.id))
	}
	fmt.Printf("\n  The firm's administration: sato or yamamoto, below 管理 in the menu. People, whom the firm trusts, sessions, the log.\n    %s\n", u.service+"/admin/trusts")
	if o.operator != "" {
		announceOperator(o, u)
	}
	fmt.Printf("\n  Everybody can be chosen with one click. Data: %s. Ctrl-C ends it.\n\n", o.data)
}

// announceOperator prints how the operator's console is opened, which takes a command on this machine.
func announceOperator(o options, u urls) {
	fmt.Printf("\n  The operator's console is closed. These open it for two hours, and print the link at which the password is set:\n")
	for _, line := range operatorLines(o, u) {
		fmt.Println("    " + line)
	}
}

func operatorLines(o options, u urls) []string {
	data, where := filepath.Join(o.data, "service"), app.OperatorConfig{OperatorListen: o.operator}.URL(u.service)
	return []string{
		"go run ./cmd/cloudpocket operator open --data " + data,
		"go run ./cmd/cloudpocket operator init --data " + data + " --operator-url " + where + " keeper",
	}
}
