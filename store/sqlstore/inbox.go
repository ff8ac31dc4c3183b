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
	rows, err := t.inbox(ctx, f, arg)
	if err != nil {
		return store.List[store.InboxItem]{}, fault("list an account's inbox", err)
	}
	return listOf(rows, p.Size(), inboxItemOf, func(r records.InboxRow) store.Cursor {
		return cursorOf(listInbox, r.Unread, r.DeliveredAt, r.DeliveryID)
	}), nil
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

func inboxItemOf(r records.InboxRow) store.InboxItem {
	return store.InboxItem{
		Receipt: store.Receipt{
			DeliveryID: store.ID(r.DeliveryID), AccountID: store.ID(r.AccountID), OfficeID: store.ID(r.OfficeID),
			DeliveredAt: moment(r.DeliveredAt), ViewedAt: moment(r.ViewedAt), DownloadedAt: moment(r.DownloadedAt),
			AcknowledgedAt: moment(r.AcknowledgedAt),
		},
		DocumentID: store.ID(r.DocumentID), Title: r.Title, Kind: r.Kind, Acknowledge: r.Acknowledge == 1,
		OfficeName: r.OfficeName, FileCount: int(r.FileCount),
	}
}
