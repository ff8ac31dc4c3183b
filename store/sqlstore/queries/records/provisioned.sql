-- name: CreateProvisioned :exec
INSERT INTO provisioned (tenant_id, trust_id, kind, id, name, external_id, attributes, created_at, modified_at, version,
    account_id, subject, granted)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13);

-- name: GetProvisioned :one
SELECT tenant_id, trust_id, kind, id, name, external_id, attributes, created_at, modified_at, version,
    account_id, subject, granted
FROM provisioned
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND kind = sqlc.arg(kind) AND id = sqlc.arg(id);

-- name: GetProvisionedByName :one
SELECT tenant_id, trust_id, kind, id, name, external_id, attributes, created_at, modified_at, version,
    account_id, subject, granted
FROM provisioned
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND kind = sqlc.arg(kind) AND name = sqlc.arg(name);

-- name: GetProvisionedBySubject :one
SELECT tenant_id, trust_id, kind, id, name, external_id, attributes, created_at, modified_at, version,
    account_id, subject, granted
FROM provisioned
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND subject = sqlc.arg(subject) AND subject <> '';

-- name: UpdateProvisioned :execrows
UPDATE provisioned SET name = sqlc.arg(name), external_id = sqlc.arg(external_id), attributes = sqlc.arg(attributes),
    modified_at = sqlc.arg(modified_at), account_id = sqlc.arg(account_id), subject = sqlc.arg(subject),
    granted = sqlc.arg(granted), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND kind = sqlc.arg(kind) AND id = sqlc.arg(id)
    AND version = sqlc.arg(version);

-- name: RemoveProvisioned :execrows
DELETE FROM provisioned
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND kind = sqlc.arg(kind) AND id = sqlc.arg(id);

-- name: DropProvisioned :exec
DELETE FROM provisioned WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id);

-- name: ListProvisioned :many
SELECT tenant_id, trust_id, kind, id, name, external_id, attributes, created_at, modified_at, version,
    account_id, subject, granted
FROM provisioned
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND kind = sqlc.arg(kind) AND id > sqlc.arg(after_id)
ORDER BY id LIMIT CAST(sqlc.arg(size) AS BIGINT) OFFSET CAST(sqlc.arg(skip) AS BIGINT);

-- name: ListProvisionedByExternal :many
SELECT tenant_id, trust_id, kind, id, name, external_id, attributes, created_at, modified_at, version,
    account_id, subject, granted
FROM provisioned
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND kind = sqlc.arg(kind) AND external_id = sqlc.arg(external_id)
ORDER BY id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListWaiting :many
SELECT p.tenant_id, p.trust_id, p.kind, p.id, p.name, p.external_id, p.attributes, p.created_at, p.modified_at, p.version,
    p.account_id, p.subject, p.granted
FROM provisioned p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.trust_id = sqlc.arg(trust_id) AND p.kind = 'user' AND p.account_id = ''
    AND NOT EXISTS (SELECT 1 FROM accounts o WHERE o.tenant_id = p.tenant_id AND o.trust_id = p.trust_id AND o.subject = p.subject AND o.state = 'active')
ORDER BY p.id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- An account that never signed in and was deleted has no row. Somebody may be registered anew without the client's knowing.

-- name: ListBarred :many
SELECT p.tenant_id, p.trust_id, p.kind, p.id, p.name, p.external_id, p.attributes, p.created_at, p.modified_at, p.version,
    p.account_id, p.subject, p.granted
FROM provisioned p LEFT JOIN accounts a ON a.tenant_id = p.tenant_id AND a.id = p.account_id
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.trust_id = sqlc.arg(trust_id) AND p.kind = 'user' AND p.account_id <> ''
    AND (a.id IS NULL OR a.state = 'deleted' OR a.state = 'disabled' AND a.dismissed = 0)
    AND NOT EXISTS (SELECT 1 FROM accounts o WHERE o.tenant_id = p.tenant_id AND o.trust_id = p.trust_id AND o.subject = p.subject AND o.state = 'active')
ORDER BY p.id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListOff :many
SELECT p.id FROM provisioned p LEFT JOIN accounts a ON a.tenant_id = p.tenant_id AND a.id = p.account_id
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.trust_id = sqlc.arg(trust_id) AND p.kind = 'user' AND p.id IN (sqlc.slice(user_ids))
    AND p.account_id <> '' AND (a.id IS NULL OR a.state <> 'active')
    AND NOT EXISTS (SELECT 1 FROM accounts o WHERE o.tenant_id = p.tenant_id AND o.trust_id = p.trust_id AND o.subject = p.subject AND o.state = 'active')
ORDER BY p.id;

-- name: CountProvisioned :one
SELECT COUNT(*) FROM provisioned WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND kind = sqlc.arg(kind);

-- name: JoinGroup :exec
INSERT INTO provisioned_members (tenant_id, trust_id, group_id, user_id) VALUES (?1, ?2, ?3, ?4);

-- name: LeaveGroup :execrows
DELETE FROM provisioned_members
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND group_id = sqlc.arg(group_id) AND user_id = sqlc.arg(user_id);

-- name: EmptyGroup :exec
DELETE FROM provisioned_members
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND group_id = sqlc.arg(group_id);

-- name: LeaveGroups :exec
DELETE FROM provisioned_members
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND user_id = sqlc.arg(user_id);

-- name: DropMembers :exec
DELETE FROM provisioned_members WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id);

-- name: ListMembers :many
SELECT group_id, user_id FROM provisioned_members
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND group_id IN (sqlc.slice(group_ids))
ORDER BY group_id, user_id;

-- name: ListGroupsOf :many
SELECT group_id, user_id FROM provisioned_members
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND user_id IN (sqlc.slice(user_ids))
ORDER BY user_id, group_id;
