-- name: CreateTenant :exec
INSERT INTO tenants (id, name, state, created_at) VALUES (?1, ?2, ?3, ?4);

-- name: CreateAuditHead :exec
INSERT INTO audit_heads (tenant_id, seq, hash) VALUES (?1, 0, ?2);

-- name: GetTenant :one
SELECT id, name, state, created_at FROM tenants WHERE id = ?1;

-- name: SetTenantState :execrows
UPDATE tenants SET state = sqlc.arg(state) WHERE id = sqlc.arg(id);

-- name: ListTenants :many
SELECT id, name, state, created_at FROM tenants WHERE id > sqlc.arg(after_id) ORDER BY id LIMIT CAST(sqlc.arg(size) AS BIGINT);
