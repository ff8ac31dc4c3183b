package sqlstore

import (
	"context"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

// maxLooked is how many changes one page looks through for some at offices in scope.
const maxLooked = 2000

// changes returns what takes the outcome of a statement that changed receipts: if it changed any, the number that it wrote
// to them is used up. hold keeps the tenant's other transactions from taking it, too.
func (t *tx) changes(ctx context.Context) func(int64, error) (int64, error) {
	return func(n int64, err error) (int64, error) {
		if err == nil && n > 0 {
			err = t.q.NoteChanges(ctx, t.id())
		}
		return n, err
	}
}

func (t receipts) Changes(ctx context.Context, scope store.OfficeScope, p store.Page) (list store.ReceiptChanges, err error) {
	at := records.ListReceiptChangesParams{TenantID: t.id(), AfterChange: -1, Size: int64(p.Size())}
	if err := readCursor(p.After, listReceiptChanges, &at.AfterChange, &at.AfterDelivery, &at.AfterAccount); err != nil {
		return list, err
	}
	if err := t.changed(ctx, at.AfterChange); err != nil {
		return list, err
	}
	list.More = true
	for looked := 0; list.More && looked < maxLooked && len(list.Items) < p.Size(); {
		at.Size = int64(p.Size() - len(list.Items))
		rows, err := t.q.ListReceiptChanges(ctx, at)
		if err != nil {
			return list, fault("list the changes of receipts", err)
		}
		for _, r := range rows {
			at.AfterChange, at.AfterDelivery, at.AfterAccount = r.Changed, r.DeliveryID, r.AccountID
			if scope.Contains(store.ID(r.OfficeID)) {
				list.Items = append(list.Items, receiptChangeOf(r))
			}
		}
		looked += len(rows)
		list.More = int64(len(rows)) == at.Size
	}
	list.Next = cursorOf(listReceiptChanges, at.AfterChange, at.AfterDelivery, at.AfterAccount)
	return list, nil
}

// changed demands that a number of the tenant's changes has been given.
func (t receipts) changed(ctx context.Context, number int64) error {
	last, err := t.q.CountChanges(ctx, t.id())
	if err == nil && number > last {
		err = store.Fail(store.Invalid, "error.cursor_invalid", "a cursor after change %d of %d", number, last)
	}
	return fault("count the changes of receipts", err)
}

func receiptChangeOf(r records.ListReceiptChangesRow) store.ReceiptChange {
	return store.ReceiptChange{
		Receipt: store.Receipt{
			DeliveryID: store.ID(r.DeliveryID), AccountID: store.ID(r.AccountID), OfficeID: store.ID(r.OfficeID),
			DeliveredAt: moment(r.DeliveredAt), ViewedAt: moment(r.ViewedAt), DownloadedAt: moment(r.DownloadedAt),
			AcknowledgedAt: moment(r.AcknowledgedAt),
		},
		DocumentID: store.ID(r.DocumentID), State: store.DeliveryState(r.State), Readable: r.Visible == 1,
	}
}
