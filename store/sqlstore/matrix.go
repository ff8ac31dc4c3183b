package sqlstore

import (
	"context"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

func (t receipts) Cells(ctx context.Context, documents, offices []store.ID) ([]store.ReceiptCell, error) {
	if len(documents) > store.MaxPage || len(offices) > store.MaxPage {
		return nil, store.Fail(store.Invalid, "", "cells of %d documents and %d offices", len(documents), len(offices))
	}
	rows, err := t.q.CountCells(ctx, records.CountCellsParams{TenantID: t.id(), Documents: texts(documents), Offices: texts(offices)})
	if err != nil {
		return nil, fault("count the receipts of documents and offices", err)
	}
	cells := make([]store.ReceiptCell, len(rows))
	for i, r := range rows {
		cells[i] = store.ReceiptCell{
			DeliveryID: store.ID(r.ID), DocumentID: store.ID(r.DocumentID), OfficeID: store.ID(r.OfficeID), State: store.DeliveryState(r.State),
			Recipients: int(r.Recipients), Viewed: int(r.Viewed), Downloaded: int(r.Downloaded), Acknowledged: int(r.Acknowledged),
		}
	}
	return cells, nil
}
