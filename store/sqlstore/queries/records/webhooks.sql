-- name: CreateWebhook :exec
INSERT INTO webhooks (tenant_id, id, url, secret, events, state, by_id, by_name, created_at, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: GetWebhook :one
SELECT tenant_id, id, url, secret, events, state, by_id, by_name, created_at, version
FROM webhooks WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: UpdateWebhook :execrows
UPDATE webhooks SET url = sqlc.arg(url), events = sqlc.arg(events), state = sqlc.arg(state), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND version = sqlc.arg(version);

-- name: RemoveWebhook :execrows
DELETE FROM webhooks WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: ListWebhooks :many
SELECT tenant_id, id, url, secret, events, state, by_id, by_name, created_at, version
FROM webhooks WHERE tenant_id = sqlc.arg(tenant_id)
ORDER BY created_at, id;

-- name: CountWebhooks :one
SELECT COUNT(*) FROM webhooks WHERE tenant_id = sqlc.arg(tenant_id);

-- name: AddHookMessage :exec
INSERT INTO webhook_messages (tenant_id, id, webhook_id, event, data, state, created_at, since, tried_at, attempts, status, failure)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: GetHookMessage :one
SELECT tenant_id, id, webhook_id, event, data, state, created_at, since, tried_at, attempts, status, failure
FROM webhook_messages WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: KeepHookMessage :execrows
UPDATE webhook_messages SET state = sqlc.arg(state), since = sqlc.arg(since), tried_at = sqlc.arg(tried_at), attempts = sqlc.arg(attempts),
    status = sqlc.arg(status), failure = sqlc.arg(failure)
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: ListHookMessages :many
SELECT tenant_id, id, webhook_id, event, data, state, created_at, since, tried_at, attempts, status, failure
FROM webhook_messages
WHERE tenant_id = sqlc.arg(tenant_id) AND webhook_id = sqlc.arg(webhook_id)
  AND id <> sqlc.arg(before_id) AND (created_at, id) < (sqlc.arg(before_at), sqlc.arg(before_id))
ORDER BY created_at DESC, id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: RemoveHookMessages :exec
DELETE FROM webhook_messages WHERE tenant_id = sqlc.arg(tenant_id) AND webhook_id = sqlc.arg(webhook_id);

-- name: FindOldHookMessages :many
SELECT id FROM webhook_messages
WHERE tenant_id = sqlc.arg(tenant_id) AND created_at < sqlc.arg(before_at)
ORDER BY created_at, id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ForgetHookMessage :exec
DELETE FROM webhook_messages WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);
