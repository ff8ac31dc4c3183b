-- name: CreateMail :exec
INSERT INTO mails (tenant_id, id, kind, account_id, delivery_id, state, created_at, sent_at, failure)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: GetMail :one
SELECT tenant_id, id, kind, account_id, delivery_id, state, created_at, sent_at, failure
FROM mails WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: FinishMail :execrows
UPDATE mails SET state = sqlc.arg(state), sent_at = sqlc.arg(sent_at), failure = sqlc.arg(failure)
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND state = 'waiting';

-- name: ListMails :many
SELECT tenant_id, id, kind, account_id, delivery_id, state, created_at, sent_at, failure
FROM mails
WHERE tenant_id = sqlc.arg(tenant_id) AND state = sqlc.arg(state)
  AND id <> sqlc.arg(before_id) AND (created_at, id) < (sqlc.arg(before_at), sqlc.arg(before_id))
  AND (created_at, id) >= (sqlc.arg(from_at), CAST(sqlc.arg(from_id) AS TEXT))
ORDER BY created_at DESC, id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: GetMailSetting :one
SELECT tenant_id, account_id, muted, digest FROM mail_settings WHERE tenant_id = sqlc.arg(tenant_id) AND account_id = sqlc.arg(account_id);

-- name: SaveMailSetting :exec
INSERT INTO mail_settings (tenant_id, account_id, muted, digest) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (tenant_id, account_id) DO UPDATE SET muted = excluded.muted, digest = excluded.digest;

-- name: GetOfficeMail :one
SELECT tenant_id, office_id, recipients, digest, named FROM office_mails WHERE tenant_id = sqlc.arg(tenant_id) AND office_id = sqlc.arg(office_id);

-- name: SaveOfficeMail :exec
INSERT INTO office_mails (tenant_id, office_id, recipients, digest, named) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (tenant_id, office_id) DO UPDATE SET recipients = excluded.recipients, digest = excluded.digest, named = excluded.named;
