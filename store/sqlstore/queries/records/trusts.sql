-- name: CreateTrust :exec
INSERT INTO trusts (tenant_id, id, name, label, protocol, state, just_in_time, config, created_at, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: BindTrust :exec
INSERT INTO trust_tenants (tenant_id, trust_id, allowed) VALUES (?1, ?2, ?3);

-- name: UnbindTrust :exec
DELETE FROM trust_tenants WHERE trust_id IN
    (SELECT t.id FROM trusts t WHERE t.tenant_id = sqlc.arg(owner_id) AND t.id = sqlc.arg(trust_id));

-- name: GetTrust :one
SELECT t.tenant_id, t.id, t.name, t.label, t.protocol, t.state, t.just_in_time, t.config, t.created_at, t.version, t.drafted
FROM trust_tenants b JOIN trusts t ON t.id = b.trust_id
WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.trust_id = sqlc.arg(id);

-- name: GetTrustState :one
SELECT t.state FROM trust_tenants b JOIN trusts t ON t.id = b.trust_id
WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.trust_id = sqlc.arg(id);

-- name: ListTrustsInto :many
SELECT t.id FROM trust_tenants b JOIN trusts t ON t.id = b.trust_id
WHERE b.tenant_id = sqlc.arg(tenant_id) AND t.protocol = sqlc.arg(protocol) AND t.state = 'enabled'
ORDER BY b.trust_id;

-- name: OwnsTrust :one
SELECT COUNT(*) FROM trusts WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: UpdateTrust :execrows
UPDATE trusts SET name = sqlc.arg(name), label = sqlc.arg(label), state = sqlc.arg(state), just_in_time = sqlc.arg(just_in_time),
    config = sqlc.arg(config), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND version = sqlc.arg(version);

-- name: NextTrustRevision :one
UPDATE trusts SET drafted = drafted + 1 WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) RETURNING drafted;

-- name: ListTrusts :many
SELECT t.tenant_id, t.id, t.name, t.label, t.protocol, t.state, t.just_in_time, t.config, t.created_at, t.version, t.drafted
FROM trusts t
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.id > sqlc.arg(after_id)
ORDER BY t.id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: FindTrust :one
SELECT t.tenant_id, t.id, t.name, t.label, t.protocol, t.state, t.just_in_time, t.config, t.created_at, t.version, t.drafted
FROM trusts t WHERE t.id = sqlc.arg(id);

-- name: FindTrustStamp :one
SELECT tenant_id, created_at, version, state FROM trusts WHERE id = sqlc.arg(id);

-- name: FindEnabledTrusts :many
SELECT t.tenant_id, t.id, t.name, t.label, t.protocol, t.state, t.just_in_time, t.config, t.created_at, t.version, t.drafted
FROM trusts t WHERE t.state = 'enabled' ORDER BY t.id;

-- name: FindTrustWays :many
SELECT t.id, t.tenant_id, t.created_at, t.version, n.name
FROM trusts t JOIN tenants n ON n.id = t.tenant_id
WHERE t.state = 'enabled' AND n.state = 'active' ORDER BY t.id;

-- name: CountTrusts :one
SELECT COUNT(*) FROM trusts WHERE tenant_id = sqlc.arg(tenant_id);

-- name: RemoveTrust :exec
DELETE FROM trusts WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: CountTrustUsers :one
SELECT COUNT(*) FROM accounts WHERE trust_id = sqlc.arg(id) AND state <> 'deleted';
