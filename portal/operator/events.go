package operator

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"

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
		list.Items[i].Attributes = plain(e.Attributes)
	}
	if p.After == "" {
		err = c.look(ctx, w, "", "events")
	}
	return list, err
}

// plainNames are the attributes that say what an event is about by IDs, numbers and words of our own.
var plainNames = []string{"attempt", "deliveries", "document", "instance", "kind", "package", "part", "reason", "reference", "request_id", "session", "status", "step", "task", "tenant", "trust"}

// plainText is what those hold. A file's name or a person's is none, should one be logged in such a place.
var plainText = regexp.MustCompile(`^[a-z0-9_][a-z0-9_:-]{0,63}$`)

// plain returns the attributes that an operator sees.
func plain(all map[string]string) map[string]string {
	all = maps.Clone(all)
	maps.DeleteFunc(all, func(name, text string) bool {
		return !slices.Contains(plainNames, name) || !plainText.MatchString(text)
	})
	return all
}
