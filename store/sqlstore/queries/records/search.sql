-- name: LastNumber :one
SELECT CAST(COALESCE(MAX(number), 0) AS BIGINT) FROM search_texts WHERE tenant_id = sqlc.arg(tenant_id);

-- name: CreateSearchText :exec
INSERT INTO search_texts (tenant_id, number, document_id, at, text) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: GetSearchText :one
SELECT number, text FROM search_texts WHERE tenant_id = sqlc.arg(tenant_id) AND document_id = sqlc.arg(document_id);

-- name: AppendSearchText :exec
UPDATE search_texts SET text = text || sqlc.arg(more) WHERE tenant_id = sqlc.arg(tenant_id) AND document_id = sqlc.arg(document_id);

-- name: CountChunks :one
SELECT COUNT(*) FROM (SELECT 1 FROM search_grams g WHERE g.tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND g.gram = CAST(sqlc.arg(gram) AS TEXT)
    LIMIT CAST(sqlc.arg(size) AS BIGINT)) AS counted;

-- name: ListChunks :many
SELECT chunk, docs FROM search_grams
WHERE tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND gram = CAST(sqlc.arg(gram) AS TEXT)
  AND chunk >= CAST(sqlc.arg(least) AS BIGINT) AND chunk <= CAST(sqlc.arg(most) AS BIGINT)
ORDER BY chunk DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: GetChunks :many
SELECT chunk, docs FROM search_grams
WHERE tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND gram IN (sqlc.slice(grams)) AND chunk IN (sqlc.slice(chunks));

-- name: GetSearchTexts :many
SELECT s.number, s.document_id, s.at, s.text FROM search_texts s
WHERE s.tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT)
  AND EXISTS (SELECT 1 FROM deliveries v WHERE v.tenant_id = s.tenant_id AND v.document_id = s.document_id)
  AND s.number IN (sqlc.slice(numbers));

-- name: FirstNumberFrom :one
SELECT number FROM search_texts WHERE tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND at >= CAST(sqlc.arg(from_at) AS BIGINT)
ORDER BY at, number LIMIT 1;

-- name: LastNumberBefore :one
SELECT number FROM search_texts WHERE tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND at < CAST(sqlc.arg(to_at) AS BIGINT)
ORDER BY at DESC, number DESC LIMIT 1;

-- name: AllOfficesInReach :many
SELECT o.id FROM accounts a JOIN offices o ON o.tenant_id = a.tenant_id AND o.company_id = a.company_id
WHERE a.tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND a.id = CAST(sqlc.arg(account_id) AS TEXT)
  AND (a.all_offices = 1 OR EXISTS (SELECT 1 FROM account_offices s
       WHERE s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.office_id = o.id))
ORDER BY o.id;

-- name: ReceivedDocuments :many
SELECT r.delivery_id, r.office_id, r.document_id, r.kind, r.acknowledge, r.delivered_at,
    r.viewed_at, r.downloaded_at, r.acknowledged_at, v.title, v.file_count
FROM deliveries v JOIN receipts r ON r.tenant_id = v.tenant_id AND r.delivery_id = v.id
WHERE v.tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND v.state = 'delivered'
  AND r.account_id = CAST(sqlc.arg(account_id) AS TEXT) AND r.visible = 1
  AND v.document_id IN (sqlc.slice(documents)) AND v.office_id IN (sqlc.slice(offices));
