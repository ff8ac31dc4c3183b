-- name: CreateDocument :exec
INSERT INTO documents (tenant_id, id, title, kind, note, acknowledge, created_by, created_at, file_count,
    arrival_number, origin, parts, replaces, retain_until)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);

-- name: HasDocument :one
SELECT COUNT(*) FROM documents WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: CreateFile :exec
INSERT INTO files (tenant_id, document_id, position, id, name, media_type, size, digest)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: GetDocument :one
SELECT tenant_id, id, title, kind, note, acknowledge, created_by, created_at, file_count,
    arrival_number, origin, parts, replaces, retain_until
FROM documents WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: GetFiles :many
SELECT tenant_id, document_id, position, id, name, media_type, size, digest
FROM files WHERE tenant_id = sqlc.arg(tenant_id) AND document_id = sqlc.arg(document_id) ORDER BY position;

-- name: UsesDigest :one
SELECT COUNT(*) FROM (SELECT 1 FROM files f WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.digest = sqlc.arg(digest) LIMIT 1) AS uses;

-- name: GetHolders :many
SELECT DISTINCT f.document_id FROM files f WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.digest = sqlc.arg(digest)
ORDER BY f.document_id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: PageDocuments :many
SELECT d.id, d.created_at FROM documents d
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.id <> sqlc.arg(before_id)
  AND (d.created_at, d.id) < (sqlc.arg(before_at), sqlc.arg(before_id))
  AND EXISTS (SELECT 1 FROM deliveries v WHERE v.tenant_id = d.tenant_id AND v.document_id = d.id)
ORDER BY d.created_at DESC, d.id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: PageDocumentsOfKind :many
SELECT d.id, d.created_at FROM documents d
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.kind = sqlc.arg(kind)
  AND d.id <> sqlc.arg(before_id)
  AND (d.created_at, d.id) < (sqlc.arg(before_at), sqlc.arg(before_id))
  AND EXISTS (SELECT 1 FROM deliveries v WHERE v.tenant_id = d.tenant_id AND v.document_id = d.id)
ORDER BY d.created_at DESC, d.id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: PageDocumentsOfOffice :many
SELECT document_id AS id, document_at AS created_at FROM deliveries
WHERE tenant_id = sqlc.arg(tenant_id) AND office_id = sqlc.arg(office_id)
  AND document_id <> sqlc.arg(before_id) AND (document_at, document_id) < (sqlc.arg(before_at), sqlc.arg(before_id))
  AND (document_at, document_id) >= (sqlc.arg(from_at), CAST(sqlc.arg(from_id) AS TEXT))
ORDER BY document_at DESC, document_id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: PageDocumentsOfOfficeKind :many
SELECT document_id AS id, document_at AS created_at FROM deliveries
WHERE tenant_id = sqlc.arg(tenant_id) AND office_id = sqlc.arg(office_id) AND kind = sqlc.arg(kind)
  AND document_id <> sqlc.arg(before_id) AND (document_at, document_id) < (sqlc.arg(before_at), sqlc.arg(before_id))
  AND (document_at, document_id) >= (sqlc.arg(from_at), CAST(sqlc.arg(from_id) AS TEXT))
ORDER BY document_at DESC, document_id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: GetReplacements :many
SELECT id FROM documents
WHERE tenant_id = sqlc.arg(tenant_id) AND replaces = sqlc.arg(replaced) AND replaces <> ''
ORDER BY created_at, id;

-- name: SummariseDocuments :many
SELECT id, title, kind, note, acknowledge, created_by, created_at, file_count, origin, replaces, retain_until
FROM documents WHERE tenant_id = sqlc.arg(tenant_id) AND id IN (sqlc.slice(ids))
ORDER BY created_at DESC, id DESC;

-- name: SummariseDeliveries :many
SELECT document_id,
    COUNT(CASE WHEN state = 'draft' THEN 1 END) AS drafts,
    COUNT(CASE WHEN state = 'scheduled' THEN 1 END) AS scheduled,
    COUNT(CASE WHEN state = 'delivered' THEN 1 END) AS delivered,
    COUNT(CASE WHEN state = 'withdrawn' THEN 1 END) AS withdrawn,
    COUNT(CASE WHEN state = 'expired' THEN 1 END) AS expired
FROM deliveries WHERE tenant_id = sqlc.arg(tenant_id) AND document_id IN (sqlc.slice(ids))
GROUP BY document_id;

-- name: SummariseReceipts :many
SELECT v.document_id, COUNT(*) AS recipients,
    COUNT(CASE WHEN r.viewed_at > 0 THEN 1 END) AS viewed,
    COUNT(CASE WHEN r.acknowledged_at > 0 THEN 1 END) AS acknowledged
FROM deliveries v JOIN receipts r ON r.tenant_id = v.tenant_id AND r.delivery_id = v.id
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.state = 'delivered' AND v.document_id IN (sqlc.slice(ids))
GROUP BY v.document_id;
