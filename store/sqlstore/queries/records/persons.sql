-- name: CreatePerson :exec
INSERT INTO persons (tenant_id, document_id, position, notice, number, name, kana) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: GetPersons :many
SELECT tenant_id, document_id, position, notice, number, name, kana
FROM persons WHERE tenant_id = sqlc.arg(tenant_id) AND document_id = sqlc.arg(document_id) ORDER BY position;

-- name: GetPersonsOfDelivery :many
SELECT p.position, p.notice, p.number, p.name, p.kana, l.told_by, l.told_at, l.how, l.note
FROM deliveries v
JOIN persons p ON p.tenant_id = v.tenant_id AND p.document_id = v.document_id
LEFT JOIN tellings l ON l.tenant_id = v.tenant_id AND l.delivery_id = v.id AND l.position = p.position
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.id = sqlc.arg(delivery_id)
ORDER BY p.position;

-- name: Tell :execrows
INSERT INTO tellings (tenant_id, delivery_id, position, told_by, told_at, how, note)
SELECT v.tenant_id, v.id, p.position, sqlc.arg(told_by), sqlc.arg(told_at), sqlc.arg(how), sqlc.arg(note)
FROM deliveries v JOIN persons p ON p.tenant_id = v.tenant_id AND p.document_id = v.document_id
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.id = sqlc.arg(delivery_id) AND p.position = sqlc.arg(position)
ON CONFLICT (tenant_id, delivery_id, position)
DO UPDATE SET told_by = excluded.told_by, told_at = excluded.told_at, how = excluded.how, note = excluded.note;

-- name: Untell :execrows
DELETE FROM tellings WHERE tenant_id = sqlc.arg(tenant_id) AND delivery_id = sqlc.arg(delivery_id) AND position = sqlc.arg(position);

-- name: CountPersons :many
SELECT v.id, COUNT(*) AS persons, COUNT(l.told_at) AS told
FROM deliveries v
JOIN persons p ON p.tenant_id = v.tenant_id AND p.document_id = v.document_id
LEFT JOIN tellings l ON l.tenant_id = v.tenant_id AND l.delivery_id = v.id AND l.position = p.position
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.id IN (sqlc.slice(ids))
GROUP BY v.id;

-- name: ListReceived :many
SELECT r.delivered_at, r.delivery_id FROM receipts r
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.account_id = sqlc.arg(account_id)
  AND r.delivery_id <> sqlc.arg(before_id) AND (r.delivered_at, r.delivery_id) < (sqlc.arg(before_at), sqlc.arg(before_id))
  AND EXISTS (SELECT 1 FROM persons p WHERE p.tenant_id = r.tenant_id AND p.document_id = r.document_id)
ORDER BY r.delivered_at DESC, r.delivery_id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);
