-- name: GetTrustDraft :one
SELECT sqlc.embed(d), t.protocol, t.created_at
FROM trusts t JOIN trust_drafts d ON d.tenant_id = t.tenant_id AND d.trust_id = t.id
WHERE t.tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND t.id = CAST(sqlc.arg(id) AS TEXT);

-- name: FindTrustDraft :one
SELECT sqlc.embed(d), t.protocol, t.created_at
FROM trusts t JOIN trust_drafts d ON d.tenant_id = t.tenant_id AND d.trust_id = t.id WHERE t.id = CAST(sqlc.arg(id) AS TEXT);

-- name: CreateTrustDraft :exec
INSERT INTO trust_drafts (tenant_id, trust_id, revision, trust, version, by_id, by_name, at, test)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: UpdateTrustDraft :execrows
UPDATE trust_drafts SET revision = sqlc.arg(next), trust = sqlc.arg(trust), version = sqlc.arg(version), by_id = sqlc.arg(by_id),
    by_name = sqlc.arg(by_name), at = sqlc.arg(at)
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND revision = sqlc.arg(revision);

-- name: TestTrustDraft :execrows
UPDATE trust_drafts SET test = sqlc.arg(test)
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND revision = sqlc.arg(revision);

-- name: DropTrustDraft :exec
DELETE FROM trust_drafts WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id);

-- name: CreateTrustVersion :exec
INSERT INTO trust_versions (tenant_id, trust_id, version, trust, by_id, by_name, at, note, untested)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: GetTrustVersion :one
SELECT sqlc.embed(v), t.protocol, t.created_at
FROM trusts t JOIN trust_versions v ON v.tenant_id = t.tenant_id AND v.trust_id = t.id
WHERE t.tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND t.id = CAST(sqlc.arg(id) AS TEXT) AND v.version = CAST(sqlc.arg(version) AS BIGINT);

-- name: ListTrustVersions :many
SELECT sqlc.embed(v), t.protocol, t.created_at
FROM trusts t JOIN trust_versions v ON v.tenant_id = t.tenant_id AND v.trust_id = t.id
WHERE t.tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND t.id = CAST(sqlc.arg(id) AS TEXT) AND v.version < CAST(sqlc.arg(before) AS BIGINT)
ORDER BY v.version DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: DropTrustVersions :exec
DELETE FROM trust_versions WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id);
