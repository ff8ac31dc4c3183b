package portal

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cloudpocket/store"
	"cloudpocket/store/fold"
)

// eventsRecord is what a look at the service's warnings and errors is about, in the audit.
const eventsRecord = "events"

// Events returns a page of the warnings and errors of the service that are about the firm, the latest first, and records
// that the actor looked. What went wrong in the program, where in it, and on which machine, is the operator's to know.
func (p *Portal) Events(ctx context.Context, a Actor, f store.SystemEventFilter, page store.Page) (list store.List[store.SystemEvent], err error) {
	err = p.updateLog(ctx, a, func(tx store.Tx, account store.Account) error {
		return p.lookedAtLog(ctx, tx, a, account, eventsRecord, eventsDetail(f))
	})
	if err != nil {
		return list, err
	}
	return p.eventsOf(ctx, a.TenantID, f, page)
}

// ExportEvents gives each event that f leaves to row, as Events lists them, and reports whether there are more than most,
// which is MaxLogExport at most. What is taken away is recorded before the first one is given.
func (p *Portal) ExportEvents(ctx context.Context, a Actor, f store.SystemEventFilter, most int, row func(store.SystemEvent) error) (more bool, err error) {
	most = max(1, min(most, MaxLogExport))
	err = p.updateLog(ctx, a, func(tx store.Tx, account store.Account) error {
		detail := eventsDetail(f)
		detail["most"] = strconv.Itoa(most)
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedLogExport, eventsRecord, detail))
	})
	if err != nil {
		return false, err
	}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := p.eventsOf(ctx, a.TenantID, f, page)
		if err != nil {
			return false, err
		}
		for _, e := range list.Items {
			if most == 0 {
				return true, nil
			}
			if err := row(e); err != nil {
				return false, err
			}
			most--
		}
		if page.After = list.Next; page.After == "" {
			return false, nil
		}
	}
}

// eventsOf lists a tenant's events, whatever f says of the tenant, without what is the operator's. What is not shown is not
// found either: a page may have fewer events than it could, but is empty only when there are no more.
func (p *Portal) eventsOf(ctx context.Context, tenant store.ID, f store.SystemEventFilter, page store.Page) (list store.List[store.SystemEvent], err error) {
	f.TenantID = tenant
	for {
		list, err = p.Records.SystemEvents().List(ctx, f, page)
		if err != nil {
			return list, fmt.Errorf("read the events of the service: %w", err)
		}
		for i := range list.Items {
			e := &list.Items[i]
			e.Instance, e.Attributes = "", PlainAttributes(e.Attributes)
			delete(e.Attributes, "instance")
		}
		list.Items = slices.DeleteFunc(list.Items, func(e store.SystemEvent) bool { return !says(e, f.Text) })
		if page.After = list.Next; len(list.Items) > 0 || page.After == "" {
			return list, nil
		}
	}
}

// says reports whether text is within what is shown of e.
func says(e store.SystemEvent, text string) bool {
	text = fold.Text(text)
	if strings.Contains(fold.Text(e.Message), text) {
		return true
	}
	for name, value := range e.Attributes {
		if strings.Contains(fold.Text(name), text) || strings.Contains(fold.Text(value), text) {
			return true
		}
	}
	return false
}

// plainNames are the attributes that say what an event is about by IDs, numbers and words of our own. The texts of errors
// name paths, hosts and statements.
var plainNames = []string{"attempt", "deliveries", "document", "instance", "kind", "package", "part", "reason", "reference", "request_id", "resource", "session", "status", "step", "task", "tenant", "trust"}

// plainValue is what those hold. A file's name or a person's is none, should one be logged in such a place.
var plainValue = regexp.MustCompile(`^[a-z0-9_][a-z0-9_:-]{0,63}$`)

// PlainAttributes returns the attributes of an event that whoever has no business on the host may see.
func PlainAttributes(all map[string]string) map[string]string {
	all = maps.Clone(all)
	maps.DeleteFunc(all, func(name, text string) bool {
		return !slices.Contains(plainNames, name) || !plainValue.MatchString(text)
	})
	return all
}

// eventsDetail is what the audit keeps of a filter of events.
func eventsDetail(f store.SystemEventFilter) map[string]string {
	detail := map[string]string{}
	for name, value := range map[string]string{"level": string(f.Level), "text": short(f.Text), "from": instant(f.From), "to": instant(f.To)} {
		if value != "" {
			detail[name] = value
		}
	}
	return detail
}
