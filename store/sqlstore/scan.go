package sqlstore

import (
	"context"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type scans struct{ *tx }

func (t scans) Save(ctx context.Context, s store.Scan) error {
	return fault("save the scan of "+string(s.Digest), t.q.SaveScan(ctx, records.SaveScanParams{
		TenantID: t.id(), Digest: string(s.Digest), State: string(s.State), Finding: plain(s.Finding), At: micros(s.At),
	}))
}

func (t scans) Get(ctx context.Context, d store.Digest) (store.Scan, error) {
	row, err := t.q.GetScan(ctx, records.GetScanParams{TenantID: t.id(), Digest: string(d)})
	if err != nil {
		return store.Scan{}, fault("get the scan of "+string(d), err)
	}
	return store.Scan{
		Digest: store.Digest(row.Digest), State: store.ScanState(row.State), Finding: row.Finding, At: moment(row.At),
	}, nil
}

func (t scans) OfDocument(ctx context.Context, document store.ID) (store.ScanState, error) {
	there, err := t.q.HasDocument(ctx, records.HasDocumentParams{TenantID: t.id(), ID: string(document)})
	if err == nil && there == 0 {
		err = missing("no such document")
	}
	if err != nil {
		return "", fault("find document "+string(document), err)
	}
	n, err := t.q.CountScans(ctx, records.CountScansParams{TenantID: t.id(), DocumentID: string(document)})
	switch {
	case err != nil:
		return "", fault("count the scans of document "+string(document), err)
	case n.Found > 0:
		return store.ScanFound, nil
	case n.Clean < n.Files:
		return store.ScanWaiting, nil
	}
	return store.ScanClean, nil
}

func (t scans) Held(ctx context.Context, d store.Digest) ([]store.ID, error) {
	rows, err := t.q.GetHeldDeliveries(ctx, records.GetHeldDeliveriesParams{TenantID: t.id(), Digest: string(d)})
	if err != nil {
		return nil, fault("get what is held for "+string(d), err)
	}
	ids := make([]store.ID, len(rows))
	for i, id := range rows {
		ids[i] = store.ID(id)
	}
	return ids, nil
}
