package sqlstore

import (
	"context"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

// pastUnread comes after both values of unread.
const pastUnread = 2

func (t receipts) Inbox(ctx context.Context, account store.ID, f store.InboxFilter, p store.Page) (store.List[store.InboxItem], error) {
	arg := records.InboxParams{
		TenantID: t.id(), AccountID: string(account), LeastUnread: flag(f.Unread), BeforeUnread: pastUnread, Size: int64(p.Size() + 1),
	}
	if err := readCursor(p.After, listInbox, &arg.BeforeUnread, &arg.BeforeAt, &arg.BeforeID); err != nil {
		return store.List[store.InboxItem]{}, err
	}
	items := make([]store.InboxItem, 0, p.Size()+1)
	for len(items) <= p.Size() {
		rows, err := t.inbox(ctx, f, arg)
		if err != nil {
			return store.List[store.InboxItem]{}, fault("list an account's inbox", err)
		}
		if items, err = t.reached(ctx, account, items, rows); err != nil {
			return store.List[store.InboxItem]{}, fault("find the offices of an account's inbox", err)
		}
		if len(rows) <= p.Size() {
			break
		}
		last := rows[len(rows)-1]
		arg.BeforeUnread, arg.BeforeAt, arg.BeforeID = flag(last.ViewedAt == 0), last.DeliveredAt, last.DeliveryID
	}
	return cut(items, p.Size(), func(i store.InboxItem) store.Cursor {
		return cursorOf(listInbox, flag(i.ViewedAt.IsZero()), micros(i.DeliveredAt), string(i.DeliveryID))
	}), nil
}

// reached appends rows to items, but for those whose office account does not reach by now: a wrong visible shows
// nothing. A page has few offices, which are asked for once.
func (t receipts) reached(ctx context.Context, account store.ID, items []store.InboxItem, rows []records.InboxRow) ([]store.InboxItem, error) {
	if len(rows) == 0 {
		return items, nil
	}
	names := map[string]string{}
	var ids []store.ID
	for _, r := range rows {
		if _, ok := names[r.OfficeID]; !ok {
			names[r.OfficeID] = ""
			ids = append(ids, store.ID(r.OfficeID))
		}
	}
	clear(names)
	offices, err := t.q.OfficesInReach(ctx, records.OfficesInReachParams{TenantID: t.id(), AccountID: string(account), Ids: texts(ids)})
	if err != nil {
		return nil, err
	}
	for _, o := range offices {
		names[o.ID] = o.Name
	}
	for _, r := range rows {
		if name, ok := names[r.OfficeID]; ok {
			items = append(items, inboxItemOf(account, name, r))
		}
	}
	return items, nil
}

// inbox runs the query whose index the filter is a range of.
func (t receipts) inbox(ctx context.Context, f store.InboxFilter, p records.InboxParams) ([]records.InboxRow, error) {
	switch {
	case f.Office != "" && f.Kind != "":
		rows, err := t.q.InboxOfOfficeKind(ctx, records.InboxOfOfficeKindParams{
			TenantID: p.TenantID, AccountID: p.AccountID, OfficeID: string(f.Office), Kind: f.Kind, LeastUnread: p.LeastUnread,
			BeforeUnread: p.BeforeUnread, BeforeAt: p.BeforeAt, BeforeID: p.BeforeID, Size: p.Size,
		})
		return inboxRows(rows), err
	case f.Office != "":
		rows, err := t.q.InboxOfOffice(ctx, records.InboxOfOfficeParams{
			TenantID: p.TenantID, AccountID: p.AccountID, OfficeID: string(f.Office), LeastUnread: p.LeastUnread,
			BeforeUnread: p.BeforeUnread, BeforeAt: p.BeforeAt, BeforeID: p.BeforeID, Size: p.Size,
		})
		return inboxRows(rows), err
	case f.Kind != "":
		rows, err := t.q.InboxOfKind(ctx, records.InboxOfKindParams{
			TenantID: p.TenantID, AccountID: p.AccountID, Kind: f.Kind, LeastUnread: p.LeastUnread,
			BeforeUnread: p.BeforeUnread, BeforeAt: p.BeforeAt, BeforeID: p.BeforeID, Size: p.Size,
		})
		return inboxRows(rows), err
	}
	return t.q.Inbox(ctx, p)
}

// inboxRow is a row of an inbox; sqlc names one type for each query.
type inboxRow interface {
	records.InboxOfOfficeRow | records.InboxOfKindRow | records.InboxOfOfficeKindRow
}

func inboxRows[R inboxRow](rows []R) []records.InboxRow {
	out := make([]records.InboxRow, len(rows))
	for i, r := range rows {
		out[i] = records.InboxRow(r)
	}
	return out
}

func inboxItemOf(account store.ID, office string, r records.InboxRow) store.InboxItem {
	return store.InboxItem{
		Receipt: store.Receipt{
			DeliveryID: store.ID(r.DeliveryID), AccountID: account, OfficeID: store.ID(r.OfficeID),
			DeliveredAt: moment(r.DeliveredAt), ViewedAt: moment(r.ViewedAt), DownloadedAt: moment(r.DownloadedAt),
			AcknowledgedAt: moment(r.AcknowledgedAt),
		},
		DocumentID: store.ID(r.DocumentID), Title: r.Title, Kind: r.Kind, Acknowledge: r.Acknowledge == 1,
		OfficeName: office, FileCount: int(r.FileCount),
	}
}
