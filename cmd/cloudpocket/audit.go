package main

import (
	"errors"
	"fmt"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/store"
)

type audit struct {
	Verify auditVerify `cmd:"" help:"Check that no event was altered, removed or reordered."`
}

type auditVerify struct {
	app.StoreConfig `embed:""`
	Tenant          string `help:"The firm's ID. Empty: every firm, and the deployment itself."`
}

// Run checks every chain it was asked to, also after one that is broken.
func (c *auditVerify) Run(t *terminal) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, stores *app.Stores) error {
		ids := []store.ID{store.ID(c.Tenant)}
		if c.Tenant == "" {
			tenants, err := stores.AllTenants(t.ctx)
			if err != nil {
				return err
			}
			ids = ids[:0]
			for _, one := range tenants {
				ids = append(ids, one.ID)
			}
			ids = append(ids, store.Deployment)
		}
		var broken []error
		var intact [][]string
		for _, id := range ids {
			head, err := s.VerifyAudit(t.ctx, id)
			if err != nil {
				err = advise(err, store.NotFound, "There is no firm %s: see `cloudpocket tenant list`.", id)
				broken = append(broken, fmt.Errorf("firm %s: %w", id, err))
				continue
			}
			if id == store.Deployment && head.Seq == 0 {
				continue // there are no operators, and never were
			}
			intact = append(intact, []string{string(id), "intact", fmt.Sprint(head.Seq), head.Hash.String()})
		}
		if err := table(t.out, []string{"FIRM", "LOG", "EVENTS", "LAST HASH"}, intact); err != nil {
			return err
		}
		return errors.Join(broken...)
	})
}
