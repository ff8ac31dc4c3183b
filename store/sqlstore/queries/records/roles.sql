-- name: CreateRole :exec
INSERT INTO roles (tenant_id, id, name, permissions, version) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: GetRole :one
SELECT tenant_id, id, name, permissions, version FROM roles WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: UpdateRole :execrows
UPDATE roles SET name = sqlc.arg(name), permissions = sqlc.arg(permissions), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND version = sqlc.arg(version);

-- name: GiveRole :exec
UPDATE accounts SET permissions = sqlc.arg(permissions), rights_at = sqlc.arg(at), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND role_id = sqlc.arg(role_id) AND permissions <> sqlc.arg(permissions);

-- name: RemoveRole :execrows
DELETE FROM roles WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: CountRole :one
SELECT COUNT(*) FROM accounts WHERE tenant_id = sqlc.arg(tenant_id) AND role_id = sqlc.arg(role_id);

-- name: ListRoles :many
SELECT tenant_id, id, name, permissions, version FROM roles
WHERE tenant_id = sqlc.arg(tenant_id) AND name > sqlc.arg(after_name)
ORDER BY name LIMIT CAST(sqlc.arg(size) AS BIGINT);
