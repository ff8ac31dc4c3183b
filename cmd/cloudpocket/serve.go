package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"cloudpocket/cmd/app"
)

type serve struct {
	app.Config `embed:""`
}

func (c *serve) Run(t *terminal) (err error) {
	// Where the log goes to a program that has ended, writing fails; without this it would end the service too, and at the
	// end take away the status that says why.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	lines := app.NewLogWriter(t.err, c.LogFormat)
	defer func() { err = errors.Join(err, lines.Close()) }()
	a, err := app.New(t.ctx, c.Config, time.Now, app.NewLog(lines, c.LogFormat))
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Serve(t.ctx, nil)
}

type migrate struct {
	app.StoreConfig `embed:""`
}

func (c *migrate) Run(t *terminal) error {
	if err := app.Migrate(t.ctx, c.StoreConfig); err != nil {
		return err
	}
	_, err := fmt.Fprintln(t.out, "The schema is up to date.")
	return err
}

type version struct{}

func (version) Run(t *terminal) error {
	_, err := fmt.Fprintln(t.out, app.Version())
	return err
}
