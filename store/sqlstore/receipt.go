package sqlstore

import (
	"context"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type receipts struct{ *tx }

func (t receipts) Count(ctx context.Context, account store.ID, limit int) (store.InboxCount, error) {
	unread, err := t.q.CountUnread(ctx, records.CountUnreadParams{TenantID: t.id(), AccountID: string(account), Size: int64(max(limit, 0))})
	if err != nil {
		return store.InboxCount{}, fault("count the unread", err)
	}
	pending, err := t.q.CountPending(ctx, records.CountPendingParams{TenantID: t.id(), AccountID: string(account), Size: int64(max(limit, 0))})
	return store.InboxCount{Unread: int(unread), Pending: int(pending)}, fault("count the pending", err)
}

func (t receipts) Visible(ctx context.Context, account store.ID, limit int) (int, error) {
	n, err := t.q.CountVisible(ctx, records.CountVisibleParams{TenantID: t.id(), AccountID: string(account), Size: int64(max(limit, 0))})
	return int(n), fault("count what account "+string(account)+" sees", err)
}

// Get finds a hidden receipt no more than one that is not there: what an account may not see does not exist for it.
func (t receipts) Get(ctx context.Context, account, delivery store.ID) (store.Receipt, error) {
	row, err := t.q.GetReceipt(ctx, records.GetReceiptParams{TenantID: t.id(), DeliveryID: string(delivery), AccountID: string(account)})
	if err == nil && row.Visible == 0 {
		err = missing("it is hidden")
	}
	if err != nil {
		return store.Receipt{}, fault("get a receipt of delivery "+string(delivery), err)
	}
	return store.Receipt{
		DeliveryID: store.ID(row.DeliveryID), AccountID: store.ID(row.AccountID), OfficeID: store.ID(row.OfficeID),
		DeliveredAt: moment(row.DeliveredAt), ViewedAt: moment(row.ViewedAt), DownloadedAt: moment(row.DownloadedAt),
		AcknowledgedAt: moment(row.AcknowledgedAt),
	}, nil
}

func (t receipts) Record(ctx context.Context, account, delivery store.ID, fact store.Fact, at time.Time) (bool, error) {
	n, err := t.changes(ctx)(t.record(ctx, account, delivery, fact, at))
	if err != nil {
		return false, fault("record that "+string(delivery)+" was "+string(fact), err)
	}
	if n > 0 {
		return true, nil
	}
	_, err = t.Get(ctx, account, delivery)
	return false, err
}

func (t receipts) record(ctx context.Context, account, delivery store.ID, fact store.Fact, at time.Time) (int64, error) {
	p := records.RecordViewedParams{At: micros(at), TenantID: t.id(), DeliveryID: string(delivery), AccountID: string(account)}
	switch fact {
	case store.Viewed:
		return t.q.RecordViewed(ctx, p)
	case store.Downloaded:
		return t.q.RecordDownloaded(ctx, records.RecordDownloadedParams(p))
	case store.Acknowledged:
		return t.q.RecordAcknowledged(ctx, records.RecordAcknowledgedParams(p))
	}
	return 0, store.Fail(store.Invalid, "", "unknown fact %q", fact)
}

func (t receipts) ByDocument(ctx context.Context, document store.ID, p store.Page) (store.List[store.PersonReceipt], error) {
	arg := records.ListReceiptsOfDocumentParams{TenantID: t.id(), DocumentID: string(document), Size: int64(p.Size() + 1)}
	err := readCursor(p.After, listReceipts, &arg.AfterOffice, &arg.AfterName, &arg.AfterDelivery, &arg.AfterAccount)
	if err != nil {
		return store.List[store.PersonReceipt]{}, err
	}
	rows, err := t.q.ListReceiptsOfDocument(ctx, arg)
	if err != nil {
		return store.List[store.PersonReceipt]{}, fault("list the receipts of document "+string(document), err)
	}
	return listOf(rows, p.Size(), personReceiptOf, func(r records.ListReceiptsOfDocumentRow) store.Cursor {
		return cursorOf(listReceipts, r.OfficeName, r.AccountName, r.DeliveryID, r.AccountID)
	}), nil
}

func (t receipts) ByDelivery(ctx context.Context, delivery store.ID, p store.Page) (store.List[store.PersonReceipt], error) {
	arg := records.ListReceiptsOfDeliveryParams{TenantID: t.id(), DeliveryID: string(delivery), Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listReceiptsOfDelivery, &arg.AfterAccount); err != nil {
		return store.List[store.PersonReceipt]{}, err
	}
	rows, err := t.q.ListReceiptsOfDelivery(ctx, arg)
	if err != nil {
		return store.List[store.PersonReceipt]{}, fault("list the receipts of delivery "+string(delivery), err)
	}
	one := func(r records.ListReceiptsOfDeliveryRow) store.PersonReceipt {
		return personReceiptOf(records.ListReceiptsOfDocumentRow(r))
	}
	return listOf(rows, p.Size(), one, func(r records.ListReceiptsOfDeliveryRow) store.Cursor {
		return cursorOf(listReceiptsOfDelivery, r.AccountID)
	}), nil
}

func personReceiptOf(r records.ListReceiptsOfDocumentRow) store.PersonReceipt {
	return store.PersonReceipt{
		Receipt: store.Receipt{
			DeliveryID: store.ID(r.DeliveryID), AccountID: store.ID(r.AccountID), OfficeID: store.ID(r.OfficeID),
			DeliveredAt: moment(r.DeliveredAt), ViewedAt: moment(r.ViewedAt), DownloadedAt: moment(r.DownloadedAt),
			AcknowledgedAt: moment(r.AcknowledgedAt),
		},
		AccountName: r.AccountName, OfficeName: r.OfficeName,
	}
}
