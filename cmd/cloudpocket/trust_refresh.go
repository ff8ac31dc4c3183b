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
	NewKeys         bool   `help:"Accept metadata that has none of the keys known so far, or the keys that an OpenID provider publishes. Compare the fingerprints with the identity provider's administrator first."`
	ID              string `arg:"" help:"The trust's ID."`
}

func (c *trustRefresh) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, stores *app.Stores) error {
		one, err := stores.Records.Trust(t.ctx, store.ID(c.ID))
		if err != nil {
			return advise(err, store.NotFound, "There is no trust %s: see `cloudpocket trust list`.", c.ID)
		}
		if one.OIDC != nil {
			return c.keys(t, s, one)
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

// keys looks at what an OpenID provider publishes.
func (c *trustRefresh) keys(t *terminal, s portal.Setup, one store.OwnedTrust) error {
	switch mode := one.OIDC.Refresh; {
	case mode == store.RefreshAuto:
		return fmt.Errorf("trust %s believes whatever keys its provider publishes: there is nothing to refresh", c.ID)
	case mode == store.RefreshPin && !c.NewKeys:
		return fmt.Errorf("trust %s keeps to its keys: to believe those published now, run it again with --new-keys", c.ID)
	}
	refresher := app.KeyRefresher(s)
	refresher.NewKeys = c.NewKeys
	if err := refresher.Refresh(t.ctx, one); err != nil {
		return err
	}
	now, err := s.Records.Trust(t.ctx, one.ID)
	if err != nil {
		return err
	}
	if len(now.OIDC.Offered) > 0 {
		_, err = fmt.Fprintf(t.out, "The keys of trust %s have changed and wait for an administrator's word. Published: %s. To accept them here, run it again with --new-keys.\n", c.ID, strings.Join(now.OIDC.Offered, ", "))
		return err
	}
	_, err = fmt.Fprintf(t.out, "Trust %s is fresh. Keys believed: %s.\n", c.ID, strings.Join(now.OIDC.Keys, ", "))
	return err
}
