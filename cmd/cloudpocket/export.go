package main

import (
	"errors"
	"fmt"
	"os"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/store"
)

// export writes everything of a firm, or of one of its companies, into an archive.
type export struct {
	ofTenant `embed:""`
	Company  string `help:"One client company's ID. Empty: the whole firm."`
	Out      string `required:"" type:"path" help:"The archive to write; it must not be there yet."`
}

// Run writes beside the archive's place and moves it there when it is whole and on disk.
func (c *export) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		if _, err := os.Lstat(c.Out); !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%s is there already: choose another place for the archive", c.Out)
		}
		e, err := s.Export(t.ctx, store.ID(c.Tenant), store.ID(c.Company))
		if err != nil {
			return advise(err, store.NotFound, "There is no such firm, or it has no such company: see `cloudpocket tenant list` and `cloudpocket company list`.")
		}
		return c.write(t, e)
	})
}

func (c *export) write(t *terminal, e *portal.Export) (err error) {
	f, err := os.OpenFile(c.Out+".part", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s.part is there already: either another export is writing it, or one was cut off; if none is running, remove it and run this again", c.Out)
	}
	if err != nil {
		return fmt.Errorf("create the archive: %w", err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	var all portal.Exported
	err = e.WriteTo(t.ctx, f, func(n portal.Exported) {
		all = n
		fmt.Fprintf(t.err, "%d documents, %d files …\n", n.Documents, n.Files)
	})
	if err != nil {
		return fmt.Errorf("write the archive: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("finish the archive: %w", err)
	}
	if err := os.Rename(f.Name(), c.Out); err != nil {
		return fmt.Errorf("move the archive to its place: %w", err)
	}
	_, err = fmt.Fprintf(t.out, "%s holds %d documents, %d deliveries, %d receipts and %d files.\nUnpacked, it is verified by `sha256sum -c sha256/*.txt`.\n",
		c.Out, all.Documents, all.Deliveries, all.Receipts, all.Files)
	return err
}
