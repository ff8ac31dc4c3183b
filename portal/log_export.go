package portal

import (
	"context"
	"fmt"
	"strconv"

	"cloudpocket/store"
)

// MaxLogExport is how many events are taken away at a time.
const MaxLogExport = 100_000

// ExportLog gives each event that f leaves to row, newest first, and reports whether there are more than most, which is
// MaxLogExport at most. What is taken away is recorded before the first one is given. It reads in many short
// transactions: a download that is slow holds none open.
func (p *Portal) ExportLog(ctx context.Context, a Actor, f store.AuditFilter, most int, row func(store.AuditEvent) error) (more bool, err error) {
	most = max(1, min(most, MaxLogExport))
	err = p.updateLog(ctx, a, func(tx store.Tx, account store.Account) error {
		detail := asDetail(f)
		detail["most"] = strconv.Itoa(most)
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedLogExport, "", detail))
	})
	if err != nil {
		return false, err
	}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		var list store.List[store.AuditEvent]
		err := p.viewLog(ctx, a, func(tx store.Tx, _ store.Account) (err error) {
			list, err = tx.Audit().List(ctx, f, page)
			return err
		})
		if err != nil {
			return false, fmt.Errorf("read the log to take away: %w", err)
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
