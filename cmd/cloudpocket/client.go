package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/sso/exchange"
	"cloudpocket/sso/keyset"
	"cloudpocket/store"
)

type client struct {
	List   clientList   `cmd:"" help:"List a firm's API clients, and when they were used last."`
	Add    clientAdd    `cmd:"" help:"Register an API client, switched on, and print its client_id."`
	Keys   clientKeys   `cmd:"" help:"Change an API client's public keys, or where they are fetched from."`
	Change clientChange `cmd:"" help:"Change what an API client may do, which offices it reaches, and from where; what is not given stays."`
	On     clientOn     `cmd:"" help:"Let an API client in again."`
	Off    clientOff    `cmd:"" help:"Let an API client in no more: the tokens that it has are worth nothing at once."`
	Remove clientRemove `cmd:"" help:"Forget an API client that is switched off."`
}

type clientList struct {
	ofTenant `embed:""`
}

func (c *clientList) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		all, err := s.ClientsOf(t.ctx, store.ID(c.Tenant))
		if err != nil {
			return advise(err, store.NotFound, "There is no firm %s: see `cloudpocket tenant list`.", c.Tenant)
		}
		var rows [][]string
		for _, one := range all {
			rows = append(rows, []string{string(one.ID), string(one.State), strings.ReplaceAll(one.Scopes.String(), " ", ","), moment(one.CreatedAt), moment(one.Used), one.Name})
		}
		return table(t.out, []string{"ID", "STATE", "SCOPES", "SINCE", "LAST USED", "NAME"}, rows)
	})
}

// clientProof is how a client proves who it is.
type clientProof struct {
	Keys    string `type:"existingfile" xor:"keys" help:"File with a JWK Set of the client's public keys."`
	KeysURL string `name:"keys-url" xor:"keys" help:"https URL that the client's public keys (JWKS) are fetched from."`
}

// read returns the file's bytes; none without one.
func (c clientProof) read() ([]byte, error) {
	if c.Keys == "" {
		return nil, nil
	}
	f, err := os.Open(c.Keys)
	if err != nil {
		return nil, fmt.Errorf("open the keys: %w", err)
	}
	defer f.Close()
	keys, err := io.ReadAll(io.LimitReader(f, keyset.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the keys: %w", err)
	}
	if len(keys) == 0 {
		return nil, errors.New("the file of keys is empty")
	}
	return keys, nil
}

// near says what may be close by, as the service is told it: a developer's own machine above all.
type near struct {
	PrivateIdPs bool `name:"private-idps" help:"Take key sets at private and loopback addresses and over plain http, and origins of this machine such as http://localhost:3000, as a service that runs with the same does." env:"CLOUDPOCKET_PRIVATE_IDPS"`
}

// lets tells s of it.
func (n near) lets(s portal.Setup) { s.Portal.PrivateIdPs = n.PrivateIdPs }

type clientAdd struct {
	ofTenant `embed:""`
	near     `embed:""`
	clientProof
	Scope   []string `required:"" help:"What it may do: places, documents and receipts by the API, embed to show people what is theirs within its pages."`
	Office  []string `help:"Offices that it reaches, by their IDs or those of the parent product. Empty: all."`
	Origin  []string `help:"Origins of the pages within which people are shown what is theirs, such as https://hr.example.jp; embed needs one."`
	Allow   []string `help:"Addresses or ranges that it comes from, such as 192.0.2.0/24. Empty: anywhere."`
	BaseURL string   `help:"Where people reach the service; for the URL that is printed." env:"CLOUDPOCKET_BASE_URL" default:"http://pocket.localhost:8400"`
	Name    string   `arg:"" help:"What the log calls it."`
}

func (c *clientAdd) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		c.lets(s)
		d, err := c.draft()
		if err != nil {
			return err
		}
		made, err := s.AddClient(t.ctx, store.ID(c.Tenant), d)
		if err != nil {
			return advise(err, store.NotFound, "There is no firm %s: see `cloudpocket tenant list`.", c.Tenant)
		}
		return facts(t.out, []fact{{"client_id", string(made.ID)}, {"Token endpoint", strings.TrimRight(c.BaseURL, "/") + exchange.TokenPath}, {"scope", made.Scopes.String()}})
	})
}

func (c *clientAdd) draft() (d portal.ClientDraft, err error) {
	d = portal.ClientDraft{Name: c.Name, KeysURL: c.KeysURL, Offices: store.OfficeScope{All: len(c.Office) == 0}, Called: c.Office, Origins: c.Origin}
	if d.Scopes, err = store.ParseScope(strings.Join(c.Scope, " ")); err != nil {
		return d, err
	}
	if d.Allowed, err = store.ParseRanges(strings.Join(c.Allow, " ")); err != nil {
		return d, err
	}
	d.Keys, err = c.read()
	return d, err
}

// ofClient is the API client that a command is about.
type ofClient struct {
	app.StoreConfig `embed:""`
	ID              string `arg:"" help:"The client_id."`
}

// do carries out a deed on the client, and says what became of it.
func (c ofClient) do(t *terminal, became string, deed func(s portal.Setup, id store.ID) error) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		if err := deed(s, store.ID(c.ID)); err != nil {
			return advise(err, store.NotFound, "There is no API client %s: see `cloudpocket client list`.", c.ID)
		}
		_, err := fmt.Fprintf(t.out, "API client %s is %s.\n", c.ID, became)
		return err
	})
}

type clientKeys struct {
	ofClient `embed:""`
	near     `embed:""`
	clientProof
}

func (c *clientKeys) Run(t *terminal) error {
	if c.Keys == "" && c.KeysURL == "" {
		return &advised{errors.New("no keys are given"), "Give --keys or --keys-url."}
	}
	return c.do(t, "given its keys", func(s portal.Setup, id store.ID) error {
		c.lets(s)
		keys, err := c.read()
		if err == nil {
			_, err = s.GiveClientKeys(t.ctx, id, keys, c.KeysURL)
		}
		return err
	})
}

type clientOn struct {
	ofClient `embed:""`
}

func (c *clientOn) Run(t *terminal) error {
	return c.do(t, "switched on", func(s portal.Setup, id store.ID) error { return s.TurnClient(t.ctx, id, true) })
}

type clientOff struct {
	ofClient `embed:""`
}

func (c *clientOff) Run(t *terminal) error {
	return c.do(t, "switched off", func(s portal.Setup, id store.ID) error { return s.TurnClient(t.ctx, id, false) })
}

type clientRemove struct {
	ofClient `embed:""`
}

func (c *clientRemove) Run(t *terminal) error {
	return c.do(t, "removed", func(s portal.Setup, id store.ID) error { return s.DropClient(t.ctx, id) })
}
