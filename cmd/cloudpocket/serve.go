package main

import (
	"fmt"
	"log/slog"
	"time"

	"cloudpocket/cmd/app"
)

type serve struct {
	app.Config `embed:""`
}

func (c *serve) Run(t *terminal) error {
	log := slog.New(slog.NewTextHandler(t.err, nil))
	if c.LogFormat == "json" {
		log = slog.New(slog.NewJSONHandler(t.err, nil))
	}
	a, err := app.New(t.ctx, c.Config, time.Now, log)
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
