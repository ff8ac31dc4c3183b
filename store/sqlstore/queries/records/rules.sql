-- name: GetRule :one
SELECT tenant_id, kind, acknowledge, two_persons, title, retain_years, remind_days, expire_days, notify, tell_days
FROM rules WHERE tenant_id = sqlc.arg(tenant_id) AND kind IN (sqlc.arg(kind), '')
ORDER BY kind DESC LIMIT 1;

-- name: SaveRule :exec
INSERT INTO rules (tenant_id, kind, acknowledge, two_persons, title, retain_years, remind_days, expire_days, notify, tell_days)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (tenant_id, kind) DO UPDATE SET acknowledge = excluded.acknowledge, two_persons = excluded.two_persons,
    title = excluded.title, retain_years = excluded.retain_years, remind_days = excluded.remind_days,
    expire_days = excluded.expire_days, notify = excluded.notify,
    tell_days = excluded.tell_days;

-- name: GetRules :many
SELECT tenant_id, kind, acknowledge, two_persons, title, retain_years, remind_days, expire_days, notify, tell_days
FROM rules WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY kind;
