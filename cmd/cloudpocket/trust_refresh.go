package main

import (
	"fmt"
	"strings"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/store"
)

type trustRefresh struct {
	app.StoreConfig `embed:""`
	NewKeys         bool   `help:"Accept metadata that has none of the keys known so far. Compare the fingerprints with the identity provider's administrator first."`
	ID              string `arg:"" help:"The trust's ID."`
}

func (c *trustRefresh) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, stores *app.Stores) error {
		one, err := stores.Records.Trust(t.ctx, store.ID(c.ID))
		if err != nil {
			return advise(err, store.NotFound, "There is no trust %s: see `cloudpocket trust list`.", c.ID)
		}
		if one.SAML == nil || one.SAML.MetadataURL == "" {
			return fmt.Errorf("trust %s has no metadata address to refresh from", c.ID)
		}
		refresher := app.Refresher(s)
		refresher.NewKeys = c.NewKeys
		change, err := refresher.Refresh(t.ctx, one)
		if sso.ReasonOf(err) == "saml.metadata_keys_replaced" {
			return advise(err, store.Invalid, "Compare the fingerprints with the identity provider's administrator, then run it again with --new-keys.")
		}
		if err != nil {
			return err
		}
		if change.Offered {
			_, err = fmt.Fprintf(t.out, "The keys of trust %s have changed and wait for an administrator's word. New: %s. To accept them here, run it again with --new-keys.\n", c.ID, strings.Join(change.AddedKeys, ", "))
			return err
		}
		_, err = fmt.Fprintf(t.out, "Trust %s is fresh. Keys: %d kept, %d added, %d removed.\n", c.ID, change.KeptKeys, len(change.AddedKeys), len(change.RemovedKeys))
		return err
	})
}
