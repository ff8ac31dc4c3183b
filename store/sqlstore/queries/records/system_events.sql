-- What holds a text changes when that is taken out of it; a text without anything is in everything. LIKE would need to escape.

-- name: KeepSystemEvent :exec
INSERT INTO system_events (id, at, last_at, count, level, message, attributes, tenant_id, instance, folded)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (id) DO UPDATE SET last_at = excluded.last_at, count = excluded.count;

-- name: GetSystemEvent :one
SELECT id, at, last_at, count, level, message, attributes, tenant_id, instance, folded FROM system_events WHERE id = sqlc.arg(id);

-- name: ListSystemEvents :many
SELECT id, at, last_at, count, level, message, attributes, tenant_id, instance, folded FROM system_events
WHERE at >= sqlc.arg(from_at) AND id <> sqlc.arg(before_id) AND (at, id) < (sqlc.arg(before_at), sqlc.arg(before_id))
  AND (level = sqlc.arg(level) OR sqlc.arg(level) = '')
  AND (folded <> REPLACE(folded, CAST(sqlc.arg(text) AS TEXT), '') OR sqlc.arg(text) = '')
ORDER BY at DESC, id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListSystemEventsOfTenant :many
SELECT id, at, last_at, count, level, message, attributes, tenant_id, instance, folded FROM system_events
WHERE tenant_id = sqlc.arg(tenant_id) AND at >= sqlc.arg(from_at) AND id <> sqlc.arg(before_id) AND (at, id) < (sqlc.arg(before_at), sqlc.arg(before_id))
  AND (level = sqlc.arg(level) OR sqlc.arg(level) = '')
  AND (folded <> REPLACE(folded, CAST(sqlc.arg(text) AS TEXT), '') OR sqlc.arg(text) = '')
ORDER BY at DESC, id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: PruneSystemEvents :execrows
DELETE FROM system_events WHERE id IN
    (SELECT e.id FROM system_events e WHERE e.last_at < sqlc.arg(before_at) ORDER BY e.last_at LIMIT CAST(sqlc.arg(size) AS BIGINT));
