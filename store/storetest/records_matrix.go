package storetest

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"cloudpocket/store"
)

func receiptsCells(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fillLibrary()
	f.record("all", "d1-blue-1", store.Viewed, day)
	f.record("all", "d1-blue-1", store.Acknowledged, day)
	f.record("one", "d1-blue-1", store.Downloaded, day)
	f.view(func(ctx context.Context, tx store.Tx) {
		got, err := tx.Receipts().Cells(ctx, []store.ID{"d1", "d3", "d4", "d5", "none"}, []store.ID{"blue-1", "blue-2", "none"})
		must(t, err)
		slices.SortFunc(got, func(a, b store.ReceiptCell) int { return cmp.Compare(a.DeliveryID, b.DeliveryID) })
		same(t, "the cells", got, []store.ReceiptCell{
			{DeliveryID: "d1-blue-1", DocumentID: "d1", OfficeID: "blue-1", State: store.DeliveryDelivered, Recipients: 2, Viewed: 1, Downloaded: 1, Acknowledged: 1},
			{DeliveryID: "d1-blue-2", DocumentID: "d1", OfficeID: "blue-2", State: store.DeliveryDelivered, Recipients: 1},
			{DeliveryID: "d3-blue-2", DocumentID: "d3", OfficeID: "blue-2", State: store.DeliveryDraft},
			{DeliveryID: "d4-blue-1", DocumentID: "d4", OfficeID: "blue-1", State: store.DeliveryWithdrawn, Recipients: 2},
			{DeliveryID: "d5-blue-1", DocumentID: "d5", OfficeID: "blue-1", State: store.DeliveryDelivered, Recipients: 2},
		})
		got, err = tx.Receipts().Cells(ctx, nil, []store.ID{"blue-1"})
		must(t, err)
		same(t, "of no documents", len(got), 0)
		_, err = tx.Receipts().Cells(ctx, make([]store.ID, store.MaxPage+1), nil)
		isKind(t, err, store.ErrInvalid)
	})
}
