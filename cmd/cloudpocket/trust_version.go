package main

import (
	"fmt"
	"strings"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

type trustOn struct {
	oneTrust `embed:""`
	Untested bool   `help:"Although no test of the draft passed."`
	Note     string `help:"Why; people read it among the trust's versions. Needed with --untested."`
}

// Run makes the draft the trust.
func (c *trustOn) Run(t *terminal) error {
	return c.with(t, func(s portal.Setup) error {
		if err := s.SwitchDraftOn(t.ctx, store.ID(c.ID), portal.SwitchOn{Untested: c.Untested, Note: c.Note}); err != nil {
			return advise(err, store.NotFound, noDraft)
		}
		_, err := fmt.Fprintf(t.out, "Trust %s is switched on as its draft said.\n", c.ID)
		return err
	})
}

type trustVersions struct {
	oneTrust `embed:""`
}

func (c *trustVersions) Run(t *terminal) error {
	return c.with(t, func(s portal.Setup) error {
		v, err := s.LookTrust(t.ctx, store.ID(c.ID))
		if err != nil {
			return err
		}
		var rows [][]string
		for _, one := range v.Versions {
			rows = append(rows, []string{fmt.Sprint(one.Version), moment(one.At), yes(one.Untested), one.ByName, strings.Join(strings.Fields(one.Note), " ")})
		}
		return table(t.out, []string{"VERSION", "SINCE", "UNTESTED", "BY", "NOTE"}, rows)
	})
}

type trustDiff struct {
	oneTrust `embed:""`
	From     int64 `help:"A version, by its number. Default: the trust as it is."`
	To       int64 `help:"A version, by its number. Default: the draft."`
}

// Run says what differs from one version of a trust to another.
func (c *trustDiff) Run(t *terminal) error {
	return c.with(t, func(s portal.Setup) error {
		from := c.From
		if from == 0 {
			from = -1
		}
		all, err := s.CompareTrust(t.ctx, store.ID(c.ID), from, c.To)
		if err != nil {
			return advise(err, store.NotFound, "See `cloudpocket trust versions %s`; without --to it is compared with the draft.", c.ID)
		}
		return changes(t.out, "What differs:", all)
	})
}

type trustBack struct {
	oneTrust `embed:""`
	Version  int64 `arg:"" help:"The version's number, as trust versions has it."`
}

// Run makes a draft of a trust as it was.
func (c *trustBack) Run(t *terminal) error {
	return c.with(t, func(s portal.Setup) error {
		if err := s.BackTo(t.ctx, store.ID(c.ID), c.Version); err != nil {
			return advise(err, store.NotFound, "See `cloudpocket trust versions %s`.", c.ID)
		}
		_, err := fmt.Fprintf(t.out, "The draft of trust %s is as version %d was. Switch it on by `cloudpocket trust on`.\n", c.ID, c.Version)
		return err
	})
}

type trustSetupLink struct {
	oneTrust `embed:""`
	BaseURL  string        `help:"Where people reach the service; for the link that is printed." env:"CLOUDPOCKET_BASE_URL" default:"http://pocket.localhost:8400"`
	Life     time.Duration `help:"How long it can be opened, up to two weeks." default:"72h"`
}

// Run makes a link by which the identity provider's administrator fills in their half.
func (c *trustSetupLink) Run(t *terminal) error {
	return c.with(t, func(s portal.Setup) error {
		secret, ends, err := s.AddSetupLink(t.ctx, store.ID(c.ID), c.Life)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(t.out, "Until %s whoever opens this first can fill in the identity provider's half of the draft, for an hour:\n%s/setup/%s\n", moment(ends), strings.TrimRight(c.BaseURL, "/"), secret)
		return err
	})
}
