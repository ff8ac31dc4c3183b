-- name: CreatePackage :exec
INSERT INTO packages (tenant_id, id, drop_id, name, digest, size, state, stands, reason, received_by, received_at, sorted_at,
    arrival_number, notices, title, kind, found, office_id, document_id, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20);

-- name: GetPackage :one
SELECT tenant_id, id, drop_id, name, digest, size, state, stands, reason, received_by, received_at, sorted_at,
    arrival_number, notices, title, kind, found, office_id, document_id, version
FROM packages WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: GetPackages :many
SELECT tenant_id, id, drop_id, name, digest, size, state, stands, reason, received_by, received_at, sorted_at,
    arrival_number, notices, title, kind, found, office_id, document_id, version
FROM packages WHERE tenant_id = sqlc.arg(tenant_id) AND id IN (sqlc.slice(ids))
ORDER BY received_at DESC, id DESC;

-- name: UpdatePackage :execrows
UPDATE packages SET state = sqlc.arg(state), stands = sqlc.arg(stands), reason = sqlc.arg(reason), sorted_at = sqlc.arg(sorted_at),
    arrival_number = sqlc.arg(arrival_number), notices = sqlc.arg(notices), title = sqlc.arg(title), kind = sqlc.arg(kind),
    found = sqlc.arg(found), office_id = sqlc.arg(office_id), document_id = sqlc.arg(document_id), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND version = sqlc.arg(version);

-- name: SamePackageByDigest :one
SELECT tenant_id, id, drop_id, name, digest, size, state, stands, reason, received_by, received_at, sorted_at,
    arrival_number, notices, title, kind, found, office_id, document_id, version
FROM packages
WHERE tenant_id = sqlc.arg(tenant_id) AND digest = sqlc.arg(digest) AND stands = 1 AND id <> sqlc.arg(id)
ORDER BY received_at, id LIMIT 1;

-- name: SentPackages :many
SELECT tenant_id, id, drop_id, name, digest, size, state, stands, reason, received_by, received_at, sorted_at,
    arrival_number, notices, title, kind, found, office_id, document_id, version
FROM packages
WHERE tenant_id = sqlc.arg(tenant_id) AND digest = sqlc.arg(digest) AND drop_id = sqlc.arg(drop_id) AND name = sqlc.arg(name);

-- name: SamePackageByArrival :one
SELECT tenant_id, id, drop_id, name, digest, size, state, stands, reason, received_by, received_at, sorted_at,
    arrival_number, notices, title, kind, found, office_id, document_id, version
FROM packages
WHERE tenant_id = sqlc.arg(tenant_id) AND arrival_number = sqlc.arg(arrival_number) AND arrival_number <> ''
  AND notices = sqlc.arg(notices) AND stands = 1 AND id <> sqlc.arg(id)
ORDER BY received_at, id LIMIT 1;

-- name: PagePackages :many
SELECT id, received_at FROM packages
WHERE tenant_id = sqlc.arg(tenant_id) AND state = sqlc.arg(state)
  AND id <> sqlc.arg(before_id) AND (received_at, id) < (sqlc.arg(before_at), sqlc.arg(before_id))
  AND (received_at, id) >= (sqlc.arg(from_at), CAST(sqlc.arg(from_id) AS TEXT))
ORDER BY received_at DESC, id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: PagePackagesOfDrop :many
SELECT id, received_at FROM packages
WHERE tenant_id = sqlc.arg(tenant_id) AND drop_id = sqlc.arg(drop_id) AND state = sqlc.arg(state)
  AND id <> sqlc.arg(before_id) AND (received_at, id) < (sqlc.arg(before_at), sqlc.arg(before_id))
  AND (received_at, id) >= (sqlc.arg(from_at), CAST(sqlc.arg(from_id) AS TEXT))
ORDER BY received_at DESC, id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: CountPackages :one
SELECT COUNT(*) FROM (SELECT 1 FROM packages p WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.state = sqlc.arg(state) LIMIT CAST(sqlc.arg(size) AS BIGINT)) AS counted;

-- name: CountPackagesOfDrop :many
SELECT state, COUNT(*) AS packages FROM packages WHERE tenant_id = sqlc.arg(tenant_id) AND drop_id = sqlc.arg(drop_id) GROUP BY state;

-- name: UsesPackageDigest :one
SELECT COUNT(*) FROM (SELECT 1 FROM packages p WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.digest = sqlc.arg(digest)
    AND p.state NOT IN ('refused', 'discarded') LIMIT 1) AS uses;

-- name: PackagesHolding :many
SELECT id FROM packages WHERE tenant_id = sqlc.arg(tenant_id) AND digest = sqlc.arg(digest)
    AND state NOT IN ('refused', 'discarded', 'handed');
