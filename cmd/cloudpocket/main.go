// Command cloudpocket hands official documents to client companies, over single sign-on alone.
//
// There is one file per command; all of them read their stores' places from the same flags and variables.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"cloudpocket/cmd/app"
	"cloudpocket/store"
)

type commands struct {
	Serve   serve     `cmd:"" help:"Run the service."`
	Migrate migrate   `cmd:"" help:"Bring the database's schema up to date."`
	Tenant  tenantCmd `cmd:"" help:"Subscribing firms."`
	Company company   `cmd:"" help:"A firm's client companies."`
	Office  office    `cmd:"" help:"A company's offices."`
	Account account   `cmd:"" help:"People who may enter."`
	Trust   trust     `cmd:"" help:"Identity providers that are believed."`
	Audit   audit     `cmd:"" help:"The log of who did what."`
	Version version   `cmd:"" help:"Print the version."`
}

// terminal is what a command runs with.
type terminal struct {
	ctx context.Context
	out io.Writer
	err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run carries out one command and returns the process's exit status: 0 done, 1 failed, 2 not understood.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	var c commands
	exited := -1
	parser, err := kong.New(&c, kong.Name("cloudpocket"), kong.Description("Hands official documents to client companies, over single sign-on alone."),
		kong.UsageOnError(), kong.Writers(out, errs), kong.Exit(func(code int) { exited = code }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(errs, "cloudpocket:", err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintln(errs, "cloudpocket:", err)
		return 2
	}
	if err := parsed.Run(&terminal{ctx, out, errs}); err != nil {
		fmt.Fprintln(errs, "cloudpocket:", err)
		if hint := hintFor(err); hint != "" {
			fmt.Fprintln(errs, hint)
		}
		return 1
	}
	return 0
}

// hintFor returns what the operator can do about err.
func hintFor(err error) string {
	switch {
	case errors.Is(err, app.ErrSchema):
		return "Run `cloudpocket migrate` with the same --data or --database first."
	case errors.Is(err, store.ErrNotFound):
		return "Nothing of that ID is there: check the ID, and that --data or --database is the one the service uses."
	case errors.Is(err, store.ErrConflict):
		return "That ID is taken, or the record was changed meanwhile: look at it and try again."
	case errors.Is(err, store.ErrUnavailable):
		return "A store cannot be reached: check --database and --redis, and that the servers run."
	}
	return ""
}
