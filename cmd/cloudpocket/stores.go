package main

import (
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
)

// withSetup runs fn with the operator's deeds on the stores that c names.
func withSetup(t *terminal, c app.StoreConfig, fn func(portal.Setup, *app.Stores) error) error {
	stores, err := app.OpenStores(t.ctx, c, time.Now)
	if err != nil {
		return err
	}
	defer stores.Close()
	p := &portal.Portal{Records: stores.Records, Sessions: stores.Sessions, Blobs: stores.Blobs, Sealer: stores.Sealer, Now: time.Now, Log: slog.New(slog.NewTextHandler(t.err, nil))}
	return fn(portal.Setup{Portal: p, By: who()}, stores)
}

// who names the person at the command line for the audit, as far as the host knows them.
func who() string {
	name := "operator"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	host, err := os.Hostname()
	if err != nil {
		return name
	}
	return fmt.Sprintf("%s@%s", name, host)
}
