package sqlstore

import (
	"context"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type deliveries struct{ *tx }

func (t deliveries) Create(ctx context.Context, d store.Delivery) error {
	err := t.single(ctx, func() error {
		n, err := t.q.CreateDelivery(ctx, records.CreateDeliveryParams{
			ID: string(d.ID), OfficeID: string(d.OfficeID), CreatedAt: micros(d.CreatedAt), TenantID: t.id(), DocumentID: string(d.DocumentID),
		})
		if err == nil && n == 0 {
			return missing("no such document")
		}
		return err
	})
	if err == nil {
		err = t.enterOffice(ctx, d.DocumentID, d.OfficeID)
	}
	return fault("create delivery "+string(d.ID), err)
}

func (t deliveries) Get(ctx context.Context, id store.ID) (store.Delivery, error) {
	row, err := t.q.GetDelivery(ctx, records.GetDeliveryParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.Delivery{}, fault("get delivery "+string(id), err)
	}
	return deliveryOf(row), nil
}

func (t deliveries) At(ctx context.Context, document, office store.ID) (store.Delivery, error) {
	row, err := t.q.GetDeliveryAt(ctx, records.GetDeliveryAtParams{TenantID: t.id(), DocumentID: string(document), OfficeID: string(office)})
	if err != nil {
		return store.Delivery{}, fault("get the delivery of document "+string(document)+" to office "+string(office), err)
	}
	return deliveryOf(row), nil
}

func (t deliveries) ByDocument(ctx context.Context, document store.ID) ([]store.Delivery, error) {
	rows, err := t.q.GetDeliveriesOfDocument(ctx, records.GetDeliveriesOfDocumentParams{TenantID: t.id(), DocumentID: string(document)})
	if err != nil {
		return nil, fault("get the deliveries of document "+string(document), err)
	}
	all := make([]store.Delivery, len(rows))
	for i, r := range rows {
		all[i] = deliveryOf(r)
	}
	return all, nil
}

func (t deliveries) Deliver(ctx context.Context, id, by store.ID, at time.Time) (int, error) {
	n, err := t.q.Deliver(ctx, records.DeliverParams{
		DeliveredBy: string(by), DeliveredAt: micros(at), TenantID: t.id(), ID: string(id),
	})
	if err == nil && n == 0 {
		err = t.undelivered(ctx, id)
	}
	if err != nil {
		return 0, fault("deliver "+string(id), err)
	}
	n, err = t.changes(ctx)(t.q.OpenReceiptsOfDelivery(ctx, records.OpenReceiptsOfDeliveryParams{TenantID: t.id(), DeliveryID: string(id)}))
	return int(n), fault("open the receipts of delivery "+string(id), err)
}

func (t deliveries) Withdraw(ctx context.Context, id, by store.ID, at time.Time, reason string) error {
	n, err := t.q.Withdraw(ctx, records.WithdrawParams{
		WithdrawnBy: string(by), WithdrawnAt: micros(at), Reason: reason, TenantID: t.id(), ID: string(id),
	})
	if err == nil && n == 0 {
		err = t.refused(ctx, id, store.DeliveryDelivered)
	}
	if err != nil {
		return fault("withdraw delivery "+string(id), err)
	}
	_, err = t.changes(ctx)(t.q.HideReceiptsOfDelivery(ctx, records.HideReceiptsOfDeliveryParams{TenantID: t.id(), DeliveryID: string(id)}))
	return fault("hide the receipts of delivery "+string(id), err)
}

// undelivered says why a delivery was not made.
func (t deliveries) undelivered(ctx context.Context, id store.ID) error {
	d, err := t.Get(ctx, id)
	if err == nil && d.State == store.DeliveryScheduled {
		return conflict("a second person has yet to approve it")
	}
	return t.refused(ctx, id, store.DeliveryDraft, store.DeliveryScheduled)
}

// refused says why no delivery in one of those states was changed.
func (t deliveries) refused(ctx context.Context, id store.ID, want ...store.DeliveryState) error {
	d, err := t.Get(ctx, id)
	if err != nil {
		return err
	}
	return conflict("it is %s, not %s", d.State, want)
}

func deliveryOf(r records.Delivery) store.Delivery {
	return store.Delivery{
		ID: store.ID(r.ID), DocumentID: store.ID(r.DocumentID), OfficeID: store.ID(r.OfficeID),
		State: store.DeliveryState(r.State), CreatedAt: moment(r.CreatedAt),
		Plan: store.DeliveryPlan{
			By: store.ID(r.PlannedBy), DueAt: moment(r.DueAt), ExpiresAt: moment(r.ExpiresAt), TwoPersons: r.TwoPersons == 1,
		},
		ApprovedBy: store.ID(r.ApprovedBy), ApprovedAt: moment(r.ApprovedAt),
		DeliveredBy: store.ID(r.DeliveredBy), DeliveredAt: moment(r.DeliveredAt),
		WithdrawnBy: store.ID(r.WithdrawnBy), WithdrawnAt: moment(r.WithdrawnAt), Reason: r.Reason,
	}
}
