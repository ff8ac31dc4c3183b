-- name: ScheduleDelivery :execrows
UPDATE deliveries SET state = 'scheduled', planned_by = sqlc.arg(planned_by), due_at = sqlc.arg(due_at),
    expires_at = sqlc.arg(expires_at), two_persons = sqlc.arg(two_persons), approved_by = '', approved_at = 0
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND state IN ('draft', 'scheduled');

-- name: UnscheduleDelivery :execrows
UPDATE deliveries SET state = 'draft', planned_by = '', due_at = 0, expires_at = 0, two_persons = 0, approved_by = '', approved_at = 0
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND state = 'scheduled';

-- name: ApproveDelivery :execrows
UPDATE deliveries SET approved_by = sqlc.arg(approved_by), approved_at = sqlc.arg(approved_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND state = 'scheduled' AND approved_by = '' AND planned_by <> sqlc.arg(approved_by);

-- name: ExpireDelivery :execrows
UPDATE deliveries SET state = 'expired'
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND state = 'delivered';

-- name: CountUnopened :one
SELECT COUNT(*) AS receipts, COUNT(CASE WHEN viewed_at = 0 AND downloaded_at = 0 THEN 1 END) AS unopened
FROM receipts WHERE tenant_id = sqlc.arg(tenant_id) AND delivery_id = sqlc.arg(delivery_id) AND visible = 1;

-- name: ListScheduled :many
SELECT tenant_id, id, document_id, office_id, kind, document_at, title, file_count, state, created_at, delivered_by, delivered_at, withdrawn_by, withdrawn_at, reason,
    planned_by, due_at, expires_at, two_persons, approved_by, approved_at
FROM deliveries
WHERE tenant_id = sqlc.arg(tenant_id) AND state = 'scheduled'
  AND id <> sqlc.arg(after_id) AND (due_at, id) > (sqlc.arg(after_at), sqlc.arg(after_id))
ORDER BY due_at, id LIMIT CAST(sqlc.arg(size) AS BIGINT);
