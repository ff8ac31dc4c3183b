-- name: CreateSetupLink :exec
INSERT INTO setup_links (tenant_id, id, trust_id, secret, by_id, by_name, at, expires_at, opened_at, granted, ends_at, revoked_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: GetSetupLink :one
SELECT tenant_id, id, trust_id, secret, by_id, by_name, at, expires_at, opened_at, granted, ends_at, revoked_at
FROM setup_links WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: FindSetupLink :one
SELECT tenant_id, id, trust_id, secret, by_id, by_name, at, expires_at, opened_at, granted, ends_at, revoked_at
FROM setup_links WHERE secret = sqlc.arg(secret) OR granted = sqlc.arg(secret) AND granted <> '';

-- name: OpenSetupLink :execrows
UPDATE setup_links SET opened_at = sqlc.arg(opened_at), granted = sqlc.arg(granted), ends_at = sqlc.arg(ends_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND opened_at = 0 AND revoked_at = 0;

-- name: RevokeSetupLinks :execrows
UPDATE setup_links SET revoked_at = sqlc.arg(revoked_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND revoked_at = 0;

-- name: ListSetupLinks :many
SELECT tenant_id, id, trust_id, secret, by_id, by_name, at, expires_at, opened_at, granted, ends_at, revoked_at
FROM setup_links WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id)
ORDER BY id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: DropSetupLinks :exec
DELETE FROM setup_links WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id);
