package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/sso/login"
	"cloudpocket/store"
)

type trustTest struct {
	app.StoreConfig `embed:""`
	BaseURL         string        `help:"Where people reach the service, which must be running." env:"CLOUDPOCKET_BASE_URL" default:"http://pocket.localhost:8400"`
	Wait            time.Duration `help:"How long to wait for the sign-in." default:"10m"`
	Draft           bool          `help:"Test what the trust is to become, instead of what it is."`
	ID              string        `arg:"" help:"The trust's ID."`
}

// poll is how often a test asks whether it is over.
const poll = 500 * time.Millisecond

func (c *trustTest) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, stores *app.Stores) error {
		v, err := s.LookTrust(t.ctx, store.ID(c.ID))
		if err != nil {
			return advise(err, store.NotFound, "There is no trust %s: see `cloudpocket trust list`.", c.ID)
		}
		path, id, err := c.prepare(t, stores.Marks, v)
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "Open this in a browser and sign in; nobody is let in by it:\n  %s%s\n", strings.TrimRight(c.BaseURL, "/"), path)
		return c.wait(t, stores.Marks, id)
	})
}

// prepare makes the link of a test.
func (c *trustTest) prepare(t *terminal, marks store.Marks, v portal.SetupTrust) (path, id string, err error) {
	switch {
	case !c.Draft:
		return login.NewTest(t.ctx, marks, store.OwnedTrust{Owner: v.Owner, Trust: v.Live})
	case v.Draft == nil:
		return "", "", advise(fmt.Errorf("the draft of trust %s: %w", c.ID, store.ErrNotFound), store.NotFound, noDraft)
	}
	return login.NewDraftTest(t.ctx, marks, store.OwnedDraft{Owner: v.Owner, TrustDraft: *v.Draft}, "")
}

func (c *trustTest) wait(t *terminal, marks store.Marks, id string) error {
	deadline := time.After(c.Wait)
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		select {
		case <-t.ctx.Done():
			return t.ctx.Err()
		case <-deadline:
			return fmt.Errorf("nobody signed in within %s: the link works for some time yet, but its result is not waited for", c.Wait)
		case <-tick.C:
		}
		trace, err := login.TestResult(t.ctx, marks, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		return printTrace(t, trace)
	}
}

// printTrace prints what a sign-in went through; an error when it would be refused.
func printTrace(t *terminal, trace sso.Trace) error {
	tabs := tabwriter.NewWriter(t.out, 0, 8, 2, ' ', 0)
	for _, c := range trace.Checks {
		sign := "✓"
		if !c.OK {
			sign = "✗"
		}
		fmt.Fprintf(tabs, "%s %s\t%s\n", sign, c.Step, forPrograms.ReplaceAllString(c.Detail, ""))
	}
	if err := tabs.Flush(); err != nil {
		return err
	}
	if slices.ContainsFunc(trace.Checks, func(c sso.Check) bool { return !c.OK }) {
		return errors.New("the sign-in would be refused")
	}
	_, err := fmt.Fprintln(t.out, "The sign-in would be let in.")
	return err
}

// forPrograms is the kind and message key that an error's text has before its reason.
var forPrograms = regexp.MustCompile(`[a-z]+( [a-z]+)? \([a-z_]+\.[a-z_]+\): `)
