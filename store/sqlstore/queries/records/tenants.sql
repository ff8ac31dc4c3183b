-- name: CreateTenant :exec
INSERT INTO tenants (id, name, state, created_at, contract_from, contract_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: CreateAuditHead :exec
INSERT INTO audit_heads (tenant_id, seq, hash) VALUES (?1, 0, ?2);

-- name: GetTenant :one
SELECT id, name, state, created_at, contract_from, contract_until FROM tenants WHERE id = ?1 AND state <> 'system';

-- name: SetTenantState :execrows
UPDATE tenants SET state = sqlc.arg(state) WHERE id = sqlc.arg(id) AND state <> 'system';

-- name: SetTenantContract :execrows
UPDATE tenants SET contract_from = sqlc.arg(contract_from), contract_until = sqlc.arg(contract_until) WHERE id = sqlc.arg(id) AND state <> 'system';

-- name: ListTenants :many
SELECT id, name, state, created_at, contract_from, contract_until FROM tenants
WHERE id > sqlc.arg(after_id) AND state <> 'system' ORDER BY id LIMIT CAST(sqlc.arg(size) AS BIGINT);
