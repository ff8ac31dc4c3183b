package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/store"
)

type account struct {
	Add     accountAdd     `cmd:"" help:"Register a person."`
	List    accountList    `cmd:"" help:"List who may enter."`
	Disable accountDisable `cmd:"" help:"Disable an account and end its sessions."`
	Enable  accountEnable  `cmd:"" help:"Enable an account again."`
	Delete  accountDelete  `cmd:"" help:"Delete an account and end its sessions. Receipts and the log still name it."`
	Import  accountImport  `cmd:"" help:"Register and change people from a CSV file, all of it or nothing."`
	Export  accountExport  `cmd:"" help:"Write a firm's people into a CSV file."`
}

type accountAdd struct {
	ofTenant    `embed:""`
	Trust       string   `required:"" help:"The trust that vouches for the person."`
	Subject     string   `required:"" help:"What the identity provider calls the person (NameID or sub)."`
	Company     string   `help:"The client company that the person belongs to."`
	Offices     []string `help:"Offices the person may see. Empty: all of the company's, or of the firm's clients."`
	Permissions string   `help:"Menus: view, deliver, receipts, offices, accounts, trusts, log, announce." default:"view"`
	Staff       bool     `help:"The person is the firm's own staff, who reach every client's documents within their offices and menus."`
	Email       string   `help:"E-mail address."`
	ID          string   `arg:"" help:"Short ID."`
	Name        string   `arg:"" help:"The person's name."`
}

func (c *accountAdd) account() (store.Account, error) {
	if (c.Company == "") != c.Staff {
		return store.Account{}, errors.New("give either --company or --staff: whose the person is decides what they can reach")
	}
	permissions, err := store.ParsePermission(c.Permissions)
	if err != nil {
		return store.Account{}, fmt.Errorf("read --permissions: %w", err)
	}
	a := store.Account{ID: store.ID(c.ID), CompanyID: store.ID(c.Company), TrustID: store.ID(c.Trust), Subject: c.Subject, Name: c.Name, Email: c.Email, Permissions: permissions}
	a.Offices.All = len(c.Offices) == 0
	for _, id := range c.Offices {
		a.Offices.Offices = append(a.Offices.Offices, store.ID(id))
	}
	slices.Sort(a.Offices.Offices)
	a.Offices.Offices = slices.Compact(a.Offices.Offices)
	return a, nil
}

func (c *accountAdd) Run(t *terminal) error {
	a, err := c.account()
	if err != nil {
		return err
	}
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		if err := s.AddAccount(t.ctx, store.ID(c.Tenant), a); err != nil {
			err = advise(err, store.NotFound, "The firm, the trust, the company or an office is not there: see the list commands.")
			return advise(err, store.Conflict, "That ID is taken, or the trust's subject %q has an account already: see `cloudpocket account list`.", c.Subject)
		}
		_, err := fmt.Fprintf(t.out, "Account %s is added: %s.\n", c.ID, a.Permissions)
		return err
	})
}

type accountList struct {
	ofTenant `embed:""`
	Company  string `help:"One company's alone. Empty: everybody, the firm's own staff included."`
}

func (c *accountList) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(_ portal.Setup, stores *app.Stores) error {
		accounts, err := stores.AccountsOf(t.ctx, store.ID(c.Tenant), store.ID(c.Company))
		if err != nil {
			return err
		}
		var rows [][]string
		for _, a := range accounts {
			offices := strings.Join(texts(a.Offices.Offices), ",")
			if a.Offices.All {
				offices = "all"
			}
			rows = append(rows, []string{string(a.ID), string(a.State), string(a.CompanyID), string(a.TrustID), a.Subject, a.Permissions.String(), offices, moment(a.LastSignInAt), a.Name})
		}
		return table(t.out, []string{"ID", "STATE", "COMPANY", "TRUST", "SUBJECT", "MENUS", "OFFICES", "LAST SIGN-IN", "NAME"}, rows)
	})
}

type accountSwitch struct {
	ofTenant `embed:""`
	ID       string `arg:"" help:"The account's ID."`
}

type accountDisable struct {
	accountSwitch `embed:""`
}

func (c *accountDisable) Run(t *terminal) error { return c.to(t, store.AccountDisabled) }

type accountEnable struct {
	accountSwitch `embed:""`
}

func (c *accountEnable) Run(t *terminal) error { return c.to(t, store.AccountActive) }

type accountDelete struct {
	accountSwitch `embed:""`
}

func (c *accountDelete) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		n, err := s.DeleteAccount(t.ctx, store.ID(c.Tenant), store.ID(c.ID))
		if err != nil {
			return advise(err, store.Unavailable, switchAgain)
		}
		return switched(t, "Account", c.ID, "deleted", n)
	})
}

func (c *accountSwitch) to(t *terminal, state store.AccountState) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		n, err := s.SwitchAccount(t.ctx, store.ID(c.Tenant), store.ID(c.ID), state)
		if err != nil {
			return advise(err, store.Unavailable, switchAgain)
		}
		return switched(t, "Account", c.ID, string(state), n)
	})
}

// switchAgain tells that the records may have been changed already, and the sessions not.
const switchAgain = "A store cannot be reached. What is switched off in the records admits nobody, but sessions may still stand: run the command again once --database and --redis answer."

func switched(t *terminal, what, id, state string, ended int) error {
	sessions := "sessions"
	if ended == 1 {
		sessions = "session"
	}
	_, err := fmt.Fprintf(t.out, "%s %s is %s; %d %s ended.\n", what, id, state, ended, sessions)
	return err
}
