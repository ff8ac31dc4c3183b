package main

import (
	"net/netip"
	"strings"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/store"
)

type tenantAddresses struct {
	app.StoreConfig `embed:""`
	ID              string   `arg:"" help:"The firm's ID."`
	Allow           []string `help:"Addresses or ranges that people may come from, such as 192.0.2.0/24; the word any lets them come from anywhere. Without it, these stay as they are."`
	Administration  []string `help:"The same for what administrators do; the word any is the same as --allow. Without it, these stay as they are."`
}

// Run says from where a firm's people may come, after setting it as far as it was told to.
func (c *tenantAddresses) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		id := store.ID(c.ID)
		rule, err := s.AddressesOf(t.ctx, id)
		if err != nil {
			return advise(err, store.NotFound, "There is no firm %s: see `cloudpocket tenant list`.", c.ID)
		}
		if err := given(c.Allow, &rule.Everybody); err != nil {
			return err
		}
		if err := given(c.Administration, &rule.Administration); err != nil {
			return err
		}
		if len(c.Allow)+len(c.Administration) > 0 {
			if err := s.SetAddresses(t.ctx, id, rule); err != nil {
				return err
			}
		}
		return facts(t.out, []fact{{"From", placesOf(rule.Everybody)}, {"Administration from", placesOf(rule.Administration)}})
	})
}

// given reads ranges from the command line into ranges, if there are any.
func given(words []string, ranges *[]netip.Prefix) (err error) {
	if len(words) == 0 {
		return nil
	}
	text := strings.Join(words, " ")
	if strings.TrimSpace(text) == "any" {
		*ranges = nil
		return nil
	}
	*ranges, err = store.ParseRanges(text)
	return err
}

func placesOf(ranges []netip.Prefix) string {
	if len(ranges) == 0 {
		return "anywhere"
	}
	return store.RangesText(ranges, " ")
}
