// Command cloudpocket hands official documents to client companies, over single sign-on alone.
//
// There is one file per command; all of them read their stores' places from the same flags and variables.
//
//	main.go           the commands, and their exit status
//	environment.go    every flag's variable
//	explain.go        errors, in words for an operator
//	table.go          what is printed
//	tables.go         what is taken in and written out as CSV
//	stores.go         the stores, and the operator's deeds on them
//	serve.go, tenant*.go, company.go, office.go, account.go, trust*.go, client.go, audit.go, export.go, operator.go, egov.go
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/redis/go-redis/v9"
)

type commands struct {
	Serve    serve       `cmd:"" help:"Run the service."`
	Migrate  migrate     `cmd:"" help:"Bring the database's schema up to date."`
	Tenant   tenantCmd   `cmd:"" help:"Subscribing firms."`
	Company  company     `cmd:"" help:"A firm's client companies."`
	Office   office      `cmd:"" help:"A company's offices."`
	Account  account     `cmd:"" help:"People who may enter."`
	Trust    trust       `cmd:"" help:"Identity providers that are believed."`
	Client   client      `cmd:"" help:"Machines that act for a firm by themselves."`
	Audit    audit       `cmd:"" help:"The log of who did what."`
	Egov     egovCmd     `cmd:"" help:"Official documents (公文書), without the service."`
	Export   export      `cmd:"" help:"Write everything of a firm or a company into an archive."`
	Operator operatorCmd `cmd:"" help:"Who runs the deployment, and their console."`
	Version  version     `cmd:"" help:"Print the version."`
}

// terminal is what a command runs with.
type terminal struct {
	ctx context.Context
	out io.Writer
	err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	redis.SetLogger(silent{})    // what the client prints comes back as errors too
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// run carries out one command and returns the process's exit status: 0 done, 1 failed, 2 not understood.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	exited := -1
	parser, err := newParser(&commands{}, kong.Writers(out, errs), kong.Exit(func(code int) { exited = code }))
	if err != nil {
		fmt.Fprintln(errs, "cloudpocket:", err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		misunderstood(errs, err)
		return 2
	}
	if err := parsed.Run(&terminal{ctx, out, errs}); err != nil {
		explain(errs, err)
		return 1
	}
	return 0
}

func newParser(c *commands, options ...kong.Option) (*kong.Kong, error) {
	return kong.New(c, append(options, kong.Name("cloudpocket"), environment(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Description("Hands official documents to client companies, over single sign-on alone."))...)
}

// misunderstood says what is wrong with a command line, and where its help is.
func misunderstood(w io.Writer, err error) {
	fmt.Fprintln(w, "cloudpocket:", err)
	words := []string{"cloudpocket"}
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		for _, step := range parse.Context.Path {
			if step.Command != nil {
				words = append(words, step.Command.Name)
			}
		}
	}
	fmt.Fprintf(w, "Run `%s --help` for what it takes.\n", strings.Join(words, " "))
}
