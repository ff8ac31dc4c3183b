-- name: CreateDelivery :execrows
INSERT INTO deliveries (tenant_id, id, document_id, office_id, kind, document_at, title, file_count, state, created_at,
    delivered_by, delivered_at, withdrawn_by, withdrawn_at, reason)
SELECT d.tenant_id, sqlc.arg(id), d.id, sqlc.arg(office_id), d.kind, d.created_at, d.title, d.file_count, 'draft', sqlc.arg(created_at), '', 0, '', 0, ''
FROM documents d WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.id = sqlc.arg(document_id);

-- name: GetDelivery :one
SELECT tenant_id, id, document_id, office_id, kind, document_at, title, file_count, state, created_at, delivered_by, delivered_at, withdrawn_by, withdrawn_at, reason,
    planned_by, due_at, expires_at, two_persons, approved_by, approved_at
FROM deliveries WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: GetDeliveryAt :one
SELECT tenant_id, id, document_id, office_id, kind, document_at, title, file_count, state, created_at, delivered_by, delivered_at, withdrawn_by, withdrawn_at, reason,
    planned_by, due_at, expires_at, two_persons, approved_by, approved_at
FROM deliveries WHERE tenant_id = sqlc.arg(tenant_id) AND document_id = sqlc.arg(document_id) AND office_id = sqlc.arg(office_id);

-- name: GetDeliveriesOfDocument :many
SELECT v.tenant_id, v.id, v.document_id, v.office_id, v.kind, v.document_at, v.title, v.file_count, v.state, v.created_at, v.delivered_by, v.delivered_at, v.withdrawn_by, v.withdrawn_at, v.reason,
    v.planned_by, v.due_at, v.expires_at, v.two_persons, v.approved_by, v.approved_at
FROM deliveries v JOIN offices o ON o.tenant_id = v.tenant_id AND o.id = v.office_id
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.document_id = sqlc.arg(document_id)
ORDER BY o.name, v.id;

-- name: Deliver :execrows
UPDATE deliveries SET state = 'delivered', delivered_by = sqlc.arg(delivered_by), delivered_at = sqlc.arg(delivered_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND state IN ('draft', 'scheduled')
  AND (two_persons = 0 OR approved_by <> '');

-- name: Withdraw :execrows
UPDATE deliveries SET state = 'withdrawn', withdrawn_by = sqlc.arg(withdrawn_by), withdrawn_at = sqlc.arg(withdrawn_at), reason = sqlc.arg(reason)
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND state = 'delivered';
