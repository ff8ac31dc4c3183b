-- name: BeginSession :exec
INSERT INTO sessions (key, id, tenant_id, account_id, trust_id, subject, idp_index, name_id, id_token, context, device,
    address, began, seen, previous, ends, idle, expires, embed_client, embed_origin, embed_thumbprint, embed_parent)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22);

-- name: FindSession :one
SELECT key, id, tenant_id, account_id, trust_id, subject, idp_index, name_id, id_token, context, device,
    address, began, seen, previous, ends, idle, expires, embed_client, embed_origin, embed_thumbprint, embed_parent
FROM sessions WHERE key = sqlc.arg(key) AND expires > sqlc.arg(now);

-- name: TouchSession :execrows
UPDATE sessions SET seen = sqlc.arg(seen), expires = sqlc.arg(expires) WHERE key = sqlc.arg(key) AND expires > sqlc.arg(now);

-- name: ListSessionsOfAccount :many
SELECT key, id, tenant_id, account_id, trust_id, subject, idp_index, name_id, id_token, context, device,
    address, began, seen, previous, ends, idle, expires, embed_client, embed_origin, embed_thumbprint, embed_parent
FROM sessions
WHERE tenant_id = sqlc.arg(tenant_id) AND account_id = sqlc.arg(account_id) AND expires > sqlc.arg(now)
ORDER BY began DESC, id;

-- name: ListSessionsInAccount :many
SELECT key, id, tenant_id, account_id, trust_id, subject, idp_index, name_id, id_token, context, device,
    address, began, seen, previous, ends, idle, expires, embed_client, embed_origin, embed_thumbprint, embed_parent
FROM sessions
WHERE tenant_id = sqlc.arg(tenant_id) AND account_id = sqlc.arg(account_id) AND expires > sqlc.arg(now)
  AND (id = sqlc.arg(id) OR embed_parent = sqlc.arg(id) OR sqlc.arg(id) = '')
  AND (trust_id = sqlc.arg(trust_id) OR sqlc.arg(trust_id) = '')
  AND (subject = sqlc.arg(subject) OR sqlc.arg(subject) = '')
  AND (idp_index = sqlc.arg(idp_index) OR sqlc.arg(idp_index) = '')
ORDER BY ends DESC, id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListSessionsOfTenant :many
SELECT key, id, tenant_id, account_id, trust_id, subject, idp_index, name_id, id_token, context, device,
    address, began, seen, previous, ends, idle, expires, embed_client, embed_origin, embed_thumbprint, embed_parent
FROM sessions
WHERE tenant_id = sqlc.arg(tenant_id) AND expires > sqlc.arg(now)
ORDER BY ends DESC, id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListSessionsOfTrust :many
SELECT key, id, tenant_id, account_id, trust_id, subject, idp_index, name_id, id_token, context, device,
    address, began, seen, previous, ends, idle, expires, embed_client, embed_origin, embed_thumbprint, embed_parent
FROM sessions
WHERE trust_id = sqlc.arg(trust_id) AND expires > sqlc.arg(now)
  AND (tenant_id = sqlc.arg(tenant_id) OR sqlc.arg(tenant_id) = '')
  AND (subject = sqlc.arg(subject) OR sqlc.arg(subject) = '')
  AND (idp_index = sqlc.arg(idp_index) OR sqlc.arg(idp_index) = '')
ORDER BY ends DESC, id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: EndSessionsOfAccount :many
DELETE FROM sessions
WHERE tenant_id = sqlc.arg(tenant_id) AND account_id = sqlc.arg(account_id) AND expires > sqlc.arg(now)
  AND (id = sqlc.arg(id) OR embed_parent = sqlc.arg(id) OR sqlc.arg(id) = '')
  AND (trust_id = sqlc.arg(trust_id) OR sqlc.arg(trust_id) = '')
  AND (subject = sqlc.arg(subject) OR sqlc.arg(subject) = '')
  AND (idp_index = sqlc.arg(idp_index) OR sqlc.arg(idp_index) = '')
RETURNING key, id, tenant_id, account_id, trust_id, subject, idp_index, name_id, id_token, context, device,
    address, began, seen, previous, ends, idle, expires, embed_client, embed_origin, embed_thumbprint, embed_parent;

-- name: EndSessionsOfTrust :many
DELETE FROM sessions
WHERE trust_id = sqlc.arg(trust_id) AND expires > sqlc.arg(now)
  AND (tenant_id = sqlc.arg(tenant_id) OR sqlc.arg(tenant_id) = '')
  AND (subject = sqlc.arg(subject) OR sqlc.arg(subject) = '')
  AND (idp_index = sqlc.arg(idp_index) OR sqlc.arg(idp_index) = '')
RETURNING key, id, tenant_id, account_id, trust_id, subject, idp_index, name_id, id_token, context, device,
    address, began, seen, previous, ends, idle, expires, embed_client, embed_origin, embed_thumbprint, embed_parent;

-- name: EndSession :one
DELETE FROM sessions WHERE key = sqlc.arg(key) AND expires > sqlc.arg(now)
RETURNING key, id, tenant_id, account_id, trust_id, subject, idp_index, name_id, id_token, context, device,
    address, began, seen, previous, ends, idle, expires, embed_client, embed_origin, embed_thumbprint, embed_parent;

-- name: SweepSessions :execrows
DELETE FROM sessions WHERE key IN (SELECT s.key FROM sessions s WHERE s.expires <= sqlc.arg(now) ORDER BY s.expires LIMIT sqlc.arg(size));
