package portal

import (
	"context"
	"fmt"
	"strconv"

	"cloudpocket/store"
)

// eventsRecord is what a look at the service's warnings and errors is about, in the audit.
const eventsRecord = "events"

// Events returns a page of the warnings and errors of the service that are about the firm, the latest first, and records
// that the actor looked. Where in the program they came from, and on which machine, is the operator's to know.
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

// eventsOf lists a tenant's events, whatever f says of the tenant, without what is the operator's.
func (p *Portal) eventsOf(ctx context.Context, tenant store.ID, f store.SystemEventFilter, page store.Page) (list store.List[store.SystemEvent], err error) {
	f.TenantID = tenant
	list, err = p.Records.SystemEvents().List(ctx, f, page)
	if err != nil {
		return list, fmt.Errorf("read the events of the service: %w", err)
	}
	for i := range list.Items {
		e := &list.Items[i]
		e.Instance = ""
		delete(e.Attributes, "stack")
	}
	return list, nil
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
