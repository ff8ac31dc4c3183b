-- name: CreateScimToken :exec
INSERT INTO scim_tokens (tenant_id, id, trust_id, secret, name, by_id, by_name, at, expires_at, used_at, revoked_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- name: GetScimToken :one
SELECT tenant_id, id, trust_id, secret, name, by_id, by_name, at, expires_at, used_at, revoked_at
FROM scim_tokens WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: FindScimToken :one
SELECT tenant_id, id, trust_id, secret, name, by_id, by_name, at, expires_at, used_at, revoked_at
FROM scim_tokens WHERE secret = sqlc.arg(secret);

-- name: UseScimToken :execrows
UPDATE scim_tokens SET used_at = CASE WHEN used_at < sqlc.arg(used_at) THEN sqlc.arg(used_at) ELSE used_at END
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: RevokeScimToken :execrows
UPDATE scim_tokens SET revoked_at = sqlc.arg(revoked_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND revoked_at = 0;

-- name: ListScimTokens :many
SELECT tenant_id, id, trust_id, secret, name, by_id, by_name, at, expires_at, used_at, revoked_at
FROM scim_tokens WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id)
ORDER BY id DESC;

-- name: ForgetScimToken :exec
DELETE FROM scim_tokens WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: DropScimTokens :exec
DELETE FROM scim_tokens WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id);
