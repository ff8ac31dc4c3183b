package sqlstore

import (
	"context"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

func (t deliveries) Schedule(ctx context.Context, id store.ID, plan store.DeliveryPlan) error {
	n, err := t.q.ScheduleDelivery(ctx, records.ScheduleDeliveryParams{
		PlannedBy: string(plan.By), DueAt: micros(plan.DueAt), ExpiresAt: micros(plan.ExpiresAt), TwoPersons: flag(plan.TwoPersons),
		TenantID: t.id(), ID: string(id),
	})
	if err == nil && n == 0 {
		err = t.refused(ctx, id, store.DeliveryDraft, store.DeliveryScheduled)
	}
	return fault("schedule delivery "+string(id), err)
}

func (t deliveries) Unschedule(ctx context.Context, id store.ID) error {
	n, err := t.q.UnscheduleDelivery(ctx, records.UnscheduleDeliveryParams{TenantID: t.id(), ID: string(id)})
	if err == nil && n == 0 {
		err = t.refused(ctx, id, store.DeliveryScheduled)
	}
	return fault("unschedule delivery "+string(id), err)
}

func (t deliveries) Approve(ctx context.Context, id, by store.ID, at time.Time) error {
	n, err := t.q.ApproveDelivery(ctx, records.ApproveDeliveryParams{
		ApprovedBy: string(by), ApprovedAt: micros(at), TenantID: t.id(), ID: string(id),
	})
	if err == nil && n == 0 {
		err = t.unapproved(ctx, id)
	}
	return fault("approve delivery "+string(id), err)
}

// unapproved says why a delivery was not approved.
func (t deliveries) unapproved(ctx context.Context, id store.ID) error {
	d, err := t.Get(ctx, id)
	switch {
	case err != nil:
		return err
	case d.State != store.DeliveryScheduled:
		return conflict("it is %s, not %s", d.State, store.DeliveryScheduled)
	case d.ApprovedBy != "":
		return conflict("it was approved before")
	}
	return store.Fail(store.Denied, "", "who asked for it cannot approve it")
}

func (t deliveries) Scheduled(ctx context.Context, scope store.OfficeScope, p store.Page) (store.List[store.Delivery], error) {
	arg := records.ListScheduledParams{TenantID: t.id(), AfterAt: -latest, Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listScheduled, &arg.AfterAt, &arg.AfterID); err != nil {
		return store.List[store.Delivery]{}, err
	}
	in := map[string]bool{}
	for _, office := range scope.Offices {
		in[string(office)] = true
	}
	var found []records.Delivery
	for len(found) <= p.Size() {
		rows, err := t.q.ListScheduled(ctx, arg)
		if err != nil {
			return store.List[store.Delivery]{}, fault("list scheduled deliveries", err)
		}
		for _, r := range rows {
			if scope.All || in[r.OfficeID] {
				found = append(found, r)
			}
		}
		if len(rows) <= p.Size() {
			break
		}
		arg.AfterAt, arg.AfterID = rows[p.Size()].DueAt, rows[p.Size()].ID
	}
	return listOf(found, p.Size(), deliveryOf, func(r records.Delivery) store.Cursor {
		return cursorOf(listScheduled, r.DueAt, r.ID)
	}), nil
}

func (t deliveries) Expire(ctx context.Context, id store.ID) (unopened, all int, err error) {
	n, err := t.q.ExpireDelivery(ctx, records.ExpireDeliveryParams{TenantID: t.id(), ID: string(id)})
	if err == nil && n == 0 {
		err = t.refused(ctx, id, store.DeliveryDelivered)
	}
	if err != nil {
		return 0, 0, fault("expire delivery "+string(id), err)
	}
	count, err := t.q.CountUnopened(ctx, records.CountUnopenedParams{TenantID: t.id(), DeliveryID: string(id)})
	if err != nil {
		return 0, 0, fault("count who opened delivery "+string(id), err)
	}
	_, err = t.changes(ctx)(t.q.HideReceiptsOfDelivery(ctx, records.HideReceiptsOfDeliveryParams{TenantID: t.id(), DeliveryID: string(id)}))
	return int(count.Unopened), int(count.Receipts), fault("hide the receipts of delivery "+string(id), err)
}
