package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// ReleaseHeld has the deliveries of tenants made that are due and that the scanner kept waiting, for a service that does
// not scan any more, and returns how many there are. Where files are scanned it does nothing: the verdict releases them.
func (s Setup) ReleaseHeld(ctx context.Context, tenants []store.ID) (n int, err error) {
	if s.Scanning {
		return 0, nil
	}
	for _, tenant := range tenants {
		held, err := s.releaseHeld(ctx, tenant)
		n += held
		if err != nil {
			return n, fmt.Errorf("release what waits for no scanner in tenant %s: %w", tenant, err)
		}
	}
	if n > 0 {
		s.kick()
	}
	return n, nil
}

func (s Setup) releaseHeld(ctx context.Context, tenant store.ID) (n int, err error) {
	for page := (store.Page{Limit: store.MaxPage}); ; {
		held, next := 0, store.Cursor("")
		err := s.Records.Update(ctx, tenant, func(tx store.Tx) error {
			list, err := tx.Deliveries().Scheduled(ctx, store.OfficeScope{All: true}, page)
			if err != nil {
				return fmt.Errorf("list what waits: %w", err)
			}
			held, next = 0, list.Next
			for _, d := range list.Items {
				if d.Plan.DueAt.After(s.Now()) || d.Plan.TwoPersons && d.ApprovedBy == "" {
					continue
				}
				if err := s.owe(ctx, tx, store.TaskRelease, string(d.ID), s.Now()); err != nil {
					return err
				}
				held++
			}
			return nil
		})
		if err != nil {
			return n, err
		}
		n += held
		if page.After = next; next == "" {
			return n, nil
		}
	}
}
