-- name: CreateOperator :exec
INSERT INTO operators (tenant_id, id, name, passwords, changed_at, secret, step, passkeys, recovery, link, link_ends, seen_at, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13);

-- name: GetOperator :one
SELECT tenant_id, id, name, passwords, changed_at, secret, step, passkeys, recovery, link, link_ends, seen_at, created_at
FROM operators WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: GetOperatorNamed :one
SELECT tenant_id, id, name, passwords, changed_at, secret, step, passkeys, recovery, link, link_ends, seen_at, created_at
FROM operators WHERE tenant_id = sqlc.arg(tenant_id) AND name = sqlc.arg(name);

-- name: GetOperatorLinked :one
SELECT tenant_id, id, name, passwords, changed_at, secret, step, passkeys, recovery, link, link_ends, seen_at, created_at
FROM operators WHERE tenant_id = sqlc.arg(tenant_id) AND link = sqlc.arg(link) AND link <> '' LIMIT 1;

-- name: UpdateOperator :execrows
UPDATE operators SET passwords = sqlc.arg(passwords), changed_at = sqlc.arg(changed_at), secret = sqlc.arg(secret), step = sqlc.arg(step),
    passkeys = sqlc.arg(passkeys), recovery = sqlc.arg(recovery), link = sqlc.arg(link), link_ends = sqlc.arg(link_ends), seen_at = sqlc.arg(seen_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: GetOperators :many
SELECT tenant_id, id, name, passwords, changed_at, secret, step, passkeys, recovery, link, link_ends, seen_at, created_at
FROM operators WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY name;

-- name: CreateOperatorSession :exec
INSERT INTO operator_sessions (tenant_id, token, id, operator_id, proved, began, seen, ends, address, device)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: GetOperatorSession :one
SELECT tenant_id, token, id, operator_id, proved, began, seen, ends, address, device
FROM operator_sessions WHERE tenant_id = sqlc.arg(tenant_id) AND token = sqlc.arg(token);

-- name: TouchOperatorSession :execrows
UPDATE operator_sessions SET proved = sqlc.arg(proved), seen = sqlc.arg(seen), ends = sqlc.arg(ends)
WHERE tenant_id = sqlc.arg(tenant_id) AND token = sqlc.arg(token);

-- name: GetOperatorSessions :many
SELECT tenant_id, token, id, operator_id, proved, began, seen, ends, address, device
FROM operator_sessions WHERE tenant_id = sqlc.arg(tenant_id) AND operator_id = sqlc.arg(operator_id)
ORDER BY began DESC, id DESC;

-- name: EndOperatorSession :execrows
DELETE FROM operator_sessions WHERE tenant_id = sqlc.arg(tenant_id) AND operator_id = sqlc.arg(operator_id) AND id = sqlc.arg(id);

-- name: EndOperatorSessions :execrows
DELETE FROM operator_sessions WHERE tenant_id = sqlc.arg(tenant_id) AND (operator_id = sqlc.arg(operator_id) OR sqlc.arg(operator_id) = '');

-- name: GetOperatorTries :one
SELECT tenant_id, place, tries, last_at FROM operator_tries WHERE tenant_id = sqlc.arg(tenant_id) AND place = sqlc.arg(place);

-- name: SaveOperatorTries :exec
INSERT INTO operator_tries (tenant_id, place, tries, last_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (tenant_id, place) DO UPDATE SET tries = excluded.tries, last_at = excluded.last_at;

-- name: ForgetOperatorTries :exec
DELETE FROM operator_tries WHERE tenant_id = sqlc.arg(tenant_id) AND last_at < sqlc.arg(before_at);

-- name: GetOperatorWindow :one
SELECT tenant_id, until, ranges, opened_by, opened_at, closed FROM operator_windows WHERE tenant_id = sqlc.arg(tenant_id);

-- name: SaveOperatorWindow :exec
INSERT INTO operator_windows (tenant_id, until, ranges, opened_by, opened_at, closed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (tenant_id) DO UPDATE SET until = excluded.until, ranges = excluded.ranges, opened_by = excluded.opened_by,
    opened_at = excluded.opened_at, closed = excluded.closed;
