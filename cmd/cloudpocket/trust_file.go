package main

import (
	"bytes"
	"fmt"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/store"
)

type trustExport struct {
	oneTrust `embed:""`
	Draft    bool `help:"What the trust is to become, instead of what it is."`
}

// Run writes a trust as a file that trust import reads. Its client secret is not in it.
func (c *trustExport) Run(t *terminal) error {
	return c.with(t, func(s portal.Setup) error {
		v, err := s.LookTrust(t.ctx, store.ID(c.ID))
		if err != nil {
			return err
		}
		one := v.Live
		if c.Draft {
			if v.Draft == nil {
				return advise(fmt.Errorf("the draft of trust %s: %w", c.ID, store.ErrNotFound), store.NotFound, noDraft)
			}
			one = v.Draft.Trust
		}
		return portal.FileOf(one).Write(t.out)
	})
}

type trustImport struct {
	app.StoreConfig `embed:""`
	Tenant          string `help:"The firm that the trust is of. Needed only if the trust is not there yet."`
	DryRun          bool   `help:"Say what would change, and change nothing."`
	File            string `arg:"" help:"A file as trust export writes it; - is standard input."`
}

// Run makes a draft of what the file says, where that differs from what there is.
func (c *trustImport) Run(t *terminal) error {
	text, err := contents(c.File)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.File, err)
	}
	file, err := portal.ReadTrustFile(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("read %s: %w", c.File, err)
	}
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		out, err := s.GiveDraft(t.ctx, store.ID(c.Tenant), file.ID, file.Protocol, c.DryRun, func(before store.Trust) (store.Trust, error) {
			if before.Protocol != file.Protocol {
				return before, fmt.Errorf("trust %s speaks %s, the file %s: a trust's protocol never changes", file.ID, before.Protocol, file.Protocol)
			}
			return withMetadata(file.Onto(before, s.Now()), s.Now())
		})
		if err != nil {
			return advise(err, store.NotFound, "There is no trust %s yet: say with --tenant whose it is to be.", file.ID)
		}
		return drafted(t, string(file.ID), out, c.DryRun)
	})
}
