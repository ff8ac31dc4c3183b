-- name: GetAuditHead :one
SELECT seq, hash FROM audit_heads WHERE tenant_id = sqlc.arg(tenant_id);

-- name: SetAuditHead :exec
UPDATE audit_heads SET seq = sqlc.arg(seq), hash = sqlc.arg(hash) WHERE tenant_id = sqlc.arg(tenant_id);

-- name: AppendAuditEvent :exec
INSERT INTO audit_events (tenant_id, seq, at, deed, outcome, account_id, name, trust_id, record, address, request_id, detail, prev, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);

-- name: WalkAuditEvents :many
SELECT tenant_id, seq, at, deed, outcome, account_id, name, trust_id, record, address, request_id, detail, prev, hash
FROM audit_events
WHERE tenant_id = sqlc.arg(tenant_id) AND seq > sqlc.arg(after_seq)
ORDER BY seq LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListAuditEvents :many
SELECT tenant_id, seq, at, deed, outcome, account_id, name, trust_id, record, address, request_id, detail, prev, hash
FROM audit_events
WHERE tenant_id = sqlc.arg(tenant_id)
  AND at >= sqlc.arg(from_at) AND (at, seq) < (sqlc.arg(before_at), sqlc.arg(before_seq))
  AND (outcome = sqlc.arg(outcome) OR sqlc.arg(outcome) = '')
  AND (address = sqlc.arg(address) OR sqlc.arg(address) = '')
ORDER BY at DESC, seq DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListAuditEventsByDeed :many
SELECT tenant_id, seq, at, deed, outcome, account_id, name, trust_id, record, address, request_id, detail, prev, hash
FROM audit_events
WHERE tenant_id = sqlc.arg(tenant_id) AND deed = sqlc.arg(deed)
  AND at >= sqlc.arg(from_at) AND (at, seq) < (sqlc.arg(before_at), sqlc.arg(before_seq))
  AND (outcome = sqlc.arg(outcome) OR sqlc.arg(outcome) = '')
  AND (address = sqlc.arg(address) OR sqlc.arg(address) = '')
ORDER BY at DESC, seq DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListAuditEventsByAccount :many
SELECT tenant_id, seq, at, deed, outcome, account_id, name, trust_id, record, address, request_id, detail, prev, hash
FROM audit_events
WHERE tenant_id = sqlc.arg(tenant_id) AND account_id = sqlc.arg(account_id)
  AND at >= sqlc.arg(from_at) AND (at, seq) < (sqlc.arg(before_at), sqlc.arg(before_seq))
  AND (deed = sqlc.arg(deed) OR sqlc.arg(deed) = '')
  AND (outcome = sqlc.arg(outcome) OR sqlc.arg(outcome) = '')
  AND (address = sqlc.arg(address) OR sqlc.arg(address) = '')
ORDER BY at DESC, seq DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListAuditEventsByRecord :many
SELECT tenant_id, seq, at, deed, outcome, account_id, name, trust_id, record, address, request_id, detail, prev, hash
FROM audit_events
WHERE tenant_id = sqlc.arg(tenant_id) AND record = sqlc.arg(record)
  AND at >= sqlc.arg(from_at) AND (at, seq) < (sqlc.arg(before_at), sqlc.arg(before_seq))
  AND (deed = sqlc.arg(deed) OR sqlc.arg(deed) = '')
  AND (account_id = sqlc.arg(account_id) OR sqlc.arg(account_id) = '')
  AND (outcome = sqlc.arg(outcome) OR sqlc.arg(outcome) = '')
  AND (address = sqlc.arg(address) OR sqlc.arg(address) = '')
ORDER BY at DESC, seq DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListAuditEventsByAddress :many
SELECT tenant_id, seq, at, deed, outcome, account_id, name, trust_id, record, address, request_id, detail, prev, hash
FROM audit_events
WHERE tenant_id = sqlc.arg(tenant_id) AND address = sqlc.arg(address)
  AND at >= sqlc.arg(from_at) AND (at, seq) < (sqlc.arg(before_at), sqlc.arg(before_seq))
  AND (deed = sqlc.arg(deed) OR sqlc.arg(deed) = '')
  AND (outcome = sqlc.arg(outcome) OR sqlc.arg(outcome) = '')
ORDER BY at DESC, seq DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListRefusedAuditEvents :many
SELECT tenant_id, seq, at, deed, outcome, account_id, name, trust_id, record, address, request_id, detail, prev, hash
FROM audit_events
WHERE tenant_id = sqlc.arg(tenant_id) AND outcome = 'refused'
  AND at >= sqlc.arg(from_at) AND (at, seq) < (sqlc.arg(before_at), sqlc.arg(before_seq))
  AND (deed = sqlc.arg(deed) OR sqlc.arg(deed) = '')
ORDER BY at DESC, seq DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: GetAuditEvent :one
SELECT tenant_id, seq, at, deed, outcome, account_id, name, trust_id, record, address, request_id, detail, prev, hash
FROM audit_events
WHERE tenant_id = sqlc.arg(tenant_id) AND seq = sqlc.arg(seq);
