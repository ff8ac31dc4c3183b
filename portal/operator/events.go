package operator

import (
	"context"
	"fmt"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// Events returns a page of the service's warnings and errors, the latest first, and records with its first page that they
// were looked at.
func (c *Console) Events(ctx context.Context, w Who, f store.SystemEventFilter, p store.Page) (list store.List[store.SystemEvent], err error) {
	if !w.Session.Proved {
		return list, unproved()
	}
	f.Text = "" // would find what is not shown
	if list, err = c.Portal.Records.SystemEvents().List(ctx, f, p); err != nil {
		return list, fmt.Errorf("list the service's events: %w", err)
	}
	for i, e := range list.Items {
		list.Items[i].Attributes = portal.PlainAttributes(e.Attributes)
	}
	if p.After == "" {
		err = c.look(ctx, w, "", "events")
	}
	return list, err
}
