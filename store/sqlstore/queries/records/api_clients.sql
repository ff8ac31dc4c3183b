-- name: CreateAPIClient :exec
INSERT INTO api_clients (tenant_id, id, name, state, config, by_id, by_name, created_at, used_at, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: GetAPIClient :one
SELECT tenant_id, id, name, state, config, by_id, by_name, created_at, used_at, version
FROM api_clients WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: FindAPIClient :one
SELECT tenant_id, id, name, state, config, by_id, by_name, created_at, used_at, version
FROM api_clients WHERE id = sqlc.arg(id);

-- name: UpdateAPIClient :execrows
UPDATE api_clients SET name = sqlc.arg(name), state = sqlc.arg(state), config = sqlc.arg(config), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND version = sqlc.arg(version);

-- name: UseAPIClient :execrows
UPDATE api_clients SET used_at = CASE WHEN used_at < sqlc.arg(used_at) THEN sqlc.arg(used_at) ELSE used_at END
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: KeepClientKeys :execrows
UPDATE api_clients SET config = sqlc.arg(config)
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND version = sqlc.arg(version);

-- name: RemoveAPIClient :execrows
DELETE FROM api_clients WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: ListAPIClients :many
SELECT tenant_id, id, name, state, config, by_id, by_name, created_at, used_at, version
FROM api_clients WHERE tenant_id = sqlc.arg(tenant_id)
ORDER BY name, id;

-- name: TenantOfClients :one
SELECT state FROM tenants WHERE id = sqlc.arg(tenant_id);

-- name: CountAPIClients :one
SELECT COUNT(*) FROM api_clients WHERE tenant_id = sqlc.arg(tenant_id);
