package main

import (
	"strings"

	"cloudpocket/portal"
	"cloudpocket/store"
)

type clientChange struct {
	ofClient   `embed:""`
	near       `embed:""`
	Scope      []string `help:"What it may do, in place of what it may: places, documents, receipts, embed."`
	Office     []string `xor:"offices" help:"Offices that it reaches, in place of those that it does, by their IDs or those of the parent product."`
	AllOffices bool     `xor:"offices" help:"It reaches all offices."`
	Origin     []string `xor:"origins" help:"Origins of the pages within which people are shown what is theirs, in place of those there are."`
	NoOrigins  bool     `xor:"origins" help:"It has no origins."`
	Allow      []string `xor:"allow" help:"Addresses or ranges that it comes from, in place of those there are."`
	AllowAll   bool     `xor:"allow" help:"It comes from anywhere."`
}

func (c *clientChange) Run(t *terminal) error {
	scopes, err := store.ParseScope(strings.Join(c.Scope, " "))
	if err != nil {
		return err
	}
	ranges, err := store.ParseRanges(strings.Join(c.Allow, " "))
	if err != nil {
		return err
	}
	return c.do(t, "changed", func(s portal.Setup, id store.ID) error {
		c.lets(s)
		_, err := s.ReachClient(t.ctx, id, func(d *portal.ClientDraft) {
			if len(c.Scope) > 0 {
				d.Scopes = scopes
			}
			if len(c.Office) > 0 || c.AllOffices {
				d.Offices, d.Called = store.OfficeScope{All: c.AllOffices}, c.Office
			}
			if len(c.Origin) > 0 || c.NoOrigins {
				d.Origins = c.Origin
			}
			if len(c.Allow) > 0 || c.AllowAll {
				d.Allowed = ranges
			}
		})
		return err
	})
}
