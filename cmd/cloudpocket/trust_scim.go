package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

type trustScimToken struct {
	Add    scimTokenAdd    `cmd:"" help:"Make a token by which a machine provisions the accounts of a trust, and print it once."`
	List   scimTokenList   `cmd:"" help:"List the provisioning tokens of a trust, and when they were used last."`
	Revoke scimTokenRevoke `cmd:"" help:"Make a provisioning token worth nothing."`
}

// ofTrust is the trust that a command is about.
type ofTrust struct {
	app.StoreConfig `embed:""`
	ID              string `arg:"" help:"The trust's ID."`
}

func (c ofTrust) advise(err error) error {
	return advise(err, store.NotFound, "There is no trust %s: see `cloudpocket trust list`.", c.ID)
}

type scimTokenAdd struct {
	ofTrust `embed:""`
	BaseURL string        `help:"Where people reach the service; for the URL that is printed." env:"CLOUDPOCKET_BASE_URL" default:"http://pocket.localhost:8400"`
	Name    string        `help:"Where the token is used; the log names by it what is provisioned. Default: provisioning."`
	Life    time.Duration `help:"How long the token is good, from 1 hour to 2 years." default:"8760h"`
}

func (c *scimTokenAdd) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		name := c.Name
		if name == "" {
			name = "provisioning"
		}
		secret, made, err := s.AddScimToken(t.ctx, store.ID(c.ID), name, c.Life)
		if err != nil {
			return c.advise(err)
		}
		fmt.Fprintf(t.out, "Token %s is good until %s for %s%s.\nIt is not shown again:\n", made.ID, moment(made.Expires), strings.TrimRight(c.BaseURL, "/"), scim.BasePath(made.TrustID))
		_, err = fmt.Fprintln(t.out, secret)
		return err
	})
}

type scimTokenList struct {
	ofTrust `embed:""`
}

func (c *scimTokenList) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		all, err := s.ScimTokensOf(t.ctx, store.ID(c.ID))
		if err != nil {
			return c.advise(err)
		}
		var rows [][]string
		for _, one := range all {
			rows = append(rows, []string{string(one.ID), scimTokenState(one, s.Now()), moment(one.Expires), moment(one.Used), one.Name})
		}
		return table(t.out, []string{"ID", "STATE", "EXPIRES", "LAST USED", "NAME"}, rows)
	})
}

func scimTokenState(t store.ScimToken, now time.Time) string {
	switch {
	case !t.Revoked.IsZero():
		return "revoked"
	case !t.Stands(now):
		return "expired"
	}
	return "good"
}

type scimTokenRevoke struct {
	ofTrust `embed:""`
	Token   string `arg:"" help:"The token's ID, as it is listed; not the token itself."`
}

func (c *scimTokenRevoke) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		if !store.ID(c.Token).Valid() { // such as the token itself, which is not to be repeated
			return errors.New("a token is named by its ID, as it is listed, and not by the token itself")
		}
		if err := s.EndScimToken(t.ctx, store.ID(c.ID), store.ID(c.Token)); err != nil {
			return advise(err, store.NotFound, "There is no token %s of a trust %s: see `cloudpocket trust scim-token list %s`.", c.Token, c.ID, c.ID)
		}
		_, err := fmt.Fprintf(t.out, "Token %s is revoked.\n", c.Token)
		return err
	})
}
